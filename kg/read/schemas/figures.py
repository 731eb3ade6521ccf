"""Figures by agreement, state or month."""

from pydantic import Field

from kg.read.schemas.base import Answered


class Group(Answered):
    """The numbers of one group; allegations and candidates are different things, and have no sum."""

    value: str = Field(examples=["nk-2020-11-10"])
    """As the filter takes it: an id, a week as `2021-W34`, a month as `2021-08`. `several` for what may have
    been in more than one, `unstated` for what states no time."""
    iri: str | None
    label: str | None
    alleged: int
    alleged_denied: int
    """Of these, how many anybody denies; who says that the agreement was kept denies nothing."""
    candidates: int
    candidates_denied: int
    claims: int | None
    """Claims that it is so, whatever they say: of a state, that it did something. No accusation by
    themselves. Null where claims have no such filter."""
    denials: int | None
    """Claims that it is not so; null likewise."""
    predictions: int | None
    """Claims that it will, or under a condition would, be so; null likewise."""
