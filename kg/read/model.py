"""The model as it follows the store: brought from one change to the next in one step, or made anew."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.query.lookups.reader import HEAD, Reader
from kg.read import file
from kg.read.resources import EVENT, RESOURCES
from kg.read.rows import every, of_reports, rows
from kg.read.view import View
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kg.model import Delta
    from kg.store import OxigraphStore

    State = tuple[OxigraphStore, int, str]
    States = Callable[[int, int], AbstractContextManager[State | None]]

_CURRENT: Final = "current"
"""The file that names the one that is read; it is replaced in one step."""
_OWN: Final = frozenset({"report", "review"})
"""Documents whose changes touch what is told of them; all else may be told of in any row."""
_MATES: Final = f"""{HEAD}SELECT DISTINCT ?report WHERE {{
  VALUES ?event {{ UNDEF }} # @param event
  ?event svd:inCluster ?cluster . ?mate svd:inCluster ?cluster ; svd:describedIn ?report .
}}"""


class ReadModel:
    """What lists are read from, for any thread; it is written by one, and stands at one change at a time."""

    name: Final = "the read model"

    def __init__(self, folder: Path, base: str, states: States) -> None:
        """Open the model in the folder, if there is one.

        The function gives a state of the store that stands still, with its change and the hash of that: the
        newest after the first change that it is given and not after the second, or None.
        """
        self._folder = folder
        self._base = base
        self._states = states
        self._moved = threading.Condition()
        self._name = ""
        self._kept: list[sqlite3.Connection] = []
        self._sequence = 0
        self._hash = ""
        self._look()

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 where there is none to be read."""
        return self._sequence

    @property
    def hash(self) -> str:
        """The hash of that change."""
        return self._hash

    def process(self, delta: Delta) -> None:
        """Bring it to the last change of a delta, as far as there is a state of the store to read from.

        What the delta may have touched is written anew, whole. After a change of what any row may tell of,
        and where it is not known what was touched, all of it is.
        """
        self._look()
        if self._sequence == delta.sequence and self._hash == delta.hash:
            return
        back = self._sequence > delta.sequence  # a store from a backup, say
        with self._states(0 if back else self._sequence, delta.sequence) as state:
            if state is None:
                return
            known = delta.touched is not None and delta.first <= self._sequence + 1
            plain = all(kind in _OWN and action != "redact" for action, kind, _ in delta.documents)
            if known and plain and not back and self._sequence:
                self._rewrite(state, delta)
            else:
                self._make(state)

    def make(self) -> int | None:
        """Make it anew from the newest state of the store; return its rows, None if there is none."""
        with self._states(-1, 2**62) as state:
            return None if state is None else self._make(state)

    @contextmanager
    def view(self, sequence: int, seconds: float = 0.0) -> Iterator[View | None]:
        """Give the model as it stands, at that change or later; None where it does not come there in time."""
        self._look()
        if not self._stands_at(sequence, seconds):
            yield None
            return
        name, held = self._taken()
        try:
            held.execute("BEGIN")
            at, _ = file.position(held, self._base)
            yield View(held, at) if at >= sequence else None
        finally:
            held.execute("ROLLBACK")
            self._give(name, held)

    def distrust(self) -> None:
        """Say that the file cannot be read: it is made anew after the next change, or when it is opened."""
        self._settle(self._name, 0, "")

    def close(self) -> None:
        """Let go of the file."""
        self._settle("", self._sequence, self._hash)

    def _look(self) -> None:
        """See whether somebody has put another file into the place of the one that is read."""
        name = self._current()
        if name == self._name:
            return
        sequence, digest = 0, ""
        with suppress(sqlite3.Error):
            held = file.opened(self._folder / name)
            sequence, digest = file.position(held, self._base)
            held.close()
        self._settle(name, sequence, digest)

    def _current(self) -> str:
        try:
            return (self._folder / _CURRENT).read_text(encoding="utf-8")
        except OSError:
            return ""

    def _stands_at(self, sequence: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        with self._moved:
            while self._sequence < max(sequence, 1):
                left = until - time.monotonic()
                if left <= 0 or not self._sequence:
                    return False
                self._moved.wait(left)
        return True

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
        """Stand at a change, with the file of that name."""
        with self._moved:
            kept: list[sqlite3.Connection] = []
            if name != self._name:
                kept, self._kept = self._kept, []
            self._name, self._sequence, self._hash = name, sequence, digest
            self._moved.notify_all()
        for held in kept:
            held.close()

    def _make(self, state: State) -> int:
        """Make a file beside the one that is read, and put it into its place."""
        store, sequence, digest = state
        self._folder.mkdir(exist_ok=True)
        name = f"model-{sequence}-{secrets.token_hex(4)}.sqlite"
        made = file.create(self._folder / name)
        try:
            count = _fill(made, Reader.of(store, self._base))
            file.stand(made, self._base, sequence, digest)
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
        store, sequence, digest = state
        reader = Reader.of(store, self._base)
        delta = _whole(store, delta)
        held = file.opened(self._folder / self._name, write=True)
        try:
            held.execute("BEGIN IMMEDIATE")
            touched = self._touched(reader, held, delta)
            pen = file.Pen(held)
            for resource in RESOURCES:
                gone = touched[resource.number]
                for row in rows(reader, resource, gone):
                    pen.put(resource, row)
                    gone = gone - {row.iri}
                for iri in gone:
                    pen.drop(resource, iri)
            pen.close()
            file.stand(held, self._base, sequence, digest)
            held.execute("COMMIT")
        finally:
            held.close()
        self._settle(self._name, sequence, digest)

    def _touched(self, reader: Reader, held: sqlite3.Connection, delta: Delta) -> dict[int, frozenset[str]]:
        """Return the items of each list whose rows a delta may have changed: those that were, and that are.

        Rows belong to reports, and tell of further ones; what is said of a report's parts touches all rows
        of both. So do the reports with which it shares events, before or now.
        """
        found = set(delta.touched or ())
        reports = {self._report(iri) for iri in found} - {None}
        events = {iri for iri in found if "/event/" in iri and self._report(iri)}
        reports |= self._mates(reader, held, events)
        wanted = sorted(report for report in reports if report is not None)
        touched: dict[int, set[str]] = {}
        records = {
            iri for iri in found if iri.startswith((f"{self._base}violation/", f"{self._base}assessment/"))
        }
        for resource in RESOURCES:
            touched[resource.number] = of_reports(reader, resource, wanted)
            if resource.number in (0, 1):
                touched[resource.number] |= records
        for report in wanted:
            for number, iri in held.execute(
                "SELECT list, iri FROM item WHERE report=? UNION "
                "SELECT list, iri FROM item WHERE n IN (SELECT n FROM rests WHERE report=?)",
                (report, report),
            ):
                touched[number].add(iri)
        return {number: frozenset(iris) for number, iris in touched.items()}

    def _mates(self, reader: Reader, held: sqlite3.Connection, events: set[str]) -> set[str | None]:
        """Return the reports of the events that are one with these, by the store or by the rows so far."""
        found: set[str | None] = set()
        if events:
            asked = bind(_MATES, {"event": [URIRef(iri) for iri in sorted(events)]})
            found |= {str(row[0]) for row in reader.store.select(asked).rows}
        for iri in events:
            value = held.execute("SELECT v FROM name WHERE iri=?", (iri,)).fetchone()
            if value is not None:
                for number in file.bits(held, EVENT.number, "same_as", value[0]):
                    row = held.execute("SELECT report FROM item WHERE n=?", (number,)).fetchone()
                    found.add(None if row is None else row[0])
        return found

    def _report(self, iri: str) -> str | None:
        """Return the report to which something belongs by its IRI."""
        prefix = f"{self._base}report/"
        if not iri.startswith(prefix):
            return None
        return prefix + iri.removeprefix(prefix).partition("/")[0]


def _fill(made: sqlite3.Connection, reader: Reader) -> int:
    """Write all that a store holds into a new file; return how many rows that are."""
    count = 0
    made.execute("BEGIN")
    pen = file.Pen(made)
    for resource in RESOURCES:
        for row in rows(reader, resource, every(reader, resource)):
            pen.put(resource, row)
            count += 1
    pen.close()
    made.execute("COMMIT")
    return count


def _whole(store: OxigraphStore, delta: Delta) -> Delta:
    """Return the delta with all that its documents speak of, and not only of what is new in them."""
    said = [
        str(term)
        for graph in delta.graphs
        for subject, _, value, _ in store.quads(graph=URIRef(graph))
        for term in (subject, value)
        if isinstance(term, URIRef)
    ]
    return replace(delta, touched=(delta.touched or frozenset()) | frozenset(said))
