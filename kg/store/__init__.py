"""Where the graph is kept: a protocol, and Oxigraph on disk or in memory behind it.

Each module is imported when a name of it is asked for: what runs queries in a process of its own
(`kg.query.pool`) takes what it needs of this package without rdflib.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.store.base import ChangeSet, Dataset, GraphStore, Quad, QueryForm, Rows, Value
    from kg.store.copying import writable_copy
    from kg.store.folder import (
        adopt,
        create,
        exchange,
        open_checkpoint,
        open_store,
        read_only,
        replace_damaged,
        stamp_of,
    )
    from kg.store.nquads import from_nquads, to_nquads
    from kg.store.oxigraph import OxigraphStore, memory
    from kg.store.parameters import bind, blocks, is_iri, parameters_of
    from kg.store.parsing import SYNTAXES, parse_ntriples, parse_triples
    from kg.store.secret import Secret
    from kg.store.serialise import serialise
    from kg.store.stamp import Stamp

__all__ = [
    "SYNTAXES",
    "ChangeSet",
    "Dataset",
    "GraphStore",
    "OxigraphStore",
    "Quad",
    "QueryForm",
    "Rows",
    "Secret",
    "Stamp",
    "Value",
    "adopt",
    "bind",
    "blocks",
    "create",
    "exchange",
    "from_nquads",
    "is_iri",
    "memory",
    "open_checkpoint",
    "open_store",
    "parameters_of",
    "parse_ntriples",
    "parse_triples",
    "read_only",
    "replace_damaged",
    "serialise",
    "stamp_of",
    "to_nquads",
    "writable_copy",
]

_HOMES: Final = {
    "SYNTAXES": "parsing",
    "ChangeSet": "base",
    "Dataset": "base",
    "GraphStore": "base",
    "OxigraphStore": "oxigraph",
    "Quad": "base",
    "QueryForm": "base",
    "Rows": "base",
    "Secret": "secret",
    "Stamp": "stamp",
    "Value": "base",
    "adopt": "folder",
    "bind": "parameters",
    "blocks": "parameters",
    "create": "folder",
    "exchange": "folder",
    "from_nquads": "nquads",
    "is_iri": "parameters",
    "memory": "oxigraph",
    "open_checkpoint": "folder",
    "open_store": "folder",
    "parameters_of": "parameters",
    "parse_ntriples": "parsing",
    "parse_triples": "parsing",
    "read_only": "folder",
    "replace_damaged": "folder",
    "serialise": "serialise",
    "stamp_of": "folder",
    "to_nquads": "nquads",
    "writable_copy": "copying",
}
"""The module in which each name is found."""


class _Package(ModuleType):
    """A package whose own names are not hidden by modules that are called the same."""

    def __setattr__(self, name: str, value: object) -> None:
        """Keep the value, unless it is a module that has just been imported under one of the names."""
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> object:
    """Return what the package offers under that name."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


sys.modules[__name__].__class__ = _Package
