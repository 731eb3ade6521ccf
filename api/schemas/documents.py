"""What became of a document that was sent."""

from typing import Literal

from pydantic import BaseModel, Field


class Doubt(BaseModel):
    """What was accepted, and is probably a mistake."""

    line: int | None = Field(description="The line of the document; null where it has none.")
    field: str = Field(description="The field, such as `claims[0].time`.")
    message: str = Field(description="What is probably wrong.")
    rule: str = Field(description="The name of the kind of warning, such as `time/after-report`.")
    hint: str | None = Field(description="What would be right.")


class Taken(BaseModel):
    """What became of a document."""

    status: Literal["added", "revised", "unchanged", "valid"] = Field(description="What became of it.")
    kind: str = Field(description="report, agreement, actors or places")
    id: str = Field(description="Its id.")
    graph: str = Field(description="The graph that holds what it says.")
    sequence: int | None = Field(description="The change by which it came in; null where nothing changed.")
    warnings: list[Doubt] = Field(
        default=[], description="What was accepted, and is probably a mistake; `strict=true` refuses it."
    )
    etag: str | None = Field(
        default=None, description="Tag of the graph as it is now, for `If-Match`; null where there is none."
    )


class TakenOfSeveral(BaseModel):
    """What became of one of several documents; a line of the answer."""

    index: int = Field(description="Which it was, from 0.")
    name: str = Field(description="The name of its file, or the number of its line, such as `line-1.json`.")
    status: Literal["added", "revised", "unchanged", "refused", "failed"] = Field(
        description="What became of it; `failed` where it could not be examined, as `problem` says."
    )
    kind: str | None = Field(default=None, description="As of one document; null where it cannot be read.")
    id: str | None = Field(default=None, description="Its id; null where it cannot be read.")
    graph: str | None = Field(default=None, description="The graph that holds what it says.")
    sequence: int | None = Field(default=None, description="The change by which it came in.")
    problems: list[Doubt] = Field(default=[], description="Why it was refused.")
    warnings: list[Doubt] = Field(default=[], description="What was accepted, and is probably a mistake.")
    etag: str | None = Field(default=None, description="Tag of the graph, for `If-Match`.")
    problem: dict[str, object] | None = Field(
        default=None, description="What went wrong, as RFC 9457 has it."
    )


class Changed(Taken):
    """What became of a document that an update changes."""

    status: Literal["added", "revised", "unchanged", "retracted"] = Field(description="What became of it.")  # type: ignore[assignment]


class Updated(BaseModel):
    """What a SPARQL update made."""

    documents: list[Changed] = Field(description="Each document that it changed.")


class Proof(BaseModel):
    """Whether bytes are the text of a report."""

    report: str = Field(description="Its id.")
    proven: bool = Field(description="Whether they are, byte for byte, the text that was annotated.")
    hash: str = Field(
        description="What the report says of its text: the SHA-256 of a public one, else the keyed hash."
    )
    sha256: str = Field(description="SHA-256 of the bytes that were sent.")
