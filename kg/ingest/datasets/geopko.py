"""Geo-PKO: how many peacekeepers of a mission were where, one row a place in a year or a month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cells import month_of
from kg.ingest.datasets.importer import NOT_STATED, WithHeader, cut, identified, plain
from kg.ingest.datasets.incidents import point_of
from kg.ingest.datasets.record import Figure, Named, Record, Source, Statement, When

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_GEOPKO: Final = Named(
    "geo-pko", "institution", "Geocoded Peacekeeping Operations dataset, Uppsala University"
)
_COLUMNS: Final = {
    "mission": ("mission",),
    "year": ("year",),
    "month": ("month",),
    "country": ("country",),
    "location": ("location",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "long"),
    "troops": ("No.troops", "NoTroops", "number_of_troops"),
    "source": ("source",),
}
_UNKNOWN: Final = frozenset(("unknown", "unk", "not known", "?"))
_MOST_OF_A_NAME: Final = 200
_MOST: Final = 100_000


class GeoPko(WithHeader):
    """Reads the dataset, and tables made of it for maps, of troops or of kinds of units."""

    name = "geopko"
    title = "Geo-PKO table of deployments"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    repeats = True
    required = frozenset(("mission", "year", "location", "latitude", "longitude"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the dataset; a table that has no numbers of troops is another one, of kinds of units."""
        counted = {plain(name) for name in _COLUMNS["troops"]} & {plain(name) for name in header}
        own, title = ("geopko", "Geo-PKO") if counted else ("geopko-units", "Geo-PKO, kinds of units")
        version = asked.version or _version(asked.file) or NOT_STATED
        return Source(
            asked.id or own,
            title,
            version,
            _GEOPKO,
            url="https://www.pcr.uu.se/data/geo-pko/",
            authority="Geo-PKO",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return that a mission had people at a place in a time."""
        del links
        mission, location = cells.needed("mission"), cells.needed("location")
        year, month = cells.whole("year", 1948, 2100), _month(cells)
        if year is None and not cells.text("year"):
            cells.needed("year")
        point, figures = point_of(cells), _troops(cells)
        if cells.refused or year is None:
            return None
        name = cut(mission, _MOST_OF_A_NAME)
        force = Named(
            identified("geopko-mission", name), "peacekeeping-force", name, note="As Geo-PKO names it."
        )
        places = _places(cells, location, point)
        when = f"{year}-{month:02}" if month else f"{year}"
        identifier = f"{mission}, {when}, {location}, {cells.raw('latitude')} {cells.raw('longitude')}"
        key = identified("", mission, when, location, point or "")
        units = "; ".join(f"{column}: {cell}" for column, cell in cells.others() if cell not in {"", "0"})
        told = "; ".join(part for part in (units or "no other unit", cells.told(("source",))) if part)
        counted = cells.told(("troops", "country"))
        gist = (
            f"{name} at {location}, {when}{': ' if counted else ''}{counted} "
            f"[{source.name} {source.version}: {told}]"
        )
        claim = Statement(
            f"{key}-c1",
            gist,
            identifier,
            "asserted",
            participants=(force.id,),
            places=(places[-1].id,),
            when=When(when, f"year {year}" + (f", month {cells.raw('month')}" if month else "")),
            figures=figures,
        )
        label = cut(f"{name} at {location}, {when}", _MOST_OF_A_NAME)
        return Record(
            identifier, key, "peacekeeping-deployment", label, (claim,), (force,), places, str(year), "-"
        )


def _version(file: str) -> str | None:
    """Return the version in the name of a file.

    >>> _version("geopko_frontmap_v2.3.csv"), _version("Geo_PKO_v_2_1.csv"), _version("geopko.csv")
    ('2.3', '2.1', None)
    """
    found = re.search(
        r"(?<![a-z0-9])v_?([0-9]{1,2})[._-]([0-9]{1,2})(?![0-9])", file.lower().replace("_v", " v")
    )
    return f"{found[1]}.{found[2]}" if found else None


def _month(cells: Cells) -> int | None:
    said = cells.text("month")
    if said is None:
        return None
    number = month_of(said)
    if number is None:
        cells.refuse("month", "cell/not-a-month", f"{said[:20]!r} is no month", "write 1 to 12")
    return number


def _troops(cells: Cells) -> tuple[Figure, ...]:
    said = cells.text("troops")
    if said is None or said.casefold() in _UNKNOWN:
        return ()
    number = cells.decimal("troops", 0, _MOST)
    if number is None:
        return ()
    value = f"{number:.2f}".rstrip("0").rstrip(".")
    return (Figure("personnel", value, comparator=None if "." not in value else "about"),)


def _places(cells: Cells, location: str, point: str | None) -> tuple[Named, ...]:
    found: list[Named] = []
    country = cells.text("country")
    if country is not None:
        label = cut(country, _MOST_OF_A_NAME)
        found.append(Named(identified("geopko-place", label), "administrative-region", label))
    label = cut(location, _MOST_OF_A_NAME)
    own = identified("geopko-place", label, *(one.label for one in found), point or "")
    within = tuple(one.id for one in found)
    return (*found, Named(own, "settlement", label, within=within, geometry=point))
