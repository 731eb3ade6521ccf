"""The feed of changes: who makes something of the store is told what changed, once the rules are through.

Each follower tracks the change at which it stands, and takes the next delta on a thread of its own. What it
cannot take now is kept for it, together with what comes meanwhile; so a slow one gets few large deltas, and
a broken one is asked again. Nobody who writes waits for any of it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final, Protocol

from kg.model import Delta
from kg.refusals import refusal
from kg.store.watch import Watch, Watched

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.journal import Entry, Journal
    from kg.store import OxigraphStore

_log: Final = logging.getLogger(__name__)
_AGAIN: Final = (0.2, 1.0, 5.0, 30.0)
"""Seconds after which a follower that failed is asked again; then always the last."""
_PATIENCE: Final = 3.0
"""Seconds that followers are given to come to the end, when the store is closed."""
_LAST: Final = 1.0
"""Seconds more that one which is at something is given; then it ends with the process."""


class Tracking(Protocol):
    """A follower of deltas, which knows the change at which it stands."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 before the first."""

    def process(self, delta: Delta) -> None:
        """Bring it to the last change of a delta, or nearer to it; raise where that cannot be now.

        The delta holds all changes after that at which it stands, and may hold some before. Until it has come
        to the last, it is given the same again, with what comes meanwhile.
        """


class Source(Protocol):
    """The part of a repository that is followed."""

    store: OxigraphStore
    journal: Journal | None
    sequence: int

    @property
    def last_hash(self) -> str:
        """The hash of the last change."""


class Feed:
    """Makes deltas of what is done to a store, and gives them to followers."""

    def __init__(self, source: Source) -> None:
        """Begin without followers: then nothing is watched."""
        self._source = source
        self._lines: list[_Line] = []
        self._entries: list[Entry] = []

    def attach(self, follower: Tracking) -> None:
        """Tell the follower from now on; of what it has missed it is told first, as far as the journal knows.

        To be called while nobody writes.
        """
        line = _Line(follower)
        if self._source.store.watch is None:
            self._source.store.watch = Watch()
        self._lines.append(line)
        if follower.sequence != self._source.sequence:
            line.give(self._missed(follower.sequence))

    def note(self, entries: Iterable[Entry]) -> None:
        """Take in what is in the store now, and of which the rules have yet to conclude."""
        if self._lines:
            self._entries.extend(entries)

    def publish(self, sequence: int, digest: str) -> None:
        """Tell followers of all that was done since the last time: the rules are through."""
        watch = self._source.store.watch
        if not self._lines or watch is None:
            return
        watched = watch.take()
        entries, self._entries = self._entries, []
        if entries:
            delta = _of(entries, sequence, digest, watched)
            for line in self._lines:
                line.give(delta)

    def drain(self) -> None:
        """Wait until followers have come to the end, for a while: those that are broken stay behind."""
        until = time.monotonic() + _PATIENCE
        for line in self._lines:
            line.wait(until)

    def close(self) -> None:
        """Tell nobody anything more."""
        for line in self._lines:
            line.close()
        self._lines = []

    def _missed(self, after: int) -> Delta:
        """Return what a follower missed; what it was about is not known, unless somebody watched."""
        journal, sequence = self._source.journal, self._source.sequence
        entries: list[Entry] = []
        if journal is not None and 0 < after < sequence:
            entries = list(journal.entries(after=after, until=sequence))
        return _of(entries, sequence, self._source.last_hash, Watched(None, frozenset(), 0, 0))


def _of(entries: list[Entry], sequence: int, digest: str, watched: Watched) -> Delta:
    return Delta(
        entries[0].sequence if entries else sequence,
        sequence,
        digest,
        frozenset((str(entry.action), entry.kind, entry.identifier) for entry in entries),
        frozenset(str(graph) for entry in entries for graph in entry.graphs),
        watched.touched,
        watched.added,
        watched.removed,
        watched.about,
    )


class _Line:
    """One follower with its thread, and what it has yet to take."""

    def __init__(self, follower: Tracking) -> None:
        self._follower = follower
        self._waiting: Delta | None = None
        self._busy = False
        self._failures = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"follows: {follower.name}", daemon=True)
        self._thread.start()

    def give(self, delta: Delta) -> None:
        """Let it take the delta, after what it has yet to take."""
        with self._changed:
            self._waiting = delta if self._waiting is None else self._waiting.then(delta)
            self._changed.notify_all()

    def wait(self, until: float) -> None:
        """Wait until it has taken everything, has failed, or the time is over."""
        with self._changed:
            while (self._waiting is not None or self._busy) and not self._failures:
                left = until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return

    def close(self) -> None:
        """Give it nothing more; what it is at comes to its end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(_LAST)

    def _run(self) -> None:
        while (delta := self._next()) is not None:
            try:
                if self._follower.sequence != delta.sequence:
                    self._follower.process(delta)
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else is to suffer from it
                self._fail(delta, error)
            else:
                self._failures = 0
                if self._follower.sequence < delta.sequence:
                    self._keep(delta)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _next(self) -> Delta | None:
        """Return what to take next, once there is something and it is time to; None at the end."""
        with self._changed:
            again = time.monotonic() + (
                _AGAIN[min(self._failures, len(_AGAIN)) - 1] if self._failures else 0.0
            )
            while not self._closed and (self._waiting is None or time.monotonic() < again):
                self._changed.wait(None if self._waiting is None else max(0.001, again - time.monotonic()))
            if self._closed:
                return None
            delta, self._waiting = self._waiting, None
            self._busy = True
            return delta

    def _keep(self, delta: Delta) -> None:
        with self._changed:
            self._waiting = delta if self._waiting is None else delta.then(self._waiting)

    def _fail(self, delta: Delta, error: Exception) -> None:
        self._keep(delta)
        self._failures += 1
        said = refusal(self._follower.name, error) or error
        _log.error("%s stands at change %d: %s", self._follower.name, self._follower.sequence, said)
