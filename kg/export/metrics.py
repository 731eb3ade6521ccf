"""Who stands where in a graph: degree, betweenness, PageRank and communities, by networkx where that can be.

Everything is computed on whole numbers in the order of the nodes, and with one seed, so that the same graph
always comes to the same values.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice, starmap
from operator import mul, sub, truediv
from typing import TYPE_CHECKING, Final, NamedTuple

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEED: Final = 20201110
EXACT: Final = 2000
"""Nodes up to which betweenness is computed from all of them, where there are not too many edges."""
_STEPS: Final = 2_500_000
"""About how many steps betweenness may take."""
_PIVOTS: Final = 8
"""From how many nodes it is estimated at least."""
_LOUVAIN: Final = 60_000
"""Edges up to which communities are found by Louvain's method."""
_ANALYSED: Final = 300_000
"""Edges up to which betweenness and communities are computed at all."""
_DAMPING: Final = 0.85
_ROUNDS: Final = 100
_CLOSE: Final = 1e-9


class Link(NamedTuple):
    """An edge between nodes by their numbers."""

    source: int
    target: int
    weight: float
    directed: bool


class Links(Collection[Link]):
    """Edges, read as often as need be, in a fifth of the room that a list would take."""

    def __init__(self, links: Iterable[tuple[int, int, float, bool]] = ()) -> None:
        """Keep these, each as a `Link` or in the order of its fields."""
        self._ends, self._weights, self._directed = array("i"), array("d"), bytearray()
        for source, target, weight, directed in links:
            self._ends.append(source)
            self._ends.append(target)
            self._weights.append(weight)
            self._directed.append(directed)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._weights)

    def __iter__(self) -> Iterator[Link]:
        """Give each of them."""
        ends = iter(self._ends)
        return starmap(Link, zip(ends, ends, self._weights, map(bool, self._directed), strict=True))

    def ways(self) -> tuple[array[int], array[int], array[float]]:
        """Return from where to where each leads, one without direction both ways, and what it weighs."""
        sources, targets, weights = self._ends[::2], self._ends[1::2], self._weights
        back = [
            at for at, directed in enumerate(self._directed) if not directed and sources[at] != targets[at]
        ]
        away = array("i", [targets[at] for at in back]), array("i", [sources[at] for at in back])
        return sources + away[0], targets + away[1], weights + array("d", [weights[at] for at in back])

    def __contains__(self, link: object) -> bool:
        """Return whether there is one like it."""
        return any(link == each for each in self)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The values of each node, in the order of the nodes."""

    degree: tuple[int, ...]
    weighted_degree: tuple[float, ...]
    betweenness: tuple[float | None, ...]
    """As if edges had no direction; None for all where the graph is too large for it."""
    betweenness_directed: tuple[float | None, ...]
    """Along the directions of edges; None as above."""
    pagerank: tuple[float, ...]
    community: tuple[int | None, ...]
    """0 is the largest; None as above."""
    sampling: str
    """What was estimated, and how; empty if all was computed."""


def measure(count: int, links: Collection[Link]) -> Metrics:
    """Return the values of a graph of so many nodes."""
    degree, weighted = [0] * count, [0.0] * count
    for source, target, weight, _ in links:
        degree[source] += 1
        weighted[source] += weight
        if target != source:
            degree[target] += 1
            weighted[target] += weight
    between: tuple[float | None, ...] = (None,) * count
    along = between
    community: tuple[int | None, ...] = (None,) * count
    sampled, found_by = f"neither betweenness nor communities for more than {_ANALYSED:,} edges", ""
    if len(links) <= _ANALYSED:
        graph = _simple(count, links)
        between, sampled = _betweenness(graph)
        along, _ = _betweenness(_simple(count, links, nx.DiGraph()))
        community, found_by = _communities(graph)
    return Metrics(
        tuple(degree),
        tuple(round(value, 6) for value in weighted),
        between,
        along,
        _pagerank(count, links),
        community,
        "; ".join(said for said in (sampled, found_by) if said),
    )


def _simple(count: int, links: Collection[Link], into: nx.Graph[int] | None = None) -> nx.Graph[int]:
    """Return the graph without parallel edges or loops; weights add up.

    It has no directions unless it is to be one that has; an edge without direction then leads both ways.
    """
    graph = nx.Graph() if into is None else into
    graph.add_nodes_from(range(count))
    for source, target, weight, directed in links:
        if source == target:
            continue
        both = graph.is_directed() and not directed
        for one, other in ((source, target), (target, source)) if both else ((source, target),):
            before = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
            graph.add_edge(one, other, weight=before + weight)
    return graph


def _betweenness(graph: nx.Graph[int]) -> tuple[tuple[float, ...], str]:
    """Return it for each node, and how it was sampled: from all nodes, or from some where they are many."""
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    affordable = max(_PIVOTS, _STEPS // max(1, nodes + edges))
    if nodes <= EXACT and nodes <= affordable:
        found = nx.betweenness_centrality(graph) if nodes else {}
        said = ""
    else:
        pivots = min(affordable, EXACT, nodes)
        found = nx.betweenness_centrality(graph, k=pivots, seed=SEED)
        said = f"betweenness from the shortest paths of {pivots:,} of {nodes:,} nodes (seed {SEED})"
    return tuple(round(found[node], 9) for node in range(nodes)), said


def _communities(graph: nx.Graph[int]) -> tuple[tuple[int, ...], str]:
    """Return the number of each node's community, the largest first; and how, if not by Louvain's method."""
    said = ""
    groups: Iterable[set[int]]
    if graph.number_of_edges() <= _LOUVAIN:
        groups = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    else:
        groups = nx.community.fast_label_propagation_communities(graph, weight="weight", seed=SEED)
        said = f"communities by label propagation, not by Louvain, for more than {_LOUVAIN:,} edges"
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    found = [0] * graph.number_of_nodes()
    for number, group in enumerate(ordered):
        for node in group:
            found[node] = number
    return tuple(found), said


def _pagerank(count: int, links: Collection[Link]) -> tuple[float, ...]:
    """Return it by power iteration, as networkx defines it; networkx itself would need SciPy for it."""
    if not count:
        return ()
    sources, parts, each, dangling = _passed_on(count, links)
    ranks = [1.0 / count] * count
    for _ in range(_ROUNDS):
        lost = sum(ranks[node] for node in dangling)
        made = [(1.0 - _DAMPING + _DAMPING * lost) / count] * count
        passed = map(mul, parts, map(ranks.__getitem__, sources))
        for target, number in each:
            made[target] += sum(islice(passed, number))
        moved = sum(map(abs, map(sub, made, ranks)))
        ranks = made
        if moved < count * _CLOSE:
            break
    return tuple(round(rank, 9) for rank in ranks)


def _passed_on(
    count: int, links: Collection[Link]
) -> tuple[array[int], array[float], list[tuple[int, int]], list[int]]:
    """Return from whom which part of a rank is passed on, in the order of those to whom.

    Then of each of these how many pass on to it, and who passes on nothing.
    """
    totals, each = [0.0] * count, [0] * count
    sources, targets, weights = (links if isinstance(links, Links) else Links(links)).ways()
    for one, weight in zip(sources, weights, strict=True):
        totals[one] += weight
    for other in targets:
        each[other] += 1
    order = sorted(range(len(targets)), key=targets.__getitem__)
    passing = array("i", map(sources.__getitem__, order))
    shares = map(truediv, map(weights.__getitem__, order), map(totals.__getitem__, passing))
    told = [(target, number) for target, number in enumerate(each) if number]
    dangling = [node for node, total in enumerate(totals) if not total]
    return passing, array("d", map(_DAMPING.__mul__, shares)), told, dangling
