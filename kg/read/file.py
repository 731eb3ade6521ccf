"""The file of the model: SQLite, in which rows stand in blocks and each value of a filter is a bitmap."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Final, TypeAlias

from pyroaring import BitMap

from kg.query.lookups.instants import HIGH, LOW, bucket
from kg.read import database
from kg.read.resources import RESOURCES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Kept: TypeAlias = "bytes | int"
_FORMAT: Final = 3
ALL: Final = "all"
"""The bitmap of all items of a list."""
SINCE, UNTIL, SEVERAL = "since", "until", "several"
"""Stretches in which what an item tells of began or ended at the latest; items that tell of several times."""
TURN: Final = "turn"
"""How many rows after the first of the same part an item comes; rows of one part follow each other."""
STRIDE: Final = "stride"
"""The stride of the list's order in which an item is."""
PLAIN: Final = (ALL, SINCE, UNTIL, SEVERAL, TURN, STRIDE)
"""Dimensions whose values are numbers of their own."""
LIST_BITS: Final = 32
"""Bits of a number within its list."""
CHUNK_BITS: Final = 16
_SCHEMA: Final = """
CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE block(b INTEGER PRIMARY KEY, iri TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE place(p INTEGER PRIMARY KEY, size INTEGER NOT NULL, b INTEGER NOT NULL, form TEXT NOT NULL);
CREATE TABLE run(list INTEGER, prefix TEXT, p INTEGER, PRIMARY KEY(list, prefix, p)) WITHOUT ROWID;
CREATE TABLE stride(list INTEGER, prefix TEXT, v INTEGER NOT NULL, runs INTEGER NOT NULL,
  PRIMARY KEY(list, prefix)) WITHOUT ROWID;
CREATE TABLE at(h INTEGER, b INTEGER, PRIMARY KEY(h, b)) WITHOUT ROWID;
CREATE TABLE bound(side INTEGER, moment INTEGER, n INTEGER, PRIMARY KEY(side, moment, n)) WITHOUT ROWID;
CREATE TABLE name(v INTEGER PRIMARY KEY, h INTEGER NOT NULL, iri TEXT NOT NULL);
CREATE INDEX name_h ON name(h);
CREATE TABLE charged(n INTEGER PRIMARY KEY, began INTEGER, charges TEXT NOT NULL);
CREATE INDEX charged_began ON charged(began);
CREATE TABLE answering(n INTEGER PRIMARY KEY, until INTEGER, key TEXT NOT NULL);
CREATE TABLE bits(dim INTEGER, val INTEGER, chunk INTEGER, data NOT NULL,
  PRIMARY KEY(dim, val, chunk)) WITHOUT ROWID;
"""
"""`block`: what `kg.read.packing` makes of rows; `place`: numbers that follow each other, of one list (in the
bits above), one block and one run, with the form of its beginning; `run`: these in the order of the list;
`stride`: from where on runs are in which stride; `at`: in which blocks something is, by a digest; `bound`:
first and last instants; `name`: values of filters, found by a short digest; `charged` and `answering`: what
`kg.read.answered` puts together. IRIs are short of the base."""
REPORT, TOLD = "report", "told"
"""What is found by a digest besides items: blocks of a report, and blocks of others that tell of it."""
_DIMS: Final = 64
"""Dimensions that a list may have."""


def _dimensions() -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for resource in RESOURCES:
        names = [*PLAIN, *sorted({*resource.listing.filters, *resource.marks})]
        found |= {
            (resource.number, name): resource.number * _DIMS + place for place, name in enumerate(names)
        }
    return found


_DIMENSIONS: Final = _dimensions()
_NAMES: Final = {dim: name for (_, name), dim in _DIMENSIONS.items()}


def dimension(number: int, name: str) -> int:
    """Return the number of a dimension of a list: a filter, a mark, or one of those above."""
    return _DIMENSIONS[number, name]


def list_of(dim: int) -> int:
    """Return the list to which a dimension belongs."""
    return dim // _DIMS


def name_of(dim: int) -> str:
    """Return the name of a dimension."""
    return _NAMES[dim]


def software() -> str:
    """Return a digest of what fills the file."""
    return database.digest_of(_FORMAT, "query/lookups", "read", "read/schemas")


def create(path: Path) -> sqlite3.Connection:
    """Return a new file to be filled; it is of use once `finish` was called."""
    return database.create(
        path, f"PRAGMA page_size=32768; PRAGMA journal_mode=off; PRAGMA synchronous=off; {_SCHEMA}"
    )


def finish(made: sqlite3.Connection) -> None:
    """Bring a new file to the disk, whole, and let go of it."""
    database.finish(made)


def opened(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Return the file, to be read or to be written by one thread; raise sqlite3.Error if it is none."""
    return database.opened(path, 32768, write=write)


def position(held: sqlite3.Connection, base: str) -> tuple[int, str]:
    """Return the change at which the file stands and its hash; (0, "") if it has to be made anew."""
    return database.position(held, software(), base)


def stand(held: sqlite3.Connection, base: str, sequence: int, digest: str) -> None:
    """Write down at which change the file stands."""
    database.stand(held, software(), base, sequence, digest)


def dictionary(held: sqlite3.Connection) -> bytes:
    """Return the text with which the file's blocks are compressed."""
    found = held.execute("SELECT v FROM meta WHERE k='dictionary'").fetchone()
    return b"" if found is None else bytes(found[0])


def short(base: str, iri: str) -> str:
    """Return an IRI as it stands in the file: short of the base, below which no IRI has a colon."""
    return iri[len(base) :] if iri.startswith(base) and ":" not in iri[len(base) :] else iri


def whole(base: str, name: str) -> str:
    """Return the IRI that stands in the file so."""
    return name if ":" in name else base + name


def at(what: int | str, iri: str) -> int:
    """Return the digest by which something is found: an item of a list, or what is named above."""
    said = hashlib.blake2b(f"{what} {iri}".encode(), digest_size=6).digest()
    return int.from_bytes(said, "big", signed=True)


def blocks_at(held: sqlite3.Connection, what: int | str, iri: str) -> list[int]:
    """Return the blocks in which something may be: others too, where digests are one by chance."""
    return [block for (block,) in held.execute("SELECT b FROM at WHERE h=?", (at(what, iri),))]


def report_of(base: str, name: str) -> str:
    """Return the report whose block stands in the file under that name; empty for what no report has."""
    return whole(base, name) if name else name


def tellers(held: sqlite3.Connection, base: str, report: str) -> list[tuple[str, bytes]]:
    """Return the blocks that tell of another report: of each the report to which it belongs, and its data."""
    query = "SELECT iri, data FROM at JOIN block USING(b) WHERE h=?"
    found = held.execute(query, (at(TOLD, report),)).fetchall()
    return [(report_of(base, name), data) for name, data in found]


def value_of(held: sqlite3.Connection, name: str) -> int | None:
    """Return the number of a value that stands in the file so; None if it has none."""
    found = held.execute("SELECT v FROM name WHERE h=? AND iri=?", (_digest(name), name)).fetchone()
    return None if found is None else int(found[0])


def named(held: sqlite3.Connection, name: str) -> int:
    """Return the number of a value that stands in the file so; it is given one if it has none."""
    known = value_of(held, name)
    if known is None:
        known = held.execute("INSERT INTO name(h, iri) VALUES (?, ?)", (_digest(name), name)).lastrowid or 0
    return known


def _digest(name: str) -> int:
    return zlib.crc32(name.encode())


def bits(held: sqlite3.Connection, dim: int, value: int) -> BitMap:
    """Return the numbers of the items that have a value in a dimension."""
    return union(held.execute("SELECT data FROM bits WHERE dim=? AND val=?", (dim, value)))


def bits_near(held: sqlite3.Connection, dim: int, value: int, rows: BitMap) -> BitMap:
    """Return the numbers of the items that have a value, of those that are kept with some rows."""
    chunks = (rows.min() >> CHUNK_BITS, rows.max() >> CHUNK_BITS)
    query = "SELECT data FROM bits WHERE dim=? AND val=? AND chunk BETWEEN ? AND ?"
    return union(held.execute(query, (dim, value, *chunks)))


def bits_between(held: sqlite3.Connection, dim: int, least: int, most: int) -> BitMap:
    """Return the numbers of the items that have any value from the least to the most."""
    return union(
        held.execute("SELECT data FROM bits WHERE dim=? AND val BETWEEN ? AND ?", (dim, least, most))
    )


def values(held: sqlite3.Connection, dim: int) -> Mapping[int, list[BitMap]]:
    """Return for each value that any item has in a dimension the bitmaps of its chunks."""
    found: dict[int, list[BitMap]] = {}
    for value, data in held.execute("SELECT val, data FROM bits WHERE dim=?", (dim,)):
        found.setdefault(value, []).append(told(data))
    return found


def block_of(held: sqlite3.Connection, number: int, row: int) -> int:
    """Return the block in which a row of a list is."""
    place = number << LIST_BITS | row
    found = held.execute("SELECT b FROM place WHERE p<=? ORDER BY p DESC LIMIT 1", (place,)).fetchone()
    return int(found[0])


def told(data: Kept) -> BitMap:
    """Return a bitmap as the file keeps it: a number alone, or in the bytes that Roaring bitmaps have."""
    return BitMap((data,)) if isinstance(data, int) else BitMap.deserialize(data)


def kept(found: BitMap) -> Kept:
    """Return a bitmap as the file keeps it."""
    if len(found) == 1:
        return int(found.min())
    found.run_optimize()
    return bytes(found.serialize())


def union(found: Iterable[tuple[Kept]]) -> BitMap:
    """Return the bitmaps together."""
    made = [told(data) for (data,) in found]
    return BitMap.union(*made) if len(made) > 1 else made[0] if made else BitMap()


EDGES: Final = (bucket(LOW), bucket(HIGH))
"""The stretches of what began nobody knows when, and of what may go on."""
