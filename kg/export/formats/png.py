"""The picture of `kg.export.formats.svg` as PNG; needs resvg: `pip install 'servanda[png]'`."""

from __future__ import annotations

import io
from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import ExportError
from kg.export.formats import svg

if TYPE_CHECKING:
    from typing import BinaryIO

    from kg.export.model import Graph


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the picture; ExportError, with what to install, where nothing can draw it."""
    try:
        resvg = import_module("resvg_py")
    except ImportError:
        message = "PNG needs resvg: pip install 'servanda[png]'; or write .svg, which needs nothing"
        raise ExportError(message) from None
    picture = io.BytesIO()
    svg.write(graph, picture)
    stream.write(resvg.svg_to_bytes(svg_string=picture.getvalue().decode()))
