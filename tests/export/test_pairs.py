"""One edge for all that lead the same way between two nodes, the legend beside the graph, and links."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from kg.export import profiles
from kg.export.build import build
from kg.export.filters import Filters
from kg.export.formats.check import problems
from kg.export.model import Role
from kg.export.order import Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Edge, Graph
    from kg.store import OxigraphStore


def cells(graph: Graph, edge: Edge) -> dict[str, Any]:
    return dict(zip((column.id for column in graph.edge_columns), edge.values, strict=True))


@pytest.mark.parametrize("profile", ["actors", "claims", "agreements"])
def test_joined_edges_list_all_kinds_and_nothing_is_lost(profile: str, invented_store: OxigraphStore) -> None:
    apart = build(invented_store, Order(profiles.find(profile)))
    joined = build(invented_store, Order(profiles.find(profile), pairs=True))
    ends = [(edge.source, edge.target, edge.directed) for edge in joined.edges]
    assert len(set(ends)) == len(ends)
    assert {node.id for node in joined.nodes} == {node.id for node in apart.nodes}
    kinds: dict[tuple[str, str, bool], set[str]] = {}
    for edge in apart.edges:
        kinds.setdefault((edge.source, edge.target, edge.directed), set()).add(edge.kind)
    for edge, end in zip(joined.edges, ends, strict=True):
        assert set(cells(joined, edge)["kinds"]) == kinds[end]
        assert edge.kind == ("several_kinds" if len(kinds[end]) > 1 else min(kinds[end]))
        assert all(each.replace("_", " ") for each in edge.label.split("; "))
    assert len(ends) == len(kinds)


def test_a_joined_edge_counts_each_source_and_accused_once_and_those_of_a_candidate_s_act_not_at_all(
    invented_store: OxigraphStore,
) -> None:
    apart = build(invented_store, Order(profiles.find("actors")))
    joined = build(invented_store, Order(profiles.find("actors"), pairs=True))
    said: dict[tuple[str, str, bool], set[str]] = {}
    blamed: dict[tuple[str, str, bool], set[str]] = {}
    for edge in apart.edges:
        told = cells(apart, edge)
        if edge.role is not Role.CANDIDATE:
            said.setdefault((edge.source, edge.target, edge.directed), set()).update(told["sources"] or ())
            blamed.setdefault((edge.source, edge.target, edge.directed), set()).update(told["accused"] or ())
    several = [edge for edge in joined.edges if edge.kind == "several_kinds"]
    assert several
    for edge in several:
        told = cells(joined, edge)
        assert set(told["sources"] or ()) == said[edge.source, edge.target, edge.directed]
        assert set(told["accused"] or ()) == blamed[edge.source, edge.target, edge.directed]
        heavy = told["independent_sources"]
        assert heavy is None or edge.weight in {heavy, 0.5, 0.3}
        assert edge.role in set(Role)


def test_the_legend_stands_beside_the_graph_and_is_linked_to_nothing(invented_store: OxigraphStore) -> None:
    plain = build(invented_store, Order(profiles.find("actors")))
    graph = build(invented_store, Order(profiles.find("actors"), legend=True))
    legend = [node for node in graph.nodes if node.kind == "legend"]
    assert len(legend) == len(graph.meta.legend) == len(list(graph.nodes)) - len(list(plain.nodes))
    assert [node.label.partition(" · ")[2] for node in legend] == [line.label for line in graph.meta.legend]
    assert [node.colour for node in legend] == [line.colour for line in graph.meta.legend]
    told = {(line.colour, line.stroke) for line in plain.meta.legend if line.of == "edge"}
    assert told == {(edge.colour, edge.stroke) for edge in plain.edges}, "every look of a line, and no other"
    ids = {node.id for node in legend}
    assert not any({edge.source, edge.target} & ids for edge in graph.edges)
    others = [node for node in graph.nodes if node.kind != "legend"]
    assert min(node.x for node in legend) > max(node.x for node in others)
    assert all(one.y > other.y for one, other in pairwise(legend))


def test_joined_with_its_legend_it_is_nothing_that_gephi_would_refuse_or_misread(
    invented_store: OxigraphStore, written: Callable[[Graph, str], bytes]
) -> None:
    graph = build(invented_store, Order(profiles.find("claims"), pairs=True, legend=True))
    assert problems(BytesIO(written(graph, "gexf"))) == []


def test_a_picture_shows_one_legend(
    invented_store: OxigraphStore, written: Callable[[Graph, str], bytes]
) -> None:
    pictures = [
        written(build(invented_store, Order(profiles.find("places"), legend=legend)), "svg").count(b"<text")
        for legend in (False, True)
    ]
    assert pictures[0] == pictures[1]


def test_the_link_of_an_order_leads_to_the_same_order_over_http() -> None:
    filters = Filters.of({"place": "syunik", "from": "2021-08", "zone": "Asia/Yerevan"}, 2)
    order = Order(profiles.find("actors"), filters, pairs=True, legend=True)
    link = order.in_gephi_lite("http://127.0.0.1:8000/")
    address = unquote(link.removeprefix("https://lite.gephi.org/?file="))
    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("127.0.0.1:8000", "/exports/actors.json")
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "place": "syunik",
        "from": "2021-08",
        "zone": "Asia/Yerevan",
        "min_sources": "2",
        "pairs": "true",
        "legend": "true",
    }
    assert Order.unpacked(order.packed()) == order
    assert link.count("?") == 1
    assert "&" not in link
