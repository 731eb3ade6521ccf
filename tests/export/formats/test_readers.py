"""networkx, igraph and pandas read each profile from the formats that the docs name for them."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from kg.export import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kg.export.model import Graph

    Misread = Callable[[str, Iterable[tuple[str, str, str, str, str, str | None]]], list[object]]
    Write = Callable[[Graph, str], bytes]

PROFILES = sorted(profiles.shipped())
ACCUSED = "Accused of it; of a denial and a candidate nobody is"
"""The title of the column that says whom an edge accuses."""
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


def test_igraph_reads_from_the_accounts_who_accuses_and_who_is_accused(
    of_accounts: Callable[[str], Graph], misread: Misread, written: Write, tmp_path: Path
) -> None:
    """It leaves an ampersand of an id as GraphML writes it, which its page says."""
    igraph = pytest.importorskip("igraph", reason="igraph is absent; `make gephi` installs it")
    for profile in PROFILES:
        graph = of_accounts(profile)
        file = tmp_path / f"{profile}.graphml"
        file.write_bytes(written(graph, "graphml"))
        read = igraph.Graph.Read_GraphML(str(file))
        ids = [key.replace("&#38;", "&") for key in read.vs["id"]]
        name = read.vs["label"]
        found = sorted((ids[edge.source], ids[edge.target], edge["kind"], edge["weight"]) for edge in read.es)
        assert found == sorted(told(graph).values()), profile
        edges = [(name[edge.source], name[edge.target], edge.attributes()) for edge in read.es]
        assert not misread(
            profile,
            (
                (one, cells["kind"], cells["label"], other, cells.get("role", ""), _barred(cells))
                for one, other, cells in edges
            ),
        ), profile


def _barred(cells: dict[str, Any]) -> str:
    """Return whom an edge says is accused, with bars between them; GraphML has them as JSON."""
    return "|".join(json.loads(cells.get("accused") or "[]"))


def test_pandas_reads_from_the_accounts_who_accuses_and_who_is_accused(
    of_accounts: Callable[[str], Graph], misread: Misread, written: Write
) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is absent; the extra `test` installs it")
    for profile in PROFILES:
        graph = of_accounts(profile)
        with zipfile.ZipFile(BytesIO(written(graph, "csv.zip"))) as archive:
            nodes, edges = (
                pandas.read_csv(archive.open(name), keep_default_na=False)
                for name in ("nodes.csv", "edges.csv")
            )
        table = edges[["Id", "Source", "Target", "Kind", "Weight"]].itertuples(index=False)
        assert {key: tuple(cells) for key, *cells in table} == told(graph), profile
        assert dict(zip(nodes["Id"], nodes["Label"], strict=True)) == {
            node.id: node.label for node in graph.nodes
        }, profile
        assert list(edges["Type"] == "Directed") == [edge.directed for edge in graph.edges], profile
        rows = edges.to_dict("records")
        assert not misread(
            profile,
            (
                (
                    *(row[title] for title in ("source_label", "Kind", "Label", "target_label")),
                    *(row.get("Role", ""), row.get(ACCUSED, "")),
                )
                for row in rows
            ),
        ), profile
