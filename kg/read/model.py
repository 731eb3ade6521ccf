"""The model as it follows the store: brought from one change to the next in one step, or made anew."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from rdflib.term import URIRef
from zstandard import ZstdError

from kg.errors import StoreError
from kg.query.lookups.names import Names
from kg.query.lookups.reader import HEAD, Kept, Reader, still
from kg.query.lookups.reports import REPORTS
from kg.read import file, trail
from kg.read.current import Current, absent
from kg.read.packing import Packer
from kg.read.pen import Pen
from kg.read.resources import BY_LIST, EVENT
from kg.read.rows import NO_REPORT, by_report, dictionary, every
from kg.read.view import Opened, View
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kg.errors import IndexMissingError
    from kg.model import Delta
    from kg.store import OxigraphStore

    State = tuple[OxigraphStore, int, str]
    States = Callable[[int, int], AbstractContextManager[State | None]]

Answer = TypeVar("Answer")
_log: Final = logging.getLogger(__name__)
_NAMED: Final = frozenset({"claim", "event"})
"""What of a report is named wherever something is drawn from it."""
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
        self._base = base
        self._states = states
        self._current = Current(folder, self._opened, lambda held: held.file.close(), self._position)
        self._known = Kept()
        """What was read of reference data, which stays the same from one change of reports to the next."""

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 where there is none to be read."""
        return self._current.sequence

    @property
    def hash(self) -> str:
        """The hash of that change."""
        return self._current.hash

    @property
    def refused(self) -> StoreError | None:
        """Why it cannot be read or written, where the system refuses that."""
        return self._current.refused

    def absent(self) -> IndexMissingError:
        """Return the error for whoever needs it while it is not there."""
        return absent(self.name, self.refused)

    def process(self, delta: Delta) -> None:
        """Bring it to the last change of a delta, as far as there is a state of the store to read from.

        What the delta may have touched is written anew, whole. After a change of what any row may tell of,
        and where it is not known what was touched, all of it is.
        """
        now = self._current
        now.look()
        if now.sequence == delta.sequence and now.hash == delta.hash:
            return
        if delta.touched is None and now.sequence:
            delta = trail.since(now.folder, now.sequence, delta.sequence, delta.hash) or delta
        back = now.sequence > delta.sequence  # a store from a backup, say
        with self._states(0 if back else now.sequence, delta.sequence) as state:
            if state is None:
                return
            known = delta.touched is not None and delta.first <= now.sequence + 1
            plain = all(kind in _OWN and action != "redact" for action, kind, _ in delta.documents)
            if known and plain and not back and now.sequence:
                self._rewrite(state, delta)
            else:
                self._make(state)
        trail.clear(now.folder, now.sequence)

    def make(self) -> int | None:
        """Make it anew from the newest state of the store; return its rows, None if there is none."""
        with self._states(-1, 2**62) as state:
            return None if state is None else self._make(state)

    @contextmanager
    def view(self, sequence: int, seconds: float = 0.0) -> Iterator[View | None]:
        """Give the model as it stands, at that change or later; None where it does not come there in time."""
        now = self._current
        now.look()
        now.wait(sequence, seconds, even_for_none=False)
        if now.sequence < max(sequence, 1):
            yield None
            return
        with now.reading() as held:
            try:
                held.file.execute("BEGIN")
                at, _ = file.position(held.file, self._base)
                yield View(held, at) if at >= sequence else None
            finally:
                if held.file.in_transaction:
                    held.file.execute("ROLLBACK")

    def ask(self, sequence: int, seconds: float, question: Callable[[View], Answer | None]) -> Answer | None:
        """Return what is asked of it at that change or later; None where it does not come there in time.

        None also where it cannot be read, and then it is made anew; where the system refuses it, `absent`
        says so.
        """
        try:
            with self.view(sequence, seconds) as view:
                return None if view is None else question(view)
        except StoreError as error:
            if error is not self.refused:
                raise
            return None
        except (sqlite3.Error, ZstdError) as error:
            _log.error("the read model cannot be read: %s", error)
            self.distrust()
            return None

    def distrust(self) -> None:
        """Say that the file cannot be read: it is made anew after the next change, or when it is opened."""
        self._current.distrust()

    def close(self) -> None:
        """Let go of the file."""
        self._current.close()

    def _opened(self, path: Path) -> Opened:
        return Opened(file.opened(path), self._base)

    def _position(self, path: Path) -> tuple[int, str]:
        with closing(file.opened(path)) as held:
            return file.position(held, self._base)

    def _make(self, state: State) -> int:
        """Make a file beside the one that is read, and put it into its place."""
        store, sequence, digest = state
        self._known = Kept()

        def fill(made: sqlite3.Connection) -> int:
            count = _fill(made, Reader.of(store, self._base))
            file.stand(made, self._base, sequence, digest)
            file.finish(made)
            return count

        return self._current.make("model", (sequence, digest), file.create, fill)

    def _rewrite(self, state: State, delta: Delta) -> None:
        store, sequence, digest = state
        self._known = still(store, self._known, delta.touched or ())
        reader = Reader(store, Names(self._base), self._known)
        delta = _whole(store, delta)
        path = self._current.path
        with self._current.writing(path), closing(file.opened(path, write=True)) as held:
            held.execute("BEGIN IMMEDIATE")
            pen = Pen(held, self._base)
            for report, rows in by_report(reader, self._touched(reader, held, delta)):
                pen.put(report, rows)
            pen.close()
            file.stand(held, self._base, sequence, digest)
            held.execute("COMMIT")
        self._current.settle(self._current.name, sequence, digest)

    def _touched(self, reader: Reader, held: sqlite3.Connection, delta: Delta) -> set[str]:
        """Return the reports of which a delta may have changed rows: those that were, and that are.

        What is said of a report's parts touches its rows, and the rows that tell of it; and so for the
        reports with which it shares events, before or now. What leads to an event or to a report may touch
        its rows too; what leads to anything else of a report is told by whoever is led there.
        """
        found = set(delta.touched or ())
        reports = {
            report
            for iri in found
            if (report := self._report(iri)) is not None
            and (iri in delta.about or iri == report or iri.startswith(f"{report}/event/"))
        }
        reports |= self._mates(reader, held, {iri for iri in found if "/event/" in iri and self._report(iri)})
        records = sorted(iri for iri in found if iri.startswith(self._records))
        reports |= self._owners(reader, held, records)
        return reports | self._tellers(held, delta)

    def _tellers(self, held: sqlite3.Connection, delta: Delta) -> set[str]:
        """Return the reports with rows that tell of what changed in others.

        Of a report's claims and events these are the ones that name it: what draws from a claim or an event
        says from which. Of what else is said of a report, all that tell of it.
        """
        changed: dict[str, set[str]] = {}
        for iri in delta.about:
            report = self._report(iri)
            if report is not None:
                changed.setdefault(report, set()).add(self._thing(report, iri))
        packer, found = Packer(file.dictionary(held)), set[str]()
        for report, things in changed.items():
            words = self._words(things)
            for teller, data in file.tellers(held, self._base, report):
                if report in things or packer.open(teller, data).names(words):
                    found.add(teller)
        return found

    @property
    def _records(self) -> tuple[str, str]:
        """What the IRIs of records begin with, which do not tell their report."""
        return f"{self._base}violation/", f"{self._base}assessment/"

    def _of_blocks(self, held: sqlite3.Connection, blocks: Iterable[int]) -> set[str]:
        """Return the reports of blocks."""
        named = (held.execute("SELECT iri FROM block WHERE b=?", (block,)).fetchone() for block in blocks)
        return {file.report_of(self._base, one[0]) for one in named if one is not None}

    def _owners(self, reader: Reader, held: sqlite3.Connection, records: list[str]) -> set[str]:
        """Return the reports whose rows records are or were; and none, where one has no report."""
        found: set[str] = set()
        for record in records:
            said = reader.said(record)
            now = {value.text for value in said.get(str(SVD.inReport), ())}
            found |= now or ({NO_REPORT} if said else set())
            for number in (0, 1):
                found |= self._of_blocks(held, file.blocks_at(held, number, record))
        return found

    def _mates(self, reader: Reader, held: sqlite3.Connection, events: set[str]) -> set[str]:
        """Return the reports of the events that are one with these, by the store or by the rows so far."""
        found: set[str] = set()
        if events:
            found |= {str(row[0]) for row in reader.asked(_MATES, "event", sorted(events))}
        dim = file.dimension(EVENT.number, "same_as")
        for iri in events:
            name = file.short(self._base, iri)
            value = file.value_of(held, name)
            if value is not None:
                for number in file.bits(held, dim, value):
                    found |= self._of_blocks(held, [file.block_of(held, EVENT.number, number)])
        return found

    def _words(self, things: Iterable[str]) -> list[bytes]:
        """Return how rows name things: by their id, by their IRI, or by the IRI of a part."""
        short = Names(self._base).short
        return [f"{word}".encode() for iri in things for word in (f'"{short(iri)}"', f'{iri}"', f"{iri}/")]

    @staticmethod
    def _thing(report: str, iri: str) -> str:
        """Return the claim or event of a report to which something belongs by its IRI, or else the report."""
        kind, _, rest = iri.removeprefix(f"{report}/").partition("/")
        return f"{report}/{kind}/{rest.partition('/')[0]}" if kind in _NAMED and rest else report

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
    made.execute("INSERT INTO meta VALUES ('dictionary', ?)", (dictionary(reader),))
    pen = Pen(made, reader.names.base)
    for report, rows in by_report(reader, [NO_REPORT, *every(reader, BY_LIST[REPORTS.name])]):
        pen.put(report, rows)
        count += sum(map(len, rows.values()))
    pen.close()
    made.execute("COMMIT")
    return count


def _whole(store: OxigraphStore, delta: Delta) -> Delta:
    """Return the delta with all that its documents speak of, and not only of what is new in them."""
    about: set[str] = set()
    led: set[str] = set()
    for graph in delta.graphs:
        for quad in store.held(graph=URIRef(graph)):
            about.add(str(quad.subject.value))
            led.add(str(quad.object.value))
    return replace(delta, touched=(delta.touched or frozenset()) | about | led, about=delta.about | about)
