"""networkx and igraph read each profile from the formats that the docs name for them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from kg.export import profiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.export.model import Graph

    Write = Callable[[Graph, str], bytes]

PROFILES = sorted(profiles.shipped())
DIRECTED = {"agreements", "citations", "places", "rdf"}


def told(graph: Graph) -> dict[str, tuple[str, str, str, float]]:
    return {edge.id: (edge.source, edge.target, edge.kind, edge.weight) for edge in graph.edges}


@pytest.mark.parametrize("profile", PROFILES)
def test_networkx_reads_graphml_with_each_edge(
    profile: str, invented: Callable[..., Graph], written: Write
) -> None:
    graph = invented(profile)
    content = BytesIO(written(graph, "graphml"))
    read: Any = nx.read_graphml(content, edge_key_type=str, force_multigraph=True)
    edges = read.edges(keys=True, data=True)
    assert {key: (*ends, cells["kind"], cells["weight"]) for *ends, key, cells in edges} == told(graph)
    assert {key: cells["symmetric"] for *_, key, cells in edges} == {
        edge.id: not edge.directed for edge in graph.edges
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_networkx_reads_gexf_where_all_edges_are_directed_and_refuses_it_where_not(
    profile: str, invented: Callable[..., Graph], written: Write
) -> None:
    graph = invented(profile)
    content = written(graph, "gexf")
    directed = all(edge.directed for edge in graph.edges)
    assert directed or profile not in DIRECTED
    if not directed:
        with pytest.raises(nx.NetworkXError, match="Directed edge found in undirected graph"):
            nx.read_gexf(BytesIO(content))
        return
    read: Any = nx.read_gexf(BytesIO(content))
    found = {
        cells["id"]: (*ends, cells["Relation"], cells["weight"]) for *ends, cells in read.edges(data=True)
    }
    assert found == told(graph)


@pytest.mark.parametrize("profile", PROFILES)
def test_igraph_reads_graphml_with_each_edge(
    profile: str, invented: Callable[..., Graph], written: Write, tmp_path: Path
) -> None:
    igraph = pytest.importorskip("igraph", reason="igraph is absent; `make gephi` installs it")
    graph = invented(profile)
    file = tmp_path / "graph.graphml"
    file.write_bytes(written(graph, "graphml"))
    read = igraph.Graph.Read_GraphML(str(file))
    names = read.vs["id"]
    found = sorted((names[edge.source], names[edge.target], edge["kind"], edge["weight"]) for edge in read.es)
    assert read.is_directed()
    assert found == sorted(told(graph).values())
