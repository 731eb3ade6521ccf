"""Zones: an offset or a name of the IANA database, and from when to when a time lasts there. No clock."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from kg.zone_names import UTC_NAMES, names, right

if TYPE_CHECKING:
    from datetime import tzinfo

TIME_FORMS: Final = "write 2021, 2021-08, 2021-08-26, 2021-08-26T23:00 or 2021-08-26T23:00+04:00"
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_MOST: Final = timedelta(hours=14)
_SECOND: Final = timedelta(seconds=1)
_DAY, _MINUTES, _TO_THE_SECOND = 3, 5, 6


class ZoneError(ValueError):
    """Why a zone, or a time in it, cannot be read: a sentence that says what would be right."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone by its name: `Z`, an offset, or a name of the IANA database; and its clocks."""

    name: str
    clock: tzinfo

    def first(self, local: datetime) -> datetime:
        """Return in UTC when clocks there first show what `local` says, or what comes after a gap in it.

        >>> str(zone_of("America/Sao_Paulo").first(datetime(2018, 11, 4)))  # there was no 00:00
        '2018-11-04 03:00:00+00:00'
        """
        early, late = self._twice(local)
        return self._end_of_gap(late, early) if early > late else early

    def last_before(self, local: datetime) -> datetime:
        """Return in UTC the last second at which clocks there show less than `local`.

        >>> str(zone_of("Europe/Kyiv").last_before(datetime(2021, 8, 27)))
        '2021-08-26 20:59:59+00:00'
        """
        early, late = self._twice(local)
        if early > late:
            return self._end_of_gap(late, early) - _SECOND
        shown = (late - _SECOND).astimezone(self.clock).replace(tzinfo=None)
        return (late if shown < local else early) - _SECOND

    def _twice(self, local: datetime) -> tuple[datetime, datetime]:
        """Return both readings of a time; the same but where clocks are put, and reversed in a gap."""
        early, late = (local.replace(tzinfo=self.clock, fold=fold).astimezone(UTC) for fold in (0, 1))
        return early, late

    def _end_of_gap(self, low: datetime, high: datetime) -> datetime:
        """Return when clocks were put forward, between the two."""
        before = low.astimezone(self.clock).utcoffset()
        while high - low > _SECOND:
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (
                (middle, high) if middle.astimezone(self.clock).utcoffset() == before else (low, middle)
            )
        return high


UTC_ZONE: Final = Zone("Z", UTC)


@lru_cache(maxsize=1024)
def zone_of(text: str) -> Zone:
    """Return the zone of a name; raise ZoneError with the nearest that there is.

    >>> zone_of("+04:00").name, zone_of("UTC").name, zone_of("Europe/Kyiv").name
    ('+04:00', 'Z', 'Europe/Kyiv')
    """
    plain = text.strip()
    if plain in UTC_NAMES:
        return UTC_ZONE
    if found := _OFFSET.fullmatch(plain):
        delta = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if delta > _MOST or int(found[3]) > 59:  # noqa: PLR2004 - minutes of an hour
            raise ZoneError(f"{plain!r} is no zone: offsets go to 14:00, minutes to 59")
        return Zone(plain, timezone(-delta if found[1] == "-" else delta))
    if plain in names():
        return Zone(plain, _clock(plain))
    raise ZoneError(f"{plain!r} is no zone: {right(text)}")


def _clock(name: str) -> ZoneInfo:
    """Return the clocks of a name: those of the package, so that a time is the same on every machine."""
    try:
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (ModuleNotFoundError, FileNotFoundError):  # a name that only this machine has
        return ZoneInfo(name)


def seconds_of(value: str, zone: Zone = UTC_ZONE) -> tuple[datetime, datetime]:
    """Return the first and the last second that a year, month, day or time of day may mean, in UTC.

    An offset in the value goes before the zone. Raises ZoneError for what is no time.

    >>> [str(end) for end in seconds_of("2021-03-28", zone_of("Europe/Kyiv"))]  # a day of 23 hours
    ['2021-03-27 22:00:00+00:00', '2021-03-28 20:59:59+00:00']
    """
    found = _TIME.fullmatch(value.strip())
    if found is None:
        raise ZoneError(f"{value!r} is no time and is no date; {_hint(value)}")
    parts = [int(part) for part in found.groups()[:6] if part is not None]
    there = zone_of(found[7]) if found[7] else zone
    try:
        begin = datetime(*(*parts, *(1, 1)[len(parts) - 1 :]) if len(parts) < _DAY else parts)  # noqa: DTZ001 - what clocks show
    except ValueError:
        raise ZoneError(f"{value!r} is no date: {_calendar(parts)}") from None
    first, last = _clamped(there, begin), _clamped(there, _following(begin, parts), last=True)
    if last < first:
        raise ZoneError(f"{value!r} is no date in {there.name}: clocks there never showed it")
    return first, last


def _following(begin: datetime, parts: list[int]) -> datetime | None:
    """Return when the next year, month, day, minute or second begins; None after the last."""
    try:
        if len(parts) == 1:
            return begin.replace(year=parts[0] + 1)
        if len(parts) == 2:  # noqa: PLR2004 - a month
            return begin + timedelta(calendar.monthrange(*parts)[1])
        step = {_DAY: timedelta(1), _MINUTES: timedelta(minutes=1), _TO_THE_SECOND: _SECOND}
        return begin + step[len(parts)]
    except (ValueError, OverflowError):
        return None


def _clamped(zone: Zone, local: datetime | None, *, last: bool = False) -> datetime:
    """Return the instant in UTC, and at the ends of the calendar these."""
    end = datetime.max.replace(microsecond=0, tzinfo=UTC)
    if local is None:
        return end
    try:
        return zone.last_before(local) if last else zone.first(local)
    except OverflowError:
        return end if local.year > 1 else datetime.min.replace(tzinfo=UTC)


def _calendar(parts: list[int]) -> str:
    if parts[0] == 0:
        return "years go from 0001 to 9999"
    if len(parts) > 1 and not 1 <= parts[1] <= 12:  # noqa: PLR2004 - months of a year
        return "months go from 01 to 12"
    if len(parts) >= _DAY:
        days = calendar.monthrange(parts[0], parts[1])[1]
        if not 1 <= parts[2] <= days:
            return f"{parts[0]:04}-{parts[1]:02} has {days} days"
    return "times of day go from 00:00 to 23:59:59"


def _hint(value: str) -> str:
    plain = value.strip()
    if found := re.fullmatch(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})", plain):
        return f"write {found[3]}-{int(found[2]):02}-{int(found[1]):02} if that is the day meant"
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?", plain):
        day = f"-{int(found[3]):02}" if found[3] else ""
        return f"months and days have two digits: {found[1]}-{int(found[2]):02}{day}"
    if re.fullmatch(r"[0-9-]{10} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-].*)?", plain):
        return f"write T between day and time: {plain.replace(' ', 'T', 1)}"
    if re.fullmatch(r".*T.* [0-9]{2}:?[0-9]{2}", plain):
        return "in an address the plus sign of an offset is %2B"
    if re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2} ?(?:Z|[+-]?[0-9]{2}:[0-9]{2})", plain):
        return "a day has no offset of its own: give it as the zone"
    return TIME_FORMS
