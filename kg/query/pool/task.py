"""What a pool is asked to do, and what it gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from kg.errors import ForbiddenQueryError, QuerySyntaxError
from kg.model import Answer, Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head
    from kg.store.base import Dataset


@dataclass(frozen=True, slots=True)
class Query:
    """SPARQL of anybody's that the guard let pass, and the media type in which its answer is wanted."""

    text: str
    media_type: str
    dataset: Dataset | None = None
    """The graphs that it is asked of, where they stand for those that it names."""
    union: bool = True
    """Whether the default graph of a query that chooses none is the union of all graphs."""
    base: str | None = None
    """What relative IRIs are relative to, unless the query says."""
    lane: str = "query"
    """In which lane it runs; `question` is for queries of our own."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told; raise ForbiddenQueryError for a query that is too long."""
        said = _bytes(self.text)
        if len(said) > limits.length:
            raise ForbiddenQueryError("query-too-long", f"a query may have {limits.length:,} bytes at most")
        graphs = None if self.dataset is None else [self.dataset.default, self.dataset.named]
        head = {"media_type": self.media_type, "dataset": graphs, "union": self.union, "base": self.base}
        return head, said


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the catalogue by its number or slug; the answer is JSON, which `table` reads."""

    lane: ClassVar = "question"
    media_type: ClassVar = "application/json"

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        said = json.dumps({"name": self.name, "parameters": dict(self.parameters)})
        if len(said) > limits.length:
            raise ForbiddenQueryError(
                "query-too-long", f"a question's parameters may have {limits.length:,} characters at most"
            )
        return {}, said.encode()


class Task(Protocol):
    """Something that workers of a lane can do; others than these are named in `kg.query.pool.zygote`."""

    @property
    def lane(self) -> str:
        """The lane in which it runs."""

    @property
    def media_type(self) -> str:
        """Of its answer."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told; raise ForbiddenQueryError for what is too long."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer, and the change at which the graph stood that gave it."""

    body: bytes
    sequence: int
    media_type: str


def tabled(answer: Answer) -> bytes:
    """Return the table that is the answer to a question as `table` reads it."""
    columns = [[column.name, column.type, column.description] for column in answer.columns]
    said = {"columns": columns, "rows": [dict(row) for row in answer.rows], "hidden": answer.hidden}
    return json.dumps(said, ensure_ascii=False).encode()


def table(body: bytes) -> Answer:
    """Return the table that is the answer to a question."""
    found = json.loads(body)
    return Answer(
        tuple(Column(*column) for column in found["columns"]), tuple(found["rows"]), found["hidden"]
    )


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise QuerySyntaxError("a query holds no halves of surrogate pairs") from error
