"""Reports, the claims in them, and the events that claims are about."""

from pydantic import AliasChoices, Field

from kg.read.schemas.base import Answered, Listed, Total, Value
from kg.read.schemas.parts import (
    Agent,
    ClaimedActor,
    ClaimedPlace,
    ClaimedTime,
    Evidence,
    Materiel,
    Quote,
    Ref,
    ReportRef,
    Step,
    Time,
)


class Quantity(Answered):
    """A number that a claim states."""

    kind: str | None = Field(examples=["area"])
    value: int | float | None = Field(examples=[10])
    low: int | float | None = Field(examples=[10])
    """The least that the words admit; null where they set no floor."""
    high: int | float | None = Field(examples=[None])
    """The most that the words admit; null where they set no ceiling."""
    comparator: str | None = Field(examples=["at-least"])
    unit: str | None = Field(examples=["km2"])
    side: Ref | None
    """Null where the side is not stated."""
    civilian: bool | None
    from_: Ref | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    """Of a length: from where it is measured."""
    group: str | None = Field(examples=["children"])
    """Of whom the number counts only a part; null where it is of all."""


class Absence(Answered):
    """What a claim says was not there."""

    of: str | None = Field(examples=["armed-resistance"])
    by: Ref | None
    qualifier: str | None = Field(examples=["significant"])


class AgreementOrTerm(Answered):
    """An agreement, or one of its terms."""

    agreement: str = Field(examples=["nk-2020-11-10"])
    term: str | None = Field(examples=["6"])


class Denial(Answered):
    """Whose conduct is denied, or that the act as such is, of one thing that a claim denies."""

    of: str = Field(examples=["seed-syunik-highway-2021/c1"])
    """Id of the claim, event, agreement or term that is denied."""
    conduct_of: tuple[Agent, ...]
    act: bool
    """Whether it is denied that the act took place, whoever is said to have done it."""


class Capture(Answered):
    """When and where something was made, by somebody's word."""

    by: Agent | None
    """On whose word."""
    time: Time | None
    places: tuple[Ref, ...]
    reason: str | None


class MediaItem(Answered):
    """Something seen or heard in support of a claim. Its addresses are never fetched."""

    kind: str | None = Field(examples=["photo"])
    """Code of the list `media-kind`."""
    title: str | None
    url: str | None
    archived_at: str | None
    sha256: str | None
    """SHA-256 of the file that was looked at."""
    creator: Agent | None
    publisher: Agent | None
    published: str | None
    collected: str | None
    collected_by: Agent | None
    licence: str | None
    page: int | None
    region: str | None = Field(examples=["xywh=percent:10,10,50,50"])
    """The part that is meant, as a Media Fragment."""
    captured: tuple[Capture, ...]
    """When and where it was made, by whose word; several may contradict each other."""
    note: str | None


class ConditionMet(Answered):
    """A norm of which a claim says that its conditions, or one of them, were met."""

    agreement: str
    norm: str = Field(examples=["2a"])
    condition: str | None = Field(examples=["1"])
    """Key of the condition; null for all of the norm's."""


class Claim(Answered):
    """A claim with all that it says."""

    id: str = Field(examples=["seed-syunik-highway-2021/c1"])
    iri: str
    key: str | None = Field(examples=["c1"])
    gist: str | None
    modality: str | None = Field(examples=["reported"])
    polarity: str | None = Field(examples=["affirmative"])
    report: ReportRef | None
    event: Ref | None
    condition: Ref | None
    """The event on which a conditional claim depends."""
    perpetrators: tuple[Agent, ...]
    """Who, by the claim, did it; if its polarity is negative, who by it did not."""
    participants: tuple[Agent, ...]
    targets: tuple[Agent, ...]
    places: tuple[Ref, ...]
    along: tuple[Ref, ...]
    in_territory_of: tuple[Agent, ...]
    """Whose territory it is, as the source words it."""
    time: Time | None
    quantities: tuple[Quantity, ...]
    objects: tuple[Materiel, ...]
    """Which weapons or equipment it states."""
    media: tuple[MediaItem, ...]
    """What is seen or heard in its support."""
    absences: tuple[Absence, ...]
    alleges: tuple[AgreementOrTerm, ...]
    """What the claim says was broken."""
    denies: tuple[AgreementOrTerm, ...]
    """What the claim says was not broken."""
    denies_claims_or_events: tuple[str, ...]
    denials: tuple[Denial, ...]
    """Where the document says whose conduct is denied, or that the act is; else it is that of `perpetrators`,
    or of those accused for whom the source speaks."""
    asserts_fulfilment: tuple[AgreementOrTerm, ...]
    condition_met: tuple[ConditionMet, ...]
    """Norms of which the claim says that a condition was met; not met, if its polarity is negative."""
    mentions: tuple[str, ...]
    confirms: tuple[str, ...]
    disputes: tuple[str, ...]
    corrects: tuple[str, ...]
    retracts: tuple[str, ...]
    corrected_by: tuple[str, ...]
    """Claims or reports of the same publisher or source that correct it; it then supports nothing."""
    retracted_by: tuple[str, ...]
    """Claims or reports of the same publisher or source that take it back; it then supports nothing."""
    credibility: int | None
    """1 (confirmed) to 6 (cannot be judged)."""
    confidence: float | None
    """How sure the extraction is, 0 to 1."""
    attribution: tuple[Step, ...]
    hedge: tuple[Quote, ...]
    evidence: tuple[Evidence, ...]


class ClaimPage(Listed[Claim]):
    """A page of claims, in the order of their reports."""

    counts: Total | None = None
    facets: dict[str, tuple[Value, ...]] | None = None
    """For each filter that `facets` named, its values with most items."""
    hidden: int = 0
    """How many more there are that `min_credibility` hides: what they rest on is judged worse."""


class ClaimedQuantity(Answered):
    """A number, and the claim that states it."""

    quantity: Quantity
    claim: str


class SameEvent(Answered):
    """That somebody takes another event for the same."""

    event: Ref
    status: str | None = Field(examples=["accepted"])
    confidence: float | None = Field(examples=[0.8])
    reason: str | None
    author: str | None = Field(examples=["Servanda editors"])
    """Who says so: an actor in a document, or a reviewer."""
    review: str | None = Field(examples=[None])
    """Id of the review; null where a document says so."""


class ClaimRef(Answered):
    """A claim about the event."""

    id: str
    modality: str | None
    polarity: str | None
    gist: str | None


class Event(Answered):
    """An event; every value comes with the claims that state it.

    What denies or only expects it is among `claims` only.
    """

    id: str = Field(examples=["seed-syunik-highway-2021/seizure"])
    iri: str
    type: str | None = Field(examples=["territorial-seizure"])
    label: str | None
    report: str | None
    part_of: str | None
    cluster: str | None
    """IRI shared by events that are accepted to be the same."""
    perpetrators: tuple[ClaimedActor, ...]
    participants: tuple[ClaimedActor, ...]
    targets: tuple[ClaimedActor, ...]
    places: tuple[ClaimedPlace, ...]
    times: tuple[ClaimedTime, ...]
    quantities: tuple[ClaimedQuantity, ...]
    same_event: tuple[SameEvent, ...]
    claims: tuple[ClaimRef, ...]


class EventPage(Listed[Event]):
    """A page of events."""

    counts: Total | None = None
    facets: dict[str, tuple[Value, ...]] | None = None
    """For each filter that `facets` named, its values with most items."""
    hidden: int = 0
    """How many more there are that `min_credibility` hides: what they rest on is judged worse."""


class Remark(Answered):
    """What an analyst remarks about the text."""

    key: str | None
    kind: str | None = Field(examples=["internal-contradiction"])
    gist: str | None
    author: Ref | None
    quotes: tuple[Quote, ...]


class Report(ReportRef):
    """A report, without its text."""

    voice: Agent | None
    """Who speaks where the report names nobody."""
    licence: str | None
    text_sha256: str | None
    """SHA-256 of the original text in UTF-8; null where it may be quoted only."""
    text_keyed_hash: str | None
    """Of a text that may be quoted only: its hash, keyed with the secret of the store."""
    alternate_of: tuple[str, ...]
    """Other annotators' documents on the same text."""
    annotators: tuple[Ref, ...]
    annotated: str | None
    remarks: tuple[Remark, ...]


class ReportWithText(Report):
    """A report with its text, to which all positions refer."""

    text: str | None
    """The text in code points as quoted; masked where only quotes may be shown."""


class ReportPage(Listed[Report]):
    """A page of reports."""

    counts: Total | None = None
    facets: dict[str, tuple[Value, ...]] | None = None
    """For each filter that `facets` named, its values with most items."""
