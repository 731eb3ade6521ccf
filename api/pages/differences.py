"""What a revision of a document says otherwise than the one before it, value by value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from kg.query.lookups.facts import MOST, Fact, facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Triple

How: TypeAlias = Literal["same", "gone", "new"]
_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_SHORT: Final = 4000
"""Characters up to which texts are compared word by word; longer ones are line by line."""
_KEPT: Final = 160
"""Characters that are shown of what is the same in a row."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was added, taken out, or put in the place of another."""

    subject: str
    property: str
    before: Fact | None
    after: Fact | None
    pieces: tuple[tuple[How, str], ...]
    """Of a text in the place of another: which words stayed, went and came."""


def differences(before: frozenset[Triple], after: frozenset[Triple]) -> tuple[Change, ...]:
    """Return what changed, in the order of subjects and properties; as many as statements are told."""
    gone, new = _by_place(facts(before - after)), _by_place(facts(after - before))
    found = [
        Change(*place, one, other, tuple(_pieces(one, other)))
        for place in sorted(gone.keys() | new.keys())
        for one, other in zip_longest(gone.get(place, ()), new.get(place, ()))
    ]
    return tuple(found[:MOST])


def _by_place(said: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in said:
        found.setdefault((fact.subject, fact.property), []).append(fact)
    return found


def _pieces(one: Fact | None, other: Fact | None) -> Iterator[tuple[How, str]]:
    if one is None or other is None or one.is_iri or other.is_iri or one.value == other.value:
        return
    parts = _WORDS if max(len(one.value), len(other.value)) <= _SHORT else _LINES
    old, new = parts.findall(one.value), parts.findall(other.value)
    for how, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if how == "equal":
            yield "same", _cut("".join(old[first:last]))
        if how in {"delete", "replace"}:
            yield "gone", "".join(old[first:last])
        if how in {"insert", "replace"}:
            yield "new", "".join(new[begin:end])


def _cut(text: str) -> str:
    """Return what is the same, without its middle where it is long.

    >>> _cut("a" * 200).count("a"), "…" in _cut("a" * 200), _cut("ab")
    (160, True, 'ab')
    """
    half = _KEPT // 2
    return text if len(text) <= _KEPT else f"{text[:half]} … {text[-half:]}"
