"""The document that annotates one report: its text, events and claims."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kg.ingest.fields import (
    ActorRef,
    AgreementRef,
    ClaimRef,
    Code,
    Count,
    Date,
    EventRef,
    Flag,
    Fragment,
    Iri,
    Key,
    Labels,
    Language,
    OwnEventRef,
    PlaceRef,
    ReportRef,
    Sha256,
    Share,
    TermNumber,
    Text,
    Token,
    Whole,
    Zone,
    as_list,
)
from kg.ingest.models.common import DocumentModel, Part, TermRef, TimeField

ReportType = Literal["news", "mission", "official-statement", "court-order", "dataset"]
ListOrOne = BeforeValidator(as_list)


class QuoteForm(Part):
    """Words of the text, and what tells them from the same words elsewhere in it."""

    exact: Text = Field(description="The words, as they stand in the text.")
    after: Text | None = Field(default=None, description="Words that stand before the quote.")
    before: Text | None = Field(default=None, description="Words that stand after the quote.")
    occurrence: Whole | None = Field(default=None, description="Which occurrence it is, counted from 1.")


def _as_quote(value: object) -> object:
    return {"exact": value} if isinstance(value, str) else value


Quote = Annotated[QuoteForm, BeforeValidator(_as_quote)]


class Row(Part):
    """A row of a data set, as evidence."""

    dataset: Text = Field(description="Name of the data set.")
    version: Token = Field(description="Its version.")
    id: Token = Field(description="The row's id in it.")
    url: Iri | None = Field(default=None, description="Where the row is.")


class SameEvent(Part):
    """That an event of another report is the same event."""

    event: EventRef = Field(description="The other event: report-id/key.")
    confidence: Share = Field(description="How sure the annotator is, from 0 to 1.")
    reason: Text = Field(description="Why.")
    status: Annotated[Text, Code("assertion-status")] = Field(
        default="accepted", description="Accepted, proposed or rejected."
    )


class Event(Part):
    """Something that the report says happened, may happen or was said to happen."""

    key: Key = Field(description="Key of the event in this document.")
    type: Annotated[Text, Code("event-type")] = Field(description="What kind of event it is.")
    label: Labels = Field(description="A neutral name.")
    part_of: OwnEventRef | None = Field(default=None, description="Key of the event that it is part of.")
    same_event_as: Annotated[tuple[SameEvent, ...], ListOrOne] = Field(
        default=(), description="Events of other reports that are the same event."
    )


class QuantityForm(Part):
    """A number that the claim states."""

    kind: Annotated[Text, Code("quantity-kind")] = Field(description="What is counted or measured.")
    value: Count | None = Field(default=None, description="The number stated.")
    low: Count | None = Field(default=None, description="The least, if a range is stated.")
    high: Count | None = Field(default=None, description="The most, if a range is stated.")
    comparator: Annotated[Text, Code("comparator")] | None = Field(
        default=None, description="Exactly, at least, at most, about."
    )
    unit: Text = Field(default="1", description="Unit in UCUM, such as km2; 1 for persons and things.")
    side: ActorRef | None = Field(
        default=None, description="Whose dead, prisoners, vehicles; only if stated."
    )
    civilian: Flag | None = Field(default=None, description="Whether civilians are counted; only if stated.")
    group: Annotated[Text, Code("casualty-group")] | None = Field(
        default=None, description="Of whom it counts only a part: women, children, journalists…"
    )
    from_: PlaceRef | None = Field(
        default=None, alias="from", description="Of a length: the place or line from which it is measured."
    )


class StatedObject(Part):
    """A weapon or piece of equipment that the claim states."""

    category: Annotated[Text, Code("weapon-category")] | None = Field(
        default=None, description="What kind it is, as narrow as the words say."
    )
    model: Text | None = Field(default=None, description="The name of the model.")
    calibre: Count | None = Field(default=None, description="Its calibre in millimetres.")


class AbsenceForm(Part):
    """Something of which the claim says that it was not there."""

    of: Annotated[Text, Code("event-type")] = Field(description="The kind of event that was absent.")
    by: ActorRef | None = Field(default=None, description="By whom it was not done.")
    qualifier: Text | None = Field(default=None, description="The word that limits it: significant.")


class Step(Part):
    """Somebody through whom the claim came, after the report's own voice."""

    agent: ActorRef = Field(description="Who said it.")
    verb: Text = Field(description="The text's verb: reported, said, claimed.")
    carried_over: Flag = Field(
        default="false", description="Whether the quoted words leave this source unnamed."
    )
    report: Text | None = Field(default=None, description="Title of the report that is cited.")


class Denied(Part):
    """What a claim denies: a claim, an event, or the breach of an agreement or term; and whose conduct."""

    claim: ClaimRef | None = Field(default=None, description="The claim denied.")
    event: EventRef | None = Field(default=None, description="The event denied.")
    agreement: AgreementRef | None = Field(default=None, description="The agreement whose breach is denied.")
    term: TermNumber | None = Field(default=None, description="The term whose breach is denied.")
    for_: Annotated[tuple[ActorRef, ...], ListOrOne] = Field(
        default=(), alias="for", description="Whose conduct is denied; only if the words say so."
    )
    act: Flag = Field(
        default="false", description="Whether the act as such is denied, whoever is said to have done it."
    )


class CaptureForm(Part):
    """When and where something was made, by somebody's word."""

    by: ActorRef = Field(description="On whose word: a source, or the analyst who found it out.")
    time: TimeField | None = Field(default=None, description="When it was made.")
    places: tuple[PlaceRef, ...] = Field(default=(), description="Where it was made.")
    reason: Text | None = Field(default=None, description="How that is known, in words.")


class MediaForm(Part):
    """Something seen or heard that is given in support of the claim."""

    kind: Annotated[Text, Code("media-kind")] = Field(description="Photo, video, satellite image…")
    title: Text | None = Field(default=None, description="What it shows, in the annotator's words.")
    url: Iri | None = Field(default=None, description="Where it was published. It is never fetched.")
    archived_at: Iri | None = Field(default=None, description="Where a copy is kept.")
    sha256: Sha256 | None = Field(default=None, description="SHA-256 of the file that was looked at.")
    creator: ActorRef | None = Field(default=None, description="Who made it.")
    publisher: ActorRef | None = Field(default=None, description="Who published or uploaded it.")
    published: Date | None = Field(default=None, description="Day of publication.")
    collected: Date | None = Field(default=None, description="Day on which it was collected.")
    collected_by: ActorRef | None = Field(default=None, description="Who collected it.")
    licence: Text | None = Field(default=None, description="Its licence, a name or an address.")
    page: Whole | None = Field(default=None, description="Number of the page that is meant.")
    region: Fragment | None = Field(
        default=None, description="The part that is meant, as a Media Fragment: xywh=percent:10,10,50,50."
    )
    captured: Annotated[tuple[CaptureForm, ...], ListOrOne] = Field(
        default=(), description="When and where it was made, by whose word."
    )
    note: Text | None = Field(default=None, description="A remark for people.")


class ConditionRef(Part):
    """The conditions of a norm, or one of them."""

    agreement: AgreementRef = Field(description="Id of the agreement.")
    norm: Key = Field(description="Key of the norm.")
    condition: Key | None = Field(default=None, description="Key of the condition, where it has several.")


class Claim(Part):
    """One statement of the report, with the words that make it."""

    key: Key = Field(description="Key of the claim in this document.")
    gist: Text = Field(description="The claim in one sentence of the annotator's.")
    quote: Quote | None = Field(default=None, description="The words that make the claim.")
    quotes: tuple[Quote, ...] = Field(default=(), description="The words, if they stand in several places.")
    row: Row | None = Field(default=None, description="The row that makes the claim, instead of words.")
    media: Annotated[tuple[MediaForm, ...], ListOrOne] = Field(
        default=(), description="Photos, videos, images and pages that support it, besides the words."
    )
    lang: Language | None = Field(default=None, description="Language of the quote, if not the report's.")
    translation: Labels | None = Field(default=None, description="The quote in other languages.")
    modality: Annotated[Text, Code("modality")] = Field(description="How the text puts it.")
    polarity: Annotated[Text, Code("polarity")] | None = Field(
        default=None, description="Affirmative or negative."
    )
    hedges: tuple[Quote, ...] = Field(default=(), description="Words that weaken it: it seems that.")
    about: OwnEventRef | None = Field(default=None, description="Key of the event that it is about.")
    perpetrators: tuple[ActorRef, ...] = Field(default=(), description="Who, by the claim, did it.")
    participants: tuple[ActorRef, ...] = Field(default=(), description="Who else took part.")
    targets: tuple[ActorRef, ...] = Field(default=(), description="To whom it was done.")
    places: tuple[PlaceRef, ...] = Field(default=(), description="Where.")
    along: tuple[PlaceRef, ...] = Field(default=(), description="Along which road or line.")
    in_territory_of: Annotated[tuple[ActorRef, ...], ListOrOne] = Field(
        default=(), description="Whose territory, in the source's words."
    )
    time: TimeField | None = Field(default=None, description="When.")
    quantities: Annotated[tuple[QuantityForm, ...], ListOrOne] = Field(
        default=(), description="Numbers stated."
    )
    objects: Annotated[tuple[StatedObject, ...], ListOrOne] = Field(
        default=(), description="Which weapons or equipment."
    )
    absences: Annotated[tuple[AbsenceForm, ...], ListOrOne] = Field(
        default=(), description="What was absent."
    )
    if_: OwnEventRef | None = Field(default=None, alias="if", description="Event that is the condition.")
    attribution: Annotated[tuple[Step, ...], ListOrOne] = Field(
        default=(), description="Through whom it came, nearest to the report first."
    )
    alleges: Annotated[tuple[TermRef, ...], ListOrOne] = Field(
        default=(), description="Agreements or terms that, by the claim, were broken."
    )
    denies: Annotated[tuple[Denied, ...], ListOrOne] = Field(default=(), description="What the claim denies.")
    asserts_fulfilment: Annotated[tuple[TermRef, ...], ListOrOne] = Field(
        default=(), description="Agreements or terms that, by the claim, were kept."
    )
    condition_met: Annotated[tuple[ConditionRef, ...], ListOrOne] = Field(
        default=(), description="Norms of which, by the claim, a condition was met; not, if it is negative."
    )
    mentions: tuple[AgreementRef, ...] = Field(default=(), description="Agreements it names, no more.")
    credibility: Annotated[Text, Code("credibility")] | None = Field(
        default=None, description="1 (confirmed) to 6 (cannot be judged)."
    )
    confidence: Share | None = Field(
        default=None, description="How sure the annotator is of this annotation."
    )
    confirms: tuple[ClaimRef, ...] = Field(default=(), description="Claims that it confirms.")
    disputes: tuple[ClaimRef, ...] = Field(default=(), description="Claims that it disputes.")
    corrects: Annotated[tuple[ClaimRef, ...], ListOrOne] = Field(
        default=(), description="Earlier claims of the same publisher or source that it corrects."
    )
    retracts: Annotated[tuple[ClaimRef, ...], ListOrOne] = Field(
        default=(), description="Earlier claims of the same publisher or source that it takes back."
    )


class RemarkForm(Part):
    """What the annotator noticed about the text."""

    key: Key = Field(description="Key of the remark in this document.")
    kind: Annotated[Text, Code("remark-kind")] = Field(description="What kind of remark it is.")
    gist: Text = Field(description="The remark in one sentence.")
    quotes: tuple[Quote, ...] = Field(min_length=1, description="The words it is about.")


class ReportDocument(DocumentModel):
    """A report."""

    kind: Literal["report"] = Field(description="Says that the document annotates a report.")
    type: ReportType = Field(description="What kind of report it is.")
    title: Text = Field(description="Its title.")
    language: Language = Field(description="Language of its text.")
    publisher: ActorRef | None = Field(default=None, description="Who published it; leave out if not known.")
    issued: Date | None = Field(default=None, description="Day of publication; leave out if not known.")
    url: Iri | None = Field(default=None, description="Where it was read.")
    archived_at: Iri | None = Field(default=None, description="Where a copy is kept.")
    retrieved: Date | None = Field(default=None, description="Day on which it was read.")
    licence: Text | None = Field(default=None, description="Licence of the text, a name or an address.")
    alternate_of: ReportRef | None = Field(default=None, description="Another annotation of the same text.")
    corrects: Annotated[tuple[ReportRef, ...], ListOrOne] = Field(
        default=(), description="Earlier reports of the same publisher in whose place it comes."
    )
    retracts: Annotated[tuple[ReportRef, ...], ListOrOne] = Field(
        default=(), description="Earlier reports of the same publisher that it takes back."
    )
    annotator: ActorRef = Field(description="The analyst or team that wrote this document.")
    annotated: Date | None = Field(default=None, description="Day of the annotation.")
    zone: Zone | None = Field(
        default=None, description="Zone of times that state none: +04:00, or a name such as Europe/Kyiv."
    )
    text_file: Text | None = Field(default=None, description="File with the text, in the document's folder.")
    text: str | None = Field(default=None, description="The text itself, instead of a file.")
    text_extent: Annotated[Text, Code("text-extent")] = Field(default="full", description="Full or excerpt.")
    text_fidelity: Annotated[Text, Code("text-fidelity")] = Field(
        default="exact", description="Exact or normalised."
    )
    text_access: Annotated[Text, Code("text-access")] | None = Field(
        default=None, description="Public or quotes-only; by default public if a licence is given."
    )
    events: tuple[Event, ...] = Field(default=(), description="What the claims are about.")
    claims: tuple[Claim, ...] = Field(default=(), description="The claims, in the order of the text.")
    remarks: tuple[RemarkForm, ...] = Field(default=(), description="Remarks about the text.")

    @property
    def access(self) -> str:
        """Whether the text is `public` or may be quoted only: as stated, else by its licence."""
        return self.text_access or ("public" if self.licence else "quotes-only")
