"""Finds quoted words in a text, whatever its blanks, and says where the original words stand.

Words are sought on a copy in which every run of Unicode white space is one space; nothing else is
folded. What is found is cut from the original, so that no-break spaces and line breaks are kept.
An occurrence inside a longer word does not count if the words also occur on their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.ingest.nearest import nearest_passage

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANKS = re.compile(r"\s+")
_SHOWN = 30


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of the original text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Words to find, and what tells their occurrence from others."""

    exact: str
    after: str | None = None
    before: str | None = None
    occurrence: int | None = None


class QuoteError(ValueError):
    """Why words cannot be pointed at: the rule's name, a sentence, and what would be right."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        """Keep the three."""
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


class Folded:
    r"""A text with its copy in which every run of white space is one space.

    >>> folded = Folded("the\u00a0 small\narea")
    >>> folded.copy, folded.find("small area")
    ('the small area', [Span(start=5, end=15)])
    """

    def __init__(self, text: str) -> None:
        """Fold the text and note where its blanks were."""
        self.text = text
        pieces: list[str] = []
        self._folded: list[int] = [0]
        self._original: list[int] = [0]
        end = length = 0
        for blank in _BLANKS.finditer(text):
            pieces += (text[end : blank.start()], " ")
            length += blank.start() - end + 1
            end = blank.end()
            self._folded.append(length)
            self._original.append(end)
        pieces.append(text[end:])
        self.copy = "".join(pieces)

    def original(self, place: int) -> int:
        """Return the place in the original of a place in the copy that is no blank."""
        run = bisect_right(self._folded, place) - 1
        return self._original[run] + place - self._folded[run]

    def find(self, words: str) -> list[Span]:
        """Return every occurrence of the words, in order."""
        sought = fold(words)
        if not sought:
            return []
        places: list[int] = []
        place = self.copy.find(sought)
        while place >= 0:
            places.append(place)
            place = self.copy.find(sought, place + 1)
        alone = [place for place in places if self._stands_alone(place, place + len(sought))]
        return [
            Span(self.original(place), self.original(place + len(sought) - 1) + 1)
            for place in alone or places
        ]

    def _stands_alone(self, start: int, end: int) -> bool:
        return not (_joined(self.copy, start) or _joined(self.copy, end))

    def context(self, span: Span) -> str:
        """Return the words around a span, for people to tell it from others."""
        before = fold(self.text[max(0, span.start - _SHOWN) : span.start], strip=False)
        after = fold(self.text[span.end : span.end + _SHOWN], strip=False)
        return f"…{before}[{fold(self.text[span.start : span.end])}]{after}…"


def fold(text: str, *, strip: bool = True) -> str:
    """Return the text with one space for every run of white space, and none around it."""
    folded = _BLANKS.sub(" ", text)
    return folded.strip() if strip else folded


def _joined(text: str, place: int) -> bool:
    """Return whether a word runs across the place."""
    return 0 < place < len(text) and _wordy(text[place - 1]) and _wordy(text[place])


def _wordy(character: str) -> bool:
    return character.isalnum() or character == "_"


def locate(text: Folded, request: QuoteRequest, near: Sequence[Span] | None = None) -> Span:
    """Return where the requested words stand; raise QuoteError if nowhere, or in several places.

    `near` is given for hedges: of several occurrences the first inside one of these spans is meant,
    else the last before the first of them.
    """
    found = text.find(request.exact)
    if not found:
        hint = nearest_passage(text.copy, fold(request.exact))
        raise QuoteError("quote/not-found", f"the text does not contain {_short(request.exact)}", hint)
    chosen = _narrow(text, request, found)
    if request.occurrence is not None:
        if not 1 <= request.occurrence <= len(chosen):
            message = f"there is no occurrence {request.occurrence} of {_short(request.exact)}"
            raise QuoteError(
                "quote/no-such-occurrence", message, f"there are {len(chosen)}: {_list(text, chosen)}"
            )
        return chosen[request.occurrence - 1]
    if len(chosen) > 1 and near:
        chosen = _nearby(chosen, near)
    if len(chosen) > 1:
        message = f"the text contains {_short(request.exact)} {len(chosen)} times"
        hint = f"say which one with after:, before: or occurrence: — {_list(text, chosen)}"
        raise QuoteError("quote/ambiguous", message, hint)
    return chosen[0]


def _narrow(text: Folded, request: QuoteRequest, found: list[Span]) -> list[Span]:
    """Return the occurrences that come first after the words of `after` and last before those of `before`."""
    chosen = found
    if request.after is not None:
        ends = [span.end for span in _anchors(text, request.after, "after")]
        firsts = {min((span for span in found if span.start >= end), default=None) for end in ends}
        chosen = [span for span in chosen if span in firsts]
    if request.before is not None:
        starts = [span.start for span in _anchors(text, request.before, "before")]
        lasts = {max((span for span in found if span.end <= start), default=None) for start in starts}
        chosen = [span for span in chosen if span in lasts]
    if not chosen:
        message = f"{_short(request.exact)} does not stand where after: and before: say"
        raise QuoteError("quote/not-in-context", message, f"it stands here: {_list(text, found)}")
    return chosen


def _anchors(text: Folded, words: str, field: str) -> list[Span]:
    found = text.find(words)
    if not found:
        hint = nearest_passage(text.copy, fold(words))
        message = f"the text does not contain the words of {field}: {_short(words)}"
        raise QuoteError("quote/not-found", message, hint)
    return found


def _nearby(found: list[Span], near: Sequence[Span]) -> list[Span]:
    inside = [
        span for span in found if any(other.start <= span.start and span.end <= other.end for other in near)
    ]
    if inside:
        return inside[:1]
    earlier = [span for span in found if span.end <= min(near).start]
    return earlier[-1:] or found


def _list(text: Folded, spans: Sequence[Span]) -> str:
    listed = [f"{number}: {text.context(span)}" for number, span in enumerate(spans, 1)]
    return "; ".join(listed[:8]) + ("; …" if len(listed) > 8 else "")  # noqa: PLR2004 - enough to choose from


def _short(words: str) -> str:
    folded = fold(words)
    return f"“{folded}”" if len(folded) <= 80 else f"“{folded[:60]}…{folded[-15:]}”"  # noqa: PLR2004
