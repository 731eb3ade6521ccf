"""Finds quoted words in a text, whatever its blanks, and says where the original words stand.

Words are sought on a copy in which every run of Unicode white space is one space and every character is
composed (NFC); nothing else is folded. Where they are not found, invisible characters are left aside, and
whoever asked can tell by which of them words and text differ. What is found is cut from the original, so
that no-break spaces and line breaks are kept. An occurrence inside a longer word does not count if the
words also occur on their own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.ingest.folding import Folded, Span, called, fold, invisible_in
from kg.ingest.nearest import nearest_passage

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Folded",
    "QuoteError",
    "QuoteRequest",
    "Span",
    "fold",
    "invisible_difference",
    "locate",
    "pointed",
]

_SHOWN = 30


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


def locate(text: Folded, request: QuoteRequest, near: Sequence[Span] | None = None) -> Span:
    """Return where the requested words stand; raise QuoteError if nowhere, or in several places.

    `near` is given for hedges: of several occurrences the first inside one of these spans is meant,
    else the last before the first of them. What differs by invisible characters is found if nothing else is.
    """
    try:
        return _locate(text, request, near)
    except QuoteError as error:
        if error.rule == "quote/ambiguous" or not (text.bare is not text or _unseen(request)):
            raise
        try:
            return _locate(Folded(text.text, visible=True) if text.bare is text else text.bare, request, near)
        except QuoteError as other:
            raise (error if other.rule == "quote/not-found" else other) from None


def pointed(text: Folded, start: int, end: int) -> tuple[QuoteRequest, Span]:
    """Return the request that finds the words which stand there, and where they stand without blanks around.

    Raises QuoteError where no request can find just these.

    >>> request, span = pointed(Folded("the road is closed; the road"), 19, 28)
    >>> request.exact, request.occurrence, span.start
    ('the road', 2, 20)
    """
    words = text.text[start:end]
    start += len(words) - len(words.lstrip())
    exact = words.strip()
    span = Span(start, start + len(exact))
    if not exact:
        raise QuoteError("quote/empty", "there are no words", "take whole words")
    found = text.find(exact)
    if span not in found:
        message = f"{_short(exact)} begins or ends within a word, and stands elsewhere on its own"
        raise QuoteError("quote/within-a-word", message, "take whole words")
    return QuoteRequest(exact, occurrence=found.index(span) + 1 if len(found) > 1 else None), span


def invisible_difference(words: str, found: str) -> str | None:
    r"""Return by which invisible characters a passage differs from what was sought, in words; else None.

    >>> invisible_difference("cooperate", "co\u00adoperate")
    'without U+00AD SOFT HYPHEN, which stands in the text'
    """
    if fold(words) == fold(found):
        return None
    sought, there = Counter(invisible_in(words)), Counter(invisible_in(found))
    stands = "stands" if len(set(there - sought)) == 1 else "stand"
    parts = [
        f"without {' and '.join(called(character) for character in only)}, which {where}"
        for only, where in (
            (sorted(there - sought), f"{stands} in the text"),
            (sorted(sought - there), "the document has and the text has not"),
        )
        if only
    ]
    moved = f"with {' and '.join(map(called, sorted(there)))} at another place" if there else None
    return "; ".join(parts) or moved


def _unseen(request: QuoteRequest) -> bool:
    return any(invisible_in(words) for words in (request.exact, request.after, request.before) if words)


def _locate(text: Folded, request: QuoteRequest, near: Sequence[Span] | None) -> Span:
    found = text.find(request.exact)
    if not found:
        hint = nearest_passage(text.bare.copy, fold(request.exact, visible=True))
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
        hint = nearest_passage(text.bare.copy, fold(words, visible=True))
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
    listed = [f"{number}: {_context(text.text, span)}" for number, span in enumerate(spans, 1)]
    return "; ".join(listed[:8]) + ("; …" if len(listed) > 8 else "")  # noqa: PLR2004 - enough to choose from


def _context(text: str, span: Span) -> str:
    """Return the words around a span, for people to tell it from others."""
    before = fold(text[max(0, span.start - _SHOWN) : span.start], strip=False)
    after = fold(text[span.end : span.end + _SHOWN], strip=False)
    return f"…{before}[{fold(text[span.start : span.end])}]{after}…"


def _short(words: str) -> str:
    folded = fold(words)
    return f"“{folded}”" if len(folded) <= 80 else f"“{folded[:60]}…{folded[-15:]}”"  # noqa: PLR2004
