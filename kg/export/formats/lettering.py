"""Words on a picture: each where it can be read, broken into lines rather than cut."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_BROAD: Final = 0.6
"""Width of a letter in parts of its height, on the whole."""
_EDGE: Final = 6.0
_APART: Final = 0.8
"""Half of what is left between two labels on a line at least: places and sizes are written rounded."""
_LEADING: Final = 1.15
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


class Page:
    """Where labels stand already."""

    def __init__(self, width: float, height: float) -> None:
        """Begin with nothing on it."""
        self._width, self._height = width, height
        self._taken: list[Box] = []
        self._avoided: list[Box] = []

    def mark(self, box: Box) -> None:
        """Note what no label may cover."""
        self._taken.append(box)

    def avoid(self, box: Box) -> None:
        """Note what a label should cover only where there is no other room for it."""
        self._avoided.append(box)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a place lies on it."""
        return 0 <= x <= self._width and 0 <= y <= self._height

    def label(self, words: str, places: Iterable[tuple[float, float]], size: float, colour: str) -> str:
        """Return the words at the first place, by middle and foot, where they cover nothing; else none."""
        for x, y in places:
            box = self._box(words, x, y, size)
            if self._free(box):
                self._taken.append(box)
                return said(words, ((box.left + box.right) / 2, y), size, colour)
        return ""

    def block(
        self,
        words: list[str],
        places: Iterable[tuple[float, float]],
        size: float,
        colour: str,
        *,
        over: bool = False,
    ) -> tuple[str, Box] | None:
        """Return lines under each other at the first place, by middle and foot of the first, and their box.

        They may stand over what should be avoided if asked for. None where every place is taken.
        """
        widest = max(words, key=len)
        high = size * _LEADING * (len(words) - 1)
        for x, y in places:
            first = self._box(widest, x, y, size)
            box = first._replace(bottom=first.bottom + high)
            if box.top < 0 or box.bottom > self._height or not self._free(box, over=over):
                continue
            self._taken.append(box)
            middle = (box.left + box.right) / 2
            lines_ = (
                said(line, (middle, y + at * size * _LEADING), size, colour) for at, line in enumerate(words)
            )
            return "".join(lines_), box
        return None

    def _free(self, box: Box, *, over: bool = False) -> bool:
        return not any(box.meets(taken) for taken in (self._taken if over else self._taken + self._avoided))

    def _box(self, words: str, x: float, y: float, size: float) -> Box:
        """Return the room that the words take, moved so that it lies on the page."""
        half = min(len(words), LABEL) * size * _BROAD / 2 + _APART
        middle = min(max(x, half + _EDGE), self._width - half - _EDGE)
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
