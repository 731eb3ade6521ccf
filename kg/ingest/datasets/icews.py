"""ICEWS: what a machine coded of news in CAMEO, one row an event with source and target.

As with GDELT nobody has read it: each row is one claim of low credibility, on the word of its publisher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets import coded
from kg.ingest.datasets.cameo import MATERIAL_CONFLICT
from kg.ingest.datasets.coded import Coded
from kg.ingest.datasets.importer import WithHeader, cut, identified, key_of
from kg.ingest.datasets.record import Named, Record, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_ICEWS: Final = Named("icews", "institution", "Integrated Crisis Early Warning System")
_COLUMNS: Final = {
    "id": ("Event ID",),
    "date": ("Event Date",),
    "name1": ("Source Name",),
    "sectors1": ("Source Sectors",),
    "country1": ("Source Country",),
    "text": ("Event Text",),
    "event": ("CAMEO Code",),
    "intensity": ("Intensity",),
    "name2": ("Target Name",),
    "sectors2": ("Target Sectors",),
    "country2": ("Target Country",),
    "story": ("Story ID",),
    "sentence": ("Sentence Number",),
    "publisher": ("Publisher",),
    "city": ("City",),
    "district": ("District",),
    "province": ("Province",),
    "country": ("Country",),
    "latitude": ("Latitude",),
    "longitude": ("Longitude",),
}
_SECTORS: Final = (
    ("rebel", "non-state-armed-group"),
    ("insurgent", "non-state-armed-group"),
    ("separatist", "non-state-armed-group"),
    ("militia", "non-state-armed-group"),
    ("military", "armed-force"),
    ("armed force", "armed-force"),
    ("government", "institution"),
    ("police", "institution"),
    ("intergovernmental", "institution"),
)
"""What sectors say of an actor, the first that is found."""
_TOLD: Final = ("text", "intensity", "sectors1", "sectors2", "story", "sentence")


class Icews(WithHeader):
    """Reads the yearly and weekly files."""

    name = "icews"
    title = "ICEWS table of events"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    required = frozenset(("id", "date", "event", "name1", "name2"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return ICEWS, whose rows do not change."""
        del header
        return Source(
            asked.id or "icews",
            "ICEWS",
            asked.version or "as published",
            _ICEWS,
            url="https://doi.org/10.7910/DVN/28075",
            authority="ICEWS",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return the event of a row: its id and its day together name it, and neither alone does."""
        del links
        identifier, day, action = cells.needed("id"), cells.needed_day("date"), coded.action(cells)
        one, two = _actor(cells, 1), _actor(cells, 2)
        place, places = coded.places(cells, "icews-place", cells.text("city"))
        if cells.refused or day is None or action is None:
            return None
        outlet = coded.outlet("icews-source", cells.text("publisher"))
        harms = action.quad == MATERIAL_CONFLICT
        event = Coded(day, f"Event Date {cells.raw('date')}", one, two, harms, place, outlet)
        said = f"{_called(cells, 1)}: {action.words}, {_called(cells, 2)}"
        where = f"{places[-1].label}, " if places else ""
        row_id, key = f"{identifier}, {day.isoformat()}", key_of(f"{identifier}-{day:%Y%m%d}")
        told = f"[{source.name}, row {identifier}: {coded.in_words(action)}; {cells.told(_TOLD)}]"
        claim = event.claim(key, f"{said}, {where}{day.isoformat()} {told}", row_id)
        label = cut(f"{where}{day.isoformat()}: {said}", 300)
        return Record(row_id, key, action.kind, label, (claim,), event.actors, places, f"{day:%Y-%m-%d}", "-")


def _called(cells: Cells, number: int) -> str:
    name, country = cells.text(f"name{number}"), cells.text(f"country{number}")
    if name and country and country not in name:
        return f"{name} ({country})"
    return name or country or "an actor not stated"


def _actor(cells: Cells, number: int) -> Named | None:
    """Return ICEWS's own actor by its name where its sectors say what it is; else None."""
    name, country = cells.text(f"name{number}"), cells.text(f"country{number}")
    if name is None:
        return None
    sectors = f"{name}, {cells.raw(f'sectors{number}')}".casefold()
    kind = next((kind for part, kind in _SECTORS if part in sectors), None)
    if name == country:
        kind = "state"
    if kind is None:
        return None
    label = cut(name, 200)
    return Named(identified("icews-actor", label, country or ""), kind, label, note="As ICEWS names it.")
