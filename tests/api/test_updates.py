"""SPARQL updates of documents over HTTP: by few, of named graphs, whole and valid or not at all."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.journal import JournalReader
from kg.keys import Keys, Scope
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SEED = "seed-syunik-highway-2021"
BASE = "https://w3id.org/servanda/id/"
SAME = "http://www.w3.org/2002/07/owl#sameAs"
GRAPH = f"{BASE}graph/report/{SEED}"
UPDATE = "application/sparql-update"
PREFIXES = "PREFIX svd: <https://w3id.org/servanda/ontology#> "
SECONDS = 2
LIMIT = 6 * SECONDS


def worded(new: str, where: str = "") -> str:
    """Return an update that gives the gist of a claim in other words."""
    return (
        f"{PREFIXES} DELETE {{ GRAPH <{GRAPH}> {{ ?claim svd:gist ?gist }} }} "
        f'INSERT {{ GRAPH <{GRAPH}> {{ ?claim svd:gist "{new}"@en }} }} '
        f'WHERE {{ GRAPH <{GRAPH}> {{ ?claim svd:key "c1" ; svd:gist ?gist }} {where} }}'
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("updates") / "store")


@pytest.fixture(scope="module")
def store(made: Path) -> Path:
    """Return the folder of the store that most tests change."""
    return Path(shutil.copytree(made, made.parent / "served"))


@pytest.fixture(scope="module")
def client(store: Path, serving: Serving) -> Iterator[httpx.Client]:
    """Return a client that may do everything, of a server that takes updates."""
    _, token = Keys(store).make("Curator", Scope.ADMIN)
    settings = {"SERVANDA_UPDATE": "1", "SERVANDA_QUERY_TIMEOUT": str(SECONDS)}
    with (
        serving(store, **settings) as (url, _),
        httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60) as opened,
    ):
        yield opened


def updated(client: httpx.Client, text: str, **parameters: str | list[str]) -> httpx.Response:
    return client.post(
        "/sparql/update", params=parameters, content=text.encode(), headers={"content-type": UPDATE}
    )


def head(store: Path) -> int:
    """Return the number of the last change in the journal."""
    return JournalReader(store / "journal").head[0]


def count(client: httpx.Client, pattern: str) -> int:
    query = f"{PREFIXES} SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
    answer = client.post("/sparql", data={"query": query}, headers={"accept": "text/csv"})
    return int(answer.text.split()[1])


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def test_they_are_off_unless_somebody_turned_them_on(made: Path, tmp_path: Path, serving: Serving) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "store"))
    _, token = Keys(folder).make("Curator", Scope.ADMIN)
    before = head(folder)
    with serving(folder) as (url, _), httpx.Client(base_url=url) as other:
        assert updated(other, worded("x")).status_code == 401
        other.headers["authorization"] = f"Bearer {token}"
        answer = updated(other, worded("x"))
        assert told(answer) == (403, "read-only")
        assert "SERVANDA_UPDATE=1" in answer.json()["detail"]
    assert head(folder) == before


def test_a_setting_that_is_no_switch_is_refused(made: Path, serving: Serving) -> None:
    with (
        pytest.raises(AssertionError, match=r"SERVANDA_UPDATE is 'yes'; 1 or 0 is needed"),
        serving(made, SERVANDA_UPDATE="yes"),
    ):
        pass


def test_only_a_key_that_may_do_everything_suffices(client: httpx.Client, store: Path) -> None:
    before = head(store)
    bearers = {scope: Keys(store).make(f"To {scope}", scope)[1] for scope in (Scope.READ, Scope.INGEST)}
    for authorization, status in (
        ("", 401),
        ("Bearer svd_aaaaaaaa_" + "A" * 43, 401),
        (f"Bearer {bearers[Scope.READ]}", 403),
        (f"Bearer {bearers[Scope.INGEST]}", 403),
    ):
        headers = {"content-type": UPDATE, "authorization": authorization}
        answer = client.post("/sparql/update", content=worded("x"), headers=headers)
        assert answer.status_code == status, authorization
        assert "www-authenticate" in answer.headers
    assert head(store) == before


def test_what_changes_a_document_is_a_revision_that_everybody_sees(client: httpx.Client, store: Path) -> None:
    before = head(store)
    answer = updated(client, worded("In other words"))
    assert answer.status_code == 200, answer.text
    [said] = answer.json()["documents"]
    warned = [(one["rule"], one["field"]) for one in said.pop("warnings")]
    assert warned == [("time/zone-unknown", f"report/{SEED}/claim/c1/time")]
    assert said == {
        "status": "revised",
        "kind": "report",
        "id": SEED,
        "graph": GRAPH,
        "sequence": before + 1,
        "etag": client.head(
            "/graphs", params={"graph": GRAPH}, headers={"accept-encoding": "identity"}
        ).headers["etag"],
    }
    assert answer.headers["servanda-sequence"] == str(before + 1)
    assert answer.headers["cache-control"] == "no-store"
    [change] = client.get("/api/v1/changes", params={"since": before}).json()["items"]
    assert (change["action"], change["kind"], change["id"], change["revision"]) == (
        "revise",
        "report",
        SEED,
        2,
    )
    assert change["graphs"] == [GRAPH]
    entry, _ = JournalReader(store / "journal").record(before + 1)
    assert entry.agent.startswith("Curator (key ")
    assert count(client, '?claim svd:gist "In other words"@en') == 1
    again = updated(client, worded("In other words"))
    assert (again.status_code, again.json()) == (200, {"documents": []})
    assert "servanda-sequence" not in again.headers or again.headers["servanda-sequence"] == str(before + 1)
    assert head(store) == before + 1


def test_the_update_of_the_page_is_one(client: httpx.Client, store: Path) -> None:
    before = head(store)
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    [example] = [block.partition("```")[0] for block in page.split("```sparql\n")[1:]]
    answer = updated(client, example.replace("report/radio", f"report/{SEED}"))
    assert [one["status"] for one in answer.json()["documents"]] == ["revised"], answer.text
    assert head(store) == before + 1


def test_a_form_does_as_well(client: httpx.Client, store: Path) -> None:
    before = head(store)
    answer = client.post("/sparql/update", data={"update": worded("By a form")})
    assert answer.status_code == 200, answer.text
    assert head(store) == before + 1


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "CLEAR ALL",
        "DROP DEFAULT",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT { GRAPH ?g { ?s <urn:p> 1 } } WHERE { GRAPH ?g { ?s ?p 1 } }",
        f"COPY DEFAULT TO <{GRAPH}>",
        f"CLEAR GRAPH <{GRAPH}> ; CLEAR NAMED",
    ],
)
def test_an_update_that_does_not_name_what_it_changes_is_refused(
    text: str, client: httpx.Client, store: Path
) -> None:
    before = head(store)
    answer = updated(client, text)
    assert told(answer) == (400, "update-forbidden"), answer.text
    assert "names each graph" in answer.json()["detail"]
    assert head(store) == before


@pytest.mark.parametrize(
    "name",
    ["graph/ontology", "graph/inference", "graph/commits", "graph/rules", "graph/review/1", "report/x", "x"],
)
def test_graphs_that_are_no_documents_are_not_changed(name: str, client: httpx.Client, store: Path) -> None:
    before = head(store)
    for text in (
        f"INSERT DATA {{ GRAPH <{BASE}{name}> {{ <urn:a> <urn:b> 1 }} }}",
        f"BASE <{BASE}> INSERT {{ GRAPH <{name}> {{ <urn:a> <urn:b> 1 }} }} WHERE {{ }}",
        f"PREFIX g: <{BASE}{name}> INSERT DATA {{ GRAPH g: {{ <urn:a> <urn:b> 1 }} }}",
    ):
        answer = updated(client, text)
        assert told(answer) == (422, "refused"), answer.text
        assert {problem["graph"] for problem in answer.json()["problems"]} == {f"{BASE}{name}"}
    assert head(store) == before


def test_what_does_not_conform_is_told_with_every_problem_and_nothing_changes(
    client: httpx.Client, store: Path
) -> None:
    before, held = head(store), client.get("/graphs", params={"graph": GRAPH}).text
    for text in (
        f"{PREFIXES} DELETE WHERE {{ GRAPH <{GRAPH}> {{ ?claim svd:modality ?o }} }}",
        f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <{BASE}report/other> a <urn:x> }} }}",
        f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <{BASE}report/{SEED}> <{SAME}> <urn:x> }} }}",
    ):
        answer = updated(client, text)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problems = answer.json()["problems"]
        assert problems
        assert all(problem["graph"] == GRAPH and problem["rule"] for problem in problems)
    assert head(store) == before
    assert client.get("/graphs", params={"graph": GRAPH}).text == held


def test_where_one_of_two_documents_does_not_conform_neither_comes_in(
    client: httpx.Client, store: Path
) -> None:
    before = head(store)
    states = f"{BASE}graph/actors/states"
    odd = f"INSERT DATA {{ GRAPH <{states}> {{ <urn:a> <urn:b> 1 }} }}"
    answer = updated(client, f"{worded('Of two')} ; {odd}")
    assert answer.status_code == 422, answer.text
    assert {problem["graph"] for problem in answer.json()["problems"]} == {states}
    assert head(store) == before


def test_what_others_refer_to_stays(client: httpx.Client, store: Path) -> None:
    before = head(store)
    answer = updated(client, f"DROP GRAPH <{BASE}graph/agreement/nk-2020-11-10>")
    assert answer.status_code == 422, answer.text
    assert f"report {SEED}" in answer.json()["problems"][0]["message"]
    assert head(store) == before


@pytest.mark.parametrize(
    "text",
    [f"CLEAR GRAPH <{GRAPH}>", f"DELETE WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}", f"DROP GRAPH <{GRAPH}>"],
)
def test_an_update_that_leaves_nothing_takes_the_document_back(
    text: str, client: httpx.Client, store: Path
) -> None:
    whole = client.get("/graphs", params={"graph": GRAPH}, headers={"accept": "application/n-triples"}).text
    before = head(store)
    answer = updated(client, text)
    assert answer.status_code == 200, answer.text
    [document] = answer.json()["documents"]
    assert (document["status"], document["sequence"]) == ("retracted", before + 1)
    [change] = client.get("/api/v1/changes", params={"since": before}).json()["items"]
    assert (change["action"], change["reason"]) == ("retract", "a SPARQL update left nothing of it")
    assert client.get("/graphs", params={"graph": GRAPH}).status_code == 404
    assert count(client, "?violation a svd:AllegedViolation") == 0
    back = updated(client, f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {whole} }} }}")
    assert [one["status"] for one in back.json()["documents"]] == ["added"], back.text
    now = client.get("/graphs", params={"graph": GRAPH}, headers={"accept": "application/n-triples"})
    assert now.text == whole
    assert count(client, "?violation a svd:AllegedViolation") == 1


def test_patterns_see_the_graphs_that_are_named_and_no_union(client: httpx.Client, store: Path) -> None:
    before = head(store)
    bare = (
        f"{PREFIXES} DELETE {{ GRAPH <{GRAPH}> {{ ?claim svd:gist ?gist }} }} "
        f'INSERT {{ GRAPH <{GRAPH}> {{ ?claim svd:gist "Seen"@en }} }} '
        'WHERE { ?claim svd:key "c1" ; svd:gist ?gist }'
    )
    assert updated(client, bare).json() == {"documents": []}
    elsewhere = updated(client, bare, **{"using-graph-uri": f"{BASE}graph/ontology"})
    assert elsewhere.json() == {"documents": []}
    named = updated(client, bare, **{"using-named-graph-uri": GRAPH})
    assert named.json() == {"documents": []}
    seen = updated(client, bare, **{"using-graph-uri": [f"{BASE}graph/ontology", GRAPH]})
    assert [one["status"] for one in seen.json()["documents"]] == ["revised"], seen.text
    both = updated(client, bare.replace("WHERE", f"USING <{GRAPH}> WHERE"), **{"using-graph-uri": GRAPH})
    assert both.status_code == 400
    assert updated(client, bare, **{"using-graph-uri": "no iri"}).status_code == 400
    assert head(store) == before + 1


def test_relative_iris_are_so_to_the_address_unless_the_update_has_a_base(
    client: httpx.Client, store: Path
) -> None:
    before = head(store)
    away = updated(client, "INSERT DATA { GRAPH <x> { <a> <b> <c> } }")
    assert f"{str(client.base_url).rstrip('/')}/sparql/x" in away.text
    assert away.is_client_error
    text = worded("By a base").replace(f"<{GRAPH}>", f"<graph/report/{SEED}>")
    near = updated(client, f"BASE <{BASE}> {text}")
    assert [one["status"] for one in near.json()["documents"]] == ["revised"], near.text
    assert head(store) == before + 1


@pytest.mark.parametrize(
    ("text", "status", "name"),
    [
        ("LOAD <http://127.0.0.1:9/x>", 400, "load-forbidden"),
        (f"CLEAR GRAPH <{GRAPH}> ; LOAD <http://127.0.0.1:9/x> INTO GRAPH <{GRAPH}>", 400, "load-forbidden"),
        (worded("x", "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"), 400, "service-forbidden"),
        (worded("x", "SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o }"), 400, "service-forbidden"),
        ("SELECT * {}", 400, "query-syntax"),
        (f"INSERT DATA {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}", 400, "query-syntax"),
        (f"CREATE GRAPH <{GRAPH}>", 500, "update-failed"),
        (worded("x", "FILTER(" + "(" * 70 + "1" + ")" * 70 + ")"), 400, "query-too-deep"),
    ],
)
def test_what_may_not_or_cannot_be_made_is_told_by_name(
    text: str, status: int, name: str, client: httpx.Client, store: Path
) -> None:
    before = head(store)
    assert told(updated(client, text)) == (status, name)
    assert head(store) == before


def test_a_load_that_may_fail_does_nothing(client: httpx.Client, store: Path) -> None:
    before = head(store)
    answer = updated(client, f"LOAD SILENT <http://127.0.0.1:9/x> INTO GRAPH <{GRAPH}>")
    assert (answer.status_code, answer.json()) == (200, {"documents": []})
    both = updated(client, f"LOAD SILENT <http://127.0.0.1:9/x> ; {worded('Beside a load')}")
    assert both.status_code == 200, both.text
    assert len(both.json()["documents"]) == 1
    assert head(store) == before + 1


def test_an_endless_update_is_ended_and_the_server_goes_on(client: httpx.Client, store: Path) -> None:
    before = head(store)
    begun = time.monotonic()
    answer = updated(client, worded("x", "GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j . ?k ?l ?m }"))
    assert time.monotonic() - begun <= LIMIT + LATE
    assert answer.json()["type"].rpartition("/")[2] in {"query-timeout", "query-memory"}
    assert head(store) == before
    assert [one["status"] for one in updated(client, worded("After all")).json()["documents"]] == ["revised"]
    assert not list((store / "trials").iterdir())
