"""GDELT events, 1.0 and 2.0: what a machine coded of news, one row an event; nobody has read any of it.

Each row is one claim of low credibility, on the word of the site that it was coded from. States are found
by their codes; other actors become GDELT's own where a code says what they are, and else stay in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from kg.ingest.datasets import coded
from kg.ingest.datasets.cameo import MATERIAL_CONFLICT, QUADS
from kg.ingest.datasets.coded import Coded
from kg.ingest.datasets.gdelt_columns import EVENT_NAMES, events_layout
from kg.ingest.datasets.importer import NOT_STATED, WithHeader, address, cut, identified, plain
from kg.ingest.datasets.incidents import point_of
from kg.ingest.datasets.record import Named, Record, Source
from kg.ingest.datasets.states import state_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cameo import Action
    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

GDELT: Final = Named("gdelt", "institution", "GDELT Project")
OF_A_REPORT: Final = 1000
"""Events, by their ids, that stand in one report: the same whatever file and version they come in."""
_TYPES: Final = {
    **dict.fromkeys(("MIL", "SPY"), "armed-force"),
    **dict.fromkeys(("REB", "SEP", "INS", "UAF", "PAR"), "non-state-armed-group"),
    **dict.fromkeys(("GOV", "COP", "JUD", "LEG", "IGO", "NGO", "IMG"), "institution"),
}
"""By what an actor's code says of it; of others only the words are kept."""
_FIRST: Final = frozenset(plain(name) for found in EVENT_NAMES.values() for name in found)
_MOST_OF_THEM: Final = 25
"""Columns of these names at which a table is taken for the whole of what GDELT publishes."""
_CITIES: Final = (3, 4)
_MOST_OF_A_NAME: Final = 120
_DIGITS: Final = "a code of CAMEO has three or four digits, the first of which may be 0"
_TOLD: Final = ("goldstein", "mentions", "sources", "articles", "tone", "root_event", "added")


class Gdelt(WithHeader):
    """Reads tables of events."""

    name = "gdelt"
    title = "GDELT 1.0 or 2.0 table of events"
    columns: Mapping[str, Sequence[str]] = EVENT_NAMES
    required = frozenset(("id", "date", "event"))

    def layout(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        """Return the columns of GDELT's own files, which have no header."""
        return events_layout(cells)

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return GDELT in the version whose columns these are: 2.0 tells of second-order divisions."""
        names = {plain(name) for name in header}
        known = names & {plain(name) for name in EVENT_NAMES["geo_division_2"]}
        whole = len(names & _FIRST) >= _MOST_OF_THEM
        return Source(
            asked.id or "gdelt",
            "GDELT events",
            asked.version or ("2.0" if known else "1.0" if whole else NOT_STATED),
            GDELT,
            licence="https://www.gdeltproject.org/about.html#termsofuse",
            url="https://www.gdeltproject.org/",
            authority="GDELT",
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return the event of a row, and a claim on the word of what it was coded from."""
        identifier = event_id(cells)
        day, action = cells.needed_day("date"), coded.action(cells, _DIGITS)
        one, two = (_actor(cells, links, number, day) for number in (1, 2))
        place, places = _place(cells)
        if cells.refused or day is None or action is None or identifier is None:
            return None
        _doubts(cells, day, action)
        url = address(cells, "url")
        harms = action.quad == MATERIAL_CONFLICT
        event = Coded(day, cells.raw("date"), one, two, harms, place, _outlet(cells, url))
        said = f"{_called(cells, 1)}: {action.words}, {_called(cells, 2)}"
        claim = event.claim(
            identifier,
            _gist(cells, source, said, action, day),
            identifier,
            title=cut(cells.raw("url"), 300),
            url=url,
        )
        where = f"{places[-1].label}, " if places else ""
        label = f"{where}{day.isoformat()}: {said}"
        return Record(
            identifier,
            identifier,
            action.kind,
            label,
            (claim,),
            event.actors,
            places,
            slice_of(identifier),
            "-",
        )


def event_id(cells: Cells) -> str | None:
    """Return the number of an event, without zeros before it."""
    found = cells.needed("id")
    if re.fullmatch(r"[0-9]{1,12}(?:\.0)?", found):
        return str(int(found.partition(".")[0]))
    if found:
        cells.refuse("id", "cell/not-an-id", f"{found[:40]!r} is no id of an event: a whole number")
    return None


def slice_of(identifier: str) -> str:
    """Return the part of GDELT that an event stands in.

    >>> slice_of("881990832"), slice_of("17")
    ('881990', '0')
    """
    return str(int(identifier) // OF_A_REPORT)


def _doubts(cells: Cells, day: date, action: Action) -> None:
    year, root, quad = cells.whole("year", 1, 9999), cells.text("root"), cells.whole("quad", 1, 4)
    if year is not None and year != day.year:
        cells.doubt("year", "row/year-differs", f"year {year} is not that of the day {day.isoformat()}")
    if root is not None and root.isdigit() and root.zfill(2) != action.code[:2]:
        message = f"the root {root} is not that of the code {action.code}, which is taken in"
        cells.doubt("root", "row/codes-differ", message)
    if quad is not None and quad != action.quad:
        message = f"the class {quad} ({QUADS[quad]}) is not that of the code {action.code}, {action.quad}"
        cells.doubt("quad", "row/codes-differ", message, "the code is taken in")


def _called(cells: Cells, number: int) -> str:
    name, code = cells.text(f"name{number}"), cells.text(f"code{number}")
    if name and code:
        return f"{name} ({code})"
    return name or code or "an actor not stated"


def _actor(cells: Cells, links: Links, number: int, day: date | None) -> Named | None:
    """Return a state of the store by its code, GDELT's own actor, or None where the code says too little."""
    code, country = cells.text(f"code{number}"), cells.text(f"country{number}")
    if code is None or not re.fullmatch(r"[A-Z]{3,24}", code):
        return None
    parts = [code[start : start + 3] for start in range(0, len(code), 3)]
    if code == country:
        known = state_on(links, "iso3166_alpha3", _ISO.get(code, code), day.isoformat() if day else None)
        if known is not None:
            return Named(known, "", code)
        return Named(f"gdelt-actor-{code.lower()}", "state", f"{code} (CAMEO)", note=_NOTE)
    kind = next((_TYPES[part] for part in parts if part in _TYPES), None)
    if not cells.text(f"group{number}") and (kind is None or country is None):
        return None
    named = Named(f"gdelt-actor-{code.lower()}", kind or "institution", f"{code} (CAMEO)", note=_NOTE)
    if country is None or parts != [country, "MIL"]:
        return named
    return coded.force(links, named, _ISO.get(country, country), day)


_ISO: Final = {"ROM": "ROU", "TMP": "TLS", "ZAR": "COD"}
"""Codes of countries in CAMEO that ISO 3166-1 has changed since, for the same state."""
_NOTE: Final = (
    "As GDELT codes actors: country first, then what they are; what they are called stands in claims."
)


def _place(cells: Cells) -> tuple[str | None, tuple[Named, ...]]:
    """Return the place of the action: a point where it is a town or a landmark."""
    kind, name = cells.whole("geo_type", 0, 5), cells.text("geo_name")
    point = point_of(cells)
    if point is not None:
        _check_swapped(cells)
    if name is None:
        return None, ()
    label, feature = cut(name, _MOST_OF_A_NAME), cells.text("geo_feature") or ""
    exact = kind in _CITIES
    note = (
        None if exact else "GDELT matched a country, a state or a province, and gives its middle as a point."
    )
    own = identified("gdelt-place", label, feature, str(kind), point or "")
    form = "settlement" if exact else "administrative-region"
    return own, (Named(own, form, label, note=note, geometry=point if exact else None),)


def _check_swapped(cells: Cells) -> None:
    """Refuse a point that is that of the same feature elsewhere in the row, but for its order."""
    feature = cells.text("geo_feature")
    here = (cells.text("latitude"), cells.text("longitude"))
    for number in (1, 2):
        there = (cells.text(f"geo_latitude{number}"), cells.text(f"geo_longitude{number}"))
        if feature and cells.text(f"geo_feature{number}") == feature and there != here and all(there):
            swapped = there == here[::-1]
            message = (
                f"{here[0]}, {here[1]} is not where the actor is said to be at the same feature {feature}"
            )
            hint = "latitude and longitude are swapped" if swapped else "one of the two is wrong"
            rule = "row/coordinates-swapped" if swapped else "row/coordinates-differ"
            cells.refuse("latitude", rule, message, hint)
            return


def _outlet(cells: Cells, url: str | None) -> Named | None:
    words = cells.text("url")
    if words is None:
        return None
    host = (urlsplit(url).hostname or "") if url else ""
    name = cut(host.removeprefix("www.") or words, _MOST_OF_A_NAME)
    return Named(identified("gdelt-outlet", name), "outlet", name)


def _gist(cells: Cells, source: Source, said: str, action: Action, day: date) -> str:
    where = cells.text("geo_name")
    return (
        f"{said}{f', {where}' if where else ''}, {day.isoformat()} "
        f"[{source.name} {source.version}, row {cells.raw('id')}: "
        f"{coded.in_words(action)}; {cells.told(_TOLD)}]"
    )
