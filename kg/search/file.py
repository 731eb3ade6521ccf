"""The file of the index: SQLite with FTS5, to which words are given as they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.read import database
from kg.search.entry import HEAD, mark, marks_of_time, packed, unpacked
from kg.search.words import words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from kg.search.entry import Entry, Part

_FORMAT: Final = 1
_BETWEEN: Final = " ␞ "
"""A word that nobody can look for: phrases do not reach from one part into the next."""
_SCHEMA: Final = """
CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE entry(n INTEGER PRIMARY KEY, iri TEXT NOT NULL, report TEXT, low INT, high INT,
  marks TEXT NOT NULL, parts TEXT NOT NULL);
CREATE INDEX entry_report ON entry(report);
CREATE TABLE mark(word TEXT PRIMARY KEY, dim TEXT NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name(kind TEXT NOT NULL, iri TEXT NOT NULL, field TEXT NOT NULL, lang TEXT, name TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(head, body, marks,
  content='', columnsize=0, prefix='2 3', tokenize='ascii');
"""
_NAMED: Final = frozenset({"actor", "place", "agreement"})


def software() -> str:
    """Return a digest of what fills the file."""
    return database.digest_of(_FORMAT, "search", "query/lookups", "read", "read/schemas")


def create(path: Path) -> sqlite3.Connection:
    """Return a new file to be filled; it is of use once `finish` was called."""
    return database.create(path, f"PRAGMA journal_mode=off; PRAGMA synchronous=off; {_SCHEMA}")


def finish(made: sqlite3.Connection) -> None:
    """Bring a new file to the disk, whole, and let go of it."""
    made.execute("INSERT INTO words(words) VALUES ('optimize')")
    database.finish(made)


def opened(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Return the file, to be read or to be written by one thread; raise sqlite3.Error if it is none."""
    return database.opened(path, 16000, write=write)


def position(held: sqlite3.Connection, base: str) -> tuple[int, str]:
    """Return the change at which the file stands and its hash; (0, "") if it has to be made anew."""
    return database.position(held, software(), base)


def stand(held: sqlite3.Connection, base: str, sequence: int, digest: str) -> None:
    """Write down at which change the file stands."""
    database.stand(held, software(), base, sequence, digest)


class Pen:
    """Writes entries within one transaction, which is somebody else's to begin and to end."""

    def __init__(self, held: sqlite3.Connection) -> None:
        """Write into a file."""
        self._held = held
        self._marks: dict[tuple[str, str], str] = {}

    def put(self, entry: Entry) -> None:
        """Write a new entry."""
        number = entry.number
        while self._held.execute("SELECT 1 FROM entry WHERE n=?", (number,)).fetchone():
            number += 1 << 8
        head, body = _columns(entry.parts)
        marks = " ".join(
            sorted({self._mark(dim, value) for dim, value in entry.values})
            + marks_of_time(entry.low, entry.high)
        )
        self._held.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, entry.iri, entry.report, entry.low, entry.high, marks, packed(entry.parts)),
        )
        self._held.execute(
            "INSERT INTO words(rowid, head, body, marks) VALUES (?, ?, ?, ?)", (number, head, body, marks)
        )
        if entry.kind in _NAMED:
            self._held.executemany(
                "INSERT INTO name VALUES (?, ?, ?, ?, ?)",
                ((entry.kind, entry.iri, part.field, part.lang, part.text) for part in entry.parts),
            )

    def drop(self, reports: Iterable[str]) -> None:
        """Take out all entries of reports."""
        for report in reports:
            rows = self._held.execute(
                "SELECT n, marks, parts FROM entry WHERE report=?", (report,)
            ).fetchall()
            for number, marks, parts in rows:
                head, body = _columns(unpacked(parts))
                self._held.execute(
                    "INSERT INTO words(words, rowid, head, body, marks) VALUES ('delete', ?, ?, ?, ?)",
                    (number, head, body, marks),
                )
            self._held.execute("DELETE FROM entry WHERE report=?", (report,))

    def _mark(self, dim: str, value: str) -> str:
        word = self._marks.get((dim, value))
        if word is None:
            word = self._marks[dim, value] = mark(dim, value)
            self._held.execute("INSERT OR IGNORE INTO mark VALUES (?, ?, ?)", (word, dim, value))
        return word


def reports_with(held: sqlite3.Connection, dim: str, value: str) -> set[str]:
    """Return the reports of which an entry passes by a value of a filter."""
    rows = held.execute(
        "SELECT DISTINCT e.report FROM words JOIN entry e ON e.n=words.rowid WHERE words MATCH ?",
        (f'marks : "{mark(dim, value)}"',),
    )
    return {str(report) for (report,) in rows if report is not None}


def _columns(parts: Iterable[Part]) -> tuple[str, str]:
    """Return the words by which a thing is called, and all other words of it."""
    columns: tuple[list[str], list[str]] = ([], [])
    for part in parts:
        columns[part.field not in HEAD].append(" ".join(word.word for word in words(part.text)))
    return _BETWEEN.join(columns[0]), _BETWEEN.join(columns[1])
