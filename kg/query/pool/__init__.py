"""Queries of anybody's in processes that can be ended: what they may take, and what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.query.pool.alone import Within, alone
    from kg.query.pool.limits import LANES, Lane, Limits
    from kg.query.pool.pool import Pool
    from kg.query.pool.stats import LaneStats, Stats
    from kg.query.pool.task import Answered, Query, Question, Task, table, tabled

__all__ = [
    "LANES",
    "Answered",
    "Lane",
    "LaneStats",
    "Limits",
    "Pool",
    "Query",
    "Question",
    "Stats",
    "Task",
    "Within",
    "alone",
    "table",
    "tabled",
]

offer(
    __name__,
    {
        "alone": ("Within", "alone"),
        "limits": ("LANES", "Lane", "Limits"),
        "pool": ("Pool",),
        "stats": ("LaneStats", "Stats"),
        "task": ("Answered", "Query", "Question", "Task", "table", "tabled"),
    },
)
