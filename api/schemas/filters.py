"""What lists may be narrowed by: the query parameters of each."""

from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from kg.query import credibility
from kg.query.period import WORDS

Scope = Literal["in", "out", "disputed", "unknown"]
Basis = Literal[
    "source-asserted",
    "party-asserted",
    "analyst-inferred",
    "rule-inferred",
    "mission-observed",
    "inquiry-finding",
    "court-finding",
]
Status = Literal[
    "alleged",
    "candidate",
    "denied",
    "corroborated",
    "verified",
    "rejected",
    "disputed",
    "adjudicated",
]
Type = Literal["json", "csv", "ndjson", "geojson", "html", "atom"]
Outcome = Literal["assessed", "not-assessed"]
Grade = Literal["1", "2", "3", "4", "5", "6"]

_ACTOR = "Id or IRI of an actor."
_PLACE = "Id or IRI of a place; what lies within it counts too."
_WITHIN = (
    "Id or IRI of a place: only what lies within it, near or far, and not what is said of it as a whole."
)
_BOX = (
    "A box of degrees as west,south,east,north: what is said of a place whose outline has a point in it. "
    "Where west is greater than east, it reaches over the line of dates. A place without an outline is in no "
    "box."
)
_SOURCE = "Id or IRI of anybody in the chain of attribution: the publisher, a person, a ministry…"
_TYPE = "Code of the list `event-type`; narrower types count too."
_REPORT = "Id or IRI of a report."
_FROM, _TO, _ZONE = (WORDS[name] for name in ("from", "to", "zone"))
Zone = Annotated[str | None, Query(description=_ZONE, examples=["Asia/Yerevan"])]


MinCredibility = Annotated[Grade | None, Query(description=credibility.WORDS, examples=["4"])]


PAGING: Final = frozenset({"limit", "cursor", "count", "facets", "f"})
"""Parameters of lists that narrow nothing."""


class Filters(BaseModel):
    """Parameters of an address, of which each is documented."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def chosen(self) -> dict[str, str]:
        """Return the filters that were given, by their names in the address."""
        given = self.model_dump(by_alias=True, exclude_none=True, exclude=set(PAGING))
        return {name: str(value) for name, value in given.items()}


class Paging(Filters):
    """What every list takes."""

    limit: int = Field(50, ge=1, le=200, description="How many items at most.")
    cursor: str | None = Field(
        None, description="Where the page begins: take it from `next`, with the other parameters unchanged."
    )
    count: bool = Field(default=False, description="Whether to count the whole list too.")
    f: Type | None = Field(None, description="The type of the answer, before what `Accept` says.")


class Counted(Paging):
    """What lists take that can be counted by the values of their filters."""

    facets: str | None = Field(
        None,
        description="Filters of this list, with commas between: of each, the 100 values with most items, and "
        "how many items there are if the value is asked for too.",
        examples=["status,perpetrator"],
    )


class Judged(Filters):
    """What lists take of what rests on claims."""

    min_credibility: Grade | None = Field(None, description=credibility.WORDS, examples=["4"])


class OfRecords(Judged):
    """Filters of records: of alleged violations and candidates."""

    term: str | None = Field(
        None,
        description="Id (`agreement/number`) or IRI of a term; its parts count too.",
        examples=["nk-2020-11-10/1"],
    )
    perpetrator: str | None = Field(
        None,
        description="Id or IRI of an actor: the party, one named by a claim, or whose force was named.",
        examples=["azerbaijan"],
    )
    type: str | None = Field(None, description=_TYPE, examples=["use-of-force"])
    basis: Basis | None = Field(None, description="On whose word it stands.")
    status: Status | None = Field(None, description="`candidate` for what a rule found.")
    scope: Scope | None = Field(None, description="Whether the act lies in the place of the norm.")
    temporal: Scope | None = Field(None, description="Whether the act lies in the time of the norm.")
    material: Scope | None = Field(None, description="Whether the norm applies to such an act: exceptions.")
    personal: Scope | None = Field(None, description="Whether it was the accused's conduct at its time.")
    place: str | None = Field(None, description=_PLACE, examples=["syunik"])
    within: str | None = Field(None, description=_WITHIN, examples=["armenia"])
    bbox: str | None = Field(None, description=_BOX, examples=["44.5,38.8,48,41.9"])
    from_: str | None = Field(None, alias="from", description=_FROM, examples=["2021-08-26"])
    to: str | None = Field(None, description=_TO, examples=["2021-09"])
    zone: str | None = Field(None, description=_ZONE, examples=["Asia/Yerevan"])
    report: str | None = Field(None, description=_REPORT, examples=["seed-syunik-highway-2021"])
    source: str | None = Field(None, description=_SOURCE, examples=["avia"])


class ViolationsOfAgreement(OfRecords, Counted):
    """Filters of what is alleged against one agreement."""


class Violations(ViolationsOfAgreement):
    """Filters of alleged violations."""

    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])


class Assessments(Judged, Counted):
    """Filters of assessments."""

    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])
    term: str | None = Field(None, description="Id (`agreement/number`) or IRI of a term; its parts too.")
    perpetrator: str | None = Field(None, description="Id or IRI of an actor that the claim names.")
    type: str | None = Field(None, description=_TYPE)
    outcome: Outcome | None = Field(None, description="`not-assessed`: the claim states no time.")
    scope: Scope | None = Field(None, description="Whether the act lies in the place of the reading.")
    temporal: Scope | None = Field(None, description="Whether the act lies in the time of the reading.")
    material: Scope | None = Field(
        None, description="Whether the reading applies to such an act: exceptions."
    )
    personal: Scope | None = Field(None, description="Whether it was the bound actor's conduct then.")
    place: str | None = Field(None, description=_PLACE)
    within: str | None = Field(None, description=_WITHIN, examples=["armenia"])
    bbox: str | None = Field(None, description=_BOX, examples=["44.5,38.8,48,41.9"])
    report: str | None = Field(None, description=_REPORT)
    source: str | None = Field(None, description=_SOURCE)


class Agreements(Paging):
    """Filters of agreements."""

    party: str | None = Field(None, description="Id or IRI of a party, signatory or mediator.")


class TermsOfAgreement(Paging):
    """Filters of the terms of one agreement."""

    binds: str | None = Field(None, description="Id or IRI of an actor that a norm of the term binds.")


class Terms(TermsOfAgreement):
    """Filters of terms."""

    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])


class Forces(Paging):
    """Filters of forces and other actors."""

    of: str | None = Field(None, description="Id or IRI of the actor whose force, organ or speaker it is.")


class Regions(Paging):
    """Filters of regions."""

    within: str | None = Field(None, description="Id or IRI of a place that it lies within, near or far.")
    borders: str | None = Field(None, description="Id or IRI of a place that it touches.")
    bbox: str | None = Field(None, description=_BOX, examples=["44.5,38.8,48,41.9"])


class Events(Judged, Counted):
    """Filters of events."""

    report: str | None = Field(None, description=_REPORT)
    type: str | None = Field(None, description=_TYPE, examples=["use-of-force"])
    place: str | None = Field(None, description=_PLACE)
    within: str | None = Field(None, description=_WITHIN, examples=["armenia"])
    bbox: str | None = Field(None, description=_BOX, examples=["44.5,38.8,48,41.9"])
    same_as: str | None = Field(
        None, description="Id (`report/key`) or IRI of an event: those accepted to be the same, and itself."
    )


class Claims(Judged, Counted):
    """Filters of claims."""

    denying: str | None = Field(
        None,
        description="IRI of an alleged violation or candidate, or the hash at its end: the claims that deny "
        "it, its act or the breach as such.",
    )
    keeping: str | None = Field(
        None,
        description="Likewise: the claims that say that its agreement or term was kept.",
    )
    report: str | None = Field(None, description=_REPORT)
    event: str | None = Field(None, description="Id (`report/key`) or IRI of the event that it is about.")
    type: str | None = Field(None, description=_TYPE, examples=["use-of-force"])
    modality: str | None = Field(None, description="Code of the list `modality`.", examples=["hedged"])
    polarity: str | None = Field(
        None,
        description="`affirmative`, or `negative`: that it is not so.",
        examples=["negative"],
    )
    perpetrator: str | None = Field(None, description="Id or IRI of an actor, or of whose force it is.")
    place: str | None = Field(None, description=_PLACE)
    within: str | None = Field(None, description=_WITHIN, examples=["armenia"])
    bbox: str | None = Field(None, description=_BOX, examples=["44.5,38.8,48,41.9"])
    source: str | None = Field(None, description=_SOURCE)
    from_: str | None = Field(None, alias="from", description=_FROM)
    to: str | None = Field(None, description=_TO)
    zone: str | None = Field(None, description=_ZONE, examples=["Asia/Yerevan"])


class Reports(Counted):
    """Filters of reports."""

    publisher: str | None = Field(None, description=_ACTOR)
    source: str | None = Field(None, description=_SOURCE)
