"""Times as documents write them, as a pair of instants: pure functions, no clock."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.zones import zone_of

if TYPE_CHECKING:
    from kg.zones import Zone

_MOMENT = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2})"
    r"(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_OPEN = "an end that is not known, or never comes, is written .. as in 2021-08-26/.."
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1) - _SECOND
EASTMOST: Final = timedelta(hours=14)
"""How far clocks are ahead of UTC where they are most."""
WESTMOST: Final = timedelta(hours=12)
"""How far they are behind it where they are most."""
_FORMS = "write 2021, 2021-08, 2021-08-26, 2021-08-26T23:00, 2021-08-26T23:00+04:00, or an interval A/B"


class TimeError(ValueError):
    """Why a time is refused: a sentence, the rule's name, and what would be right."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        """Keep the three."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last second that a time may mean, both included, in UTC."""

    earliest: str | None
    latest: str | None
    precision: str
    edtf: str
    zone: str
    zone_assumed: bool
    leap: str | None = None
    """A time of day that clocks there never showed, or showed twice; the pair holds both that it may mean."""


@dataclass(frozen=True, slots=True)
class _Moment:
    first: datetime
    last: datetime
    precision: str
    zone: str
    assumed: bool
    leap: str | None
    clocks: tuple[datetime, datetime]


@lru_cache(maxsize=50_000)
def read_time(value: str, zone: str | None = None) -> Span:
    """Return what a time value means; raise TimeError for nonsense and for days that never were.

    `zone` is that of values that state no offset. Without it a day, month or year is read in UTC, and a
    time of day is anything that it means somewhere; both are marked.

    >>> span = read_time("2021-08-26", "Asia/Yerevan")
    >>> span.earliest, span.latest, span.precision
    ('2021-08-25T20:00:00Z', '2021-08-26T19:59:59Z', 'day')
    >>> span = read_time("2021-08-26T23:00")
    >>> span.earliest, span.latest, span.zone_assumed
    ('2021-08-26T09:00:00Z', '2021-08-27T11:00:59Z', True)
    """
    plain = value.strip()
    if "/" in plain:
        return _interval(plain, zone)
    moment = _moment(plain, zone)
    return Span(
        _utc(moment.first),
        _utc(moment.last),
        moment.precision,
        plain,
        moment.zone,
        moment.assumed,
        moment.leap,
    )


def _interval(value: str, zone: str | None) -> Span:
    ends = value.split("/")
    if len(ends) != 2:  # noqa: PLR2004 - an interval has two ends
        raise TimeError("time/not-a-time", f"{value!r} is not a time", _FORMS)
    if ends == ["..", ".."]:
        raise TimeError(
            "time/not-a-time",
            "an interval open at both ends says nothing",
            "leave `value` out and give `text`",
        )
    start = None if ends[0] == ".." else _moment(ends[0], zone)
    end = None if ends[1] == ".." else _moment(ends[1], zone)
    if start and end and _reversed(start, end):
        raise TimeError("time/reversed", f"{ends[0]} is later than {ends[1]}", "write the earlier time first")
    known = [moment for moment in (start, end) if moment]
    return Span(
        _utc(start.first) if start else None,
        _utc(end.last) if end else None,
        "interval" if start and end else "open",
        value,
        known[0].zone,
        any(moment.assumed for moment in known),
        next((moment.leap for moment in known if moment.leap), None),
    )


def _moment(value: str, zone: str | None) -> _Moment:
    found = _MOMENT.fullmatch(value)
    if not found:
        raise TimeError("time/not-a-time", f"{value!r} is not a time", _hint(value))
    parts = [int(found[name]) for name in _PARTS if found[name] is not None]
    precision = _PARTS[len(parts) - 1]
    stated = found["zone"]
    assumed = stated is None and zone is None
    try:
        there = zone_of(stated or zone or "Z")
        clocks = _shown(parts)
        somewhere = assumed and len(parts) > 3  # noqa: PLR2004 - there is a time of day
        first, last, leap = _anywhere(*clocks) if somewhere else _bounds(*clocks, there)
    except OverflowError:
        raise TimeError("time/out-of-range", f"{value} {_overflow(parts)}", _OPEN) from None
    except ValueError:
        raise TimeError("time/impossible", f"there is no time {value}", _calendar_hint(parts)) from None
    leap = leap and f"{value} {leap} in {there.name}"
    return _Moment(first, last, precision, there.name, assumed, leap, clocks)


def _overflow(parts: list[int]) -> str:
    """Return in words beyond which end of the calendar a time reaches in UTC."""
    if parts[0] > 1:
        return "reaches, in UTC, to the end of the year 9999, beyond which no moment can be told"
    return "begins, in UTC, before the year 0001, the first that can be told"


def _reversed(start: _Moment, end: _Moment) -> bool:
    """Return whether an interval ends before it begins: of clocks of no known place, by what they show."""
    if start.assumed and end.assumed:
        return start.clocks[0] > end.clocks[1]
    return start.first > end.last


def _shown(parts: list[int]) -> tuple[datetime, datetime]:
    """Return the first second that the parts may mean, and the last, as clocks show them.

    Raises ValueError for what no clock shows, OverflowError for what ends with the calendar.
    """
    first = datetime(*(parts + [1, 1][len(parts) - 1 :] if len(parts) < 3 else parts))  # type: ignore[arg-type]  # noqa: DTZ001, PLR2004
    changed: dict[str, int] = {"second": 59} if len(parts) < 6 else {}  # noqa: PLR2004
    if len(parts) < 4:  # noqa: PLR2004 - a whole day or more
        changed |= {"hour": 23, "minute": 59}
    if len(parts) == 1:
        changed |= {"month": 12, "day": 31}
    if len(parts) == 2:  # noqa: PLR2004 - a month
        changed |= {"day": calendar.monthrange(*parts)[1]}
    last = first.replace(**changed)  # type: ignore[arg-type]
    if len(parts) > 2:  # noqa: PLR2004 - a day or less: there has to be a moment after it
        _ = last + _SECOND
    return first, last


def _bounds(first: datetime, last: datetime, there: Zone) -> tuple[datetime, datetime, str | None]:
    """Return in UTC what clocks there show from first to last, and a word if they never did, or twice."""
    starts = [_read(first, there, fold) for fold in (0, 1)]
    ends = [_read(last, there, fold) for fold in (0, 1)]
    if starts[0] == starts[1] and ends[0] == ends[1]:
        return starts[0], ends[0], None
    begin, end = there.first(first), there.last_before(last + _SECOND)
    if end < begin:
        return min(starts), max(ends), "never was"
    whole = last - first >= _DAY
    return begin, end, None if whole or starts[0] == starts[1] else "was twice"


def _read(shown: datetime, there: Zone, fold: int) -> datetime:
    return shown.replace(tzinfo=there.clock, fold=fold).astimezone(UTC)


def _anywhere(first: datetime, last: datetime) -> tuple[datetime, datetime, None]:
    """Return in UTC what clocks show somewhere in the world from first to last, within the calendar."""
    low, high = (end.replace(microsecond=0, tzinfo=UTC) for end in (datetime.min, datetime.max))  # noqa: DTZ901
    begin, end = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    return (
        begin - EASTMOST if begin - low >= EASTMOST else low,
        end + WESTMOST if high - end >= WESTMOST else high,
        None,
    )


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _calendar_hint(parts: list[int]) -> str:
    if len(parts) > 1 and not 1 <= parts[1] <= 12:  # noqa: PLR2004 - months of a year
        return "months go from 01 to 12; write year-month-day"
    if len(parts) > 2 and parts[0] > 0:  # noqa: PLR2004 - there is a day
        days = calendar.monthrange(parts[0], parts[1])[1]
        if not 1 <= parts[2] <= days:
            return f"{parts[0]}-{parts[1]:02} has {days} days"
    if len(parts) > 3:  # noqa: PLR2004 - there is a time of day
        return "times of day go from 00:00 to 23:59:59, offsets to 14:00; midnight is 00:00 of the next day"
    return "years go from 0001 to 9999"


def _hint(value: str) -> str:
    if found := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", value):
        return f"write {found[3]}-{int(found[2]):02}-{int(found[1]):02} if that is the day meant"
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?", value):
        day = f"-{int(found[3]):02}" if found[3] else ""
        return f"months and days have two digits: {found[1]}-{int(found[2]):02}{day}"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}.*", value):
        return f"write T between day and time: {value.replace(' ', 'T', 1)}"
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}(Z|[+-][0-9]{2}:?[0-9]{2})", value):
        return "a day has no offset of its own: give it as `zone:` beside the value"
    return _FORMS
