"""Whole days of what sources date by year, month or instant; spells that do not overlap; counts over time."""

from __future__ import annotations

import calendar
import itertools
import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.model import Spell, Timed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CACHED: Final = 1 << 15
_SLICES: Final = 120
"""Years, or months, that are told at most."""
_DATED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T[\d:.]+)?)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def whole(text: str) -> tuple[Spell, str]:
    """Return the first and last day of what is dated so, and the precision: year, month, day or instant.

    >>> whole("2014")
    (Spell(start='2014-01-01', end='2014-12-31'), 'year')
    >>> whole("2024-02")
    (Spell(start='2024-02-01', end='2024-02-29'), 'month')
    >>> whole("2021-08-26T06:30:00Z")
    (Spell(start='2021-08-26', end='2021-08-26'), 'instant')
    """
    match = _DATED.fullmatch(text)
    if match is None:
        raise ExportError(f"{text!r} is no year, month, day or instant, such as 2014, 2014-05 or 2014-05-03")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ExportError(f"{text!r} is no day of the calendar: {error}") from None
    if day:
        return Spell(first.isoformat(), first.isoformat()), "instant" if "T" in text else "day"
    if month:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return Spell(first.isoformat(), last.isoformat()), "month"
    return Spell(first.isoformat(), first.replace(month=12, day=31).isoformat()), "year"


def checked(spell: Spell, of: str = "spell") -> Spell:
    """Return the spell; raise ExportError if an end is no whole day, or lies before the start."""
    for day in spell:
        if day is not None:
            _ordinal(day, of)
    if spell.start is not None and spell.end is not None and spell.end < spell.start:
        raise ExportError(f"{of}: ends on {spell.end}, before it starts on {spell.start}")
    return spell


def merged(spells: Iterable[Spell], of: str = "spell") -> tuple[Spell, ...]:
    """Return the same days as spells in order, of which none overlaps or touches another.

    >>> merged([Spell("2014-07-01", "2014-12-31"), Spell("2014-01-01", "2014-07-01")])
    (Spell(start='2014-01-01', end='2014-12-31'),)
    """
    ordered = sorted((checked(spell, of) for spell in spells), key=lambda spell: spell.start or "")
    found: list[Spell] = []
    for spell in ordered:
        if found and _touch(found[-1], spell):
            found[-1] = Spell(found[-1].start, _later(found[-1].end, spell.end))
        else:
            found.append(spell)
    return tuple(found)


def slices(spells: Iterable[Spell]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the years and the months in which there is something; of an open end what is known of it.

    None where they are more than anybody would choose from. A month has a slash: what looks like a part of a
    date makes Gephi's import of tables take the column for one of times, and give up where it is none.

    >>> slices([Spell("2020-12-30", "2021-01-02"), Spell("2021-08-26", None)])
    (('2020', '2021'), ('2020/12', '2021/01', '2021/08'))
    """
    months: set[int] = set()
    for start, end in spells:
        first, last = (start or end or "")[:7], (end or start or "")[:7]
        if first:
            begin, stop = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (first, last))
            months.update(range(begin, min(stop, begin + 12 * _SLICES) + 1))
    years = sorted({month // 12 for month in months})
    told = tuple(f"{year:04}" for year in years) if len(years) <= _SLICES else ()
    fine = len(months) <= _SLICES
    return told, tuple(f"{at // 12:04}/{at % 12 + 1:02}" for at in sorted(months)) if fine else ()


def counted(dated: Iterable[tuple[Spell, Hashable]], of: str = "series") -> tuple[Timed, ...]:
    """Return how many different keys there are at each time at which there is one, in order.

    >>> dated = [(Spell("2021-08-25", "2021-08-26"), "tass"), (Spell("2021-08-26", None), "avia")]
    >>> for step in counted(dated):
    ...     print(step)
    Timed(value=1, start='2021-08-25', end='2021-08-25')
    Timed(value=2, start='2021-08-26', end='2021-08-26')
    Timed(value=1, start='2021-08-27', end=None)
    """
    changes: dict[int, list[tuple[int, Hashable]]] = {}
    for spell, key in dated:
        checked(spell, of)
        first = _ordinal(spell.start, of) if spell.start is not None else _EVER
        after = _ordinal(spell.end, of) + 1 if spell.end is not None else _NEVER
        changes.setdefault(first, []).append((1, key))
        changes.setdefault(after, []).append((-1, key))
    moments = sorted(changes)
    present: dict[Hashable, int] = {}
    found: list[Timed] = []
    for moment, following in itertools.pairwise(moments):
        for step, key in changes[moment]:
            present[key] = present.get(key, 0) + step
        number = sum(1 for times in present.values() if times)
        if number and found and found[-1].value == number and found[-1].end == _day(moment - 1):
            found[-1] = Timed(number, found[-1].start, _day(following - 1))
        elif number:
            found.append(Timed(number, _day(moment), _day(following - 1)))
    return tuple(found)


_EVER = 0
_NEVER = date.max.toordinal() + 2


def _ordinal(day: str, of: str) -> int:
    number = _number(day)
    if number is None:
        raise ExportError(f"{of}: {day!r} is no whole day such as 2021-08-26")
    return number


@lru_cache(_CACHED)
def _number(day: str) -> int | None:
    """Return the number of a day, None for what is none; of few days it is asked again and again."""
    try:
        return date.fromisoformat(day).toordinal() if _DAY.fullmatch(day) else None
    except ValueError:
        return None


def _day(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if _EVER < ordinal <= date.max.toordinal() else None


def _touch(earlier: Spell, later: Spell) -> bool:
    """Return whether the later begins within the earlier, or on the day after."""
    if earlier.end is None or later.start is None:
        return True
    return _ordinal(later.start, "spell") <= _ordinal(earlier.end, "spell") + 1


def _later(one: str | None, other: str | None) -> str | None:
    return None if one is None or other is None else max(one, other)
