"""Functions that queries may call on geometries besides the engine's own: how far one lies from another.

`geof:metricDistance` is GeoSPARQL's, in metres. `svf:farthest` is ours: how far the farthest part of the
first geometry lies from the second, likewise; so it can be told what is nearer than a limit as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.distances import distance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DOUBLE: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")


def _nearest(one: object, other: object) -> ox.Literal | None:
    found = distance(one.value, other.value) if _literals(one, other) else None  # type: ignore[attr-defined]
    return None if found is None else ox.Literal(str(found.nearest * 1000), datatype=_DOUBLE)


def _farthest(one: object, other: object) -> ox.Literal | None:
    found = distance(one.value, other.value) if _literals(one, other) else None  # type: ignore[attr-defined]
    return None if found is None else ox.Literal(str(found.farthest * 1000), datatype=_DOUBLE)


def _literals(one: object, other: object) -> bool:
    return isinstance(one, ox.Literal) and isinstance(other, ox.Literal)


FUNCTIONS: Final[Mapping[ox.NamedNode, Callable[..., ox.Literal | None]]] = {
    ox.NamedNode("http://www.opengis.net/def/function/geosparql/metricDistance"): _nearest,
    ox.NamedNode("https://w3id.org/servanda/functions#farthest"): _farthest,
}
"""By the names under which queries call them."""
