"""Outlines: geometries in WKT as GeoJSON has them, and the boxes of degrees that they meet."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kg.errors import BadParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

_FORMS: Final = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}
_WKT = re.compile(r"\s*(?:<([^>]*)>\s*)?([A-Za-z]+)\s*(\([-+0-9.eE,()\s]+\))\s*")
_POSITION = re.compile(r"[^(),]+")
_LATITUDE_FIRST: Final = "EPSG/0/4326"
_NUMBERS: Final = 4
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_POINTS: Final = frozenset({"Point", "MultiPoint"})
_FILLED: Final = frozenset({"Polygon", "MultiPolygon"})
_SHORT_DEGREE: Final = 110.5
"""Kilometres in a degree of a meridian where these are fewest."""
_CORNERS: Final = 16
_LAST_LATITUDE: Final = 85.0
"""Beyond which no polygon of degrees stands for a circle."""
_RIGHT: Final = "four numbers, west,south,east,north in degrees, such as 44.5,38.8,48,41.9"

Position = tuple[float, float]


def geojson(wkt: str) -> dict[str, Any] | None:
    """Return a geometry as RFC 7946 has it, longitude first; None for an empty one and what is none.

    >>> geojson("POINT (46.4 39.2)")
    {'type': 'Point', 'coordinates': [46.4, 39.2]}
    >>> geojson("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (39.2 46.4)")
    {'type': 'Point', 'coordinates': [46.4, 39.2]}
    >>> geojson("POLYGON EMPTY") is None
    True
    """
    found = _WKT.fullmatch(wkt)
    kind = None if found is None else _FORMS.get(found[2].upper())
    if found is None or kind is None:
        return None
    swapped = _LATITUDE_FIRST in (found[1] or "")

    def position(match: re.Match[str]) -> str:
        numbers = [float(part) for part in match[0].split()][:2]
        return json.dumps(numbers[::-1] if swapped else numbers) if numbers else ""

    try:
        listed = _POSITION.sub(position, found[3])
        value = json.loads(listed.replace("(", "[").replace(")", "]"))
    except ValueError:
        return None
    if kind == "Point":
        value = value[0]
    elif kind == "MultiPoint":  # both ((1 2), (3 4)) and (1 2, 3 4) are written
        value = [one[0] if isinstance(one[0], list) else one for one in value]
    return {"type": kind, "coordinates": value}


def shape(wkt: str) -> BaseGeometry | None:
    """Return a geometry as Shapely has it, longitude first; None for an empty one and what is none.

    >>> shape("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (39.2 46.4)").wkt
    'POINT (46.4 39.2)'
    """
    import shapely.geometry  # noqa: PLC0415 - takes as long as all else, and most who read outlines draw them

    made = geojson(wkt)
    try:
        return None if made is None else shapely.geometry.shape(made)
    except (ValueError, shapely.GEOSException):  # a ring of too few points, say
        return None


def surroundings(longitude: float, latitude: float, kilometres: float) -> str | None:
    """Return a polygon in WKT around what is not farther from a point; None at a pole or the line of dates.

    Its sixteen corners lie outside the circle, so that nothing within it is left out.

    >>> surroundings(46.4, 39.2, 25)[:44]
    'POLYGON ((46.6987 39.2, 46.6759 39.2883, 46.'
    """
    reach = kilometres / _SHORT_DEGREE / math.cos(math.pi / _CORNERS)
    if abs(latitude) + reach > _LAST_LATITUDE:
        return None
    # Where meridians draw together most, the farther side of the circle, a degree is shortest.
    across = reach / math.cos(math.radians(abs(latitude) + reach))
    if abs(longitude) + across > 180:  # noqa: PLR2004
        return None
    turns = [2 * math.pi * corner / _CORNERS for corner in range(_CORNERS)]
    corners = [
        f"{_spelled(longitude + across * math.cos(turn), 4)} {_spelled(latitude + reach * math.sin(turn), 4)}"
        for turn in turns
    ]
    return f"POLYGON (({', '.join([*corners, corners[0]])}))"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of degrees; one whose west is greater than its east reaches over the line of dates."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, text: str, name: str = "bbox") -> Box:
        """Return the box that a parameter gives; raise BadParameterError for what is none.

        >>> Box.of("44.5,38.8,48,41.9").north
        41.9
        """
        parts = [part.strip() for part in text.split(",")]
        if len(parts) != _NUMBERS or not all(_NUMBER.fullmatch(part) for part in parts):
            raise BadParameterError(f"{name}: {text!r} is no box; give {_RIGHT}")
        box = cls(*map(float, parts))
        if max(abs(box.west), abs(box.east)) > 180 or max(abs(box.south), abs(box.north)) > 90:  # noqa: PLR2004
            raise BadParameterError(f"{name}: {text!r} reaches beyond the globe; give {_RIGHT}")
        if box.south > box.north:
            raise BadParameterError(f"{name}: south is {parts[1]}, and north {parts[3]}; give {_RIGHT}")
        return box

    @classmethod
    def around(cls, wkt: str) -> Box | None:
        """Return the least box around an outline that does not cross the line of dates; None for none."""
        form = _formed(wkt)
        if form is None:
            return None
        across, up = zip(*(point for line in form[1] for point in line), strict=True)
        return cls(min(across), min(up), max(across), max(up))

    @property
    def middle(self) -> Position:
        """The middle of the box, of one that does not reach over the line of dates."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    @property
    def text(self) -> str:
        """The box as a parameter gives it."""
        return ",".join(_spelled(number, 9) for number in self._sides)

    @property
    def _sides(self) -> tuple[float, float, float, float]:
        return self.west, self.south, self.east, self.north

    def meets(self, wkt: str) -> bool:
        """Return whether any point of an outline, of what lies within it too, is in the box or on its edge.

        >>> box = Box(0, 0, 10, 10)
        >>> box.meets("POINT (10 5)"), box.meets("POINT (11 5)"), box.meets("LINESTRING (-5 5, 5 15)")
        (True, False, True)
        >>> box.meets("POLYGON ((-5 -5, 20 -5, 20 20, -5 20, -5 -5))")
        True
        >>> Box(170, -10, -170, 10).meets("POINT (-175 0)")
        True
        """
        form = _formed(wkt)
        if form is None:
            return False
        if self.west > self.east:
            halves = Box(self.west, self.south, 180, self.north), Box(-180, self.south, self.east, self.north)
            return any(half.meets(wkt) for half in halves)
        kind, lines = form
        if kind in _POINTS:
            return any(self._holds(point) for line in lines for point in line)
        if any(self._cuts(one, other) for line in lines for one, other in pairwise(line)):
            return True
        return kind in _FILLED and _inside((self.west, self.south), lines)

    def _holds(self, point: Position) -> bool:
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north

    def _cuts(self, one: Position, other: Position) -> bool:
        """Return whether any part of a straight line lies in the box."""
        first, last = 0.0, 1.0
        for axis, least, most in ((0, self.west, self.east), (1, self.south, self.north)):
            begin, way = one[axis], other[axis] - one[axis]
            if math.isclose(way, 0.0, abs_tol=1e-15):
                if not least <= begin <= most:
                    return False
                continue
            ends = sorted(((least - begin) / way, (most - begin) / way))
            first, last = max(first, ends[0]), min(last, ends[1])
            if first > last:
                return False
        return True


def _spelled(degrees: float, places: int) -> str:
    return f"{degrees:.{places}f}".rstrip("0").rstrip(".")


@lru_cache(8192)
def _formed(wkt: str) -> tuple[str, tuple[tuple[Position, ...], ...]] | None:
    """Return the kind of an outline with its lines, rings or points."""
    made = geojson(wkt)
    if made is None:
        return None
    return made["type"], tuple(_lines(made["coordinates"]))


def _lines(value: list[Any]) -> Iterator[tuple[Position, ...]]:
    if not isinstance(value[0], list):
        yield ((value[0], value[1]),)
    elif not isinstance(value[0][0], list):
        yield tuple((point[0], point[1]) for point in value)
    else:
        for one in value:
            yield from _lines(one)


def _inside(point: Position, rings: tuple[tuple[Position, ...], ...]) -> bool:
    """Return whether a point lies within rings: in an odd number of them, since those in others are holes."""
    x, y = point
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
