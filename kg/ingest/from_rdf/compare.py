"""Triples that were sent against those of the document that they were read as: they must be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.from_rdf.blank import named
from kg.ingest.from_rdf.words import field, shown
from kg.model import Problem
from kg.terms import ELI, OA, PROV, RDF, RDFS, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

    from kg.model import Triple

MOST = 20
"""Problems that are told at once."""
_HINTS: Mapping[Node, str] = {
    SVD.earliest: "bounds follow from svd:edtf and the zone",
    SVD.latest: "bounds follow from svd:edtf and the zone",
    SVD.precision: "the precision follows from svd:edtf",
    SVD.zoneAssumed: "it is true if neither svd:edtf nor the document states a zone",
    SVD.textSha256: "it is the SHA-256 of svd:text in UTF-8",
    SVD.textKeyedHash: (
        "only the store can make it, and only of a whole text: send a report that may be quoted only as a "
        "document"
    ),
    SVD.text: "for text-access/quotes-only, all but the quoted words is masked with ·",
    SVD.ordinal: "claims and terms count from 1 without gaps",
    SVD.accordingTo: "it is the agent of the last step of the attribution",
    SVD.alternativeReadingOf: "every reading of a norm names all its other readings",
    SVD.voice: "it is the publisher; where none is stated, the report's own voice",
    OA.start: "positions count the code points of svd:text from 0",
    OA.end: "positions count the code points of svd:text from 0; the end is excluded",
    OA.exact: "quote the words as svd:text has them",
    OA.prefix: "the 32 code points before the quote; none for text-access/quotes-only",
    OA.suffix: "the 32 code points after the quote; none for text-access/quotes-only",
    ELI.has_part: "it is the converse of eli:is_part_of",
    RDFS.label: "an agreement's label is its title",
    PROV.wasAttributedTo: "assertions and remarks are the annotator's",
}
_SURPLUS = "leave it out: no document can say it"


def compare(
    document: frozenset[Triple], sent: frozenset[Triple], base: str = "", name: str = ""
) -> tuple[Problem, ...]:
    """Return what tells the triples sent from the document's; nothing if they are the same.

    Blank nodes stand for whatever the document has in their place. At most 20 problems are told.
    """
    sent = named(sent, document)
    if sent == document:
        return ()
    found = list(_Comparison(document, sent, base, name).problems())
    if len(found) > MOST:
        rest = Problem(name, None, "", f"{len(found) - MOST} more statements differ", "rdf/different")
        found = [*found[:MOST], rest]
    return tuple(found)


class _Comparison:
    """Tells the differences, subject by subject."""

    def __init__(self, document: frozenset[Triple], sent: frozenset[Triple], base: str, name: str) -> None:
        self.base = base
        self.name = name
        self.surplus = _by_subject(sent - document)
        self.missing = _by_subject(document - sent)
        self.described = {subject for subject, _, _ in document}
        self.mentioned = {subject for subject, _, _ in sent}

    def problems(self) -> Iterator[Problem]:
        for subject in sorted(self.surplus.keys() | self.missing.keys(), key=str):
            surplus, missing = self.surplus.get(subject, {}), self.missing.get(subject, {})
            if subject not in self.described:
                yield self._unknown(subject, surplus)
            elif subject not in self.mentioned:
                yield self._absent(subject, missing)
            else:
                for predicate in sorted(surplus.keys() | missing.keys(), key=str):
                    yield self._differing(
                        subject, predicate, surplus.get(predicate, []), missing.get(predicate, [])
                    )

    def _unknown(self, subject: Node, surplus: Mapping[Node, list[Node]]) -> Problem:
        said = "; ".join(self._said(predicate, objects) for predicate, objects in sorted(surplus.items())[:3])
        message = f"no part of the document has this name, and {said}"
        hint = "number parts of one kind from 1, in the order of their content; or leave it out"
        return Problem(self.name, None, field(subject, None, self.base), message, "rdf/surplus", hint)

    def _absent(self, subject: Node, missing: Mapping[Node, list[Node]]) -> Problem:
        told = [pair for pair in sorted(missing.items()) if pair[0] != SVD.textKeyedHash]
        said = "; ".join(self._said(predicate, objects) for predicate, objects in told)
        message = "is not described"
        hint = f"the document has it: {said}"
        return Problem(self.name, None, field(subject, None, self.base), message, "rdf/missing", hint)

    def _differing(self, subject: Node, predicate: Node, surplus: list[Node], missing: list[Node]) -> Problem:
        place = field(subject, predicate, self.base)
        why = _HINTS.get(predicate)
        if not missing:
            message = f"{self._listed(surplus)} is more than the document says"
            hint = why if predicate in _HINTS else _SURPLUS
            return Problem(self.name, None, place, message, "rdf/surplus", hint)
        right = f"the document has {self._listed(missing)}"
        if predicate == SVD.textKeyedHash:  # of a text that somebody may have guessed
            right = "the document has another"
        if not surplus:
            return Problem(self.name, None, place, f"is missing: {right}", "rdf/missing", why)
        message = f"{self._listed(surplus)} stands where {right}"
        return Problem(self.name, None, place, message, "rdf/different", why)

    def _said(self, predicate: Node, objects: list[Node]) -> str:
        what = "a" if predicate == RDF.type else shown(predicate, self.base)
        return f"{what} {self._listed(objects)}"

    def _listed(self, objects: Iterable[Node]) -> str:
        return ", ".join(shown(object_, self.base) for object_ in objects)


def _by_subject(triples: Iterable[Triple]) -> dict[Node, dict[Node, list[Node]]]:
    found: dict[Node, dict[Node, list[Node]]] = {}
    for subject, predicate, object_ in sorted(triples, key=lambda triple: tuple(map(str, triple))):
        found.setdefault(subject, {}).setdefault(predicate, []).append(object_)
    return found
