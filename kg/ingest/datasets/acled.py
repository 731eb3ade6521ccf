"""ACLED: events of conflict and protest coded by people from named sources, one row an event.

Its terms forbid handing rows on: a user takes in their own export. The column `timestamp` is the version of
each row, so that an event that ACLED has changed is revised, and an older export does not undo that.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import WithHeader, cut, identified, key_of
from kg.ingest.datasets.incidents import point_of
from kg.ingest.datasets.record import Figure, Named, Record, Source, Statement, When
from kg.ingest.datasets.voices import Told, by_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

ACLED: Final = Named("acled", "institution", "Armed Conflict Location and Event Data")
TERMS: Final = "ACLED Terms of Use: raw data is not to be given to others"
PARTS: Final = 16
_COLUMNS: Final = {
    "id": ("event_id_cnty",),
    "date": ("event_date",),
    "year": ("year",),
    "time_precision": ("time_precision",),
    "disorder": ("disorder_type",),
    "type": ("event_type",),
    "sub_type": ("sub_event_type",),
    "actor1": ("actor1",),
    "allies1": ("assoc_actor_1", "ally_actor_1"),
    "inter1": ("inter1",),
    "actor2": ("actor2",),
    "allies2": ("assoc_actor_2", "ally_actor_2"),
    "inter2": ("inter2",),
    "interaction": ("interaction",),
    "civilians": ("civilian_targeting",),
    "iso": ("iso", "gwno"),
    "iso3": ("iso3",),
    "region": ("region",),
    "country": ("country",),
    "admin1": ("admin1",),
    "admin2": ("admin2",),
    "admin3": ("admin3",),
    "location": ("location",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "geo_precision": ("geo_precision", "geo_precis"),
    "source": ("source",),
    "source_scale": ("source_scale",),
    "notes": ("notes",),
    "fatalities": ("fatalities",),
    "tags": ("tags",),
    "timestamp": ("timestamp",),
}
_REQUIRED: Final = frozenset(("id", "date", "type", "actor1", "country", "location", "notes"))
_SUB_TYPES: Final = {
    "government regains territory": "territorial-seizure",
    "non-state actor overtakes territory": "territorial-seizure",
    "armed clash": "armed-clash",
    "chemical weapon": "use-of-force",
    "air/drone strike": "air-strike",
    "suicide bomb": "explosive-blast",
    "shelling/artillery/missile attack": "shelling",
    "remote explosive/landmine/ied": "explosive-blast",
    "grenade": "explosive-blast",
    "attack": "attack-on-civilians",
    "abduction/forced disappearance": "abduction",
    "sexual violence": "attack-on-civilians",
    "agreement": "agreement-signed",
    "arrests": "detention",
    "non-violent transfer of territory": "territorial-control",
    "headquarters or base established": "territorial-control",
}
_TYPES: Final = {
    "battles": "armed-clash",
    "battle-no change of territory": "armed-clash",
    "battle-non-state actor overtakes territory": "territorial-seizure",
    "battle-government regains territory": "territorial-seizure",
    "explosions/remote violence": "use-of-force",
    "remote violence": "use-of-force",
    "violence against civilians": "attack-on-civilians",
    "protests": "other",
    "riots": "other",
    "riots/protests": "other",
    "strategic developments": "other",
    "strategic development": "other",
    "headquarters or base established": "territorial-control",
    "non-violent transfer of territory": "territorial-control",
    "agreement": "agreement-signed",
}
"""By the type of an event, in the lists of both layouts, the kind of event."""
_ONE_SIDED: Final = frozenset(("explosions/remote violence", "remote violence", "violence against civilians"))
"""The types in which ACLED's code book has the first actor act on the second."""
_FORCES: Final = {"1": "armed-force", "8": "armed-force"}
_GROUPS: Final = ("2", "3", "4")
_INTER: Final = {
    "state forces": "1",
    "rebel group": "2",
    "rebel groups": "2",
    "rebel forces": "2",
    "political militia": "3",
    "political militias": "3",
    "identity militia": "4",
    "identity militias": "4",
    "rioters": "5",
    "protesters": "6",
    "civilians": "7",
    "external/other forces": "8",
    "external forces": "8",
    "other forces": "8",
}
"""The kinds of actors as newer files write them, with the numbers of older ones."""
_TIMES: Final = {1: "the day", 2: "some day of the week of that day", 3: "some day of that month"}
_PLACES: Final = {
    1: "the place itself",
    2: "a small part of a region, for which the nearest town stands",
    3: "a larger region, for which its capital stands",
}
_MOST_OF_A_NAME: Final = 200
_FIRST_DAY: Final = datetime(1997, 1, 1, tzinfo=UTC)


class Acled(WithHeader):
    """Reads exports in the layout since 2022 and in those before."""

    name = "acled"
    title = "export of ACLED"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    required = _REQUIRED

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return ACLED; each row has a version of its own."""
        del header
        return source_of(asked)

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return the event of a row, and a claim for each of its sources."""
        identifier = event_id(cells)
        kind = _kind(cells)
        when = _when(cells)
        version = stamp(cells, "timestamp")
        one, two = _actor(cells, 1), _actor(cells, 2)
        figures, deaths = _deaths(cells)
        territory, state = _country(cells, links, identifier)
        place, places = _place(cells, source, territory)
        if cells.refused or identifier is None or kind is None or when is None:
            return None
        acts = (cells.text("type") or "").casefold() in _ONE_SIDED
        first = (one.id,) if one is not None else ()
        second = (two.id,) if two is not None else ()
        sources = tuple(
            Told(Named(identified("acled-source", name), "outlet", name)) for name in _sources(cells)
        )
        claim = Statement(
            "",
            _gist(cells, source, version, deaths),
            identifier,
            "asserted",
            perpetrators=first if acts else (),
            participants=() if acts else (*first, *second),
            targets=second if acts else (),
            places=(place,) if place else (),
            in_territory_of=(territory,) if territory else (),
            when=when,
            figures=figures,
        )
        key = key_of(identifier)
        statements = by_each(claim, f"{key}-t{version or 0}", sources, "ACLED")
        actors = tuple(found for found in (one, two, *state, *(told.outlet for told in sources)) if found)
        what = cells.raw("sub_type") or cells.raw("type")
        label = cut(f"{places[-1].label if places else ''}, {when.value}: {what}", _MOST_OF_A_NAME)
        return Record(
            identifier,
            key,
            kind,
            label,
            statements,
            actors,
            places,
            slice=slice_of(identifier),
            scope=territory or "",
            version=version or "",
        )


class AcledDeleted(WithHeader):
    """Reads what ACLED's list of deleted events says: which are no more, and since when."""

    name = "acled-deleted"
    title = "list of events that ACLED has deleted"
    columns: Mapping[str, Sequence[str]] = {
        "id": ("event_id_cnty",),
        "deleted": ("deleted_timestamp",),
    }
    required = frozenset(("id", "deleted"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return ACLED."""
        del header
        return source_of(asked, deletions=True)

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return that an event is no more."""
        del source, links
        identifier, version = event_id(cells), stamp(cells, "deleted")
        if version is None and not cells.refused:
            cells.needed("deleted")
        if cells.refused or identifier is None:
            return None
        label = f"{identifier}, deleted"
        return Record(
            identifier,
            key_of(identifier),
            "other",
            label,
            (),
            slice=slice_of(identifier),
            version=version or "",
            withdrawn=True,
        )


def source_of(asked: Asked, *, deletions: bool = False) -> Source:
    """Return ACLED as a dataset whose files have no version, and whose rows have."""
    return Source(
        asked.id or "acled",
        "ACLED",
        asked.version or "as exported",
        ACLED,
        licence=TERMS,
        url="https://acleddata.com/",
        parts=PARTS,
        authority="ACLED",
        deletions=deletions,
    )


def event_id(cells: Cells) -> str | None:
    """Return the id of an event: letters of a country, and a number."""
    found = cells.needed("id")
    if re.fullmatch(r"[A-Za-z]{2,4}[0-9]{1,9}", found):
        return found.upper()
    if found:
        hint = "an id is the letters of a country and a number, as ARM1234"
        cells.refuse("id", "cell/not-an-id", f"{found[:40]!r} is no id of an event in ACLED", hint)
    return None


def slice_of(identifier: str) -> str:
    """Return the part of ACLED that an event stands in, by its id alone, so that deletions find it.

    >>> slice_of("ARM1234")
    'arm'
    """
    return re.sub("[0-9]", "", identifier).lower()


def stamp(cells: Cells, column: str) -> str | None:
    """Return the seconds since 1970 that a cell states, or means by a time; None for an empty one."""
    cell = cells.text(column)
    if cell is None:
        return None
    if re.fullmatch(r"[0-9]{9,10}(?:\.0)?", cell):
        return cell.partition(".")[0]
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        hint = "seconds since 1970, as ACLED writes them, or year-month-day"
        cells.refuse(column, "cell/not-a-time", f"{cell[:40]!r} is no time", hint)
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment < _FIRST_DAY:
        cells.refuse(column, "cell/out-of-range", f"{cell[:40]!r} is before there was ACLED")
        return None
    return str(int(moment.timestamp()))


def _kind(cells: Cells) -> str | None:
    kind, sub = cells.needed("type").casefold(), (cells.text("sub_type") or "").casefold()
    if not kind:
        return None
    found = _SUB_TYPES.get(sub) or _TYPES.get(kind)
    if found is None:
        message = f"{cells.raw('type')[:60]!r} is no type of event of ACLED"
        cells.doubt("type", "row/kind-unknown", message, "it is taken in as of the kind other")
    return found or "other"


def _when(cells: Cells) -> When | None:
    """Return the day, the week in which it may be any, or the month."""
    day, precision = cells.needed_day("date"), cells.whole("time_precision", 1, 3)
    year = cells.whole("year", 1990, 2100)
    if day is None:
        return None
    if year is not None and year != day.year:
        cells.doubt("year", "row/year-differs", f"year {year} is not that of the day {day.isoformat()}")
    known = f", time_precision {precision}: {_TIMES[precision]}" if precision else ""
    return When(_span(day, precision), f"event_date {day.isoformat()}{known}")


def _span(day: date, precision: int | None) -> str:
    if precision == 3:  # noqa: PLR2004
        return f"{day:%Y-%m}"
    if precision == 2:  # noqa: PLR2004
        week = timedelta(days=6)
        return f"{(day - week).isoformat()}/{(day + week).isoformat()}"
    return day.isoformat()


def _actor(cells: Cells, number: int) -> Named | None:
    """Return who acted, as ACLED's own; nobody where it is a crowd or civilians, who stay in words."""
    name = cells.needed("actor1") if number == 1 else cells.text(f"actor{number}")
    if not name:
        return None
    said = cells.text(f"inter{number}")
    inter = None if said is None else _INTER.get(said.casefold(), said.removesuffix(".0"))
    if inter is not None and inter not in set("012345678"):
        cells.doubt(f"inter{number}", "row/kind-unknown", f"{said!r} is no kind of actor of ACLED")
        inter = None
    if inter is None:
        inter = _by_name(name)
    kind = _FORCES.get(inter) or ("non-state-armed-group" if inter in _GROUPS else None)
    if kind is None:
        return None
    label = cut(name, _MOST_OF_A_NAME)
    return Named(identified("acled-actor", label), kind, label, note="As ACLED names it.")


def _by_name(name: str) -> str:
    """Return the number of the kind of actor that a name begins with."""
    beginnings = (
        (("civilians", "protesters", "rioters", "labour group", "students"), "7"),
        (("military forces", "police forces", "government of", "operation", "un:", "nato"), "1"),
    )
    low = name.casefold()
    return next((number for words, number in beginnings if low.startswith(words)), "3")


def _deaths(cells: Cells) -> tuple[tuple[Figure, ...], str]:
    """Return the deaths that are stated; 0 is ACLED's sign that none are reported, and says nothing."""
    number = cells.whole("fatalities", 0, 1_000_000)
    if number is None:
        return (), "fatalities not stated"
    if number == 0:
        return (), "no fatalities reported"
    return (Figure("killed", str(number), comparator="about"),), f"fatalities {number}"


def _country(cells: Cells, links: Links, identifier: str | None) -> tuple[str | None, tuple[Named, ...]]:
    name = cells.needed("country")
    if not name:
        return None, ()
    code = cells.text("iso3") or (re.sub("[0-9]", "", identifier) if identifier else "")
    known = links.actor("iso3166_alpha3", code.upper()) if len(code) == 3 else None  # noqa: PLR2004
    if known is not None:
        return known, ()
    own = identified("acled-country", name)
    return own, (Named(own, "state", cut(name, _MOST_OF_A_NAME), note="A country as ACLED names it."),)


def _place(cells: Cells, source: Source, territory: str | None) -> tuple[str | None, tuple[Named, ...]]:
    precision, point = cells.whole("geo_precision", 1, 3), point_of(cells)
    if point is None and not cells.refused and (cells.text("latitude") or cells.text("longitude")):
        message = "one of latitude and longitude is empty"
        cells.doubt("latitude", "row/coordinates-missing", message, "neither is taken in")
    places: list[Named] = []
    for column in ("country", "admin1", "admin2", "admin3"):
        name = cells.text(column)
        if name is None:
            continue
        label = cut(name, _MOST_OF_A_NAME)
        own = identified("acled-place", label, *(place.label for place in places))
        within = tuple(place.id for place in places[-1:])
        top = None if places else territory
        places.append(Named(own, "administrative-region", label, within=within, territory_of=top))
    name = cells.needed("location")
    if not name:
        return None, ()
    label, exact = cut(name, _MOST_OF_A_NAME), precision == 1
    note = None
    if precision is not None:
        note = f"{source.name}: geo_precision {precision}, {_PLACES[precision]}"
        note += f"; it gives {point} for it" if point and not exact else ""
    own = identified("acled-place", label, *(place.label for place in places), point or "", str(precision))
    form = "settlement" if exact else "administrative-region"
    within = tuple(place.id for place in places[-1:])
    geometry = point if exact else None
    return own, (*places, Named(own, form, label, note=note, within=within, geometry=geometry))


def _sources(cells: Cells) -> tuple[str, ...]:
    said = cells.text("source")
    if said is None:
        return ()
    names = (cut(part, _MOST_OF_A_NAME) for part in said.split(";") if part.strip())
    return tuple(dict.fromkeys(names))


def _gist(cells: Cells, source: Source, version: str | None, deaths: str) -> str:
    told = cells.told(
        (
            *("disorder", "type", "sub_type", "actor1", "allies1", "inter1", "actor2", "allies2", "inter2"),
            *("interaction", "civilians", "time_precision", "geo_precision", "source_scale", "tags"),
        )
    )
    notes = " ".join((cells.text("notes") or "").split())
    of = f", of timestamp {version}" if version else ""
    return f"{notes} [{source.name}, row {cells.raw('id')}{of}: {told}; {deaths}]".strip()
