"""Tables that are taken in beside a running server: kept on the disk, one after another, with a record each.

A record says truthfully what became of its table, also after the server was ended in between: what was under
way is begun anew, and rows that came in before count as unchanged.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from kg.errors import ChangedMeanwhileError, NotFoundError, OverloadedError, ServandaError
from kg.ingest.datasets.importer import Asked
from kg.ingest.datasets.registry import importer
from kg.journal.disk import told
from kg.pipeline.records import hashes_of
from kg.pipeline.rows import Summary, check, take
from kg.pipeline.rows.take import DAMAGED, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from io import FileIO

    from kg.journal import Entry
    from kg.pipeline.change import Batch, Change
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

FOLDER: Final = "imports"
"""Where tables and records are, in the folder of a store."""
MOST: Final = 2 * 2**30
"""Bytes that a table may have as it is sent."""
WAITING: Final = 20
"""Tables that may wait."""
_KEPT: Final = 200
"""Records that are kept of tables that are through."""
_SHOWN: Final = 100
"""Problems of which a record tells; the file of damaged rows has those of all rows that stayed out."""
_AT_HAND: Final = 5
"""Tables that are kept after a dry run, to be taken in as they were checked."""
_RECORD: Final = "record.json"
_TABLE: Final = "table"
_EVERY: Final = 1000
"""Rows after which the record is written again."""
_log = logging.getLogger(__name__)

State: TypeAlias = Literal["waiting", "reading", "taking-in", "done", "checked", "refused", "failed"]
PAUSE: Final = 30.0
"""Seconds after which it is tried anew to write down what becomes of a table."""
_UNDER_WAY: Final = frozenset({"waiting", "reading", "taking-in"})


class _EndedError(Exception):
    """The server ends: what is under way is begun anew by the next."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a table that is sent."""

    format: str
    name: str
    """What the file is called, without folders."""
    dry: bool = False
    """Whether nothing is to be written."""
    version: str | None = None
    dataset: str | None = None
    title: str | None = None
    publisher: str | None = None
    zone: str | None = None
    keep: bool = False
    """Whether the table of a dry run is kept for a while, to be taken in as it was checked."""

    def wanted(self) -> Wanted:
        """Return it as imports take it; raise NotFoundError with the formats where there is none such."""
        importer(self.format)
        asked = Asked(self.name, self.version, self.dataset, self.publisher, self.title, zone=self.zone)
        return Wanted(self.format, asked, now=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Import:
    """The record of a table that was sent."""

    id: str
    state: State
    order: Order
    key: str
    """The id of the key that sent it."""
    agent: str
    """Who signs what comes in."""
    bytes: int
    received_at: str
    begun_at: str | None = None
    ended_at: str | None = None
    begun: int = 0
    """How often it was begun: more than once where the server was ended meanwhile."""
    done: int = 0
    """Rows that are read, or in, in its state."""
    of: int | None = None
    counts: dict[str, int] | None = None
    rules: dict[str, int] | None = None
    problems: tuple[dict[str, Any], ...] = ()
    unlinked: int = 0
    sequence: int | None = None
    """The change at which the store stood when all was in."""
    error: str | None = None
    damaged: str | None = None
    """The name of the file of damaged rows, in the store's folder of these."""


class Imports:
    """The tables that are sent to a store, taken in one at a time on a thread of their own."""

    def __init__(self, repository: Repository, lock: threading.RLock, show: Callable[[], None]) -> None:
        """Take in with a lock that all who write share; the function shows readers what is in."""
        if repository.folder is None:
            raise ServandaError("a store in memory keeps no tables")
        self._folder = repository.folder / FOLDER
        self._damaged = repository.folder / "damaged"
        self._repository, self._lock, self._show = repository, lock, show
        self._some = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="imports", daemon=True)

    def start(self) -> None:
        """Begin, with what was left by the process before."""
        self._folder.mkdir(exist_ok=True)
        for left in self._folder.glob("part-*"):
            shutil.rmtree(left, ignore_errors=True)
        for record in self.all():
            if record.state in _UNDER_WAY:
                with suppress(OSError):  # it is told with an older state until it has its turn
                    self._write(replace(record, state="waiting", done=0, of=None))
        self._thread.start()

    def close(self) -> None:
        """End: what is under way stops at the next row, and is begun anew when the store is opened again."""
        with self._some:
            self._ending = True
            self._some.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def place(self) -> Path:
        """Return a new folder for a table that is about to come.

        Raises OverloadedError where many wait, StorageFullError where there is no room.
        """
        self._repository.check_room()
        if sum(record.state in _UNDER_WAY for record in self.all()) >= WAITING:
            raise OverloadedError(f"{WAITING} tables wait already; send it when one is through", 60)
        made = self._folder / f"part-{secrets.token_hex(8)}"
        with told(made, "no table can be kept"):
            made.mkdir(mode=0o700)
        return made

    def keep(self, file: FileIO, piece: bytes) -> None:
        """Write what has come of a table; raise StorageFullError where there is no room for it.

        The file has no buffer: what could not be written would be tried again when it is closed.
        """
        self._repository.check_room()
        rest = memoryview(piece)
        with told(Path(str(file.name)), "the table cannot be kept"):
            while rest:
                rest = rest[file.write(rest) :]

    def add(self, place: Path, order: Order, key: str, agent: str) -> Import:
        """Keep a table that has come, to be taken in; raise NotFoundError for an unknown format."""
        order.wanted()
        identifier = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        size = (place / _TABLE).stat().st_size
        record = Import(identifier, "waiting", order, key, agent, size, _now())
        with told(place, "the table cannot be kept"):
            (place / _RECORD).write_text(_told(record), encoding="utf-8")
            place.rename(self._folder / identifier)
        with self._some:
            self._some.notify_all()
        return record

    def is_at_hand(self, record: Import) -> bool:
        """Return whether the table of a dry run is still here, to be taken in as it was checked."""
        return record.state == "checked" and (self._folder / record.id / _TABLE).is_file()

    def take_checked(self, record: Import, key: str, agent: str) -> Import:
        """Take in the table of a dry run, as it was checked; raise NotFoundError where it is gone."""
        place = self.place()
        try:
            if not self.is_at_hand(record):
                raise NotFoundError(f"the table of {record.id} is no longer here; send it again")
            (self._folder / record.id / _TABLE).rename(place / _TABLE)
            return self.add(place, replace(record.order, dry=False, keep=False), key, agent)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def all(self) -> list[Import]:
        """Return the records, the oldest first."""
        found = (self._read(place) for place in sorted(self._folder.glob("[0-9]*-*")))
        return [record for record in found if record is not None]

    def one(self, identifier: str) -> Import:
        """Return a record; raise NotFoundError if there is none of that id."""
        known = {place.name: place for place in self._folder.glob("[0-9]*-*")}
        record = self._read(known[identifier]) if identifier in known else None
        if record is None:
            raise NotFoundError(f"no table {identifier!r} was sent")
        return record

    def damaged(self, record: Import) -> bytes:
        """Return the rows that stayed out, each with what is wrong, as a table; else its head."""
        path = None if record.damaged is None else self._damaged / Path(record.damaged).name
        kept = path.read_bytes() if path is not None and path.is_file() else b""
        return kept or f"{','.join(DAMAGED)}\r\n".encode()

    def _run(self) -> None:
        while True:
            with self._some:
                waiting = [record for record in self.all() if record.state in _UNDER_WAY]
                if self._ending:
                    return
                if not waiting:
                    self._some.wait()
                    continue
            try:
                self._go(waiting[0])
                self._forget()
            except _EndedError:
                return
            except OSError:  # what becomes of it cannot be written down: it is begun anew when it can
                _log.exception("a table waits, because nothing can be written down of it")
                with self._some:
                    if not self._ending:
                        self._some.wait(PAUSE)

    def _go(self, record: Import) -> None:
        """Take a table in, and write down what became of it."""
        record = replace(record, state="reading", begun=record.begun + 1, begun_at=_now())
        under_way = _UnderWay(self, record)
        self._write(record)
        path = self._folder / record.id / _TABLE
        try:
            names = {path: record.order.name}
            if record.order.dry:
                found = check(self._repository.store, [path], record.order.wanted(), under_way, names)
            else:
                turns = _Turns(self._repository, self._lock, self._show, record.agent, under_way.writes)
                found = take(turns, [path], record.order.wanted(), under_way, names)  # type: ignore[arg-type]
                with self._lock:
                    self._repository.follow(at_once=True)
                    self._show()
            ended = _became(under_way.record, found, self._repository.sequence)
        except _EndedError:
            raise
        except (ServandaError, OSError) as error:
            ended = replace(under_way.record, state="failed", error=str(error))
        except Exception:  # noqa: BLE001 - the next table is taken in all the same
            _log.exception("a table could not be taken in")
            ended = replace(
                under_way.record, state="failed", error="an unforeseen error; the log tells of it"
            )
        self._write(replace(ended, ended_at=_now()))
        if ended.state != "checked" or not record.order.keep:
            path.unlink(missing_ok=True)

    def check_end(self) -> None:
        """Raise what ends a run where the server ends."""
        if self._ending:
            raise _EndedError

    def write(self, record: Import) -> None:
        """Write a record down."""
        self._write(record)

    def _write(self, record: Import) -> None:
        place = self._folder / record.id
        part = place / f"{_RECORD}.new"
        part.write_text(_told(record), encoding="utf-8")
        part.replace(place / _RECORD)

    def _read(self, place: Path) -> Import | None:
        with suppress(OSError, ValueError, TypeError):
            said = json.loads((place / _RECORD).read_text(encoding="utf-8"))
            said["order"] = Order(**said["order"])
            said["problems"] = tuple(said["problems"])
            return Import(**said)
        return None

    def _forget(self) -> None:
        """Let go of the oldest records of what is through."""
        through = [record for record in self.all() if record.state not in _UNDER_WAY]
        for record in through[:-_KEPT]:
            shutil.rmtree(self._folder / record.id, ignore_errors=True)
        for record in [record for record in through if self.is_at_hand(record)][:-_AT_HAND]:
            (self._folder / record.id / _TABLE).unlink(missing_ok=True)


class _UnderWay:
    """A table that is being taken in: its record, which is written now and then."""

    def __init__(self, imports: Imports, record: Import) -> None:
        self._imports = imports
        self.record = record

    def __call__(self, done: int, total: int | None) -> None:
        """Note how far it is; raises what ends a run where the server ends."""
        self._imports.check_end()
        before = self.record.done
        self.record = replace(self.record, done=done, of=total)
        if total is not None or done // _EVERY != before // _EVERY:
            self._imports.write(self.record)

    def writes(self) -> None:
        """Note that rows come in by now."""
        self._imports.check_end()
        if self.record.state != "taking-in":
            self.record = replace(self.record, state="taking-in")
            self._imports.write(self.record)


class _Turns:
    """A repository for who has much to write: others have their turn between any two of its changes."""

    def __init__(
        self,
        repository: Repository,
        lock: threading.RLock,
        show: Callable[[], None],
        agent: str,
        writes: Callable[[], None],
    ) -> None:
        self._repository, self._lock, self._show, self._writes = repository, lock, show, writes
        self.agent = agent
        self.folder = repository.folder

    @property
    def store(self) -> OxigraphStore:
        """The store, as it is by now."""
        return self._repository.store

    def commit_batches(self, batches: Sequence[Batch]) -> tuple[Entry, ...]:
        """Take in documents that are new; raise ChangedMeanwhileError where one came from elsewhere."""
        self._writes()
        with self._lock:
            names = [(batch.kind, batch.identifier) for batch in batches]
            if hashes_of(self.store, names):
                raise ChangedMeanwhileError("rows of it came in from elsewhere meanwhile; send it again")
            return self._repository.commit_batches(batches, self.agent)

    def commit(self, changes: Iterable[Change]) -> tuple[Entry, ...]:
        """Make changes; raises what the repository's does."""
        self._writes()
        with self._lock:
            return self._repository.commit(changes)

    def follow(self) -> None:
        """Show readers what is in."""
        with self._lock:
            self._show()


def _became(record: Import, found: Summary, sequence: int) -> Import:
    """Return a record with what became of the table."""
    state: State = "checked" if record.order.dry else "done"
    if found.refused:
        state = "refused"
    problems = tuple(
        {
            "row": one.line,
            "column": one.field or None,
            "rule": one.rule,
            "message": one.message[:1000],
            "hint": one.hint,
            "severity": one.severity,
        }
        for one in found.problems[:_SHOWN]
    )
    return replace(
        record,
        state=state,
        counts=found.counts(),
        rules=dict(found.rules),
        problems=problems,
        unlinked=len(found.unlinked),
        sequence=None if record.order.dry else sequence,
        damaged=None if found.damaged is None else Path(found.damaged).name,
    )


def _told(record: Import) -> str:
    return json.dumps(asdict(record), ensure_ascii=False)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"
