"""The index as it follows the store: brought from one change to the next in one step, or made anew."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from kg.errors import ServandaError
from kg.query.lookups.reader import Reader
from kg.search import file
from kg.search.entry import RECORD
from kg.search.making import entries, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kg.model import Delta
    from kg.read.view import View
    from kg.store import OxigraphStore

    State = tuple[View, OxigraphStore, int, str]
    States = Callable[[int], AbstractContextManager[State | None]]

_log: Final = logging.getLogger(__name__)
_CURRENT: Final = "current"
_OWN: Final = frozenset({"report", "review"})
"""Documents whose changes touch entries of reports alone."""


class SearchIndex:
    """What words are found in, for any thread; it is written by one, and stands at one change at a time."""

    name: Final = "the search index"

    def __init__(self, folder: Path, base: str, states: States) -> None:
        """Open the index in the folder, if there is one.

        The function gives the read model and a state of the store, both at the same change: the newest that
        is not before the one that it is given; or None.
        """
        self._folder = folder
        self._base = base
        self._states = states
        self._moved = threading.Condition()
        self._name = ""
        self._writing = threading.Lock()
        self._kept: list[sqlite3.Connection] = []
        self._sequence = 0
        self._hash = ""
        self._look()

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 where there is none to be searched."""
        return self._sequence

    @property
    def hash(self) -> str:
        """The hash of that change."""
        return self._hash

    def process(self, delta: Delta) -> None:
        """Bring it to the last change of a delta, or further, once the read model is there."""
        self._look()
        if self._sequence == delta.sequence and self._hash == delta.hash:
            return
        back = self._sequence > delta.sequence  # a store from a backup, say
        with self._writing, self._states(delta.sequence) as state:
            if state is None:
                return
            known = delta.touched is not None and delta.first <= self._sequence + 1 and not back
            plain = all(kind in _OWN and action != "redact" for action, kind, _ in delta.documents)
            if known and plain and self._sequence and state[2] == delta.sequence:
                self._rewrite(state, delta)
            elif known and plain and self._sequence and state[2] > delta.sequence:
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
        self._look()
        until = time.monotonic() + seconds
        with self._moved:
            while self._sequence < sequence and (left := until - time.monotonic()) > 0:
                self._moved.wait(left)
        if not self._sequence:
            yield None
            return
        name, held = self._taken()
        try:
            held.execute("BEGIN")
            at, _ = file.position(held, self._base)
            yield (held, at) if at else None
        finally:
            with suppress(sqlite3.Error):
                held.execute("ROLLBACK")
            self._give(name, held)

    @property
    def file(self) -> str:
        """The name of the file that is searched: another after each time that it was made."""
        return self._name

    def distrust(self) -> None:
        """Say that the file cannot be read: it is made anew, beside everything else."""
        self._settle(self._name, 0, "")
        threading.Thread(target=self._remake, name="makes the search index", daemon=True).start()

    def _remake(self) -> None:
        if not self._writing.locked():
            try:
                self.make()
            except (sqlite3.Error, ServandaError, OSError) as error:
                _log.error("the search index cannot be made: %s", error)

    def close(self) -> None:
        """Let go of the file."""
        self._settle("", self._sequence, self._hash)

    def _look(self) -> None:
        """See whether somebody has put another file into the place of the one that is searched."""
        try:
            name = (self._folder / _CURRENT).read_text(encoding="utf-8")
        except OSError:
            name = ""
        if name == self._name:
            return
        sequence, digest = 0, ""
        if name:
            with suppress(sqlite3.Error):
                held = file.opened(self._folder / name)
                sequence, digest = file.position(held, self._base)
                held.close()
        self._settle(name, sequence, digest)

    def _taken(self) -> tuple[str, sqlite3.Connection]:
        with self._moved:
            name = self._name
            if self._kept:
                return name, self._kept.pop()
        return name, file.opened(self._folder / name)

    def _give(self, name: str, held: sqlite3.Connection) -> None:
        with self._moved:
            if name and name == self._name:
                self._kept.append(held)
                return
        held.close()

    def _settle(self, name: str, sequence: int, digest: str) -> None:
        with self._moved:
            kept: list[sqlite3.Connection] = []
            if name != self._name:
                kept, self._kept = self._kept, []
            self._name, self._sequence, self._hash = name, sequence, digest
            self._moved.notify_all()
        for held in kept:
            held.close()

    def _make(self, state: State) -> int:
        """Make a file beside the one that is searched, and put it into its place."""
        view, store, sequence, digest = state
        self._folder.mkdir(exist_ok=True)
        name = f"index-{sequence}-{secrets.token_hex(4)}.sqlite"
        made = file.create(self._folder / name)
        count = 0
        try:
            reader = Reader.of(store, self._base)
            made.execute("BEGIN")
            pen = file.Pen(made)
            for found in (reference(reader), entries(view, reader)):
                for entry in found:
                    pen.put(entry)
                    count += 1
            file.stand(made, self._base, sequence, digest)
            made.execute("COMMIT")
            file.finish(made)
        except BaseException:
            made.close()
            (self._folder / name).unlink(missing_ok=True)
            raise
        part = self._folder / f"{name}.name"
        part.write_text(name, encoding="utf-8")
        part.replace(self._folder / _CURRENT)
        self._settle(name, sequence, digest)
        for left in self._folder.iterdir():
            if not left.name.startswith((name, _CURRENT)):
                left.unlink(missing_ok=True)
        return count

    def _rewrite(self, state: State, delta: Delta) -> None:
        view, store, sequence, digest = state
        held = file.opened(self._folder / self._name, write=True)
        try:
            held.execute("BEGIN IMMEDIATE")
            reports = sorted(self._touched(held, view, delta))
            pen = file.Pen(held)
            pen.drop(reports)
            for entry in entries(view, Reader.of(store, self._base), reports) if reports else ():
                pen.put(entry)
            file.stand(held, self._base, sequence, digest)
            held.execute("COMMIT")
        finally:
            held.close()
        self._settle(self._name, sequence, digest)

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
