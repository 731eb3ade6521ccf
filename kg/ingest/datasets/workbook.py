"""The first sheet of a workbook that is shown, row by row, as text; merged cells hold what they show."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SMALL: Final = 8 << 20
"""Bytes of a file of which the whole is read, so that its merged cells are known."""


def is_workbook(path: Path) -> bool:
    """Return whether a zip is a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def sheet(path: Path) -> Iterator[tuple[int, tuple[str, ...], frozenset[int]]]:
    """Yield number and cells of each row, and the places of cells that reach over several rows.

    Raises ImportError where openpyxl is not installed.
    """
    import openpyxl  # noqa: PLC0415 - it is in an extra

    whole = path.stat().st_size <= _SMALL
    book = openpyxl.load_workbook(path, read_only=not whole, data_only=True)
    try:
        found = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if found is None:
            return
        merged = _merged(found) if whole else {}
        for number, row in enumerate(found.iter_rows(), 1):
            cells = [_text(cell.value) for cell in row]
            tall: set[int] = set()
            for place in range(len(cells)):
                anchor = merged.get((number, place + 1))
                if anchor is not None:
                    cells[place], reaches = anchor
                    if reaches:
                        tall.add(place)
            yield number, tuple(cells), frozenset(tall)
    finally:
        book.close()


def _merged(found: Any) -> dict[tuple[int, int], tuple[str, bool]]:  # noqa: ANN401 - a sheet of openpyxl
    """Return what the cells of merged ranges show, and whether they reach over several rows."""
    cells: dict[tuple[int, int], tuple[str, bool]] = {}
    for area in found.merged_cells.ranges:
        shown = _text(found.cell(area.min_row, area.min_col).value)
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                cells[row, column] = shown, area.max_row > area.min_row
    return cells


def _text(value: object) -> str:
    """Return a cell as text: days and times as ISO 8601 writes them, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004
        return str(int(value))
    return str(value)
