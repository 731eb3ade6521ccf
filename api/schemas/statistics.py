"""Figures by agreement, state or month, and what they may be narrowed to."""

from typing import Literal

from pydantic import Field

from api.schemas.filters import OfRecords
from kg.read.schemas.base import Listed
from kg.read.schemas.figures import Group

By = Literal["agreement", "term", "state", "force", "region", "type", "source", "week", "month"]


class Statistics(OfRecords):
    """By what there are figures, and the filters of alleged violations."""

    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])
    by: By = Field(
        "agreement",
        description="By what. A region counts what lies within it; weeks and months are those of `zone`.",
        examples=["month"],
    )


class Groups(Listed[Group]):
    """The groups, largest first, or in the order of time; `next` is always null."""

    hidden: int = 0
    """How many more records there are that `min_credibility` hides: what they rest on is judged worse."""
    hidden_claims: int | None = None
    """How many more claims; null where claims have not all of these filters."""
