"""Shapes compiled once, and which nodes of a document's triples fail them: the engine that decides.

pySHACL is the reference and writes the reports; this engine takes a hundredth of its time. It may panic, and
whatever it dies of ends the process: `kg.validate.apart` runs it in one that can be spared.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
import shacl

from kg.errors import ServandaError
from kg.resources import shapes_for_documents
from kg.validate.setwise import set_queries, without_queries

if TYPE_CHECKING:
    from pathlib import Path


class Compiled:
    """Shapes, ready to be held against any number of graphs."""

    def __init__(self, turtle: str) -> None:
        """Compile shapes; raise ServandaError for such as cannot be."""
        triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
        core = ox.serialize(without_queries(triples), format=ox.RdfFormat.N_TRIPLES) or b""
        self._queries = tuple(one.query for one in set_queries(triples))
        try:
            self._core = shacl.Shapes.from_text(core.decode(), format="ntriples")
        except ValueError as error:
            raise ServandaError(f"the shapes cannot be compiled: {error}") from error

    def failing(self, data: bytes) -> frozenset[str]:
        """Return the nodes of a graph, given as N-Triples, that fail; each as N-Triples write it.

        A fault of the engine is whatever it raises: a PanicException is no Exception.
        """
        report = self._core.validate_text(data.decode(), format="ntriples")
        found = {result.focus_node for result in report.results}
        return frozenset(found | self.found_by_queries(data))

    def found_by_queries(self, data: bytes) -> set[str]:
        """Return the nodes that fail constraints which are queries."""
        if not self._queries:
            return set()
        store = ox.Store()
        store.load(data, format=ox.RdfFormat.N_TRIPLES)
        return {
            str(solution["this"])
            for query in self._queries
            for solution in cast("ox.QuerySolutions", store.query(query))
        }


@cache
def compiled(folder: Path) -> Compiled:
    """Return the shapes of a folder, compiled once in the life of the process."""
    return Compiled("\n".join(item.read_text("utf-8") for item in shapes_for_documents(folder)))
