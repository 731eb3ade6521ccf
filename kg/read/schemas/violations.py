"""Alleged violations, candidates and assessments."""

from pydantic import ConfigDict, Field

from kg.read.schemas.base import Answered, Listed, Total, Value, ValueByKind
from kg.read.schemas.examples import VIOLATION
from kg.read.schemas.parts import (
    Agent,
    AgreementRef,
    ClaimedPlace,
    ClaimedTime,
    Evidence,
    Norm,
    Reading,
    Ref,
    ReportRef,
    TermRef,
)


class Perpetrator(Answered):
    """The party accused, if it is known, and those whom the claims name as having done it."""

    id: str | None = Field(examples=["azerbaijan"])
    iri: str | None
    label: str | None = Field(examples=["Azerbaijan"])
    named_as: tuple[Ref, ...]


class Act(Answered):
    """The event in which a breach is seen."""

    id: str = Field(examples=["seed-syunik-highway-2021/seizure"])
    iri: str
    type: str | None = Field(examples=["territorial-seizure"])
    label: str | None


class ScopeVerdicts(Answered):
    """Whether the act lies in place and time of the norm, is one that it applies to, and the accused's."""

    territorial: str | None = Field(examples=["disputed"])
    """`in`, `out`, `disputed` or `unknown`."""
    temporal: str | None = Field(examples=["in"])
    material: str | None = Field(examples=["in"])
    """Whether an exception of the norm covers the act: then `out`."""
    personal: str | None = Field(examples=["in"])
    """Whether it was the accused's conduct at its time, by whose force a force was then."""
    reason: tuple[str, ...]


class Review(Answered):
    """What a named person, having looked at the record, says of it; an opinion, not a finding."""

    id: str = Field(examples=["42"])
    verdict: str | None = Field(examples=["disputed"])
    """`corroborated`, `rejected` or `disputed`."""
    reviewer: str | None = Field(examples=["Mary Keller"])
    reason: str | None
    decided_at: str | None = Field(examples=["2026-11-22T17:30:00Z"])


class Violation(Answered):
    """A violation that somebody alleges, or a candidate: a rule found the term, and no source named it.

    Nothing here is a finding of fact: `basis` says on whose word it stands, and a candidate has the
    status `candidate`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [VIOLATION]})

    id: str
    """IRI of the record; its last part is accepted in paths too."""
    agreement: AgreementRef | None
    term: TermRef | None
    """Null where the source names no term."""
    norm: Norm | None
    """The rule that a candidate was held against; null for an allegation."""
    perpetrator: Perpetrator | None
    act: Act | None
    place: tuple[ClaimedPlace, ...]
    """Every place that the supporting claims state."""
    date: tuple[ClaimedTime, ...]
    """Every time that the supporting claims state."""
    basis: str | None = Field(examples=["source-asserted"])
    status: str | None = Field(examples=["alleged"])
    scope: ScopeVerdicts
    evidence: tuple[Evidence, ...]
    """The words of whoever alleges the breach; of a candidate, of those who tell of the act."""
    alleged_without_term: tuple[Evidence, ...]
    """Of a candidate: who calls its act a breach of the agreement without naming a term. Where this is empty,
    the candidate is alleged by nobody."""
    denials: tuple[Evidence, ...]
    """Who denies the breach, the act, or the part in it of the party accused; nobody who denies another's.
    The first ten claims, those that deny the act before those that deny a breach as such."""
    denials_total: int
    """How many claims deny it; `/api/v1/claims?denying=` lists them all."""
    fulfilment: tuple[Evidence, ...]
    """The first ten claims that the obligation was fulfilled."""
    fulfilment_total: int
    """How many claims say so; `/api/v1/claims?keeping=` lists them all."""
    reviews: tuple[Review, ...]
    """What reviewers say of it, in the order in which they said so; it changes nothing else here."""
    report: ReportRef | None


class ViolationCounts(Answered):
    """How many there are under the filters: each kind apart."""

    alleged: int
    candidates: int
    candidates_alleged_without_term: int
    """Those of the candidates whose act a source calls a breach of the agreement without naming a term; the
    rest are alleged by nobody."""
    not_assessed: int
    """Claims of acts that could not be held against a norm because they state no time."""


class ViolationPage(Listed[Violation]):
    """A page of alleged violations, then candidates."""

    counts: ViolationCounts | None = None
    facets: dict[str, tuple[ValueByKind, ...]] | None = None
    """For each filter that `facets` named, its values with most records; no record is of both kinds."""
    hidden: int = 0
    """How many more there are that `min_credibility` hides: what they rest on is judged worse."""


class Assessment(Answered):
    """A claim held against one reading of a norm."""

    id: str
    claim: str = Field(examples=["seed-syunik-highway-2021/c5"])
    norm: str | None = Field(examples=["nk-2020-11-10/1b"])
    reading: Reading
    agreement: AgreementRef | None
    bound_actor: Agent | None
    outcome: str | None = Field(examples=["not-assessed"])
    scope: ScopeVerdicts
    evidence: tuple[Evidence, ...]
    report: str | None


class AssessmentPage(Listed[Assessment]):
    """A page of assessments, claim by claim."""

    counts: Total | None = None
    facets: dict[str, tuple[Value, ...]] | None = None
    """For each filter that `facets` named, its values with most items."""
    hidden: int = 0
    """How many more there are that `min_credibility` hides: what they rest on is judged worse."""
