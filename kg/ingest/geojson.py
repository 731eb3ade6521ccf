"""Geometries in degrees: GeoJSON as WKT, number by number as they are written, and WKT checked alike."""

from __future__ import annotations

import json
import re
from typing import Any

_LEVELS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_POSITION = re.compile(r"[^(), ]+( [^(), ]+)*")
_ORDER = "longitude first, then latitude"
_EXAMPLE = "such as POINT (46.4 39.2) or POLYGON ((46 39, 47 39, 47 40, 46 39))"
_WKT = re.compile(
    r"(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON) ?(\([-+0-9.eE,() ]+\))",
    re.IGNORECASE,
)


class GeometryError(ValueError):
    """Why a geometry cannot be used, and what would be right."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        """Keep the two."""
        super().__init__(message)
        self.hint = hint


def features(data: bytes) -> dict[str, Any]:
    """Return the geometries of a GeoJSON file by the `id` and the `iso_3166_2` of their features."""
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str)
        listed = document["features"]
        found: dict[str, Any] = {}
        for feature in listed:
            properties = feature.get("properties") or {}
            for name in ("iso_3166_2", "id"):
                if isinstance(properties.get(name), str):
                    found[properties[name]] = feature["geometry"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"is not a GeoJSON FeatureCollection ({type(error).__name__}: {error})"
        raise GeometryError(message) from None
    return found


def to_wkt(geometry: object) -> str:
    """Return the geometry as WKT; raise GeometryError if it is none that is known, or has bad rings.

    >>> to_wkt({"type": "Polygon", "coordinates": [[["0", "0"], ["1.50", "0"], ["1", "1"], ["0", "0"]]]})
    'POLYGON ((0 0, 1.50 0, 1 1, 0 0))'
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in _LEVELS:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        raise GeometryError(f"has geometry type {kind!r}; one of {', '.join(sorted(_LEVELS))} is needed")
    kind = geometry["type"]
    coordinates = geometry.get("coordinates")
    closed = kind in {"Polygon", "MultiPolygon"}
    body = (
        f"({_position(coordinates)})" if kind == "Point" else _list(coordinates, _LEVELS[kind], closed=closed)
    )
    return f"{kind.upper()} {body}"


def check_wkt(text: str) -> str:
    """Return the WKT in capitals and with single blanks; raise GeometryError as for GeoJSON.

    >>> check_wkt("point(46.4  39.2)")
    'POINT (46.4 39.2)'
    """
    found = _WKT.fullmatch(" ".join(text.split()))
    if not found:
        raise GeometryError("is not WKT", _EXAMPLE)
    kind = next(kind for kind in _LEVELS if kind.upper() == found[1].upper())
    to_wkt({"type": kind, "coordinates": _coordinates(kind, found[2])})
    return f"{found[1].upper()} {found[2].upper()}"


def _coordinates(kind: str, body: str) -> object:
    """Return what stands in the brackets of WKT as GeoJSON has it."""
    listed = _POSITION.sub(lambda position: json.dumps(position[0].split()), body)
    try:
        value = json.loads(listed.replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        raise GeometryError("is not WKT", _EXAMPLE) from None
    if kind == "Point":
        return value[0] if len(value) == 1 else value
    if kind == "MultiPoint":
        return [item[0] if len(item) == 1 else item for item in value]
    return value


def _list(value: object, level: int, *, closed: bool) -> str:
    if not isinstance(value, list) or not value:
        raise GeometryError("has an empty list of coordinates")
    if level == 1:
        if closed and (len(value) < 4 or value[0] != value[-1]):  # noqa: PLR2004 - a closed ring
            raise GeometryError(
                "has a ring that is not closed: its last point must be its first",
                "a ring has four points or more, and the first once again at the end",
            )
        return f"({', '.join(_position(item) for item in value)})"
    return f"({', '.join(_list(item, level - 1, closed=closed) for item in value)})"


def _position(value: object) -> str:
    if not isinstance(value, list) or len(value) < 2 or not all(_is_number(item) for item in value):  # noqa: PLR2004
        raise GeometryError(f"has a point that is no pair of numbers: {_said(value)}", _ORDER)
    longitude, latitude = value[:2]
    if abs(float(longitude)) > 180 or abs(float(latitude)) > 90:  # noqa: PLR2004 - degrees
        raise GeometryError(
            f"has a point outside the globe: {longitude} {latitude}",
            f"{_ORDER}: from -180 to 180, and from -90 to 90",
        )
    return f"{longitude} {latitude}"


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]


def _is_number(value: object) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None
