"""The formats: each writes one `kg.export.model.Graph` to a binary stream.

>>> FORMATS["gexf"].media_type
'application/gexf+xml'
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

    from kg.export.model import Graph


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a graph: the extension of its files, its media type and what it is good for."""

    extension: str
    media_type: str
    title: str
    module: str

    def write(self, graph: Graph, stream: BinaryIO) -> None:
        """Write the graph, whose nodes and edges are read once; ExportError for what it cannot hold."""
        import_module(f"kg.export.formats.{self.module}").write(graph, stream)


_ALL: Final = (
    Format(
        "gexf", "application/gexf+xml", "GEXF 1.3, with a timeline, for Gephi Desktop and Gephi Lite", "gexf"
    ),
    Format("json", "application/json", "workspace of Gephi Lite, styled and with filters", "gephi_lite"),
    Format("graphml", "application/graphml+xml", "GraphML, for Gephi, Cytoscape and yEd", "graphml"),
    Format("nodelink.json", "application/json", "node-link JSON, for networkx", "nodelink"),
    Format("csv.zip", "application/zip", "nodes.csv and edges.csv, for spreadsheets", "tables"),
    Format("svg", "image/svg+xml", "a picture with its legend", "svg"),
    Format("png", "image/png", "the same picture as pixels; needs `servanda[png]`", "png"),
)
FORMATS: Final = {form.extension: form for form in _ALL}
"""All formats by the extension of their files."""


def for_name(name: str) -> Format | None:
    """Return the format that the name of a file ends in, the longest extension first; None if there is none.

    >>> for_name("actors.nodelink.json").module, for_name("actors.JSON").module, for_name("actors.txt")
    ('nodelink', 'gephi_lite', None)
    """
    found = [form for form in _ALL if name.lower().endswith(f".{form.extension}")]
    return max(found, key=lambda form: len(form.extension), default=None)
