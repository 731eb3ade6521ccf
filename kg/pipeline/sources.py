"""What a batch may refer to: the code lists of the ontology, and what the store already holds."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from rdflib import Graph
from rdflib.namespace import SKOS
from rdflib.term import BNode, URIRef

from kg import resources
from kg.errors import RuleError
from kg.ingest import References, code_lists
from kg.ingest.models import ReportDocument
from kg.pipeline.naming import StoreNames
from kg.store import bind
from kg.terms import RDFS, SVD, narrowest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from rdflib.term import Node

    from kg.ingest import Document
    from kg.model import Triple
    from kg.store import GraphStore, OxigraphStore

_SVD = f"PREFIX svd: <{SVD}>\nPREFIX eli: <http://data.europa.eu/eli/ontology#>\n"
_ENTITIES = (
    _SVD
    + f"""SELECT ?thing ?type WHERE {{
  ?type <{RDFS.subClassOf}>+ ?root . VALUES ?root {{ svd:Actor svd:Region }}
  FILTER (?type != svd:ReportVoice)
  ?thing a ?type }}"""
)
_TERMS = _SVD + "SELECT ?agreement ?number WHERE { ?term svd:ofAgreement ?agreement ; eli:number ?number }"
_AGREEMENTS = _SVD + "SELECT ?agreement WHERE { ?agreement eli:date_document ?date }"
_NORMS = (
    _SVD
    + """SELECT ?agreement ?norm ?condition WHERE {
  VALUES ?agreement { UNDEF } # @param agreement
  ?group svd:ofAgreement ?agreement ; a svd:ReadingGroup ; svd:key ?norm .
  OPTIONAL {
    ?reading svd:ofReadingGroup ?group ; svd:condition|svd:follows ?on .
    ?on svd:key ?condition } }"""
)
_PRESENT = (
    _SVD
    + """SELECT ?thing WHERE {
  VALUES ?thing { UNDEF } # @param thing
  ?thing a ?type }"""
)


def parse_turtle(files: Iterable[Traversable]) -> frozenset[Triple]:
    """Return the triples of Turtle files; raise RuleError for a blank node, which stores do not hold."""
    graph = Graph()
    for item in files:
        graph.parse(data=item.read_text(encoding="utf-8"), format="turtle")
    for triple in graph:
        if any(isinstance(term, BNode) for term in triple):
            raise RuleError(f"a blank node stands in the ontology: {triple}")
    return frozenset(graph)


@cache
def ontology_triples() -> frozenset[Triple]:
    """Return the root and the modules of the ontology."""
    folder = resources.ontology()
    return parse_turtle([folder / "servanda.ttl", *resources.turtle(folder / "modules")])


@cache
def vocabulary_triples() -> frozenset[Triple]:
    """Return the code lists."""
    return parse_turtle(resources.turtle(resources.ontology() / "vocabularies"))


@cache
def code_definitions() -> Mapping[str, Mapping[str, str]]:
    """Return the code lists: scheme to code to what the code means, and which codes it stands by.

    An action says which event types contravene it, an event type of what it is a kind.
    """
    triples = vocabulary_triples()
    lists = code_lists(triples)
    for predicate, words in (
        (SKOS.broader, "a kind of {}"),
        (SVD.contravenedBy, "contravened by: {} and what is narrower"),
    ):
        linked: dict[tuple[str, str], list[str]] = defaultdict(list)
        for subject, link, object_ in triples:
            if link == predicate:
                scheme, code = str(subject).rsplit("/", 2)[1:]
                linked[scheme, code].append(str(object_).rpartition("/")[2])
        for (scheme, code), codes in linked.items():
            lists[scheme][code] += f" ({words.format(', '.join(sorted(codes)))})"
    return lists


def code_references() -> References:
    """Return references that know the code lists and nothing else."""
    return References(codes=code_definitions())


def known_to(store: OxigraphStore, base: str, documents: Iterable[Document]) -> References:
    """Return what the store knows of: every actor, place and term, and the reports, claims and events that
    the documents ask for (there may be millions of the others).
    """  # noqa: D205 - one sentence
    actors: dict[str, str] = {}
    places: dict[str, str] = {}
    for row in store.select(_ENTITIES).mappings():
        kind, identifier = _local(base, str(row["thing"]))
        known = {"actor": actors, "place": places}.get(kind, {})
        known[identifier] = narrowest([str(row["type"]), known.get(identifier, "")]) or ""
    agreements: dict[str, set[str]] = defaultdict(set)
    for row in store.select(_AGREEMENTS).mappings():
        agreements[_local(base, str(row["agreement"]))[1]] = set()
    for row in store.select(_TERMS).mappings():
        agreements[_local(base, str(row["agreement"]))[1]].add(str(row["number"]))
    present = _present(store, base, documents)
    return References(
        codes=code_definitions(),
        actors=actors,
        places=places,
        agreements=agreements,
        norms=_norms(store, base, documents),
        reports=present["report"],
        claims=present["claim"],
        events=present["event"],
        directory=StoreNames(store),
    )


def named(base: str, things: Iterable[Node]) -> frozenset[tuple[str, str]]:
    """Return the kinds and names under which documents refer to things of those IRIs.

    >>> sorted(named("urn:x/", [URIRef("urn:x/agreement/a/term/1"), URIRef("urn:x/actor/avia")]))
    [('actor', 'avia'), ('term', 'a#1')]
    """
    names = set()
    for thing in things:
        kind, identifier = _local(base, str(thing))
        parts = identifier.split("/")
        if len(parts) == 1:
            names.add((kind, identifier))
        elif kind == "agreement" and parts[1] == "term":
            names.add(("term", f"{parts[0]}#{parts[2]}"))
        elif kind == "report" and parts[1] in {"claim", "event"}:
            names.add((parts[1], f"{parts[0]}/{parts[2]}"))
    return frozenset(names)


def _present(store: GraphStore, base: str, documents: Iterable[Document]) -> Mapping[str, frozenset[str]]:
    wanted = {
        _iri(base, asked.kind, asked.identifier): (asked.kind, asked.identifier)
        for document in documents
        for asked in document.refers()
        if asked.kind in {"report", "claim", "event"}
    }
    found: dict[str, set[str]] = defaultdict(set)
    if wanted:
        rows = store.select(bind(_PRESENT, {"thing": sorted(wanted)}))
        for row in rows.mappings():
            kind, identifier = wanted[URIRef(str(row["thing"]))]
            found[kind].add(identifier)
    return defaultdict(frozenset, {kind: frozenset(names) for kind, names in found.items()})


def _norms(
    store: GraphStore, base: str, documents: Iterable[Document]
) -> Mapping[str, Mapping[str, set[str]]]:
    """Return the norms of the agreements of which a document says that a condition was met."""
    wanted = {
        _iri(base, "agreement", met.agreement)
        for document in documents
        if isinstance(document.model, ReportDocument)
        for claim in document.model.claims
        for met in claim.condition_met
    }
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    if wanted:
        for row in store.select(bind(_NORMS, {"agreement": sorted(wanted)})).mappings():
            norms = found[_local(base, str(row["agreement"]))[1]]
            conditions = norms.setdefault(str(row["norm"]), set())
            if "condition" in row:
                conditions.add(str(row["condition"]))
    return found


def _iri(base: str, kind: str, identifier: str) -> URIRef:
    if ":" in identifier:
        return URIRef(identifier)
    if kind in {"report", "agreement"}:
        return URIRef(f"{base}{kind}/{identifier}")
    report, _, key = identifier.partition("/")
    return URIRef(f"{base}report/{report}/{kind}/{key}")


def _local(base: str, iri: str) -> tuple[str, str]:
    kind, _, identifier = iri.removeprefix(base).partition("/")
    return kind, identifier
