"""pySHACL, as it is used here."""

from __future__ import annotations

import pyshacl
from rdflib import Graph

from kg.errors import ServandaError


def run(graph: Graph, shapes: Graph) -> Graph:
    """Return the validation report of a graph; raise ServandaError for shapes that cannot be evaluated."""
    _, found, text = pyshacl.validate(
        graph,
        shacl_graph=shapes,
        inplace=True,
        inference="none",
        advanced=False,
        js=False,
        meta_shacl=False,
        do_owl_imports=False,
    )
    if not isinstance(found, Graph):
        message = f"the shapes cannot be evaluated: {text}"
        raise ServandaError(message)
    return found
