"""What is done to a store while somebody watches: how much, and to what."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST: Final = 200_000
"""IRIs that are kept; of more nobody wants to know each by itself."""


class Watch:
    """Counts the quads that come and go, and keeps what they are about and lead to; for any thread."""

    def __init__(self, most: int = _MOST) -> None:
        """Begin with nothing; above so many IRIs, none is known."""
        self._most = most
        self._lock = threading.Lock()
        self._touched: set[str] | None = set()
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
                self._touched.update(graphs)

    def lose_count(self) -> None:
        """Say that something was done of which nobody knows to what."""
        with self._lock:
            self._touched = None

    def take(self) -> tuple[frozenset[str] | None, int, int]:
        """Return the IRIs that were touched (None: too many), and how many quads came and went."""
        with self._lock:
            found = None if self._touched is None else frozenset(self._touched), self._added, self._removed
            self._touched, self._added, self._removed = set(), 0, 0
        return found

    def _keep(self, quad: ox.Quad) -> None:
        if self._touched is None:
            return
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.NamedNode):
                self._touched.add(term.value)
        if len(self._touched) > self._most:
            self._touched = None
