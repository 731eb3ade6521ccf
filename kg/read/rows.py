"""The rows of the model: what the store says of items, by the queries and lookups of their lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.query.lookups import agreements, answering
from kg.query.lookups.instants import instant, span
from kg.query.lookups.listing import Selection
from kg.query.lookups.reader import HEAD, Kept, Reader
from kg.read.resources import RESOURCES
from kg.read.schemas.agreements import Term
from kg.read.schemas.examples import VIOLATION
from kg.store import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.read.resources import Resource
    from kg.read.schemas.base import Answered

    Told = tuple[str | None, ...]

_BLOCK: Final = 50
"""Reports of which is asked together."""
_ITEMS: Final = 400
"""Items of which is asked together."""
_KEPT: Final = 20_000
"""Subjects that are kept from block to block while the store stands still: much is told with many reports."""
_OWN: Final = ("from", "to")
_DICTIONARY: Final = 48_000
"""Bytes of the text with which rows are compressed."""
NO_REPORT: Final = ""
"""To which rows belong that no report has."""


@dataclass(slots=True)
class Row:
    """All that is kept of an item."""

    iri: str
    key: str
    """What it is ordered by."""
    report: str = NO_REPORT
    """The report that it belongs to."""
    part: str | None = None
    """What it is of that others are of too: of an assessment, the claim."""
    body: bytes = b""
    """The item as it is answered, in JSON."""
    marks: set[tuple[str, str]] = field(default_factory=set)
    """Filters with the values by which it passes."""
    spans: set[tuple[int, int]] = field(default_factory=set)
    """When it may have been, by each claim that says so."""
    moment: int | None = None
    """Of a record when its act began; of a claim that answers records until when acts can have begun."""
    rests: set[str] = field(default_factory=set)
    """The other reports of which its body tells."""


def every(reader: Reader, resource: Resource) -> list[str]:
    """Return the IRIs of all items of a list that the store holds."""
    listing = resource.listing
    query = f"{HEAD}SELECT DISTINCT {listing.item} WHERE {{\n{listing.pattern}\n}}"
    return sorted(str(row[0]) for row in reader.store.texts(query))


def ownerless(reader: Reader, resource: Resource) -> list[str]:
    """Return the IRIs of the items that belong to no report."""
    if resource.owned is None:
        return []
    listing = resource.listing
    owned = _free(listing.filters[resource.owned].pattern)
    query = (
        f"{HEAD}SELECT DISTINCT {listing.item} WHERE {{\n{listing.pattern}\n"
        f"  FILTER NOT EXISTS {{ {owned} }}\n}}"
    )
    return sorted(str(row[0]) for row in reader.store.texts(query))


def of_reports(reader: Reader, resource: Resource, reports: Sequence[str]) -> set[str]:
    """Return the IRIs of the items that belong to reports."""
    if resource.owned is None:
        return set(reports)
    pattern, name = resource.listing.filters[resource.owned].pattern, resource.owned
    query = f"{HEAD}SELECT DISTINCT {resource.listing.item} WHERE {{\n{pattern}\n}}"
    found: set[str] = set()
    for block in blocks(reports, _ITEMS):
        rows = reader.asked(query, name, block)
        found.update(str(row[0]) for row in rows)
    return found


def by_report(reader: Reader, reports: Iterable[str]) -> Iterator[tuple[str, Mapping[int, list[Row]]]]:
    """Yield all rows of each report, list by list; a report that the store has not has none.

    What the reports share is read and made once: the store has to stand still meanwhile.
    """
    known = reader if reader.kept is not None else Reader(reader.store, reader.names, Kept())
    for block in blocks(sorted(set(reports)), _BLOCK):
        found: dict[str, dict[int, list[Row]]] = {report: {} for report in block}
        for resource in RESOURCES:
            items = of_reports(known, resource, [report for report in block if report != NO_REPORT])
            if NO_REPORT in found:
                items |= set(ownerless(known, resource))
            for row in rows(known, resource, items):
                if row.report in found:
                    found[row.report].setdefault(resource.number, []).append(row)
        yield from found.items()
        if known.kept is not None and (known is reader or len(known.kept.said) > _KEPT):
            known.kept.keep(reader.names.base)


def dictionary(reader: Reader) -> bytes:
    """Return a text of what rows are likely to hold: terms with their norms, and the names of properties.

    Nothing in it is of a report.
    """
    told, after, size = [], None, 0
    while size < _DICTIONARY:
        found, after = agreements.terms(reader, Selection({}, 50, after))
        for term in found:
            told.append(_written(Term, term))
            size += len(told[-1])
        if after is None:
            break
    skeleton = str(VIOLATION).encode()
    return b"".join(told)[:_DICTIONARY] + skeleton


def rows(reader: Reader, resource: Resource, iris: Iterable[str]) -> Iterator[Row]:
    """Yield the row of each item that the store holds of these, block by block."""
    for block in blocks(sorted(set(iris)), _ITEMS):
        yield from _rows(reader, resource, block)


def _rows(reader: Reader, resource: Resource, iris: Sequence[str]) -> list[Row]:
    listing = resource.listing
    reader.read(iris)
    query = _about(listing.item, f"?each WHERE {{\n@\n{listing.pattern}\n  BIND ({listing.key} AS ?each)\n}}")
    keys: dict[str, str] = {}
    for item, key in _ask(reader, query, iris):
        if item is not None and key is not None:
            keys[item] = min(key, keys.get(item, key))
    found = {item: Row(item, key) for item, key in keys.items()}
    if not found:
        return []
    held = list(found)
    find = resource.alone or resource.find
    said = find(reader, held)  # first, since it reads together what the filters go by
    for name, pattern in _patterns(resource).items():
        query = _about(listing.item, f"?{name} WHERE {{\n@\n{pattern}\n}}")
        _mark(resource, found, name, _ask(reader, query, held))
    _time(reader, resource, found)
    _tell(reader, resource, found, said)
    return list(found.values())


def _time(reader: Reader, resource: Resource, found: dict[str, Row]) -> None:
    """Write down when each item may have been, and the moment by which it is put together with others."""
    listing = resource.listing
    period = next((one.told for one in listing.filters.values() if one.takes == "period"), None)
    if period is not None:
        query = _about(listing.item, f"?earliest ?latest WHERE {{\n@\n{period}\n}}")
        for item, earliest, latest in _ask(reader, query, list(found)):
            when = span(earliest, latest)
            if when is not None:
                found[str(item)].spans.add(when)
    if resource.moment is not None:
        query = _about(listing.item, f"?moment WHERE {{\n@\n{resource.moment}\n}}")
        for item, moment in _ask(reader, query, list(found)):
            found[str(item)].moment = None if moment is None else instant(moment)


def _mark(resource: Resource, found: dict[str, Row], name: str, said: Iterable[Told]) -> None:
    """Write down by which values of a filter each item passes."""
    for item, value in said:
        if name == resource.part:
            found[str(item)].part = value
        elif value is not None:
            found[str(item)].marks.add((name, value))


def _tell(reader: Reader, resource: Resource, found: dict[str, Row], answers: Sequence[object]) -> None:
    """Write down how each item is answered, to which report it belongs, and of which others it tells."""
    of_report = re.compile(rf"{re.escape(reader.names.base)}report/[^/\"\\]+".encode())
    for row, said in zip(found.values(), answers, strict=True):
        row.body = _written(resource.model, said)
        if resource.owned is None:
            row.report = row.iri
        else:
            owners = (value for name, value in row.marks if name == resource.owned)
            row.report = min(owners, default=NO_REPORT)
        row.rests = {iri.decode() for iri in of_report.findall(row.body)} - {row.report}


def _written(model: type[Answered], said: object) -> bytes:
    """Return an answer as it is sent, in JSON."""
    made = model.__pydantic_validator__.validate_python(said, from_attributes=True)
    return bytes(model.__pydantic_serializer__.to_json(made, by_alias=True))


def _patterns(resource: Resource) -> dict[str, str]:
    """Return what binds the values of each filter, and of what else items are told apart by.

    A filter may speak of what the list's own pattern binds, and not of the item. Which records a claim
    answers is put together when it is asked.
    """
    listing = resource.listing
    filters = {
        name: one.told or one.pattern
        for name, one in listing.filters.items()
        if name not in _OWN and one.takes != answering.TAKES
    }
    return {
        name: pattern if f"{listing.item} " in pattern else f"{listing.pattern}\n{pattern}"
        for name, pattern in (filters | dict(resource.marks)).items()
    }


def _about(item: str, rest: str) -> str:
    name = item.removeprefix("?")
    return f"{HEAD}SELECT DISTINCT {item} " + rest.replace(
        "@", f"  VALUES {item} {{ UNDEF }} # @param {name}", 1
    )


def _ask(reader: Reader, query: str, iris: Sequence[str]) -> list[Told]:
    return reader.asked(query, "claim" if "@param claim" in query else "item", iris)


def _free(pattern: str) -> str:
    """Return the pattern of a filter of which any value will do."""
    return re.sub(r"VALUES \?\w+ \{ UNDEF \} # @param \w+", "", pattern)
