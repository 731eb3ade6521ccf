"""Where records are said to be: of each place how many, each record at the nearest place that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap

from kg.query.lookups.listing import terms_of
from kg.read.figures import RECORDS, counted_at, numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.query.lookups.reader import Reader
    from kg.read.model import ReadModel
    from kg.read.view import Terms, View

    Within = Callable[[Sequence[str]], Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Here:
    """The records of one place; allegations and candidates are different things, and have no sum."""

    iri: str
    alleged: int
    alleged_denied: int
    candidates: int
    candidates_denied: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The records of each place, those with most first, and how many name no place at all."""

    places: tuple[Here, ...]
    alleged_nowhere: int
    candidates_nowhere: int
    sequence: int
    """The change at which it is so."""


def whereabouts(view: View, records: Terms, within: Within) -> Whereabouts:
    """Return of each place the records that pass and name it, or one within it and that no nearer.

    The function tells of places in which others each of them lies, near or far.
    """
    chosen = view.kinds_apart(RECORDS, records)
    passing = chosen["alleged"] | chosen["candidates"]
    held = {iri: rows & passing for iri, rows in view.values_of(RECORDS, "place").items()}
    held = {iri: rows for iri, rows in held.items() if rows}
    nearer: dict[str, BitMap] = {}
    for iri, outer in within(sorted(held)).items():
        for one in outer:
            if one != iri:
                nearer[one] = nearer.get(one, BitMap()) | held[iri]
    found = []
    for iri, rows in held.items():
        own = rows - nearer.get(iri, BitMap())
        if own:
            found.append(Here(iri, *numbers_of(chosen, own)))
    nowhere = passing - BitMap.union(BitMap(), *held.values())
    return Whereabouts(
        tuple(sorted(found, key=lambda one: (-one.alleged, -one.candidates, one.iri))),
        nowhere.intersection_cardinality(chosen["alleged"]),
        nowhere.intersection_cardinality(chosen["candidates"]),
        view.sequence,
    )


def whereabouts_at(
    model: ReadModel, reader: Reader, filters: Mapping[str, str], within: Within, sequence: int
) -> Whereabouts:
    """Return the same at a change or later.

    Raises IndexMissingError while the read model is being made, and what
    `kg.query.lookups.listing.terms_of` raises.
    """
    records = terms_of(reader, RECORDS.listing, filters)
    return counted_at(model, sequence, lambda view: whereabouts(view, records, within))
