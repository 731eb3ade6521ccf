"""The index as it follows the store: brought from one change to the next in one step, or made anew."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from kg.errors import ServandaError
from kg.query.lookups.reader import Reader
from kg.read.current import Current, absent
from kg.search import file
from kg.search.entry import RECORD
from kg.search.making import entries, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kg.errors import IndexMissingError, StoreError
    from kg.model import Delta
    from kg.read.view import View
    from kg.store import OxigraphStore

    State = tuple[View, OxigraphStore, int, str]
    States = Callable[[int], AbstractContextManager[State | None]]

_log: Final = logging.getLogger(__name__)
_OWN: Final = frozenset({"report", "review"})
"""Documents whose changes touch entries of reports alone."""


class SearchIndex:
    """What words are found in, for any thread; it is written by one, and stands at one change at a time."""

    name: Final = "the search index"

    def __init__(
        self, folder: Path, base: str, states: States, above: Callable[[], StoreError | None]
    ) -> None:
        """Open the index in the folder, if there is one.

        The function gives the read model and a state of the store, both at the same change: the newest that
        is not before the one that it is given; or None. The other tells why there can be none.
        """
        self._base = base
        self._states = states
        self._above = above
        self._writing = threading.Lock()
        self._current = Current(folder, file.opened, sqlite3.Connection.close, self._position)

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 where there is none to be searched."""
        return self._current.sequence

    @property
    def hash(self) -> str:
        """The hash of that change."""
        return self._current.hash

    @property
    def refused(self) -> StoreError | None:
        """Why it cannot be read, written or made, where the system refuses that."""
        return self._current.refused or self._above()

    def absent(self) -> IndexMissingError:
        """Return the error for whoever needs it while it is not there."""
        return absent(self.name, self.refused)

    def process(self, delta: Delta) -> None:
        """Bring it to the last change of a delta, or further, once the read model is there."""
        now = self._current
        now.look()
        if now.sequence == delta.sequence and now.hash == delta.hash:
            return
        back = now.sequence > delta.sequence  # a store from a backup, say
        with self._writing, self._states(delta.sequence) as state:
            if state is None:
                return
            known = delta.touched is not None and delta.first <= now.sequence + 1 and not back
            plain = all(kind in _OWN and action != "redact" for action, kind, _ in delta.documents)
            if known and plain and now.sequence and state[2] == delta.sequence:
                self._rewrite(state, delta)
            elif known and plain and now.sequence and state[2] > delta.sequence:
                return  # the changes in between come with the next delta
            else:
                self._make(state)

    def make(self) -> int | None:
        """Make it anew from the newest state; return how many entries it has, None if there is no state."""
        with self._writing, self._states(0) as state:
            return None if state is None else self._make(state)

    @contextmanager
    def opened(self, sequence: int, seconds: float = 0.0) -> Iterator[tuple[sqlite3.Connection, int] | None]:
        """Give the index in a transaction, and its change: at that change or later, or after so many seconds.

        None where there is none, as after a redaction until it is made anew.
        """
        now = self._current
        now.look()
        now.wait(sequence, seconds, even_for_none=self.refused is None)
        if not now.sequence:
            yield None
            return
        with now.reading() as held:
            try:
                held.execute("BEGIN")
                at, _ = file.position(held, self._base)
                yield (held, at) if at else None
            finally:
                with suppress(sqlite3.Error):
                    held.execute("ROLLBACK")

    @property
    def file(self) -> str:
        """The name of the file that is searched: another after each time that it was made."""
        return self._current.name

    def distrust(self) -> None:
        """Say that the file cannot be read: it is made anew, beside everything else."""
        self._current.distrust()
        threading.Thread(target=self._remake, name="makes the search index", daemon=True).start()

    def _remake(self) -> None:
        if not self._writing.locked():
            try:
                self.make()
            except (sqlite3.Error, ServandaError, OSError) as error:
                _log.error("the search index cannot be made: %s", error)

    def close(self) -> None:
        """Let go of the file."""
        self._current.close()

    def _position(self, path: Path) -> tuple[int, str]:
        with closing(file.opened(path)) as held:
            return file.position(held, self._base)

    def _make(self, state: State) -> int:
        """Make a file beside the one that is searched, and put it into its place."""
        view, store, sequence, digest = state

        def fill(made: sqlite3.Connection) -> int:
            reader = Reader.of(store, self._base)
            made.execute("BEGIN")
            pen = file.Pen(made)
            count = 0
            for found in (reference(reader), entries(view, reader)):
                for entry in found:
                    pen.put(entry)
                    count += 1
            file.stand(made, self._base, sequence, digest)
            made.execute("COMMIT")
            file.finish(made)
            return count

        return self._current.make("index", (sequence, digest), file.create, fill)

    def _rewrite(self, state: State, delta: Delta) -> None:
        view, store, sequence, digest = state
        path = self._current.path
        with self._current.writing(path), closing(file.opened(path, write=True)) as held:
            held.execute("BEGIN IMMEDIATE")
            reports = sorted(self._touched(held, view, delta))
            pen = file.Pen(held)
            pen.drop(reports)
            for entry in entries(view, Reader.of(store, self._base), reports) if reports else ():
                pen.put(entry)
            file.stand(held, self._base, sequence, digest)
            held.execute("COMMIT")
        self._current.settle(self._current.name, sequence, digest)

    def _touched(self, held: sqlite3.Connection, view: View, delta: Delta) -> set[str]:
        """Return the reports whose entries a delta may have changed.

        They are those of whose parts quads came or went, and those of which a record tells that was touched,
        before or now.
        """
        prefix, found = f"{self._base}report/", set()
        for iri in delta.touched or ():
            if iri.startswith(prefix):
                found.add(prefix + iri.removeprefix(prefix).partition("/")[0])
            elif iri.startswith(f"{self._base}violation/"):
                found |= file.reports_with(held, RECORD, iri)
                found |= view.told_of(iri)
        return found | {f"{prefix}{name}" for _, kind, name in delta.documents if kind == "report"}
