"""Tables of datasets that are sent: what is asked, and what became of each."""

from typing import Literal

from pydantic import Field

from api.schemas.filters import Filters
from kg.pipeline.imports import Order
from kg.read.schemas.base import Answered


class DatasetOrder(Filters):
    """What is said of a table that is sent."""

    format: str = Field(description="What it is: `ucdp-ged`, `incidents`, …", examples=["ucdp-ged"])
    name: str = Field(
        "table.csv",
        min_length=1,
        max_length=200,
        pattern=r"^[^/\\\x00-\x1f]+$",
        description="What the file is called; UCDP's names state the version.",
        examples=["GEDEvent_v23_1.csv"],
    )
    check: bool = Field(default=False, description="Whether nothing is to be written: a dry run.")
    version: str | None = Field(None, max_length=100, description="Of the dataset, where its name has none.")
    dataset: str | None = Field(
        None, max_length=60, pattern="^[a-z0-9][a-z0-9-]*$", description="Id under which rows are kept."
    )
    title: str | None = Field(None, max_length=300, description="Title of an incident table.")
    publisher: str | None = Field(
        None, max_length=200, description="Whose table it is: id of an actor, such as a mission."
    )
    zone: str | None = Field(None, max_length=60, description="Zone of times of day: an offset or a name.")

    def order(self) -> Order:
        """Return it as imports keep it; raise NotFoundError with the formats where there is none such."""
        told = self.model_dump(exclude={"check"})
        order = Order(**told, dry=self.check)
        order.wanted()
        return order


class RowProblem(Answered):
    """What is wrong, or doubtful, in a row."""

    row: int | None
    column: str | None
    rule: str = Field(examples=["cell/not-a-day"])
    message: str
    hint: str | None
    severity: str


class DatasetImport(Answered):
    """A table that was sent, and what became of it."""

    id: str = Field(examples=["20261130-151500-1f0c6a1b"])
    state: Literal["waiting", "reading", "taking-in", "done", "checked", "refused", "failed"]
    """`checked`: a dry run is through; `refused`: nothing of the file came in."""
    format: str
    name: str
    check: bool
    by: str
    bytes: int
    received_at: str
    begun_at: str | None
    ended_at: str | None
    begun: int
    """How often it was begun: more than once where the server was ended meanwhile. Rows that came in before
    then count as unchanged."""
    done: int
    """Rows that are read (`reading`), or in (`taking-in`)."""
    of: int | None
    counts: dict[str, int] | None
    """How many `rows`, of these `taken_in`, `unchanged`, `revised` and `quarantined`; how many `flagged`."""
    rules: dict[str, int] | None
    """How often each rule was met."""
    problems: list[RowProblem]
    """The first hundred."""
    unlinked: int
    """Actors that the store did not know."""
    sequence: int | None
    """The change at which the store stood when all was in."""
    error: str | None
    damaged: str | None
    """Where the rows are that stayed out, each with what is wrong; null for none."""


class DatasetImports(Answered):
    """Tables that were sent with the key, the newest first."""

    tables: list[DatasetImport]
