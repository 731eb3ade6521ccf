"""Where the graph is kept: a protocol, and Oxigraph on disk or in memory behind it."""

from kg.store.base import ChangeSet, Dataset, GraphStore, Quad, QueryForm, Rows
from kg.store.folder import create, exchange, open_checkpoint, open_store, replace_damaged, stamp_of
from kg.store.nquads import from_nquads, to_nquads
from kg.store.oxigraph import OxigraphStore, memory
from kg.store.parameters import bind, parameters_of
from kg.store.serialise import serialise
from kg.store.stamp import Stamp

__all__ = [
    "ChangeSet",
    "Dataset",
    "GraphStore",
    "OxigraphStore",
    "Quad",
    "QueryForm",
    "Rows",
    "Stamp",
    "bind",
    "create",
    "exchange",
    "from_nquads",
    "memory",
    "open_checkpoint",
    "open_store",
    "parameters_of",
    "replace_damaged",
    "serialise",
    "stamp_of",
    "to_nquads",
]
