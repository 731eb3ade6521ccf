"""Rows of datasets on their way in: read and spooled, held against what is held, written in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.pipeline.rows.summary import Summary
    from kg.pipeline.rows.take import check, take

__all__ = ["Summary", "check", "take"]

offer(
    __name__,
    {
        "summary": ("Summary",),
        "take": ("check", "take"),
    },
)
