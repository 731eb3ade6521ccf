"""A plain SPARQL store: the client's quads and nothing else, with a default graph of its own.

For suites and private use: no journal, no shapes, no rules about IRIs. What comes from outside has been
parsed, and every update tried, in a worker before it comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import QueryError, QuerySyntaxError
from kg.store.complaints import complaints
from kg.store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class PlainStore(OxigraphStore):
    """A store of write policy `unvalidated`; a graph is named by its IRI, the default graph by None."""

    def graph_names(self) -> Iterator[str]:
        """Yield the names of the named graphs, among them those without triples."""
        with complaints():
            for name in self._open().named_graphs():
                if isinstance(name, ox.NamedNode):
                    yield name.value

    def holds(self, graph: str | None) -> bool:
        """Return whether there is such a graph; the default graph always is."""
        return graph is None or self._open().contains_named_graph(ox.NamedNode(graph))

    def put(self, graph: str | None, ntriples: bytes) -> None:
        """Let a graph hold the triples and nothing else, in one transaction."""
        target = "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"
        clear = f"CLEAR SILENT {target} ;\n"
        if graph is not None:
            clear += f"CREATE SILENT {target} ;\n"
        self.update(clear + _insertion(graph, ntriples))

    def add(self, graph: str | None, ntriples: bytes) -> None:
        """Add the triples to a graph, in one transaction; blank nodes in them are new ones."""
        create = "" if graph is None else f"CREATE SILENT GRAPH {ox.NamedNode(graph)} ;\n"
        self.update(create + _insertion(graph, ntriples))

    def remove(self, graph: str | None) -> None:
        """Take a graph away; the default graph is emptied."""
        target = "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"
        self.update(f"DROP SILENT {target}")

    def triples(self, graph: str | None) -> Sequence[ox.Triple]:
        """Return what a graph holds."""
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        with complaints():
            found = self._open().quads_for_pattern(None, None, None, name)
            return [quad.triple for quad in found]

    def update(self, text: str, base: str | None = None) -> None:
        """Apply a SPARQL update, whole or not at all.

        Raises QuerySyntaxError where it does not parse, QueryError for what the engine cannot do.
        """
        try:
            with self._lock, complaints():
                self._open().update(text, base_iri=base)
        except SyntaxError as error:
            raise QuerySyntaxError(str(error)) from error
        except RuntimeError as error:
            raise QueryError(str(error)) from error


def _insertion(graph: str | None, ntriples: bytes) -> str:
    data = ntriples.decode("utf-8")
    return f"INSERT DATA {{ {data} }}" if graph is None else f"INSERT DATA {{ GRAPH <{graph}> {{ {data} }} }}"
