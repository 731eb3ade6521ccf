"""Exports as tasks of a pool: what a worker is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from kg.export.formats import FORMATS

if TYPE_CHECKING:
    from kg.export.order import Order
    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head

LANE: Final = "export"
"""The lane of a pool in which they run."""
QUADS: Final = "application/gzip"


@dataclass(frozen=True, slots=True)
class GraphExport:
    """A graph in a format; the answer is the file."""

    lane: ClassVar = LANE

    order: Order
    extension: str
    """Of `FORMATS`."""

    @property
    def media_type(self) -> str:
        """Of the file."""
        return FORMATS[self.extension].media_type

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        return {"what": "graph", "format": self.extension}, self.order.packed().encode()


@dataclass(frozen=True, slots=True)
class QuadsExport:
    """The whole store as N-Quads, compressed with gzip."""

    lane: ClassVar = LANE
    media_type: ClassVar = QUADS

    def frame(self, limits: Limits) -> tuple[Head, bytes]:
        """Return what the worker is told."""
        del limits
        return {"what": "quads"}, b""
