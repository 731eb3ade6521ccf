"""ICEWS: what a machine coded of news in CAMEO, one row an event with source and target.

As with GDELT nobody has read it: each row is one claim of low credibility, on the word of its publisher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.cameo import MACHINE_CODED, MATERIAL_CONFLICT, QUADS, action_of
from kg.ingest.datasets.importer import WithHeader, cut, identified, key_of
from kg.ingest.datasets.incidents import point_of
from kg.ingest.datasets.record import Named, Record, Source, Statement, Voice, When

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cameo import Action
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
        identifier, day, action = cells.needed("id"), cells.day("date"), _action(cells)
        if day is None and not cells.text("date"):
            cells.needed("date")
        one, two = _actor(cells, 1), _actor(cells, 2)
        place, places = _place(cells)
        if cells.refused or day is None or action is None:
            return None
        done = action.quad == MATERIAL_CONFLICT
        first, second = ((found.id,) if found else () for found in (one, two))
        outlet = _publisher(cells)
        said = f"{_called(cells, 1)}: {action.words}, {_called(cells, 2)}"
        where = f"{places[-1].label}, " if places else ""
        plover = f", PLOVER {action.plover}" if action.plover else ""
        row_id, key = f"{identifier}, {day.isoformat()}", key_of(f"{identifier}-{day:%Y%m%d}")
        coded = f"CAMEO {action.code}, class {action.quad}, {QUADS[action.quad]}{plover}"
        told = f"[{source.name}, row {identifier}: {coded}; {cells.told(_TOLD)}]"
        claim = Statement(
            f"{key}-c1",
            f"{said}, {where}{day.isoformat()} {told}",
            row_id,
            "reported" if outlet else "asserted",
            perpetrators=first if done else (),
            participants=() if done else tuple(dict.fromkeys((*first, *second))),
            targets=tuple(name for name in second if name not in first) if done else (),
            places=(place,) if place else (),
            when=When(day.isoformat(), f"Event Date {cells.raw('date')}"),
            voices=(Voice(outlet.id, "reported"),) if outlet else (),
            credibility=MACHINE_CODED,
        )
        actors = tuple(found for found in (one, two, outlet) if found is not None)
        label = cut(f"{where}{day.isoformat()}: {said}", 300)
        return Record(row_id, key, action.kind, label, (claim,), actors, places, f"{day:%Y-%m-%d}", "-")


def _action(cells: Cells) -> Action | None:
    code = cells.needed("event")
    if not code:
        return None
    found = action_of(code)
    if found is None:
        cells.refuse("event", "cell/not-a-code", f"{code[:20]!r} is no code of an event in CAMEO")
    elif found.code != code:
        message = f"{code!r} is read as {found.code}: a zero was lost before it"
        cells.doubt("event", "cell/zero-lost", message, "keep codes as text")
    return found


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


def _place(cells: Cells) -> tuple[str | None, tuple[Named, ...]]:
    point, found = point_of(cells), list[Named]()
    for column in ("country", "province", "district", "city"):
        name = cells.text(column)
        if name is not None:
            label, within = cut(name, 200), tuple(one.id for one in found[-1:])
            town = column == "city"
            own = identified(
                "icews-place", label, *(one.label for one in found), (point or "") if town else ""
            )
            form = "settlement" if town else "administrative-region"
            found.append(Named(own, form, label, within=within, geometry=point if town else None))
    return (found[-1].id if found else None), tuple(found)


def _publisher(cells: Cells) -> Named | None:
    name = cells.text("publisher")
    return (
        None if name is None else Named(identified("icews-source", cut(name, 200)), "outlet", cut(name, 200))
    )
