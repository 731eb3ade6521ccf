"""What was refused, and waits for somebody."""

from typing import Literal

from pydantic import Field

from kg.read.schemas.base import Answered


class Fault(Answered):
    """What is wrong with a document, and what would be right."""

    line: int | None
    field: str
    message: str
    rule: str
    hint: str | None
    """What would be right, where that can be said."""


class Held(Answered):
    """A document that was refused."""

    id: str = Field(examples=["radio-1f0c6a1b2c3d"])
    status: Literal["open", "resolved", "discarded", "damaged"]
    """`damaged`: the record of it cannot be read, as `note` says."""
    file: str | None = Field(examples=["radio.yaml"])
    """What the document was called."""
    kind: str | None = Field(examples=["report"])
    identifier: str | None = Field(examples=["radio"])
    """The document's own id, if it could be read."""
    refused_at: str | None = Field(examples=["2026-11-22T17:30:00.123456Z"])
    sequence: int | None
    """The change by which it was taken in after all."""
    note: str | None
    """Why it was discarded, or what else is worth knowing."""


class Inspected(Held):
    """A document that was refused, its words, and what is wrong with it."""

    words: str | None
    """The document as it lies there; null if it was not kept, or is not UTF-8."""
    problems: list[Fault] | None
    report: str | None
    """The SHACL validation report as Turtle, if the shapes refused it."""


class Quarantine(Answered):
    """What was refused."""

    items: list[Held]
    """In the order in which they were refused."""
