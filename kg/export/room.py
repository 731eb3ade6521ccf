"""Room for nodes of known sizes: places where none covers another, each as near as can be to where it was.

The largest choose first. A node stays where it is if nothing stands there; else it goes to the first free
spot on a spiral around it. What is taken is noted in rows of bits, one for each cell of a grid, so that
thousands of nodes find their places in a second or two.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.export.force import Places

_CELLS: Final = 3000
"""Cells from side to side at most."""
_COARSE: Final = 4
_TRIED: Final = 400_000
_STEP: Final = 0.7
_GOLDEN: Final = math.pi * (3.0 - math.sqrt(5.0))


def covering(places: Places, boxes: Sequence[tuple[float, float]]) -> bool:
    """Return whether any box, of half a width and half a height, covers another."""
    edges = sorted(
        (x - wide, x + wide, y - high, y + high) for (x, y), (wide, high) in zip(places, boxes, strict=True)
    )
    open_: list[tuple[float, float, float]] = []
    for left, right, low, high in edges:
        open_ = [each for each in open_ if each[0] > left + _TOUCH]
        if any(low < top - _TOUCH and bottom < high - _TOUCH for _, bottom, top in open_):
            return True
        open_.append((right, low, high))
    return False


_TOUCH: Final = 1e-6


def with_room(places: Places, boxes: Sequence[tuple[float, float]], fixed: set[int], limit: float) -> Places:
    """Return places where no box covers another, but for those that are fixed, within so far from the middle.

    Where there is no room at all, nodes stay where they are.
    """
    if not places:
        return places
    cell = max(2 * min(min(box) for box in boxes), 2 * limit / _CELLS)
    ground = _Ground(cell, limit)
    found = list(places)
    for node in sorted(fixed):
        ground.take(*places[node], *boxes[node])
    free = (node for node in range(len(places)) if node not in fixed)
    for node in sorted(free, key=lambda node: (-boxes[node][0] * boxes[node][1], node)):
        found[node] = ground.settled(places[node], boxes[node])
    return found


class _Ground:
    """A grid of which each cell is taken or free, as one number of bits for each row."""

    def __init__(self, cell: float, limit: float) -> None:
        self._cell, self._limit = cell, limit
        self._rows: dict[int, int] = {}
        self._shift = math.ceil(2 * limit / cell) + 2
        self._full: dict[tuple[int, int, int], int] = {}
        """From which step of the spiral on there may be room around a place, for boxes of a size."""

    def settled(self, place: tuple[float, float], box: tuple[float, float]) -> tuple[float, float]:
        """Return the nearest place where the box covers nothing, which is taken from now on."""
        x, y = place
        span = (math.ceil(2 * box[0] / self._cell), math.ceil(2 * box[1] / self._cell))
        coarse = self._cell * _COARSE
        key = (math.floor(x / coarse), math.floor(y / coarse), max(span))
        begin = self._full.get(key, 0)
        for number in range(begin - begin // 8, _TRIED):
            reach, angle = _STEP * self._cell * math.sqrt(number), _GOLDEN * number
            at = (x + reach * math.cos(angle), y + reach * math.sin(angle))
            inside = abs(at[0]) + box[0] <= self._limit and abs(at[1]) + box[1] <= self._limit
            if (inside or not number) and self._free(*at, *box):
                self._full[key] = number
                self.take(*at, *box)
                return at
        return place

    def take(self, x: float, y: float, wide: float, high: float) -> None:
        """Note that a box stands there."""
        rows, bits = self._covered(x, y, wide, high)
        for row in rows:
            self._rows[row] = self._rows.get(row, 0) | bits

    def _free(self, x: float, y: float, wide: float, high: float) -> bool:
        rows, bits = self._covered(x, y, wide, high)
        return not any(self._rows.get(row, 0) & bits for row in rows)

    def _covered(self, x: float, y: float, wide: float, high: float) -> tuple[range, int]:
        left, right = (self._number(x - wide, down=True), self._number(x + wide, down=False))
        low, top = (self._number(y - high, down=True), self._number(y + high, down=False))
        begin = max(0, left + self._shift)
        return range(low, top), ((1 << max(1, right - left)) - 1) << begin

    def _number(self, part: float, *, down: bool) -> int:
        return math.floor(part / self._cell + 1e-9) if down else math.ceil(part / self._cell - 1e-9)
