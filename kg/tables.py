"""Tables for spreadsheets: an answer as CSV (RFC 4180) and as a workbook (Office Open XML)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Answer, Cell

_BEGINNING = datetime(1980, 1, 1, tzinfo=UTC)
"""The day that every workbook bears, so that the same answer gives the same bytes."""
_LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
_WIDEST = 60


def csv_of(answer: Answer) -> str:
    """Return the rows as RFC 4180 writes them; an empty field where there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = [column.name for column in answer.columns]
    writer.writerow(names)
    for row in answer.rows:
        cells = (row[name] for name in names)
        writer.writerow(str(cell).lower() if isinstance(cell, bool) else cell for cell in cells)
    return text.getvalue()


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
