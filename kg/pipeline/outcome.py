"""What became of a document that was to be taken in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from kg.model import Problem

Status: TypeAlias = Literal["added", "revised", "unchanged", "refused", "valid", "retracted"]


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """How closely documents are looked at."""

    now: datetime | None = None
    """The moment after which nothing can have happened; None where no clock is to be asked, as in builds."""
    strict: bool = False
    """Whether what would be a warning is an error."""

    def as_errors(self, warnings: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the warnings as the errors that they are to whoever is strict."""
        return tuple(replace(warning, severity="error") for warning in warnings) if self.strict else ()


LENIENT = Scrutiny()
"""Without a clock, and accepting what is only warned of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document."""

    path: Path
    kind: str | None
    identifier: str | None
    status: Status
    problems: tuple[Problem, ...] = ()
    report: str | None = None
    quarantine: Path | None = None
    """Where a refused one lies, if it was to be taken in."""
    sequence: int | None = None
    """The change by which it came in, if it did."""
    warnings: tuple[Problem, ...] = ()
    """What is accepted and probably a mistake; also of a document that was refused for other reasons."""
