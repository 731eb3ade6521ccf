"""What reviewers say: of alleged violations and candidates, and of events that are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rdflib.namespace import DCTERMS, PROV, RDF

from kg.query.lookups.parts import Told
from kg.query.lookups.reader import HEAD
from kg.terms import OA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.lookups.reader import Reader

OF_VIOLATIONS: Final = f"""{HEAD}SELECT ?violation ?review WHERE {{
  VALUES ?violation {{ UNDEF }} # @param violation
  ?review oa:hasTarget ?violation ; a svd:Review .
}}"""
_ALL: Final = f"{HEAD}SELECT DISTINCT ?review WHERE {{ ?review svd:reviewer ?name }}"


@dataclass(frozen=True, slots=True)
class Review:
    """What a named person says, of what, when and why; it stands until it is withdrawn."""

    id: str
    iri: str
    kind: Literal["violation", "same-event"]
    about: tuple[str, ...]
    """The record under review by its IRI, or the two events by their ids."""
    current: bool
    """Whether the graph holds what it is about; a record goes when the rules no longer conclude it."""
    verdict: str | None
    """Null where two events are said to be one."""
    confidence: int | float | None
    """How sure the reviewer is that two events are one, or are not, from 0 to 1."""
    reviewer: str | None
    reason: str | None
    language: str | None
    """Of the reason."""
    decided_at: str | None
    status: str | None = None
    """Of two events: `accepted` where they are said to be one, `rejected` where they are said to be two."""


def reviews_of(reader: Reader) -> tuple[Review, ...]:
    """Return every review that stands in the store, in the order in which they were made."""
    found = [str(row[0]) for row in reader.store.select(_ALL).rows]
    return in_order(Told(reader.describe(found, {OA.hasTarget, SVD.relatesEvent}), reader.names), found)


def in_order(told: Told, iris: Iterable[str]) -> tuple[Review, ...]:
    """Return the reviews of these IRIs, in the order in which they were made."""
    return tuple(sorted((_review(told, iri) for iri in iris), key=_made))


def _review(told: Told, iri: str) -> Review:
    said = told.said
    same = str(SVD.SameEventAssertion) in said.iris(iri, RDF.type)
    link = SVD.relatesEvent if same else OA.hasTarget
    return Review(
        id=said.string(iri, DCTERMS.identifier) or iri.rpartition("/")[2],
        iri=iri,
        kind="same-event" if same else "violation",
        about=told.ids(iri, link),
        current=all(target in said for target in said.iris(iri, link)),
        verdict=said.code(iri, SVD.verdict),
        confidence=said.number(iri, SVD.confidence),
        reviewer=said.string(iri, SVD.reviewer),
        reason=said.string(iri, SVD.reason),
        language=said.language(iri, SVD.reason),
        decided_at=said.string(iri, PROV.generatedAtTime),
        status=said.code(iri, SVD.assertionStatus),
    )


def _made(review: Review) -> tuple[int, str]:
    """Return what reviews are ordered by: the change by which each came."""
    return int(review.id) if review.id.isdecimal() else 0, review.iri
