"""What is done to a store while somebody watches: how much, and to what."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST: Final = 200_000
"""IRIs that are kept; of more nobody wants to know each by itself."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was done to a store for a while."""

    touched: frozenset[str] | None
    """The IRIs about which quads came or went, and those to which these led; None: too many."""
    about: frozenset[str]
    """Of these, those about which quads came or went."""
    added: int
    removed: int


class Watch:
    """Counts the quads that come and go, and keeps what they are about and lead to; for any thread."""

    def __init__(self, most: int = _MOST) -> None:
        """Begin with nothing; above so many IRIs, none is known."""
        self._most = most
        self._lock = threading.Lock()
        self._touched: set[str] | None = set()
        self._about: set[str] = set()
        self._added = self._removed = 0

    def note(self, inserted: Iterable[ox.Quad], deleted: Iterable[ox.Quad]) -> None:
        """Take in what a transaction put in and took out."""
        with self._lock:
            for quad in inserted:
                self._added += 1
                self._keep(quad)
            for quad in deleted:
                self._removed += 1
                self._keep(quad)

    def note_graphs(self, graphs: Iterable[str], added: int) -> None:
        """Take in that so many quads came into graphs that held nothing: of what they tell is read there."""
        with self._lock:
            self._added += added
            if self._touched is not None:
                self._touched.update(named := set(graphs))
                self._about.update(named)

    def lose_count(self) -> None:
        """Say that something was done of which nobody knows to what."""
        with self._lock:
            self._touched = None

    def take(self) -> Watched:
        """Return what was done since the last time."""
        with self._lock:
            touched = None if self._touched is None else frozenset(self._touched)
            found = Watched(touched, frozenset(self._about), self._added, self._removed)
            self._touched, self._about, self._added, self._removed = set(), set(), 0, 0
        return found

    def _keep(self, quad: ox.Quad) -> None:
        if self._touched is None:
            return
        if isinstance(quad.subject, ox.NamedNode):
            self._touched.add(quad.subject.value)
            self._about.add(quad.subject.value)
        if isinstance(quad.object, ox.NamedNode):
            self._touched.add(quad.object.value)
        if len(self._touched) > self._most:
            self._touched = None
