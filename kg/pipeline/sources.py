"""What a batch may refer to: the code lists of the ontology, and what the store already holds."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from rdflib import Graph
from rdflib.namespace import SKOS
from rdflib.term import BNode, URIRef

from kg import resources
from kg.errors import RuleError
from kg.ingest import References, code_lists
from kg.ingest.fields import SLUG
from kg.ingest.models import ReportDocument
from kg.ingest.names import Names
from kg.pipeline.naming import StoreNames
from kg.store import bind
from kg.terms import ELI, RDF, RDFS, SVD, narrowest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from rdflib.term import Node

    from kg.ingest import Document
    from kg.model import Triple
    from kg.store import GraphStore, OxigraphStore
    from kg.store.oxigraph import Term

_SVD = f"PREFIX svd: <{SVD}>\nPREFIX eli: <http://data.europa.eu/eli/ontology#>\n"
_NORMS = (
    _SVD
    + """SELECT ?agreement ?norm ?condition WHERE {
  VALUES ?agreement { UNDEF } # @param agreement
  ?group svd:ofAgreement ?agreement ; a svd:ReadingGroup ; svd:key ?norm .
  OPTIONAL {
    ?reading svd:ofReadingGroup ?group ; svd:condition|svd:follows ?on .
    ?on svd:key ?condition } }"""
)
_AGREEMENTS = (
    _SVD
    + """SELECT ?agreement ?number WHERE {
  VALUES ?agreement { UNDEF } # @param agreement
  ?agreement eli:date_document ?date .
  OPTIONAL { ?term svd:ofAgreement ?agreement ; eli:number ?number } }"""
)
_ROOTS = {"actor": SVD.Actor, "place": SVD.Region}
_OURS = frozenset({*_ROOTS, "agreement"})
"""Kinds of which those alone are known that have an id."""


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
    """Return what the store knows of what the documents name; of nothing else is it asked.

    That costs what the documents name, whatever the store holds. Where a name is not known, the directory
    tells what there is instead.
    """
    asked = _asked(base, documents)
    listed: dict[str, dict[str, str]] = {kind: {} for kind in _ROOTS}
    agreements: dict[str, frozenset[str]] = {}
    present: dict[str, set[str]] = defaultdict(set)
    for kind, name in asked:
        thing = _iri(base, kind, name)
        if kind in listed:
            types = {quad.object.value for quad in store.held(thing, RDF.type)}
            if types & classes_below(_ROOTS[kind]):
                listed[kind][name] = narrowest(types) or ""
        elif kind == "agreement":
            for stated in store.held(thing, ELI.date_document):
                agreements[name] = _terms_of(store, thing, stated.graph_name)
        elif store.holds(thing, RDF.type):
            present[kind].add(name)
    return References(
        codes=code_definitions(),
        actors=listed["actor"],
        places=listed["place"],
        agreements=agreements,
        norms=_norms(store, base, documents),
        reports=frozenset(present["report"]),
        claims=frozenset(present["claim"]),
        events=frozenset(present["event"]),
        directory=StoreNames(store),
    )


def _asked(base: str, documents: Iterable[Document]) -> frozenset[tuple[str, str]]:
    """Return the kinds and names that documents refer to, and of actors and places those they describe."""
    names = Names(base)
    asked: set[tuple[str, str]] = set()
    for document in documents:
        for one in document.refers():
            if one.kind == "term":
                asked.add(("agreement", names.bare("agreement", one.identifier.rpartition("#")[0])))
            else:
                asked.add((one.kind, names.bare(one.kind, one.identifier)))
        asked.update((one.kind, one.identifier) for one in document.declares() if one.kind in _ROOTS)
    return frozenset(name for name in asked if name[0] not in _OURS or re.fullmatch(SLUG, name[1]))


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


def _terms_of(store: OxigraphStore, agreement: URIRef, graph: Term) -> frozenset[str]:
    """Return the numbers of an agreement's terms, which its own document states."""
    parts = store.held(None, SVD.ofAgreement, agreement, graph)
    return frozenset(said.object.value for part in parts for said in store.held(part.subject, ELI.number))


@cache
def classes_below(root: URIRef) -> frozenset[str]:
    """Return the classes narrower than one of ours, but for the one of the voices of reports."""
    narrower: dict[Node, set[Node]] = defaultdict(set)
    for subject, predicate, object_ in ontology_triples():
        if predicate == RDFS.subClassOf:
            narrower[object_].add(subject)
    found: set[Node] = set()
    fringe: set[Node] = {root}
    while fringe:
        fringe = {one for above in fringe for one in narrower[above]} - found
        found |= fringe
    return frozenset(map(str, found - {SVD.ReportVoice}))


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
    if kind in {"claim", "event"}:
        report, _, key = identifier.partition("/")
        return URIRef(f"{base}report/{report}/{kind}/{key}")
    return URIRef(f"{base}{kind}/{identifier}")


def _local(base: str, iri: str) -> tuple[str, str]:
    kind, _, identifier = iri.removeprefix(base).partition("/")
    return kind, identifier
