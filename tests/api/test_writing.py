"""Writing over HTTP: whole documents or nothing, by those who have a key, and on the disk once said."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml
from rdflib import RDF, SH, Graph, Literal
from rdflib.compare import isomorphic

from kg import resources
from kg.journal import JournalReader
from kg.keys import Keys, Scope
from kg.pipeline import initialise, read_graph
from kg.store import parse_triples

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SEED = "seed-syunik-highway-2021"
BASE = "https://w3id.org/servanda/id/"
GRAPH = f"{BASE}graph/report/{SEED}"
DATA = Path(str(resources.data()))
COUNT = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("writing") / "store"
    initialise(made, BASE).close()
    return made


@pytest.fixture
def store(tmp_path: Path, reference: Path) -> Path:
    return Path(shutil.copytree(reference, tmp_path / "store"))


@pytest.fixture
def client(store: Path, serving: Serving) -> Iterator[httpx.Client]:
    """Return a client that brings a key which may ingest."""
    _, token = Keys(store).make("News desk", Scope.INGEST)
    headers = {"authorization": f"Bearer {token}"}
    with serving(store) as (url, _), httpx.Client(base_url=url, headers=headers, timeout=60) as made:
        yield made


def seed(**changes: Any) -> dict[str, Any]:
    """Return the seed report with its text in it."""
    document = yaml.safe_load((DATA / "seed" / f"{SEED}.yaml").read_text(encoding="utf-8"))
    text = (DATA / "seed" / document.pop("text_file")).read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return whole | {"text": text} | changes


def sparql(client: httpx.Client, query: str, sequence: int) -> list[list[str]]:
    answer = client.get(
        "/sparql", params={"query": query}, headers={"accept": "text/csv", "prefer": f"min-seq={sequence}"}
    )
    assert answer.status_code == 200, answer.text
    return [line.split(",") for line in answer.text.splitlines()[1:]]


def test_a_report_that_is_sent_is_journalled_answered_and_signed(client: httpx.Client, store: Path) -> None:
    answer = client.post("/api/v1/reports", json=seed())
    assert answer.status_code == 201, answer.text
    said = answer.json()
    warned = [(one["rule"], one["field"]) for one in said.pop("warnings")]
    assert warned == [("time/zone-unknown", "claims[1].time")]
    assert said == {
        "status": "added",
        "kind": "report",
        "id": SEED,
        "graph": GRAPH,
        "sequence": int(answer.headers["servanda-sequence"]),
        "etag": client.head(
            "/graphs", params={"graph": GRAPH}, headers={"accept-encoding": "identity"}
        ).headers["etag"],
    }
    entry, _ = JournalReader(store / "journal").record(said["sequence"])
    assert (entry.document, entry.revision) == (f"report {SEED}", 1)
    assert entry.agent.startswith("News desk (key ")
    found = client.get("/api/v1/alleged-violations", params={"count": "true"}).json()["counts"]
    assert (found["alleged"], found["candidates"]) == (1, 1)
    assert sparql(client, COUNT, said["sequence"])[0][0] not in {"0", ""}
    assert client.get(answer.headers["location"]).status_code == 200


def test_twice_is_once_and_changed_is_a_revision(client: httpx.Client) -> None:
    assert client.post("/api/v1/reports", json=seed()).status_code == 201
    again = client.post("/api/v1/reports", json=seed())
    assert (again.status_code, again.json()["status"], again.json()["sequence"]) == (200, "unchanged", None)
    changed = client.post("/api/v1/documents", json=seed(title="Another title"))
    assert (changed.status_code, changed.json()["status"]) == (200, "revised")
    tag = client.get(f"/api/v1/reports/{SEED}").headers["etag"]
    client.post("/api/v1/reports", json=seed())
    assert client.get(f"/api/v1/reports/{SEED}", headers={"if-none-match": tag}).status_code == 200


def test_yaml_is_taken_as_json_is(client: httpx.Client) -> None:
    body = yaml.safe_dump(seed(), allow_unicode=True).encode()
    sent = client.post("/api/v1/reports", content=body, headers={"content-type": "application/yaml"})
    assert sent.status_code == 201, sent.text
    assert client.post("/api/v1/reports", json=seed()).json()["status"] == "unchanged"


def test_what_is_refused_is_told_with_every_problem_and_nothing_is_written(
    client: httpx.Client, store: Path
) -> None:
    before = JournalReader(store / "journal").head
    wrong = seed()
    wrong["claims"][0]["modality"] = "rumoured"
    wrong["claims"][1]["quote"] = "words that nobody wrote"
    answer = client.post("/api/v1/reports", json=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    problems = answer.json()["problems"]
    assert {problem["field"] for problem in problems} == {"claims[0].modality", "claims[1].quote"}
    assert all(problem["rule"] and problem["message"] for problem in problems)
    assert JournalReader(store / "journal").head == before
    dry = client.post("/api/v1/validate", json=wrong)
    assert dry.status_code == 422
    assert dry.json()["problems"] == problems
    assert client.post("/api/v1/validate", json=seed()).json()["status"] == "valid"
    assert JournalReader(store / "journal").head == before


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"kind: report\nid: x", "application/yaml", 422),
        (b"{}", "text/plain", 415),
        (b'{"kind": "actors", "id": "a", "actors": []}', "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"a: &a [*a, *a]", "application/yaml", 422),
        (b"x" * (6 * 1024 * 1024), "application/json", 413),
    ],
    ids=["broken", "half", "type", "kind", "bytes", "deep", "circle", "large"],
)
def test_bad_bodies_are_refused_and_the_next_one_is_taken(
    client: httpx.Client, body: bytes, kind: str, status: int
) -> None:
    answer = client.post("/api/v1/reports", content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert client.post("/api/v1/reports", json=seed()).status_code == 201


def test_without_a_key_that_suffices_nothing_is_written(client: httpx.Client, store: Path) -> None:
    before = JournalReader(store / "journal").head
    _, reader = Keys(store).make("Reader", Scope.READ)
    for headers, status in (({"authorization": ""}, 401), ({"authorization": f"Bearer {reader}"}, 403)):
        for method, path in (
            ("POST", "/api/v1/reports"),
            ("POST", "/api/v1/documents"),
            ("POST", "/api/v1/validate"),
            ("PUT", f"/graphs?graph={GRAPH}"),
            ("POST", f"/graphs?graph={GRAPH}"),
            ("DELETE", f"/graphs?graph={GRAPH}"),
            ("PUT", f"/graphs/report/{SEED}"),
            ("DELETE", f"/graphs/report/{SEED}"),
        ):
            answer = client.request(method, path, json=seed(), headers=headers)
            assert answer.status_code == status, (method, path, answer.text)
    assert JournalReader(store / "journal").head == before


@pytest.mark.parametrize(
    "kind", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_what_is_put_into_a_graph_is_what_comes_out_and_says_the_same_as_the_document(
    client: httpx.Client, kind: str
) -> None:
    client.post("/api/v1/reports", json=seed())
    whole = client.get("/graphs", params={"graph": GRAPH}, headers={"accept": kind})
    assert whole.status_code == 200
    put = client.put(
        "/graphs", params={"graph": GRAPH}, content=whole.content, headers={"content-type": kind}
    )
    assert (put.status_code, put.json()["status"]) == (200, "unchanged")
    gone = client.delete("/graphs", params={"graph": GRAPH, "reason": "to be put again"})
    assert gone.status_code == 204
    waited = {"accept": kind, "prefer": f"min-seq={gone.headers['servanda-sequence']}"}
    assert client.get("/graphs", params={"graph": GRAPH}, headers=waited).status_code == 404
    back = client.put(f"/graphs/report/{SEED}", content=whole.content, headers={"content-type": kind})
    assert (back.status_code, back.json()["status"]) == (201, "added")
    waited["prefer"] = f"min-seq={back.headers['servanda-sequence']}"
    assert client.get("/graphs", params={"graph": GRAPH}, headers=waited).content == whole.content


def test_rdf_that_no_document_says_is_refused(client: httpx.Client, store: Path) -> None:
    client.post("/api/v1/reports", json=seed())
    before = JournalReader(store / "journal").head
    turtle = {"content-type": "text/turtle"}
    for triples in (
        f"<{BASE}report/other> a <https://w3id.org/servanda/ontology#NewsReport> .",
        f"<{BASE}report/{SEED}> <http://www.w3.org/2002/07/owl#sameAs> <{BASE}report/other> .",
        "<https://w3id.org/servanda/shapes#Claim> <http://www.w3.org/ns/shacl#deactivated> true .",
    ):
        answer = client.post("/graphs", params={"graph": GRAPH}, content=triples, headers=turtle)
        assert answer.status_code == 422, answer.text
    broken = client.put("/graphs", params={"graph": GRAPH}, content="<a> <b>", headers=turtle)
    assert (broken.status_code, broken.json()["problems"][0]["rule"]) == (422, "rdf/syntax")
    assert JournalReader(store / "journal").head == before


def test_graphs_that_are_no_documents_are_not_written(client: httpx.Client) -> None:
    for graph in ("ontology", "inference", "commits", "rules", "report/../x", "review/1"):
        name = f"{BASE}graph/{graph}"
        answer = client.put(
            "/graphs", params={"graph": name}, content="", headers={"content-type": "text/turtle"}
        )
        assert (answer.status_code, answer.json()["title"]) == (403, "Nothing can be written here"), graph
    answer = client.put("/graphs?default", content="", headers={"content-type": "text/turtle"})
    assert answer.status_code == 403


def test_what_others_refer_to_is_not_deleted(client: httpx.Client) -> None:
    client.post("/api/v1/reports", json=seed())
    answer = client.delete("/graphs/agreement/nk-2020-11-10")
    assert answer.status_code == 409
    assert f"report {SEED}" in answer.json()["detail"]
    assert client.delete("/graphs/report/unheard-of").status_code == 404


def test_many_at_once_are_taken_one_after_the_other(client: httpx.Client, store: Path) -> None:
    before, _ = JournalReader(store / "journal").head
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda n: client.post("/api/v1/reports", json=seed(id=f"copy-{n}")), range(6))
        )
    assert [answer.status_code for answer in answers] == [201] * 6
    assert sorted(answer.json()["sequence"] for answer in answers) == list(range(before + 1, before + 7))
    rows = sparql(
        client, "SELECT ?g { GRAPH ?g { ?r a <https://w3id.org/servanda/ontology#NewsReport> } }", before + 6
    )
    assert len(rows) == 6


def test_what_was_acknowledged_is_there_when_the_server_is_gone(store: Path, serving: Serving) -> None:
    _, token = Keys(store).make("News desk", Scope.INGEST)
    with serving(store) as (url, process):
        answer = httpx.post(
            f"{url}/api/v1/reports", json=seed(), headers={"authorization": f"Bearer {token}"}, timeout=60
        )
        process.kill()
        process.wait()
    assert answer.status_code == 201
    with read_graph(store) as reading:
        assert reading.sequence == answer.json()["sequence"]


def test_what_breaks_a_shape_is_told_as_the_validation_report_in_the_syntax_that_is_wanted(
    client: httpx.Client,
) -> None:
    document = seed()
    del document["claims"][0]["hedges"]  # its modality is hedged
    told = {}
    for kind in ("text/turtle", "application/ld+json", "application/n-triples"):
        answer = client.post("/api/v1/reports", json=document, headers={"accept": kind})
        assert answer.status_code == 422
        assert answer.headers["content-type"].partition(";")[0] == kind
        told[kind] = Graph()
        for triple in parse_triples(answer.content, kind):
            told[kind].add(triple)
        [report] = told[kind].subjects(RDF.type, SH.ValidationReport)
        assert told[kind].value(report, SH.conforms) == Literal(False)  # noqa: FBT003 - as RDF has it
        assert len(list(told[kind].objects(report, SH.result))) == 1
    assert isomorphic(told["text/turtle"], told["application/ld+json"])
    problems = client.post("/api/v1/reports", json=document).json()["problems"]
    assert [problem["rule"].startswith("https://w3id.org/servanda/shapes#") for problem in problems] == [True]


def test_what_is_doubtful_is_taken_in_and_said_and_refused_if_strict(client: httpx.Client) -> None:
    doubtful = seed(retrieved="1021-08-30")
    zone, year = ("time/zone-unknown", "claims[1].time"), ("time/implausible-year", "retrieved")
    for path, status in (("validate", 200), ("documents", 201)):
        strict = client.post(f"/api/v1/{path}", json=doubtful, params={"strict": "true"})
        assert strict.status_code == 422
        assert [(one["rule"], one["field"]) for one in strict.json()["problems"]] == [zone, year]
        answer = client.post(f"/api/v1/{path}", json=doubtful)
        assert answer.status_code == status
        warned = answer.json()["warnings"]
        assert [(one["rule"], one["field"]) for one in warned] == [zone, year]
        assert "1021" in warned[1]["message"]
    refused = client.post("/api/v1/documents", json=doubtful | {"publisher": "nobody"})
    assert [one["rule"] for one in refused.json()["warnings"]] == [zone[0], year[0]]
