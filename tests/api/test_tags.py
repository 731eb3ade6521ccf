"""Entity tags over every address: who has an answer is told that it holds, and nobody who has another."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from kg import resources
from kg.keys import Keys, Scope
from kg.pipeline import ingest, open_graph
from kg.pipeline.upkeep.backup import backup
from kg.pipeline.upkeep.restore import restore

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

SEED = "seed-syunik-highway-2021"
BASE = "https://w3id.org/servanda/id/"
GRAPH = f"{BASE}graph/report/{SEED}"
DATA = Path(str(resources.data())) / "seed"
PLAIN = ("--write-policy", "unvalidated")
EXAMPLES = {
    "/ontology/{part}": "reports",
    "/vocabulary/{code}": "basis",
    "/api/v1/agreements/{id}": "nk-2020-11-10",
    "/api/v1/agreements/{id}/terms": "nk-2020-11-10",
    "/api/v1/agreements/{id}/alleged-violations": "nk-2020-11-10",
    "/api/v1/terms/{id}": "nk-2020-11-10/6",
    "/api/v1/states/{id}": "armenia",
    "/api/v1/forces/{id}": "lebanese-armed-forces",
    "/api/v1/actors/{id}": "armenia",
    "/api/v1/regions/{id}": "syunik",
    "/api/v1/events/{id}": f"{SEED}/seizure",
    "/api/v1/claims/{id}": f"{SEED}/c1",
    "/api/v1/reports/{id}": SEED,
    "/api/v1/questions/{name}": "07",
    "/exports/{file}": "actors.gexf",
    "/exports/standards/{standard}": f"provenance.json?report={SEED}",
    "/graphs/{path}": f"report/{SEED}",
    "/doc/{path}": f"report/{SEED}",
    "/ontology.{extension}": "ttl",
}
"""A value for the placeholder of each address that has one."""
MORE = (
    "/docs",
    "/openapi.json",
    "/sparql?query=SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 50",
    f"/graphs?graph={GRAPH}",
    "/graphs?default",
    f"/doc/report/{SEED}.nt",
    f"/doc/graph/report/{SEED}",
    f"/doc/report/{SEED}?revision=1",
    "/doc/actor/armenia",
    "/exports/actors.json?report=" + SEED,
    "/api/v1/claims?limit=2&count=true",
    "/api/v1/changes?since=3&limit=2",
)


@dataclass(frozen=True)
class Answer:
    """What an address answered."""

    status: int
    tag: str | None
    body: bytes


def report(title: str) -> dict[str, Any]:
    document = yaml.safe_load((DATA / f"{SEED}.yaml").read_text(encoding="utf-8"))
    text = (DATA / document.pop("text_file")).read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return whole | {"text": text, "title": title}


def addresses(client: httpx.Client) -> list[str]:
    """Return all addresses that can be read, by `/openapi.json`, and those that it does not tell of."""
    found = []
    for path, item in client.get("/openapi.json").json()["paths"].items():
        if "get" not in item or path in {"/id/{path}", "/.well-known/void"}:
            continue
        if path.startswith("/api/v1/datasets/{id}"):  # no table was sent
            continue
        if path == "/exports/tables/{table}":  # made by a process of its own; test_exports asks for it
            continue
        if path == "/api/v1/alleged-violations/{id}":
            example = client.get("/api/v1/alleged-violations").json()["items"][0]["id"].rpartition("/")[2]
        elif path == "/api/v1/quarantine/{name}":
            example = client.get("/api/v1/quarantine").json()["items"][0]["id"]
        else:
            example = EXAMPLES[path] if "{" in path else ""
        stem, _, rest = path.partition("{")
        asked = {"/api/v1/search": "?q=armenia"}.get(path, "")
        found.append(stem + example + rest.partition("}")[2] + asked)
    return [*found, *MORE]


def answers(client: httpx.Client) -> dict[str, Answer]:
    found = {}
    for path in addresses(client):
        got = client.get(path)
        until = time.monotonic() + 60
        while got.status_code == 503 and time.monotonic() < until:  # what is searched is being made
            time.sleep(0.1)
            got = client.get(path)
        found[path] = Answer(got.status_code, got.headers.get("etag"), got.content)
    return found


def held(client: httpx.Client, before: dict[str, Answer]) -> dict[str, Answer]:
    """Return what the addresses answer now; to who has what they answered before 304 is said rightly."""
    now = {}
    for path, had in before.items():
        got = client.get(path)
        now[path] = Answer(got.status_code, got.headers.get("etag"), got.content)
        if had.tag is None:
            continue
        again = client.get(path, headers={"if-none-match": had.tag})
        if again.status_code == 304:
            assert got.content == had.body, path
            assert again.headers["etag"] == had.tag
        elif got.content != had.body:
            assert got.headers.get("etag") != had.tag, path
    return now


def differing(before: dict[str, Answer], now: dict[str, Answer]) -> set[str]:
    return {path for path, had in before.items() if had.tag is not None and had.tag != now[path].tag}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of a store with accounts and something in quarantine, and a backup beside it."""
    place = demonstration(tmp_path_factory.mktemp("tags") / "store", accounts=True)
    wrong = place.parent / "wrong.json"
    wrong.write_text('{"kind": "actors", "id": "list", "actors": []}', encoding="utf-8")
    with open_graph(place) as opened:
        assert ingest(opened, [wrong])[0].status == "refused"
    (place.parent / "token").write_text(Keys(place).make("One", Scope.ADMIN)[1], encoding="utf-8")
    backup(place, place.parent / "backup")
    return place


@pytest.fixture(scope="module")
def opened(made: Path, serving: Serving) -> Callable[..., AbstractContextManager[httpx.Client]]:
    """Give a function that serves a store, and gives a client with a key for everything."""

    @contextmanager
    def serve(folder: Path = made, **environment: str) -> Iterator[httpx.Client]:
        token = (made.parent / "token").read_text(encoding="utf-8")
        headers = {"authorization": f"Bearer {token}", "accept-encoding": "identity"}
        with (
            serving(folder, **environment) as (url, _),
            httpx.Client(base_url=url, headers=headers, timeout=120) as client,
        ):
            host = {"host": "localhost"}  # of which the port would be another each time
            client.headers.update(host)
            yield client

    return serve


@pytest.fixture(scope="module")
def first(opened: Callable[..., AbstractContextManager[httpx.Client]]) -> dict[str, Answer]:
    """Return what all addresses answer at first."""
    with opened() as client:
        found = answers(client)
        assert {path for path, answer in found.items() if answer.status != 200} == set()
        for path, answer in found.items():
            headed = client.head(path)
            assert (headed.headers.get("etag"), headed.content) == (answer.tag, b""), path
            if answer.tag is not None:
                again = client.get(path, headers={"if-none-match": answer.tag})
                assert (again.status_code, again.content) == (304, b""), path
                assert client.head(path, headers={"if-none-match": answer.tag}).status_code == 304
                assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
        untagged = {path for path, answer in found.items() if answer.tag is None}
        assert untagged == {
            "/api/v1/quarantine",
            "/api/v1/datasets",
            "/api/v1/same-event-proposals",
            "/healthz",
            "/readyz",
            "/metrics",
        }
        return found


def test_a_server_that_was_restarted_tags_what_is_the_same_alike(
    opened: Callable[..., AbstractContextManager[httpx.Client]], first: dict[str, Answer]
) -> None:
    with opened() as client:
        now = held(client, first)
    assert differing(first, now) == set()


def test_what_was_written_after_a_backup_was_restored_has_tags_of_its_own(
    opened: Callable[..., AbstractContextManager[httpx.Client]], made: Path, tmp_path: Path
) -> None:
    states: list[Any] = []
    followed = []
    for title in ("Title A", "Title B"):
        place = tmp_path / title[-1]
        restore(made.parent / "backup", place)
        with opened(place) as client:
            sent = client.post("/api/v1/reports", json=report(title))
            assert sent.json()["status"] == "revised"
            if not states:
                known = client.get("/api/v1/changes?limit=1000").json()["items"]
            for item in known[-2:] if states else known[-1:]:
                since = {"since": item["sequence"], "hash": item["hash"]}
                told = client.get("/api/v1/changes", params=since)
                followed.append(told.status_code)
            if states:
                last = client.get("/api/v1/changes").json()["head_hash"]
                assert told.json()["type"].endswith("/other-history")
                assert (told.json()["sequence"], told.json()["hash"]) == (sent.json()["sequence"], last)
            client.get("/sparql?query=ASK{}", headers={"prefer": f"min-seq={sent.json()['sequence']}"})
            states.append(
                (sent.json()["sequence"], answers(client) if not states else held(client, states[0][1]))
            )
    (one, before), (other, now) = states
    assert one == other
    assert followed == [200, 200, 409]
    changed = {path for path in before if before[path].tag and before[path].body != now[path].body}
    assert len(changed) >= 9, changed
    assert changed <= differing(before, now)
    assert {f"/graphs?graph={GRAPH}", f"/doc/report/{SEED}", "/api/v1/changes", "/"} <= changed
    same = {path for path in before if before[path].tag == now[path].tag and before[path].tag}
    assert all(before[path].body == now[path].body for path in same)


def test_another_configuration_has_other_tags(
    opened: Callable[..., AbstractContextManager[httpx.Client]], first: dict[str, Answer]
) -> None:
    with opened(SERVANDA_QUERY_TIMEOUT="7") as client:
        now = held(client, first)
    assert differing(first, now) == {path for path, had in first.items() if had.tag}
    assert now["/sparql"].body != first["/sparql"].body


def test_another_version_of_the_software_has_other_tags(
    opened: Callable[..., AbstractContextManager[httpx.Client]], first: dict[str, Answer], tmp_path: Path
) -> None:
    said = tmp_path / "servanda-99.9.dist-info"
    said.mkdir()
    (said / "METADATA").write_text("Metadata-Version: 2.1\nName: servanda\nVersion: 99.9\n", encoding="utf-8")
    with opened(PYTHONPATH=str(tmp_path)) as client:
        assert client.get("/").json()["version"] == "99.9"
        now = held(client, first)
    assert differing(first, now) == {path for path, had in first.items() if had.tag}


def test_an_edited_profile_has_other_tags(
    opened: Callable[..., AbstractContextManager[httpx.Client]], tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(str(resources.ontology() / "exports" / "actors"), own / "mine")
    file = own / "mine" / "profile.toml"
    paths = ("/exports", "/exports/mine.gexf", "/exports/actors.gexf", "/api/v1/claims")
    with opened(SERVANDA_EXPORTS=str(own)) as client:
        before = {path: Answer(200, (got := client.get(path)).headers["etag"], got.content) for path in paths}
    text = file.read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title"))
    file.write_text(text.replace(title, 'title = "Edited"'), encoding="utf-8")
    with opened(SERVANDA_EXPORTS=str(own)) as client:
        now = held(client, before)
    assert differing(before, now) == {"/exports", "/exports/mine.gexf"}


def test_what_a_key_is_told_of_itself_is_for_no_other_key(
    opened: Callable[..., AbstractContextManager[httpx.Client]], made: Path
) -> None:
    other = {"authorization": f"Bearer {Keys(made).make('Other', Scope.READ)[1]}"}
    with opened() as client:
        tag = client.get("/api/v1/key").headers["etag"]
        answer = client.get("/api/v1/key", headers={**other, "if-none-match": tag})
        assert (answer.status_code, answer.json()["name"]) == (200, "Other")
        assert client.get("/api/v1/key", headers={"if-none-match": tag}).status_code == 304


def test_a_strong_tag_tells_compressed_bytes_from_others_and_each_type_from_the_next(
    opened: Callable[..., AbstractContextManager[httpx.Client]],
) -> None:
    path = f"/graphs?graph={GRAPH}"
    with opened() as client:
        tags = set()
        for accept in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
            for coding in ("identity", "gzip"):
                asked = {"accept": accept, "accept-encoding": coding}
                answer = client.get(path, headers=asked)
                tag = answer.headers["etag"]
                assert not tag.startswith("W/")
                assert client.get(path, headers={**asked, "if-none-match": tag}).status_code == 304
                assert client.get(path, headers={**asked, "if-match": tag}).status_code == 200
                assert client.get(path, headers={**asked, "if-match": f"W/{tag}"}).status_code == 412
                tags.add(tag)
        assert len(tags) == 8


def test_reading_takes_conditions_in_their_order(
    opened: Callable[..., AbstractContextManager[httpx.Client]],
) -> None:
    path = f"/graphs?graph={GRAPH}"
    with opened() as client:
        first = client.get(path)
        tag = first.headers["etag"]
        late, early = "Sun, 01 Jan 2090 00:00:00 GMT", "Sun, 01 Jan 2006 00:00:00 GMT"
        for headers, status in (
            ({"if-match": '"x"'}, 412),
            ({"if-match": '"x"', "if-none-match": tag}, 412),
            ({"if-match": "*"}, 200),
            ({"if-match": tag, "if-none-match": tag}, 304),
            ({"if-none-match": '"x"', "if-modified-since": late}, 200),
            ({"if-modified-since": early}, 200),
            ({"if-modified-since": "yesterday"}, 200),
        ):
            answer = client.get(path, headers=headers)
            assert answer.status_code == status, headers
            if status == 412:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["etag"] == answer.headers["etag"] == tag
                assert int(answer.headers["content-length"]) == len(answer.content)
        assert client.head(path, headers={"if-match": '"x"'}).status_code == 412


def test_a_plain_store_has_tags_that_no_copy_put_back_shares(tmp_path: Path, serving: Serving) -> None:
    place, paths = (
        tmp_path / "plain",
        ("/graphs?graph=urn:g", "/graphs?graph=urn:h", "/graphs?default", "/sparql"),
    )
    turtle = {"content-type": "text/turtle"}
    query = "/sparql?query=SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?s"

    def asked(client: httpx.Client) -> dict[str, Answer]:
        got = {path: client.get(path) for path in (*paths, query)}
        return {path: Answer(one.status_code, one.headers["etag"], one.content) for path, one in got.items()}

    with (
        serving(place, *PLAIN) as (url, _),
        httpx.Client(base_url=url, headers={"host": "localhost"}, timeout=60) as client,
    ):
        for graph in ("urn:g", "urn:h"):
            put = client.put(
                "/graphs", params={"graph": graph}, content="<urn:a> <urn:b> 1 .", headers=turtle
            )
            assert put.status_code == 201
        before = asked(client)
    with (
        serving(place, *PLAIN) as (url, _),
        httpx.Client(base_url=url, headers={"host": "localhost"}, timeout=60) as client,
    ):
        assert differing(before, asked(client)) == set()
    shutil.copytree(place, tmp_path / "copy")
    states: list[Any] = []
    for name, value in (("A", 2), ("B", 3)):
        folder = tmp_path / name
        shutil.copytree(tmp_path / "copy", folder)
        with (
            serving(folder, *PLAIN) as (url, _),
            httpx.Client(base_url=url, headers={"host": "localhost"}, timeout=60) as client,
        ):
            content = f"<urn:a> <urn:b> {value} ."
            client.put("/graphs", params={"graph": "urn:g"}, content=content, headers=turtle)
            states.append(asked(client))
            if name == "B":
                held(client, states[0])
    one, other = states
    assert differing(before, one) == differing(one, other) == {"/graphs?graph=urn:g", "/sparql", query}
