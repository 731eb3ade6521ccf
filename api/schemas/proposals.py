"""Events that may be the same: proposals, and what is decided of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.filters import Paging
from kg.read.schemas.base import Answered
from kg.read.schemas.parts import Ref

Standing = Literal["open", "accepted", "rejected"]


class Why(Answered):
    """What was found of one thing that was compared."""

    about: str = Field(examples=["time"])
    """time, place, actors, counts, kind, or words."""
    finding: str = Field(examples=["same"])
    words: str = Field(examples=["in the same days: 2021-06-23 and 2021-06-22 to 2021-06-23"])
    weight: float = Field(examples=[1.2])
    """What it counts for, if above nought, or against, if below."""


class Proposal(Answered):
    """That two events may be one. A program proposes it: it is nobody's word, and changes nothing."""

    one: Ref
    other: Ref
    score: float = Field(examples=[0.97])
    """How likely it is that both are one, from 0 to 1, by the reasons together."""
    status: Standing
    """`accepted` where somebody said that they are one, `rejected` where somebody said that they are two."""
    reasons: list[Why]


class ProposalPage(Answered):
    """Proposals, the likeliest first."""

    items: list[Proposal]
    next: str | None
    sequence: int | None
    """The change at which the store stood when events were compared; null where they never were."""


class Proposals(Paging):
    """Filters of proposals."""

    status: Standing | None = Field(None, description="What was decided of them: `open` for nothing.")
    least: float = Field(0.0, ge=0, le=1, description="Only those of this score or a higher one.")
    event: str | None = Field(None, description="Id or IRI of an event: only those in which it is.")


class Decision(BaseModel):
    """What somebody decides of two events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one: Annotated[str, Field(min_length=1, max_length=2000, examples=["tass-1330905/closure"])]
    """An event, by its id or IRI."""
    other: Annotated[str, Field(min_length=1, max_length=2000, examples=["armenpress-1061764/closure"])]
    decision: Literal["same", "different"]
    reason: Annotated[str, Field(pattern=r"\S", max_length=5000)]
    """Why, in words."""
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0


class Decided(Answered):
    """The review that a decision became; it may be withdrawn."""

    review: str = Field(examples=["131"])
    status: Literal["accepted", "rejected"]
    sequence: int
    """The change by which it came in."""
