"""Where the fields of a document stand when it came as triples: a subject and a predicate for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.ingest.outline import Outline, spell
from kg.model import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.ingest.outline import Path


@dataclass(frozen=True, slots=True)
class GraphOutline(Outline):
    """The name of the graph, and for every field the subject and predicate that say it."""

    places: Mapping[Path, str] = field(default_factory=dict)
    """Path of a field to subject and predicate, such as `report/radio/claim/c1 svd:gist`."""

    def locate(self, path: Path) -> tuple[Path, int | None]:
        """Return the longest part of the path that the triples say something of; there are no lines."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return path[:length], None
        return (), None

    def find(self, field: str) -> Path | None:
        """Return the path of a field, or of what is nearest around it."""
        paths = {spell(path): path for path in self.places}
        while field and field not in paths:
            field = field[: max(field.rfind("."), field.rfind("["), 0)]
        return paths.get(field)

    def problem(self, path: Path, message: str, rule: str, hint: str | None = None) -> Problem:
        """Return the problem at that field, told by subject and predicate."""
        known, _ = self.locate(path)
        about = self.name_of(path)
        return Problem(
            file=self.file,
            line=None,
            field=self.places.get(known, ""),
            message=f"{about}: {message}" if about else message,
            rule=rule,
            hint=hint,
        )
