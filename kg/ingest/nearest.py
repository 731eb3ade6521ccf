"""The passage of a text that is most like some words, and the place where they part."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher

from kg.ingest.folding import called

_WORD = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W_]+")
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u0060\u00b4"
_QUOTATION_MARKS = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad"
_LOOKALIKES = {
    ord(sign): plain
    for signs, plain in ((_APOSTROPHES, "'"), (_QUOTATION_MARKS, '"'), (_HYPHENS, "-"))
    for sign in signs
}
_CANDIDATES = 5
_AROUND = 15
_LONGEST = 400
_COMPARED = 800


def nearest_passage(text: str, words: str) -> str:
    """Return a hint: the passage of the text that is most like the words, and where they differ.

    >>> print(nearest_passage("by Syunik, Armenia", "in Syunik, Armenia"))
    the text has “by Syunik, Armenia”: “by Syunik, Armeni” where the document has “in Syunik, Armeni”
    """
    passage = _alike(text, words) or _similar(text, words)
    if passage is None:
        return "nothing in the text is like it; quotes are copied from the text, never retold"
    shown = passage if len(passage) <= _LONGEST else f"{passage[:_LONGEST]}…"
    return f"the text has “{shown}”: {_difference(passage, words)}"


def _alike(text: str, words: str) -> str | None:
    """Return the passage that differs only in signs that look alike, or in capitals."""
    for change in (_plain, lambda value: _plain(value).lower()):
        changed, sought = change(text), change(words)
        place = changed.find(sought)
        if place >= 0 and len(changed) == len(text):
            return text[place : place + len(sought)]
    return None


def _plain(text: str) -> str:
    return text.translate(_LOOKALIKES)


def _similar(text: str, words: str) -> str | None:
    """Return the passage whose words are most like the words sought."""
    found = list(_WORD.finditer(text))
    sought = [match.group().lower() for match in _WORD.finditer(words)]
    if not sought or not found:
        return None
    width = min(len(sought), len(found))
    best = _best_windows([match.group().lower() for match in found], Counter(sought), width)
    passages = [text[found[start].start() : found[start + width - 1].end()] for start in best]
    rated = [(_compare(passage, words).ratio(), passage) for passage in passages]
    return max(rated)[1] if rated else None


def _best_windows(words: list[str], sought: Counter[str], width: int) -> list[int]:
    """Return where the windows begin that share most words with those sought, best first."""
    window: Counter[str] = Counter()
    shared = 0
    scores: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        window[word] += 1
        shared += window[word] <= sought[word]
        if index >= width:
            gone = words[index - width]
            shared -= window[gone] <= sought[gone]
            window[gone] -= 1
        if index >= width - 1 and shared:
            scores.append((-shared, index - width + 1))
    return [start for score, start in sorted(scores)[:_CANDIDATES] if -score * 3 >= width]


def _difference(passage: str, words: str) -> str:
    """Return in words where the two first differ."""
    changes = [code for code in _compare(passage, words).get_opcodes() if code[0] != "equal"]
    if not changes:
        return "the same words"
    _, start, end, other_start, other_end = changes[0]
    here, there = passage[start:end], words[other_start:other_end]
    if len(here) == 1 and len(there) == 1:
        return f"{_sign(here)} where the document has {_sign(there)}"
    around = passage[max(0, start - _AROUND) : end + _AROUND]
    instead = words[max(0, other_start - _AROUND) : other_end + _AROUND]
    return f"“{around}” where the document has “{instead}”"


def _compare(passage: str, words: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, passage[:_COMPARED], words[:_COMPARED], autojunk=False)


def _sign(character: str) -> str:
    """Return a character with its name; by its code point too where it cannot be seen."""
    if not character.isprintable() or character.isspace() or unicodedata.combining(character):
        return called(character)
    return f"{character} ({unicodedata.name(character, 'unnamed')})"
