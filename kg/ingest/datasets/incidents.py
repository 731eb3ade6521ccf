"""Incident tables of monitoring missions: what observers heard or saw, in the mission's own voice.

Nobody is a perpetrator here: where fire came from stays in words. That something is not available is kept
apart from that there was none.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from kg.ingest.datasets import incident_words as words
from kg.ingest.datasets.importer import WithHeader, identified, key_of
from kg.ingest.datasets.record import Figure, Named, Record, Source, Statement, Weapon, When
from kg.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from kg.ingest.datasets.cells import Cells
    from kg.ingest.datasets.importer import Asked, Links

_TOLD: Final = (
    *("position", "place", "means", "number", "observation", "description"),
    *("direction", "weapon", "date", "time", "until", "coordinates"),
)
_CLOCK: Final = re.compile(r"(?<![0-9])([01]?[0-9]|2[0-4])[:.hч]([0-5][0-9])(?::[0-5][0-9])?(?![0-9])")
_AFTER_THE_DAY: Final = re.compile(
    r"(?:[0-9]{4}(?: ?[гр]\.?)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[ T,\n]+(.*[:.][0-9]{2}.*)$", re.DOTALL
)
"""What follows the day in a cell that holds both."""
_BOTH: Final = re.compile(
    r"\(?\s*(-?[0-9]{1,2}[.,][0-9]+)\s*°?\s*[NС]?\s*[;, /]\s*(-?[0-9]{1,3}[.,][0-9]+)\s*°?\s*[EВ]?\s*\)?"
)
"""Latitude and longitude in one cell."""
_PLAIN: Final = re.compile(r"([0-9]{1,9})(?:\s*\([^()0-9]*\))?")
"""A number, perhaps with its name in brackets after it."""
_RELATIVE: Final = re.compile(r"[0-9]\s*(?:km|м|км|m)\b", re.IGNORECASE)
"""Of a place that is so far from the observers: another for each position."""
_RANGE: Final = re.compile(r"([0-9]{1,6})\s*(?:-|–|—|to|до)\s*([0-9]{1,6})")
_CALIBRE: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:mm|мм)", re.IGNORECASE)
_MOST_OF_A_NAME: Final = 200
_MIDNIGHT: Final = 24


class Incidents(WithHeader):
    """Reads the summary table of a mission, with columns in any order and of any of their names."""

    name = "incidents"
    title = "incident table of a monitoring mission"
    columns: Mapping[str, Sequence[str]] = words.NAMES
    stems: Mapping[str, Sequence[str]] = words.STEMS
    required = frozenset(("place", "observation", "date"))

    def source(self, asked: Asked, header: Sequence[str]) -> Source:
        """Return the table as a report of its mission: the actor that was named, or one of its own."""
        stem = PurePath(asked.file).name.partition(".")[0]
        own = asked.id or f"incidents-{slug(stem) or 'table'}"
        title = asked.title or f"{stem}"
        return Source(
            own,
            title,
            asked.version or "as received",
            _mission(asked, own, title),
            language=asked.language or _language(header),
            kind="mission",
            issued=asked.issued,
            zone=asked.zone,
        )

    def record(self, cells: Cells, source: Source, links: Links) -> Record | None:
        """Return what a row tells of: one event, and the mission's claim about it."""
        del links
        if _is_numbering(cells):
            cells.refuse("place", "table/numbered-columns", "the row numbers the columns")
            return None
        if (about := _about_others(cells)) is not None:
            cells.refuse("place", *about)
            return None
        day = cells.needed_day("date")
        place = _place(cells)
        if place is None or day is None or cells.refused:
            return None
        when = time_of(cells, day)
        none = _says(cells.raw("number"), words.NONE) or _says(cells.raw("observation"), words.NONE)
        label = _label_of(cells, place)
        own = (identified(f"{source.id}-place", label),) if place else ()
        key = key_of(cells.text("id") or f"row-{cells.number}")
        more = "; ".join(f"{name}: {' '.join(cell.split())}" for name, cell in cells.others() if cell)
        told = "; ".join(part for part in (cells.told(_TOLD), more) if part)
        claim = Statement(
            f"{key}-c1",
            told,
            cells.text("id") or str(cells.number),
            "asserted",
            places=own,
            when=when,
            figures=() if none else _figures(cells),
            weapons=() if none else _weapons(cells),
            absent="use-of-force" if none else None,
        )
        seen = " ".join((cells.text("observation") or told).split())[:_MOST_OF_A_NAME]
        return Record(
            claim.row_id,
            key,
            "other" if none else _kind(cells),
            f"{seen}: {place or cells.raw('place')}, {when.value}",
            (claim,),
            places=tuple(
                Named(name, "settlement", label[:_MOST_OF_A_NAME], source.language, geometry=point_of(cells))
                for name in own
            ),
        )


def _place(cells: Cells) -> str | None:
    """Return where it was: nothing where that is not available; None, and a refusal, where it is empty."""
    cell = " ".join(cells.raw("place").split())
    if not cell:
        cells.needed("place")
        return None
    if _says(cell, words.NOT_AVAILABLE):
        cells.doubt("place", "row/place-unknown", "where it was is not available", "the row is taken in")
        return ""
    return cell


def _label_of(cells: Cells, place: str) -> str:
    """Return what a place is called: with the position from where it is so far, if it is given by that."""
    position = " ".join(cells.raw("position").split())
    return f"{place} ({position})" if position and _RELATIVE.search(place) else place


def _mission(asked: Asked, own: str, title: str) -> Named:
    if asked.publisher is None:
        return Named(f"{own}-mission", "mission", f"The mission whose table this is: {title}")
    plain = slug(asked.publisher)
    return Named(plain or f"{own}-mission", "mission", asked.publisher)


def _language(header: Sequence[str]) -> str:
    """Return the language of the header.

    >>> _language(["Місце події"]), _language(["Место"]), _language(["Place"])
    ('uk', 'ru', 'en')
    """
    text = " ".join(header).casefold()
    if re.search("[іїєґ]", text):
        return "uk"
    return "ru" if re.search("[а-яё]", text) else "en"


def _is_numbering(cells: Cells) -> bool:
    found = [cells.raw(column) for column in _TOLD if cells.raw(column)]
    return len(found) > 2 and all(re.fullmatch(r"[0-9]{1,2}", cell) for cell in found)  # noqa: PLR2004


def _about_others(cells: Cells) -> tuple[str, str, str] | None:
    """Return rule, message and hint where a row is no incident: a heading of others, or their sum."""
    said = cells.said
    if len(set(said)) == 1:
        return "table/heading-row", f"the row is a heading: {said[0][:60]}", "nothing is taken in of it"
    if said and words.TOTAL.match(said[0]) and not cells.text("date"):
        return "table/total-row", f"the row sums up others: {said[0][:60]}", "they are taken in one by one"
    return None


def _says(cell: str, what: frozenset[str]) -> bool:
    return " ".join(cell.split()).casefold().rstrip(".") in what


def _kind(cells: Cells) -> str:
    """Return what kind of event a row tells of, by its words; doubt where they tell of none."""
    text = " ".join(cells.raw(column) for column in ("weapon", "observation", "description"))
    found = next((kind for kind, said in words.KINDS if said.search(text)), None)
    if found is None:
        message = f"no kind of event is told of by {cells.raw('observation')[:60]!r}"
        cells.doubt("observation", "row/kind-unknown", message, "it is taken in as of the kind other")
    return found or "other"


def _figures(cells: Cells) -> tuple[Figure, ...]:
    """Return how many there were; nothing where that is not available or cannot be read."""
    cell = " ".join(cells.raw("number").split()).casefold()
    if not cell or _says(cell, words.NOT_AVAILABLE):
        if not cell and cells.has("number"):
            cells.doubt("number", "row/number-missing", "the number is empty", "write N/A if it is not known")
        return ()
    if cells.is_merged("number"):
        message = f"the number {cell} stands in a cell that reaches over several rows"
        cells.doubt("number", "row/number-shared", message, "it is left out, since it counts them together")
        return ()
    figure = _figure(cell)
    if figure is None:
        message = f"{cell[:60]!r} cannot be read as a number"
        cells.doubt("number", "row/number-unread", message, "it stays in words")
    return () if figure is None else (figure,)


def _figure(cell: str) -> Figure | None:
    """Return a number as it is limited in words; None where it is none."""
    if found := _PLAIN.fullmatch(cell) or words.COUNTED.fullmatch(cell):
        return Figure("incidents", found[1])
    if found := _RANGE.fullmatch(cell):
        low, high = sorted((int(found[1]), int(found[2])))
        return Figure("incidents", None, str(low), str(high), "about")
    for form, comparator in words.SOME:
        if found := form.fullmatch(cell):
            if comparator == "more-than":
                return Figure("incidents", str(int(found[1]) + 1), comparator="at-least")
            return Figure("incidents", found[1], comparator=comparator)
    return None


def _weapons(cells: Cells) -> tuple[Weapon, ...]:
    text = cells.text("weapon")
    if text is None or _says(text, words.NOT_AVAILABLE):
        return ()
    category = next((name for name, said in words.WEAPONS if said.search(text)), None)
    calibre = _CALIBRE.search(text)
    model = " ".join(text.split())[:_MOST_OF_A_NAME]
    return (Weapon(category, model, calibre[1].replace(",", ".") if calibre else None),)


def time_of(cells: Cells, day: date, last: date | None = None) -> When:
    """Return the day with its time of day or span; only the day, or days, where the time is not available."""
    said = _time_said(cells)
    wording = " ".join(part for part in (cells.raw("date"), cells.raw("end"), said) if part) or None
    if last is not None and last != day:
        return When(f"{day.isoformat()}/{last.isoformat()}", wording)
    if not said or _says(said, words.NOT_AVAILABLE):
        return When(day.isoformat(), wording)
    column = "time" if cells.has("time") else "date"
    clocks = [(int(hour), minute) for hour, minute in _CLOCK.findall(said)]
    if len(clocks) not in {1, 2} or any(hour == _MIDNIGHT and minute != "00" for hour, minute in clocks):
        message = f"{said[:60]!r} cannot be read as a time of day or a span"
        cells.doubt(column, "row/time-unread", message, "write 09:10 or 09:10-09:40; the day is taken in")
        return When(day.isoformat(), wording)
    start = _moment(day, *clocks[0])
    if len(clocks) == 1:
        return When(start, wording)
    end = _moment(day, *clocks[1])
    if end < start:
        end = _moment(day + timedelta(days=1), *clocks[1])
        message = f"{said} ends before it begins, and is read as ending on the next day"
        cells.doubt(column, "row/time-over-midnight", message)
    return When(start if start == end else f"{start}/{end}", wording)


def _time_said(cells: Cells) -> str:
    """Return the time of day as it is written: in columns of its own, from and until, or after the day."""
    said = " - ".join(
        part for part in (" ".join(cells.raw(one).split()) for one in ("time", "until")) if part
    )
    if said or cells.has("time"):
        return said
    after = _AFTER_THE_DAY.search(cells.raw("date"))
    found = "" if after is None else " ".join(after[1].split())
    return "" if re.fullmatch(r"00:00(?::00(?:\.0+)?)?", found) else found  # a day, as databases write it


def _moment(day: date, hour: int, minute: str) -> str:
    if hour == _MIDNIGHT:
        day, hour = day + timedelta(days=1), 0
    return f"{day.isoformat()}T{hour:02}:{minute}"


def point_of(cells: Cells) -> str | None:
    """Return the point of a row as WKT; None where it states none."""
    if cells.text("coordinates") and not cells.has("latitude"):
        return _of_both(cells)
    latitude, longitude = cells.decimal("latitude", -90, 90), cells.decimal("longitude", -180, 180)
    if latitude is None or longitude is None:
        return None
    return f"POINT ({_plain(longitude)} {_plain(latitude)})"


def _of_both(cells: Cells) -> str | None:
    """Return the point of a cell that holds latitude and longitude; flag one that cannot be read."""
    if _says(cells.raw("coordinates"), words.NOT_AVAILABLE | words.NONE):
        return None
    found = _BOTH.fullmatch(cells.raw("coordinates"))
    numbers = [float(part.replace(",", ".")) for part in found.groups()] if found else []
    if not numbers or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:  # noqa: PLR2004
        message = f"{cells.raw('coordinates')[:60]!r} cannot be read as latitude and longitude"
        hint = "write degrees with a point, as 48.0159, 37.8028; they stay in words"
        cells.doubt("coordinates", "row/point-unread", message, hint)
        return None
    return f"POINT ({_plain(numbers[1])} {_plain(numbers[0])})"


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"
