"""Reading the graph: the competency questions.

Their module is imported when a name of it is asked for: the workers of `kg.query.pool` do without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.query.questions import Parameter, Question, ask, catalogue, find

__all__ = ["Parameter", "Question", "ask", "catalogue", "find"]


def __getattr__(name: str) -> object:
    """Return what the package offers under that name."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("kg.query.questions"), name)
