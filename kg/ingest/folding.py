r"""Copies of a text in which what people do not see makes no difference, with the way back to the text.

In a copy every run of Unicode white space is one space, and every character with its marks is composed
(NFC). In a copy without invisible characters these are gone too: soft hyphens, zero-width blanks and
joiners, signs of direction, byte-order marks, variation selectors.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001-\U000e01ef"
)
"""What Unicode calls default-ignorable."""
INVISIBLE: Final = re.compile(f"[{_INVISIBLE}]")
_BLANKS: Final = re.compile(r"\s+")
_BLANKS_AND_MORE: Final = re.compile(rf"[{_INVISIBLE}]*\s[\s{_INVISIBLE}]*")
_JAMO: Final = range(0x1160, 0x1200)
"""Vowels and finals of Hangul, which are composed with what is before them."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of the original text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Edit:
    """A range of the text that stands otherwise in the copy."""

    start: int
    end: int
    instead: str


class Folded:
    r"""A text with its folded copy; without invisible characters, if they are to be left out.

    >>> folded = Folded("the\u00a0 small\narea")
    >>> folded.copy, folded.find("small area")
    ('the small area', [Span(start=5, end=15)])
    >>> Folded("Chis\u0327ina\u0306u").find("Chi\u015fin\u0103u")
    [Span(start=0, end=10)]
    """

    def __init__(self, text: str, *, visible: bool = False) -> None:
        """Fold the text, and note where it differs from its copy."""
        self.text = text
        self._visible = visible
        pieces: list[str] = []
        self._places: list[int] = [0]
        """Where in the copy each stretch begins that is as in the text, or that stands for an edit."""
        self._origins: list[tuple[int, int | None]] = []
        """Of each stretch where it begins in the text, and where it ends if it stands for an edit."""
        end = length = 0
        for edit in _edits(text, visible=visible):
            plain = text[end : edit.start]
            self._origins += [(end, None), (edit.start, edit.end)]
            self._places += [length + len(plain), length + len(plain) + len(edit.instead)]
            pieces += [plain, edit.instead]
            length += len(plain) + len(edit.instead)
            end = edit.end
        self._origins.append((end, None))
        pieces.append(text[end:])
        self.copy = "".join(pieces)
        self._bare: Folded | None = None

    @property
    def bare(self) -> Folded:
        """The same text without invisible characters; itself if there are none."""
        if self._bare is None:
            self._bare = Folded(self.text, visible=True) if INVISIBLE.search(self.text) else self
        return self._bare

    def original(self, start: int, end: int) -> Span:
        """Return the range of the text that a range of the copy stands for, without invisible edges."""
        first, last = self._origin(start)[0], self._origin(end - 1)[1]
        while self._visible and last > first + 1 and INVISIBLE.match(self.text[last - 1]):
            last -= 1
        return Span(first, last)

    def find(self, words: str) -> list[Span]:
        """Return every occurrence of the words, in order."""
        sought = fold(words, visible=self._visible)
        if not sought:
            return []
        places: list[int] = []
        place = self.copy.find(sought)
        while place >= 0:
            places.append(place)
            place = self.copy.find(sought, place + 1)
        alone = [place for place in places if self._stands_alone(place, place + len(sought))]
        return [self.original(place, place + len(sought)) for place in alone or places]

    def _origin(self, place: int) -> tuple[int, int]:
        """Return from where to where the text has what stands at a place of the copy."""
        run = bisect_right(self._places, place) - 1
        start, end = self._origins[run]
        if end is not None:
            return start, end
        return start + place - self._places[run], start + place - self._places[run] + 1

    def _stands_alone(self, start: int, end: int) -> bool:
        return not (_joined(self.copy, start) or _joined(self.copy, end))


def fold(text: str, *, strip: bool = True, visible: bool = False) -> str:
    """Return the text composed, with one space for every run of white space, and none around it."""
    seen = INVISIBLE.sub("", text) if visible else text
    folded = unicodedata.normalize("NFC", _BLANKS.sub(" ", seen))
    return folded.strip() if strip else folded


def invisible_in(text: str) -> list[str]:
    """Return the invisible characters of a text, in their order."""
    return INVISIBLE.findall(text)


def called(character: str) -> str:
    r"""Return a character by its code point and name.

    >>> called("\u00ad")
    'U+00AD SOFT HYPHEN'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, _ALIASES.get(character, 'unnamed'))}"


_ALIASES: Final = {"\x85": "NEXT LINE", "\t": "TABULATION", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}


def _edits(text: str, *, visible: bool) -> Iterator[_Edit]:
    """Yield where the copy differs from the text, in order."""
    blanks = _BLANKS_AND_MORE if visible else _BLANKS
    plain = not visible and unicodedata.is_normalized("NFC", text)
    end = 0
    for found in blanks.finditer(text):
        if not plain:
            yield from _recomposed(text, end, found.start(), visible=visible)
        if found.group() != " ":
            yield _Edit(found.start(), found.end(), " ")
        end = found.end()
    if not plain:
        yield from _recomposed(text, end, len(text), visible=visible)


def _recomposed(text: str, start: int, end: int, *, visible: bool) -> Iterator[_Edit]:
    """Yield the characters of a word that are composed with their marks, or not seen."""
    word = text[start:end]
    if unicodedata.is_normalized("NFC", word) and not (visible and INVISIBLE.search(word)):
        return
    first = 0
    for place in chain(range(1, len(word)), [len(word)]):
        if place < len(word) and (_marks(word[place]) or (visible and INVISIBLE.match(word[place]))):
            continue
        written = word[first:place]
        composed = fold(written, strip=False, visible=visible)
        if composed != written:
            yield _Edit(start + first, start + place, composed)
        first = place


def _marks(character: str) -> bool:
    """Return whether a character may be composed with the one before."""
    return unicodedata.category(character)[0] == "M" or ord(character) in _JAMO


def _joined(text: str, place: int) -> bool:
    """Return whether a word runs across the place."""
    return 0 < place < len(text) and _wordy(text[place - 1]) and _wordy(text[place])


def _wordy(character: str) -> bool:
    return character.isalnum() or character == "_"
