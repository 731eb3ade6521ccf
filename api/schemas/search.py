"""What a search may ask, and what was found."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.filters import MinCredibility
from kg.query.period import WORDS
from kg.read.schemas.accounts import AgreementOrTerm
from kg.read.schemas.base import Answered, Listed
from kg.read.schemas.parts import Agent, Ref, ReportRef, Step

Kind = Literal["actor", "agreement", "claim", "place", "report", "term", "text"]


class Search(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field(
        "",
        description='Words, all of which are to be there; `"a phrase"`; the beginning of a word as `shell*`; '
        "what is not to be there as `-drone`; and filters as `by:azerbaijan`, of the names below (`by` is "
        "`perpetrator`).",
        examples=['"armenian highways"', "peacekeep* -checkpoint agreement:nk-2020-11-10"],
    )
    limit: int = Field(20, ge=1, le=200, description="How many items at most.")
    cursor: str | None = Field(
        None, description="Where the page begins: take it from `next`, with the other parameters unchanged."
    )
    order: Literal["rank", "newest"] = Field("rank", description="What fits best first, or what is newest.")
    facets: str | None = Field(
        None,
        description="Filters, with commas between: of each, the 100 values that most of what was found has.",
        examples=["kind,perpetrator"],
    )
    kind: Kind | None = Field(None, description="`text` for passages of texts that may be read.")
    agreement: str | None = Field(
        None, description="Id or IRI: what speaks of it, or is evidence of a record under it."
    )
    term: str | None = Field(None, description="Id (`agreement/number`) or IRI of a term.")
    perpetrator: str | None = Field(
        None, description="Id or IRI of an actor whom the claim names, or of whose force that is."
    )
    place: str | None = Field(None, description="Id or IRI of a place; what lies within it counts too.")
    source: str | None = Field(None, description="Id or IRI of anybody in the chain of attribution.")
    report: str | None = Field(None, description="Id or IRI of a report.")
    type: str | None = Field(None, description="Code of the list `event-type`; narrower types count too.")
    modality: str | None = Field(None, description="Code of the list `modality`.")
    lang: str | None = Field(None, description="Tag of a language.", examples=["en"])
    from_: str | None = Field(None, alias="from", description=WORDS["from"])
    to: str | None = Field(None, description=WORDS["to"])
    zone: Annotated[str | None, Query(description=WORDS["zone"])] = None
    min_credibility: MinCredibility = None

    def chosen(self) -> dict[str, str]:
        """Return the filters that were given, by their names in the address."""
        apart = {"q", "limit", "cursor", "order", "facets"}
        return self.model_dump(by_alias=True, exclude_none=True, exclude=apart)


class Highlight(Answered):
    """A range of code points of `text` that has a word that was looked for."""

    start: int
    end: int


class Match(Answered):
    """Words in which something was found, exactly as they are written."""

    field: str = Field(examples=["quote"])
    """`quote`, `translation`, `gist`, `title`, `remark`, `text`, `label`, `alternative label` or `wording`. A
    gist or a translation is an annotator's words, not the source's."""
    lang: str | None = Field(examples=["en"])
    text: str
    start: int | None
    """Of a quote or a text: where these words begin in the text of the report, in code points."""
    end: int | None
    highlights: tuple[Highlight, ...]
    is_cut: bool
    """Whether there are more words before or after."""


class ClaimFound(Answered):
    """Who claims it, and how: an allegation is not a fact."""

    modality: str | None
    polarity: str | None
    gist: str | None
    attribution: tuple[Step, ...]
    perpetrators: tuple[Agent, ...]
    event: Ref | None
    alleges: tuple[AgreementOrTerm, ...]
    denies: tuple[AgreementOrTerm, ...]


class Hit(Answered):
    """A claim, a report, a passage of a text, an agreement, a term, an actor or a place."""

    kind: Kind
    id: str
    iri: str
    label: str | None
    """What it is called; of a claim or a passage, the title of its report."""
    matches: tuple[Match, ...]
    claim: ClaimFound | None
    """Null for what is no claim."""
    report: ReportRef | None


class Suggest(BaseModel):
    """What a name begins with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: str = Field(
        "",
        description="How a word of the name begins, in any script and spelling; of more than three letters a "
        "slip is forgiven, of more than five two, of more than nine three.",
        examples=["Gorl"],
    )
    kind: Literal["actor", "agreement", "place"] | None = Field(None, description="Of which kind it is.")
    limit: int = Field(10, ge=1, le=50, description="How many items at most.")


class Suggestion(Answered):
    """A thing that is called by something like what was typed."""

    id: str = Field(examples=["syunik"])
    iri: str
    kind: Literal["actor", "agreement", "place"]
    label: str = Field(examples=["Syunik"])
    name: str = Field(examples=["Zangezur"])
    """By which it was found."""
    field: Literal["label", "alternative label", "title", "transliteration"]
    """`transliteration`: the name in Latin letters, by BGN/PCGN, ISO 9 or as it is read."""
    line: str = Field(examples=["province, in Armenia"])
    """What tells it from its namesakes: of which type it is, and within or of what."""
    slips: int
    """How many letters differ; 0 where the name begins so."""


class Suggestions(Listed[Suggestion]):
    """What may be meant, the likeliest first; `next` is always null."""


class FoundCount(Answered):
    """How many items were found."""

    total: int
    is_all: bool
    """Whether there are no more than these: of what is found more often than 5,000 times, the newest are
    ranked and counted."""


class FoundValue(Answered):
    """A value of a filter, and how many items pass if it is asked for too."""

    value: str
    iri: str | None
    total: int


class HitPage(Listed[Hit]):
    """A page of what was found."""

    counts: FoundCount
    facets: dict[str, tuple[FoundValue, ...]] | None = None
    hidden: int = 0
    """How many more claims have the words and are hidden by `min_credibility`; 5,000 are counted at most."""
