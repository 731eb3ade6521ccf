"""Asked for nothing, the service says what it is, what it can and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, VOID, XSD, Graph, Literal, Namespace, URIRef

from kg.query.evaluators import Threads
from kg.query.statistics import Counter
from kg.store import memory

if TYPE_CHECKING:
    import httpx

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = "http://www.w3.org/ns/formats/"
GRAPH = "https://w3id.org/servanda/id/graph/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture(scope="module")
def told(http: httpx.Client) -> Graph:
    answer = http.get("/sparql", headers={"accept": "text/turtle"})
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.text, format="turtle")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        (BROWSER, "text/turtle"),
        ("text/html", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
    ],
)
def test_it_is_told_in_the_syntax_that_is_wanted(http: httpx.Client, accept: str, kind: str) -> None:
    answer = http.get("/sparql", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == kind
    headed = http.head("/sparql", headers={"accept": accept})
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-type"] == answer.headers["content-type"]


def test_what_is_no_syntax_of_graphs_is_refused(http: httpx.Client) -> None:
    assert http.get("/sparql", headers={"accept": "application/sparql-results+json"}).status_code == 406


def test_it_tells_where_it_is_and_what_it_can(address: str, told: Graph) -> None:
    [service] = told.subjects(RDF.type, SD.Service)
    assert list(told.objects(service, SD.endpoint)) == [URIRef(f"{address}/sparql")]
    assert set(told.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(told.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    formats = {str(item).removeprefix(FORMATS) for item in told.objects(service, SD.resultFormat)}
    assert formats == {
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
        "RDF_XML",
        "JSON-LD",
        "TriG",
        "N-Quads",
    }
    taken = {str(item).removeprefix(FORMATS) for item in told.objects(service, SD.inputFormat)}
    assert taken == {name for name in formats if not name.startswith("SPARQL")}


def test_it_tells_what_it_holds(http: httpx.Client, told: Graph) -> None:
    def count(query: str) -> int:
        answer = http.get("/sparql", params={"query": query}, headers={"accept": "text/csv"})
        return int(answer.text.split()[1])

    [dataset] = told.objects(None, SD.defaultDataset)
    assert set(told.objects(dataset, RDF.type)) == {SD.Dataset, VOID.Dataset, DCAT.Dataset}
    everything = count("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert list(told.objects(dataset, VOID.triples)) == [Literal(everything)]
    sizes = {
        str(told.value(named, SD.name)): told.value(told.value(named, SD.graph), VOID.triples)
        for named in told.objects(dataset, SD.namedGraph)
    }
    assert len(sizes) > 10
    assert sum(int(str(size)) for size in sizes.values()) == everything
    ontology = count(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}ontology> {{ ?s ?p ?o }} }}")
    assert sizes[f"{GRAPH}ontology"] == Literal(ontology)


def test_it_tells_whose_data_these_are_and_in_which_terms(
    http: httpx.Client, address: str, told: Graph
) -> None:
    [dataset] = told.subjects(RDF.type, VOID.Dataset)
    assert told.value(dataset, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert str(told.value(dataset, DCTERMS.title)) == "Servanda"
    assert told.value(dataset, VOID.sparqlEndpoint) == URIRef(f"{address}/sparql")
    assert told.value(dataset, FOAF.homepage) == URIRef(f"{address}/")
    vocabularies = set(told.objects(dataset, VOID.vocabulary))
    assert URIRef("https://w3id.org/servanda/ontology#") in vocabularies
    modified = "SELECT (MAX(?t) AS ?m) { ?c a svd:Change ; prov:endedAtTime ?t }"
    prefixes = "PREFIX svd: <https://w3id.org/servanda/ontology#> PREFIX prov: <http://www.w3.org/ns/prov#> "
    answer = http.get("/sparql", params={"query": prefixes + modified}, headers={"accept": "text/csv"})
    assert told.value(dataset, DCTERMS.modified) == Literal(answer.text.split()[1], datatype=XSD.dateTime)


def test_the_terms_of_the_description_are_those_of_its_vocabulary(told: Graph) -> None:
    known = {
        "endpoint", "feature", "defaultEntailmentRegime", "supportedLanguage", "defaultDataset",
        "resultFormat", "inputFormat", "defaultGraph", "namedGraph", "name", "graph",
    }  # fmt: skip
    used = {str(p).removeprefix(str(SD)) for _, p, _ in told if str(p).startswith(str(SD))}
    assert used <= known
    assert not [o for _, p, o in told if str(p).startswith(str(SD)) and isinstance(o, Literal)]


@pytest.mark.parametrize("host", ['a"b<c>', "a b", "", "[", "http://evil.example/"])
def test_a_name_of_the_server_that_is_none_does_not_break_the_description(
    http: httpx.Client, host: str
) -> None:
    answer = http.get("/sparql", headers={"host": host})
    if answer.status_code == 200:
        assert len(Graph().parse(data=answer.text, format="turtle")) > 10
    else:
        assert 400 <= answer.status_code < 500


def test_a_thousand_graphs_are_told_and_that_there_are_more() -> None:
    store = memory("https://example.org/", "unvalidated")
    engine = store._open()  # noqa: SLF001 - graphs that no document makes
    engine.update(
        "INSERT DATA { "
        + " ".join(f"GRAPH <urn:g{number:04}> {{ <urn:s> <urn:p> {number} }}" for number in range(1001))
        + " <urn:s> <urn:p> 0, 1 }"
    )
    threads = Threads(store)
    try:
        counted = Counter(threads).statistics()
        assert (len(counted.graphs), counted.more, counted.default) == (1000, True, 2)
        assert set(counted.graphs.values()) == {None}
        engine.update("DROP GRAPH <urn:g0000>; CREATE GRAPH <urn:g0000>")
        engine.update("DROP GRAPH <urn:g0001>")
        counted = Counter(threads).statistics()
        assert (len(counted.graphs), counted.more) == (1000, False)
        assert counted.graphs["urn:g0000"] == 0
        assert counted.graphs["urn:g0002"] == 1
    finally:
        threads.close()


def test_counting_is_not_done_again_before_something_changes() -> None:
    class Told(Threads):
        sequence = 1
        asked = 0

        def answer(self, *_: object) -> tuple[bytes, int]:
            self.asked += 1
            return b"x\r\n", self.sequence

    evaluator = Told(memory("https://example.org/"))
    counter = Counter(evaluator)
    first = counter.statistics()
    asked = evaluator.asked
    assert counter.statistics() is first
    assert evaluator.asked == asked
    evaluator.sequence = 2
    while counter.statistics() is first:  # not before a short rest
        pass
    assert counter.statistics().sequence == 2
    evaluator.close()
