"""What is sent from elsewhere, as tasks of a process that only reads: parsed, converted, examined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from kg.errors import ForbiddenQueryError

if TYPE_CHECKING:
    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head

LANE = "intake"
"""The lane of a pool in which they run."""
MOST = 5 * 1024 * 1024
"""Bytes that may be sent at once."""


@dataclass(frozen=True, slots=True)
class DocumentUpload:
    """A document as YAML or JSON, told apart by the ending of its name; the answer is an `Examined`."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/json"

    data: bytes
    name: str
    base: str
    again: bool = False
    kind: str | None = None
    """The only kind that is taken, if there is one."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        said: Head = {
            "what": "document",
            "name": self.name,
            "base": self.base,
            "again": self.again,
            "kind": self.kind,
        }
        return said, _bounded(self.data)


@dataclass(frozen=True, slots=True)
class RdfUpload:
    """A document as RDF: all that its graph is to hold; the answer is an `Examined`."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/json"

    data: bytes
    syntax: str
    """Its media type."""
    graph: str
    base: str
    merge: bool = False
    """Whether what the graph holds already stays beside it."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        said: Head = {
            "what": "rdf",
            "syntax": self.syntax,
            "graph": self.graph,
            "base": self.base,
            "again": True,
            "merge": self.merge,
        }
        return said, _bounded(self.data)


@dataclass(frozen=True, slots=True)
class ParseUpload:
    """RDF of any kind, to be parsed and nothing else; the answer is N-Triples."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/n-triples"

    data: bytes
    syntax: str
    location: str | None
    """Against which relative IRIs are resolved."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        return {"what": "parse", "syntax": self.syntax, "location": self.location}, _bounded(self.data)


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST:
        raise ForbiddenQueryError("body-too-large", f"an upload may have {MOST:,} bytes at most")
    return data
