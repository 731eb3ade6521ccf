"""Provenance-first graph of agreements, reports and alleged violations, as a library."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.library import Change, Graph, Solutions, open_graph

__all__ = ["Change", "Graph", "Solutions", "open_graph"]


def __getattr__(name: str) -> object:
    """Return what is imported from here, loaded when it is asked for: commands and servers do not need it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("kg.library"), name)
