"""What became of a document that was to be taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Problem

Status: TypeAlias = Literal["added", "revised", "unchanged", "refused", "valid", "retracted"]


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
