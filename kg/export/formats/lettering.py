"""Words on a picture: each where it can be read, broken into lines rather than cut."""

from __future__ import annotations

import textwrap
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_BROAD: Final = 0.6
"""Width of a letter in parts of its height, on the whole."""
_EDGE: Final = 6.0
_APART: Final = 0.8
"""Half of what is left between two labels on a line at least: places and sizes are written rounded."""
_OFF: Final = 10.0
"""Between a label and a node that is not its own at least."""
_INK: Final = "#1a1a1a"
_LEADING: Final = 1.15
_CELL: Final = 60.0
_WRAPPED: Final = 24
_LINES: Final = 3
LABEL: Final = 48
"""Characters of a label that are drawn; all of them stand in the title that a pointer shows."""


class Box(NamedTuple):
    """A rectangle of the page, from its upper left corner to its lower right one."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether the two have any part of the page in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def grown(self, by: float) -> Box:
        """Return the rectangle with so much more on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


class _Boxes:
    """Boxes by the cells of a grid that they reach into, so that few are looked at."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def add(self, box: Box) -> None:
        for cell in self._reached(box):
            self._cells.setdefault(cell, []).append(box)

    def meet(self, box: Box, but: Box | None = None) -> bool:
        """Return whether any of them but one has part of the page in common with the box."""
        near = (other for cell in self._reached(box) for other in self._cells.get(cell, ()))
        return any(other != but and box.meets(other) for other in near)

    @staticmethod
    def _reached(box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = (int(side // _CELL) for side in box)
        return product(range(left, right + 1), range(top, bottom + 1))


class Page:
    """Where labels stand already, in the room that there is for a graph."""

    def __init__(self, room: Box) -> None:
        """Begin with nothing in it."""
        self._room = room
        self._taken = _Boxes()
        self._avoided = _Boxes()

    def avoid(self, box: Box) -> None:
        """Note what a label should cover only where there is no other room for it."""
        self._avoided.add(box)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a place lies in the room."""
        return self._room.left <= x <= self._room.right and self._room.top <= y <= self._room.bottom

    def label(self, words: str, places: Iterable[tuple[float, float]], size: float, colour: str) -> str:
        """Return the words at the first place, by middle and foot, where they cover nothing; else none."""
        for x, y in places:
            box = self._box(words, x, y, size)
            if self._within(box) and not self._taken.meet(box) and not self._avoided.meet(box):
                self._taken.add(box)
                return said(words, ((box.left + box.right) / 2, y), size, colour)
        return ""

    def block(
        self,
        words: list[str],
        places: Iterable[tuple[float, float]],
        size: float,
        own: Box,
        *,
        over: bool = False,
    ) -> tuple[str, Box] | None:
        """Return lines under each other at the first place, by middle and foot of the first, and their box.

        They stand off from whatever should be avoided but their own, or else they would be taken for its; if
        asked for, they may stand over it. None where every place is taken.
        """
        widest = max(words, key=len)
        high = size * _LEADING * (len(words) - 1)
        for x, y in places:
            first = self._box(widest, x, y, size)
            box = first._replace(bottom=first.bottom + high)
            if not self._within(box) or self._taken.meet(box) or (not over and self._near(box, own)):
                continue
            self._taken.add(box)
            middle = (box.left + box.right) / 2
            lines_ = (
                said(line, (middle, y + at * size * _LEADING), size, _INK) for at, line in enumerate(words)
            )
            return "".join(lines_), box
        return None

    def _within(self, box: Box) -> bool:
        return self.holds(box.left, box.top) and self.holds(box.right, box.bottom)

    def _near(self, box: Box, own: Box) -> bool:
        return own.meets(box) or self._avoided.meet(box.grown(_OFF), but=own)

    def _box(self, words: str, x: float, y: float, size: float) -> Box:
        """Return the room that the words take, moved so that it is not beside the room."""
        half = min(len(words), LABEL) * size * _BROAD / 2 + _APART
        middle = min(max(x, self._room.left + half + _EDGE), self._room.right - half - _EDGE)
        return Box(middle - half, y - size, middle + half, y + size * 0.3)


def said(words: str, at: tuple[float, float], size: float, colour: str, anchor: str = "middle") -> str:
    """Return the words at a place, with a white edge so that they can be read on lines."""
    short = words if len(words) <= LABEL else f"{words[: LABEL - 1]}…"
    halo = 'stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}" {halo}>{escaped(short)}</text>\n'


def lines(words: str, width: float, size: float) -> list[str]:
    """Return the words in lines that fit the width.

    >>> lines("Candidate: found by a rule, alleged by nobody", 200, 14)
    ['Candidate: found by a', 'rule, alleged by nobody']
    """
    return textwrap.wrap(words, max(1, int(width / size / _BROAD))) or [""]


def wrapped(words: str) -> list[str]:
    """Return a label in a few short lines, cut where it is longer than these.

    >>> wrapped("Ministry of Foreign Affairs of Armenia")
    ['Ministry of Foreign', 'Affairs of Armenia']
    """
    return textwrap.wrap(words, _WRAPPED, max_lines=_LINES, placeholder=" …") or [words]


def escaped(text: str) -> str:
    """Return the text as it stands in XML."""
    return clean(text).translate(_ESCAPES)
