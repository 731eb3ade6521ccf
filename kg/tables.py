"""Tables for spreadsheets: an answer as CSV (RFC 4180) and as a workbook (Office Open XML)."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Answer, Cell

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-][0-9]+(?:[.:][0-9]+)?")

_BEGINNING = datetime(1980, 1, 1, tzinfo=UTC)
"""The day that every workbook bears, so that the same answer gives the same bytes."""
_LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
_WIDEST = 60


def csv_of(answer: Answer) -> str:
    """Return the answer as `csv_rows` writes it."""
    names = [column.name for column in answer.columns]
    return csv_rows(names, ([row[name] for name in names] for row in answer.rows))


def csv_rows(names: Sequence[str], rows: Iterable[Iterable[Cell]]) -> str:
    r"""Return a header and rows as RFC 4180 writes them; an empty field where there is no value.

    >>> csv_rows(["a", "b"], [["=1+1", True], [None, -1]])
    "a,b\r\n'=1+1,true\r\n,-1\r\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would run it as a formula.

    Numbers and offsets from UTC begin with a sign, too, and run nothing.

    >>> guarded("=HYPERLINK(1)"), guarded("@SUM(A1)"), guarded("+04:00"), guarded("-1.5"), guarded("a=b")
    ("'=HYPERLINK(1)", "'@SUM(A1)", '+04:00', '-1.5', 'a=b')
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _written(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return guarded(cell) if isinstance(cell, str) else cell


def workbook_of(title: str, answer: Answer) -> bytes:
    """Return a workbook of two sheets: the rows, and what the columns mean.

    Texts stay texts, whatever sign they begin with; a text that no cell can hold is cut and ends with "…".
    """
    import xlsxwriter  # noqa: PLC0415 - takes 60 ms to import, and few answers are workbooks

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": _BEGINNING.replace(tzinfo=None)})
        head = book.add_format({"bold": True})
        rows = book.add_worksheet("answer")
        names = [column.name for column in answer.columns]
        for place, name in enumerate(names):
            rows.write_string(0, place, name, head)
        for line, row in enumerate(answer.rows, start=1):
            for place, name in enumerate(names):
                _write(rows, line, place, row[name])
        rows.freeze_panes(1, 0)
        rows.autofilter(0, 0, len(answer.rows), max(len(names) - 1, 0))
        for place, name in enumerate(names):
            widest = max((len(str(row[name])) for row in answer.rows if row[name] is not None), default=0)
            rows.set_column(place, place, min(max(widest, len(name)) + 2, _WIDEST))
        meanings = book.add_worksheet("columns")
        for place, word in enumerate(("column", "type", "meaning")):
            meanings.write_string(0, place, word, head)
        for line, column in enumerate(answer.columns, start=1):
            for place, word in enumerate((column.name, column.type, column.description)):
                meanings.write_string(line, place, word)
    return stream.getvalue()


def _write(sheet: object, line: int, place: int, cell: Cell) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(line, place, cell)  # type: ignore[attr-defined]
    elif isinstance(cell, int | float):
        sheet.write_number(line, place, cell)  # type: ignore[attr-defined]
    else:
        text = cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 1]}…"
        sheet.write_string(line, place, text)  # type: ignore[attr-defined]
