"""Node-link JSON, which networkx reads with `networkx.node_link_graph(json.load(file))`.

Everything is a plain attribute. The graph is a directed multigraph, because networkx has no mixed ones; an
edge without direction says `"directed": false`. Its key is the edge's id, so that parallel edges stay apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.export.formats.elements import JSON, Elements, pour
from kg.export.formats.values import clean, hexadecimal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kg.export.model import Column, Edge, Graph, Node, Timed, Value


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the graph, an element on each line."""
    pour(_pieces(graph), stream)


def _pieces(graph: Graph) -> Iterator[str]:
    elements = Elements(graph)
    about = {"title": graph.meta.title, "description": graph.meta.description} | dict(graph.meta.facts())
    about |= {"creator": graph.meta.creator, "keywords": ", ".join(graph.meta.keywords)}
    said = {name: clean(text) for name, text in about.items() if text}
    yield f'{{"directed":true,"multigraph":true,"graph":{JSON(said)},\n"nodes":['
    between = "\n"
    for node, row in elements.nodes():
        yield between + JSON(_node(node, row, graph.node_series))
        between = ",\n"
    yield '\n],\n"edges":['
    between = "\n"
    for edge, row in elements.edges():
        yield between + JSON(_edge(edge, row, graph.edge_series))
        between = ",\n"
    yield "\n]}\n"


def _node(node: Node, row: dict[str, Value], series: tuple[Column, ...]) -> dict[str, object]:
    found: dict[str, object] = {
        "id": clean(node.id),
        "label": clean(node.label or node.id),
        "kind": clean(node.kind),
    }
    found |= {**row, "x": node.x, "y": node.y, "size": node.size, "color": hexadecimal(node.colour)}
    if node.spells:
        found["spells"] = node.spells
    return found | _over_time(series, node.series)


def _edge(edge: Edge, row: dict[str, Value], series: tuple[Column, ...]) -> dict[str, object]:
    found: dict[str, object] = {
        "source": clean(edge.source),
        "target": clean(edge.target),
        "key": clean(edge.id),
    }
    label = clean(edge.label or edge.kind.replace("_", " "))
    found |= {
        "kind": clean(edge.kind),
        "label": label,
        "directed": edge.directed,
        "weight": edge.weight,
        **row,
        "stroke": edge.stroke,
    }
    if edge.colour:
        found["color"] = hexadecimal(edge.colour)
    if edge.spells:
        found["spells"] = edge.spells
    if edge.weights:
        found["weights"] = edge.weights
    return found | _over_time(series, edge.series)


def _over_time(columns: tuple[Column, ...], series: tuple[tuple[Timed, ...], ...]) -> dict[str, object]:
    return {column.id: steps for column, steps in zip(columns, series, strict=False) if steps}
