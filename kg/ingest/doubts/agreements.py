"""Doubts about norms of an agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.checks import norms_of
from kg.ingest.conditions import circles

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.models import AgreementDocument


def note_doubts_of_norms(model: AgreementDocument, builder: Builder) -> None:
    """Note norms that depend on each other, so that none applies before one is said to be kept."""
    told: set[frozenset[str]] = set()
    for path, circle in circles(norms_of(model.terms)):
        if frozenset(circle) not in told:
            told.add(frozenset(circle))
            message = f"norms depend on each other in a circle: {' if '.join(circle)}"
            hint = "none applies until a claim says that one was kept; right, where they are to go together"
            builder.warn(path, "norm/circle", message, hint)
