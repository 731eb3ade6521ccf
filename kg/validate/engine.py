"""pySHACL, as it is used here."""

from __future__ import annotations

import pyshacl
from pyshacl import shape
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from rdflib import Graph

from kg.errors import ServandaError

# pySHACL looks for each predicate of each shape in a list of all parameters, for each node, by comparisons
# that are slow in rdflib: a fifth of the time that a report takes. In a set of the same it is there at once.
shape.module.CONSTRAINT_PARAMS = (  # type: ignore[attr-defined]
    frozenset(ALL_CONSTRAINT_PARAMETERS),
    CONSTRAINT_PARAMETERS_MAP,
)


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
