"""Reading the graph: the competency questions.

Their module is imported when a name of it is asked for: the workers of `kg.query.pool` do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

if TYPE_CHECKING:
    from kg.query.questions import Parameter, Question, ask, catalogue, find

__all__ = ["Parameter", "Question", "ask", "catalogue", "find"]

offer(
    __name__,
    {
        "questions": ("Parameter", "Question", "ask", "catalogue", "find"),
    },
)
