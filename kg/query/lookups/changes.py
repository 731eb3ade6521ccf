"""What agreements do to each other: amendments, repeals, supersessions and suspensions, from either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import SKOS

from kg.query.lookups.reader import HEAD
from kg.terms import DCTERMS, ELI, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.parts import Time, Told

FOLLOW: Final = frozenset(
    {
        SVD.changedText,
        SVD.changingText,
        SVD.changedAgreement,
        SVD.changingAgreement,
        SVD.takesEffect,
        SVD.effectEnds,
    },
)
"""What leads from a change to everything that is told of it."""

MADE: Final = f"""{HEAD}SELECT ?text ?change WHERE {{
  VALUES ?text {{ UNDEF }} # @param text
  ?change svd:changingText|svd:changingAgreement ?text .
}}"""
SUFFERED: Final = f"""{HEAD}SELECT ?text ?change WHERE {{
  VALUES ?text {{ UNDEF }} # @param text
  ?change svd:changedText|svd:changedAgreement ?text .
}}"""


@dataclass(frozen=True, slots=True)
class Changed:
    """An agreement, or one numbered term of it."""

    agreement: str | None
    term: str | None


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """A change: of which kind, of what, by what, from when until when, in which words."""

    kind: str | None
    of: Changed
    by: Changed
    since: str | None
    from_: Time | None
    until: Time | None
    words: str | None
    note: str | None


def changes(told: Told, nodes: Iterable[str]) -> tuple[AgreementChange, ...]:
    """Return the changes in the order of what they are called."""
    return tuple(_change(told, node) for node in sorted(set(nodes)))


def several(found: Mapping[str, list[str]]) -> set[str]:
    """Return all that was found, whatever it belongs to."""
    return {node for nodes in found.values() for node in nodes}


def _change(told: Told, iri: str) -> AgreementChange:
    said = told.said
    return AgreementChange(
        kind=said.type(iri),
        of=_text(told, iri, changing=False),
        by=_text(told, iri, changing=True),
        since=said.string(iri, SVD.boundShown),
        from_=told.time(iri, SVD.takesEffect),
        until=told.time(iri, SVD.effectEnds),
        words=said.string(iri, SVD.changeWords),
        note=said.string(iri, SKOS.note),
    )


def _text(told: Told, iri: str, *, changing: bool) -> Changed:
    said = told.said
    text = said.iri(iri, SVD.changingText if changing else SVD.changedText) or ""
    whole = said.iri(iri, SVD.changingAgreement if changing else SVD.changedAgreement) or text
    return Changed(said.string(whole, DCTERMS.identifier), said.string(text, ELI.number))
