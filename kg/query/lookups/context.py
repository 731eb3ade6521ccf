"""The terms of the ontology by their short names, as a JSON-LD context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rdflib.namespace import OWL, RDF, RDFS, XSD

from kg.query.lookups import resources
from kg.terms import PREFIXES, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from kg.model import Triple
    from kg.query.lookups.reader import Reader


def context(reader: Reader) -> dict[str, Any]:
    """Return a JSON-LD 1.1 context: the prefixes, the classes, and the properties with what they lead to.

    A property that leads to things takes IRIs as texts, one with a datatype takes its lexical forms. It
    may stand in a document as it is, so that nothing has to be fetched.
    """
    return of_ontology(resources.ontology(reader))


def of_ontology(triples: Iterable[Triple]) -> dict[str, Any]:
    """Return the context of an ontology, as `context` has it."""
    triples = frozenset(triples)
    ranges = {subject: value for subject, predicate, value in triples if predicate == RDFS.range}
    terms: dict[str, Any] = {}
    for subject, predicate, kind in sorted(triples):
        if predicate != RDF.type or not str(subject).startswith(str(SVD)):
            continue
        name = str(subject).removeprefix(str(SVD))
        if kind == OWL.Class:
            terms[name] = f"svd:{name}"
        elif kind in {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}:
            terms[name] = {"@id": f"svd:{name}", **_coercion(kind, ranges.get(subject))}
    return {"@context": {"@version": 1.1, **{name: str(space) for name, space in PREFIXES.items()}, **terms}}


def _coercion(kind: Node, leads_to: Node | None) -> dict[str, str]:
    if kind == OWL.ObjectProperty:
        return {"@type": "@id"}
    space = str(XSD)
    if leads_to is None or leads_to == XSD.string or not str(leads_to).startswith(space):
        return {}
    return {"@type": f"xsd:{str(leads_to).removeprefix(space)}"}
