"""Words in context: the parts of an entry that have what is looked for, with the places of the words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from kg.search.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.search.entry import Part
    from kg.search.query import Sought
    from kg.search.words import Word

_WINDOW: Final = 320
"""Code points that are shown of a part, about."""
_EDGE: Final = 40
_MOST: Final = 3
"""Parts that are shown of an entry."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A range of code points of the words that are shown."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A part of what was found, or a window of it: exactly as it is written."""

    field: str
    lang: str | None
    text: str
    start: int | None
    """Of a quote or passage: where what is shown begins in the report's text."""
    end: int | None
    highlights: tuple[Highlight, ...]
    is_cut: bool
    """Whether the part has more words before or after."""


def matches(parts: Sequence[Part], sought: Sequence[Sought]) -> tuple[Match, ...]:
    """Return the parts with most of what is looked for; where it is nothing, the first."""
    if not sought:
        return tuple(_shown(part, []) for part in parts[:1])
    rated = []
    for place, part in enumerate(parts):
        found = words(part.text)
        places = [_places(found, one) for one in sought]
        if any(places):
            rated.append((-sum(map(bool, places)), place, part, sorted(chain.from_iterable(places))))
    return tuple(
        _shown(part, places) for _, _, part, places in sorted(rated, key=lambda one: one[:2])[:_MOST]
    )


def _places(found: Sequence[Word], one: Sought) -> list[tuple[int, int]]:
    """Return where the words stand one after the other."""
    length, last = len(one.words), one.words[-1]
    places = []
    for at in range(len(found) - length + 1):
        if any(found[at + step].word != one.words[step] for step in range(length - 1)):
            continue
        word = found[at + length - 1]
        if word.word == last:
            places.append((found[at].start, word.end))
        elif one.prefix and word.word.startswith(last):
            places.append((found[at].start, word.first_end if word.unspaced and len(last) == 1 else word.end))
    return places


def _shown(part: Part, places: list[tuple[int, int]]) -> Match:
    first, last = _window(part.text, places)
    shown = [
        Highlight(start - first, end - first)
        for start, end in _merged(places)
        if first <= start and end <= last
    ]
    return Match(
        part.field,
        part.lang,
        part.text[first:last],
        None if part.start is None else part.start + first,
        None if part.start is None else part.start + last,
        tuple(shown),
        first > 0 or last < len(part.text),
    )


def _window(text: str, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return from where to where a text is shown: around the first place, cut at blanks if there are."""
    if len(text) <= _WINDOW + _EDGE:
        return 0, len(text)
    start, end = places[0] if places else (0, 0)
    first = max(0, min(start - _WINDOW // 4, len(text) - _WINDOW))
    last = min(len(text), max(first + _WINDOW, end))
    if first:
        blank = text.find(" ", first, min(first + _EDGE, start))
        first = blank + 1 if blank >= 0 else first
    if last < len(text):
        blank = text.rfind(" ", max(last - _EDGE, end), last)
        last = blank if blank >= 0 else last
    return first, last


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
