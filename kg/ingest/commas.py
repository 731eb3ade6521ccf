"""Commas within braces: YAML begins a field at each, and people mean one within a text."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from kg.ingest.numbers import DECIMAL, as_digits

if TYPE_CHECKING:
    from kg.ingest.outline import Outline, Path, Value

_NUMBERS: Final = frozenset({"value", "low", "high"})
"""Fields that hold a number, whose digits a comma may group."""


def unquoted(value: Value, path: Path, outline: Outline) -> str | None:
    """Return the text of which a comma has made several fields, as it is to be written; else None.

    What follows such a comma is a field without a value, on the same line as the one that it belongs to.
    """
    fields, here = _at(value, path[:-1])
    name = str(path[-1])
    if (
        outline.file.lower().endswith(".json")
        or not isinstance(fields, dict)
        or fields.get(name, "") is not None
    ):
        return None
    names = list(fields)
    first = names.index(name)
    while first and fields[names[first]] is None:
        first -= 1
    begin, line = fields[names[first]], outline.lines.get((*here, names[first]))
    if not isinstance(begin, str) or line is None or line != outline.lines.get((*here, name)):
        return None
    rest = takewhile(lambda other: fields[other] is None, names[first + 1 :])
    parts = [begin, *rest]
    number = as_digits(",".join(parts))
    if names[first] in _NUMBERS and re.fullmatch(DECIMAL, number):
        return f"{names[first]}: {number}"
    return f'{names[first]}: "{", ".join(parts)}"'


def _at(value: Value, path: Path) -> tuple[Value, Path]:
    """Return what the document has at a path, and the path as written: one thing may stand for a list."""
    here: Path = ()
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value, here = value.get(step), (*here, step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value, here = value[step], (*here, step)
    return value, here
