"""Values that several resources are made of."""

from typing import Literal

from pydantic import AliasChoices, Field

from kg.read.schemas.base import Answered


class Ref(Answered):
    """Another resource, by the id that paths and filters take, its IRI and its label."""

    id: str = Field(examples=["syunik"])
    iri: str = Field(examples=["https://w3id.org/servanda/id/place/syunik"])
    label: str | None = Field(examples=["Syunik"])


class Agent(Answered):
    """Somebody who acts or speaks."""

    id: str = Field(examples=["avia"])
    iri: str = Field(examples=["https://w3id.org/servanda/id/actor/avia"])
    label: str | None = Field(examples=["Avia"])
    type: str | None = Field(examples=["outlet"])
    """The kind of actor, in the word that documents use."""


class Time(Answered):
    """A time as stated, and the first and last second that it may mean."""

    earliest: str | None = Field(examples=["2021-08-26T00:00:00Z"])
    """First second, UTC; null where the begin is open or nothing is known."""
    latest: str | None = Field(examples=["2021-08-26T23:59:59Z"])
    """Last second, UTC, included; null where the end is open or nothing is known."""
    precision: str | None = Field(examples=["day"])
    """Code of the list `precision`; `vague` where there is neither bound."""
    wording: str | None = Field(examples=["on August 26"])
    """The words of the text."""
    edtf: str | None = Field(examples=["2021-08-26"])
    """The value as the annotator wrote it."""
    inferred: tuple[str, ...] = Field(examples=[["year"]])
    """The parts that the text does not state; `zone` where nobody stated one."""
    inference_reason: str | None
    """Why these parts are what they are taken to be."""
    zone: str | None = Field(examples=["Europe/Kyiv"])
    """In which zone the time was read: an offset, or a name of the IANA database; of an interval that of its
    beginning."""
    zone_assumed: bool | None
    """Whether nobody stated a zone: a day is then that of UTC, and a time of day is kept from 14 hours
    earlier to 12 hours later."""


class ClaimedTime(Time):
    """A time, and the claims that state it."""

    claims: tuple[str, ...] = Field(examples=[["seed-syunik-highway-2021/c1"]])


class ClaimedActor(Ref):
    """An actor, and the claims that name it."""

    claims: tuple[str, ...] = Field(examples=[["seed-syunik-highway-2021/c1"]])


class ClaimedPlace(Ref):
    """A place, and the claims that name it."""

    role: Literal["place", "along"]
    """Whether the claim says that it happened there, or along it."""
    claims: tuple[str, ...] = Field(examples=[["seed-syunik-highway-2021/c1"]])


class ReportRef(Answered):
    """The report that evidence is found in."""

    id: str = Field(examples=["seed-syunik-highway-2021"])
    iri: str
    type: str | None = Field(examples=["news"])
    title: str | None
    language: str | None = Field(examples=["en"])
    publisher: Agent | None
    """Null where the publisher is not stated."""
    issued: str | None
    url: str | None
    archived_at: str | None
    retrieved: str | None
    text_extent: str | None = Field(examples=["full"])
    """`full` or `excerpt`."""
    text_fidelity: str | None = Field(examples=["exact"])
    """`exact` or `normalised`."""
    text_access: str | None = Field(examples=["public"])
    """`public`, or `quotes-only`: what is not quoted is masked in the text."""


class CitedReport(Answered):
    """A report known only because another cites it."""

    iri: str
    title: str | None


class Step(Answered):
    """A step of an attribution."""

    step: int | None = Field(examples=[2])
    """1 is the report's own voice; the last is the farthest source named."""
    agent: Agent | None
    verb: str | None = Field(examples=["reported"])
    carried_over: bool | None
    """Whether the quoted words do not name this source themselves."""
    report: CitedReport | None
    """The report that is cited at this step, where one is named."""


class Quote(Answered):
    """Exact words of the report's text: `text[start:end] == quote`, in code points."""

    quote: str | None = Field(examples=["it seems that"])
    start: int | None = Field(examples=[2520])
    end: int | None = Field(examples=[2533])


class Row(Answered):
    """A row of a dataset."""

    dataset: str | None
    version: str | None
    id: str | None
    url: str | None


class Evidence(Quote):
    """A quotation or a row of a dataset, with who says so and how."""

    claim: str = Field(examples=["seed-syunik-highway-2021/c13"])
    """Id of the claim."""
    kind: Literal["quote", "row"]
    """Whether the evidence is words of a text or a row of a dataset; a row has no `quote`."""
    lang: str | None = Field(examples=["en"])
    translation: dict[str, str] | None = Field(examples=[None])
    """Translations of the words by language, where the annotator gives any."""
    row: Row | None
    report: ReportRef | None
    attribution: tuple[Step, ...]
    """According to whom, step by step."""
    modality: str | None = Field(examples=["hedged"])
    polarity: str | None = Field(examples=["affirmative"])
    hedge: tuple[Quote, ...]
    """The words that weaken the claim."""
    gist: str | None
    """What the claim comes to, in the annotator's words."""


class AgreementRef(Answered):
    """An agreement by id, IRI, title and date."""

    id: str = Field(examples=["nk-2020-11-10"])
    iri: str
    title: str | None
    date: str | None = Field(examples=["2020-11-10"])


class Wording(Answered):
    """The words of a term in one text of the agreement."""

    text: str | None = Field(examples=["ru-mfa-en"])
    """Key of the text."""
    words: str | None
    lang: str | None = Field(examples=["en"])
    status: str | None = Field(examples=["verbatim"])
    """How the words are known: `verbatim`, `partial`, `recalled-unverified` or `paraphrase`."""
    publisher: str | None
    text_status: str | None = Field(examples=["translation"])
    url: str | None


class TermRef(Answered):
    """A term with its wordings."""

    id: str = Field(examples=["nk-2020-11-10/1"])
    iri: str
    number: str | None = Field(examples=["1"])
    wordings: tuple[Wording, ...]


class NormException(Answered):
    """What a norm does not apply to: all criteria given together, or what only the words say."""

    words: str | None = Field(examples=["other than those of the Government of Lebanon and of UNIFIL"])
    gist: str | None
    targets: tuple[Agent, ...]
    """To whom an act has to be done."""
    actors: tuple[Agent, ...]
    """By whom, or by whose force, an act has to be done."""
    acts: tuple[str, ...] = Field(examples=[["troop-deployment"]])
    """Of which kind an act has to be, or narrower."""
    places: tuple[Ref, ...]
    """Within which places an act has to lie."""
    note: str | None


class Materiel(Answered):
    """A kind of weapon or equipment; calibres are in millimetres."""

    category: str | None = Field(examples=["howitzer"])
    """Code of the list `weapon-category`."""
    models: tuple[str, ...] = Field(examples=[["D-30"]])
    calibre: int | float | None = Field(examples=[122])
    """The calibre that a claim states."""
    calibre_at_least: int | float | None = Field(examples=[100])
    calibre_more_than: int | float | None
    calibre_at_most: int | float | None
    calibre_less_than: int | float | None


class Limit(Answered):
    """How many of what, or how many kilometres from where."""

    kind: str | None = Field(examples=["weapons"])
    """Code of the list `quantity-kind`; null of a distance."""
    from_: Ref | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    """Of a distance: from where it is measured."""
    at_least: int | float | None = Field(examples=[25])
    at_most: int | float | None


class Condition(Answered):
    """On what a reading depends, or after what it has to be done and within which time."""

    key: str | None = Field(examples=["1"])
    """By which claims name it."""
    words: str | None = Field(examples=["if the other side withdraws"])
    norm: str | None
    """The norm whose fulfilment it is."""
    event: str | None = Field(examples=["withdrawal"])
    """Of which kind the event is that it is, or narrower."""
    actors: tuple[Agent, ...]
    """By whom, or by whose force, it has to be."""
    places: tuple[Ref, ...]
    """Within which places it has to be."""
    period: str | None = Field(examples=["P14D"])
    note: str | None


class Reading(Answered):
    """One reading of a norm."""

    id: str = Field(examples=["nk-2020-11-10/1b/zone"])
    iri: str
    key: str | None = Field(examples=["zone"])
    kind: str | None = Field(examples=["obligation"])
    """`obligation`, `prohibition`, `permission` or `declaration`."""
    gist: str | None
    bearers: tuple[Agent, ...]
    owed_to: tuple[Agent, ...]
    action: str | None = Field(examples=["hold-position"])
    places: tuple[Ref, ...]
    """Where it applies; empty: without limit of place."""
    unless: tuple[NormException, ...]
    """What it does not apply to; empty: no exception was found."""
    objects: tuple[Materiel, ...]
    """Which weapons or equipment it is about; empty: any."""
    distance: Limit | None
    """How far from where, in kilometres."""
    quantity: Limit | None
    """How many."""
    if_: tuple[Condition, ...] = Field(validation_alias=AliasChoices("if_", "if"), serialization_alias="if")
    """On what it depends; all have to be met."""
    after: Condition | None
    """After what it has to be done, and within which time."""
    from_: Time | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    """From when it applies."""
    until: Time | None
    deadline: Time | None
    period: str | None = Field(examples=["P5Y"])
    renewal: str | None
    read_by: tuple[Agent, ...]
    """Whose reading it is."""
    texts: tuple[str, ...] = Field(examples=[["joint-en"]])
    """Keys of the texts in whose words it is found; empty: of none in particular."""
    note: str | None


class Norm(Answered):
    """A rule found in a term, with every reading of it."""

    id: str = Field(examples=["nk-2020-11-10/1b"])
    iri: str
    key: str | None = Field(examples=["1b"])
    label: str | None
    action: str | None = Field(examples=["hold-position"])
    """Null where the readings differ in it."""
    readings: tuple[Reading, ...]
