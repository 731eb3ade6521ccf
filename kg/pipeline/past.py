"""The graph as it was: at a change, a day or a moment, by the rules that were in force then."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from kg.errors import BadParameterError, StoreDamagedError, StoreLockedError
from kg.journal import JournalReader
from kg.pipeline import history, snapshots
from kg.pipeline.followers import checkpoints, newest_checkpoint
from kg.pipeline.reading import read_graph
from kg.pipeline.records import position
from kg.pipeline.repository import Repository
from kg.pipeline.snapshots import Note
from kg.pipeline.withheld import hide_hashes, is_masked, mask, redacted, touched, withheld
from kg.settings import Settings
from kg.store import open_checkpoint, stamp_of
from kg.zones import ZoneError, seconds_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.journal import Entry
    from kg.pipeline.history import RevisionInfo
    from kg.store import OxigraphStore

_SEQUENCE = re.compile(r"[0-9]{1,15}")
_DAY_OR_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_FORMS = "a change by its number (42), a day (2026-11-22) or a moment (2026-11-22T17:30:00Z)"


@dataclass(frozen=True, slots=True)
class Past:
    """The state of a store at a change, opened to be read."""

    store: OxigraphStore
    sequence: int
    time: str | None
    """When that change was made; None before the first."""
    left_out: tuple[str, ...] = ()
    """Documents that stood then, and whose words were redacted since, such as `report radio`."""

    def __enter__(self) -> Self:
        """Return the state itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the state."""
        self.store.close()


def at(reader: JournalReader, when: str, zone: str = "Z") -> int:
    """Return the last change at a time: a change itself (`42`), the end of a day in the zone, or a moment.

    0 stands for the empty graph before the first change. Raises BadParameterError for anything else, and
    for times before the first change or still to come.

    >>> import tempfile, pathlib, kg.journal
    >>> at(kg.journal.Journal.create(pathlib.Path(tempfile.mkdtemp()) / "journal"), "0")
    0
    """
    head = reader.head[0]
    if _SEQUENCE.fullmatch(when):
        if int(when) > head:
            raise BadParameterError(f"there is no change {when} yet; the last one is {head}")
        return int(when)
    begins, ends = _moment(when, zone)
    if not head:
        raise BadParameterError(f"nothing was changed by {when}: the journal has no entries")
    if begins > max(datetime.now(UTC), _time(_entry(reader, head))):
        raise BadParameterError(f"{when} is still to come; what the graph will say then is not known")
    found = bisect.bisect_right(range(1, head + 1), ends, key=lambda number: _time(_entry(reader, number)))
    found = max(found, _behind(reader, head, found, ends))
    if not found:
        first = _entry(reader, 1).time
        raise BadParameterError(
            f"nothing was there on {when}: the first change was made on {first}; 0 stands for the empty graph"
        )
    return found


def _behind(reader: JournalReader, head: int, found: int, ends: datetime) -> int:
    """Return the last change after `found` that was made by then, by a clock behind the journal; 0: none was.

    Where a clock was ahead and then set right, changes are dated as the last one before them: what the
    clock said of each is kept apart, and goes before.
    """
    entry = _entry(reader, head)
    number = head if entry.clock else entry.behind
    while number > found:
        entry = _entry(reader, number)
        if datetime.fromisoformat(entry.clock or entry.time) <= ends:
            return number
        number = entry.behind
    return 0


def snapshot(folder: Path, sequence: int, keep: int | None = None) -> Past:
    """Return the state of the store in the folder at a change, made from its journal if it is not kept.

    The rules are those that were in force then, and of a report whose text may be quoted only by now, no more
    can be read than its quotes. So many snapshots are kept, those used last; by default as
    many as `SERVANDA_SNAPSHOTS` says. Raises BadParameterError for a change that was not made yet, and what
    `read_graph` raises of stores and journals that cannot be read.
    """
    stamp_of(folder)
    reader = JournalReader(folder / "journal")
    head = reader.head[0]
    if not 0 <= sequence <= head:
        raise BadParameterError(f"there is no change {sequence}; the last one is {head}")
    entry = _entry(reader, sequence) if sequence else None
    made = entry.time if entry else None
    store = _standing(folder, reader, sequence)
    if store is not None:
        return Past(store, sequence, made)
    with snapshots.alone(folder):
        store, note = _kept(folder, reader, sequence) or _made(folder, reader, sequence, entry)
        snapshots.keep(folder, Settings.from_environment().snapshots if keep is None else keep)
    return Past(store, sequence, made, note.left_out)


def _standing(folder: Path, reader: JournalReader, sequence: int) -> OxigraphStore | None:
    """Return a state that stands at the change without being rebuilt: the present one, or a checkpoint."""
    head = reader.head[0]
    if sequence == head:
        try:
            present = read_graph(folder)
        except StoreLockedError:
            return None
        if present.sequence == sequence:
            return present.store
        present.store.close()
    place = dict(checkpoints(folder)).get(sequence)
    if place is None or _outdated(folder, reader, Note(sequence, None, sequence, (), ())):
        return None
    try:
        store = open_checkpoint(place, folder)
    except StoreDamagedError:  # it was removed just now
        return None
    if position(store) == (sequence, _hash(reader, sequence)):
        return store
    store.close()
    return None


def _kept(folder: Path, reader: JournalReader, sequence: int) -> tuple[OxigraphStore, Note] | None:
    """Return a snapshot that is there already, unless it tells more or less than may be told by now."""
    note = snapshots.note_of(folder, sequence)
    if note is None:
        return None
    head = reader.head[0]
    if note.seen > head or _outdated(folder, reader, note):
        return None
    note = Note(sequence, _hash(reader, sequence), head, note.left_out, note.masked)
    store = snapshots.opened(folder, note)
    return None if store is None else (store, note)


def _outdated(folder: Path, reader: JournalReader, note: Note) -> bool:
    """Return whether what came since a state was looked at changes what may be told of it."""
    if redacted(reader, note.seen, note.sequence):
        return True
    since = touched(reader.entries(note.seen))
    return bool(since) and _masked(folder, reader, note.sequence, since) != since & {*note.masked}


def _masked(folder: Path, reader: JournalReader, sequence: int, reports: frozenset[str]) -> frozenset[str]:
    """Return those of the reports that were public at a change, and may be quoted only since."""
    newest = newest_checkpoint(folder)
    try:
        return frozenset(
            identifier
            for identifier in reports
            if _is_masked(
                reader, sequence, history.revisions(folder, "report", identifier, newest and newest[1])
            )
        )
    finally:
        if newest:
            newest[1].close()


def _is_masked(reader: JournalReader, sequence: int, revisions: Sequence[RevisionInfo]) -> bool:
    then = [item for item in revisions if item.sequence <= sequence]
    if not then or (then[-1].ended or sequence + 1) <= sequence:
        return False
    return is_masked(reader, then[-1].sequence, revisions[-1].sequence)


def _made(
    folder: Path, reader: JournalReader, sequence: int, entry: Entry | None
) -> tuple[OxigraphStore, Note]:
    """Return a snapshot made from the journal, in the way in which a store is recovered."""
    while True:
        seen = reader.head[0]
        hidden = withheld(reader, sequence, seen)
        note = Note(sequence, entry.hash if entry else None, seen, hidden.left_out, hidden.masked)
        size = sum(entry.payload_bytes for entry in reader.entries(until=sequence))
        with snapshots.making(folder, stamp_of(folder).base, note, size) as store:
            repository = Repository(store)
            repository.take(
                (entry, None if entry.sequence in hidden.erased else payload)
                for entry, payload in reader.records(until=sequence)
            )
            repository.conclude()
            mask(store, hidden.masked)
            hide_hashes(store, (e for e in reader.entries(until=sequence) if e.sequence in hidden.erased))
        if _outdated(folder, reader, note):  # while it was being made
            continue
        made = snapshots.opened(folder, note)
        if made is None:
            raise StoreDamagedError(
                f"{snapshots.place_of(folder, sequence)} cannot be read as it was written"
            )
        return made, note


def _entry(reader: JournalReader, sequence: int) -> Entry:
    return next(reader.entries(sequence - 1, sequence))


def _hash(reader: JournalReader, sequence: int) -> str | None:
    return _entry(reader, sequence).hash if sequence else None


def _moment(when: str, zone: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment that a day or a moment stands for."""
    try:
        there = zone_of(zone)
    except ZoneError as error:
        raise BadParameterError(f"zone: {error}") from error
    try:
        if _MOMENT.fullmatch(when):
            moment = datetime.fromisoformat(when)
            return moment, moment
        if _DAY_OR_TIME.fullmatch(when):
            begins, ends = seconds_of(when, there)
            return begins, begins if "T" in when else ends.replace(microsecond=999_999)
    except ZoneError as error:
        raise BadParameterError(str(error)) from error
    except ValueError:
        pass
    raise BadParameterError(f"{when!r} is no change and no time; write {_FORMS}")


def _time(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.time)
