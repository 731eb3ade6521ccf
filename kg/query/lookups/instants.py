"""Instants as whole numbers, so that periods are compared without a calendar."""

from __future__ import annotations

import re
from typing import Final

LOW: Final = -(2**62)
"""Before every instant."""
HIGH: Final = 2**62
"""After every instant."""
_WIDTH: Final = 30 * 86_400_000_000
_INSTANT = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))?")


def instant(text: str) -> int:
    """Return an `xsd:dateTime` as microseconds since 1970; one without a zone is taken to be in UTC.

    >>> instant("1970-01-02T00:00:00.5Z"), instant("1970-01-01T04:00:00+04:00")
    (86400500000, 0)
    >>> instant("0001-01-01T00:00:00Z")
    -62135596800000000
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(f"no instant: {text!r}")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    seconds = ((_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    if found[8]:
        away = (int(found[9]) * 60 + int(found[10])) * 60
        seconds += away if found[8] == "-" else -away
    return seconds * 1_000_000 + int((found[7] or ".0")[1:7].ljust(6, "0"))


def span(earliest: str | None, latest: str | None) -> tuple[int, int] | None:
    """Return from when to when something may have been; None where it states neither."""
    if earliest is None and latest is None:
        return None
    return LOW if earliest is None else instant(earliest), HIGH if latest is None else instant(latest)


def bucket(moment: int) -> int:
    """Return in which stretch of thirty days an instant lies."""
    return moment // _WIDTH


def first_of_bucket(moment: int) -> int:
    """Return the first instant of the stretch in which an instant lies."""
    return bucket(moment) * _WIDTH


def next_bucket(moment: int) -> int:
    """Return the first instant after the stretch in which an instant lies."""
    return (bucket(moment) + 1) * _WIDTH


def _days(year: int, month: int, day: int) -> int:
    """Return the days since 1970 of a day of the Gregorian calendar, in any year."""
    year -= month <= 2  # noqa: PLR2004 - the year begins with March
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
