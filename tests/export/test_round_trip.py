"""Every profile in every format that programs read: what is read back is what the graph says."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from kg.export import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.export.model import Column, Graph, Value

    Cells = dict[str, Any]
    Read = tuple[dict[str, Cells], dict[str, Cells]]
    """Nodes and edges by their ids; the cells of an edge tell its ends and weight, too."""

NAMES = sorted(profiles.shipped())
GEXF = "{http://gexf.net/1.3}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


def _gexf(content: bytes) -> Read:
    root = ET.fromstring(content)  # noqa: S314 - our own
    static = {
        cell.attrib["id"]
        for block in root.iter(f"{GEXF}attributes")
        if block.attrib["mode"] == "static"
        for cell in block
    }

    def told(of: str) -> Iterator[tuple[str, Cells]]:
        for item in root.iter(f"{GEXF}{of}"):
            cells = {cell.attrib["for"]: cell.attrib["value"] for cell in item.iter(f"{GEXF}attvalue")}
            yield item.attrib["id"], {name: cells[name] for name in cells if name in static} | item.attrib

    return dict(told("node")), dict(told("edge"))


def _lite(content: bytes) -> Read:
    data = json.loads(content)["graphDataset"]
    edges = {edge["key"]: edge | data["edgeData"][edge["key"]] for edge in data["fullGraph"]["edges"]}
    return data["nodeData"], edges


def _graphml(content: bytes) -> Read:
    root = ET.fromstring(content)  # noqa: S314 - our own

    def told(of: str) -> Iterator[tuple[str, Cells]]:
        for item in root.iter(f"{GRAPHML}{of}"):
            cells = {cell.attrib["key"][2:]: cell.text or "" for cell in item.iter(f"{GRAPHML}data")}
            yield item.attrib["id"], cells | item.attrib

    return dict(told("node")), dict(told("edge"))


def _tables(content: bytes) -> Read:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        nodes, edges = (
            [
                {name.lower(): cell for name, cell in row.items() if cell != ""}
                for row in csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
            ]
            for name in ("nodes.csv", "edges.csv")
        )
    return {row["id"]: row for row in nodes}, {row["id"]: row for row in edges}


def _networkx(content: bytes) -> Read:
    graph: Any = nx.node_link_graph(json.loads(content), edges="edges")
    edges = {
        key: {"source": source, "target": target, **cells}
        for source, target, key, cells in graph.edges(keys=True, data=True)
    }
    return dict(graph.nodes(data=True)), edges


READERS = {
    "gexf": _gexf,
    "json": _lite,
    "graphml": _graphml,
    "csv.zip": _tables,
    "nodelink.json": _networkx,
}


def same(value: Value, read: object) -> bool:
    """Return whether a cell says the value."""
    if value is None:
        return read in {None, ""}
    if isinstance(value, bool):
        return str(read).lower() == str(value).lower()
    if isinstance(value, int | float):
        return float(str(read)) == value
    if isinstance(value, tuple):
        return [part.replace("|", "¦") for part in value] == [part.replace("|", "¦") for part in _list(read)]
    return str(read).removeprefix("'") == value.removeprefix("'")


def _list(read: object) -> list[str]:
    """Return the list that a cell writes: as JSON, as GEXF does, or with bars between the texts."""
    if isinstance(read, list):
        return read
    text = str(read or "")
    if text.startswith("["):
        return list(json.loads(text, strict=False))
    return text.split("|") if text else []


def different(columns: tuple[Column, ...], values: tuple[Value, ...], read: Mapping[str, Any]) -> list[str]:
    titles = {column.id: column.title.lower() for column in columns}
    cells = {name: read.get(name, read.get(titles[name])) for name in titles}
    pairs = zip(columns, values, strict=True)
    return [column.id for column, value in pairs if not same(value, cells[column.id])]


@pytest.mark.parametrize("extension", READERS)
@pytest.mark.parametrize("profile", NAMES)
def test_what_is_read_back_is_what_the_graph_says(
    profile: str, extension: str, invented: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    graph = invented(profile)
    nodes, edges = READERS[extension](written(graph, extension))
    held = list(graph.nodes), list(graph.edges)
    assert (len(nodes), len(edges)) == (len(held[0]), len(held[1]))
    assert len(edges) > 10
    for node in held[0]:
        read = nodes[node.id]
        assert (read["label"], read.get("kind")) == (node.label, node.kind)
        assert different(graph.node_columns, node.values, read) == [], node.id
    for edge in held[1]:
        read = edges[edge.id]
        assert (read["source"], read["target"], read["kind"]) == (edge.source, edge.target, edge.kind)
        assert float(read["weight"]) == edge.weight
        assert different(graph.edge_columns, edge.values, read) == [], edge


@pytest.mark.parametrize("profile", NAMES)
def test_a_difference_would_be_found(
    profile: str, invented: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    graph = invented(profile)
    nodes, _ = READERS["gexf"](written(graph, "gexf"))
    node = next(iter(graph.nodes))
    other = {**nodes[node.id], "reports": "7000", "uri": ""}
    assert different(graph.node_columns, node.values, other) == ["uri", "reports"]
