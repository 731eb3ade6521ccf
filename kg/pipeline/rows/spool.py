"""Rows on the disk between reading and taking in: by the report that they will stand in, each id once."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.ingest.datasets.record import Named, Record, Source
    from kg.model import Problem

_MOST: Final = 10_000
"""Characters of a damaged row that are kept."""
_MADE: Final = """
CREATE TABLE row (source TEXT, id TEXT, report TEXT, number INTEGER, file TEXT, scope TEXT, key TEXT,
  version TEXT, linked INTEGER, lines BLOB, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE INDEX by_report ON row (report);
CREATE TABLE damaged (file TEXT, number INTEGER, field TEXT, rule TEXT, message TEXT, hint TEXT, cells TEXT);
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that may come in, as it was written (`Pen.row`)."""

    row_id: str
    key: str
    """That of its event."""
    version: str
    """That of the row, where its dataset gives each row one."""
    lines: str


class Spool:
    """A file of rows; it grows with them, and memory does not."""

    def __init__(self, folder: Path) -> None:
        """Begin a new one in a folder."""
        self._file = sqlite3.connect(folder / "rows.sqlite", isolation_level=None)
        self._file.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-20000;")
        self._file.executescript(_MADE)
        self._file.execute("BEGIN")
        self._pack = zstandard.ZstdCompressor(level=1).compress
        self.damaged = False
        """Whether a row was kept that cannot come in."""
        self.actors: dict[str, Named] = {}
        self.places: dict[str, Named] = {}
        self.sources: dict[str, Source] = {}

    def __enter__(self) -> Self:
        """Return the spool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._file.close()

    def put(
        self, record: Record, lines: str, source: Source, number: int, file: str
    ) -> tuple[int, str] | None:
        """Keep a row; return number and file of the row that came before with its id, if there is one."""
        report = report_of(record, source)
        kept = self._pack(lines.encode())
        try:
            self._file.execute(
                "INSERT INTO row VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    source.id,
                    record.row_id,
                    report,
                    number,
                    file,
                    record.scope,
                    record.key,
                    record.version,
                    bool(record.same),
                    kept,
                ),
            )
        except sqlite3.IntegrityError:
            found = self._file.execute(
                "SELECT number, file FROM row WHERE source=? AND id=?", (source.id, record.row_id)
            ).fetchone()
            return int(found[0]), str(found[1])
        for named in record.actors:
            self.actors.setdefault(named.id, named)
        for named in record.places:
            self.places.setdefault(named.id, named)
        self.sources.setdefault(source.id, source)
        return None

    def damage(self, cells: Mapping[str, str], problems: Iterable[Problem]) -> None:
        """Keep a row that cannot come in, with what is wrong with it."""
        told = json.dumps(cells, ensure_ascii=False)[:_MOST]
        self.damaged = True
        self._file.executemany(
            "INSERT INTO damaged VALUES (?,?,?,?,?,?,?)",
            [
                (one.file, one.line, one.field, one.rule, one.message[:_MOST], one.hint or "", told)
                for one in problems
            ],
        )

    def damages(self) -> Iterator[tuple[object, ...]]:
        """Yield what is wrong with each row that was kept so, in the order of the rows."""
        yield from self._file.execute("SELECT * FROM damaged ORDER BY rowid")

    def reports(self) -> list[tuple[str, str, int]]:
        """Return the reports, each with its dataset and how many rows it has."""
        return [
            (str(report), str(source), int(count))
            for report, source, count in self._file.execute(
                "SELECT report, source, count(*) FROM row GROUP BY report, source ORDER BY report"
            )
        ]

    def keys(self, report: str) -> frozenset[str]:
        """Return the keys of the events of a report."""
        found = self._file.execute("SELECT key FROM row WHERE report=?", (report,))
        return frozenset(str(row[0]) for row in found)

    def rows(self, report: str) -> Iterator[Row]:
        """Yield the rows of a report, by their ids."""
        found = self._file.execute("SELECT id, key, version, lines FROM row WHERE report=?", (report,))
        unpack = zstandard.ZstdDecompressor().decompress
        for row_id, key, version, lines in sorted(found, key=lambda row: in_order(row[0])):
            yield Row(row_id, key, version, unpack(lines).decode())

    def is_linked(self, report: str) -> bool:
        """Return whether a row of a report says that its event is one with that of another."""
        found = self._file.execute("SELECT 1 FROM row WHERE report=? AND linked LIMIT 1", (report,))
        return found.fetchone() is not None

    def scopes(self, report: str) -> frozenset[str]:
        """Return the scopes of the rows of a report."""
        found = self._file.execute("SELECT DISTINCT scope FROM row WHERE report=?", (report,))
        return frozenset(str(row[0]) for row in found)


def report_of(record: Record, source: Source) -> str:
    """Return the id of the report in which a row stands: the same in every version of its dataset."""
    name = "-".join(part for part in (source.id, record.slice) if part)
    if source.parts == 1:
        return name
    return f"{name}-{zlib.crc32(record.row_id.encode()) % source.parts + 1}"


def in_order(row_id: str) -> tuple[int, str]:
    """Return what rows are put in order by: their ids, numbers by their size."""
    return (int(row_id) if row_id.isdigit() else 0, row_id)
