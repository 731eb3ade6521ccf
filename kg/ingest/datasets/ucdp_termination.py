"""UCDP Conflict Termination, by dyads: one row a year of fighting between two, and how it ended if it did."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets.importer import WithHeader, cut, key_of
from kg.ingest.datasets.record import Record, Statement, When
from kg.ingest.datasets.ucdp import numbers, party, source_of, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links
    from kg.ingest.datasets.record import Named, Source

_TOLD: Final = (
    *("dyadep_id", "dyadepisode", "conflict_id", "dyad_id", "incompatibility", "territory_name"),
    *("intensity_level", "type_of_conflict", "start_date", "start_date2", "ependdate", "ependprec"),
    *("cfiredate", "peagdate", "recur", "side_a_2nd", "side_b_2nd", "location", "gwno_loc"),
)
_OUTCOMES: Final = {
    1: ("agreement-signed", "it ended by a peace agreement", "peagdate"),
    2: ("ceasefire-declared", "it ended by a ceasefire agreement", "cfiredate"),
    3: ("other", "it ended by a victory of side a", "ependdate"),
    4: ("other", "it ended by a victory of side b", "ependdate"),
    5: ("other", "it ended by low activity", "ependdate"),
    6: ("other", "it ended since an actor ceased to exist", "ependdate"),
}
"""By `outcome`: the kind of event, in words, and the column that holds its day."""
_SLASHED: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})")
_DAYS: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WAR: Final = 2
_NOTE: Final = "As the UCDP Conflict Termination Dataset names it."


class UcdpTermination(WithHeader):
    """Reads the table by dyads and years."""

    name = "ucdp-termination"
    title = "UCDP Conflict Termination Dataset by dyads"
    columns: Mapping[str, Sequence[str]] = {
        **{name: (name,) for name in _TOLD},
        "year": ("year",),
        "ended": ("dyadterm",),
        "outcome": ("outcome",),
        "side_a": ("side_a",),
        "side_a_id": ("side_a_id",),
        "side_b": ("side_b",),
        "side_b_id": ("side_b_id",),
        "version": ("version",),
    }
    required = frozenset(("dyad_id", "year", "ended", "outcome", "side_a", "side_b", "ependdate"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the dataset; its files are called by version and last year, as 3-2021."""
        del header
        found = re.search(r"(?<![0-9])([0-9]{1,2})[-_](20[0-9]{2})(?![0-9])", asked.file)
        version = f"{found[1]}-{found[2]}" if found else None
        return source_of(asked, "ucdp-termination", "UCDP Conflict Termination Dataset", version)

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return how fighting of two ended in a year, or that it went on."""
        dyad, year = numbers(cells, "dyad_id"), cells.whole("year", 1946, 2100)
        ended, outcome = cells.whole("ended", 0, 1), cells.whole("outcome", 1, 6)
        for column, found in (("dyad_id", dyad), ("year", year)):
            if not found and not cells.text(column):
                cells.needed(column)
        sides = tuple(side for letter in "ab" if (side := _side(cells, links, letter)) is not None)
        if cells.refused or year is None:
            return None
        if bool(ended) != bool(outcome):
            message = f"dyadterm is {ended}, and outcome is {outcome or 'empty'}"
            cells.doubt("outcome", "row/outcome-differs", message, "the row is taken in as going on")
            outcome = None
        kind, words, when = _what(cells, year, outcome)
        if cells.refused:
            return None
        names = f"{cells.raw('side_a')} and {cells.raw('side_b')}"
        identifier = f"{dyad[0]}-{year}"
        of = version_of(cells, source)
        gist = f"{names}, {year}: {words} [{source.name} {of or source.version}: {cells.told(_TOLD)}]"
        claim = Statement(
            f"v{key_of(of or source.version)}-{identifier}",
            gist,
            identifier,
            "asserted",
            participants=tuple(side.id for side in sides),
            when=when,
        )
        own = tuple(side for side in sides if side.type)
        label = cut(f"{names}, {when.value}: {words}", 200)
        return Record(identifier, identifier, kind, label, (claim,), own, scope="-", version=of)


def _side(cells: Cells, links: Links, letter: str) -> Named | None:
    name, codes = cells.needed(f"side_{letter}"), numbers(cells, f"side_{letter}_id")
    if not name or len(codes) != 1:
        return None
    return party(links, codes[0], name, _NOTE)


def _what(cells: Cells, year: int, outcome: int | None) -> tuple[str, str, When]:
    """Return the kind of event, what it is in words, and when it was."""
    if outcome is None:
        fought = cells.whole("intensity_level", 1, 2) == _WAR
        return ("war" if fought else "armed-clash"), "it went on", When(f"{year}", f"year {year}")
    kind, words, column = _OUTCOMES[outcome]
    for tried in (column, "ependdate"):
        if cells.refused or (cells.doubted and cells.doubted[-1].rule == "cell/several-days"):
            break
        day = _day(cells, tried, year)
        if day is not None:
            return kind, words, When(day.isoformat(), f"{tried} {cells.raw(tried)}")
    return kind, words, When(f"{year}", f"year {year}; no day is stated")


def _day(cells: Cells, column: str, year: int) -> date | None:
    """Return a day; one that a spreadsheet shortened is read month first, in the row's century."""
    found = _SLASHED.fullmatch(cells.raw(column))
    if len(_DAYS.findall(cells.raw(column))) > 1:
        message = f"there are several days: {cells.raw(column)[:60]}"
        cells.doubt(column, "cell/several-days", message, "they stand in words, and the year is taken in")
        return None
    if found is None:
        return cells.day(column)
    written = int(found[3])
    whole = written if len(found[3]) == 4 else year - (year + 1 - written) % 100 + 1  # noqa: PLR2004
    try:
        day = date(whole, int(found[1]), int(found[2]))
    except ValueError:
        hint = "write year-month-day: 2021-08-26"
        cells.refuse(column, "cell/not-a-day", f"there is no day {cells.raw(column)[:20]!r}", hint)
        return None
    message = f"{found[0]!r} is read as {day.isoformat()}: month first, and of the years up to {year + 1}"
    cells.doubt(column, "cell/short-day", message, "write year-month-day")
    return day
