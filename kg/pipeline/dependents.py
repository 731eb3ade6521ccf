"""Who refers to what: a document whose contents others mention cannot simply go."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import DependentsError
from kg.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rdflib.term import Node

    from kg.model import Triple
    from kg.store import OxigraphStore


def refuse_dependents(store: OxigraphStore, kind: str, identifier: str, graphs: Collection[URIRef]) -> None:
    """Raise DependentsError if other documents refer to what the graphs describe."""
    gone = described(quad[:3] for graph in graphs for quad in store.quads(graph=graph))
    found = dependents(store, gone, graphs)
    if found:
        names = {name for documents in found.values() for name in documents}
        raise DependentsError(f"{kind} {identifier!r} cannot be taken back", names)


def dependents(
    store: OxigraphStore, things: Iterable[Node], apart_from: Collection[URIRef] = ()
) -> Mapping[Node, frozenset[str]]:
    """Return the things that documents of the store refer to, each with these documents' kinds and ids.

    What rules concluded is no document, nor are the graphs named in `apart_from`.
    """
    base = store.stamp.base
    found: dict[Node, set[str]] = defaultdict(set)
    for thing in things:
        for quad in store.quads(object_=thing):
            if "/" in quad[3].removeprefix(f"{base}graph/") and quad[3] not in apart_from:
                found[thing].add(document_of(base, quad[3]))
    return {thing: frozenset(names) for thing, names in found.items()}


def document_of(base: str, graph: URIRef) -> str:
    """Return the kind and id of the document that a graph holds, such as `report radio`."""
    return graph.removeprefix(f"{base}graph/").replace("/", " ", 1)


def graph_of(base: str, document: str) -> URIRef:
    """Return the graph that holds a document, given by its kind and id.

    >>> document_of("urn:x/", graph_of("urn:x/", "report radio"))
    'report radio'
    """
    return URIRef(f"{base}graph/{document.replace(' ', '/', 1)}")


def described(triples: Iterable[Triple]) -> frozenset[Node]:
    """Return everything that the triples describe."""
    return frozenset(subject for subject, predicate, _ in triples if predicate == RDF.type)
