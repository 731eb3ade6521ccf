"""The file of the model: SQLite, in which each item is a row and each value of a filter a bitmap."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from kg.read.instants import HIGH, LOW, bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from kg.read.resources import Resource
    from kg.read.rows import Row

_FORMAT: Final = 1
ALL: Final = "all"
"""The bitmap of all items of a list."""
SINCE, UNTIL, SEVERAL = "since", "until", "several"
"""Stretches in which what an item tells of began or ended at the latest; items that tell of several times."""
_SHIFT: Final = 28
"""Bits of a number that count within a list; the list is in those above."""
_CHUNK: Final = 16
_SCHEMA: Final = """
CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE item(n INTEGER PRIMARY KEY, list INT NOT NULL, iri TEXT NOT NULL, key TEXT NOT NULL, report TEXT,
  part TEXT,   low INT, high INT, spans TEXT, marks TEXT NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX item_iri ON item(iri, list);
CREATE INDEX item_key ON item(list, key, n);
CREATE INDEX item_report ON item(report);
CREATE INDEX item_low ON item(list, low, n) WHERE low IS NOT NULL;
CREATE INDEX item_high ON item(list, high, n) WHERE high IS NOT NULL;
CREATE TABLE rests(report TEXT NOT NULL, n INT NOT NULL, PRIMARY KEY(report, n)) WITHOUT ROWID;
CREATE INDEX rests_n ON rests(n);
CREATE TABLE name(iri TEXT PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE bits(list INT, dim TEXT, val INT, chunk INT, n INT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(list, dim, val, chunk)) WITHOUT ROWID;
"""


@cache
def software() -> str:
    """Return a digest of what makes rows: a file that other software made is made anew."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    for package in ("query/lookups", "read", "read/schemas"):
        folder: Traversable = files("kg").joinpath(*package.split("/"))
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.name.endswith(".py"):
                digest.update(item.read_bytes())
    return digest.hexdigest()


def create(path: Path) -> sqlite3.Connection:
    """Return a new file to be filled; it is of use once `finish` was called."""
    made = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    made.executescript(f"PRAGMA journal_mode=off; PRAGMA synchronous=off; {_SCHEMA}")
    return made


def finish(made: sqlite3.Connection) -> None:
    """Bring a new file to the disk, whole, and let go of it."""
    made.execute("PRAGMA synchronous=full")
    made.execute("PRAGMA journal_mode=wal")
    made.execute("PRAGMA wal_checkpoint(truncate)")
    path = made.execute("PRAGMA database_list").fetchone()[2]
    made.close()
    with open(path, "rb") as written:  # noqa: PTH123 - as SQLite names it
        os.fsync(written.fileno())


def opened(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Return the file, to be read or to be written by one thread; raise sqlite3.Error if it is none."""
    mode = "rw" if write else "ro"
    found = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    found.execute("PRAGMA busy_timeout=5000")
    if write:
        found.execute("PRAGMA secure_delete=on")
        found.execute("PRAGMA synchronous=normal")
    return found


def position(held: sqlite3.Connection, base: str) -> tuple[int, str]:
    """Return the change at which the file stands and its hash; (0, "") if other software, or a store of
    another base, made it.
    """  # noqa: D205 - one thought
    try:
        said = dict(held.execute("SELECT k, v FROM meta"))
    except sqlite3.Error:
        return 0, ""
    if said.get("software") != software() or said.get("base") != base:
        return 0, ""
    return int(said["sequence"]), str(said["hash"])


def stand(held: sqlite3.Connection, base: str, sequence: int, digest: str) -> None:
    """Write down at which change the file stands."""
    said = {"software": software(), "base": base, "sequence": sequence, "hash": digest}
    held.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", said.items())


class Pen:
    """Writes rows and bitmaps within one transaction, which is somebody else's to begin and to end."""

    def __init__(self, held: sqlite3.Connection) -> None:
        """Write into a file."""
        self._held = held
        self._names: dict[str, int] = dict(held.execute("SELECT iri, v FROM name"))
        self._come: dict[tuple[int, str, int], BitMap] = {}
        self._gone: dict[tuple[int, str, int], BitMap] = {}

    def put(self, resource: Resource, row: Row) -> None:
        """Write an item whole, in the place of what was said of it before."""
        number = self._cleared(resource.number, row.iri)
        lows, highs = ([span[at] for span in row.spans] for at in (0, 1))
        low, high = (min(lows), max(highs)) if row.spans else (None, None)
        marks = sorted((name, self._value(value)) for name, value in row.marks)
        marks += [(ALL, 0)]
        if low is not None and high is not None:
            marks += [(SINCE, bucket(low)), (UNTIL, bucket(high))]
        spans = sorted(row.spans) if len(row.spans) > 1 else None
        if spans is not None:
            marks.append((SEVERAL, 0))
        self._held.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                resource.number,
                row.iri,
                row.key,
                row.report,
                row.part,
                low,
                high,
                None if spans is None else json.dumps(spans),
                json.dumps(marks),
                zlib.compress(row.body, 1),
            ),
        )
        self._held.executemany(
            "INSERT INTO rests VALUES (?, ?)", ((report, number) for report in sorted(row.rests))
        )
        for dim, value in marks:
            self._come.setdefault((resource.number, dim, value), BitMap()).add(number)

    def drop(self, resource: Resource, iri: str) -> None:
        """Take out an item, if it is there."""
        found = self._held.execute(
            "SELECT n FROM item WHERE iri=? AND list=?", (iri, resource.number)
        ).fetchone()
        if found is not None:
            self._cleared(resource.number, iri)

    def close(self) -> None:
        """Write the bitmaps."""
        for key in self._come.keys() | self._gone.keys():
            self._merge(key, self._come.get(key, BitMap()), self._gone.get(key, BitMap()))
        self._come, self._gone = {}, {}

    def _cleared(self, number: int, iri: str) -> int:
        """Take out what is said of an item; return its number, or a new one."""
        found = self._held.execute(
            "SELECT n, marks FROM item WHERE iri=? AND list=?", (iri, number)
        ).fetchone()
        if found is None:
            last = self._held.execute(
                "SELECT max(n) FROM item WHERE n >= ? AND n < ?", (number << _SHIFT, number + 1 << _SHIFT)
            ).fetchone()[0]
            return (number << _SHIFT) if last is None else int(last) + 1
        place = int(found[0])
        for dim, value in json.loads(found[1]):
            key = (number, dim, value)
            if place in self._come.get(key, ()):
                self._come[key].discard(place)
            self._gone.setdefault(key, BitMap()).add(place)
        self._held.execute("DELETE FROM rests WHERE n=?", (place,))
        self._held.execute("DELETE FROM item WHERE n=?", (place,))
        return place

    def _value(self, iri: str) -> int:
        if iri not in self._names:
            self._names[iri] = len(self._names) + 1
            self._held.execute("INSERT INTO name VALUES (?, ?)", (iri, self._names[iri]))
        return self._names[iri]

    def _merge(self, key: tuple[int, str, int], come: BitMap, gone: BitMap) -> None:
        for chunk in sorted({number >> _CHUNK for number in come | gone}):
            within = BitMap(range(chunk << _CHUNK, chunk + 1 << _CHUNK))
            held = self._held.execute(
                "SELECT data FROM bits WHERE list=? AND dim=? AND val=? AND chunk=?", (*key, chunk)
            ).fetchone()
            before = BitMap() if held is None else BitMap.deserialize(held[0])
            after = (before - (gone & within)) | (come & within)
            if after:
                self._held.execute(
                    "INSERT OR REPLACE INTO bits VALUES (?, ?, ?, ?, ?, ?)",
                    (*key, chunk, len(after), after.serialize()),
                )
            elif held is not None:
                self._held.execute(
                    "DELETE FROM bits WHERE list=? AND dim=? AND val=? AND chunk=?", (*key, chunk)
                )


def bits(held: sqlite3.Connection, number: int, dim: str, value: int) -> BitMap:
    """Return the numbers of the items of a list that have a value."""
    found = held.execute("SELECT data FROM bits WHERE list=? AND dim=? AND val=?", (number, dim, value))
    return _union(found)


def bits_between(held: sqlite3.Connection, number: int, dim: str, least: int, most: int) -> BitMap:
    """Return the numbers of the items of a list that have any value from the least to the most."""
    return _union(
        held.execute(
            "SELECT data FROM bits WHERE list=? AND dim=? AND val BETWEEN ? AND ?", (number, dim, least, most)
        )
    )


def values(held: sqlite3.Connection, number: int, dim: str) -> Mapping[int, BitMap]:
    """Return the bitmap of each value of a filter that any item of a list has."""
    found: dict[int, BitMap] = {}
    for value, data in held.execute("SELECT val, data FROM bits WHERE list=? AND dim=?", (number, dim)):
        made = BitMap.deserialize(data)
        found[value] = found[value] | made if value in found else made
    return found


def _union(found: Iterable[tuple[bytes]]) -> BitMap:
    made = [BitMap.deserialize(data) for (data,) in found]
    return BitMap.union(*made) if len(made) > 1 else made[0] if made else BitMap()


EDGES: Final = (bucket(LOW), bucket(HIGH))
"""The stretches of what began nobody knows when, and of what may go on."""
