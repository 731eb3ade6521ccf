"""Linked data: every IRI leads to what the graph says of it, in the form that is wanted."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from rdflib import Graph, URIRef

from kg.pipeline import ingest, open_graph, redact, retract
from kg.pipeline.version import moment
from kg.resources import data, ontology
from kg.store import serialise
from kg.terms import PREFIXES, RDF, SVD

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

# The JSON-LD reader of rdflib uses what rdflib itself calls old.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

BASE = "https://w3id.org/servanda/id/"
SEED = "seed-syunik-highway-2021"
TITLE = "Azerbaijan seizes Armenian highways, deployed armored vehicles"
TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
SYNTAX = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"} | {
    "application/ld+json": "json-ld",
    "application/trig": "turtle",  # of one graph, and that the default one
    "application/n-quads": "nt",
}


def read(answer: httpx.Response) -> set[tuple[object, ...]]:
    assert answer.status_code == 200, answer.text
    syntax = SYNTAX[answer.headers["content-type"].partition(";")[0]]
    return set(Graph().parse(data=answer.content, format=syntax))


def constructed(http: httpx.Client, pattern: str) -> set[tuple[object, ...]]:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
    return read(http.get("/sparql", params={"query": query}, headers={"accept": "application/n-triples"}))


@pytest.mark.parametrize("path", [f"report/{SEED}", "agreement/nk-2020-11-10"])
def test_a_document_is_told_whole(http: httpx.Client, path: str) -> None:
    told = read(http.get(f"/doc/{path}"))
    assert told == constructed(http, f"GRAPH <{BASE}graph/{path}> {{ ?s ?p ?o }}")
    subjects = {str(triple[0]) for triple in told}
    assert f"{BASE}{path}" in subjects
    assert len(subjects) > 50
    assert all(subject == BASE + path or subject.startswith(f"{BASE}{path}/") for subject in subjects)


@pytest.mark.parametrize("path", ["graph/actors/states", "graph/places/am-az", f"graph/report/{SEED}"])
def test_the_graph_of_a_document_is_told_whole(http: httpx.Client, path: str) -> None:
    told = read(http.get(f"/doc/{path}"))
    assert len(told) > 500
    assert told == constructed(http, f"GRAPH <{BASE}{path}> {{ ?s ?p ?o }}")


def test_every_resource_is_told_with_what_is_said_of_it(http: httpx.Client) -> None:
    query = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER STRSTARTS(STR(?s), "{BASE}") }} ORDER BY ?s'
    rows = http.get("/sparql", params={"query": query}, headers={"accept": "application/json"}).json()
    iris = [row["s"]["value"] for row in rows["results"]["bindings"]]
    kinds = {iri.removeprefix(BASE).split("/")[0] for iri in iris}
    assert {"actor", "place", "report", "agreement", "violation", "assessment", "document"} <= kinds
    assert len(iris) > 1000
    some = iris[::25] + [iri for iri in iris if iri.endswith(("geometry", "voice"))][:5]
    for iri in some:
        path = iri.removeprefix(BASE)
        if path.count("/") == 1 and path.startswith(("report/", "agreement/")):
            continue
        assert read(http.get(f"/doc/{path}")) == constructed(http, f"BIND (<{iri}> AS ?s) ?s ?p ?o"), iri


def test_what_the_rules_concluded_of_an_event_is_told_with_it(http: httpx.Client) -> None:
    event = URIRef(f"{BASE}report/{SEED}/event/seizure")
    told = read(http.get(f"/doc/report/{SEED}/event/seizure"))
    assert (event, RDF.type, SVD.Event) in told
    assert {predicate for _, predicate, _ in told} >= {SVD.inCluster}
    assert SVD.inCluster not in {predicate for _, predicate, _ in read(http.get(f"/doc/report/{SEED}"))}


@pytest.mark.parametrize("path", ["doc/actor/armenia", f"doc/report/{SEED}", "ontology"])
def test_each_type_says_the_same(http: httpx.Client, path: str) -> None:
    told = {kind: http.get(f"/{path}", headers={"accept": kind}) for kind in TYPES.values()}
    for kind, answer in told.items():
        assert answer.headers["content-type"].partition(";")[0] == kind
    turtle, *others = (read(answer) for answer in told.values())
    assert len(turtle) > 5
    for other in others:
        assert other == turtle


@pytest.mark.parametrize("extension", TYPES)
def test_an_extension_stands_for_a_type_whatever_is_accepted(http: httpx.Client, extension: str) -> None:
    kind = TYPES[extension]
    by_name = http.get(f"/doc/agreement/nk-2020-11-10/term/6.{extension}", headers={"accept": "image/png"})
    by_type = http.get("/doc/agreement/nk-2020-11-10/term/6", headers={"accept": kind})
    assert by_name.headers["content-type"] == by_type.headers["content-type"]
    assert by_name.content == by_type.content
    assert by_name.content


@pytest.mark.parametrize("accept", [None, "*/*", "text/turtle, text/html;q=0.9", "text/*"])
def test_turtle_is_what_is_told_to_who_has_no_wish(http: httpx.Client, accept: str | None) -> None:
    headers = {} if accept is None else {"accept": accept}
    answer = httpx.get(f"{http.base_url}/doc/actor/armenia", headers=headers)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


def test_turtle_is_written_to_be_read(http: httpx.Client) -> None:
    text = http.get("/doc/actor/armenia").text
    assert f"@prefix svd: <{SVD}> ." in text
    assert re.search(rf"<{BASE}actor/armenia> a [^;]*svd:State", text)
    assert text.count("\n<") == 1, "one block for one subject"
    declared = {line.split()[1].removesuffix(":") for line in text.splitlines() if line.startswith("@prefix")}
    assert "svd" in declared < set(PREFIXES)
    assert "sem" not in declared, "no prefix that is of no use"
    assert http.get("/doc/actor/armenia").text == text


def test_an_iri_leads_to_its_description(http: httpx.Client) -> None:
    answer = http.get(f"/id/report/{SEED}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/report/{SEED}")
    assert answer.content == b""
    followed = http.get(
        f"/id/report/{SEED}", headers={"accept": "application/ld+json"}, follow_redirects=True
    )
    assert followed.headers["content-type"] == "application/ld+json"
    assert read(followed) == read(http.get(f"/doc/report/{SEED}.nt"))
    assert http.head("/id/actor/armenia").headers["location"] == "/doc/actor/armenia"


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/id/report/x?revision=2", "/doc/report/x?revision=2"),
        ("/id/agreement/x/term/4(a).ttl", "/doc/agreement/x/term/4(a).ttl"),
        ("/id/a%20b%3C%22%3E", "/doc/a%20b%3C%22%3E"),
        ("/id/%C3%A4", "/doc/%C3%A4"),
        ("/id//example.org/", "/doc//example.org/"),
        ("/id/a%3Frevision=9", "/doc/a%3Frevision=9"),
        ("/id/", "/doc/"),
    ],
)
def test_an_iri_leads_nowhere_else(http: httpx.Client, asked: str, location: str) -> None:
    answer = http.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (303, location)
    assert http.get("/id/a%0d%0aSet-Cookie:%20x").status_code == 404


@pytest.mark.parametrize(
    ("path", "near"),
    [
        (f"report/{SEED}x", f"report/{SEED}"),
        ("agreement/nk-2020-11-11", "agreement/nk-2020-11-10"),
        ("actor/armenai", "actor/armenia"),
        ("place/siunik", "place/syunik"),
        (f"report/{SEED}/claim/c99", f"report/{SEED}/claim/c9"),
        (f"report/{SEED}/event/seisure", f"report/{SEED}/event/seizure"),
        ("agreement/nk-2020-11-10/term/60", "agreement/nk-2020-11-10/term/6"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_what_would_be(http: httpx.Client, path: str, near: str) -> None:
    answer = http.get(f"/doc/{path}")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/not-found")
    assert f"did you mean {near}" in answer.json()["detail"] or f" or {near}" in answer.json()["detail"]
    assert http.get(f"/doc/{near}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "x",
        "report",
        "report/",
        f"report/{SEED}/",
        f"report//{SEED}",
        "graph/inference",
        "graph/nothing/x",
        "graph/report/x",
        "document/report/x",
        "a%3E%20b",
        "report/%C3%A4",
        "report/%00",
        "report/x%22%7D",
        "report/%25zz",
        "report/%2525",
        ".ttl",
        "report/.nt",
        "a/" * 500,
        "x" * 5000,
    ],
)
def test_what_names_nothing_is_not_found(http: httpx.Client, path: str) -> None:
    answer = http.get(f"/doc/{path}")
    assert answer.status_code == 404, answer.text
    assert answer.json()["type"].endswith(("/not-found", "/unknown-path"))


def test_a_type_that_cannot_be_given_is_refused_with_those_that_can(http: httpx.Client) -> None:
    for path in ("/doc/actor/armenia", "/ontology"):
        answer = http.get(path, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (406, "not-acceptable")
        assert answer.json()["allowed"] == [*TYPES.values(), "text/html"]


def test_who_has_a_description_is_told_that_it_still_holds(http: httpx.Client) -> None:
    for path in ("/doc/actor/armenia", "/doc/actor/armenia.nt", "/ontology"):
        tag = http.get(path).headers["etag"]
        again = http.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        other = http.get(path, headers={"if-none-match": tag, "accept": "application/ld+json"})
        assert other.status_code == (304 if path.endswith(".nt") else 200)
        headed = http.head(path)
        assert (headed.status_code, headed.headers["etag"], headed.content) == (200, tag, b"")


@pytest.mark.parametrize("path", ["id/actor/armenia", "doc/actor/armenia", "ontology"])
def test_parameters_that_mean_nothing_are_refused(http: httpx.Client, path: str) -> None:
    assert http.get(f"/{path}?format=ttl").json()["type"].endswith("/unknown-parameter")


def test_the_ontology_is_the_one_in_the_store(http: httpx.Client) -> None:
    told = read(http.get("/ontology"))
    ours = "FILTER (STRSTARTS(STR(?s), 'https://w3id.org/servanda/ontology#'))"
    held = constructed(http, f"GRAPH <{BASE}graph/ontology> {{ ?s ?p ?o }} {ours}")
    translated = Graph().parse(str(ontology() / "translations.ttl"))  # told to people, not in the store
    labels = {triple for triple in translated if str(triple[0]).startswith(str(SVD))}
    assert labels
    assert {triple for triple in told if str(triple[0]).startswith(str(SVD))} == held | labels
    assert (SVD.AllegedViolation, RDF.type) in {triple[:2] for triple in told}
    assert "\nsvd:AllegedViolation a owl:Class" in http.get("/ontology").text


@pytest.fixture
def revised(tmp_path: Path, demonstration: Callable[..., Path]) -> tuple[Path, set[tuple[object, ...]]]:
    """Return a store with three revisions of the seed, the second redacted, and what the first said."""
    documents = shutil.copytree(str(data() / "seed"), tmp_path / "seed")
    file = documents / f"{SEED}.yaml"
    words = file.read_text("utf-8")
    assert f"title: {TITLE}" in words
    with open_graph(demonstration(tmp_path / "store")) as made:
        first = made.store.graph(URIRef(f"{BASE}graph/report/{SEED}"))
        for changed in ("The second title", "The third title"):
            file.write_text(words.replace(f"title: {TITLE}", f"title: {changed}"), encoding="utf-8")
            ingest(made, [file])
        redact(made, "report", SEED, "a person was at risk", revision=2)
    written = serialise(first, "application/n-triples", {})
    return tmp_path / "store", set(Graph().parse(data=written, format="nt"))


def test_a_document_is_told_as_any_of_its_revisions_had_it(
    serving: Serving, revised: tuple[Path, set[tuple[object, ...]]]
) -> None:
    (store, first), path = revised, f"report/{SEED}"
    with serving(store) as (url, _), httpx.Client(base_url=url, timeout=30) as http:
        assert read(http.get(f"/doc/{path}?revision=1")) == first
        assert read(http.get(f"/doc/graph/{path}.nt?revision=1")) == first
        assert TITLE in http.get(f"/doc/{path}?revision=1").text
        now = http.get(f"/id/{path}?revision=3", follow_redirects=True)
        assert read(now) == read(http.get(f"/doc/{path}")) != first
        assert "The third title" in now.text
        assert len({http.get(f"/doc/{path}{query}").headers["etag"] for query in ("", "?revision=1")}) == 2
        page = http.get(f"/doc/{path}?revision=3", headers={"accept": "text/html"}).text
        changed = page[page.index('id="changed"') : page.index("</section>", page.index('id="changed"'))]
        assert "What changed since revision 1" in changed  # the second was redacted
        assert "The second title" not in page
        for row in changed.split("<tr>")[2:]:  # after the head: the title, and what is called by it
            kept = re.sub(r"<[^>]*>", "", re.sub(r"<del>.*?</del>", "", row, flags=re.DOTALL))
            assert "The third title" in kept
            assert "<del>" in row
        states = "/doc/graph/actors/states"
        assert read(http.get(f"{states}?revision=1")) == read(http.get(states))


def test_a_revision_that_was_redacted_is_gone_and_one_that_never_was_is_not_found(
    serving: Serving, revised: tuple[Path, set[tuple[object, ...]]]
) -> None:
    (store, first), path = revised, f"report/{SEED}"
    with serving(store) as (url, _), httpx.Client(base_url=url) as http:
        redacted = http.get(f"/doc/{path}?revision=2")
        assert (redacted.status_code, redacted.json()["type"].rpartition("/")[2]) == (410, "gone")
        assert "a person was at risk" in redacted.json()["detail"]
        assert "The second title" not in redacted.text
        missing = http.get(f"/doc/{path}?revision=4")
        assert (missing.status_code, missing.json()["type"].rpartition("/")[2]) == (404, "not-found")
        assert "there are: 1, 2, 3" in missing.json()["detail"]
    with open_graph(store) as opened:
        retract(opened, "report", SEED, "the source took it back")
    with serving(store) as (url, _), httpx.Client(base_url=url) as http:
        assert http.get(f"/doc/{path}").status_code == 410
        assert read(http.get(f"/doc/{path}?revision=1")) == first


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        (f"report/{SEED}?revision=0", 400, "invalid-parameter"),
        (f"report/{SEED}?revision=-1", 400, "invalid-parameter"),
        (f"report/{SEED}?revision=first", 400, "invalid-parameter"),
        (f"report/{SEED}?revision=1&revision=1", 400, "repeated-parameter"),
        (f"report/{SEED}/claim/c1?revision=1", 400, "invalid-parameter"),
        ("actor/armenia?revision=1", 400, "invalid-parameter"),
        ("graph/inference?revision=1", 400, "invalid-parameter"),
        (f"report/{SEED}?revision=999999999999999999999", 404, "not-found"),
        ("report/nothing?revision=1", 404, "not-found"),
    ],
)
def test_a_revision_that_cannot_be_is_refused(http: httpx.Client, path: str, status: int, name: str) -> None:
    answer = http.get(f"/doc/{path}")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, name), answer.text


def test_what_was_retracted_is_gone_and_says_when_and_why(
    serving: Serving, demonstration: Callable[..., Path], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    with open_graph(demonstration(store)) as made:
        entry = retract(made, "report", SEED, "the source took it back")
    with serving(store) as (url, _), httpx.Client(base_url=url) as http:
        for path in (
            f"report/{SEED}",
            f"report/{SEED}/claim/c1",
            f"report/{SEED}.ttl",
            f"graph/report/{SEED}",
        ):
            answer = http.get(f"/doc/{path}")
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (410, "gone"), path
            said = answer.json()
            assert said["sequence"] == entry.sequence
            assert "the source took it back" in said["detail"]
            # The engine writes no zeros at the end of a second's fraction: it is the same instant.
            told = re.search(r"retracted on (\S+Z) by change", said["detail"])
            assert told is not None, said["detail"]
            assert moment(told[1]) == moment(entry.time)
        record = read(http.get(f"/doc/document/report/{SEED}"))
        assert (URIRef(f"{BASE}document/report/{SEED}"), RDF.type, SVD.Document) in record
        assert http.get(f"/doc/report/{SEED}x").status_code == 404
    with open_graph(store) as opened:
        ingest(opened, [Path(str(data() / "seed"))], again=True)
    with serving(store) as (url, _):
        assert httpx.get(f"{url}/doc/report/{SEED}").status_code == 200


@pytest.mark.parametrize(("extension", "kind"), TYPES.items())
def test_the_ontology_is_written_as_its_address_ends(http: httpx.Client, extension: str, kind: str) -> None:
    answer = http.get(f"/ontology.{extension}", headers={"accept": "text/turtle"})
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert read(answer) == read(http.get("/ontology"))


def test_the_ontology_is_written_in_no_other_way(http: httpx.Client) -> None:
    answer = http.get("/ontology.doc")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "not-found")
    assert ".ttl, .nt, .rdf, .jsonld, .trig, .nq" in answer.json()["detail"]


def test_short_names_of_a_document_are_those_of_the_ontology(http: httpx.Client) -> None:
    answer = http.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    context = answer.json()
    claim = {
        "@id": "https://example.org/claim",
        "@type": "Claim",
        "statedIn": "https://example.org/report",
        "place": ["https://example.org/here", "https://example.org/there"],
        "confidence": "0.5",
        "gist": {"@value": "a road was closed", "@language": "en"},
        "dcterms:title": "words",
    }
    told = set(Graph().parse(data=json.dumps(context | claim), format="json-ld"))
    turtle = """
        @prefix svd: <https://w3id.org/servanda/ontology#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix : <https://example.org/> .
        :claim a svd:Claim ; svd:statedIn :report ; svd:place :here, :there ; dcterms:title "words" ;
          svd:confidence "0.5"^^xsd:decimal ; svd:gist "a road was closed"@en ."""
    assert told == set(Graph().parse(data=turtle, format="turtle"))
    terms = {name for name, said in context["@context"].items() if str(said).startswith(("svd:", "{"))}
    declared = {
        str(subject).removeprefix(str(SVD))
        for subject, predicate, kind in Graph().parse(data=http.get("/ontology.nt").text, format="nt")
        if predicate == RDF.type
        and str(kind).startswith("http://www.w3.org/2002/07/owl#")
        and str(subject).startswith(str(SVD))
    }
    assert terms == declared
