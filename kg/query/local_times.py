"""Times of an answer as clocks showed them where they were, beside UTC: for people, and not in data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rdflib.term import Literal

from kg.model import Answer
from kg.store import bind
from kg.terms import SVD, XSD
from kg.zones import UTC_ZONE, ZoneError, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Cell
    from kg.store import GraphStore
    from kg.zones import Zone

_ZONES: Final = f"""SELECT DISTINCT ?time ?instant ?zone WHERE {{
  VALUES ?instant {{ UNDEF }} # @param instant
  ?time <{SVD.earliest}>|<{SVD.latest}> ?instant ; <{SVD.zone}> ?zone ; <{SVD.zoneAssumed}> false }}"""
_DOCUMENTS: Final = ("report", "agreement")
"""Columns that say whose times a row has, and how IRIs of their parts begin."""


def with_local_times(store: GraphStore, answer: Answer, zone: str | None = None) -> Answer:
    """Return the answer with local time after each time that is not in UTC alone.

    That of the zone, if one is given; else that in which the report or agreement of the row was read, as far
    as somebody stated it and all that it says of the instant agree. Costs a look-up for each time of the
    answer. Raises ZoneError for what is no zone.
    """
    columns = [column.name for column in answer.columns if column.type == "datetime"]
    if not columns:
        return answer
    given = zone_of(zone) if zone is not None else None
    known = _Known.of(store, _instants(answer, columns)) if given is None else _Known({})
    rows = tuple(_shown(row, columns, given, known) for row in answer.rows)
    return Answer(answer.columns, rows, answer.hidden)


@dataclass(frozen=True, slots=True)
class _Known:
    """The stated zones of the times that the store holds: by instant, the IRI of each time and its zone."""

    zones: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, store: GraphStore, instants: Iterable[str]) -> _Known:
        """Ask the store for these instants."""
        asked = [Literal(one, datatype=XSD.dateTime, normalize=False) for one in sorted(set(instants))]
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        rows = store.select(bind(_ZONES, {"instant": asked})).rows if asked else ()
        for time, instant, zone in rows:
            found[str(instant)] = (*found.get(str(instant), ()), (str(time), str(zone)))
        return cls(found)

    def zone(self, row: Mapping[str, Cell], instant: str) -> Zone | None:
        """Return the zone of an instant of a row, if there is one."""
        if "zone" in str(row.get("inferred") or "").split(", "):
            return None
        for kind in _DOCUMENTS:
            part = f"/{kind}/{row[kind]}/" if row.get(kind) else None
            zones = {zone for time, zone in self.zones.get(instant, ()) if part and part in time}
            if zones:
                return _zone(zones.pop()) if len(zones) == 1 else None
        return None


def _instants(answer: Answer, columns: list[str]) -> list[str]:
    return [value for row in answer.rows for name in columns if isinstance(value := row[name], str)]


def _shown(row: Mapping[str, Cell], columns: list[str], given: Zone | None, known: _Known) -> dict[str, Cell]:
    shown = dict(row)
    for name in columns:
        value = row[name]
        if isinstance(value, str):
            zone = given or known.zone(row, value)
            shown[name] = value if zone is None else _local(value, zone)
    return shown


def _zone(name: str) -> Zone | None:
    try:
        return zone_of(name)
    except ZoneError:
        return None


def _local(instant: str, zone: Zone) -> str:
    """Return an instant in UTC, and what clocks in the zone show then, if that is another.

    >>> _local("2021-08-25T20:00:00Z", zone_of("Asia/Yerevan"))
    '2021-08-25T20:00:00Z (2021-08-26T00:00:00+04:00)'
    """
    if zone == UTC_ZONE:
        return instant
    try:
        shown = datetime.fromisoformat(instant).astimezone(zone.clock)
    except (OverflowError, ValueError):  # at the ends of the calendar
        return instant
    return f"{instant} ({shown.isoformat()})"
