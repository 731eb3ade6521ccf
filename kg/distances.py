"""How far one geometry lies from another on the ellipsoid of WGS 84, at the nearest and at the farthest.

Outlines are read as maps draw them: straight in degrees between their points. Of all edges those are measured
that a map shows to be nearest; along each the geodesic distance is made least.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from geographiclib.geodesic import Geodesic

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART: Final = re.compile(r"\(([^()]+)\)")
_FORM: Final = re.compile(r"\s*(?:<[^>]*>\s*)?(?:MULTI)?(POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_POSITION: Final = 2
_FINAL: Final = 4
"""How many edges, or points, that a map shows to be nearest are measured."""
_MOST_PAIRS: Final = 250_000
"""Pairs of edges of two geometries that are looked at."""
_RADIUS: Final = 6371.0
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_STEPS: Final = 28
_PIECES: Final = 8
"""In how many pieces an edge is cut to find its farthest point, where there are few."""
_FEW: Final = 64
_Point: TypeAlias = tuple[float, float]
_Edge: TypeAlias = tuple[_Point, _Point]


@dataclass(frozen=True, slots=True)
class Distance:
    """Kilometres from all of one geometry to the nearest point of the other: the least and the greatest."""

    nearest: float
    farthest: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """The edges of a geometry (of a point one of no length), and whether it has an inside."""

    edges: tuple[_Edge, ...]
    filled: bool

    def points(self) -> Iterable[_Point]:
        """Return points of the outline, close enough to each other to stand for all of it."""
        pieces = _PIECES if len(self.edges) <= _FEW else 1
        for (x1, y1), (x2, y2) in self.edges:
            for piece in range(pieces if (x1, y1) != (x2, y2) else 1):
                share = piece / pieces
                yield x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        yield self.edges[-1][1]

    def corners(self) -> Iterable[_Point]:
        """Return the ends of the edges."""
        return {end for edge in self.edges for end in edge}

    def holds(self, point: _Point) -> bool:
        """Return whether a point lies inside; one within two rings is in a hole."""
        x, y = point
        inside = False
        for (x1, y1), (x2, y2) in self.edges if self.filled else ():
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside


@lru_cache(maxsize=4096)
def distance(wkt: str, other: str) -> Distance | None:
    """Return how far a geometry lies from another; None if one is empty, of no known form, or too detailed.

    >>> found = distance("POINT (38 48)", "LINESTRING (37 47, 37 49)")
    >>> (round(found.nearest, 1), round(found.farthest, 1))
    (74.6, 74.6)
    >>> distance("POINT (37 48)", "LINESTRING (37 47, 37 49)").nearest
    0.0
    """
    one, two = _shape(wkt), _shape(other)
    if one is None or two is None or len(one.edges) * len(two.edges) > _MOST_PAIRS:
        return None
    ranked = sorted((_rough(point, two), point) for point in one.points())
    back = sorted((_rough(corner, one), corner) for corner in two.corners())
    nearest = min(
        *(_reach(point, two) for _, point in ranked[:_FINAL]),
        *(_reach(corner, one) for _, corner in back[:_FINAL]),
    )
    farthest = max(_reach(point, two) for _, point in ranked[-_FINAL:])
    return Distance(0.0 if _crossing(one, two) else round(nearest, 3), round(farthest, 3))


def _shape(wkt: str) -> _Shape | None:
    form = _FORM.match(wkt)
    if form is None:
        return None
    edges: list[_Edge] = []
    for part in _PART.findall(wkt):
        numbers = [position.split() for position in part.split(",")]
        if any(len(position) < _POSITION for position in numbers):
            return None
        try:
            points = [(float(position[0]), float(position[1])) for position in numbers]
        except ValueError:
            return None
        single = form[1].upper() == "POINT" or len(points) == 1
        edges += [(point, point) for point in points] if single else pairwise(points)
    return _Shape(tuple(edges), form[1].upper() == "POLYGON") if edges else None


def _rough(point: _Point, shape: _Shape) -> float:
    """Return about how many kilometres a point is from a shape: 0 inside it."""
    return 0.0 if shape.holds(point) else min(_by_map(point, edge) for edge in shape.edges)


def _reach(point: _Point, shape: _Shape) -> float:
    """Return how many kilometres a point is from a shape: 0 inside it; measured along the likeliest edges."""
    if shape.holds(point):
        return 0.0
    ranked = sorted((_by_map(point, edge), edge) for edge in shape.edges)
    return min(_along(point, edge) for _, edge in ranked[:_FINAL])


def _by_map(point: _Point, edge: _Edge) -> float:
    """Return about how far an edge is: on a sphere, to its nearest point on the map around the point."""
    scale = max(math.cos(math.radians(point[1])), 0.01)
    (ax, ay), (bx, by) = ((_around(end[0] - point[0]) * scale, end[1] - point[1]) for end in edge)
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
    near = (point[0] + (ax + share * (bx - ax)) / scale, point[1] + ay + share * (by - ay))
    (x1, y1), (x2, y2) = (tuple(map(math.radians, each)) for each in (point, near))
    chord = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def _along(point: _Point, edge: _Edge) -> float:
    """Return the least geodesic distance from a point to an edge: golden sections of where it is least."""
    (x1, y1), (x2, y2) = edge
    width = _around(x2 - x1)

    def at(share: float) -> float:
        return _geodesic(point, (x1 + share * width, y1 + share * (y2 - y1)))

    if edge[0] == edge[1]:
        return at(0.0)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        first, second = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if at(first) <= at(second):
            high = second
        else:
            low = first
    return min(at(0.0), at((low + high) / 2), at(1.0))


def _geodesic(one: _Point, other: _Point) -> float:
    found = Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0], Geodesic.DISTANCE)
    return float(found["s12"]) / 1000


def _around(degrees: float) -> float:
    """Return a difference of longitudes by the shorter way around the globe."""
    return (degrees + 180) % 360 - 180


def _crossing(one: _Shape, two: _Shape) -> bool:
    """Return whether an edge of the one crosses an edge of the other."""
    return any(_cross(edge, other) for edge in one.edges for other in two.edges)


def _cross(edge: _Edge, other: _Edge) -> bool:
    def side(start: _Point, end: _Point, point: _Point) -> float:
        return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])

    return (
        side(*edge, other[0]) * side(*edge, other[1]) < 0
        and side(*other, edge[0]) * side(*other, edge[1]) < 0
    )
