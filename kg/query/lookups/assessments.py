"""Claims held against readings of norms: which could be assessed and which not, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.query import credibility
from kg.query.lookups import evidence as basis
from kg.query.lookups import norms
from kg.query.lookups.claims import (
    ACTOR_FILTER,
    BOX_FILTER,
    PLACE_FILTER,
    SOURCE_FILTER,
    TYPE_FILTER,
    WITHIN_FILTER,
    by_grade,
)
from kg.query.lookups.listing import BOX, Filter, Listing, count, page
from kg.query.lookups.parts import Told
from kg.query.lookups.violations import VIOLATIONS, scope, through
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.evidence import Evidence
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.norms import AgreementRef, Reading
    from kg.query.lookups.parts import Agent
    from kg.query.lookups.reader import Reader
    from kg.query.lookups.violations import Scope

_CLAIM_HELD: Final = "  ?item svd:assessedClaim ?claim ."
ASSESSMENTS: Final = Listing(
    name="assessments",
    pattern="""
  ?item a svd:Assessment ; svd:assessedClaim ?assessed ; svd:againstNorm ?norm .""",
    key='CONCAT(STR(?assessed), " ", STR(?norm), " ", STR(?item))',
    filters={
        "agreement": Filter(
            "agreement",
            "  VALUES ?agreement { UNDEF } # @param agreement\n  ?norm svd:ofAgreement ?agreement .",
        ),
        "term": Filter(
            "term", "  VALUES ?term { UNDEF } # @param term\n  ?norm svd:inTerm/eli:is_part_of* ?term ."
        ),
        "perpetrator": Filter("actor", through(ACTOR_FILTER, "?done", _CLAIM_HELD)),
        "type": Filter("code:event-type", through(TYPE_FILTER, "?typed", _CLAIM_HELD)),
        "outcome": Filter(
            "code:outcome", "  VALUES ?outcome { UNDEF } # @param outcome\n  ?item svd:outcome ?outcome ."
        ),
        "scope": VIOLATIONS.filters["scope"],
        "temporal": VIOLATIONS.filters["temporal"],
        "material": VIOLATIONS.filters["material"],
        "personal": VIOLATIONS.filters["personal"],
        "place": Filter("place", through(PLACE_FILTER, "?placed", _CLAIM_HELD)),
        "within": Filter("place", through(WITHIN_FILTER, "?enclosed", _CLAIM_HELD)),
        "bbox": Filter(BOX, through(BOX_FILTER, "?drawn", _CLAIM_HELD)),
        "report": VIOLATIONS.filters["report"],
        "source": Filter("actor", through(SOURCE_FILTER, "?sourced", _CLAIM_HELD)),
        credibility.NAME: by_grade("?item", "?item svd:assessedClaim ?rests ."),
    },
    empty_with=frozenset({"from", "to", "basis", "status"}),
)
_FOLLOW: Final = (
    basis.FOLLOW | norms.FOLLOW | {SVD.assessedClaim, SVD.againstNorm, SVD.boundActor, SVD.ofAgreement}
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were alleged, found by rule, and how many claims of acts could not be assessed.

    Of those found by rule, how many are of an act that a source calls a breach without naming a term.
    """

    alleged: int
    candidates: int
    candidates_alleged_without_term: int
    not_assessed: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A claim held against one reading of a norm."""

    id: str
    claim: str
    norm: str | None
    reading: Reading
    agreement: AgreementRef | None
    bound_actor: Agent | None
    outcome: str | None
    scope: Scope
    evidence: tuple[Evidence, ...]
    report: str | None


def counts(reader: Reader, filters: Mapping[str, str]) -> Counts:
    """Return the counts under the filters, each kind apart.

    Acts that were not assessed have no time, basis or status: filtered by these, there are none.
    """
    return Counts(
        count(reader, _ALLEGED, filters),
        count(reader, _CANDIDATES, filters),
        count(reader, _WITHOUT_TERM, filters),
        count(reader, _NOT_ASSESSED, filters, "?assessed"),
    )


def _of_class(name: str) -> Listing:
    return Listing(
        name=VIOLATIONS.name, pattern=f"  ?item a svd:{name} .", key="", filters=VIOLATIONS.filters
    )


_ALLEGED: Final = _of_class("AllegedViolation")
_CANDIDATES: Final = _of_class("CandidateViolation")
_WITHOUT_TERM: Final = Listing(
    name=VIOLATIONS.name,
    pattern="  ?item a svd:CandidateViolation .\n  FILTER EXISTS { ?item svd:allegedWithoutTermBy ?word }",
    key="",
    filters=VIOLATIONS.filters,
)
_NOT_ASSESSED: Final = Listing(
    name=ASSESSMENTS.name,
    pattern=f"{ASSESSMENTS.pattern}\n"
    "  ?item svd:outcome <https://w3id.org/servanda/vocabulary/outcome/not-assessed> .",
    key="",
    filters=ASSESSMENTS.filters,
    empty_with=ASSESSMENTS.empty_with,
)


def assessments(reader: Reader, selection: Selection) -> tuple[tuple[Assessment, ...], str | None]:
    """Return a page of assessments, and the key after which the next begins."""
    found = page(reader, ASSESSMENTS, selection)
    return assessments_of(reader, found.items), found.next_after


def assessments_of(reader: Reader, iris: Iterable[str]) -> tuple[Assessment, ...]:
    """Return the assessments of these IRIs, in that order."""
    items = list(iris)
    told = Told(reader.describe(items, _FOLLOW), reader.names, reader.made("assessments"))
    return tuple(_assessment(told, iri) for iri in items)


def _assessment(told: Told, iri: str) -> Assessment:
    said = told.said
    claim, read = said.iri(iri, SVD.assessedClaim) or "", said.iri(iri, SVD.againstNorm) or ""
    group, agreement = said.iri(read, SVD.ofReadingGroup), said.iri(read, SVD.ofAgreement)
    bound, report = said.iri(iri, SVD.boundActor), said.iri(iri, SVD.inReport)
    return Assessment(
        id=iri,
        claim=told.names.short(claim),
        norm=None if group is None else told.names.short(group),
        reading=norms.reading(told, read),
        agreement=None if agreement is None else norms.agreement_ref(told, agreement),
        bound_actor=None if bound is None else told.agent(bound),
        outcome=said.code(iri, SVD.outcome),
        scope=scope(told, iri),
        evidence=basis.evidence(told, [claim]),
        report=None if report is None else told.names.short(report),
    )
