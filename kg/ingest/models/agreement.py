"""The document that describes one agreement: its texts, terms and norms."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kg.ingest.fields import (
    ActorRef,
    AgreementRef,
    Code,
    Count,
    Date,
    Duration,
    Flag,
    Iri,
    Key,
    Language,
    PlaceRef,
    TermNumber,
    Text,
    Whole,
    Zone,
    as_list,
)
from kg.ingest.models.common import DocumentModel, Part, TermRef, TimeField

AgreementType = Literal[
    "agreement", "ceasefire", "peace-agreement", "resolution", "statement", "unilateral-declaration"
]
NormKind = Literal["obligation", "prohibition", "permission", "declaration"]


class AgreementText(Part):
    """One published text of the agreement."""

    key: Key = Field(description="Key by which wordings name the text.")
    lang: Language = Field(description="Language of the text.")
    status: Annotated[Text, Code("text-status")] = Field(description="Official, translation, leaked…")
    publisher: Text | None = Field(default=None, description="Who published it.")
    url: Iri | None = Field(default=None, description="Where it is.")
    complete: Flag | None = Field(default=None, description="Whether this text holds every term.")
    note: Text | None = Field(default=None, description="A remark for people.")


class Wording(Part):
    """The words of a term in one text."""

    text: Key = Field(description="Key of the text.")
    words: Text = Field(description="The words.")
    status: Annotated[Text, Code("wording-status")] = Field(
        description="Verbatim, partial, recalled, paraphrase."
    )
    url: Iri | None = Field(default=None, description="Where these words were read.")


class ExceptionForm(Part):
    """What a norm does not apply to: all criteria given together, or what the words say."""

    words: Text = Field(description="The exception in words, the agreement's or the annotator's.")
    gist: Text | None = Field(default=None, description="The exception in one sentence of the annotator's.")
    targets: tuple[ActorRef, ...] = Field(
        default=(), description="To whom an act has to be done; their forces count."
    )
    actors: tuple[ActorRef, ...] = Field(
        default=(), description="By whom an act has to be done; their forces count."
    )
    acts: tuple[Annotated[Text, Code("event-type")], ...] = Field(
        default=(), description="Of which kind an act has to be, or narrower."
    )
    places: tuple[PlaceRef, ...] = Field(default=(), description="Within which places an act has to lie.")
    note: Text | None = Field(default=None, description="A remark for people.")


class CalibreRange(Part):
    """Which calibres are meant, in millimetres."""

    at_least: Count | None = Field(default=None, description="The least, itself included.")
    more_than: Count | None = Field(default=None, description="Above which, itself excluded.")
    at_most: Count | None = Field(default=None, description="The greatest, itself included.")
    less_than: Count | None = Field(default=None, description="Below which, itself excluded.")


class ObjectForm(Part):
    """A kind of weapon or equipment that a norm is about: all criteria given together."""

    category: Annotated[Text, Code("weapon-category")] | None = Field(
        default=None, description="Which category, or narrower."
    )
    models: tuple[Text, ...] = Field(default=(), description="Names of models, any of them.")
    calibre: CalibreRange | None = Field(default=None, description="Which calibres, in millimetres.")


class DistanceForm(Part):
    """How far from a place or line it has to stay, or within how far of it."""

    from_: PlaceRef = Field(alias="from", description="The place or line from which it is measured.")
    at_least: Count | None = Field(default=None, description="The least distance.")
    at_most: Count | None = Field(default=None, description="The greatest distance.")
    unit: Literal["km", "m"] = Field(default="km", description="km or m.")


class QuantityLimitForm(Part):
    """How many are admitted, or asked for."""

    kind: Annotated[Text, Code("quantity-kind")] = Field(description="What is counted or measured.")
    at_least: Count | None = Field(default=None, description="The least.")
    at_most: Count | None = Field(default=None, description="The most.")


def _as_exception(value: object) -> object:
    return {"words": value} if isinstance(value, str) else value


ExceptionField = Annotated[ExceptionForm, BeforeValidator(_as_exception)]


class ConditionForm(Part):
    """That on which it depends whether a norm applies."""

    key: Key | None = Field(
        default=None, description="Key by which claims name it; without one, its place in the list: 1."
    )
    words: Text = Field(description="The condition in words, the agreement's or the annotator's.")
    norm: Key | None = Field(
        default=None, description="Key of the norm of this agreement whose fulfilment it is."
    )
    event: Annotated[Text, Code("event-type")] | None = Field(
        default=None, description="Of which kind the event is that it is, or narrower."
    )
    actors: tuple[ActorRef, ...] = Field(
        default=(), description="By whom the event has to be; their forces count."
    )
    places: tuple[PlaceRef, ...] = Field(default=(), description="Within which places it has to be.")
    note: Text | None = Field(default=None, description="A remark for people.")


class SequenceForm(Part):
    """After what a norm has to be done, and within which time."""

    key: Key | None = Field(default=None, description="Key by which claims name it; without one, after.")
    words: Text | None = Field(default=None, description="After what, in words.")
    norm: Key | None = Field(
        default=None, description="Key of the norm of this agreement after whose fulfilment it is."
    )
    event: Annotated[Text, Code("event-type")] | None = Field(
        default=None, description="Of which kind the event is that it is, or narrower."
    )
    actors: tuple[ActorRef, ...] = Field(
        default=(), description="By whom the event has to be; their forces count."
    )
    places: tuple[PlaceRef, ...] = Field(default=(), description="Within which places it has to be.")
    period: Duration = Field(description="Within which time after that: P14D, PT48H.")
    note: Text | None = Field(default=None, description="A remark for people.")


ConditionField = Annotated[ConditionForm, BeforeValidator(_as_exception)]


class Rule(Part):
    """What a norm and each of its readings may say."""

    kind: NormKind | None = Field(
        default=None, description="Obligation, prohibition, permission or declaration."
    )
    gist: Text | None = Field(default=None, description="The rule in one sentence of the annotator's.")
    bearers: tuple[ActorRef, ...] = Field(default=(), description="Whom it binds.")
    owed_to: tuple[ActorRef, ...] = Field(default=(), description="To whom it is owed.")
    action: Annotated[Text, Code("action")] | None = Field(
        default=None, description="What is to be done or left."
    )
    places: tuple[PlaceRef, ...] = Field(default=(), description="Where it applies; none: no limit of place.")
    unless: Annotated[tuple[ExceptionField, ...], BeforeValidator(as_list)] = Field(
        default=(), description="What it does not apply to; none: no exception."
    )
    objects: Annotated[tuple[ObjectForm, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Which weapons or equipment it is about; none: any."
    )
    distance: DistanceForm | None = Field(default=None, description="How far from where.")
    quantity: QuantityLimitForm | None = Field(default=None, description="How many.")
    if_: Annotated[tuple[ConditionField, ...], BeforeValidator(as_list)] = Field(
        default=(), alias="if", description="On what it depends; all have to be met."
    )
    after: SequenceForm | None = Field(
        default=None, description="After what it has to be done, and within which time."
    )
    from_: TimeField | None = Field(default=None, alias="from", description="When it begins to apply.")
    until: TimeField | None = Field(default=None, description="When it ceases to apply.")
    deadline: TimeField | None = Field(default=None, description="By when it must be done.")
    period: Text | None = Field(default=None, description="Stated duration, such as P5Y.")
    renewal: Text | None = Field(default=None, description="How it is prolonged.")
    read_by: ActorRef | None = Field(default=None, description="Whose reading it is.")
    texts: Annotated[tuple[Key, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Keys of the texts in whose words it is found."
    )
    note: Text | None = Field(default=None, description="A remark for people.")


class Reading(Rule):
    """One of several readings of a norm; what it leaves out is the norm's."""

    key: Key = Field(description="Key of the reading.")


class Norm(Rule):
    """One rule found in a term."""

    key: Key = Field(description="Key of the norm, unique in the agreement.")
    kind: NormKind = Field(description="Obligation, prohibition, permission or declaration.")
    gist: Text = Field(description="The rule in one sentence of the annotator's.")
    action: Annotated[Text, Code("action")] = Field(description="What is to be done or left.")
    readings: tuple[Reading, ...] = Field(
        default=(), description="Rival readings; one alone is a reading without a rival."
    )


class Term(Part):
    """A numbered part of the agreement."""

    number: TermNumber = Field(description="Its number, as the text has it.")
    part_of: TermNumber | None = Field(default=None, description="Number of the term that it is part of.")
    wordings: tuple[Wording, ...] = Field(default=(), description="Its words, by text.")
    norms: tuple[Norm, ...] = Field(default=(), description="The rules found in it.")


class ChangeForm(TermRef):
    """What becomes of an agreement or a term by another agreement: since when, and in which words."""

    from_: TimeField | None = Field(
        default=None, alias="from", description="Since when; left out: since the other enters into force."
    )
    until: TimeField | None = Field(default=None, description="Until when; of a suspension only.")
    words: Text | None = Field(default=None, description="The words that say so; left out: no text does.")
    note: Text | None = Field(default=None, description="A remark for people.")


class ChangeMade(ChangeForm):
    """What this agreement does to another one, or to one term of it."""

    by: TermNumber | None = Field(default=None, description="The term of this agreement that does it.")


class ChangeSuffered(ChangeForm):
    """What another agreement does to this one, or to one term of it."""

    of: TermNumber | None = Field(default=None, description="The term of this agreement to which it is done.")


def _as_change(value: object) -> object:
    """Return the name of an agreement as what names it; everything else as it is."""
    return {"agreement": value} if isinstance(value, str) else value


def _as_changes(value: object) -> object:
    listed = as_list(value)
    return [_as_change(item) for item in listed] if isinstance(listed, list) else listed


Made = Annotated[tuple[ChangeMade, ...], BeforeValidator(_as_changes)]
Suffered = Annotated[tuple[ChangeSuffered, ...], BeforeValidator(_as_changes)]


class AgreementDocument(DocumentModel):
    """An agreement."""

    kind: Literal["agreement"] = Field(description="Says that the document describes an agreement.")
    type: AgreementType = Field(description="What kind of agreement it is.")
    title: Text = Field(description="Its title.")
    date: Date = Field(description="Its date.")
    entry_into_force: TimeField | None = Field(default=None, description="When it entered into force.")
    zone: Zone | None = Field(
        default=None, description="Zone of times that state none: +04:00, or a name such as Europe/Kyiv."
    )
    parties: tuple[ActorRef, ...] = Field(min_length=1, description="Whom it binds as parties.")
    signatories: tuple[ActorRef, ...] = Field(default=(), description="Who signed.")
    mediators: tuple[ActorRef, ...] = Field(default=(), description="Who mediated.")
    guarantors: tuple[ActorRef, ...] = Field(default=(), description="Who guarantees it.")
    witnesses: tuple[ActorRef, ...] = Field(default=(), description="Who signed or attended as a witness.")
    monitors: tuple[ActorRef, ...] = Field(default=(), description="Who monitors or verifies it.")
    places: tuple[PlaceRef, ...] = Field(
        default=(), description="Where it applies as a whole: of norms that state no places."
    )
    part_of: AgreementRef | None = Field(default=None, description="The agreement under which it was made.")
    annexes: tuple[AgreementRef, ...] = Field(default=(), description="Agreements that are annexes to it.")
    amends: Made = Field(default=(), description="What it amends.")
    repeals: Made = Field(default=(), description="What it repeals.")
    supersedes: Made = Field(default=(), description="What it takes the place of.")
    suspends: Made = Field(default=(), description="What it suspends.")
    amended_by: Suffered = Field(default=(), description="By what it is amended.")
    repealed_by: Suffered = Field(default=(), description="By what it is repealed.")
    superseded_by: Suffered = Field(default=(), description="What takes its place.")
    suspended_by: Suffered = Field(default=(), description="By what it is suspended.")
    pax_id: Whole | None = Field(default=None, description="Number in the PA-X database.")
    see_also: tuple[Iri, ...] = Field(default=(), description="Pages about it.")
    note: Text | None = Field(default=None, description="A remark for people.")
    texts: tuple[AgreementText, ...] = Field(default=(), description="Its published texts.")
    terms: tuple[Term, ...] = Field(default=(), description="Its terms, in their order.")
