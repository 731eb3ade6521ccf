"""UCDP Georeferenced Event Dataset: one row an event with deaths, coded by people from named sources.

Every public layout is read by the names of its columns. A claim comes of each item of `source_article`, on
the word of whom that names, and through it of whom `source_original` names. Where several items stand behind
a row, nobody but UCDP states its figures: they are then in a claim of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import NOT_STATED, WithHeader, identified, key_of, version_in
from kg.ingest.datasets.record import Figure, Named, Record, Source, Statement, Voice, When
from kg.ingest.datasets.states import state_on
from kg.ingest.datasets.voices import Told, by_each
from kg.outlines import surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_COLUMNS: Final = {
    "id": ("id",),
    "relid": ("relid",),
    "year": ("year",),
    "code_status": ("code_status",),
    "type_of_violence": ("type_of_violence", "type_of_vi"),
    "conflict_id": ("conflict_new_id", "conflict_id", "conflict_dset_id", "conflict_n"),
    "conflict_name": ("conflict_name", "conflict_1"),
    "dyad_id": ("dyad_new_id", "dyad_id", "dyad_dset_id", "dyad_new_i"),
    "dyad_name": ("dyad_name",),
    "side_a_id": ("side_a_new_id", "side_a_id", "side_a_dset_id"),
    "side_a": ("side_a",),
    "side_b_id": ("side_b_new_id", "side_b_id", "side_b_dset_id"),
    "side_b": ("side_b",),
    "number_of_sources": ("number_of_sources", "number_of_"),
    "source_article": ("source_article", "source_art"),
    "source_office": ("source_office", "source_off"),
    "source_date": ("source_date", "source_dat"),
    "source_headline": ("source_headline", "source_hea"),
    "source_original": ("source_original", "source_ori"),
    "where_prec": ("where_prec",),
    "where_coordinates": ("where_coordinates", "where_coor"),
    "where_description": ("where_description", "where_desc"),
    "adm_1": ("adm_1",),
    "adm_2": ("adm_2",),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "geom_wkt": ("geom_wkt",),
    "priogrid_gid": ("priogrid_gid", "priogrid_g"),
    "country": ("country",),
    "country_id": ("country_id",),
    "region": ("region",),
    "event_clarity": ("event_clarity", "event_clar"),
    "date_prec": ("date_prec",),
    "date_start": ("date_start",),
    "date_end": ("date_end",),
    "deaths_a": ("deaths_a",),
    "deaths_b": ("deaths_b",),
    "deaths_civilians": ("deaths_civilians", "deaths_civ"),
    "deaths_unknown": ("deaths_unknown", "deaths_unk"),
    "best": ("best", "best_est"),
    "high": ("high", "high_est"),
    "low": ("low", "low_est"),
    "gwnoa": ("gwnoa",),
    "gwnob": ("gwnob",),
}
_REQUIRED: Final = frozenset(
    ("id", "year", "type_of_violence", "side_a", "side_b", "date_start", "date_end", "best", "low", "high")
)
_UCDP: Final = Named("ucdp", "institution", "Uppsala Conflict Data Program")
_TYPES: Final = {1: "armed-clash", 2: "armed-clash", 3: "attack-on-civilians"}
_WORDS: Final = {1: "state-based violence", 2: "non-state violence", 3: "one-sided violence"}
_WHERE: Final = {
    1: "the exact place",
    2: "a place near which it was, within 25 km",
    3: "a second-order division",
    4: "a first-order division",
    5: "a stretch or an area without sharp bounds, for which a point was chosen",
    6: "a country",
    7: "international waters or airspace",
}
_EXACT, _NEAR_BY = 1, 2
"""The values of `where_prec` at which the coordinates are those of the place named."""
_AROUND: Final = 25
"""Kilometres from the place within which an event was that is only known to have been near it."""
_DIVISIONS: Final = (3, 4)
_ONE_SIDED: Final = 3
_DATE_PRECISIONS: Final = 5
_ITEM: Final = re.compile(r'"\s*;\s*"')
_NUMBERED: Final = re.compile(r"(?m)^\(\d+\)\s*")
_OUTLET: Final = re.compile(
    r"^(.{2,80}?)[,.]?\s+\"?(?=(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2} [A-Z][a-z]+\.? [0-9]{4}))", re.DOTALL
)
_MOST_OF_A_NAME: Final = 80
_MOST_OF_A_TITLE: Final = 300
_EDGE: Final = 1e-6
_NEAR: Final = 0.001
"""Degrees within which two ways of writing a point are the same."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of `source_article`: who published it, and the item as it stands."""

    office: str
    title: str


@dataclass(frozen=True, slots=True)
class _Sides:
    a: str
    b: str | None
    actors: tuple[Named, ...]


class UcdpGed(WithHeader):
    """Reads UCDP GED, and the candidate releases, which have its columns."""

    name = "ucdp-ged"
    title = "UCDP Georeferenced Event Dataset, and UCDP Candidate Events"
    columns: Mapping[str, Sequence[str]] = _COLUMNS
    required = _REQUIRED

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the dataset; a version of three numbers is a candidate release, a dataset of its own."""
        del header
        version = asked.version or version_in(asked.file) or NOT_STATED
        candidate = version.count(".") > 1
        name = "UCDP Candidate Events Dataset" if candidate else "UCDP GED"
        own = f"ucdp-candidate-{version.replace('.', '-')}" if candidate else "ucdp-ged"
        return Source(
            asked.id or own,
            name,
            version,
            _UCDP,
            licence="https://creativecommons.org/licenses/by/4.0/",
            url="https://ucdp.uu.se/downloads/",
            parts=8,
            authority=name,
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return the event of a row, and a claim for each item that it was coded from."""
        identifier = cells.needed("id")
        if not re.fullmatch(r"[0-9]{1,12}", identifier):
            if identifier:
                cells.refuse(
                    "id", "cell/not-an-id", f"{identifier[:40]!r} is no id of an event: a whole number"
                )
            return None
        kind = cells.whole("type_of_violence", 1, 3)
        if kind is None and not cells.refused:
            cells.needed("type_of_violence")
        when = _when(cells)
        sides = _sides(cells, links, kind or 1, when)
        figures, told = _figures(cells, sides)
        territory, state = _country(cells, links)
        place, places = _place(cells, source, territory)
        if cells.refused or kind is None or when is None or sides is None:
            return None
        _doubts(cells)
        where = cells.text("where_coordinates") or cells.text("country") or "a place not stated"
        parties = f"{cells.raw('side_a')} and {cells.raw('side_b')}"
        gist = _gist(cells, identifier, source, f"{_WORDS[kind]}, {parties}, {where}, {when.value}", told)
        claim = Statement(
            key="",
            gist=gist,
            row_id=identifier,
            modality="reported",
            perpetrators=(sides.a,) if kind == _ONE_SIDED else (),
            participants=() if kind == _ONE_SIDED else tuple(side for side in (sides.a, sides.b) if side),
            places=(place,) if place else (),
            in_territory_of=(territory,) if territory else (),
            when=when,
            figures=figures,
        )
        statements, sources = _statements(claim, cells, f"v{key_of(source.version)}-{identifier}")
        return Record(
            identifier,
            identifier,
            _TYPES[kind],
            f"{where}, {when.value}: {parties}",
            statements,
            (*sides.actors, *state, *sources),
            places,
            slice=cells.raw("year")[:4] or "undated",
            scope=territory or "",
        )


def _gist(cells: Cells, identifier: str, source: Source, what: str, told: str) -> str:
    ids = ", ".join(
        f"{name} {cells.raw(column)}"
        for name, column in (
            ("conflict", "conflict_id"),
            ("dyad", "dyad_id"),
            ("side a", "side_a_id"),
            ("side b", "side_b_id"),
            ("event clarity", "event_clarity"),
        )
        if cells.text(column)
    )
    described = cells.text("where_description")
    words = f" ({described})" if described and described not in what else ""
    return f"{what}{words}; {told} [{source.name} {source.version}, row {identifier}: {ids}]"


def _when(cells: Cells) -> When | None:
    """Return the days of an event: an interval where they are two, as UCDP gives it."""
    start, end = cells.day("date_start"), cells.day("date_end")
    if start is None or end is None:
        for column, found in (("date_start", start), ("date_end", end)):
            if found is None and not cells.text(column):
                cells.needed(column)
        return None
    if start > end:
        message = f"date_end {end.isoformat()} is before date_start {start.isoformat()}"
        cells.refuse("date_end", "row/dates-reversed", message, "one of the two is wrong")
        return None
    precision = cells.whole("date_prec", 1, _DATE_PRECISIONS)
    _check_days(cells, start, end, precision)
    value = start.isoformat() if start == end else f"{start.isoformat()}/{end.isoformat()}"
    known = "" if precision is None else f", date_prec {precision}"
    return When(value, f"date_start {start.isoformat()}, date_end {end.isoformat()}{known}")


def _check_days(cells: Cells, start: date, end: date, precision: int | None) -> None:
    year = cells.whole("year", 1946, 2100)
    if year is None and not cells.text("year"):
        cells.needed("year")
    if year is not None and not start.year <= year <= end.year:
        message = f"year {year} is not that of the days {start.isoformat()} to {end.isoformat()}"
        cells.doubt("year", "row/year-differs", message)
    if precision == 1 and start != end:
        message = f"the day is said to be exact, and the days are {start.isoformat()} and {end.isoformat()}"
        cells.doubt("date_prec", "row/precision-differs", message)


def _sides(cells: Cells, links: Links, kind: int, when: When | None) -> _Sides | None:
    names = [cells.needed("side_a"), cells.needed("side_b")]
    if not all(names):
        return None
    found: list[str | None] = []
    own: list[Named] = []
    for name, letter in zip(names, "ab", strict=True):
        if kind == _ONE_SIDED and letter == "b":
            found.append(None)  # those attacked are civilians, and no actor
            continue
        actor = _actor(cells, links, name, letter, when)
        found.append(actor.id)
        if actor.type:
            own.append(actor)
    return _Sides(found[0] or "", found[1], tuple(own))


def _actor(cells: Cells, links: Links, name: str, letter: str, when: When | None) -> Named:
    """Return an actor of the store by its codes, without a type; or the dataset's own."""
    code = cells.text(f"side_{letter}_id") or ""
    state = cells.text(f"gwno{letter}") or ""
    government = name.startswith("Government of")
    known = links.actor("ucdp_actor_id", code) if code.isdigit() else None
    if known is None and government and state.isdigit():
        known = state_on(links, "gw_code", state, when.value if when else None)
    if known is not None:
        return Named(known, "", name)
    codes = (("ucdp_actor_id", code),) if code.isdigit() else ()
    own = f"ucdp-actor-{int(code)}" if code.isdigit() else identified("ucdp-actor", name)
    kind = "institution" if government else "non-state-armed-group"
    return Named(own, kind, name, note="As the UCDP Georeferenced Event Dataset names it.", codes=codes)


def _figures(cells: Cells, sides: _Sides | None) -> tuple[tuple[Figure, ...], str]:
    """Return the deaths that a row states, and the same in words."""
    read = {
        name: cells.whole(name, 0, 10_000_000)
        for name in ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    }
    best, low, high = read["best"], read["low"], read["high"]
    for name in ("best", "low", "high"):
        if read[name] is None and not cells.text(name):
            cells.needed(name)
    words = ", ".join(
        f"{name.removeprefix('deaths_')} {number}" for name, number in read.items() if number is not None
    )
    found: list[Figure] = []
    if best is not None and low is not None and high is not None:
        found.append(_total(cells, best, low, high))
    for name, side, civilian in (
        ("deaths_a", sides.a if sides else None, None),
        ("deaths_b", sides.b if sides else None, None),
        ("deaths_civilians", None, True),
    ):
        if read[name] is not None and (side or civilian):
            found.append(Figure("killed", str(read[name]), side=side, civilian=civilian))
    _check_sum(cells, read)
    return tuple(found), f"deaths: {words}"


def _total(cells: Cells, best: int, low: int, high: int) -> Figure:
    if low <= best <= high:
        exact = "exactly" if low == high else "about"
        return Figure("killed", str(best), str(low), str(high), exact)
    message = f"low {low}, best {best} and high {high} are not in this order"
    hint = "best is taken in as it is, and the bounds stand in words only"
    cells.doubt("low" if low > best else "high", "row/bounds-reversed", message, hint)
    return Figure("killed", str(best), comparator="about")


def _check_sum(cells: Cells, read: Mapping[str, int | None]) -> None:
    parts = [read[f"deaths_{part}"] for part in ("a", "b", "civilians", "unknown")]
    best = read["best"]
    if best is None or None in parts:
        return
    total = sum(part or 0 for part in parts)
    if total != best:
        message = f"deaths by side are {total} together, and best is {best}"
        cells.doubt("best", "row/sum-differs", message, "both are taken in as they are")


def _country(cells: Cells, links: Links) -> tuple[str | None, tuple[Named, ...]]:
    name, code = cells.text("country"), cells.text("country_id") or ""
    if name is None:
        return None, ()
    known = links.actor("gw_code", code) if code.isdigit() else None
    if known is not None:
        return known, ()
    own = f"ucdp-country-{int(code)}" if code.isdigit() else identified("ucdp-country", name)
    note = "A country as the UCDP Georeferenced Event Dataset names it."
    return own, (Named(own, "state", name, note=note),)


def _place(cells: Cells, source: Source, territory: str | None) -> tuple[str | None, tuple[Named, ...]]:
    """Return the place of an event and the divisions that hold it: the dataset's own."""
    precision = cells.whole("where_prec", 1, 7)
    point = _point(cells)
    country = cells.text("country")
    if country is None:
        return None, ()
    top = identified("ucdp-place", country)
    places = [Named(top, "administrative-region", country, territory_of=territory)]
    for column in ("adm_1", "adm_2"):
        name = cells.text(column)
        if name is not None:
            own = identified("ucdp-place", name, *(place.label for place in places))
            places.append(Named(own, "administrative-region", name, within=(places[-1].id,)))
    name = cells.text("where_coordinates")
    if name is None or (precision in _DIVISIONS and name == places[-1].label):
        return places[-1].id, tuple(places)
    spelled = "" if point is None else f"{point[0]} {point[1]}"
    note = None
    if precision is not None:
        note = f"{source.name}: where_prec {precision}, {_WHERE[precision]}"
        note += "" if precision == _EXACT or not spelled else f"; it gives the point {spelled} for it"
    about = (f"{_AROUND} km",) if precision == _NEAR_BY and spelled else ()
    own = identified("ucdp-place", name, *(place.label for place in places), spelled, str(precision), *about)
    place = Named(
        own,
        "settlement" if precision in {_EXACT, _NEAR_BY} else "administrative-region",
        name,
        note=note,
        within=(places[-1].id,),
        geometry=None if point is None else _drawn(point, precision),
    )
    return own, (*places, place)


def _drawn(point: tuple[str, str], precision: int | None) -> str | None:
    """Return in WKT where an event may have been; None where the point does not tell that."""
    if precision == _NEAR_BY:
        return surroundings(float(point[0]), float(point[1]), _AROUND)
    return f"POINT ({point[0]} {point[1]})" if precision == _EXACT else None


def _point(cells: Cells) -> tuple[str, str] | None:
    """Return longitude and latitude as they are written; refuse those that contradict the rest of the row."""
    latitude, longitude = cells.decimal("latitude", -90, 90), cells.decimal("longitude", -180, 180)
    if latitude is None or longitude is None:
        return None
    wkt = re.fullmatch(r"POINT ?\((-?[0-9.]+) (-?[0-9.]+)\)", cells.raw("geom_wkt"))
    grid = cells.whole("priogrid_gid", 1)
    if wkt and (abs(float(wkt[1]) - longitude) > _NEAR or abs(float(wkt[2]) - latitude) > _NEAR):
        swapped = abs(float(wkt[1]) - latitude) < _NEAR and abs(float(wkt[2]) - longitude) < _NEAR
        message = (
            f"latitude {latitude:g} and longitude {longitude:g} are not the point {cells.raw('geom_wkt')}"
        )
        if grid is not None and _in_grid(grid, latitude, longitude):
            hint = "the cell of PRIO-GRID is that of latitude and longitude, which are taken in"
            cells.doubt("geom_wkt", "row/coordinates-differ", message, hint)
        else:
            hint = "they are swapped" if swapped else "one of the two is wrong"
            cells.refuse("latitude", "row/coordinates-differ", message, hint)
    if grid is not None and not _in_grid(grid, latitude, longitude):
        swapped = abs(longitude) <= 90 and _in_grid(grid, longitude, latitude)  # noqa: PLR2004
        message = (
            f"latitude {latitude:g} and longitude {longitude:g} do not lie in the cell {grid} of PRIO-GRID"
        )
        if swapped:
            cells.refuse("latitude", "row/coordinates-swapped", message, "they are swapped")
        else:
            cells.doubt("priogrid_gid", "row/grid-differs", message)
    return (_decimal(longitude), _decimal(latitude))


def _in_grid(cell: int, latitude: float, longitude: float) -> bool:
    """Return whether a point lies in a cell of PRIO-GRID, whose sides are half a degree, or on its edge."""
    row, column = divmod(cell - 1, 720)
    south, west = row / 2 - 90, column / 2 - 180
    return (
        south - _EDGE <= latitude <= south + 0.5 + _EDGE and west - _EDGE <= longitude <= west + 0.5 + _EDGE
    )


def _decimal(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"


def _doubts(cells: Cells) -> None:
    status = cells.text("code_status")
    if status is not None and status.casefold() != "clear":
        message = f"the status of the coding is {status[:40]!r}, not Clear"
        cells.doubt("code_status", "row/not-clear", message)
    stated = cells.whole("number_of_sources", -1)
    items = len(_items(cells))
    if stated is not None and stated > 0 and items != stated:
        message = f"number_of_sources is {stated}, and source_article has {items} items"
        cells.doubt("number_of_sources", "row/sources-differ", message)


def _statements(claim: Statement, cells: Cells, key: str) -> tuple[tuple[Statement, ...], tuple[Named, ...]]:
    """Return a claim for each item, and one of UCDP's own where the figures are of none of them alone."""
    items = _items(cells)
    actors: list[Named] = []
    original = cells.text("source_original")
    behind: tuple[Voice, ...] = ()
    if original is not None:
        words = " ".join(original.split())
        label = words if len(words) <= _MOST_OF_A_TITLE else f"{words[: _MOST_OF_A_TITLE - 1]}…"
        own = identified("ucdp-original", words)
        actors.append(Named(own, "collective-source", label))
        behind = (Voice(own, "said"),)
    sources = [
        Told(Named(identified("ucdp-source", item.office), "outlet", item.office), item.title)
        for item in items
    ]
    actors += [told.outlet for told in sources]
    return by_each(claim, key, sources, "UCDP", behind), tuple(actors)


def _items(cells: Cells) -> tuple[_Item, ...]:
    """Return the items of `source_article`, in either of the forms that it has had."""
    article = cells.text("source_article")
    if article is None:
        return ()
    if article.startswith('"'):
        parts = [part.strip().strip('"').strip() for part in _ITEM.split(article.strip('"'))]
        offices = [part.strip() for part in cells.raw("source_office").split(";")]
        named = offices if len(offices) == len(parts) else [part.partition(",")[0] for part in parts]
        pairs = zip(named, parts, strict=True)
        return tuple(_item(office, part) for office, part in pairs if part or office)
    numbered = [part.strip() for part in _NUMBERED.split(article) if part.strip()]
    return tuple(_item(_office(part), part) for part in numbered)


def _office(part: str) -> str:
    """Return who published an item of the older form: what stands before its day, else its last line."""
    found = _OUTLET.match(part)
    if found and "\n" not in found[1]:
        return found[1]
    *_, last = part.splitlines()
    if "\n" in part and len(last.strip()) <= _MOST_OF_A_NAME:
        return last.strip()
    return part.split(",", maxsplit=1)[0].split('"', maxsplit=1)[0]


def _item(office: str, part: str) -> _Item:
    words = " ".join(part.split())
    title = words if len(words) <= _MOST_OF_A_TITLE else f"{words[: _MOST_OF_A_TITLE - 1]}…"
    name = " ".join(office.split()).strip(" ,;\"'")
    if not name or len(name) > _MOST_OF_A_NAME:
        name = (name or words)[: _MOST_OF_A_NAME - 1].strip() + ("…" if len(name) > _MOST_OF_A_NAME else "")
    return _Item(name or "a source not named", title or name)
