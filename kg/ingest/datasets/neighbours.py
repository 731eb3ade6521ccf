"""Where the points of a file lie, by country: one with latitude and longitude exchanged lies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.outlines import Box

if TYPE_CHECKING:
    from kg.ingest.datasets.record import Record

_LEAST: Final = 3
"""Points of a country that have to be known before anything is said of another."""
_AREA: Final = 10.0
"""Degrees that the points of a file without countries may reach over, and still tell where others are."""
_FAR: Final = 3.0
_NEAR: Final = 1.0
"""Degrees from the others: so far is outside, so near is among them."""


@dataclass(slots=True)
class _Reach:
    count: int
    west: float
    east: float
    south: float
    north: float

    def holds(self, longitude: float, latitude: float, margin: float) -> bool:
        """Return whether a point lies in it or not farther than so many degrees from it."""
        return (
            self.west - margin <= longitude <= self.east + margin
            and self.south - margin <= latitude <= self.north + margin
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it is no larger than the area of a mission."""
        return self.east - self.west <= _AREA and self.north - self.south <= _AREA

    def take(self, longitude: float, latitude: float) -> None:
        """Reach as far as a point."""
        self.count += 1
        self.west, self.east = min(self.west, longitude), max(self.east, longitude)
        self.south, self.north = min(self.south, latitude), max(self.north, latitude)


class Neighbours:
    """Keeps for each country of a file, or for all of it where it names none, how far its points reach."""

    def __init__(self) -> None:
        """Begin without a point."""
        self._boxes: dict[str, _Reach] = {}

    def swapped(self, record: Record) -> str | None:
        """Return in words why the point of a row is taken for exchanged; None where it is not."""
        drawn = next((one.geometry for one in record.places if one.geometry), None)
        around = None if drawn is None else Box.around(drawn)
        if around is None:
            return None
        longitude, latitude = around.middle
        country = record.places[0].id if len(record.places) > 1 else ""
        box = self._boxes.get(country)
        if box is None:
            self._boxes[country] = _Reach(1, longitude, longitude, latitude, latitude)
            return None
        if (
            box.count >= _LEAST
            and (country or box.is_narrow)
            and not box.holds(longitude, latitude, _FAR)
            and box.holds(latitude, longitude, _NEAR)
        ):
            among = f"those of {record.places[0].label}" if country else "the others of the file"
            return f"latitude {latitude:g} and longitude {longitude:g} lie among {among} only if exchanged"
        box.take(longitude, latitude)
        return None
