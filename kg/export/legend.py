"""The legend of a graph as nodes beside it, for programs that show no other; nothing is linked to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.export.model import Node, Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.export.model import Legend, Value

LEGEND: Final = "legend"
"""The kind of such nodes."""
_AWAY: Final = 400.0
_APART: Final = 60.0
_LEAST: Final = 4.0
_UTMOST: Final = 5000.0


def beside(nodes: Sequence[Node], legend: Sequence[Legend], columns: int) -> tuple[Node, ...]:
    """Return the nodes, and to the right of them one for each line of the legend, all around the middle."""
    right = max((node.x for node in nodes), default=0.0) + _AWAY
    top = max((node.y for node in nodes), default=0.0)
    nothing: tuple[Value, ...] = (None,) * columns
    lines = (
        Node(
            f"legend/{line.of}/{line.kind}",
            f"Legend: {_words(line)}",
            LEGEND,
            nothing,
            right,
            top - at * _APART,
            _LEAST,
            line.colour,
            line.shape,
        )
        for at, line in enumerate(legend)
    )
    every = (*nodes, *lines)
    x, y = (sum(place) / len(every) for place in zip(*((node.x, node.y) for node in every), strict=True))
    wide = max(max(abs(node.x - x), abs(node.y - y)) for node in every)
    scale = min(1.0, _UTMOST / wide) if wide else 1.0
    return tuple(
        node._replace(x=round((node.x - x) * scale, 3), y=round((node.y - y) * scale, 3)) for node in every
    )


def _words(line: Legend) -> str:
    if line.of == "node":
        return f"node · {line.label}"
    return f"{'' if line.stroke is Stroke.SOLID else f'{line.stroke} '}line · {line.label}"
