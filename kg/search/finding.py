"""Finding: which entries have the words, in which order, and how many of which kind."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Final

from kg.errors import BadParameterError
from kg.search.entry import DIMS, KINDS, kind_of, length_of, mark, times_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.search.query import Sought

NEWEST: Final = 5000
"""Entries that are ranked and counted: of what is found more often, the newest."""
VALUES: Final = 100
"""Values of a filter that are told, those with most entries."""
_DIM: Final = 2
"""Characters with which the word for a value begins, by which its filter is known."""
_ADJACENT, _CALLED = 400, 300
_WEIGHTS: Final = {
    "text": 10,
    "report": 30,
    "claim": 50,
    "term": 40,
    "agreement": 60,
    "place": 60,
    "actor": 60,
}
_BY_KIND: Final = tuple(_WEIGHTS[kind] for kind in KINDS)
_SHORTER: Final = 4
_LONG: Final = 15
_SECONDS: Final = 1.0
"""For which a search may look."""
_STEPS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, with filters by the values that entries have, and a period by its instants."""

    sought: tuple[Sought, ...]
    without: tuple[Sought, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    without_values: tuple[tuple[str, str], ...] = ()
    low: int | None = None
    high: int | None = None
    doubtful: tuple[tuple[str, str], ...] = ()
    """Values by any of which an entry is hidden, and counted."""

    def hidden(self) -> str:
        """Return what is hidden of it, in the syntax of the index."""
        words = [f"({{head body}} : {one.match()})" for one in self.sought]
        marks = " OR ".join(f'"{mark(*value)}"' for value in self.doubtful)
        return self._within([*words, f"(marks : ({marks}))"], self.without_values)

    def match(self, columns: str = "head body") -> str:
        """Return it in the syntax of the index, with the words in these columns."""
        words = [f"({{{columns}}} : {one.match()})" for one in self.sought]
        return self._within(words)

    def adjacent(self) -> str | None:
        """Return it with all its words one after the other; None where it is one word."""
        if len(self.sought) < 2 or any(one.prefix for one in self.sought[:-1]):  # noqa: PLR2004
            return None
        return self._within([f"({{head body}} : {' + '.join(one.match() for one in self.sought)})"])

    def _within(self, words: list[str], without: Sequence[tuple[str, str]] | None = None) -> str:
        wanted = words + [f'(marks : "{mark(*value)}")' for value in self.values]
        if self.low is not None and self.high is not None:
            told = " OR ".join(f'"{word}"' for word in times_between(self.low, self.high))
            wanted.append(f"(marks : ({told}))")
        unwanted = [f"({{head body}} : {one.match()})" for one in self.without]
        without = (*self.without_values, *self.doubtful) if without is None else without
        unwanted += [f'(marks : "{mark(*value)}")' for value in without]
        positive = " AND ".join(wanted)
        return f"({positive}) NOT ({' OR '.join(unwanted)})" if unwanted else positive


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries by number, and the key after which the next begins."""

    numbers: tuple[int, ...]
    next_after: str | None
    total: int | None = None
    """How many there are on all pages; of more than are ranked so many, and no more are counted."""
    is_all: bool = True
    facets: Mapping[str, Mapping[str, int]] | None = None
    hidden: int = 0
    """How many more there are that are hidden; no more are counted than are ranked."""


def find(  # noqa: PLR0913 - what may be asked
    held: sqlite3.Connection,
    asked: Asked,
    limit: int,
    after: str | None = None,
    *,
    newest: bool = False,
    facets: Sequence[str] = (),
) -> Found:
    """Return a page of what has the words: ranked, and then what is older than all that is ranked.

    Raises BadParameterError where the words are in so much that looking takes too long.
    """
    until = time.monotonic() + _SECONDS
    held.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        return _find(held, asked, limit, after, newest=newest, facets=facets)
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise BadParameterError("q: this is found in too much; add a word, or a filter") from error
        raise
    finally:
        held.set_progress_handler(None, 0)


def _find(  # noqa: PLR0913 - what may be asked
    held: sqlite3.Connection,
    asked: Asked,
    limit: int,
    after: str | None,
    *,
    newest: bool,
    facets: Sequence[str],
) -> Found:
    numbers = _numbers(held, asked, asked.match(), NEWEST + 1)
    is_all, numbers = len(numbers) <= NEWEST, numbers[:NEWEST]
    counted = _facets(held, numbers, facets) if facets else None
    if newest or not asked.sought:
        ordered = [(0, number) for number in numbers]
    else:
        ordered = _ranked(held, asked, numbers)
    score, last = _after(after)
    page = [key for key in ordered if (-key[0], -key[1]) > (-score, -last)][: limit + 1]
    if len(page) <= limit and not is_all:
        least = numbers[-1] if score >= 0 else last
        older = _numbers(held, asked, asked.match(), limit + 1 - len(page), below=least)
        page += [(-1, number) for number in older]
    shown = page[:limit]
    following = f"{shown[-1][0]}.{shown[-1][1]}" if len(page) > limit else None
    hidden = len(_numbers(held, asked, asked.hidden(), NEWEST)) if asked.doubtful else 0
    return Found(tuple(number for _, number in shown), following, len(numbers), is_all, counted, hidden)


def _ranked(held: sqlite3.Connection, asked: Asked, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return entries with what they weigh, the heaviest first; among equals the newest."""
    if not numbers:
        return []
    called = set(_numbers(held, asked, asked.match("head"), NEWEST, least=numbers[-1]))
    near = asked.adjacent()
    adjacent = set(_numbers(held, asked, near, NEWEST, least=numbers[-1])) if near else set()
    keyed = [
        (
            _BY_KIND[kind_of(number)]
            + (_LONG - length_of(number)) * _SHORTER
            + (_CALLED if number in called else 0)
            + (_ADJACENT if number in adjacent else 0),
            number,
        )
        for number in numbers
    ]
    return sorted(keyed, reverse=True)


def _numbers(  # noqa: PLR0913 - what bounds them
    held: sqlite3.Connection,
    asked: Asked,
    match: str,
    limit: int,
    *,
    least: int = 0,
    below: int = 2**62,
) -> list[int]:
    """Return the entries that have the words, the newest first."""
    query, given = (
        "SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ?",
        [match, least, below],
    )
    if asked.low is not None or asked.high is not None:
        query = (
            "SELECT words.rowid FROM words JOIN entry e ON e.n=words.rowid WHERE words MATCH ? "
            "AND words.rowid >= ? AND words.rowid < ? AND e.low <= ? AND e.high >= ?"
        )
        given += [2**62 if asked.high is None else asked.high, -(2**62) if asked.low is None else asked.low]
    return [
        number for (number,) in held.execute(f"{query} ORDER BY words.rowid DESC LIMIT ?", (*given, limit))
    ]


def _facets(
    held: sqlite3.Connection, numbers: Sequence[int], names: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return for each filter and each of its values how many of the entries pass by it.

    Of a filter these are the values with most entries, and all that have as many as the last of them.
    """
    rows = held.execute(
        "SELECT e.marks FROM json_each(?) j CROSS JOIN entry e ON e.n=j.value", (json.dumps(numbers),)
    )
    counted = Counter(" ".join(marks for (marks,) in rows).split())
    dims = {DIMS[name]: dict[str, int]() for name in names}
    for word, number in counted.items():
        if (of_dim := dims.get(word[:_DIM])) is not None:
            of_dim[word] = number
    kept = [word for of_dim in dims.values() for word in _most(of_dim)]
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for word, dim, value in held.execute(
        "SELECT m.word, m.dim, m.value FROM json_each(?) j CROSS JOIN mark m ON m.word=j.value",
        (json.dumps(kept),),
    ):
        found[dim][value] = counted[word]
    return found


def _most(counted: Mapping[str, int]) -> Iterable[str]:
    """Return those with the highest numbers, and all that have the same as the last of them."""
    if len(counted) <= VALUES:
        return counted
    least = nlargest(VALUES, counted.values())[-1]
    return (word for word, number in counted.items() if number >= least)


def _after(after: str | None) -> tuple[int, int]:
    """Return weight and number of the entry after which a page begins."""
    if after is None:
        return 2**62, 2**62
    try:
        score, _, number = after.rpartition(".")
        return int(score), int(number)
    except ValueError:
        raise BadParameterError("cursor: it was not made for this list") from None
