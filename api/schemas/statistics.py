"""Figures by agreement, state or month, and what they may be narrowed to."""

from typing import Literal

from pydantic import Field

from api.schemas.filters import OfRecords
from kg.read.schemas.base import Answered, Listed

By = Literal["agreement", "term", "state", "force", "region", "source", "week", "month"]


class Statistics(OfRecords):
    """By what there are figures, and the filters of alleged violations."""

    agreement: str | None = Field(None, description="Id or IRI.", examples=["nk-2020-11-10"])
    by: By = Field(
        "agreement",
        description="By what. A region counts what lies within it; weeks and months are those of UTC.",
        examples=["month"],
    )


class Group(Answered):
    """The numbers of one group; allegations and candidates are different things, and have no sum."""

    value: str = Field(examples=["nk-2020-11-10"])
    """As the filter takes it: an id, a week as `2021-W34`, a month as `2021-08`. `several` for what may have
    been in more than one, `unstated` for what states no time."""
    iri: str | None
    label: str | None
    alleged: int
    alleged_denied: int
    """Of these, how many have the status `denied`."""
    candidates: int
    candidates_denied: int
    claims: int | None
    """Claims, whatever they say; null where claims have no such filter."""


class Groups(Listed[Group]):
    """The groups, largest first, or in the order of time; `next` is always null."""
