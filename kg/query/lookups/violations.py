"""What is alleged against the terms of agreements, and what a rule found of terms that nobody named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.query import credibility
from kg.query.lookups import answering, norms
from kg.query.lookups import evidence as basis
from kg.query.lookups import reviews as reviewing
from kg.query.lookups.claims import (
    BOX_FILTER,
    FROM_FILTER,
    PLACE_FILTER,
    SOURCE_FILTER,
    TIME_PATTERN,
    TO_FILTER,
    WITHIN_FILTER,
    by_grade,
)
from kg.query.lookups.listing import BOX, Filter, Listing, page
from kg.query.lookups.parts import Told, claimed_places, claimed_times
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.descriptions import Descriptions
    from kg.query.lookups.evidence import Evidence, ReportRef
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.norms import AgreementRef, Norm, TermRef
    from kg.query.lookups.parts import ClaimedPlace, ClaimedTime, Ref
    from kg.query.lookups.reader import Reader
    from kg.query.lookups.reviews import Review

_BY_CLAIM: Final = "  ?item svd:supportedBy ?claim ."


def through(pattern: str, variable: str, link: str = _BY_CLAIM) -> str:
    """Return a pattern about a claim as one about some claim of the item; each filter has its own."""
    return f"{link}{pattern}".replace("?claim", variable)


VIOLATIONS: Final = Listing(
    name="alleged violations",
    pattern="""
  VALUES ?kind { svd:AllegedViolation svd:CandidateViolation }
  ?item a ?kind .
  OPTIONAL { ?item svd:inReport ?foundIn }""",
    key="""CONCAT(
      IF(?kind = svd:AllegedViolation, "1 ", "2 "), COALESCE(STR(?foundIn), "~"), " ", STR(?item))""",
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
  ?item svd:allegedPerpetrator|svd:namedPerpetrator ?accused .
  ?accused svd:conductOf? ?perpetrator .""",
        ),
        "type": Filter(
            "code:event-type",
            "  VALUES ?type { UNDEF } # @param type\n"
            "  ?item svd:allegedAct/svd:eventType/skos:broader* ?type .",
        ),
        "basis": Filter("code:basis", "  VALUES ?basis { UNDEF } # @param basis\n  ?item svd:basis ?basis ."),
        "status": Filter(
            "code:status", "  VALUES ?status { UNDEF } # @param status\n  ?item svd:status ?status ."
        ),
        "scope": Filter(
            "code:scope", "  VALUES ?scope { UNDEF } # @param scope\n  ?item svd:territorialScope ?scope ."
        ),
        "temporal": Filter(
            "code:scope",
            "  VALUES ?temporal { UNDEF } # @param temporal\n  ?item svd:temporalScope ?temporal .",
        ),
        "material": Filter(
            "code:scope",
            "  VALUES ?material { UNDEF } # @param material\n  ?item svd:materialScope ?material .",
        ),
        "personal": Filter(
            "code:scope",
            "  VALUES ?personal { UNDEF } # @param personal\n  ?item svd:personalScope ?personal .",
        ),
        "place": Filter("place", through(PLACE_FILTER, "?placed")),
        "within": Filter("place", through(WITHIN_FILTER, "?enclosed")),
        "bbox": Filter(BOX, through(BOX_FILTER, "?drawn")),
        "from": Filter("period", through(FROM_FILTER, "?timed"), through(TIME_PATTERN, "?timed")),
        "to": Filter("period", through(TO_FILTER, "?timed"), through(TIME_PATTERN, "?timed")),
        "report": Filter(
            "report", "  VALUES ?report { UNDEF } # @param report\n  ?item svd:inReport ?report ."
        ),
        "source": Filter("actor", through(SOURCE_FILTER, "?sourced")),
        credibility.NAME: by_grade("?item", "?item svd:supportedBy ?rests ."),
    },
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
        SVD.allegedWithoutTermBy,
        SVD.supportedBy,
        SVD.deniedBy,
        SVD.inReport,
        SVD.place,
        SVD.along,
        SVD.time,
    }
)


@dataclass(frozen=True, slots=True)
class Perpetrator:
    """The party that answers for an act, and the actors whom the claims name; the party may be unknown."""

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
    """Whether an act lies within place, time and matter of a norm and was the accused's conduct, and why."""

    territorial: str | None
    temporal: str | None
    material: str | None
    personal: str | None
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation that somebody alleges, or a candidate: a rule found the term, and no source named it.

    `evidence` is of whoever alleges the breach; of a candidate it is of those who tell of the act, and
    `alleged_without_term` of those who call that act a breach of the agreement and name no term. Of who
    denies it and who says that the agreement or term was kept, the first ten claims are told, and how many
    there are: who denies its act or a claim that it rests on comes before who denies the breach as such.
    """

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
    alleged_without_term: tuple[Evidence, ...]
    denials: tuple[Evidence, ...]
    denials_total: int
    fulfilment: tuple[Evidence, ...]
    fulfilment_total: int
    reviews: tuple[Review, ...]
    report: ReportRef | None


def violations(reader: Reader, selection: Selection) -> tuple[tuple[Violation, ...], str | None]:
    """Return a page of alleged violations and candidates, and the key after which the next begins."""
    found = page(reader, VIOLATIONS, selection)
    return violations_of(reader, found.items), found.next_after


def violation(reader: Reader, name: str) -> Violation:
    """Return an alleged violation or candidate by IRI or hash; raise NotFoundError if there is none."""
    return violations_of(reader, [str(reader.find("violation", name))])[0]


def violations_of(reader: Reader, iris: Iterable[str]) -> tuple[Violation, ...]:
    """Return the records of these IRIs, in that order."""
    items = list(iris)
    said = reader.describe(items, _FOLLOW)
    met = answering.answering(reader, items)
    answers = {item: _answers(said, item, met.get(item, answering.Answering())) for item in items}
    shown = {claim for one in answers.values() for claim in (*one.denials, *one.keepings)}
    reader.describe(shown, _FOLLOW, into=said)
    return _violations(reader, items, said, answers)


def violations_alone(reader: Reader, iris: Iterable[str]) -> tuple[Violation, ...]:
    """Return the same as far as other reports do not touch it by speaking of agreements and terms.

    Of denials only those of its own act and claims are told, and all of these.
    """
    items = list(iris)
    said = reader.describe(items, _FOLLOW)
    answers = {item: _own(said, item) for item in items}
    return _violations(reader, items, said, answers)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Who answers a record: the claims that are told, and how many there are."""

    denials: tuple[str, ...]
    denied: int
    keepings: tuple[str, ...]
    kept: int


def _own(said: Descriptions, iri: str) -> _Answers:
    denials = tuple(basis.in_order(said, said.iris(iri, SVD.deniedBy)))
    return _Answers(denials, len(denials), (), 0)


def _answers(said: Descriptions, iri: str, met: answering.Answering) -> _Answers:
    own = _own(said, iri).denials
    denials = (*own, *(claim for claim in met.denials if claim not in own))
    most = answering.MOST
    return _Answers(denials[:most], len(denials), met.keepings[:most], len(met.keepings))


def _violations(
    reader: Reader, items: list[str], said: Descriptions, answers: Mapping[str, _Answers]
) -> tuple[Violation, ...]:
    groups = norms.grouped(
        reader,
        norms.READINGS,
        "group",
        (iri for item in items for iri in said.iris(item, SVD.ofReadingGroup)),
    )
    wordings = norms.grouped(
        reader, norms.WORDINGS, "term", (iri for item in items for iri in said.iris(item, SVD.ofTerm))
    )
    reviewed = norms.grouped(reader, reviewing.OF_VIOLATIONS, "violation", items)
    parts = {part for found in (groups, wordings, reviewed) for several in found.values() for part in several}
    told = Told(reader.describe(parts, _FOLLOW, into=said), reader.names, reader.made("violations"))
    return tuple(_violation(told, item, groups, wordings, reviewed, answers[item]) for item in items)


def _violation(  # noqa: PLR0913, PLR0917 - what is read of many together
    told: Told,
    iri: str,
    groups: Mapping[str, list[str]],
    wordings: Mapping[str, list[str]],
    reviewed: Mapping[str, list[str]],
    answers: _Answers,
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
        scope=scope(told, iri),
        evidence=basis.evidence(told, claims),
        alleged_without_term=basis.evidence(told, said.iris(iri, SVD.allegedWithoutTermBy)),
        denials=basis.pieces(told, answers.denials),
        denials_total=answers.denied,
        fulfilment=basis.pieces(told, answers.keepings),
        fulfilment_total=answers.kept,
        reviews=reviewing.in_order(told, reviewed.get(iri, ())),
        report=None if report is None else basis.report_ref(told, report),
    )


def _perpetrator(told: Told, iri: str) -> Perpetrator | None:
    party = told.only(iri, SVD.allegedPerpetrator)
    named = told.refs(iri, SVD.namedPerpetrator)
    if party is None:
        return Perpetrator(None, None, None, named) if named else None
    return Perpetrator(party.id, party.iri, party.label, named)


def scope(told: Told, iri: str) -> Scope:
    """Return the verdicts on place, time, matter and person of a violation or an assessment."""
    said = told.said
    return Scope(
        said.code(iri, SVD.territorialScope),
        said.code(iri, SVD.temporalScope),
        said.code(iri, SVD.materialScope),
        said.code(iri, SVD.personalScope),
        said.strings(iri, SVD.scopeReason),
    )
