"""A graph from a store, a profile and filters: the one call behind the command and the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import ExportError
from kg.export.arrange import State, arrange
from kg.export.cache import Memory
from kg.export.profiles import Profile, own_edges, parse
from kg.export.project import project
from kg.export.rows import rows
from kg.export.style import Style
from kg.query import guard
from kg.store.base import QueryForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.arrange import Kept
    from kg.export.model import Graph
    from kg.export.order import Order
    from kg.store import GraphStore

_STATE: Final = """PREFIX svd: <https://w3id.org/servanda/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT (MAX(?number) AS ?sequence) (MAX(?time) AS ?last) WHERE {
  ?change a svd:Change ; svd:sequence ?number ; prov:endedAtTime ?time .
}"""
_BASE: Final = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?graph { GRAPH ?graph { <https://w3id.org/servanda/ontology> a owl:Ontology } }"""


def build(
    store: GraphStore,
    order: Order,
    kept: Kept | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Graph:
    """Return what the order asks for of the store, ready to be written; the same for the same state.

    The function is told how many steps of how many are done; the last one is to write the graph.
    Raises BadParameterError for a filter that cannot be used, ExportError for a profile that cannot.
    """
    state = state_of(store)
    terms = order.filters.terms(store, state.base)
    steps = len(order.profile.queries) + 3
    shown = project(store, order, terms, state.base, lambda done: tell(done, steps))
    graph = arrange(shown, order, state, kept or Memory())
    tell(steps - 1, steps)
    return graph


def state_of(store: GraphStore) -> State:
    """Return at which change the store stands; raise ExportError for a store that does not know."""
    graph = [row[0] for row in rows(store, "state", _BASE, {}, ()).rows]
    found = [row for row in rows(store, "state", _STATE, {}, ()).rows if row and row[0]]
    if len(graph) != 1 or not found:
        raise ExportError("the store holds no ontology or knows no changes: profiles need one of documents")
    return State(int(found[0][0]), found[0][1][:10], graph[0].removesuffix("graph/ontology"))


def own_profile(text: str, file: str) -> Profile:
    """Return the profile of edges of one's own: a SELECT of `?source` and `?target`, and what more they tell.

    Known are `?kind`, `?label`, `?weight`, `?claim`, `?start` and `?end`; with a header as profiles have it,
    columns too. Raises ExportError for anything but a SELECT, and what `kg.query.guard.check` raises.
    """
    if guard.check(text).form is not QueryForm.SELECT:
        raise ExportError(f"{file}: a SELECT of ?source and ?target is needed")
    names = parse("own", {"profile.toml": 'title = "Own edges"', "edges.rq": _PLAIN})
    style = Style("Own edges", f"What the query {file} answers.")
    return Profile("own", style, (own_edges(text, file),), {**names.files, "edges.rq": text})


_PLAIN: Final = """# rows: edges
# title: nothing
SELECT ?source ?target WHERE {}
"""
