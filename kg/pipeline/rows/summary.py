"""What became of the rows of some files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.model import Problem

_MOST: Final = 1000
"""Problems that are kept to be told; the others are counted by their rules."""


@dataclass(slots=True)
class Summary:
    """Counts of rows; each row is in one of four, and may be flagged besides."""

    rows: int = 0
    taken_in: int = 0
    unchanged: int = 0
    revised: int = 0
    quarantined: int = 0
    flagged: int = 0
    withdrawn: int = 0
    """Rows that the store held of an older version, and the newer one no longer has."""
    kept: int = 0
    """Rows that stay as they were held, because other documents refer to what they say."""
    triples: int = 0
    problems: list[Problem] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)
    """How often each rule was met."""
    unlinked: Counter[str] = field(default_factory=Counter)
    """Actors that the store did not know, with the rows that name them."""
    refused: list[str] = field(default_factory=list)
    """Files of which nothing was taken in."""
    damaged: str | None = None
    """The file in which the rows in quarantine are kept."""
    formats: Counter[str] = field(default_factory=Counter)

    def note(self, problem: Problem) -> None:
        """Keep a problem to be told, or count it."""
        self.rules[problem.rule] += 1
        if len(self.problems) < _MOST:
            self.problems.append(problem)

    def add(self, other: Summary) -> None:
        """Keep the problems of another too, and count all that it counted."""
        self.rules.update(other.rules)
        self.problems += other.problems[: max(0, _MOST - len(self.problems))]

    def counts(self) -> dict[str, int]:
        """Return the counts that add up, and those that do not belong to the sum."""
        names = ("rows", "taken_in", "unchanged", "revised", "quarantined", "flagged", "withdrawn", "kept")
        return {name: getattr(self, name) for name in names}
