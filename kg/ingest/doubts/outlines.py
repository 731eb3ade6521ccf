"""How far a place lies outside an outline, in kilometres, and by which slip of its coordinates."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

FAR: Final = 25.0
"""Kilometres outside an outline that are no matter of how finely it is drawn."""
_RADIUS: Final = 6371.0
_RING: Final = re.compile(r"\(([^()]+)\)")
_POSITION: Final = re.compile(r"([-+]?[0-9.][-+0-9.eE]*) ([-+]?[0-9.][-+0-9.eE]*)")
_Point: TypeAlias = tuple[float, float]
_SLIPS: Final[tuple[tuple[str, Callable[[_Point], _Point]], ...]] = (
    ("longitude and latitude are swapped", lambda point: (point[1], point[0])),
    ("the sign of the longitude is wrong", lambda point: (-point[0], point[1])),
    ("the sign of the latitude is wrong", lambda point: (point[0], -point[1])),
    ("the signs of longitude and latitude are wrong", lambda point: (-point[0], -point[1])),
    (
        "longitude and latitude are swapped, and the sign of the longitude is wrong",
        lambda point: (-point[1], point[0]),
    ),
    (
        "longitude and latitude are swapped, and the sign of the latitude is wrong",
        lambda point: (point[1], -point[0]),
    ),
)
"""What is often written instead of coordinates, each with what undoes it; the likeliest first."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with coordinates, in words, and how they are written without it."""

    words: str
    meant: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A place that lies outside: how far, and the slip without which it would not."""

    kilometres: float
    slip: Slip | None


def outside(wkt: str, outline: str) -> Outside | None:
    """Return how far a geometry lies outside an outline, if far; None also where the outline has no area.

    >>> round(outside("POINT (39 46)", "POLYGON ((46 39, 47 39, 47 40, 46 39))").kilometres, -2)
    900.0
    """
    if not outline.startswith(("POLYGON", "MULTIPOLYGON")):
        return None
    rings = [_points(ring) for ring in _RING.findall(outline)]
    points = [point for ring in _RING.findall(wkt) for point in _points(ring)]
    if not points or not rings:
        return None
    kilometres = math.inf
    for point in points:
        kilometres = min(kilometres, _distance(point, rings))
        if kilometres <= FAR:  # and the other points do not matter
            return None
    for words, change in _SLIPS:
        changed = [change(point) for point in points]
        if all(abs(latitude) <= 90 for _, latitude in changed) and (  # noqa: PLR2004 - degrees
            any(_distance(point, rings) <= FAR for point in changed)
        ):
            return Outside(kilometres, Slip(words, _changed(wkt, change)))
    return Outside(kilometres, None)


def _points(ring: str) -> list[_Point]:
    numbers = [position.split() for position in ring.split(",")]
    return [(float(position[0]), float(position[1])) for position in numbers]


def _changed(wkt: str, change: Callable[[_Point], _Point]) -> str:
    def written(found: re.Match[str]) -> str:
        return " ".join(f"{number:.12g}" for number in change((float(found[1]), float(found[2]))))

    return _POSITION.sub(written, wkt)


def _distance(point: _Point, rings: list[list[_Point]]) -> float:
    """Return how far a point is from an area: 0 within it, else by great circle to its nearest edge."""
    if _inside(point, rings):
        return 0.0
    edges = (edge for ring in rings for edge in pairwise(ring))
    nearest = min((_nearest(point, *edge) for edge in edges), key=lambda found: found[0])[1]
    return _great_circle(point, nearest)


def _inside(point: _Point, rings: list[list[_Point]]) -> bool:
    """Return whether a point lies within the rings; one within another is a hole."""
    x, y = point
    within = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                within = not within
    return within


def _nearest(point: _Point, start: _Point, end: _Point) -> tuple[float, _Point]:
    """Return the point of an edge that is nearest, and how near as the map around the point has it."""
    scale = max(math.cos(math.radians(point[1])), 0.01)
    ax, ay = _around(start[0] - point[0]) * scale, start[1] - point[1]
    bx, by = _around(end[0] - point[0]) * scale, end[1] - point[1]
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
    x, y = ax + share * (bx - ax), ay + share * (by - ay)
    return math.hypot(x, y), (point[0] + x / scale, point[1] + y)


def _around(degrees: float) -> float:
    """Return a difference of longitudes by the shorter way around the globe."""
    return (degrees + 180) % 360 - 180


def _great_circle(one: _Point, other: _Point) -> float:
    (x1, y1), (x2, y2) = (tuple(map(math.radians, point)) for point in (one, other))
    chord = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(chord)))
