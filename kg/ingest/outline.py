"""Where things stand in a document: lines, field paths, and problems that name them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

Path: TypeAlias = tuple[str | int, ...]
Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

_NAMING = ("key", "id", "number")
_NOUNS = {
    "actors": "actor",
    "claims": "claim",
    "events": "event",
    "norms": "norm",
    "places": "place",
    "readings": "reading",
    "remarks": "remark",
    "terms": "term",
    "texts": "text",
}


_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def spell(path: Path) -> str:
    """Return the path as people write it.

    >>> spell(("claims", 3, "quote", "exact"))
    'claims[3].quote.exact'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Outline:
    """The file's name, the line of every field and item, and the names of the things described."""

    file: str
    lines: Mapping[Path, int] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)

    def locate(self, path: Path) -> tuple[Path, int | None]:
        """Return the longest part of the path that the document spells out, and its line.

        A step that normalisation put in (the index of a single mapping given where a list may
        stand, the `exact` of a plain quote) is left out.
        """
        known: Path = ()
        for step in path:
            longer = (*known, step)
            if longer in self.lines:
                known = longer
            elif not isinstance(step, int):
                break
        return known, self.lines.get(known)

    def find(self, field: str) -> Path | None:
        """Return the path of a field that is given as people write it; None if it is not there."""
        return next((path for path in self.lines if spell(path) == field), None)

    def nearest(self, field: str) -> Path | None:
        """Return the path of a field, also where normalisation put in a step; None if nothing is there."""
        path = self.find(field)
        if path is None:
            steps = _STEP.findall(field)
            path = tuple(int(index) if index else name for index, name in steps)
        return path if self.locate(path)[0] or not field else None

    def problem(self, path: Path, message: str, rule: str, hint: str | None = None) -> Problem:
        """Return the problem at that field, in the document's words."""
        written, line = self.locate(path)
        rest = path[-1:] if path and isinstance(path[-1], str) and written[-1:] != path[-1:] else ()
        if rest == ("exact",):
            rest = ()
        about = self.name_of(path)
        return Problem(
            file=self.file,
            line=line,
            field=spell((*written, *rest)),
            message=f"{about}: {message}" if about else message,
            rule=rule,
            hint=hint,
        )

    def warning(self, path: Path, message: str, rule: str, hint: str | None = None) -> Problem:
        """Return what is accepted at that field and probably a mistake, in the document's words."""
        return replace(self.problem(path, message, rule, hint), severity="warning")

    def name_of(self, path: Path) -> str | None:
        """Return what the innermost described thing around the path is called, such as `claim c3`."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.names:
                return self.names[path[:length]]
        return None


def names_in(value: Value, path: Path = ()) -> dict[Path, str]:
    """Return what each claim, event, actor… of a document is called, by its path."""
    found: dict[Path, str] = {}
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= names_in(inner, (*path, key))
    elif isinstance(value, list):
        noun = _NOUNS.get(str(path[-1])) if path else None
        for index, inner in enumerate(value):
            if noun and isinstance(inner, dict):
                name = next((inner[key] for key in _NAMING if isinstance(inner.get(key), str)), None)
                if name is not None:
                    found[(*path, index)] = f"{noun} {name}"
            found |= names_in(inner, (*path, index))
    return found
