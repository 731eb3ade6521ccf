"""What a claim rests on: the words or the row, the chain of those who say so, and what weakens it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from rdflib.namespace import DCTERMS, PROV, RDF

from kg.terms import OA, SCHEMA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import URIRef

    from kg.query.lookups.descriptions import Descriptions
    from kg.query.lookups.parts import Agent, Told

FOLLOW: Final = frozenset(
    {
        SVD.statedIn,
        SVD.evidence,
        SVD.hedge,
        OA.hasSelector,
        PROV.qualifiedAttribution,
        PROV.agent,
        PROV.entity,
        DCTERMS.publisher,
        SVD.voice,
    },
)
"""What leads from a claim to everything that is told here."""


@dataclass(frozen=True, slots=True)
class ReportRef:
    """A report as evidence names it."""

    id: str
    iri: str
    type: str | None
    title: str | None
    language: str | None
    publisher: Agent | None
    issued: str | None
    url: str | None
    archived_at: str | None
    retrieved: str | None
    text_extent: str | None
    text_fidelity: str | None
    text_access: str | None


@dataclass(frozen=True, slots=True)
class CitedReport:
    """A report that is known only because another cites it."""

    iri: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an attribution: step 1 is the report's own voice, the last the farthest source."""

    step: int | None
    agent: Agent | None
    verb: str | None
    carried_over: bool | None
    report: CitedReport | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words and their place: `text[start:end] == quote`, in code points of the report's text."""

    quote: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a dataset."""

    dataset: str | None
    version: str | None
    id: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quotation or row behind a claim, with who says so and how."""

    claim: str
    kind: Literal["quote", "row"]
    quote: str | None
    start: int | None
    end: int | None
    lang: str | None
    translation: Mapping[str, str] | None
    row: Row | None
    report: ReportRef | None
    attribution: tuple[Step, ...]
    modality: str | None
    polarity: str | None
    hedge: tuple[Quote, ...]
    gist: str | None


def in_order(said: Descriptions, claims: Iterable[str]) -> list[str]:
    """Return claims by report and by their order in it."""
    return sorted(
        claims, key=lambda claim: (said.iri(claim, SVD.statedIn) or "", ordinal(said, claim), claim)
    )


def ordinal(said: Descriptions, subject: str) -> int:
    """Return the place of a thing among its like; what has none comes last."""
    place = said.integer(subject, SVD.ordinal)
    return 1_000_000 if place is None else place


def evidence(told: Told, claims: Iterable[str]) -> tuple[Evidence, ...]:
    """Return the evidence of claims: an item for each quotation or row, in the order of the reports."""
    return pieces(told, in_order(told.said, claims))


def pieces(told: Told, claims: Iterable[str]) -> tuple[Evidence, ...]:
    """Return the evidence of claims: an item for each quotation or row, in the order of the claims."""
    return tuple(
        piece for claim in claims for piece in told.once("evidence", claim, partial(_pieces, told, claim))
    )


def _pieces(told: Told, claim: str) -> tuple[Evidence, ...]:
    return tuple(_piece(told, claim, node) for node in told.said.iris(claim, SVD.evidence))


def quotes(said: Descriptions, subject: str, predicate: URIRef) -> tuple[Quote, ...]:
    """Return the quotations that are the values, in the order of the text."""
    found = [_quote(said, node) for node in said.iris(subject, predicate)]
    return tuple(sorted(found, key=lambda quote: (quote.start or 0, quote.end or 0)))


def steps(told: Told, claim: str) -> tuple[Step, ...]:
    """Return the attribution of a claim, step by step."""
    return told.once("steps", claim, partial(_steps, told, claim))


def _steps(told: Told, claim: str) -> tuple[Step, ...]:
    found = [_step(told, node) for node in told.said.iris(claim, PROV.qualifiedAttribution)]
    return tuple(sorted(found, key=lambda step: step.step or 0))


def report_ref(told: Told, iri: str) -> ReportRef:
    """Return a report as evidence names it."""
    return told.once("report", iri, partial(_report_ref, told, iri))


def _report_ref(told: Told, iri: str) -> ReportRef:
    said = told.said
    publisher = said.iri(iri, DCTERMS.publisher)
    return ReportRef(
        told.names.short(iri),
        iri,
        said.type(iri),
        said.string(iri, DCTERMS.title),
        said.string(iri, DCTERMS.language),
        None if publisher is None else told.agent(publisher),
        said.string(iri, DCTERMS.issued),
        said.string(iri, SCHEMA.url),
        said.string(iri, SVD.archivedAt),
        said.string(iri, SVD.retrievedOn),
        said.code(iri, SVD.textExtent),
        said.code(iri, SVD.textFidelity),
        said.code(iri, SVD.textAccess),
    )


def _piece(told: Told, claim: str, node: str) -> Evidence:
    said = told.said
    report = said.iri(claim, SVD.statedIn)
    is_row = str(SVD.RowEvidence) in said.iris(node, RDF.type)
    quote = Quote(None, None, None) if is_row else _quote(said, node)
    return Evidence(
        told.names.short(claim),
        "row" if is_row else "quote",
        quote.quote,
        quote.start,
        quote.end,
        said.string(node, DCTERMS.language),
        said.by_language(node, SVD.translation),
        _row(said, node) if is_row else None,
        None if report is None else report_ref(told, report),
        steps(told, claim),
        said.code(claim, SVD.modality),
        said.code(claim, SVD.polarity),
        quotes(said, claim, SVD.hedge),
        said.string(claim, SVD.gist),
    )


def _quote(said: Descriptions, node: str) -> Quote:
    selectors = said.iris(node, OA.hasSelector)
    words = next((each for each in selectors if said.string(each, OA.exact) is not None), "")
    position = next((each for each in selectors if said.string(each, OA.start) is not None), "")
    return Quote(
        said.string(words, OA.exact), said.integer(position, OA.start), said.integer(position, OA.end)
    )


def _row(said: Descriptions, node: str) -> Row:
    return Row(
        said.string(node, SVD.dataset),
        said.string(node, SVD.datasetVersion),
        said.string(node, SVD.rowId),
        said.string(node, SCHEMA.url),
    )


def _step(told: Told, node: str) -> Step:
    said = told.said
    agent, cited = said.iri(node, PROV.agent), said.iri(node, PROV.entity)
    return Step(
        said.integer(node, SVD.step),
        None if agent is None else told.agent(agent),
        said.string(node, SVD.verb),
        said.boolean(node, SVD.carriedOver),
        None if cited is None else CitedReport(cited, said.string(cited, DCTERMS.title)),
    )
