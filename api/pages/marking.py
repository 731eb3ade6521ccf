"""A text in pieces, each with the claims whose words it is part of: overlaps are split."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text."""

    text: str
    claims: tuple[str, ...]
    """Whose words they are part of, those that begin first foremost; empty: nobody's."""
    begins: tuple[str, ...]
    """Claims of which words begin here."""


def pieces(text: str, spans: Iterable[tuple[str, int, int]]) -> tuple[Piece, ...]:
    """Return the whole text in pieces; a span is a claim's key, and where its words begin and end.

    Positions are those of code points. What reaches beyond the text is cut off.

    >>> [(piece.text, piece.claims) for piece in pieces("abcdef", [("c1", 1, 4), ("c2", 3, 5)])]
    [('a', ()), ('bc', ('c1',)), ('d', ('c1', 'c2')), ('e', ('c2',)), ('f', ())]
    """
    size = len(text)
    held = sorted({(min(max(start, 0), size), min(end, size), key) for key, start, end in spans})
    held = [(start, end, key) for start, end, key in held if start < end]
    edges = sorted({0, size, *(edge for start, end, _ in held for edge in (start, end))})
    found: list[Piece] = []
    running: list[tuple[int, int, str]] = []
    following = iter([*held, (size + 1, size + 1, "")])
    coming = next(following)
    for begin, end in pairwise(edges):
        running = [span for span in running if span[1] > begin]
        begun = []
        while coming[0] == begin:
            running.append(coming)
            begun.append(coming[2])
            coming = next(following)
        keys = tuple(dict.fromkeys(key for _, _, key in running))
        found.append(Piece(text[begin:end], keys, tuple(dict.fromkeys(begun))))
    return tuple(found)
