"""Nodes and edges on their way into a file: each checked against those before, joined into few writes."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.formats.values import clean, finite, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from kg.export.model import Column, Edge, Graph, Node, Value

_BATCH: Final = 500
JSON: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Give a value as JSON on one line."""


def pour(pieces: Iterable[str], stream: BinaryIO) -> None:
    """Write the pieces one after the other, many at a time."""
    iterator = iter(pieces)
    while batch := "".join(islice(iterator, _BATCH)):
        stream.write(batch.encode())


class Elements:
    """The nodes of a graph, then its edges, each once; ExportError for what no format could show rightly."""

    def __init__(self, graph: Graph) -> None:
        """Keep the graph; nothing is read yet."""
        self._graph = graph
        self._names: set[str] = set()

    def nodes(self) -> Iterator[tuple[Node, dict[str, Value]]]:
        """Give each node with its values by column, absent ones left out."""
        for node in self._graph.nodes:
            of = f"node {node.id}"
            name = clean(node.id)
            if not name or name in self._names:
                raise ExportError(f"node {node.id!r}: every node needs an id of its own")
            self._names.add(name)
            finite(node.x + node.y + node.size, f"{of}: place or size")
            yield node, _row(self._graph.node_columns, node.values, of)

    def edges(self) -> Iterator[tuple[Edge, dict[str, Value]]]:
        """Give each edge with its values by column, absent ones left out; the nodes must have been given."""
        for edge in self._graph.edges:
            of = f"edge {edge.id}"
            for end in (edge.source, edge.target):
                if clean(end) not in self._names:
                    raise ExportError(f"{of}: there is no node {end!r}")
            if not edge.kind or not finite(edge.weight, f"{of}: its weight") > 0:
                raise ExportError(f"{of}: it needs a kind and a weight above 0")
            yield edge, _row(self._graph.edge_columns, edge.values, of)


def _row(columns: tuple[Column, ...], values: tuple[Value, ...], of: str) -> dict[str, Value]:
    if len(values) != len(columns):
        raise ExportError(f"{of}: {len(values)} values for {len(columns)} columns")
    try:
        found = ((column.id, typed(value, column)) for column, value in zip(columns, values, strict=True))
        return {name: value for name, value in found if value is not None}
    except ExportError as error:
        raise ExportError(f"{of}: {error}") from None
