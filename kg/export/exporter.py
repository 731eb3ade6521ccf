"""Who makes exports that somebody asks for from elsewhere: this process, or a pool; what was made is kept."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from kg.export.build import build, state_of
from kg.export.cache import Memory
from kg.export.formats import FORMATS
from kg.export.profiles import shipped
from kg.export.task import QUADS, GraphExport, QuadsExport
from kg.store.dump import write_gzip

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from kg.export.order import Order
    from kg.export.profiles import Profile
    from kg.query.pool import Pool
    from kg.store import OxigraphStore

_MOST: Final = 128 * 1024 * 1024
"""Bytes of files that are kept."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A whole file, and the change at which the graph stood that it shows."""

    body: bytes
    sequence: int
    media_type: str


class Exporter(Protocol):
    """Makes exports, each of one state of the store."""

    @property
    def profiles(self) -> Mapping[str, Profile]:
        """The profiles that there are, by name."""

    def graph(self, order: Order, extension: str) -> Exported:
        """Return the graph as a file in the format of that extension; raises what `build` raises."""

    def quads(self) -> Exported:
        """Return the whole store as N-Quads, compressed with gzip."""


class Here:
    """Makes exports in this process, one at a time."""

    def __init__(self, store: OxigraphStore, profiles: Mapping[str, Profile] | None = None) -> None:
        """Make them of that store; with the profiles that ship unless others are given."""
        self._store = store
        self.profiles = profiles or shipped()
        self._kept = Memory()
        self._lock = threading.Lock()

    def graph(self, order: Order, extension: str) -> Exported:
        """Return the graph as a file."""
        output = io.BytesIO()
        with self._lock:
            sequence = state_of(self._store).sequence
            FORMATS[extension].write(build(self._store, order, self._kept), output)
        return Exported(output.getvalue(), sequence, FORMATS[extension].media_type)

    def quads(self) -> Exported:
        """Return the whole store."""
        output = io.BytesIO()
        with self._lock:
            sequence = state_of(self._store).sequence
            write_gzip(self._store, output)
        return Exported(output.getvalue(), sequence, QUADS)


class FromPool:
    """Has exports made by workers of a pool, and keeps them until others take the room."""

    def __init__(self, pool: Pool, profiles: Mapping[str, Profile] | None = None, most: int = _MOST) -> None:
        """Ask the pool; keep so many bytes at most."""
        self._pool = pool
        self.profiles = profiles or shipped()
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Hashable, int], Exported] = OrderedDict()

    def graph(self, order: Order, extension: str) -> Exported:
        """Return the graph as a file; raises what `Pool.answer` raises besides."""
        return self._made((order.digest, extension), lambda: self._asked(GraphExport(order, extension)))

    def quads(self) -> Exported:
        """Return the whole store; raises what `Pool.answer` raises."""
        return self._made("quads", lambda: self._asked(QuadsExport()))

    def _asked(self, task: GraphExport | QuadsExport) -> Exported:
        answered = self._pool.answer(task)
        return Exported(answered.body, answered.sequence, answered.media_type)

    def _made(self, what: Hashable, make: Callable[[], Exported]) -> Exported:
        with self._lock:
            found = self._held.get((what, self._pool.sequence))
            if found is not None:
                self._held.move_to_end((what, found.sequence))
                return found
        made = make()
        with self._lock:
            self._held[what, made.sequence] = made
            while self._held and sum(len(one.body) for one in self._held.values()) > self._most:
                self._held.popitem(last=False)
        return made
