"""Take the rows of files in: all are read and checked before the first is written."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cells import Cells
from kg.ingest.datasets.importer import NOT_STATED, Asked, columns_in, names_of
from kg.ingest.datasets.mapped import Mapped
from kg.ingest.datasets.neighbours import Neighbours
from kg.ingest.datasets.record import numbered
from kg.ingest.datasets.registry import IMPORTERS, importer, importers_of
from kg.ingest.datasets.table import TableError, tables
from kg.ingest.doubts.times import FOREKNOWN, IN_FUTURE, beyond
from kg.ingest.times import read_time
from kg.model import Problem
from kg.pipeline.rows.gate import RowGate
from kg.pipeline.rows.links import StoreLinks
from kg.pipeline.rows.spool import Spool, report_of
from kg.pipeline.rows.summary import Summary
from kg.pipeline.rows.write import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kg.ingest.datasets.importer import Importer
    from kg.ingest.datasets.mapping import TableMapping
    from kg.ingest.datasets.record import Record, Source
    from kg.ingest.datasets.table import Line, Table
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

Progress = Callable[[int, int | None], None]
_UNKNOWN: Final = Asked("")
DAMAGED: Final = ("file", "row", "column", "rule", "message", "hint", "cells")
"""Columns of the table of rows that could not come in."""
_EVERY: Final = 200
"""Rows after which it is told how far it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an import."""

    format: str | None = None
    asked: Asked = _UNKNOWN
    """What is known of every file, whatever it is called."""
    mapping: TableMapping | None = None
    whole: bool = False
    """Whether the files are the whole of the dataset, so that what they lack is withdrawn."""
    again: bool = False
    now: datetime | None = None
    """The moment after which nothing can have happened; None where no clock is to be asked."""


def take(
    repository: Repository,
    paths: Sequence[Path],
    wanted: Wanted,
    progress: Progress = lambda _done, _all: None,
    names: Mapping[Path, str] | None = None,
) -> Summary:
    """Take the rows of files in and return what became of them; raise NotFoundError for an unknown format.

    Of a file that is cut nothing comes in. What cannot come in of others is kept in the store's folder.
    """
    summary = Summary()
    for path in paths:
        for spool, source in _read(repository.store, path, wanted, summary, progress, names or {}):
            write(
                repository, spool, source, summary, whole=wanted.whole, again=wanted.again, progress=progress
            )
            _keep(repository, path, spool, summary)
    return summary


def check(
    store: OxigraphStore,
    paths: Sequence[Path],
    wanted: Wanted,
    progress: Progress = lambda _done, _all: None,
    names: Mapping[Path, str] | None = None,
) -> Summary:
    """Return which rows may come in, be they held already or not, and what is wrong with others."""
    summary = Summary()
    for path in paths:
        for spool, _ in _read(store, path, wanted, summary, progress, names or {}):
            summary.taken_in += sum(count for _, _, count in spool.reports())
    return summary


def _read(  # noqa: PLR0913, PLR0917 - what reading needs
    store: OxigraphStore,
    path: Path,
    wanted: Wanted,
    summary: Summary,
    progress: Progress,
    names: Mapping[Path, str],
) -> Iterator[tuple[Spool, Source]]:
    """Yield the rows of each table of a file, spooled; note what is wrong with it."""
    told = names.get(path, str(path))
    asked = replace(wanted.asked, file=Path(told).name)
    only = _readers(wanted)
    try:
        for table in tables(
            path,
            lambda cells: max(names_of(one, cells) for one in only),
            told,
            lambda cells: next((names for one in only if (names := one.layout(cells))), None),
        ):
            reads = _reader(table, only)
            summary.formats[reads.name] += 1
            with tempfile.TemporaryDirectory(prefix="servanda-rows-") as folder, Spool(Path(folder)) as spool:
                reading = _Reading(store, table, reads, asked, spool, summary, wanted.now)
                try:
                    reading.go(progress)
                except TableError as error:
                    reading.refuse(error.problem)
                    continue
                yield spool, reading.source
    except TableError as error:
        summary.note(error.problem)
        summary.refused.append(told)


def _readers(wanted: Wanted) -> list[Importer]:
    """Return the importers that may read what is asked for; raise NotFoundError for an unknown format."""
    if wanted.mapping is not None:
        return [Mapped(wanted.mapping)]
    return [importer(wanted.format)] if wanted.format else list(IMPORTERS)


def _reader(table: Table, only: Sequence[Importer]) -> Importer:
    """Return the importer that reads a table; raise TableError where none does, or several may."""
    if len(only) == 1:
        (one,) = only
        missing = sorted(one.required - set(columns_in(one, table.header)))
        if missing:
            name = one.columns[missing[0]][0]
            message = f"the column {name!r} is missing, without which it is no {one.title}"
            hint = f"its columns are: {', '.join(table.header[:12])}"
            raise TableError(Problem(table.file, 1, name, message, "table/missing-column", hint))
        return one
    found = importers_of(table.header)
    if len(found) != 1:
        names = ", ".join(one.name for one in found or only)
        message = "it may be of several formats" if found else "it is of no format that is known"
        raise TableError(Problem(table.file, 1, "", message, "table/format", f"say which: --format {names}"))
    return found[0]


class _Reading:
    """Goes through one table."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a reading
        self,
        store: OxigraphStore,
        table: Table,
        reads: Importer,
        asked: Asked,
        spool: Spool,
        summary: Summary,
        now: datetime | None = None,
    ) -> None:
        self._beyond = None if now is None else beyond(now)
        self._table = table
        self._reads = reads
        self._columns = columns_in(reads, table.header)
        self._links = StoreLinks(store)
        self._gate = RowGate(store)
        self._spool = spool
        self._summary = summary
        self._here = Summary()
        self._neighbours = Neighbours()
        self._same: set[bytes] = set()
        """Of a dataset without ids, the rows that came."""
        self.source = reads.source(asked, table.header)

    def go(self, progress: Progress) -> None:
        """Read every row; raises TableError where the file is cut."""
        self._note_file()
        for line in self._table.lines:
            self._here.rows += 1
            self._row(line)
            if not self._here.rows % _EVERY:
                share = self._table.share()
                progress(self._here.rows, int(self._here.rows / share) if share else None)
        for note in self._table.notes:
            self._summary.note(note)
        for name in ("rows", "quarantined", "flagged"):
            setattr(self._summary, name, getattr(self._summary, name) + getattr(self._here, name))
        self._summary.add(self._here)

    def refuse(self, problem: Problem) -> None:
        """Note that nothing of the file comes in, whatever was read of it."""
        self._summary.rows += self._here.rows
        self._summary.quarantined += self._here.rows
        self._summary.refused.append(self._table.file)
        for note in (*self._table.notes, problem):
            self._summary.note(note)

    def _note_file(self) -> None:
        if self.source.version == NOT_STATED:
            message = "neither its name nor --dataset-version says of which version it is"
            hint = f"it is taken as {NOT_STATED!r}; rows of a later version revise it"
            self._summary.note(
                Problem(self._table.file, None, "", message, "dataset/no-version", hint, "warning")
            )

    def _row(self, line: Line) -> None:
        cells = Cells(line, self._table.file, self._columns)
        # A row with a damaged cell is read all the same, so that everything wrong with it is told at once.
        record = self._reads.record(cells, self.source, self._links) if line.cells else None
        if record is not None and not cells.refused:
            self._look_around(record, cells)
            self._look_ahead(record, cells)
        problems, lines = list(cells.refused), ""
        if record is not None and not problems and not record.withdrawn:
            report = report_of(record, self.source)
            lines, faults = self._gate.written(record, self.source, report)
            problems += [
                Problem(self._table.file, line.number, "", fault, "row/does-not-conform") for fault in faults
            ]
        if record is not None and not problems:
            before = self._put(record, lines, line)
            if before is not None:
                column = self._columns.get("id", "id")
                message = f"its id {record.row_id} is also that of row {before[0]}"
                hint = "the first of the two is taken in"
                problems.append(
                    Problem(self._table.file, line.number, column, message, "row/duplicate-id", hint)
                )
            for named in record.actors:
                if named.type and named.id.split("-")[1:2] != ["place"]:
                    self._summary.unlinked[named.label] += 1
        self._count(line, problems, cells.doubted, made=record is not None)

    def _look_around(self, record: Record, cells: Cells) -> None:
        """Refuse a row whose point lies among the others only with latitude and longitude exchanged."""
        swapped = self._neighbours.swapped(record)
        if swapped is not None:
            cells.refuse("latitude", "row/coordinates-swapped", swapped, "exchange latitude and longitude")

    def _look_ahead(self, record: Record, cells: Cells) -> None:
        """Flag a row that tells as done what is dated in the future."""
        if self._beyond is None:
            return
        for said in record.statements:
            value = said.when.value if said.when is not None else None
            # Times whose year is over are not looked at closely: there are as many as rows.
            if value is None or said.modality in FOREKNOWN or value[:4] < self._beyond[:4]:
                continue
            begin = read_time(value, self.source.zone).earliest
            if begin is not None and begin > self._beyond:
                written = (name for name, day in cells.days.items() if value.startswith(day.isoformat()))
                column = next(written, next(iter(cells.days), ""))
                cells.doubt(column, IN_FUTURE, f"{value} is in the future", "look at year, month and day")
                return

    def _put(self, record: Record, lines: str, line: Line) -> tuple[int, str] | None:
        """Keep a row; return number and file of one with its id.

        Those of a dataset without ids are numbered, unless they are the same in every cell.
        """
        before = self._spool.put(record, lines, self.source, line.number, self._table.file)
        if not self._reads.repeats:
            return before
        cells = hashlib.sha256("\x1f".join(line.cells.values()).encode()).digest()
        time = 2
        while before is not None and cells not in self._same:
            again = numbered(record, time)
            lines = self._gate.lines(again, self.source, report_of(again, self.source))
            if self._spool.put(again, lines, self.source, line.number, self._table.file) is None:
                before = None
            time += 1
        self._same.add(cells)
        return before

    def _count(self, line: Line, problems: list[Problem], doubted: list[Problem], *, made: bool) -> None:
        if not problems and not made:
            message = "nothing can be made of it"
            problems = [Problem(self._table.file, line.number, "", message, "row/unread")]
        for problem in (*problems, *doubted):
            self._here.note(problem)
        if problems:
            self._here.quarantined += 1
            self._spool.damage(line.cells, problems)
        elif doubted:
            self._here.flagged += 1


def _keep(repository: Repository, path: Path, spool: Spool, summary: Summary) -> None:
    """Keep the rows that could not come in, beside the store, as a table that names what is wrong."""
    if not spool.damaged or repository.folder is None:
        return
    folder = repository.folder / "damaged"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(path.read_bytes() if path.stat().st_size < 1 << 28 else str(path).encode())
    place = folder / f"{path.stem[:60]}-{digest.hexdigest()[:12]}.csv"
    with place.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(DAMAGED)
        out.writerows(spool.damages())
    summary.damaged = str(place)


__all__ = ["DAMAGED", "Wanted", "check", "take"]
