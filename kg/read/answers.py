"""Lists answered from the model: the same items, order, keys and counts as by SPARQL over the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.query.lookups.assessments import Counts
from kg.query.lookups.listing import MAX_PAGE, Total, terms_of
from kg.read.resources import KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.query.lookups.listing import Selection, Values
    from kg.query.lookups.reader import Reader
    from kg.read.model import ReadModel
    from kg.read.resources import Resource
    from kg.read.view import View

_PATIENCE: Final = 0.25
"""Seconds for which the model is waited for when it is behind; then the store is asked."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, as it is at one change."""

    bodies: tuple[bytes, ...]
    """The items as they are answered, in JSON."""
    next_after: str | None
    counts: Counts | Total | None
    """How many there are on all pages; None where that was not asked."""
    facets: Mapping[str, Mapping[str, Mapping[str, int]]]
    """For each filter that was named and each of its values how many items there are of which kind."""
    hidden: int
    """How many there are that are not told of, for what the claims behind them are judged."""
    sequence: int
    """The change at which it is so."""


@dataclass(frozen=True, slots=True)
class Told:
    """An item as it is answered, in JSON, and the change at which it is so."""

    body: bytes
    sequence: int


def listed(  # noqa: PLR0913 - what a list is asked for
    model: ReadModel,
    reader: Reader,
    resource: Resource,
    selection: Selection,
    sequence: int,
    *,
    counted: bool = False,
    facets: Sequence[str] = (),
) -> Found | None:
    """Return a page at that change or a later one; None where the model does not come there soon.

    Raises what `kg.query.lookups.listing.page` raises.
    """
    if not 1 <= selection.limit <= MAX_PAGE:
        raise BadParameterError(f"limit: from 1 to {MAX_PAGE}, not {selection.limit}")
    if resource.listing.empty_with.intersection(selection.filters):
        return None
    terms = terms_of(reader, resource.listing, selection.filters)
    return model.ask(
        sequence,
        _PATIENCE,
        lambda view: _found(view, resource, selection, terms, counted=counted, facets=facets),
    )


def hidden_of(
    model: ReadModel, reader: Reader, resource: Resource, filters: Mapping[str, str], sequence: int
) -> int | None:
    """Return how many items of a list are hidden; None where the model does not come there soon."""
    if resource.listing.empty_with.intersection(filters):
        return None
    terms = terms_of(reader, resource.listing, filters)
    return model.ask(sequence, _PATIENCE, lambda view: view.hidden(resource, terms))


def one(model: ReadModel, reader: Reader, resource: Resource, name: str, sequence: int) -> Told | None:
    """Return an item by id or IRI, at that change or a later one; None where the model does not come there.

    Raises NotFoundError with the nearest ids if there is none.
    """
    iri = str(reader.find(resource.kind, name))

    def told(view: View) -> Told | None:
        body = view.one(resource, iri)
        return None if body is None else Told(body, view.sequence)

    return model.ask(sequence, _PATIENCE, told)


def _found(  # noqa: PLR0913 - what a list is asked for
    view: View,
    resource: Resource,
    selection: Selection,
    terms: Values,
    *,
    counted: bool,
    facets: Sequence[str],
) -> Found:
    found = view.page(resource, terms, selection.limit, selection.after)
    counts: Counts | Total | None = None
    if counted and KIND in resource.marks:
        counts = Counts(**view.kinds(resource, terms), not_assessed=view.not_assessed(terms))
    elif counted:
        counts = Total(view.count(resource, terms))
    parts = view.facets(resource, terms, facets) if facets else {}
    hidden = view.hidden(resource, terms)
    return Found(found.bodies, found.next_after, counts, parts, hidden, view.sequence)
