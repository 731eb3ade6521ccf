"""A time line: bars of months or years, each of which leads to what was then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.read.schemas.figures import Group

_MONTHS: Final = 150
"""More of them are drawn as years."""
_YEARS: Final = 400
"""More of them are cut off at the front."""
_HIGH: Final = 90
"""Units that the longest bar is high."""
_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """What lies in a month or year, and how high it is drawn."""

    name: str
    """As periods have it: 2021-08, or 2021."""
    alleged: int
    candidates: int
    high_alleged: float
    high_candidates: float
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """All bars from the first to the last, empty ones too, and what has no month."""

    bars: tuple[Bar, ...]
    several: tuple[int, int]
    """Alleged, and candidates, that may have been in more than one month."""
    unstated: tuple[int, int]
    """Those that state no time."""
    cut: int
    """How many years at the front are not drawn."""


def timeline(rows: Sequence[Group], address: Callable[[str, str], str]) -> Line:
    """Return the bars for figures by month; the function gives the address of what was in a period."""
    rest = {row.value: (row.alleged, row.candidates) for row in rows if not row.value[0].isdigit()}
    held = [row for row in rows if row.value[0].isdigit() and (row.alleged or row.candidates)]
    months = [_month(row.value) for row in held]
    by_year = bool(months) and max(months) - min(months) >= _MONTHS
    alleged, candidates = Counter[int](), Counter[int]()
    for month, row in zip(months, held, strict=True):
        place = month // _YEAR if by_year else month
        alleged[place] += row.alleged
        candidates[place] += row.candidates
    places = alleged.keys()
    first, last = (min(places), max(places)) if places else (0, -1)
    cut = max(0, last - first + 1 - _YEARS)
    shown = range(first + cut, last + 1)
    most = max((max(alleged[place], candidates[place]) for place in shown), default=0) or 1
    bars = []
    for place in shown:
        name = f"{place:04}" if by_year else f"{place // _YEAR:04}-{place % _YEAR + 1:02}"
        high = [round(number[place] / most * _HIGH, 1) for number in (alleged, candidates)]
        bars.append(Bar(name, alleged[place], candidates[place], high[0], high[1], address(name, name)))
    none = (0, 0)
    return Line(tuple(bars), rest.get("several", none), rest.get("unstated", none), cut)


def _month(name: str) -> int:
    year, _, month = name.partition("-")
    return int(year) * _YEAR + int(month) - 1
