"""Doubts about a list of actors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.doubts.times import Days

if TYPE_CHECKING:
    from datetime import datetime

    from kg.ingest.builder import Builder
    from kg.ingest.models import ActorsDocument


def note_doubts_of_actors(model: ActorsDocument, builder: Builder, now: datetime | None) -> None:
    """Note judgements of a source's reliability of a day to come, or of one long ago."""
    days = Days(builder, now)
    for index, actor in enumerate(model.actors):
        if actor.reliability is not None:
            days.plausible(actor.reliability.date, ("actors", index, "reliability", "date"))
