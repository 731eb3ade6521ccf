"""What a SPARQL service says of itself: SPARQL 1.1 Service Description, with VoID about the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID, XSD, BNode, Literal, Namespace, URIRef

from kg.query.statistics import LISTED
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rdflib.term import Node

    from kg.model import Triple
    from kg.query.statistics import Statistics

SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
ENTAILMENT: Final = Namespace("http://www.w3.org/ns/entailment/")
DESCRIPTION_PREFIXES: Final[Mapping[str, str]] = {
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "ent": str(ENTAILMENT),
    "foaf": str(FOAF),
    "formats": str(FORMATS),
    "rdfs": str(RDFS),
    "sd": str(SD),
    "void": str(VOID),
    "xsd": str(XSD),
}
_RESULTS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
)
_GRAPHS: Final = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")
_LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")


@dataclass(frozen=True, slots=True)
class About:
    """A service: where it is, what it can, and what holds of its data."""

    root: str
    """Where its pages begin."""
    endpoint: str
    """Where it takes queries."""
    curated: bool
    """Whether its graphs are those that Servanda makes: one union, under one licence, in known terms."""
    languages: Sequence[str] = ("SPARQL11Query",)
    inputs: bool = False
    """Whether graphs can be sent to it."""
    limits: Sequence[str] = ()
    """What a query may take, in sentences."""


def description(about: About, held: Statistics) -> frozenset[Triple]:
    """Return the description of a service and of its data; raise ValueError where its address is no IRI."""
    service, dataset = (URIRef(f"{about.endpoint}#{name}") for name in ("service", "dataset"))
    return frozenset({*_service(about, service, dataset), *_dataset(about, dataset, held)})


def _service(about: About, service: URIRef, dataset: URIRef) -> Iterator[Triple]:
    yield service, RDF.type, SD.Service
    yield service, RDF.type, DCAT.DataService
    yield service, DCAT.endpointURL, URIRef(about.endpoint)
    yield service, DCAT.servesDataset, dataset
    yield service, SD.endpoint, URIRef(about.endpoint)
    yield service, SD.defaultDataset, dataset
    yield service, SD.defaultEntailmentRegime, ENTAILMENT.Simple
    yield service, SD.feature, SD.UnionDefaultGraph if about.curated else SD.EmptyGraphs
    for language in about.languages:
        yield service, SD.supportedLanguage, SD[language]
    for name in (*_RESULTS, *_GRAPHS):
        yield service, SD.resultFormat, FORMATS[name]
    for name in _GRAPHS if about.inputs else ():
        yield service, SD.inputFormat, FORMATS[name]
    for sentence in about.limits:
        yield service, RDFS.comment, Literal(sentence, lang="en")


def _dataset(about: About, dataset: URIRef, held: Statistics) -> Iterator[Triple]:
    yield dataset, RDF.type, SD.Dataset
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, RDF.type, DCAT.Dataset
    yield dataset, VOID.sparqlEndpoint, URIRef(about.endpoint)
    yield dataset, FOAF.homepage, URIRef(about.root)
    if held.modified is not None:
        yield dataset, DCTERMS.modified, Literal(held.modified, datatype=XSD.dateTime, normalize=False)
    if about.curated:
        yield from _curated(dataset)
    default = BNode("default")
    yield dataset, SD.defaultGraph, default
    yield from _graph(default, held.default)
    if held.default is not None:
        yield dataset, VOID.triples, _count(held.default)
    for number, (name, triples) in enumerate(held.graphs.items()):
        named, graph = BNode(f"named{number}"), BNode(f"graph{number}")
        yield dataset, SD.namedGraph, named
        yield named, RDF.type, SD.NamedGraph
        yield named, SD.name, URIRef(name)
        yield named, SD.graph, graph
        yield from _graph(graph, triples)
    if held.more:
        said = f"There are more than {LISTED:,} named graphs, of which these are some."
        yield dataset, RDFS.comment, Literal(said, lang="en")


def _curated(dataset: URIRef) -> Iterator[Triple]:
    yield dataset, DCTERMS.title, Literal("Servanda", lang="en")
    yield (
        dataset,
        DCTERMS.description,
        Literal(
            "Agreements, their terms, and who says that they were kept or broken, in which exact words. An "
            "allegation is not a finding. Quotations remain their publishers'.",
            lang="en",
        ),
    )
    yield dataset, DCTERMS.license, _LICENCE
    for namespace in PREFIXES.values():
        yield dataset, VOID.vocabulary, URIRef(namespace)


def _graph(graph: Node, triples: int | None) -> Iterator[Triple]:
    yield graph, RDF.type, SD.Graph
    if triples is not None:
        yield graph, VOID.triples, _count(triples)


def _count(number: int) -> Literal:
    return Literal(number, datatype=XSD.integer)
