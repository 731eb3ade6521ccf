"""Keys of terms in the order of ORDER BY (SPARQL 1.1, §15.1), as strings by whose code points they sort.

What is not bound comes first, then blank nodes, IRIs, literals and triple terms. Where `<` tells one literal
from another, the keys do so too; where it does not, literals stand by kind, and within a kind by their
wording, datatype and language. So there is one order of all terms, which the engine's own comparison is not:
to it `9 < 37`, `"37" < "9"` and `9 > "37"`, and sorting by such a comparison ends the process.

Values that are equal have one key, so that what is asked for next decides between them.
"""

from __future__ import annotations

import re
import struct
from binascii import b2a_base64
from contextlib import suppress
from datetime import datetime
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Term: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple"

FUNCTION: Final = ox.NamedNode("urn:x-servanda:order-key")
"""The function by whose name queries call `order_key`."""
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_STRING: Final = f"{_XSD}string"
_STRING_END: Final = "s"
"""What stands for the datatype of most literals: where it sorts among other datatypes matters to nobody."""
_INTEGERS: Final = frozenset(
    _XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "nonPositiveInteger"),
        "negativeInteger",
    )
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SHORT: Final = 15
"""Characters of a number without exponent that is told from any other such by the double nearest to it."""
_LONGEST: Final = 1000
"""Characters of a number that is compared as one; the engine knows no longer ones."""
_SECONDS: Final = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]+)?)"
_ZONE: Final = r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
_YEAR: Final = r"(?P<year>-?[0-9]{4,})"
_MONTH: Final = r"(?P<month>[0-9]{2})"
_DAY: Final = r"(?P<day>[0-9]{2})"
_TIMES: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    f"{_XSD}{name}": (kind, re.compile(pattern + _ZONE))
    for name, kind, pattern in (
        ("dateTime", "a", f"{_YEAR}-{_MONTH}-{_DAY}T{_SECONDS}"),
        ("dateTimeStamp", "a", f"{_YEAR}-{_MONTH}-{_DAY}T{_SECONDS}"),
        ("date", "b", f"{_YEAR}-{_MONTH}-{_DAY}"),
        ("gYearMonth", "c", f"{_YEAR}-{_MONTH}"),
        ("gYear", "d", _YEAR),
        ("time", "e", _SECONDS),
        ("gMonthDay", "f", f"--{_MONTH}-{_DAY}"),
        ("gMonth", "g", f"--{_MONTH}"),
        ("gDay", "h", f"---{_DAY}"),
    )
}
"""For each datatype of times its place among them, and how such a time is written."""
_DURATIONS: Final = frozenset(_XSD + name for name in ("duration", "yearMonthDuration", "dayTimeDuration"))
_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
_REFERENCE: Final = 1696 * 12 + 8
"""September 1696 in months, the first of the moments at which durations are compared (XSD 1.1, §3.3.6)."""
_DAY_SECONDS: Final = 86_400
_BEFORE: Final = 365
"""Days from the beginning of the year 0 to what `date.toordinal` calls 0."""
_USUAL: Final = len("2020-11-10T00:00:00Z")
_DATE_TIME: Final = f"{_XSD}dateTime"
_MAX_ZONE: Final = 14 * 60
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SIGN: Final = 1 << 63
_PACK: Final = struct.Struct(">d").pack
_EVERY: Final = (1 << 64) - 1
_IN_ORDER: Final = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~",
)
"""From the digits of Base64 to such as sort by their value."""
_KEPT: Final = 8192
"""Of how many terms the keys are remembered: those of joins come again and again."""
_NINES: Final = str.maketrans("0123456789", "9876543210")


@lru_cache(_KEPT)
def order_key(term: Term) -> ox.Literal:
    """Return the key of a term, for the engine to sort by.

    >>> terms = [ox.Literal("a"), ox.Literal(9), ox.NamedNode("urn:a"), ox.Literal("9"), ox.Literal(48)]
    >>> [term.value for term in sorted(terms, key=lambda term: order_key(term).value)]
    ['urn:a', '9', '48', '9', 'a']
    """
    return ox.Literal(_key(term))


def _key(term: Term) -> str:
    if isinstance(term, ox.Literal):
        return f"3{_literal(term)}"
    if isinstance(term, ox.NamedNode):
        return f"2{term.value}"
    if isinstance(term, ox.BlankNode):
        return f"1{term.value}"
    return "4" + "".join(_closed(_key(part)) for part in (term.subject, term.predicate, term.object))


def _closed(key: str) -> str:
    """Return a key with an end, which sorts before all with which a longer one could go on."""
    return (key.replace("\0", "\0\1") if "\0" in key else key) + "\0\0"


def _literal(literal: ox.Literal) -> str:
    value, datatype = literal.value, literal.datatype.value
    if datatype == _STRING:
        return f"z{_closed(value)}{_STRING_END}"
    kind = _KINDS.get(datatype)
    known = None if kind is None else kind(value, datatype)
    if known is not None:
        return known
    direction = literal.direction
    language = f"{literal.language or ''}{'' if direction is None else f'--{direction}'}"
    return f"z{_closed(value)}{datatype}\0{language}"


def _boolean(value: str, _: str) -> str | None:
    return {"false": "p0", "0": "p0", "true": "p1", "1": "p1"}.get(value)


def _decimal(value: str, datatype: str) -> str | None:
    """Return the key of an integer or decimal: the double nearest, and how far it is from what that writes.

    Compared with a double it becomes one, which keeps the order of what is told apart.
    """
    pattern = _DECIMAL if datatype == f"{_XSD}decimal" else _INTEGER
    if len(value) > _LONGEST or not pattern.fullmatch(value):
        return None
    nearest = float(value)
    if len(value) <= _SHORT:  # integers mostly
        return f"n{_double_key(nearest)}0"
    with localcontext(prec=2 * _LONGEST):
        rest = Decimal(value) - (0 if nearest in _INFINITE else Decimal(repr(nearest)))
    return f"n{_double_key(nearest)}{_number_key(rest)}"


def _double(value: str, datatype: str) -> str | None:
    if value == "NaN":
        return "o"
    number = _SPECIAL.get(value)
    if number is None:
        if not _DOUBLE.fullmatch(value):
            return None
        number = float(value)
    if datatype == f"{_XSD}float":
        number = _single(number)
    return f"n{_double_key(number)}0"


def _single(number: float) -> float:
    """Return the number of 32 bits that is nearest."""
    try:
        return float(struct.unpack(">f", struct.pack(">f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _time(value: str, datatype: str) -> str | None:
    """Return the key of a time, by its moment; one without a zone stands where it would in UTC."""
    if len(value) == _USUAL and datatype == _DATE_TIME and value[-1] == "Z":
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
            seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
            return f"ta{_bits_key((moment.toordinal() + _BEFORE) * _DAY_SECONDS + seconds + _SIGN)}"
    kind, pattern = _TIMES[datatype]
    match = pattern.fullmatch(value)
    if match is None or len(value) > _LONGEST:
        return None
    found = match.groupdict()
    year, month, day, hour, minute = (
        int(found.get(name) or default)
        for name, default in (("year", 1972), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0))
    )
    second = Decimal(found.get("second") or 0)
    zone = _minutes(found["zone"])
    if not (1 <= month <= 12 and 1 <= day <= _days_in(year, month) and _is_time(hour, minute, second)):  # noqa: PLR2004
        return None
    if zone is None:
        return None
    with localcontext(prec=2 * _LONGEST):
        days = _days(year, month) + day - 1
        return f"t{kind}{_moment_key(days * _DAY_SECONDS + (hour * 60 + minute - zone) * 60 + second)}"


def _is_time(hour: int, minute: int, second: Decimal) -> bool:
    if hour == 24:  # noqa: PLR2004 - the end of a day
        return minute == 0 and second == 0
    return hour < 24 and minute < 60 and second < 60  # noqa: PLR2004


def _minutes(zone: str | None) -> int | None:
    """Return how far a zone is ahead of UTC; None for one that there cannot be."""
    if zone is None or zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    ahead = hours * 60 + minutes
    if minutes >= 60 or ahead > _MAX_ZONE:  # noqa: PLR2004
        return None
    return -ahead if zone[0] == "-" else ahead


def _days(year: int, month: int) -> int:
    """Return the days from the beginning of the year 0 to that of a month, by the Gregorian calendar."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400 + 1
    return 365 * year + leaps + sum(_days_in(year, earlier) for earlier in range(1, month))


def _days_in(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # noqa: PLR2004
    return _MONTHS[month - 1] + leap


def _duration(value: str, _: str) -> str | None:
    """Return the key of a duration, by the moment that is so much later than September 1696."""
    match = _DURATION.fullmatch(value)
    if match is None or len(value) > _LONGEST:
        return None
    sign = -1 if match[1] else 1
    years, months, days, hours, minutes = (int(part or 0) for part in match.groups()[1:6])
    months = sign * (12 * years + months)
    with localcontext(prec=2 * _LONGEST):
        seconds = sign * (Decimal(match[7] or 0) + days * _DAY_SECONDS + hours * 3600 + minutes * 60)
        year, month = divmod(_REFERENCE + months, 12)
        later = (_days(year, month + 1) - _days(1696, 9)) * _DAY_SECONDS + seconds
        return f"u{_number_key(later)}{_number_key(months)}"


def _double_key(number: float) -> str:
    bits = int.from_bytes(_PACK(number + 0.0), "big")  # -0 + 0 is 0
    return _bits_key(bits ^ (_EVERY if bits & _SIGN else _SIGN))


def _bits_key(bits: int) -> str:
    """Return 64 bits in few characters: the engine compares strings of up to 16 bytes much faster."""
    return b2a_base64(bits.to_bytes(8, "big"), newline=False).translate(_IN_ORDER).decode()


def _moment_key(seconds: Decimal) -> str:
    """Return the key of a moment, which has no end: nothing follows it."""
    whole = int(seconds // 1)
    if seconds < whole:
        whole -= 1  # Decimal's // cuts off
    bits = whole + _SIGN
    if not 0 <= bits <= _EVERY:
        return f"{'!' if whole < 0 else '~'}{_number_key(seconds)}"
    rest = str(seconds - whole)[2:] if seconds != whole else ""
    return _bits_key(bits) + rest.rstrip("0")


def _number_key(number: Decimal | int) -> str:
    """Return the key of a number of any length, which has an end."""
    if number == 0:
        return "0"
    sign, digits, _ = Decimal(number).as_tuple()
    said = f"{Decimal(number).adjusted() + 5000:04d}{''.join(map(str, digits)).rstrip('0')}"
    return f"-{said.translate(_NINES)}~" if sign else f"1{said}!"


_INFINITE: Final = frozenset({float("inf"), float("-inf")})
_SPECIAL: Final = {"INF": float("inf"), "+INF": float("inf"), "-INF": float("-inf")}
_KINDS: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    **dict.fromkeys(_INTEGERS, _decimal),
    **dict.fromkeys(_TIMES, _time),
    **dict.fromkeys(_DURATIONS, _duration),
    f"{_XSD}decimal": _decimal,
    f"{_XSD}double": _double,
    f"{_XSD}float": _double,
    f"{_XSD}boolean": _boolean,
}
"""For each datatype whose values have an order what gives the key of one; None for what is no value of it."""
