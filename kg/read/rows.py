"""The rows of the model: what the store says of items, by the queries and lookups of their lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.query.lookups.reader import HEAD
from kg.read.instants import span
from kg.store import bind, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.query.lookups.reader import Reader
    from kg.read.resources import Resource

_BLOCK: Final = 100
"""Items of which is asked together."""
_OWN: Final = ("from", "to")


@dataclass(slots=True)
class Row:
    """All that is kept of an item."""

    iri: str
    key: str
    """What it is ordered by."""
    report: str | None = None
    """The report that it belongs to."""
    part: str | None = None
    """What it is of that others are of too: of an assessment, the claim."""
    body: bytes = b""
    """The item as it is answered, in JSON."""
    marks: set[tuple[str, str]] = field(default_factory=set)
    """Filters with the values by which it passes."""
    spans: set[tuple[int, int]] = field(default_factory=set)
    """When it may have been, by each claim that says so."""
    rests: set[str] = field(default_factory=set)
    """The reports of which its body tells."""


def every(reader: Reader, resource: Resource) -> list[str]:
    """Return the IRIs of all items of a list that the store holds."""
    listing = resource.listing
    query = f"{HEAD}SELECT DISTINCT {listing.item} WHERE {{\n{listing.pattern}\n}}"
    return sorted(str(row[0]) for row in reader.store.select(query).rows)


def of_reports(reader: Reader, resource: Resource, reports: Sequence[str]) -> set[str]:
    """Return the IRIs of the items that belong to reports."""
    if resource.owned is None:
        return set(reports)
    pattern, name = resource.listing.filters[resource.owned].pattern, resource.owned
    query = f"{HEAD}SELECT DISTINCT {resource.listing.item} WHERE {{\n{pattern}\n}}"
    found: set[str] = set()
    for block in blocks(reports, _BLOCK):
        rows = reader.store.select(bind(query, {name: [URIRef(iri) for iri in block]})).rows
        found.update(str(row[0]) for row in rows)
    return found


def rows(reader: Reader, resource: Resource, iris: Iterable[str]) -> Iterator[Row]:
    """Yield the row of each item that the store holds of these, block by block."""
    for block in blocks(sorted(set(iris)), _BLOCK):
        yield from _rows(reader, resource, block)


def _rows(reader: Reader, resource: Resource, iris: Sequence[str]) -> list[Row]:
    listing = resource.listing
    query = _about(
        listing.item,
        f"(MIN(?each) AS ?key) WHERE {{\n@\n{listing.pattern}\n  BIND ({listing.key} AS ?each)\n}} "
        f"GROUP BY {listing.item}",
    )
    found = {str(item): Row(str(item), str(key)) for item, key in _ask(reader, query, iris)}
    if not found:
        return []
    held = list(found)
    for name, pattern in _patterns(resource).items():
        query = _about(listing.item, f"?{name} WHERE {{\n@\n{pattern}\n}}")
        _mark(resource, found, name, _ask(reader, query, held))
    period = next((one.told for one in listing.filters.values() if one.told), None)
    if period is not None:
        query = _about(listing.item, f"?earliest ?latest WHERE {{\n@\n{period}\n}}")
        for item, earliest, latest in _ask(reader, query, held):
            when = span(*(None if bound is None else str(bound) for bound in (earliest, latest)))
            if when is not None:
                found[str(item)].spans.add(when)
    _tell(reader, resource, found)
    return list(found.values())


def _mark(resource: Resource, found: dict[str, Row], name: str, said: Iterable[tuple[object, ...]]) -> None:
    """Write down by which values of a filter each item passes."""
    for item, value in said:
        if name == resource.part:
            found[str(item)].part = str(value)
        elif value is not None:
            found[str(item)].marks.add((name, str(value)))


def _tell(reader: Reader, resource: Resource, found: dict[str, Row]) -> None:
    """Write down how each item is answered, and of which reports that tells."""
    of_report = re.compile(rf"{re.escape(reader.names.base)}report/[^/\"\\]+")
    for row, said in zip(found.values(), resource.find(reader, list(found)), strict=True):
        answer = resource.model.model_validate(said, from_attributes=True)
        text = answer.model_dump_json(by_alias=True)
        row.body = text.encode()
        row.rests = set(of_report.findall(text))
        if resource.owned is None:
            row.report = row.iri
        else:
            row.report = min((value for name, value in row.marks if name == resource.owned), default=None)


def _patterns(resource: Resource) -> dict[str, str]:
    """Return what binds the values of each filter, and of what else items are told apart by.

    A filter may speak of what the list's own pattern binds, and not of the item.
    """
    listing = resource.listing
    filters = {name: one.pattern for name, one in listing.filters.items() if name not in _OWN}
    return {
        name: pattern if f"{listing.item} " in pattern else f"{listing.pattern}\n{pattern}"
        for name, pattern in (filters | dict(resource.marks)).items()
    }


def _about(item: str, rest: str) -> str:
    name = item.removeprefix("?")
    return f"{HEAD}SELECT DISTINCT {item} " + rest.replace(
        "@", f"  VALUES {item} {{ UNDEF }} # @param {name}", 1
    )


def _ask(reader: Reader, query: str, iris: Sequence[str]) -> tuple[tuple[object, ...], ...]:
    name = "claim" if "@param claim" in query else "item"
    return reader.store.select(bind(query, {name: [URIRef(iri) for iri in iris]})).rows
