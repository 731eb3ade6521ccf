"""A text that was public and may now be quoted only, asked for at every address by who guesses a name."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.pipeline import initialise
from tests.kg.pipeline.test_masked_texts import BASE, QUOTED, TEAM, TEXT, document, guesses, put, text_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
ADDRESSES = (
    "/doc/report/witness",
    "/doc/report/witness?revision=1",
    "/doc/report/witness?revision=2",
    "/doc/graph/report/witness.nq",
    "/doc/graph/report/witness.ttl?revision=1",
    "/doc/document/report/witness",
    "/doc/document/report/witness/revision/1",
    "/doc/change/4",
    f"/graphs?graph={BASE}graph/report/witness",
    f"/graphs?graph={BASE}graph/commits",
    "/api/v1/reports",
    "/api/v1/reports/witness",
    "/api/v1/claims",
    "/api/v1/changes",
    "/api/v1/questions/15?as_of=4",
    "/api/v1/questions/15.csv?as_of=4",
    "/exports/all.nq.gz",
    "/exports/claims.json",
    "/exports/citations.csv.zip",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store in which the report was public at change 4, and may be quoted only since change 5."""
    work = tmp_path_factory.mktemp("masked")
    with initialise(work / "store", BASE, reference=False) as made:
        assert put(made, work / "team", TEAM) == ["added"]
        assert put(made, work / "public", document(text_access="public")) == ["added"]
        assert put(made, work / "quoted", document(title="Quoted")) == ["revised"]
        (work / "guesses").write_text("\n".join({*guesses(made)}))
    return work / "store"


@pytest.fixture(scope="module")
def tried(store: Path) -> list[str]:
    return (store.parent / "guesses").read_text().split()


@pytest.fixture(scope="module")
def tokens(store: Path) -> dict[Scope, str]:
    return {scope: Keys(store).make(f"To {scope}", scope)[1] for scope in Scope}


@pytest.fixture(scope="module")
def http(store: Path, tokens: dict[Scope, str], serving: Serving) -> Iterator[httpx.Client]:
    assert tokens
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=120) as client:
        yield client


def body(answer: httpx.Response) -> str:
    data = answer.content
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_tells_the_name_or_which_of_33_guesses_is_right(
    http: httpx.Client, tokens: dict[Scope, str], tried: list[str], address: str
) -> None:
    headers = {"authorization": f"Bearer {tokens[Scope.READ]}"}
    answer = http.get(address, headers=headers, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    told = body(answer)
    assert "Lilit" not in told
    assert "Petrosyan" not in told
    assert not [guess for guess in tried if guess in told]


def test_sparql_and_the_feed_of_changes_tell_no_more(http: httpx.Client, tried: list[str]) -> None:
    told = http.get("/sparql", params={"query": EVERYTHING}, headers={"accept": "text/csv"}).text
    assert QUOTED in told
    changes = http.get("/api/v1/changes").json()["items"]
    documents = [change["document"] for change in changes if change["kind"] == "report"]
    assert len(documents) == 2
    told += "".join(http.get(address).text for address in documents)
    told += "".join(str(change) for change in changes)
    assert "salt" not in changes[-1]
    assert "Lilit" not in told
    assert not [guess for guess in tried if guess in told]
    old = http.get(documents[0], headers={"accept": "application/n-triples"}).text
    assert QUOTED in old
    assert "text-access/quotes-only" in old
    assert "textSha256" not in old


def test_rest_has_a_keyed_hash_in_the_place_of_the_plain_one(http: httpx.Client) -> None:
    told = http.get("/api/v1/reports/witness").json()
    assert told["text_sha256"] is None
    assert len(told["text_keyed_hash"]) == 64
    assert told["text"].replace("·", "") == QUOTED
    assert len(told["text"]) == len(TEXT)


def test_only_a_key_for_admin_has_a_text_proven(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    def ask(data: bytes, scope: Scope | None, report: str = "witness") -> httpx.Response:
        headers = {"authorization": f"Bearer {tokens[scope]}"} if scope else {}
        return http.post(f"/api/v1/reports/{report}/proof", content=data, headers=headers)

    right, wrong = TEXT.encode(), text_of("Hayk.").encode()
    assert ask(right, None).status_code == 401
    assert ask(right, Scope.READ).status_code == ask(right, Scope.INGEST).status_code == 403
    answer = ask(right, Scope.ADMIN)
    assert (answer.status_code, answer.json()["proven"]) == (200, True), answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ask(wrong, Scope.ADMIN).json()["proven"] is False
    for nobody in ("nobody", "%C3%AF%F4%88%B1%AA%3B", "a%20b"):
        assert ask(right, Scope.ADMIN, nobody).status_code == 404


def test_what_is_sent_again_as_document_or_as_graph_changes_nothing(
    http: httpx.Client, tokens: dict[Scope, str]
) -> None:
    headers = {"authorization": f"Bearer {tokens[Scope.INGEST]}"}
    answer = http.post("/api/v1/reports", json=document(title="Quoted"), headers=headers)
    assert (answer.status_code, answer.json().get("status")) == (200, "unchanged"), answer.text
    graph = {"graph": f"{BASE}graph/report/witness"}
    held = http.get("/graphs", params=graph, headers={"accept": "application/n-triples"})
    sent = headers | {"content-type": "application/n-triples"}
    assert http.put("/graphs", params=graph, content=held.content, headers=sent).status_code in {200, 204}
    (keyed,) = [line.split('"')[1] for line in held.text.splitlines() if "textKeyedHash" in line]
    altered = held.text.replace(keyed, "0" * 64)
    assert http.put("/graphs", params=graph, content=altered, headers=sent).status_code == 422
    assert http.get("/api/v1/changes").json()["head"] == 5
    assert http.get("/api/v1/quarantine", headers=headers).json()["items"] == []


def test_no_address_that_is_described_tells_the_name(http: httpx.Client, tokens: dict[Scope, str]) -> None:
    headers = {"authorization": f"Bearer {tokens[Scope.READ]}"}
    paths = [path for path, said in http.get("/openapi.json").json()["paths"].items() if "get" in said]
    seen = 0
    for path in paths:
        asked = re.sub(r"\{[^}]*\}", "witness", path)
        for more in ("", "?revision=1"):
            with http.stream("GET", asked + more, headers=headers, follow_redirects=True) as answer:
                if "event-stream" in answer.headers.get("content-type", ""):
                    continue
                answer.read()
            assert "Lilit" not in body(answer), asked
            assert "Petrosyan" not in body(answer), asked
            seen += answer.status_code == 200
    assert seen >= 20


def test_what_is_made_of_the_store_holds_no_masked_word(http: httpx.Client, store: Path) -> None:
    assert http.get("/api/v1/search", params={"q": "shells"}).json()["items"]
    for word in ("Lilit", "Petrosyan", "nurse"):
        assert http.get("/api/v1/search", params={"q": word}).json()["items"] == []
    files = [path for name in ("read", "search") for path in (store / name).iterdir()]
    assert len(files) >= 4
    for path in files:
        held = path.read_bytes().lower()
        assert not [word for word in (b"lilit", b"petrosyan", b"nurse") if word in held], path
