"""The period that records are narrowed to: one meaning for questions, lists over HTTP and exports.

A record is in the period if the times that are stored for it, from the first to the last second that its
source may mean, overlap with it. A record that is open at one end reaches without end; one without any time
is in no period.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rdflib.namespace import XSD
from rdflib.term import Literal

from kg.errors import BadParameterError
from kg.zones import ZoneError, seconds_of, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kg.zones import Zone

CONDITIONS: Final[Mapping[str, str]] = {
    "from": "COALESCE(?latest >= ?from, BOUND(?earliest))",
    "to": "COALESCE(?earliest <= ?to, BOUND(?latest))",
    "before": "COALESCE(?earliest <= ?before, BOUND(?latest))",
}
"""For each bound when a record, whose time is from `?earliest` to `?latest`, is not beyond it, in SPARQL."""
ZONE: Final = "zone"
"""The parameter that says where the days of a period are days."""
WORDS: Final[Mapping[str, str]] = {
    "from": (
        "Where the period begins: a year, month, day or time of day, from its first second in the `zone`. "
        "Passes what may have been then or later, open ends included; what states no time does not."
    ),
    "to": "Where the period ends: likewise, up to its last second.",
    ZONE: (
        "Where days are days: an IANA name such as `Europe/Kyiv`, or an offset such as `+04:00` (in an "
        "address write + as %2B). Without it, as the server is set; unless that was done, UTC."
    ),
}
_SECOND: Final = timedelta(seconds=1)


def bounds(given: Mapping[str, str]) -> dict[str, Literal]:
    """Return the first or last second, in UTC, for each bound of a period that is given, by its name.

    `from` and `to` are within the period, `before` is the first thing after it. Days are those of the zone
    that is given as `zone`, else in UTC. Raises BadParameterError for what is no time or no zone, and for a
    period that ends before it begins.

    >>> str(bounds({"to": "2021-08", "zone": "Europe/Kyiv"})["to"])
    '2021-08-31T20:59:59Z'
    """
    try:
        there = zone_of(given.get(ZONE, "Z"))
    except ZoneError as error:
        raise BadParameterError(f"{ZONE}: {error}") from error
    found = {name: _bound(name, given[name], there) for name in CONDITIONS if name in given}
    for end in ("to", "before"):
        if "from" in found and end in found and found["from"] > found[end]:
            than = "not" if end == "before" else "later than"
            raise BadParameterError(f"from: {given['from']!r} is {than} {end}: {given[end]!r}")
    return {name: _literal(moment) for name, moment in found.items()}


def _bound(name: str, value: str, zone: Zone) -> datetime:
    try:
        first, last = seconds_of(value, zone)
        return {"from": first, "to": last}.get(name) or first - _SECOND
    except ZoneError as error:
        raise BadParameterError(f"{name}: {error}") from error
    except OverflowError as error:
        raise BadParameterError(f"{name}: nothing was before {value}") from error


def _literal(moment: datetime) -> Literal:
    """Return the moment as stored times are written."""
    written = f"{moment:%Y-%m-%dT%H:%M:%S}Z".rjust(20, "0")
    return Literal(written, datatype=XSD.dateTime, normalize=False)
