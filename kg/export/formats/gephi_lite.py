"""The workspace of Gephi Lite: the only file that it opens styled, with a legend and with filters set up.

Its fields know dates, categories and keywords, which GEXF does not. Nothing of it is ever a function, which
its reader would run. Parts that stand further down in the file wait on disk, so that memory does not grow
with the number of edges.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Final

from kg.export.formats.elements import JSON, Elements, pour
from kg.export.formats.values import clean, hexadecimal
from kg.export.model import Role, Type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kg.export.model import Column, Graph, Value

_VERSION: Final = "1.0.0"
"""Of Gephi Lite, whose types these are."""
_SEPARATOR: Final = "|"
_SPOOLED: Final = 1 << 20
_FIELDS: Final[dict[Type, dict[str, str]]] = {
    Type.STRING: {"type": "text"},
    Type.CATEGORY: {"type": "category"},
    Type.URL: {"type": "url"},
    Type.DATE: {"type": "date", "format": "yyyy-MM-dd"},
    Type.STRINGS: {"type": "keywords", "separator": _SEPARATOR},
    Type.INTEGER: {"type": "number"},
    Type.LONG: {"type": "number"},
    Type.DOUBLE: {"type": "number"},
    Type.BOOLEAN: {"type": "boolean"},
}
_NODE_FIELDS: Final = (("label", "text"), ("kind", "category"), ("size", "number"), ("color", "color"))
_EDGE_FIELDS: Final = (("label", "text"), ("kind", "category"), ("weight", "number"), ("color", "color"))
_FILTERS: Final = {"date": "range", "number": "range", "category": "terms", "keywords": "terms"}
_OPTIONS: Final = '"options":{"type":"mixed","multi":true,"allowSelfLoops":true},"attributes":{}'
_GREY: Final = "#999999"
_ABOVE: Final = "drawn"
"""The field of edges by which those that matter most lie above others."""
_HEIGHTS: Final = {role: at for at, role in enumerate(Role)}


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the workspace."""
    elements = Elements(graph)
    with ExitStack() as stack:
        layout, keys, joints = (_Spool(stack) for _ in range(3))
        node_colours, edge_colours = _Colours(), _Colours()
        stream.write(
            f'{{"type":"gephi-lite","version":"{_VERSION}","graphDataset":{{\n"nodeData":{{'.encode()
        )
        _pour(_node_data(elements, node_colours, layout, keys), stream)
        stream.write(b'},\n"layout":{')
        layout.pour(stream)
        stream.write(b'},\n"edgeData":{')
        _pour(_edge_data(elements, edge_colours, joints), stream)
        stream.write(f'}},\n{_about(graph)},\n"fullGraph":{{{_OPTIONS},"nodes":['.encode())
        keys.pour(stream)
        stream.write(b'],"edges":[')
        joints.pour(stream)
        looks = {
            "filters": {"filters": _filters(graph)},
            "appearance": _appearance(node_colours, edge_colours) | _heights(graph),
        }
        stream.write(f"]}}}},\n{JSON(looks)[1:-1]}}}\n".encode())


def _node_data(elements: Elements, colours: _Colours, layout: _Spool, keys: _Spool) -> Iterator[str]:
    for node, row in elements.nodes():
        name, kind = JSON(clean(node.id)), clean(node.kind)
        colour = colours.noted(kind, hexadecimal(node.colour))
        layout.add(f'{name}:{{"x":{node.x:.3f},"y":{node.y:.3f}}}')
        keys.add(f'{{"key":{name}}}')
        own = {"label": clean(node.label or node.id), "kind": kind, "size": node.size, "color": colour}
        yield f"{name}:{JSON(own | _scalars(row))}"


def _edge_data(elements: Elements, colours: _Colours, joints: _Spool) -> Iterator[str]:
    for edge, row in elements.edges():
        kind = clean(edge.kind)
        colour = colours.noted(kind, hexadecimal(edge.colour) if edge.colour else _GREY)
        joint: dict[str, object] = {"key": clean(edge.id), "source": clean(edge.source)}
        joint["target"] = clean(edge.target)
        joints.add(JSON(joint if edge.directed else joint | {"undirected": True}))
        own = {"label": clean(edge.label or kind.replace("_", " ")), "kind": kind, "weight": edge.weight}
        look: dict[str, object] = {"color": colour}
        if edge.role:
            look[_ABOVE] = _HEIGHTS[edge.role]
        yield f"{JSON(joint['key'])}:{JSON(own | look | _scalars(row))}"


def _scalars(row: dict[str, Value]) -> dict[str, object]:
    """Return the values; a list as one text, because Gephi Lite keeps scalars only."""
    return {
        name: _SEPARATOR.join(text.replace(_SEPARATOR, "¦") for text in value)
        if isinstance(value, tuple)
        else value
        for name, value in row.items()
    }


def _about(graph: Graph) -> str:
    """Return the graph's fields and what it is, as members of an object."""
    meta = graph.meta
    about = {
        "title": clean(meta.title),
        "description": clean(meta.text()),
        "authors": clean(meta.creator),
        "keywords": clean(", ".join(meta.keywords)),
        "type": "mixed",
    }
    nodes = [{"id": name, "itemType": "nodes", "type": kind} for name, kind in _NODE_FIELDS]
    edges = [{"id": name, "itemType": "edges", "type": kind} for name, kind in _EDGE_FIELDS]
    if _ranked(graph):
        edges.append({"id": _ABOVE, "itemType": "edges", "type": "number"})
    fields = {
        "metadata": about,
        "nodeFields": nodes + [_field(column, "nodes") for column in graph.node_columns],
        "edgeFields": edges + [_field(column, "edges") for column in graph.edge_columns],
    }
    return JSON(fields)[1:-1]


def _field(column: Column, of: str) -> dict[str, str]:
    return {"id": column.id, "label": clean(column.title), "itemType": of, **_FIELDS[column.type]}


def _filters(graph: Graph) -> list[dict[str, object]]:
    """Return a filter for kinds and for each column that asks for one, none of them at work.

    One that is, even if it lets all through, makes Gephi Lite add edges without direction as directed ones.
    """
    found: list[dict[str, object]] = []
    for of, columns in (("nodes", graph.node_columns), ("edges", graph.edge_columns)):
        asked = [_field(column, of) for column in columns if column.filtered]
        for field in ({"id": "kind", "itemType": of, "type": "category"}, *asked):
            kind = _FILTERS.get(field["type"])
            if kind:
                state = {"keepMissingValues": True, "disabled": True}
                found.append({"type": kind, "itemType": of, "field": field, **state})
    return found


def _appearance(nodes: _Colours, edges: _Colours) -> dict[str, object]:
    """Return how all is drawn: colours by kind as in the legend, sizes and labels as they are."""
    size = {"id": "size", "itemType": "nodes", "type": "number"}
    label = {"id": "label", "itemType": "nodes", "type": "text"}
    weight = {"id": "weight", "itemType": "edges", "type": "number"}
    letters = {"type": "fixed", "value": 14, "zoomCorrelation": 0, "density": 1}
    short = {"type": "ellipsis", "enabled": False, "maxLength": 25}
    return {
        "showEdges": {"value": True},
        "nodesSize": {"type": "ranking", "field": size, "missingSize": 4},
        "edgesSize": {"type": "ranking", "field": weight, "minSize": 1.5, "maxSize": 8, "missingSize": 1.5},
        "backgroundColor": "#FFFFFF00",
        "layoutGridColor": "#666666",
        "nodesColor": nodes.appearance("nodes"),
        "edgesColor": edges.appearance("edges"),
        "nodesLabel": {"type": "field", "field": label, "missingValue": None},
        "edgesLabel": {"type": "none"},
        "nodesLabelSize": letters | {"labelsCount": 40},
        "edgesLabelSize": letters,
        "nodesLabelEllipsis": short,
        "edgesLabelEllipsis": short,
        "nodesImage": {"type": "none"},
    }


def _ranked(graph: Graph) -> bool:
    return any(column.id == "role" for column in graph.edge_columns)


def _heights(graph: Graph) -> dict[str, object]:
    """Return by what edges lie above each other: by their roles, where they have some."""
    if not _ranked(graph):
        return {"edgesZIndex": {"type": "none"}}
    above = {"id": _ABOVE, "itemType": "edges", "type": "number"}
    return {"edgesZIndex": {"type": "field", "field": above, "reversed": False}}


def _pour(entries: Iterator[str], stream: BinaryIO) -> None:
    """Write the entries with commas between them."""
    first = next(entries, "")
    pour(chain((first,), (f",\n{entry}" for entry in entries)), stream)


class _Colours:
    """The colours of each kind, as long as each has one."""

    def __init__(self) -> None:
        self._palette: dict[str, str] = {}
        self._single = True

    def noted(self, kind: str, colour: str) -> str:
        """Return the colour, having noted whose it is."""
        if self._palette.setdefault(kind, colour) != colour:
            self._single = False
        return colour

    def appearance(self, of: str) -> dict[str, object]:
        """Return the colouring by kind, which has a legend; by its own colour where kinds have several."""
        if not self._single:
            field = {"id": "color", "itemType": of, "type": "color"}
            return {"type": "field", "field": field, "missingColor": _GREY}
        field = {"id": "kind", "itemType": of, "type": "category"}
        return {"type": "partition", "field": field, "colorPalette": self._palette, "missingColor": _GREY}


class _Spool:
    """Entries that are written later, on disk once they are many."""

    def __init__(self, stack: ExitStack) -> None:
        self._file = stack.enter_context(tempfile.SpooledTemporaryFile(_SPOOLED))  # noqa: SIM115
        self._begun = False

    def add(self, entry: str) -> None:
        """Keep the entry."""
        self._file.write(f"{',' if self._begun else ''}{entry}\n".encode())
        self._begun = True

    def pour(self, stream: BinaryIO) -> None:
        """Write all entries, with commas between them."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, stream)
