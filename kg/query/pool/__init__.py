"""Queries of anybody's in processes that can be ended: what they may take, and what they give."""

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
