"""Terms of rdflib to terms of pyoxigraph and back: total functions that refuse what they do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
from rdflib.term import BNode, Literal, URIRef

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.model import Triple
    from kg.store.base import Quad

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def to_ox(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the pyoxigraph term; raise ValueError for anything but an IRI, blank node or literal."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        if term.datatype is not None:
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
        return ox.Literal(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    msg = f"not an RDF term: {term!r}"
    raise ValueError(msg)


def from_ox(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return the rdflib term; raise ValueError for what rdflib does not have: triple terms, directions."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.direction is not None:
            msg = f"not an RDF 1.1 term: {term}, which has a direction"
            raise ValueError(msg)
        if term.language:
            return Literal(term.value, lang=term.language, normalize=False)
        if term.datatype.value == _STRING:
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    msg = f"not an RDF 1.1 term: {term}"
    raise ValueError(msg)


def quad_to_ox(quad: Quad) -> ox.Quad:
    """Return the pyoxigraph quad; its subject and graph are IRIs, because stores hold no blank nodes."""
    subject, predicate, object_, graph = quad
    return ox.Quad(
        cast("ox.NamedNode", to_ox(subject)),
        cast("ox.NamedNode", to_ox(predicate)),
        to_ox(object_),
        ox.NamedNode(str(graph)),
    )


def triple_from_ox(triple: ox.Triple | ox.Quad) -> Triple:
    """Return the rdflib triple."""
    return from_ox(triple.subject), from_ox(triple.predicate), from_ox(triple.object)
