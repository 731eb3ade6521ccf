"""Terms of a plain store over HTTP: what is spelled anew is told, and RDF 1.2 goes to who asks for it."""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

pytestmark = pytest.mark.slow

XSD = "http://www.w3.org/2001/XMLSchema#"
REWRITTEN = "servanda-rewritten"
GRAPH = {"graph": "urn:g"}
TURTLE = {"content-type": "text/turtle"}
KEPT = [
    *(("7", "integer"), ("99999999999999999999", "integer"), ("abc", "integer"), ("39.2", "decimal")),
    *(("NaN", "double"), ("2021-08-26T10:00:00", "dateTime"), ("2021-02-30T10:00:00Z", "dateTime")),
    *(("2021-08-26", "date"), ("2021Z", "gYear"), ("--02-29", "gMonthDay"), ("P1Y", "duration")),
    *(("AA==", "base64Binary"), ("0a", "hexBinary"), ("x", "token"), ("x", "anyURI")),
]
PREFIXES = f"PREFIX x: <{XSD}> PREFIX e: <http://ex.org/> "


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, serving: Serving) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("terms") / "store"
    with (
        serving(folder, "--write-policy", "unvalidated") as (url, _),
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        until = time.monotonic() + 60
        while client.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        yield client


@pytest.fixture
def http(served: httpx.Client) -> httpx.Client:
    assert updated(served, "DROP SILENT GRAPH <urn:g>").status_code == 204
    return served


def updated(http: httpx.Client, text: str) -> httpx.Response:
    kind = {"content-type": "application/sparql-update"}
    return http.post("/sparql/update", content=text.encode(), headers=kind)


def put(http: httpx.Client, turtle: str, graph: str = "urn:g") -> httpx.Response:
    return http.put("/graphs", params={"graph": graph}, content=(PREFIXES + turtle).encode(), headers=TURTLE)


def kept(http: httpx.Client) -> set[str]:
    """Return the objects of the graph as the store gives them back."""
    lines = http.get("/graphs", params=GRAPH, headers={"accept": "application/n-triples"}).text.splitlines()
    return {line.split(" ", 2)[2].removesuffix(" .") for line in lines}


def test_a_literal_that_is_spelled_anew_is_told_whichever_way_it_comes(http: httpx.Client) -> None:
    told = '1; "3"^^xsd:int as "3"^^xsd:integer'
    written = f'"3"^^<{XSD}int>'
    answers = [
        put(http, 'e:s e:p "3"^^x:int , "plain" , 7 .'),
        updated(http, f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:s> <urn:p> {written} }} }}"),
        updated(http, f'{PREFIXES} INSERT {{ GRAPH <urn:g> {{ e:s e:p "3"^^x:int }} }} WHERE {{ }}'),
        http.post("/graphs", params=GRAPH, content=f"<urn:s> <urn:p> {written} .", headers=TURTLE),
    ]
    assert [answer.headers.get(REWRITTEN) for answer in answers] == [told] * 4
    assert f'"3"^^<{XSD}integer>' in kept(http)


def test_a_literal_that_is_kept_as_it_was_sent_needs_no_word(http: httpx.Client) -> None:
    sent = {f'"{value}"^^<{XSD}{name}>' for value, name in KEPT}
    answer = put(http, f"e:s e:p {' , '.join(sent)} .")
    assert (answer.status_code, answer.headers.get(REWRITTEN)) == (201, None)
    assert kept(http) == sent


def test_all_that_are_spelled_anew_are_counted_and_the_first_named(http: httpx.Client) -> None:
    answer = put(
        http, "e:s e:p " + " , ".join(f"0{number}" for number in range(1, 30)) + ' , "é\\n"^^x:int .'
    )
    told = answer.headers[REWRITTEN]
    assert told.startswith('29; "01"^^xsd:integer as "1"^^xsd:integer, "02"')
    assert told.count(" as ") == 5
    assert (
        updated(http, "INSERT DATA { <urn:a> <urn:b> 007, -0, '007' , 1.50 }")
        .headers[REWRITTEN]
        .startswith("3;")
    )


def test_what_is_only_looked_for_or_taken_out_is_not_told(http: httpx.Client) -> None:
    text = "DELETE { ?s ?p 007 } INSERT { ?s ?p 8 } WHERE { ?s ?p 007 FILTER(?p != 1.0) }"
    text += " ; DELETE DATA { <a:b> <a:b> 01 }"
    assert REWRITTEN not in updated(http, text).headers


def test_what_patterns_compute_and_give_is_told_too(http: httpx.Client) -> None:
    put(http, "e:s e:p '007' , '7' .")
    where = "WHERE { GRAPH <urn:g> { ?s ?p ?o } %s }"
    answers = [
        updated(http, f"{PREFIXES} INSERT {{ GRAPH <urn:g> {{ ?s e:q ?v }} }} {where % pattern}")
        for pattern in ("BIND(STRDT(?o, x:integer) AS ?v)", "VALUES ?v { 08 }")
    ]
    assert [answer.headers.get(REWRITTEN) for answer in answers] == [
        '1; "007"^^xsd:integer as "7"^^xsd:integer',
        '1; "08"^^xsd:integer as "8"^^xsd:integer',
    ]


def test_copies_of_graphs_are_as_the_graphs_are(http: httpx.Client) -> None:
    put(http, "e:s e:p 7 .")
    for text in ("COPY <urn:g> TO <urn:h>", "ADD <urn:h> TO <urn:g>", "MOVE <urn:h> TO <urn:g>"):
        answer = updated(http, text)
        assert (answer.status_code, answer.headers.get(REWRITTEN)) == (204, None)
    assert kept(http) == {f'"7"^^<{XSD}integer>'}


@pytest.mark.parametrize("method", ["PATCH", "MERGE"])
def test_a_graph_is_changed_in_no_other_way(method: str, http: httpx.Client) -> None:
    answer = http.request(method, "/graphs", params=GRAPH, content=b"INSERT DATA { <a:b> <a:b> 007 }")
    assert answer.status_code in {405, 501}
    assert updated(http, "LOAD <http://localhost/x> INTO GRAPH <urn:g>").status_code == 400


def test_the_service_says_that_literals_are_kept_by_value(http: httpx.Client) -> None:
    assert "Servanda-Rewritten" in http.get("/sparql", headers={"accept": "text/turtle"}).text


# Versions of RDF.

OLD = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
NEW = """e:x e:name "سلام"@ar--rtl , "سلام"@ar , "hello"@en--ltr , "plain" .
e:r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( e:s e:p "o"@he--rtl )>> .
e:x e:note "x\\" @ar--rtl <<( its:dir" . """
X, NAME, NOTE = (URIRef(f"http://ex.org/{name}") for name in ("x", "name", "note"))
READ = Graph()
for _object in (Literal("سلام", lang="ar"), Literal("hello", lang="en"), Literal("plain")):
    READ.add((X, NAME, _object))
READ.add((X, NOTE, Literal('x" @ar--rtl <<( its:dir')))
WHOLE = "CONSTRUCT { ?s ?p ?o } { GRAPH <urn:new> { ?s ?p ?o } }"


def read(body: str, syntax: str) -> Graph:
    """Return what a parser of RDF 1.1 makes of a text; all of it, whatever graph it is in."""
    found = Dataset()
    found.parse(data=body, format=syntax)
    whole = Graph()
    for subject, predicate, object_, _ in found.quads():
        whole.add((subject, predicate, object_))
    return whole


@pytest.fixture(scope="module")
def newer(served: httpx.Client) -> httpx.Client:
    """Return a client of a store that holds RDF 1.2 in a graph of its own."""
    assert put(served, NEW, "urn:new").status_code == 201
    return served


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib uses its own
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("kind", OLD)
@pytest.mark.parametrize("version", ["", ";version=1.1", ";version=1.2;q=0.1, {kind}"])
def test_who_reads_rdf_1_1_gets_what_it_can_read(newer: httpx.Client, kind: str, version: str) -> None:
    accept = {"accept": kind + version.format(kind=kind)}
    describe = "DESCRIBE ?s FROM <urn:new> { ?s ?p ?o }"
    for answer in (
        newer.get("/graphs", params={"graph": "urn:new"}, headers=accept),
        newer.get("/sparql", params={"query": WHOLE}, headers=accept),
        newer.get("/sparql", params={"query": describe}, headers=accept),
    ):
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert "version" not in answer.headers["content-type"]
        assert isomorphic(read(answer.text, OLD[kind]), READ)


@pytest.mark.parametrize("kind", [kind for kind in OLD if kind != "application/ld+json"])
@pytest.mark.parametrize(
    "form", ["{};version=1.2", '{};q=0.5, {} ; Version="1.2"', "{};q=0.9;x=y, {};version=1.2"]
)
def test_who_asks_for_rdf_1_2_gets_it(newer: httpx.Client, kind: str, form: str) -> None:
    answer = newer.get("/graphs", params={"graph": "urn:new"}, headers={"accept": form.format(kind, kind)})
    assert answer.headers["content-type"].endswith("; version=1.2")
    found = {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.from_media_type(kind))}
    assert found == {quad.triple for quad in ox.parse(PREFIXES + NEW, format=ox.RdfFormat.TURTLE)}


def test_json_ld_gives_directions_to_who_asks_and_refuses_triple_terms(newer: httpx.Client) -> None:
    accept = {"accept": "application/ld+json;version=1.2"}
    query = {"query": "CONSTRUCT { ?s ?p ?o } { GRAPH <urn:new> { ?s ?p ?o FILTER(isLITERAL(?o)) } }"}
    assert '"@direction":"rtl"' in newer.get("/sparql", params=query, headers=accept).text
    assert newer.get("/graphs", params={"graph": "urn:new"}, headers=accept).status_code == 406


def test_tables_hold_what_their_readers_can_read(newer: httpx.Client) -> None:
    query = {"query": "SELECT ?o ?s { GRAPH <urn:new> { ?s ?p ?o } }"}
    kind = "text/tab-separated-values"
    old = newer.get("/sparql", params=query, headers={"accept": kind}).text
    assert sorted(line.partition("\t")[0] for line in old.splitlines()[1:]) == sorted(
        ["", '"سلام"@ar', '"سلام"@ar', '"hello"@en', '"plain"', '"x\\" @ar--rtl <<( its:dir"']
    )
    new = newer.get("/sparql", params=query, headers={"accept": f"{kind};version=1.2"})
    assert '"سلام"@ar--rtl\t' in new.text
    assert new.headers["content-type"].endswith("version=1.2")
    table = newer.get("/sparql", params=query).json()["results"]["bindings"]
    assert {json.dumps(row["o"].get("its:dir")) for row in table if "o" in row} == {'"rtl"', '"ltr"', "null"}
    assert [row["s"]["value"] for row in table if "o" not in row] == ["http://ex.org/r"]


@pytest.mark.parametrize("kind", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_a_reader_of_1_1_reads_every_table_and_one_of_1_2_finds_triple_terms(
    newer: httpx.Client, kind: str
) -> None:
    query = {"query": "SELECT ?s ?p ?o { GRAPH <urn:new> { ?s ?p ?o } }"}
    old = newer.get("/sparql", params=query, headers={"accept": kind})
    assert old.headers["content-type"] == kind
    read: Any = Result.parse(io.BytesIO(old.content), format=kind.rpartition("+")[2])
    rows = list(read)
    cells = Counter(len([cell for cell in row if cell is not None]) for row in rows)
    new = newer.get("/sparql", params=query, headers={"accept": f"{kind};version=1.2"})
    assert new.headers["content-type"] == f"{kind}; version=1.2"
    assert cells == {3: len(rows) - 1, 2: 1}
    assert b"triple" in new.content
    assert b"triple" not in old.content
    texts = {(str(row[2]), getattr(row[2], "language", None)) for row in rows}
    assert ("سلام", "ar") in texts
    assert new.content.count(b"its:dir") == old.content.count(b"its:dir") + 1 > 3  # one is in the triple
    spoken = {"query": "SELECT (TRIPLE(<urn:a>, <urn:b>, 1) AS ?t) {}"}
    said = newer.get("/sparql", params=spoken, headers={"accept": kind})
    assert b"triple" in said.content
    unsaid = newer.get("/sparql", params=spoken, headers={"accept": f"{kind};version=1.1"})
    assert b"triple" not in unsaid.content


def test_a_graph_is_no_table_whatever_the_version(newer: httpx.Client) -> None:
    for kind in ("text/tab-separated-values", "application/sparql-results+json"):
        answer = newer.get("/graphs", params={"graph": "urn:new"}, headers={"accept": f"{kind};version=1.2"})
        assert answer.status_code == 406, answer.text


def test_who_speaks_1_2_in_a_query_reads_it_unless_it_says_otherwise(served: httpx.Client) -> None:
    query = {"query": "CONSTRUCT { <urn:a> <urn:b> ?o } { BIND(STRLANGDIR('x', 'ar', 'rtl') AS ?o) }"}
    said = served.get("/sparql", params=query, headers={"accept": "text/turtle"})
    assert '"x"@ar--rtl' in said.text
    assert said.headers["content-type"].endswith("version=1.2")
    older = served.get("/sparql", params=query, headers={"accept": "text/turtle;version=1.1"})
    assert '"x"@ar ' in older.text
    assert "version" not in older.headers["content-type"]
    asked = served.get("/sparql", params={"query": "SELECT (LANGDIR('x'@ar--rtl) AS ?d) { }"})
    assert asked.headers["content-type"] == "application/sparql-results+json"
