"""The foundation of the models of answers."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item", bound="Answered")


class Answered(BaseModel):
    """A value that is answered; it is made from the value of the same shape that a lookup returns."""

    model_config = ConfigDict(from_attributes=True, frozen=True, use_attribute_docstrings=True)


class Listed(Answered, Generic[Item]):
    """A page of a list."""

    items: tuple[Item, ...]
    next: str | None = Field(examples=["http://127.0.0.1:8000/api/v1/claims?limit=50&cursor=eyJhIjoi"])
    """Address of the next page; null on the last."""


class Value(Answered):
    """A value of a filter, and how many items pass if it is asked for too."""

    value: str = Field(examples=["azerbaijan"])
    """As the filter takes it."""
    iri: str
    total: int


class ValueByKind(Answered):
    """A value of a filter, and how many records pass if it is asked for too: each kind apart."""

    value: str = Field(examples=["azerbaijan"])
    """As the filter takes it."""
    iri: str
    alleged: int
    candidates: int


class Total(Answered):
    """How many items the whole list has."""

    total: int
