"""What is alleged against the terms of agreements, what a rule found, and what could not be assessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.query.lookups import evidence as basis
from kg.query.lookups import norms
from kg.query.lookups.claims import (
    ACTOR_FILTER,
    FROM_FILTER,
    PLACE_FILTER,
    SOURCE_FILTER,
    TO_FILTER,
)
from kg.query.lookups.listing import Filter, Listing, count, page
from kg.query.lookups.parts import Told, claimed_places, claimed_times
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.evidence import Evidence, ReportRef
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.norms import AgreementRef, Norm, Reading, TermRef
    from kg.query.lookups.parts import Agent, ClaimedPlace, ClaimedTime, Ref
    from kg.query.lookups.reader import Reader

_BY_CLAIM: Final = "  ?item svd:supportedBy ?claim ."


def _through(pattern: str, variable: str, link: str = _BY_CLAIM) -> str:
    """Return a pattern about a claim as one about some claim of the item; each filter has its own."""
    return f"{link}{pattern}".replace("?claim", variable)


VIOLATIONS: Final = Listing(
    name="alleged violations",
    pattern="""
  VALUES ?kind { svd:AllegedViolation svd:CandidateViolation }
  ?item a ?kind .
  OPTIONAL { ?item svd:inReport ?foundIn }""",
    key='CONCAT(IF(?kind = svd:AllegedViolation, "1", "2"), " ", COALESCE(STR(?foundIn), "~"), " ", STR(?item))',
    filters={
        "agreement": Filter(
            "agreement",
            "  VALUES ?agreement { UNDEF } # @param agreement\n  ?item svd:ofAgreement ?agreement .",
        ),
        "term": Filter(
            "term", "  VALUES ?term { UNDEF } # @param term\n  ?item svd:ofTerm/eli:is_part_of* ?term ."
        ),
        "perpetrator": Filter(
            "actor",
            """
  VALUES ?perpetrator { UNDEF } # @param perpetrator
  { ?item svd:allegedPerpetrator|svd:namedPerpetrator ?perpetrator }
  UNION { ?item (svd:allegedPerpetrator|svd:namedPerpetrator)/svd:conductOf ?perpetrator }""",
        ),
        "basis": Filter(
            "code:basis", "  VALUES ?basis { UNDEF } # @param basis\n  ?item svd:basis ?basis ."
        ),
        "status": Filter(
            "code:status", "  VALUES ?status { UNDEF } # @param status\n  ?item svd:status ?status ."
        ),
        "scope": Filter(
            "code:scope", "  VALUES ?scope { UNDEF } # @param scope\n  ?item svd:territorialScope ?scope ."
        ),
        "temporal": Filter(
            "code:scope", "  VALUES ?temporal { UNDEF } # @param temporal\n  ?item svd:temporalScope ?temporal ."
        ),
        "place": Filter("place", _through(PLACE_FILTER, "?placed")),
        "from": Filter("from", _through(FROM_FILTER, "?timed")),
        "to": Filter("to", _through(TO_FILTER, "?timed")),
        "report": Filter(
            "report", "  VALUES ?report { UNDEF } # @param report\n  ?item svd:inReport ?report ."
        ),
        "source": Filter("actor", _through(SOURCE_FILTER, "?sourced")),
    },
)
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
        "perpetrator": Filter("actor", _through(ACTOR_FILTER, "?done", _CLAIM_HELD)),
        "outcome": Filter(
            "code:outcome", "  VALUES ?outcome { UNDEF } # @param outcome\n  ?item svd:outcome ?outcome ."
        ),
        "scope": VIOLATIONS.filters["scope"],
        "temporal": VIOLATIONS.filters["temporal"],
        "place": Filter("place", _through(PLACE_FILTER, "?placed", _CLAIM_HELD)),
        "report": VIOLATIONS.filters["report"],
        "source": Filter("actor", _through(SOURCE_FILTER, "?sourced", _CLAIM_HELD)),
    },
    empty_with=frozenset({"from", "to", "basis", "status"}),
)
_FOLLOW: Final = (
    basis.FOLLOW
    | norms.FOLLOW
    | {
        SVD.ofAgreement,
        SVD.ofTerm,
        SVD.ofReadingGroup,
        SVD.allegedPerpetrator,
        SVD.namedPerpetrator,
        SVD.allegedAct,
        SVD.supportedBy,
        SVD.deniedBy,
        SVD.fulfilmentAssertedBy,
        SVD.inReport,
        SVD.place,
        SVD.along,
        SVD.time,
    }
)


@dataclass(frozen=True, slots=True)
class Perpetrator:
    """The party that answers for an act, and the actors whom the claims name; no party where none is known."""

    id: str | None
    iri: str | None
    label: str | None
    named_as: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """The event in which a breach is seen."""

    id: str
    iri: str
    type: str | None
    label: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether an act lies within the place and the time of a norm, and why."""

    territorial: str | None
    temporal: str | None
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation that somebody alleges, or a candidate that a rule found and nobody alleged."""

    id: str
    agreement: AgreementRef | None
    term: TermRef | None
    norm: Norm | None
    perpetrator: Perpetrator | None
    act: Act | None
    place: tuple[ClaimedPlace, ...]
    date: tuple[ClaimedTime, ...]
    basis: str | None
    status: str | None
    scope: Scope
    evidence: tuple[Evidence, ...]
    denials: tuple[Evidence, ...]
    fulfilment: tuple[Evidence, ...]
    report: ReportRef | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were alleged, found by rule, and how many claims of acts could not be assessed."""

    alleged: int
    candidates: int
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


def violations(reader: Reader, selection: Selection) -> tuple[tuple[Violation, ...], str | None]:
    """Return a page of alleged violations and candidates, and the key after which the next begins."""
    found = page(reader, VIOLATIONS, selection)
    return _violations(reader, found.items), found.next_after


def violation(reader: Reader, name: str) -> Violation:
    """Return an alleged violation or candidate by IRI or hash; raise NotFoundError if there is none."""
    return _violations(reader, [str(reader.find("violation", name))])[0]


def counts(reader: Reader, filters: Mapping[str, str]) -> Counts:
    """Return the counts under the filters, each kind apart.

    Acts that were not assessed have no time, basis or status: filtered by these, there are none.
    """
    return Counts(
        count(reader, _ALLEGED, filters),
        count(reader, _CANDIDATES, filters),
        count(reader, _NOT_ASSESSED, filters, "?assessed"),
    )


def _of_class(name: str) -> Listing:
    return Listing(name=VIOLATIONS.name, pattern=f"  ?item a svd:{name} .", key="", filters=VIOLATIONS.filters)


_ALLEGED: Final = _of_class("AllegedViolation")
_CANDIDATES: Final = _of_class("CandidateViolation")
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
    follow = basis.FOLLOW | norms.FOLLOW | {SVD.assessedClaim, SVD.againstNorm, SVD.boundActor, SVD.ofAgreement}
    told = Told(reader.describe(found.items, follow), reader.names)
    return tuple(_assessment(told, iri) for iri in found.items), found.next_after


def _violations(reader: Reader, iris: Iterable[str]) -> tuple[Violation, ...]:
    items = list(iris)
    said = reader.describe(items, _FOLLOW)
    groups = norms.grouped(
        reader, norms.READINGS, "group", (iri for item in items for iri in said.iris(item, SVD.ofReadingGroup))
    )
    wordings = norms.grouped(
        reader, norms.WORDINGS, "term", (iri for item in items for iri in said.iris(item, SVD.ofTerm))
    )
    parts = {part for found in (groups, wordings) for several in found.values() for part in several}
    told = Told(reader.describe(parts, _FOLLOW, into=said), reader.names)
    return tuple(_violation(told, item, groups, wordings) for item in items)


def _violation(
    told: Told, iri: str, groups: Mapping[str, list[str]], wordings: Mapping[str, list[str]]
) -> Violation:
    said = told.said
    claims = basis.in_order(said, said.iris(iri, SVD.supportedBy))
    agreement, term = said.iri(iri, SVD.ofAgreement), said.iri(iri, SVD.ofTerm)
    group, act = said.iri(iri, SVD.ofReadingGroup), said.iri(iri, SVD.allegedAct)
    report = said.iri(iri, SVD.inReport)
    return Violation(
        id=iri,
        agreement=None if agreement is None else norms.agreement_ref(told, agreement),
        term=None if term is None else norms.term_ref(told, term, wordings.get(term, ())),
        norm=None if group is None else norms.norm(told, group, groups.get(group, ())),
        perpetrator=_perpetrator(told, iri),
        act=None
        if act is None
        else Act(told.names.short(act), act, said.code(act, SVD.eventType), said.label(act)),
        place=claimed_places(told, claims),
        date=claimed_times(told, claims),
        basis=said.code(iri, SVD.basis),
        status=said.code(iri, SVD.status),
        scope=_scope(told, iri),
        evidence=basis.evidence(told, claims),
        denials=basis.evidence(told, said.iris(iri, SVD.deniedBy)),
        fulfilment=basis.evidence(told, said.iris(iri, SVD.fulfilmentAssertedBy)),
        report=None if report is None else basis.report_ref(told, report),
    )


def _perpetrator(told: Told, iri: str) -> Perpetrator | None:
    party = told.only(iri, SVD.allegedPerpetrator)
    named = told.refs(iri, SVD.namedPerpetrator)
    if party is None:
        return Perpetrator(None, None, None, named) if named else None
    return Perpetrator(party.id, party.iri, party.label, named)


def _scope(told: Told, iri: str) -> Scope:
    said = told.said
    return Scope(
        said.code(iri, SVD.territorialScope),
        said.code(iri, SVD.temporalScope),
        said.strings(iri, SVD.scopeReason),
    )


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
        scope=_scope(told, iri),
        evidence=basis.evidence(told, [claim]),
        report=None if report is None else told.names.short(report),
    )
