"""Where the graph is kept: a protocol, and Oxigraph on disk or in memory behind it."""

from kg.store.base import ChangeSet, Dataset, GraphStore, QueryForm, Rows
from kg.store.oxigraph import OxigraphStore, create, memory, open_store
from kg.store.parameters import bind, parameters_of
from kg.store.stamp import Stamp

__all__ = [
    "ChangeSet",
    "Dataset",
    "GraphStore",
    "OxigraphStore",
    "QueryForm",
    "Rows",
    "Stamp",
    "bind",
    "create",
    "memory",
    "open_store",
    "parameters_of",
]
