"""Where the graph is kept: a protocol, and Oxigraph on disk or in memory behind it.

Each module is imported when a name of it is asked for: what runs queries in a process of its own
(`kg.query.pool`) takes what it needs of this package without rdflib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.offers import offer

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

offer(
    __name__,
    {
        "base": ("ChangeSet", "Dataset", "GraphStore", "Quad", "QueryForm", "Rows", "Value"),
        "copying": ("writable_copy",),
        "folder": (
            "adopt",
            "create",
            "exchange",
            "open_checkpoint",
            "open_store",
            "read_only",
            "replace_damaged",
            "stamp_of",
        ),
        "nquads": ("from_nquads", "to_nquads"),
        "oxigraph": ("OxigraphStore", "memory"),
        "parameters": ("bind", "blocks", "is_iri", "parameters_of"),
        "parsing": ("SYNTAXES", "parse_ntriples", "parse_triples"),
        "secret": ("Secret",),
        "serialise": ("serialise",),
        "stamp": ("Stamp",),
    },
)
