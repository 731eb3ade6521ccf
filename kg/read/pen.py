"""Writing into the file of the model: blocks, and the bitmaps of the values that their rows have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyroaring import BitMap

from kg.query.lookups.instants import bucket
from kg.read import answered, file
from kg.read.packing import Block, Entry, Packer, Stretch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.read.packing import Marks
    from kg.read.rows import Row

_SIZE: Final = 64
"""Rows of a list that a block holds: a report with more has several."""
_RUNS: Final = 512
"""Runs of a stride, after which another begins; one with twice as many is cut."""
_PENDING: Final = 200_000
"""Bitmaps that are held before they are written."""


class Pen:
    """Writes rows and bitmaps within one transaction, which is somebody else's to begin and to end."""

    def __init__(self, held: sqlite3.Connection, base: str) -> None:
        """Write into a file of a store with that base."""
        self._held = held
        self._base = base
        self._packer = Packer(file.dictionary(held))
        self._names: dict[str, int] = {}
        self._next: dict[int, int] = {}
        self._come: dict[tuple[int, int], BitMap] = {}
        self._gone: dict[tuple[int, int], BitMap] = {}

    def put(self, report: str, rows: Mapping[int, Sequence[Row]]) -> None:
        """Write all rows of a report, list by list, in the place of what was written of it before."""
        name = file.short(self._base, report)
        before = self._taken_out(name)
        placed: dict[int, tuple[int, list[Entry]]] = {}
        marks: dict[int, list[Marks]] = {}
        for number, several in rows.items():
            ordered = sorted(several, key=lambda row: row.key)
            if ordered:
                first, size = before.get(number, (0, 0))
                if len(ordered) > size:
                    first = self._free(number, len(ordered))
                marks[number] = [*self._marks(number, ordered)]
                for place, (row, some) in enumerate(zip(ordered, marks[number], strict=True), first):
                    self._set(some, place)
                    answered.put(self._held, number, place, row, self._value)
                spans = (tuple(sorted(row.spans)) for row in ordered)
                placed[number] = (
                    first,
                    [
                        Entry(row.iri, row.key, when, row.body)
                        for row, when in zip(ordered, spans, strict=True)
                    ],
                )
        rests = tuple(sorted({one for several in rows.values() for row in several for one in row.rests}))
        most = max((len(entries) for _, entries in placed.values()), default=0)
        for begin in range(0, most, _SIZE):
            part = {
                number: Stretch(first + begin, tuple(entries[begin : begin + _SIZE]))
                for number, (first, entries) in placed.items()
                if entries[begin:]
            }
            own = {mark for number in part for some in marks[number][begin : begin + _SIZE] for mark in some}
            self._write(name, report, Block(part, tuple(sorted(own)), rests))
        if len(self._come) > _PENDING:
            self.close()

    def drop(self, report: str) -> None:
        """Take out all rows of a report."""
        self._taken_out(file.short(self._base, report))

    def close(self) -> None:
        """Write the bitmaps."""
        for key in sorted(self._come.keys() | self._gone.keys()):
            self._merge(key, self._come.get(key, BitMap()), self._gone.get(key, BitMap()))
        self._come, self._gone = {}, {}

    def _marks(self, number: int, rows: Sequence[Row]) -> Iterator[Marks]:
        """Yield for each of the rows, in the order of their keys, in which bitmaps it is."""
        part, begin = None, 0
        for place, row in enumerate(rows):
            marks = [(file.dimension(number, name), self._value(value)) for name, value in sorted(row.marks)]
            marks.append((file.dimension(number, file.ALL), 0))
            if row.part is not None:
                part, begin = (part, begin) if row.part == part else (row.part, place)
                marks.append((file.dimension(number, file.TURN), place - begin))
            if row.spans:
                low, high = min(low for low, _ in row.spans), max(high for _, high in row.spans)
                marks.append((file.dimension(number, file.SINCE), bucket(low)))
                marks.append((file.dimension(number, file.UNTIL), bucket(high)))
            if len(row.spans) > 1:
                marks.append((file.dimension(number, file.SEVERAL), 0))
            yield tuple(marks)

    def _write(self, name: str, report: str, block: Block) -> None:
        made = self._held.execute(
            "INSERT INTO block(iri, data) VALUES (?, ?)", (name, self._packer.pack(report, block))
        ).lastrowid
        found = _digests(report, block)
        self._held.executemany("INSERT OR IGNORE INTO at VALUES (?, ?)", ((one, made) for one in found))
        for number, stretch in block.lists.items():
            for prefix, first, size in _runs(self._base, stretch):
                place = number << file.LIST_BITS | first
                form = prefix.replace(report_name(name), "<", 1) if name else prefix
                self._held.execute("INSERT INTO place VALUES (?, ?, ?, ?)", (place, size, made, form))
                self._held.execute("INSERT INTO run VALUES (?, ?, ?)", (number, prefix, place))
                self._into_stride(number, prefix, BitMap(range(first, first + size)))
            self._held.executemany("INSERT INTO bound VALUES (?, ?, ?)", _bounds(number, stretch))

    def _taken_out(self, name: str) -> dict[int, tuple[int, int]]:
        """Take out what is written of a report; return for each list which numbers its rows had."""
        report = file.whole(self._base, name) if name else name
        found = [
            (made, said[1])
            for made in file.blocks_at(self._held, file.REPORT, report)
            if (said := self._held.execute("SELECT iri, data FROM block WHERE b=?", (made,)).fetchone())
            and said[0] == name
        ]
        numbers: dict[int, tuple[int, int]] = {}
        for made, data in found:
            block = self._packer.open(report, data).block()
            for number, stretch in block.lists.items():
                first, size = numbers.get(number, (stretch.first, 0))
                numbers[number] = min(first, stretch.first), size + len(stretch.entries)
                self._forget(number, stretch, block.marks)
            gone = ((one, made) for one in _digests(report, block))
            self._held.executemany("DELETE FROM at WHERE h=? AND b=?", gone)
            self._held.execute("DELETE FROM block WHERE b=?", (made,))
        return numbers

    def _forget(self, number: int, stretch: Stretch, marks: Marks) -> None:
        """Take out all that leads to the rows of a stretch."""
        for prefix, first, size in _runs(self._base, stretch):
            place = number << file.LIST_BITS | first
            self._held.execute("DELETE FROM place WHERE p=?", (place,))
            self._held.execute("DELETE FROM run WHERE list=? AND prefix=? AND p=?", (number, prefix, place))
            start, value, _ = self._stride(number, prefix)
            self._held.execute("UPDATE stride SET runs=runs-1 WHERE list=? AND prefix=?", (number, start))
            self._clear((file.dimension(number, file.STRIDE), value), BitMap(range(first, first + size)))
        self._held.executemany(
            "DELETE FROM bound WHERE side=? AND moment=? AND n=?", _bounds(number, stretch)
        )
        answered.forget(self._held, number, stretch.first, len(stretch.entries))
        rows = BitMap(range(stretch.first, stretch.first + len(stretch.entries)))
        for mark in marks:
            if file.list_of(mark[0]) == number:
                self._clear(mark, rows)

    def _free(self, number: int, size: int) -> int:
        """Return the first of so many numbers of a list that nobody has."""
        if number not in self._next:
            low, high = number << file.LIST_BITS, number + 1 << file.LIST_BITS
            last = self._held.execute(
                "SELECT p, size FROM place WHERE p >= ? AND p < ? ORDER BY p DESC LIMIT 1", (low, high)
            ).fetchone()
            self._next[number] = 0 if last is None else last[0] - low + last[1]
        first = self._next[number]
        self._next[number] += size
        return first

    def _stride(self, number: int, prefix: str) -> tuple[str, int, int]:
        """Return where the stride of a run begins, which it is, and how many runs it has."""
        found = self._held.execute(
            "SELECT prefix, v, runs FROM stride WHERE list=? AND prefix<=? ORDER BY prefix DESC LIMIT 1",
            (number, prefix),
        ).fetchone()
        return ("", -1, 0) if found is None else (str(found[0]), int(found[1]), int(found[2]))

    def _into_stride(self, number: int, prefix: str, rows: BitMap) -> None:
        """Put a run, which is written already, into its stride."""
        start, value, runs = self._stride(number, prefix)
        if value < 0 or (runs >= _RUNS and self._is_last(number, prefix, start)):
            start, value, runs = ("" if value < 0 else prefix), self._another(number), 0
            self._held.execute("INSERT INTO stride VALUES (?, ?, ?, 0)", (number, start, value))
        self._held.execute("UPDATE stride SET runs=runs+1 WHERE list=? AND prefix=?", (number, start))
        self._come.setdefault((file.dimension(number, file.STRIDE), value), BitMap()).update(rows)
        if runs + 1 >= 2 * _RUNS:
            self._cut(number, start, value)

    def _is_last(self, number: int, prefix: str, start: str) -> bool:
        """Return whether no run of a stride comes after that one."""
        following = self._held.execute(
            "SELECT prefix FROM run WHERE list=? AND prefix>? ORDER BY prefix LIMIT 1", (number, prefix)
        ).fetchone()
        same = self._held.execute(
            "SELECT count(*) FROM run WHERE list=? AND prefix=?", (number, prefix)
        ).fetchone()[0]
        return (
            prefix != start
            and same == 1
            and (following is None or self._stride(number, following[0])[0] != start)
        )

    def _another(self, number: int) -> int:
        found = self._held.execute("SELECT max(v) FROM stride WHERE list=?", (number,)).fetchone()
        return 0 if found[0] is None else int(found[0]) + 1

    def _cut(self, number: int, start: str, value: int) -> None:
        """Make two strides of one."""
        runs = self._held.execute(
            "SELECT run.prefix, run.p, size FROM run JOIN place USING(p) WHERE list=? AND run.prefix>=? "
            "AND run.prefix < coalesce((SELECT min(prefix) FROM stride WHERE list=? AND prefix>?), x'') "
            "ORDER BY run.prefix",
            (number, start, number, start),
        ).fetchall()
        middle = runs[len(runs) // 2][0]
        moved = [run for run in runs if run[0] >= middle]
        if middle == start or len(moved) == len(runs):
            return
        made, dim = self._another(number), file.dimension(number, file.STRIDE)
        self._held.execute("INSERT INTO stride VALUES (?, ?, ?, ?)", (number, middle, made, len(moved)))
        self._held.execute(
            "UPDATE stride SET runs=? WHERE list=? AND prefix=?", (len(runs) - len(moved), number, start)
        )
        for _, place, size in moved:
            first = place - (number << file.LIST_BITS)
            rows = BitMap(range(first, first + size))
            self._clear((dim, value), rows)
            self._come.setdefault((dim, made), BitMap()).update(rows)

    def _set(self, marks: Iterable[tuple[int, int]], row: int) -> None:
        for mark in marks:
            self._come.setdefault(mark, BitMap()).add(row)

    def _clear(self, mark: tuple[int, int], rows: BitMap) -> None:
        if mark in self._come:
            self._come[mark] -= rows
        self._gone.setdefault(mark, BitMap()).update(rows)

    def _value(self, iri: str) -> int:
        name = file.short(self._base, iri)
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = file.named(self._held, name)
        return known

    def _merge(self, key: tuple[int, int], come: BitMap, gone: BitMap) -> None:
        touched = come | gone
        while touched:
            chunk = touched.min() >> file.CHUNK_BITS
            within = BitMap()
            within.add_range(chunk << file.CHUNK_BITS, chunk + 1 << file.CHUNK_BITS)
            touched -= within
            held = self._held.execute(
                "SELECT data FROM bits WHERE dim=? AND val=? AND chunk=?", (*key, chunk)
            ).fetchone()
            before = BitMap() if held is None else file.told(held[0])
            after = (before - (gone & within)) | (come & within)
            if after:
                self._held.execute(
                    "INSERT OR REPLACE INTO bits VALUES (?, ?, ?, ?)", (*key, chunk, file.kept(after))
                )
            elif held is not None:
                self._held.execute("DELETE FROM bits WHERE dim=? AND val=? AND chunk=?", (*key, chunk))


def is_within(report: str, iri: str) -> bool:
    """Return whether an IRI tells that it is a report's, or is that of the report itself."""
    return iri == report or (bool(report) and iri.startswith(f"{report}/"))


def report_name(name: str) -> str:
    """Return what the run of a report's rows has of its IRI, which stands in the file so."""
    return name.removeprefix("report/")


def prefix_of(base: str, key: str) -> str:
    """Return what the keys of a run begin with, short of what all keys have: a run is of one report.

    No two runs of one report's rows, and no two reports', begin so that one's is the other's beginning.
    """
    reports = f"{base}report/"
    begin = key.find(reports)
    if begin < 0:
        return key
    rest = key[begin + len(reports) :]
    ends = [place for sign in " /" if (place := rest.find(sign)) >= 0]
    return key[:begin] + (rest[: min(ends) + 1] if ends else rest)


def _digests(report: str, block: Block) -> set[int]:
    """Return by what a block of a report is found."""
    found = {file.at(file.REPORT, report), *(file.at(file.TOLD, iri) for iri in block.rests)}
    return found | {
        file.at(number, entry.iri)
        for number, stretch in block.lists.items()
        for entry in stretch.entries
        if not is_within(report, entry.iri)
    }


def _runs(base: str, stretch: Stretch) -> list[tuple[str, int, int]]:
    """Return the runs of a stretch: what their keys begin with, the first number, and how many."""
    found: list[tuple[str, int, int]] = []
    for place, entry in enumerate(stretch.entries):
        prefix = prefix_of(base, entry.key)
        if found and found[-1][0] == prefix:
            found[-1] = (prefix, found[-1][1], found[-1][2] + 1)
        else:
            found.append((prefix, stretch.first + place, 1))
    return found


def _bounds(number: int, stretch: Stretch) -> list[tuple[int, int, int]]:
    """Return the first and the last instants of rows, with their numbers."""
    found = []
    for place, entry in enumerate(stretch.entries):
        if entry.spans:
            row = stretch.first + place
            found.append((number * 2, min(low for low, _ in entry.spans), row))
            found.append((number * 2 + 1, max(high for _, high in entry.spans), row))
    return found
