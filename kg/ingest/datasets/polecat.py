"""POLECAT: what a machine coded of news in the ontology PLOVER, one row an event with actor and recipient.

As with GDELT nobody has read it: each row is one claim of low credibility, on the word of its source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets import coded
from kg.ingest.datasets.cameo import PLOVER_KINDS, PLOVER_MODES
from kg.ingest.datasets.coded import Coded
from kg.ingest.datasets.importer import WithHeader, cut, key_of
from kg.ingest.datasets.record import Named, Record, Source
from kg.ingest.datasets.states import state_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_POLECAT: Final = Named("polecat", "institution", "POLECAT event data")
_COLUMNS: Final = {
    "id": ("Event ID",),
    "date": ("Event Date",),
    "type": ("Event Type",),
    "mode": ("Event Mode",),
    "intensity": ("Intensity",),
    "quad": ("Quad Code",),
    "contexts": ("Contexts",),
    "name1": ("Actor Name",),
    "sector1": ("Primary Actor Sector",),
    "sectors1": ("Actor Sectors",),
    "country1": ("Actor Country",),
    "cow1": ("Actor COW",),
    "name2": ("Recipient Name",),
    "sector2": ("Primary Recipient Sector",),
    "sectors2": ("Recipient Sectors",),
    "country2": ("Recipient Country",),
    "cow2": ("Recipient COW",),
    "placename": ("Placename",),
    "city": ("City",),
    "district": ("District",),
    "province": ("Province",),
    "country": ("Country",),
    "latitude": ("Latitude",),
    "longitude": ("Longitude",),
    "geonames": ("GeoNames ID",),
    "feature": ("Feature Type",),
    "source": ("Source",),
    "published": ("Publication Date",),
    "language": ("Language",),
    "version": ("Version",),
}
_TYPES: Final = frozenset(
    (
        *("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE"),
        *("REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT", "CRIME"),
        *("INVESTIGATE", "DEMAND", "DISAPPROVE"),
    )
)
_ACTS: Final = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "CRIME"))
"""The types in which the actor does something to the recipient, or to nobody."""
_SECTORS: Final = {
    **dict.fromkeys(("MIL", "SPY"), "armed-force"),
    **dict.fromkeys(("REB", "SEP", "PRM", "UAF"), "non-state-armed-group"),
    **dict.fromkeys(("COP", "JUD", "LEG", "IGO", "NGO"), "institution"),
}
_TOLD: Final = ("intensity", "quad", "contexts", "sectors1", "sectors2", "published", "language")
_NOTE: Final = (
    "As POLECAT codes actors: a country, and a sector of it; what they are called stands in claims."
)
_CITIES: Final = ("PPL", "STLMT")


class Polecat(WithHeader):
    """Reads the weekly and yearly files."""

    name = "polecat"
    title = "POLECAT table of events"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    required = frozenset(("id", "date", "type", "name1", "name2"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return POLECAT; its rows name the version of the program that coded them."""
        del header
        return Source(
            asked.id or "polecat",
            "POLECAT",
            asked.version or "as published",
            _POLECAT,
            url="https://doi.org/10.7910/DVN/AJGVIT",
            authority="POLECAT",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return the event of a row, and a claim on the word of its source."""
        identifier, kind = cells.needed("id"), _kind(cells)
        day = cells.needed_day("date")
        one, two = (_actor(cells, links, number, day) for number in (1, 2))
        place, places = _places(cells)
        if cells.refused or kind is None or day is None:
            return None
        outlet = coded.outlet("polecat-source", cells.text("source"))
        harms = cells.raw("type").upper() in _ACTS
        event = Coded(day, f"Event Date {cells.raw('date')}", one, two, harms, place, outlet)
        mode = f" ({mode})" if (mode := cells.text("mode")) else ""
        said = f"{_called(cells, 1)}: {cells.raw('type').upper()}{mode}, {_called(cells, 2)}"
        where = f"{places[-1].label}, " if places else ""
        key = key_of(identifier)
        told = f"[{source.name}, row {identifier}: {cells.told(_TOLD)}]"
        claim = event.claim(key, f"{said}, {where}{day.isoformat()} {told}", identifier)
        label = cut(f"{where}{day.isoformat()}: {said}", 300)
        return Record(
            identifier,
            key,
            kind,
            label,
            (claim,),
            event.actors,
            places,
            f"{day:%Y-%m-%d}",
            "-",
            cells.raw("version"),
        )


def _kind(cells: Cells) -> str | None:
    """Return the kind of event by mode, then by type; refuse a type that PLOVER does not have."""
    kind, mode = cells.needed("type").upper(), (cells.text("mode") or "").casefold()
    if not kind:
        return None
    if kind not in _TYPES:
        cells.refuse("type", "cell/not-a-code", f"{kind[:40]!r} is no type of event in PLOVER")
        return None
    return PLOVER_MODES.get(mode) or PLOVER_KINDS.get(kind, "other")


def _called(cells: Cells, number: int) -> str:
    name = cells.text(f"name{number}")
    of = ", ".join(part for part in (cells.text(f"country{number}"), cells.text(f"sector{number}")) if part)
    return f"{cut(name, 120)} ({of})" if name and of else name or of or "an actor not stated"


def _actor(cells: Cells, links: Links, number: int, day: date | None) -> Named | None:
    """Return a state by its code where its government acts, POLECAT's own of a sector, or None."""
    country, sector = cells.text(f"country{number}"), (cells.text(f"sector{number}") or "").upper()
    if country is None or not re.fullmatch(r"[A-Z]{3}", country):
        return None  # several countries, or none: they stay in words
    if sector in {"", "GOV"}:
        known = state_on(links, "iso3166_alpha3", country, day.isoformat() if day else None)
        if known is not None:
            return Named(known, "", country)
        return Named(f"polecat-actor-{country.lower()}", "state", f"{country} (POLECAT)", note=_NOTE)
    kind = _SECTORS.get(sector)
    if kind is None:
        return None
    own = f"polecat-actor-{country.lower()}-{sector.lower()}"
    named = Named(own, kind, f"{country} {sector} (POLECAT)", note=_NOTE)
    return coded.force(links, named, country, day) if sector == "MIL" else named


def _places(cells: Cells) -> tuple[str | None, tuple[Named, ...]]:
    city = cells.text("city")
    exact = city is not None or (cells.text("feature") or "").upper().startswith(_CITIES)
    return coded.places(cells, "polecat-place", city or cells.text("placename"), exact=exact)
