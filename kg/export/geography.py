"""Where places lie: the middle of an outline in WKT, and a map of middles that is true near their centre."""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_RING = re.compile(r"\(([^()]+)\)")
_LATITUDE_FIRST: Final = "EPSG/0/4326"
_PAIR: Final = 2
_CLOSED: Final = 4
_FLAT: Final = 1e-12


class Point(NamedTuple):
    """Degrees of longitude and latitude."""

    lng: float
    lat: float


def middle(wkt: str) -> Point | None:
    """Return the middle of the largest ring of an outline, of a line or of points; None for no geometry.

    >>> middle("POLYGON ((44 38, 46 38, 46 40, 44 40, 44 38))")
    Point(lng=45.0, lat=39.0)
    >>> middle("POINT EMPTY") is None
    True
    """
    swapped = _LATITUDE_FIRST in wkt
    best: tuple[float, Point] | None = None
    for text in _RING.findall(wkt):
        points = _points(text, swapped=swapped)
        if points:
            found = _ring(points)
            best = found if best is None or found[0] > best[0] else best
    return None if best is None else Point(round(best[1].lng, 6), round(best[1].lat, 6))


def flat(points: Sequence[Point | None]) -> list[tuple[float, float] | None]:
    """Return points on a map whose distances are true along the middle latitude; None stays None."""
    known = [point for point in points if point is not None]
    if not known:
        return [None] * len(points)
    lat = sum(point.lat for point in known) / len(known)
    lng = sum(point.lng for point in known) / len(known)
    narrow = math.cos(math.radians(lat))
    return [
        None if point is None else (((point.lng - lng + 180) % 360 - 180) * narrow, point.lat - lat)
        for point in points
    ]


def _points(text: str, *, swapped: bool) -> list[Point]:
    found = []
    for pair in text.split(","):
        parts = pair.split()
        try:
            first, second = float(parts[0]), float(parts[1])
        except (IndexError, ValueError):
            return []
        found.append(Point(second, first) if swapped else Point(first, second))
    return found


def _ring(points: list[Point]) -> tuple[float, Point]:
    """Return the area and the middle: the centroid of a ring, the mean of what encloses nothing."""
    mean = Point(
        sum(point.lng for point in points) / len(points), sum(point.lat for point in points) / len(points)
    )
    if len(points) < _CLOSED or points[0] != points[-1]:
        return 0.0, mean
    area = x = y = 0.0
    for one, other in itertools.pairwise(points):
        ax, ay, bx, by = one.lng - mean.lng, one.lat - mean.lat, other.lng - mean.lng, other.lat - mean.lat
        cross = ax * by - bx * ay
        area += cross / 2
        x += (ax + bx) * cross
        y += (ay + by) * cross
    if abs(area) < _FLAT:
        return 0.0, mean
    return abs(area), Point(mean.lng + x / (6 * area), mean.lat + y / (6 * area))
