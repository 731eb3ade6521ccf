"""What is sent from elsewhere, as tasks of a process that only reads: parsed, converted, examined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from urllib.parse import urlsplit

from kg.errors import ForbiddenQueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head

LANE = "intake"
"""The lane of a pool in which they run."""
Parts: TypeAlias = "Sequence[tuple[bytes, str]]"
"""RDF, each part with its media type and with blank nodes of its own."""
MOST = 5 * 1024 * 1024
"""Bytes that may be sent at once."""

CONTEXTS = ("/context.jsonld",)
"""How the product's own context is named, whatever the server."""


def contexts_at(address: str) -> tuple[str, ...]:
    """Return how the product's own context is named on the server to which an address belongs.

    >>> contexts_at("http://127.0.0.1:8000/graphs?default")
    ('/context.jsonld', 'http://127.0.0.1:8000/context.jsonld', 'https://127.0.0.1:8000/context.jsonld')
    """
    host = urlsplit(address).netloc
    return (*CONTEXTS, *(f"{scheme}://{host}/context.jsonld" for scheme in ("http", "https")))


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
    now: str | None = None
    """The moment, in ISO 8601, after which nothing in it can have happened."""
    strict: bool = False
    """Whether what would be a warning is an error."""
    secret: str | None = field(default=None, repr=False)
    """The store's secret in hexadecimal, by which the worker tells whether it holds the document already."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        said: Head = {
            "what": "document",
            "name": self.name,
            "base": self.base,
            "again": self.again,
            "kind": self.kind,
            "now": self.now,
            "strict": self.strict,
            "secret": self.secret,
        }
        return said, _bounded(self.data)


@dataclass(frozen=True, slots=True)
class DocumentsUpload:
    """Documents that are examined together, all with the settings of the first; the answer is of each."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/json"

    documents: Sequence[DocumentUpload]

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        said, _ = self.documents[0].frame(limits)
        parts = [(one.name, one.kind, len(one.data)) for one in self.documents]
        head = {**said, "what": "documents", "parts": parts}
        return head, _bounded(b"".join(one.data for one in self.documents))


@dataclass(frozen=True, slots=True)
class RdfUpload:
    """A document as RDF: all that its graph is to hold; the answer is an `Examined`."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/json"

    parts: Parts
    graph: str
    base: str
    merge: bool = False
    """Whether what the graph holds already stays beside it."""
    contexts: tuple[str, ...] = CONTEXTS
    """The addresses under which JSON-LD may name the product's own context."""
    now: str | None = None
    """The moment, in ISO 8601, after which nothing in it can have happened."""
    secret: str | None = field(default=None, repr=False)
    """As of a `DocumentUpload`."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        said: Head = {
            "what": "rdf",
            "parts": _lengths(self.parts),
            "graph": self.graph,
            "base": self.base,
            "again": True,
            "merge": self.merge,
            "contexts": list(self.contexts),
            "now": self.now,
            "strict": False,
            "secret": self.secret,
        }
        return said, _joined(self.parts)


@dataclass(frozen=True, slots=True)
class ParseUpload:
    """RDF of any kind, to be parsed and nothing else; the answer is N-Triples."""

    lane: ClassVar = LANE
    media_type: ClassVar = "application/n-triples"

    parts: Parts
    location: str | None
    """Against which relative IRIs are resolved."""
    contexts: tuple[str, ...] = CONTEXTS
    """As of an `RdfUpload`."""

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        said: Head = {
            "what": "parse",
            "parts": _lengths(self.parts),
            "location": self.location,
            "contexts": list(self.contexts),
        }
        return said, _joined(self.parts)


def parts_of(head: Head, body: bytes) -> list[tuple[bytes, str]]:
    """Return the parts of an upload of which a worker was told."""
    found, at = [], 0
    lengths: Any = head["parts"]
    for syntax, length in lengths:
        found.append((body[at : at + length], str(syntax)))
        at += length
    return found


def _lengths(parts: Parts) -> list[tuple[str, int]]:
    return [(syntax, len(data)) for data, syntax in parts]


def _joined(parts: Parts) -> bytes:
    return _bounded(b"".join(data for data, _ in parts))


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST:
        raise ForbiddenQueryError("body-too-large", f"an upload may have {MOST:,} bytes at most")
    return data
