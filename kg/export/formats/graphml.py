"""GraphML: nodes and edges with all columns, their place and their look; dates as columns, no timeline.

Gephi, Cytoscape, yEd, igraph and networkx read it. All edges are directed, since networkx refuses a file of
both and the others read every edge so; `symmetric` says which have no direction. Gephi takes the attribute
`label` of an edge for its kind, without which it would merge parallel edges. A list is one text, in the
notation of JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.export.formats.elements import Elements, pour
from kg.export.formats.values import clean, hexadecimal, listed
from kg.export.model import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from kg.export.model import Column, Edge, Graph, Node, Value

_TYPES: Final = {Type.INTEGER: "int", Type.LONG: "long", Type.DOUBLE: "double", Type.BOOLEAN: "boolean"}
_NODE: Final = (
    ("label", "string"),
    ("kind", "string"),
    ("x", "double"),
    ("y", "double"),
    ("size", "double"),
    ("r", "int"),
    ("g", "int"),
    ("b", "int"),
    ("color", "string"),
)
_EDGE: Final = (
    ("label", "string"),
    ("kind", "string"),
    ("weight", "double"),
    ("color", "string"),
    ("stroke", "string"),
    ("symmetric", "boolean"),
)
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the graph, an element on each line."""
    pour(_pieces(graph), stream)


def _pieces(graph: Graph) -> Iterator[str]:
    elements = Elements(graph)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield f"<desc>{_escaped(clean(graph.meta.text()))}</desc>\n"
    yield from _keys("node", _NODE, graph.node_columns)
    yield from _keys("edge", _EDGE, graph.edge_columns)
    yield '<graph id="G" edgedefault="directed">\n'
    for node, row in elements.nodes():
        yield f'<node id="{_escaped(clean(node.id))}">{_values("n", _node(node) | row)}</node>\n'
    for edge, row in elements.edges():
        ends = f'source="{_escaped(clean(edge.source))}" target="{_escaped(clean(edge.target))}"'
        kind = f'label="{_escaped(clean(edge.kind))}"'
        said = _values("e", _edge(edge) | row)
        yield f'<edge id="{_escaped(clean(edge.id))}" {ends} {kind}>{said}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _keys(of: str, fixed: Iterable[tuple[str, str]], columns: tuple[Column, ...]) -> Iterator[str]:
    named = [*fixed, *((column.id, _TYPES.get(column.type, "string")) for column in columns)]
    for name, kind in named:
        yield f'<key id="{of[0]}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'


def _node(node: Node) -> dict[str, Value]:
    red, green, blue = node.colour
    look: dict[str, Value] = {"r": red, "g": green, "b": blue, "color": hexadecimal(node.colour)}
    place: dict[str, Value] = {"x": float(node.x), "y": float(node.y), "size": float(node.size)}
    return {"label": clean(node.label or node.id), "kind": clean(node.kind), **place, **look}


def _edge(edge: Edge) -> dict[str, Value]:
    label = clean(edge.label or edge.kind.replace("_", " "))
    found: dict[str, Value] = {"label": label, "kind": clean(edge.kind), "weight": float(edge.weight)}
    look: dict[str, Value] = {"color": hexadecimal(edge.colour)} if edge.colour else {}
    return found | look | {"stroke": edge.stroke, "symmetric": not edge.directed}


def _values(of: str, row: dict[str, Value]) -> str:
    return "".join(_data(f"{of}_{name}", _text(value)) for name, value in row.items())


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return listed(value) if isinstance(value, tuple) else str(value)


def _data(key: str, text: str) -> str:
    return f'<data key="{key}">{_escaped(text)}</data>'


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
