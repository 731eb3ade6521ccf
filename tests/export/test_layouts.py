"""Metrics and places: right where they can be reckoned, the same each time, and quick on many nodes."""

from __future__ import annotations

import math
import time
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python  # type: ignore[attr-defined]

from kg.export.cache import Files, Memory
from kg.export.geography import Point, flat, middle
from kg.export.layouts import Body, laid_out
from kg.export.metrics import Link, Links, measure
from kg.export.style import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from kg.export.force import Places


def links(graph: nx.Graph[int], *, directed: bool = False) -> list[Link]:
    return [Link(one, other, 1.0, directed) for one, other in graph.edges]


def bodies(number: int, **more: object) -> list[Body]:
    fields = {"kind": "state", "size": 20.0, "label": "Name", "community": 0, "day": None, "point": None}
    return [Body(**{**fields, **more}) for _ in range(number)]  # type: ignore[arg-type]


def distance(places: Places, one: int, other: int) -> float:
    return math.dist(places[one], places[other])


def test_metrics_of_a_star_are_as_reckoned() -> None:
    found = measure(5, links(nx.star_graph(4)))
    assert found.degree == (4, 1, 1, 1, 1)
    assert found.betweenness == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert found.sampling == ""


def test_betweenness_is_given_without_directions_and_along_them() -> None:
    graph = nx.gnp_random_graph(40, 0.06, seed=2, directed=True)
    edges = [*links(graph, directed=True), Link(3, 4, 1.0, directed=False)]
    both: nx.DiGraph[int] = nx.DiGraph(graph)
    both.add_edges_from(((3, 4), (4, 3)))
    found = measure(40, edges)
    along, without = nx.betweenness_centrality(both), nx.betweenness_centrality(both.to_undirected())
    assert found.betweenness_directed == pytest.approx([along[node] for node in range(40)], abs=1e-8)
    assert found.betweenness == pytest.approx([without[node] for node in range(40)], abs=1e-8)
    assert found.betweenness != found.betweenness_directed


def test_links_are_read_again_as_they_were_given() -> None:
    given = [Link(0, 70_000, 0.5, directed=True), Link(3, 3, 2.0, directed=False)]
    kept = Links(iter(given))
    assert (list(kept), list(kept), len(kept)) == (given, given, 2)
    assert given[1] in kept


def test_pagerank_is_that_of_networkx() -> None:
    graph = nx.gnp_random_graph(60, 0.06, seed=4, directed=True)
    found = measure(60, links(graph, directed=True)).pagerank
    expected = _pagerank_python(graph, tol=1e-9)
    assert found == pytest.approx([expected[node] for node in range(60)], abs=1e-5)


def test_two_cliques_are_two_communities() -> None:
    graph = nx.barbell_graph(6, 0)
    found = measure(12, links(graph)).community
    assert found == (0,) * 6 + (1,) * 6


def test_betweenness_of_more_than_2_000_nodes_is_sampled_and_says_so() -> None:
    graph = nx.path_graph(2100)
    found = measure(2100, links(graph))
    assert "betweenness from the shortest paths of" in found.sampling
    assert "of 2,100 nodes" in found.sampling
    assert max(range(2100), key=lambda node: found.betweenness[node] or 0.0) in range(400, 1700)


def test_what_is_linked_is_near_and_nothing_overlaps() -> None:
    graph = nx.barbell_graph(6, 0)
    placed = bodies(12)
    places, said = laid_out(Layout.FORCE, placed, links(graph), ())
    within = [
        distance(places, *pair) for pair in (*combinations(range(6), 2), *combinations(range(6, 12), 2))
    ]
    across = [distance(places, one, other) for one in range(5) for other in range(7, 12)]
    assert sum(within) / len(within) < sum(across) / len(across)
    assert min(distance(places, *pair) for pair in combinations(range(12), 2)) > 20
    assert said == "force-directed, seeded"
    assert (places, said) == laid_out(Layout.FORCE, placed, links(graph), ())


def test_thousands_of_nodes_are_placed_in_seconds() -> None:
    graph = nx.barabasi_albert_graph(6000, 3, seed=1)
    begun = time.process_time()
    found = measure(6000, links(graph))
    placed = [Body("state", 10.0, "", community, None, None) for community in found.community]
    places, said = laid_out(Layout.FORCE, placed, links(graph), ())
    assert time.process_time() - begun < 28  # what networkx's own ForceAtlas2 took for as many
    assert "more than 2,000 nodes" in said
    assert len(set(places)) == 6000
    assert max(max(abs(x), abs(y)) for x, y in places) <= 5000


@pytest.mark.parametrize("layout", [Layout.BIPARTITE, Layout.FORCE, Layout.TIME])
def test_no_node_of_thousands_covers_another_whatever_their_sizes(layout: Layout) -> None:
    """A size is a radius; a few are large."""
    graph = nx.barabasi_albert_graph(4000, 1, seed=3)
    degree = dict(graph.degree)
    placed = [
        Body("claim" if node % 5 else "event", min(100.0, 3.0 + degree[node]), "", node % 7, day, None)
        for node in graph
        for day in [f"2021-{1 + node % 12:02}-{1 + node % 28:02}"]
    ]
    begun = time.process_time()
    places, _ = laid_out(layout, placed, links(graph), (("claim",), ("event",)))
    assert time.process_time() - begun < 20
    assert max(max(abs(x), abs(y)) for x, y in places) <= 5000
    ordered = sorted(range(4000), key=lambda node: places[node][0])
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if places[other][0] - places[one][0] > placed[one].size + 100:
                break
            apart = distance(places, one, other) - placed[one].size - placed[other].size
            assert apart >= -0.01, (one, other)


def test_time_runs_from_left_to_right_in_lanes_by_kind() -> None:
    placed = [
        *bodies(1, day="2021-08-01"),
        *bodies(1, day="2021-08-26", kind="event"),
        *bodies(1, day="2021-09-30"),
        *bodies(1),
    ]
    places, said = laid_out(Layout.TIME, placed, [Link(2, 3, 1.0, directed=True)], (("state",), ("event",)))
    assert places[0][0] < places[1][0] < places[2][0]
    assert places[1][1] > places[0][1]
    assert abs(places[3][0] - places[2][0]) < 1  # undated, beside what it is linked to
    assert said.startswith("time")


def test_columns_keep_kinds_apart_and_partners_side_by_side() -> None:
    placed = [*bodies(3, kind="claim"), *bodies(3, kind="event")]
    crossed = [Link(0, 5, 1.0, directed=True), Link(1, 4, 1.0, directed=True), Link(2, 3, 1.0, directed=True)]
    places, _ = laid_out(Layout.BIPARTITE, placed, crossed, (("claim",), ("event",)))
    assert {round(x) for x, _ in places[:3]} != {round(x) for x, _ in places[3:]}
    assert [places[link.source][1] == places[link.target][1] for link in crossed] == [True] * 3


def test_a_map_is_true_and_others_stand_near_the_places_they_are_linked_to() -> None:
    towns = [Point(44.5, 40.2), Point(46.4, 39.2), Point(49.9, 40.4)]
    placed = [Body("place", 10.0, "", 0, None, town) for town in towns] + bodies(2)
    places, said = laid_out(Layout.GEOGRAPHIC, placed, [Link(3, 1, 1.0, directed=True)], ())
    assert places[0][0] < places[1][0] < places[2][0]
    assert places[1][1] < places[0][1] < places[2][1]
    assert distance(places, 3, 1) < distance(places, 3, 0)
    assert places[4][1] < places[1][1]  # nobody says where: below the map
    assert said.startswith("geographic")


def test_the_middle_of_outlines() -> None:
    assert middle("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((5 5, 9 5, 9 9, 5 9, 5 5)))") == (7.0, 7.0)
    assert middle("LINESTRING (44 39, 46 41)") == (45.0, 40.0)
    assert middle("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (39 46)") == (46.0, 39.0)
    assert middle("nonsense (a b)") is None
    assert flat([None]) == [None]
    east, west = flat([Point(179.0, 0.0), Point(-179.0, 0.0)])
    assert east is not None
    assert west is not None


def test_what_was_computed_is_kept_and_what_was_cut_is_not_used(tmp_path: Path) -> None:
    kept = Files(tmp_path / "layouts")
    assert kept.get("a") is None
    for key in "abcdefghijklmnopqrs":
        kept.put(key, {"places": [[1.0, 2.0]]})
    assert kept.get("s") == {"places": [[1.0, 2.0]], "key": "s"}
    assert len(list((tmp_path / "layouts").iterdir())) == 16
    (tmp_path / "layouts" / "s.json").write_text('{"places": [[1.0')
    assert kept.get("s") is None
    memory = Memory(2)
    for key in "abc":
        memory.put(key, {"key": key})
    assert (memory.get("a"), memory.get("c")) == (None, {"key": "c"})
