"""Containment by outline: which places lie within the outline of another, and which lie apart from a zone.

An index of outlines (an STR tree) is asked once for all places, so that a hundred thousand points cost no
pass over each outline. Geometries are compared as GeoSPARQL's Simple Features are, on the plane of degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.outlines import shape
from kg.terms import GEO, SVD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Triple
    from kg.store import GraphStore

_DRAWN: Final = f"SELECT DISTINCT ?place ?wkt WHERE {{ ?place <{GEO.hasGeometry}>/<{GEO.asWKT}> ?wkt }}"
_ZONES: Final = f"SELECT DISTINCT ?zone WHERE {{ ?zone a <{SVD.AgreementZone}> }}"
_WITH_AN_INSIDE: Final = 2
"""The dimension of what something can lie within."""


def within_outlines(store: GraphStore) -> frozenset[Triple]:
    """Return `geo:sfWithin` from each place to those within whose outlines it lies.

    Of agreement zones also `geo:sfDisjoint`, from each place that has no point in common with the zone. A
    geometry that cannot be read, or crosses itself, stands in no relation (OGC 06-103r4, §6.1.15).
    """
    return frozenset(_related(store))


def _related(store: GraphStore) -> Iterator[Triple]:
    rows = store.select(_DRAWN).rows
    if not rows:
        return
    import shapely  # noqa: PLC0415 - takes as long as all else, and most stores hold no outline

    found = ((URIRef(str(place)), shape(str(wkt))) for place, wkt in rows)
    drawn = [(place, one) for place, one in found if one is not None and one.is_valid]
    areas = [(place, one) for place, one in drawn if shapely.get_dimensions(one) == _WITH_AN_INSIDE]
    if not areas:
        return
    shapes, tree = [one for _, one in drawn], shapely.STRtree([area for _, area in areas])
    for inner, outer in tree.query(shapes, predicate="within").T:
        if drawn[inner][0] != areas[outer][0]:
            yield drawn[inner][0], GEO.sfWithin, areas[outer][0]
    zones = {str(zone) for (zone,) in store.select(_ZONES).rows}
    for zone, area in areas:
        if str(zone) in zones:
            shapely.prepare(area)
            apart = shapely.disjoint(area, shapes)
            yield from (
                (place, GEO.sfDisjoint, zone) for (place, _), far in zip(drawn, apart, strict=True) if far
            )
