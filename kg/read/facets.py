"""Facets: how many items of a list pass if a value of a filter is asked for too, of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.query.lookups.listing import facet
from kg.read.resources import KIND
from kg.read.view import ALLEGED, CANDIDATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.reader import Reader
    from kg.read.resources import Resource

    Counted = Mapping[str, Mapping[str, int]]

_MOST: Final = 100
"""Values of a facet that are told, those with most items."""


def names_of(resource: Resource, given: str) -> tuple[str, ...]:
    """Return the filters that are named, with commas between; raise BadParameterError for others."""
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in resource.facets:
            known = ", ".join(sorted(resource.facets))
            raise BadParameterError(
                f"facets: the list of {resource.listing.name} is not counted by {name!r}; it is by {known}"
            )
    return names


def facets_of(
    reader: Reader, resource: Resource, filters: Mapping[str, str], names: Iterable[str]
) -> dict[str, Counted]:
    """Return for each filter and each of its values how many items of the store pass if it is asked for too.

    Allegations and candidates are counted apart, and never together. Raises what
    `kg.query.lookups.listing.page` raises.
    """
    return {name: _of_store(reader, resource, filters, name) for name in names}


def told(
    reader: Reader, resource: Resource, counted: Mapping[str, Counted]
) -> dict[str, list[dict[str, str | int]]]:
    """Return the facets as they are answered: of each filter the values with most items."""
    return {name: _told(reader, resource, name, found) for name, found in counted.items()}


def value_of(reader: Reader, takes: str, iri: str) -> str | None:
    """Return a value as a filter takes it that takes such values; None where it takes none of that IRI."""
    if takes.startswith("code:"):
        return iri.rpartition("/")[2]
    named = reader.names.short(iri)
    return named if named == iri or str(reader.names.iri(takes, named)) == iri else None


def _of_store(reader: Reader, resource: Resource, filters: Mapping[str, str], name: str) -> Counted:
    if KIND not in resource.marks:
        found = facet(reader, resource.listing, filters, name)
        return {iri: {"total": numbers[""]} for iri, numbers in found.items()}
    found = facet(reader, resource.listing, filters, name, f"?{KIND}")
    return {
        iri: {"alleged": numbers.get(ALLEGED, 0), "candidates": numbers.get(CANDIDATE, 0)}
        for iri, numbers in found.items()
    }


def _told(reader: Reader, resource: Resource, name: str, counted: Counted) -> list[dict[str, str | int]]:
    """Return the values that the filter takes, as it takes them, those with most items first."""
    takes = resource.listing.filters[name].takes
    values = []
    for iri, numbers in counted.items():
        named = value_of(reader, takes, iri)
        if named is not None:
            said: dict[str, str | int] = {"value": named, "iri": iri, **numbers}
            values.append((-max(numbers.values()), named, said))
    return [said for *_, said in sorted(values, key=lambda one: one[:2])[:_MOST]]
