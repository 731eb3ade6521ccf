"""The bounds of a filter of time: a year, month, day or instant as its first or its last second in UTC."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from typing import Final

from rdflib.namespace import XSD
from rdflib.term import Literal

from kg.errors import BadParameterError

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_FORMS: Final = (
    "write 2021, 2021-08, 2021-08-26 or 2021-08-26T23:00+04:00 (in an address the plus sign is %2B)"
)


def first_instant(name: str, value: str) -> Literal:
    """Return the first second that a value may mean; raise BadParameterError for what is no time.

    >>> str(first_instant("from", "2021-08"))
    '2021-08-01T00:00:00Z'
    """
    return _instant(name, value, last=False)


def last_instant(name: str, value: str) -> Literal:
    """Return the last second that a value may mean; raise BadParameterError for what is no time.

    >>> str(last_instant("to", "2021-08"))
    '2021-08-31T23:59:59Z'
    """
    return _instant(name, value, last=True)


def _instant(name: str, value: str, *, last: bool) -> Literal:
    try:
        moment = _moment(value, last=last)
    except (ValueError, OverflowError) as error:
        raise BadParameterError(f"{name}: {value!r} is no time; {_FORMS}") from error
    return Literal(f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0"), datatype=XSD.dateTime, normalize=False)


def _moment(value: str, *, last: bool) -> datetime:
    match = _DATE.fullmatch(value)
    if match is None:
        if not _INSTANT.fullmatch(value):
            raise ValueError(value)
        return datetime.fromisoformat(value).astimezone(UTC)
    year = int(match[1])
    month = int(match[2] or (12 if last else 1))
    if not 1 <= month <= 12:  # noqa: PLR2004 - the months of a year
        raise ValueError(value)
    day = int(match[3] or (calendar.monthrange(year, month)[1] if last else 1))
    clock = (23, 59, 59) if last else (0, 0, 0)
    return datetime(year, month, day, *clock, tzinfo=UTC)
