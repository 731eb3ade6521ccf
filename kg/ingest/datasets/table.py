"""Tables as people have them: CSV in any dress, gzipped or zipped, and workbooks; row by row, damage told.

A row is counted as spreadsheets do: the first row of the file is row 1, whatever it holds.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, cast

from kg.ingest.datasets.workbook import is_workbook, sheet
from kg.model import Problem
from kg.zips import DAMAGED, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Recognise = Callable[["Sequence[str]"], int]
"""How many of the cells of a row are names of columns."""
Layout = Callable[["Sequence[str]"], "tuple[str, ...] | None"]
"""The names of the columns of a file whose first row names none; None where it is not known by its row."""

MOST: Final = 100_000
"""Characters of a cell; what is longer is no cell of a table but an accident."""
_LIMIT: Final = 32 << 20
_SAMPLE: Final = 1 << 18
_LOOKED_AT: Final = 30
"""Rows among which the header is looked for."""
_DELIMITERS: Final = ",;\t|"
_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt")
SUFFIXES: Final = (".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz", ".gz", ".zip", ".xlsx")
"""What the names of files end with that are tables, and no documents."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class TableError(Exception):
    """Why nothing of a file is taken in: it is cut, or is no table."""

    def __init__(self, problem: Problem) -> None:
        """Keep what is wrong, and where."""
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its number, its cells by the names of their columns, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    problems: tuple[Problem, ...] = ()
    merged: frozenset[str] = frozenset()
    """The columns whose cell is part of one that reaches over several rows."""


@dataclass(slots=True)
class Table:
    """A table with its header; `lines` may be gone through once."""

    file: str
    header: tuple[str, ...]
    lines: Iterator[Line]
    notes: list[Problem] = field(default_factory=list)
    """What was understood about the file that nobody said."""
    share: Callable[[], float] = lambda: 0.0
    """How much of the file has been read, from 0 to 1; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class _Raw:
    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    merged: frozenset[int] = frozenset()


def _no_layout(cells: Sequence[str]) -> tuple[str, ...] | None:
    del cells
    return None


def tables(
    path: Path, recognise: Recognise, name: str | None = None, layout: Layout = _no_layout
) -> Iterator[Table]:
    """Yield the tables of a file, of which a zip may hold several; raise TableError for what is none.

    The header is the row among the first in which most cells are recognised; `layout` knows those that have
    none. Going through the lines raises TableError where the file turns out to be cut.
    """
    told = name or str(path)
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(0)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(stream) as unpacked:
                found = _text_table(told, cast("BinaryIO", unpacked), recognise, layout)
                found.share = lambda: stream.tell() / size
                yield found
        elif start == b"PK\x03\x04" and not is_workbook(path):
            yield from _zipped(path, told, recognise, layout)
        elif start == b"PK\x03\x04":
            yield _headed(told, _of_sheet(path, told), recognise, [])
        elif start == b"\xd0\xcf\x11\xe0":
            hint = "save it as .xlsx or .csv"
            raise TableError(
                _wrong(told, None, "table/old-workbook", "it is a workbook of before 2007", hint)
            )
        else:
            found = _text_table(told, stream, recognise, layout)
            found.share = lambda: stream.tell() / size
            yield found


def _zipped(path: Path, told: str, recognise: Recognise, layout: Layout) -> Iterator[Table]:
    try:
        with path.open("rb") as packed, whole(packed) as archive:
            members = [
                one
                for one in archive.infolist()
                if one.filename.lower().endswith(_SUFFIXES) and not one.filename.startswith("__MACOSX")
            ]
            if not members:
                hint = f"put the table into it as one of {', '.join(_SUFFIXES)}"
                raise TableError(_wrong(told, None, "table/empty-zip", "the zip holds no table", hint))
            for member in members:
                with archive.open(member) as unpacked:
                    name = f"{told}/{member.filename}"
                    yield _text_table(name, cast("BinaryIO", unpacked), recognise, layout)
    except (*DAMAGED, NotImplementedError, RuntimeError) as error:
        raise TableError(
            _wrong(told, None, "table/damaged-zip", f"the zip cannot be read: {error}", "pack it again")
        ) from error


def _of_sheet(path: Path, told: str) -> Iterator[_Raw]:
    try:
        for number, cells, merged in sheet(path):
            yield _Raw(number, cells, (), merged)
    except ImportError as error:
        message = "workbooks are read by openpyxl, which is not installed"
        hint = "pip install 'servanda[xlsx]', or save the sheet as CSV"
        raise TableError(_wrong(told, None, "table/no-reader", message, hint)) from error
    except Exception as error:  # whatever its reader did not think of
        message = f"the workbook cannot be read: {error}"
        raise TableError(_wrong(told, None, "table/damaged-workbook", message, "save it again")) from error


def _text_table(told: str, stream: BinaryIO, recognise: Recognise, layout: Layout) -> Table:
    notes: list[Problem] = []
    guarded = _as_utf8(_guarded(told, stream))
    start = b""
    for block in guarded:
        start += block
        if len(start) >= _SAMPLE:
            break
    if not start.strip():
        raise TableError(_wrong(told, None, "table/empty", "the file is empty", None))
    decoded = _Decoded(told, notes, start)
    first = list(islice(decoded.lines(_split(iter([start]), decoded.newline)), 200))
    bare = _bare(first, layout)
    if bare is not None:
        delimiter, names = bare
        decoded = _Decoded(told, notes, start)
        lines = decoded.lines(_split(chain([start], guarded), decoded.newline))
        message = f"it has no header, and is read by the order of its {len(names)} columns"
        notes.append(_noted(told, 1, "table/no-header-row", message))
        rows = _parsed(told, lines, delimiter, decoded, quoted=delimiter != "\t")
        if _is_numbering(first, delimiter):
            next(rows, None)
        return Table(told, names, _lines(told, names, rows), notes)
    delimiter, header = _delimiter(first, recognise)
    if delimiter != ("\t" if told.lower().endswith((".tsv", ".tab")) else ","):
        words = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
        message = f"its columns are separated by {words[delimiter]}"
        notes.append(_noted(told, header, "table/separator", message))
    decoded = _Decoded(told, notes, start)
    lines = decoded.lines(_split(chain([start], guarded), decoded.newline))
    return _headed(told, _parsed(told, lines, delimiter, decoded), recognise, notes)


def _guarded(told: str, stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream in blocks; raise TableError where it is cut."""
    count = 0
    while True:
        try:
            block = stream.read(_SAMPLE)
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            message = f"the file is cut or damaged after row {count:,}: {error}"
            hint = "fetch it again; nothing of it was taken in"
            raise TableError(_wrong(told, count + 1, "table/cut", message, hint)) from error
        if not block:
            return
        count += block.count(b"\n")
        yield block


def _as_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is written in UTF-16 as UTF-8, and all else as it is."""
    start = next(blocks, b"")
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(start[:2])
    if wide is None:
        yield from chain([start] if start else [], blocks)
        return
    decoder = codecs.getincrementaldecoder(wide)("replace")
    for block in chain([start[2:]], blocks):
        yield decoder.decode(block).encode()


def _split(blocks: Iterator[bytes], newline: bytes) -> Iterator[bytes]:
    """Yield lines with their ends."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(newline)
        for line in whole:
            yield line + newline
    if rest:
        yield rest


class _Decoded:
    """Makes text of lines: UTF-8, or what a line can be instead, of which a note is made once."""

    def __init__(self, told: str, notes: list[Problem], start: bytes) -> None:
        self._told = told
        self._notes = notes
        self.newline = b"\r" if b"\n" not in start and b"\r" in start else b"\n"
        self._other = _other_encoding(start)
        self.odd = False
        """Whether the last line was not UTF-8."""

    def lines(self, raw: Iterable[bytes]) -> Iterator[str]:
        """Yield the lines as text."""
        for number, line in enumerate(raw, 1):
            yield self._decode(line, number)

    def _decode(self, line: bytes, number: int) -> str:
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            if not any(note.rule == "table/encoding" for note in self._notes):
                message = f"it is not UTF-8 from here on, and is read as {self._other}"
                hint = "save it as UTF-8, to be sure of every letter"
                self._notes.append(_noted(self._told, number, "table/encoding", message, hint))
            self.odd = True
            return line.decode(self._other, "replace")


def _other_encoding(start: bytes) -> str:
    """Return what a text that is not UTF-8 is read as: letters of Cyrillic words stand side by side."""
    high = len(re.findall(rb"[\xa8\xb8\xc0-\xff]", start))
    paired = sum(map(len, re.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", start)))
    return "windows-1251" if high and paired / high > 0.5 else "windows-1252"  # noqa: PLR2004


def _delimiter(first: Sequence[str], recognise: Recognise) -> tuple[str, int]:
    """Return what separates the columns, and the row in which the header stands by it."""
    best = (0, 0, ",", 1)
    for place, delimiter in enumerate(_DELIMITERS):
        try:
            rows = list(islice(csv.reader(first, delimiter=delimiter), _LOOKED_AT))
        except csv.Error:
            continue
        for number, row in enumerate(rows, 1):
            found = (recognise(row), -place, delimiter, number)
            if found[:2] > best[:2] and found[0] > best[0]:
                best = found
    if not best[0]:
        counts = {delimiter: sum(line.count(delimiter) for line in first[:5]) for delimiter in _DELIMITERS}
        return max(counts, key=lambda one: counts[one]), 1
    return best[2], best[3]


def _bare(first: Sequence[str], layout: Layout) -> tuple[str, tuple[str, ...]] | None:
    """Return what separates the columns of a file without a header, and what they are; None for others."""
    for delimiter in _DELIMITERS:
        quoting = _quoting(delimiter != "\t")
        try:
            row = next(csv.reader(first, delimiter=delimiter, quoting=quoting), [])
            if _is_numbering(first, delimiter):
                row = next(islice(csv.reader(first, delimiter=delimiter, quoting=quoting), 1, 2), [])
        except csv.Error:
            continue
        names = layout([cell.strip() for cell in row])
        if names is not None:
            return delimiter, names
    return None


def _quoting(quoted: bool) -> Literal[0, 3]:  # noqa: FBT001 - the one question
    return csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE


def _is_numbering(first: Sequence[str], delimiter: str) -> bool:
    """Return whether the first row is what programs write above columns that have no names: V1, V2, …."""
    cells = [cell.strip().strip('"') for cell in (first[0] if first else "").split(delimiter)]
    found = [re.fullmatch(r"[VvXx]?([0-9]{1,3})", cell) for cell in cells]
    numbers = [int(one[1]) for one in found if one is not None]
    return len(numbers) > 2 and len(numbers) == len(cells) and numbers[1:] == [n + 1 for n in numbers[:-1]]  # noqa: PLR2004


def _parsed(
    told: str, lines: Iterator[str], delimiter: str, decoded: _Decoded, *, quoted: bool = True
) -> Iterator[_Raw]:
    csv.field_size_limit(_LIMIT)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, quoting=_quoting(quoted))
    number = 0
    while True:
        number += 1
        begun = reader.line_num + 1
        decoded.odd = False
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            ended = reader.line_num
            where = f"lines {begun} to {ended}" if ended > begun else f"line {begun}"
            message = f"{where} of the file cannot be read as cells: {error}"
            hint = "a quotation mark is not closed, or stands within a cell and is not doubled"
            yield _Raw(number, (), (_wrong(told, number, "table/quotes", message, hint),))
            continue
        problems = (
            (_noted(told, number, "cell/encoding", "a letter is not UTF-8, and may be another"),)
            if decoded.odd
            else ()
        )
        yield _Raw(number, tuple(row), problems)


def _headed(told: str, rows: Iterator[_Raw], recognise: Recognise, notes: list[Problem]) -> Table:
    """Return the table of rows one of which is the header."""
    first = list(islice(rows, _LOOKED_AT))
    first = [_under(row, first[place - 1] if place else None, recognise) for place, row in enumerate(first)]
    scores = [recognise(row.cells) for row in first]
    if not first or not max(scores):
        cells = next((row.cells for row in first if any(row.cells)), ())
        seen = ", ".join(cell[:30] for cell in cells[:8])
        message = f"no row among the first {_LOOKED_AT} names the columns of this format; it begins: {seen}"
        hint = "give the right --format, or map its columns: servanda new mapping FILE"
        raise TableError(_wrong(told, 1, "table/no-header", message, hint))
    place = scores.index(max(scores))
    while place + 1 < len(scores) and scores[place + 1] == scores[place]:
        place += 1  # of names over several rows the lowest are those of the columns
    if place and any(any(row.cells) for row in first[:place]):
        message = f"the names of the columns stand in row {first[place].number}; what is above is passed over"
        notes.append(_noted(told, first[place].number, "table/header-below", message))
    header = _names(told, first[place], notes)
    return Table(told, header, _lines(told, header, chain(first[place + 1 :], rows)), notes)


def _under(row: _Raw, above: _Raw | None, recognise: Recognise) -> _Raw:
    """Return a row whose empty cells are those above, where the header is written over two rows."""
    if above is None or not row.cells or not recognise(row.cells):
        return row
    width = max(len(row.cells), len(above.cells))
    one, two = ((*some.cells, *[""] * (width - len(some.cells))) for some in (above, row))
    both = tuple(_name_of(high, low.strip(), recognise) for high, low in zip(one, two, strict=True))
    more = recognise(both) > max(recognise(row.cells), recognise(above.cells))
    return _Raw(row.number, both, row.problems, row.merged) if more else row


def _name_of(high: str, low: str, recognise: Recognise) -> str:
    """Return the name of a column of which one part stands above the other, as Time over From and Until."""
    if low and high.strip() not in {"", low} and not recognise([low]) and recognise([f"{high} {low}"]):
        return f"{high} {low}"
    return low or high


def _names(told: str, row: _Raw, notes: list[Problem]) -> tuple[str, ...]:
    """Return the names of the columns, of which no two are the same."""
    found: list[str] = []
    cells = list(row.cells)
    while cells and not cells[-1].strip():
        cells.pop()
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {place}"
        if name in found:
            message = f"there are two columns {name!r}; the later one is read as {name!r} {place}"
            notes.append(_noted(told, row.number, "table/double-column", message))
            name = f"{name} {place}"
        found.append(name)
    return tuple(found)


def _lines(told: str, header: tuple[str, ...], rows: Iterable[_Raw]) -> Iterator[Line]:
    for row in rows:
        if row.problems and not row.cells:
            yield Line(row.number, {}, row.problems)
            continue
        if not any(cell.strip() for cell in row.cells):
            continue
        problems = [*row.problems]
        cells = {name: cell.strip() for name, cell in zip(header, row.cells, strict=False)}
        more = [cell for cell in row.cells[len(header) :] if cell.strip()]
        if more:
            message = f"it has {len(row.cells)} cells, and the header {len(header)}"
            hint = "a separator within a cell has to stand in quotation marks"
            problems.append(_wrong(told, row.number, "table/long-row", message, hint))
        if len(row.cells) < len(header):
            missing = header[len(row.cells)]
            message = f"it has {len(row.cells)} cells, and the header {len(header)}: the row is cut"
            problems.append(_wrong(told, row.number, "table/short-row", message, None, missing))
        problems += _unreadable(told, row.number, cells)
        merged = frozenset(header[place] for place in row.merged if place < len(header))
        yield Line(row.number, cells, tuple(problems), merged)


def _unreadable(told: str, row: int, cells: dict[str, str]) -> Iterator[Problem]:
    """Yield the cells that are longer than any cell, and those that hold what no text holds."""
    for name, cell in cells.items():
        if len(cell) > MOST:
            message = f"the cell has {len(cell):,} characters"
            yield _wrong(told, row, "cell/too-long", message, f"at most {MOST:,} are taken", name)
        elif found := _CONTROL.search(cell):
            message = f"the cell contains the control character U+{ord(found.group()):04X}"
            yield _wrong(told, row, "cell/control-character", message, "delete it", name)


def _wrong(  # noqa: PLR0913, PLR0917 - the parts of a problem
    told: str, row: int | None, rule: str, message: str, hint: str | None, column: str = ""
) -> Problem:
    return Problem(told, row, column, message, rule, hint)


def _noted(told: str, row: int | None, rule: str, message: str, hint: str | None = None) -> Problem:
    return Problem(told, row, "", message, rule, hint, "warning")


def kept(stream: BinaryIO, place: Path) -> None:
    """Keep what a stream holds in a file, so that it can be gone through as files are."""
    with place.open("wb") as file:
        while block := stream.read(io.DEFAULT_BUFFER_SIZE * 16):
            file.write(block)
