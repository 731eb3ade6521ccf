"""The outlines of places: of those of a page, and of those that a box of degrees meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.outlines import Box
from kg.query.lookups.reader import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.lookups.reader import Reader

OUTLINES: Final = f"""{HEAD}SELECT ?place ?wkt WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  ?place geo:hasGeometry/geo:asWKT ?wkt .
}}"""
"""The outlines of places, in WKT."""


def outlines(reader: Reader, iris: Iterable[str]) -> dict[str, str]:
    """Return the outline of each place that has one, as WKT."""
    found: dict[str, str] = {}
    for place, drawn in sorted(reader.related(OUTLINES, "place", iris)):
        found.setdefault(place, drawn)
    return found


def met_by(reader: Reader, box: Box) -> tuple[URIRef, ...]:
    """Return the places whose outline has a point in the box; of which none is known, none."""
    rows = reader.store.texts(OUTLINES)
    return tuple(sorted({URIRef(str(place)) for place, wkt in rows if wkt is not None and box.meets(wkt)}))


def boxes(reader: Reader) -> list[str]:
    """Return the boxes around the outlines of places, as a filter is given them."""
    rows = reader.store.texts(OUTLINES)
    return sorted({box.text for _, wkt in rows if wkt is not None and (box := Box.around(wkt)) is not None})
