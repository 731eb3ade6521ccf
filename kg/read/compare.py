"""Is the model what SPARQL says over the store? Filters at random, the same for the same seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.query import credibility
from kg.query.lookups import assessments
from kg.query.lookups.listing import BOX, Selection, hidden, page, terms_of, total
from kg.query.lookups.outlines import boxes
from kg.query.lookups.reader import HEAD
from kg.read.resources import KIND, RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query.lookups.reader import Reader
    from kg.read.resources import Resource
    from kg.read.view import View

_PAGE: Final = 20
_SAMPLE: Final = 2000
"""Items of which values are taken to filter by."""


def difference(view: View, reader: Reader, seed: int, tries: int) -> str | None:
    """Return in words the first way in which the model is not as the store; None if none was found.

    Of each list the whole is counted, and so many pages are compared, item by item, under filters whose
    values are those of items of the store.
    """
    choice = random.Random(seed)  # noqa: S311 - no secret
    for resource in RESOURCES:
        known = {name: values(reader, resource, name) for name in sorted(resource.listing.filters)}
        names = [name for name in known if known[name]]
        for turn in range(tries):
            chosen = choice.sample(names, min(len(names), turn % 4)) if names else []
            filters = {name: choice.choice(known[name]) for name in chosen}
            try:
                found = _differs(view, reader, resource, filters)
            except BadParameterError:  # a period that ends before it begins
                continue
            if found is not None:
                said = " and ".join(f"{name}={value}" for name, value in filters.items()) or "no filter"
                return f"the list of {resource.listing.name} with {said}: {found}"
    return None


def values(reader: Reader, resource: Resource, name: str) -> list[str]:
    """Return what a filter of a list may be given, as items of the store have it."""
    listing = resource.listing
    one = listing.filters[name]
    if one.takes == credibility.TAKES:
        return list(credibility.GRADES)
    if one.told:
        bound = "?latest" if name == "from" else "?earliest"
        query = f"SELECT DISTINCT {bound} WHERE {{\n{listing.pattern}\n{one.told}\n}} LIMIT {_SAMPLE}"
        rows = reader.store.select(HEAD + query).rows
        return sorted({str(row[0])[:10] for row in rows if row[0] is not None})
    if one.takes == BOX:
        return boxes(reader)
    query = f"SELECT DISTINCT ?{name} WHERE {{\n{one.pattern}\n{listing.pattern}\n}} LIMIT {_SAMPLE}"
    found = sorted(str(row[0]) for row in reader.store.select(HEAD + query).rows if row[0] is not None)
    if one.takes.startswith("code:"):
        return [iri.rpartition("/")[2] for iri in found]
    return [iri for iri in found if is_of_kind(reader, one.takes, iri)]


def is_of_kind(reader: Reader, kind: str, iri: str) -> bool:
    """Return whether an IRI is such as a filter of that kind takes: a term's parts lead to the agreement."""
    named = reader.names.short(iri)
    return named == iri or str(reader.names.iri(kind, named)) == iri


def _differs(view: View, reader: Reader, resource: Resource, filters: Mapping[str, str]) -> str | None:
    selection = Selection(filters, _PAGE)
    terms = terms_of(reader, resource.listing, filters)
    expected, found = page(reader, resource.listing, selection), view.page(resource, terms, _PAGE, None)
    told = resource.find(reader, expected.items)
    bodies = [
        resource.model.model_validate(one, from_attributes=True).model_dump_json(by_alias=True).encode()
        for one in told
    ]
    for iri, body in zip(expected.items, bodies, strict=True):
        if body not in found.bodies:
            return f"{iri} is in the store, and not so in the model"
    if bodies != list(found.bodies) or expected.next_after != found.next_after:
        return f"{len(bodies)} items in the store, and {len(found.bodies)} or in another order in the model"
    if KIND in resource.marks:
        counted = assessments.counts(reader, filters)
        numbers = view.kinds(resource, terms) | {"not_assessed": view.not_assessed(terms)}
        said = {name: getattr(counted, name) for name in numbers}
    else:
        said = {"total": total(resource.listing, reader, filters).total}
        numbers = {"total": view.count(resource, terms)}
    said["hidden"], numbers["hidden"] = (
        hidden(reader, resource.listing, filters),
        view.hidden(resource, terms),
    )
    return None if said == numbers else f"the store counts {said}, the model {numbers}"
