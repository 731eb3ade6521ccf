"""The cells of one row, read by what their columns hold; what is wrong with each is noted by its column."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.ingest.datasets.table import Line

EMPTY: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "nil", "-", "#n/a", "."})
"""What stands in cells that hold nothing, as programs write them."""
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ,\n]+[0-9:. –—-]*Z?)?")
_SHORT: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{2})")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DOTTED: Final = re.compile(
    r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?: ?[гр]\.?)?(?:[ ,\n]+[0-9:. –—-]*)?"
)
_SERIAL: Final = re.compile(r"[1-9][0-9]{4}(?:\.0+)?")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
} | {
    name: number
    for number, names in enumerate(
        (
            "января січня",
            "февраля лютого",
            "марта березня",
            "апреля квітня",
            "мая травня",
            "июня червня",
            "июля липня",
            "августа серпня",
            "сентября вересня",
            "октября жовтня",
            "ноября листопада",
            "декабря грудня",
        ),
        1,
    )
    for name in names.split()
}
_WORDED: Final = re.compile(r"([0-9]{1,2})[ -]([^\W\d_]+)\.?,?[ -]([0-9]{4})(?: ?(?:г|р|года|року)\.?)?")
_EPOCH: Final = date(1899, 12, 30)
"""The day 0 of spreadsheets."""
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_COMMA: Final = re.compile(r"-?[0-9]{1,15},[0-9]{1,15}")
_MONTHS_OF_A_YEAR: Final = 12
_YEARS: Final = (1000, 9999)


class Cells:
    """Reads one row. What is refused puts the row into quarantine; what is doubted flags it."""

    def __init__(self, line: Line, file: str, columns: Mapping[str, str]) -> None:
        """Read a line; `columns` are the names in the file of the columns that the importer knows."""
        self._line = line
        self._file = file
        self._columns = columns
        self.refused: list[Problem] = []
        self.doubted: list[Problem] = []
        self.days: dict[str, date] = {}
        """Days that were read, by their columns."""
        for problem in line.problems:
            (self.doubted if problem.severity == "warning" else self.refused).append(problem)

    @property
    def number(self) -> int:
        """The number of the row."""
        return self._line.number

    def told(self, columns: Iterable[str] = ()) -> str:
        """Return the cells of columns, or of all if none is asked for, that say something.

        They stand under the names of the file.
        """
        wanted = tuple(columns)
        names = [self._columns[column] for column in wanted if column in self._columns]
        return "; ".join(
            f"{name}: {' '.join(cell.split())}"
            for name in (names if wanted else self._line.cells)
            if (cell := self._line.cells.get(name, ""))
        )

    @property
    def said(self) -> tuple[str, ...]:
        """What the cells of the row hold that hold anything, in their order."""
        return tuple(cell for cell in self._line.cells.values() if cell)

    def others(self) -> Iterator[tuple[str, str]]:
        """Yield names and cells of the columns that the importer does not know, in the order of the file."""
        known = set(self._columns.values())
        yield from ((name, cell) for name, cell in self._line.cells.items() if name not in known)

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self._columns

    def raw(self, column: str) -> str:
        """Return a cell as it is; nothing where the file lacks the column."""
        return self._line.cells.get(self._columns.get(column, ""), "")

    def is_merged(self, column: str) -> bool:
        """Return whether a cell is part of one that reaches over several rows."""
        return self._columns.get(column, "") in self._line.merged

    def refuse(self, column: str, rule: str, message: str, hint: str | None = None) -> None:
        """Put the row into quarantine, because of that cell."""
        self.refused.append(self._problem(column, rule, message, hint))

    def doubt(self, column: str, rule: str, message: str, hint: str | None = None) -> None:
        """Flag the row, because of that cell."""
        found = self._problem(column, rule, message, hint)
        self.doubted.append(Problem(found.file, found.line, found.field, message, rule, hint, "warning"))

    def doubt_named(self, name: str, rule: str, message: str) -> None:
        """Flag the row, because of the cell in the column of that name."""
        self.doubted.append(Problem(self._file, self._line.number, name, message, rule, None, "warning"))

    def text(self, column: str) -> str | None:
        """Return what a cell says; None for one that holds nothing."""
        cell = self.raw(column)
        return None if cell.casefold() in EMPTY else cell

    def needed(self, column: str) -> str:
        """Return what a cell says; refuse one that holds nothing."""
        found = self.text(column)
        if found is None:
            name = self._columns.get(column, column)
            self.refuse(column, "cell/missing", f"{name} is empty", "a row cannot do without it")
            return ""
        return found

    def whole(self, column: str, least: int | None = None, most: int | None = None) -> int | None:
        """Return a whole number; None for an empty cell; refuse anything else."""
        cell = self.text(column)
        if cell is None:
            return None
        found = re.fullmatch(r"(-?[0-9]{1,15})(?:\.0+)?", cell)
        if found is None:
            self.refuse(column, "cell/not-a-number", f"{_cut(cell)!r} is no whole number")
            return None
        number = int(found[1])
        if (least is not None and number < least) or (most is not None and number > most):
            bounds = f"from {least} to {most}" if most is not None else f"not below {least}"
            self.refuse(column, "cell/out-of-range", f"{number} cannot be: it is {bounds}")
            return None
        return number

    def decimal(self, column: str, least: float, most: float) -> float | None:
        """Return a number within bounds; a comma for the point is read, and flagged."""
        cell = self.text(column)
        if cell is None:
            return None
        if _COMMA.fullmatch(cell):
            self.doubt(column, "cell/decimal-comma", f"{cell!r} is read with a decimal point")
            cell = cell.replace(",", ".")
        if not _NUMBER.fullmatch(cell):
            self.refuse(column, "cell/not-a-number", f"{_cut(cell)!r} is no number")
            return None
        number = float(cell)
        if not least <= number <= most:
            self.refuse(column, "cell/out-of-range", f"{cell} cannot be: it is from {least:g} to {most:g}")
            return None
        return number

    def day(self, column: str) -> date | None:
        """Return a day; None for an empty cell; refuse what is none, or may be two."""
        cell = self.text(column)
        if cell is None:
            return None
        parts = self._serial(column, cell) or _written_day(cell)
        if parts is None and (dotted := _DOTTED.fullmatch(cell)):
            message = f"{cell!r} may be day {dotted[1]} of month {dotted[3]} or the other way round"
            self.refuse(column, "cell/ambiguous-day", message, "write year-month-day")
            return None
        if parts is None:
            hint = "write year-month-day: 2021-08-26"
            self.refuse(column, "cell/not-a-day", f"{_cut(cell)!r} is no day", hint)
            return None
        try:
            found = date(*parts)
        except ValueError:
            self.refuse(column, "cell/not-a-day", f"there is no day {_cut(cell)!r}", "write year-month-day")
            return None
        if not _YEARS[0] <= found.year <= _YEARS[1]:
            self.refuse(column, "cell/not-a-day", f"{cell!r} is a day of no year that is meant")
            return None
        self.days[column] = found
        return found

    def needed_day(self, column: str) -> date | None:
        """Return a day; refuse an empty cell, and what `day` refuses."""
        return self.day(column) if self.needed(column) else None

    def _serial(self, column: str, cell: str) -> tuple[int, int, int] | None:
        """Return the day that a spreadsheet shows for a number of days; flag it."""
        if not _SERIAL.fullmatch(cell):
            return None
        day = _EPOCH + timedelta(days=int(float(cell)))
        message = f"{cell} is read as the day {day.isoformat()}: spreadsheets count days from 1900"
        self.doubt(column, "cell/serial-day", message, "write year-month-day")
        return day.year, day.month, day.day

    def _problem(self, column: str, rule: str, message: str, hint: str | None) -> Problem:
        name = self._columns.get(column, column)
        return Problem(self._file, self._line.number, name, message, rule, hint)


def _written_day(cell: str) -> tuple[int, int, int] | None:
    """Return year, month and day of a day in any of its forms; None where it is none, or may be two."""
    if found := _ISO.fullmatch(cell) or _COMPACT.fullmatch(cell):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _SHORT.fullmatch(cell):
        return 2000 + int(found[3]), int(found[2]), int(found[1])
    if found := _WORDED.fullmatch(cell):
        return int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1])
    if found := _DOTTED.fullmatch(cell):
        one, two, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or one > _MONTHS_OF_A_YEAR or one == two:
            return year, two, one
        if two > _MONTHS_OF_A_YEAR:
            return year, one, two
    return None


def month_of(cell: str) -> int | None:
    """Return the number of a month that is written as one, or by its English name.

    >>> month_of("08"), month_of("August"), month_of("13")
    (8, 8, None)
    """
    if re.fullmatch(r"[0-9]{1,2}(?:\.0)?", cell):
        number = int(cell.partition(".")[0])
        return number if 1 <= number <= _MONTHS_OF_A_YEAR else None
    return _MONTHS.get(cell.casefold().rstrip("."))


def _cut(cell: str) -> str:
    return cell if len(cell) <= 60 else f"{cell[:59]}…"  # noqa: PLR2004 - what fits into a message


def columns_of(
    header: Iterable[str], known: Mapping[str, Iterable[str]], normal: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the names in a header of the columns that are known, each by one of its names, in their order.

    >>> columns_of(["ID", "best_est"], {"id": ("id",), "best": ("best", "best_est")})
    {'id': 'ID', 'best': 'best_est'}
    """
    there = {(normal or {}).get(name, plain(name)): name for name in reversed(list(header))}
    found = {}
    for column, names in known.items():
        name = next((there[plain(one)] for one in names if plain(one) in there), None)
        if name is not None:
            found[column] = name
    return found


def plain(name: str) -> str:
    """Return the name of a column without case, marks and blanks.

    >>> plain(" Side_A.new id ")
    'sideanewid'
    """
    return re.sub(r"[\W_]+", "", name.casefold())
