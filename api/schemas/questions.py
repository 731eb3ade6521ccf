"""The competency questions and their answers."""

from pydantic import Field

from kg.read.schemas.base import Answered


class Parameter(Answered):
    """What a question may be narrowed by."""

    name: str = Field(examples=["report"])
    type: str = Field(examples=["iri:report"])
    """`iri:KIND` (an id or IRI), `code:LIST`, `string` or `date`."""
    description: str


class Column(Answered):
    """A column of the answer."""

    name: str = Field(examples=["claim"])
    type: str = Field(examples=["string"])
    description: str


class Question(Answered):
    """A question that the graph answers."""

    name: str = Field(examples=["07-casualties"])
    number: int = Field(examples=[7])
    slug: str = Field(examples=["casualties"])
    title: str
    question: str
    """The question in words."""
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    ordered: bool
    """Whether the order of the rows says something."""
    url: str
    """Where it is answered."""


class Catalogue(Answered):
    """All questions."""

    items: tuple[Question, ...]
    next: str | None = None


class Past(Answered):
    """Of which earlier state of the graph an answer tells."""

    sequence: int = Field(examples=[42])
    """The change at which the graph stood."""
    time: str | None = Field(examples=["2026-11-22T17:30:00.123456Z"])
    """When that change was made; null before the first."""
    left_out: tuple[str, ...] = Field(examples=[["report radio"]])
    """Documents that stood then, and are missing because their words were redacted since."""


class Table(Answered):
    """The answer to a question; the same rows as `servanda ask NAME --json` gives."""

    question: str = Field(examples=["07-casualties"])
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, str | int | float | bool | None], ...]
    hidden: int = 0
    """How many more rows there are that `min_credibility` hides: what they rest on is judged worse."""
    past: Past | None = None
    """Null for the graph as it is."""
