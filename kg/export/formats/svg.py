"""A picture as SVG: nodes by kind in colour and shape, edges as arrows, labels, legend, and who says so.

It is for looking at a graph without opening anything. Above `LABELLED` nodes only the largest bear labels.
"""

from __future__ import annotations

import math
from collections import Counter
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats.elements import Elements, pour
from kg.export.formats.lettering import LABEL, Box, Page, escaped, lines, said
from kg.export.formats.values import hexadecimal
from kg.export.model import Legend, Role, Shape, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from kg.export.model import Colour, Edge, Graph, Meta, Node

LABELLED: Final = 150
"""So many nodes at most bear their label."""
DRAWN: Final = 20_000
"""So many edges at most are drawn, the heaviest; the foot says so."""
WORDED: Final = 60
"""In a graph of at most so many edges each bears its label, where there is room for it."""

_WIDTH: Final = 1600.0
_HEIGHT: Final = 1000.0
_MARGIN: Final = 110.0
_FOOT: Final = 120.0
_LEGEND: Final = 300.0
_LARGEST: Final = 34.0
_GREY: Final = "#8a8a8a"
_FONT: Final = "font-family=\"'DejaVu Sans','Noto Sans',Arial,sans-serif\""
_DASHES: Final = {
    Stroke.SOLID: "",
    Stroke.DASHED: ' stroke-dasharray="9 5"',
    Stroke.DOTTED: ' stroke-dasharray="2 3.5"',
}
_DOUBTED: Final = ("candidate_", "denies_", "is_denied_")
"""Kinds whose lines are never whole: what nobody alleged, and what somebody denies."""
_THIN: Final[dict[Role | None, float]] = {Role.REFERENCE: 0.9, Role.CANDIDATE: 1.5}
"""How wide lines are whose width tells nothing: thinner than any that somebody alleges."""


class _Point(NamedTuple):
    x: float
    y: float
    radius: float


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the picture; it holds all nodes and edges in memory."""
    elements = Elements(graph)
    nodes = [node for node, _ in elements.nodes()]
    edges = [edge for edge, _ in elements.edges()]
    left_out = ""
    if len(edges) > DRAWN:
        left_out = f"the {DRAWN:,} heaviest of {len(edges):,} edges are drawn"
        edges = nlargest(DRAWN, edges, key=lambda edge: edge.weight)
    pour(_pieces(graph.meta, nodes, edges, left_out), stream)


def _pieces(meta: Meta, nodes: list[Node], edges: list[Edge], left_out: str) -> Iterator[str]:
    size = f'width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_FONT} role="img">\n'
    yield f"<title>{escaped(meta.title)}</title>\n<desc>{escaped(meta.text())}</desc>\n"
    yield f'<rect width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" fill="#ffffff"/>\n'
    points = _placed(nodes)
    ordered = sorted(nodes, key=lambda node: -node.size)
    page = Page(_WIDTH - _LEGEND, _HEIGHT)
    named = _names(ordered[:LABELLED], points, page)
    yield "<g>\n"
    yield from _arrows(edges, points, page)
    yield "</g>\n<g>\n"
    for node in ordered:
        yield _mark(node.shape, points[node.id], hexadecimal(node.colour), node.label)
    yield "</g>\n<g>\n"
    yield from named
    yield "</g>\n"
    yield from _head(meta)
    yield from _foot(meta, left_out)
    yield from _legend(meta, nodes, edges)
    yield "</svg>\n"


def _placed(nodes: list[Node]) -> dict[str, _Point]:
    """Return where each node stands on the page, north at the top."""
    if not nodes:
        return {}
    west, east = min(node.x for node in nodes), max(node.x for node in nodes)
    south, north = min(node.y for node in nodes), max(node.y for node in nodes)
    width, height = _WIDTH - 2 * _MARGIN - _LEGEND, _HEIGHT - 2 * _MARGIN - _FOOT
    scale = min(width / (east - west or 1), height / (north - south or 1))
    left = _MARGIN + (width - (east - west) * scale) / 2
    top = _MARGIN + 30 + (height - (north - south) * scale) / 2
    crowd = min(1.0, 6 / math.sqrt(len(nodes)))
    return {
        node.id: _Point(
            left + (node.x - west) * scale,
            top + (north - node.y) * scale,
            max(2.5, math.sqrt(max(node.size, 0) / 100) * _LARGEST * crowd),
        )
        for node in nodes
    }


def _names(nodes: list[Node], points: dict[str, _Point], page: Page) -> list[str]:
    """Return the labels of the nodes, each below, above or beside its node; below where all is taken."""
    for x, y, radius in points.values():
        page.mark(Box(x - radius, y - radius, x + radius, y + radius))
    found = []
    for node in nodes:
        x, y, radius = points[node.id]
        size, words = 12 + 6 * min(node.size, 100) / 100, node.label or node.id
        beside = radius + 6 + min(len(words), LABEL) * size * 0.3
        below = (x, y + radius + size + 2)
        places = (below, (x, y - radius - 6), (x + beside, y + 5), (x - beside, y + 5))
        label = page.label(words, places, size, "#1a1a1a")
        found.append(label or said(words, below, size, "#1a1a1a"))
    return found[::-1]


def _arrows(edges: list[Edge], points: dict[str, _Point], page: Page) -> Iterator[str]:
    """Give each edge as a curve, parallel ones apart, then labels where there is room, rare kinds first."""
    beside: dict[tuple[str, str], int] = {}
    heaviest = max((edge.weight for edge in edges), default=1)
    often = Counter(edge.kind for edge in edges)
    labels = []
    for edge in edges:
        ends = (min(edge.source, edge.target), max(edge.source, edge.target))
        rank = beside[ends] = beside.get(ends, -1) + 1
        bend = (0.06 + 0.1 * (rank // 2)) * (1 if rank % 2 == 0 else -1)
        if edge.source != ends[0]:
            bend = -bend
        width = _THIN.get(edge.role, 1.8 + 2.6 * edge.weight / heaviest)
        yield _arrow(edge, points[edge.source], points[edge.target], bend, width)
        labels.append((often[edge.kind], edge, bend))
    if len(edges) <= WORDED:
        for _, edge, bend in sorted(labels, key=itemgetter(0)):
            yield _words(edge, points[edge.source], points[edge.target], bend, page)


def _arrow(edge: Edge, source: _Point, target: _Point, bend: float, width: float) -> str:
    colour = hexadecimal(edge.colour) if edge.colour else _GREY
    said = f"<title>{escaped(edge.label or edge.kind.replace('_', ' '))}</title>"
    line = f'fill="none" stroke="{colour}" stroke-width="{width:.1f}" stroke-opacity="0.75"'
    dashes = _dashes(edge.kind, edge.stroke)
    if edge.source == edge.target:
        reach = source.radius
        loop = f"M{source.x:.1f},{source.y - reach:.1f} c{-3 * reach:.1f},{-3 * reach:.1f}"
        return f'<path d="{loop} {3 * reach:.1f},{-3 * reach:.1f} 0,0" {line}{dashes}>{said}</path>\n'
    middle = _bent(source, target, bend)
    start, end = _towards(source, middle, source.radius), _towards(target, middle, target.radius + 2)
    tip = _towards(target, middle, target.radius + 2 + 3 * width) if edge.directed else end
    path = f"M{start.x:.1f},{start.y:.1f} Q{middle.x:.1f},{middle.y:.1f} {tip.x:.1f},{tip.y:.1f}"
    head = _point(tip, end, colour) if edge.directed else ""
    return f'<path d="{path}" {line}{dashes}>{said}</path>{head}\n'


def _dashes(kind: str, stroke: Stroke) -> str:
    doubted = stroke is Stroke.SOLID and kind.startswith(_DOUBTED)
    return _DASHES[Stroke.DASHED if doubted else stroke]


def _bent(source: _Point, target: _Point, bend: float) -> _Point:
    """Return the point that draws the curve aside, to the right of the way."""
    across, down = target.x - source.x, target.y - source.y
    return _Point(
        (source.x + target.x) / 2 - down * bend * 2, (source.y + target.y) / 2 + across * bend * 2, 0
    )


def _towards(start: _Point, end: _Point, reach: float) -> _Point:
    across, down = end.x - start.x, end.y - start.y
    length = math.hypot(across, down) or 1
    return _Point(start.x + across / length * reach, start.y + down / length * reach, 0)


def _point(base: _Point, tip: _Point, colour: str) -> str:
    """Return the head of an arrow from its base to its tip."""
    across, down = (tip.x - base.x) * 0.5, (tip.y - base.y) * 0.5
    left, right = f"{base.x - down:.1f},{base.y + across:.1f}", f"{base.x + down:.1f},{base.y - across:.1f}"
    return f'<polygon points="{tip.x:.1f},{tip.y:.1f} {left} {right}" fill="{colour}" fill-opacity="0.85"/>'


def _words(edge: Edge, source: _Point, target: _Point, bend: float, page: Page) -> str:
    """Return the edge's label on its curve, at the middle or near it; nothing where there is no room."""
    middle = _bent(source, target, bend)
    colour = hexadecimal(edge.colour) if edge.colour else "#555555"
    places = []
    for part in (0.5, 0.4, 0.6, 0.3, 0.7):
        first, second, third = (1 - part) ** 2, 2 * part * (1 - part), part**2
        x = first * source.x + second * middle.x + third * target.x
        y = first * source.y + second * middle.y + third * target.y
        places.append((x, y + 4))
    return page.label(edge.label or edge.kind.replace("_", " "), places, 11.5, colour)


def _mark(shape: Shape, at: _Point, colour: str, said: str) -> str:
    """Return a node, or its like in the legend."""
    look = f'fill="{colour}" stroke="#ffffff" stroke-width="1.5"'
    title = f"<title>{escaped(said)}</title>" if said else ""
    x, y, radius = at
    if shape is Shape.DISC:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {look}>{title}</circle>\n'
    corners = {
        Shape.SQUARE: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        Shape.TRIANGLE: ((0, -1.15), (1.05, 0.8), (-1.05, 0.8)),
        Shape.DIAMOND: ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    }[shape]
    points = " ".join(f"{x + across * radius:.1f},{y + down * radius:.1f}" for across, down in corners)
    return f'<polygon points="{points}" {look}>{title}</polygon>\n'


def _head(meta: Meta) -> Iterator[str]:
    title = escaped(meta.title)
    yield f'<text x="40" y="46" font-size="26" font-weight="bold" fill="#1a1a1a">{title}</text>\n'
    for number, line in enumerate(lines(meta.description, _WIDTH - _LEGEND, 14)):
        yield _line(line, 70 + 18 * number, 14, "#444444")


def _foot(meta: Meta, left_out: str) -> Iterator[str]:
    """Give what is known of the graph, whole; the legend stands beside it already."""
    told = [
        (name, value) for name, value in meta.facts() if not name.startswith("legend") and value != "none"
    ]
    facts = [f"{name}: {value}" for name, value in told] + ([left_out] if left_out else [])
    found = lines("  ·  ".join(facts), _WIDTH - 80, 11.5)
    for number, line in enumerate(reversed(found)):
        yield _line(line, _HEIGHT - 20 - 16 * number, 11.5, "#555555")


def _line(words: str, y: float, size: float, colour: str) -> str:
    return f'<text x="40" y="{y:.0f}" font-size="{size:.1f}" fill="{colour}">{escaped(words)}</text>\n'


def _legend(meta: Meta, nodes: list[Node], edges: list[Edge]) -> Iterator[str]:
    """Give the legend; one made of what is there where the graph brings none."""
    x, y = _WIDTH - _LEGEND + 20, 130.0
    for line in meta.legend or _found(nodes, edges):
        colour = hexadecimal(line.colour)
        if line.of == "node":
            yield _mark(line.shape, _Point(x, y, 9), colour, "")
        else:
            dashes = _dashes(line.kind, line.stroke)
            ends = f'x1="{x - 12:.0f}" y1="{y:.0f}" x2="{x + 12:.0f}" y2="{y:.0f}"'
            yield f'<line {ends} stroke="{colour}" stroke-width="4"{dashes}/>\n'
        for words in lines(line.label, _LEGEND - 60, 14):
            yield said(words, (x + 24, y + 5), 14, "#1a1a1a", "start")
            y += 18
        y += 8


def _found(nodes: list[Node], edges: list[Edge]) -> tuple[Legend, ...]:
    grey: Colour = (138, 138, 138)
    marks = {node.kind: (node.colour, node.shape) for node in nodes}
    lines = {edge.kind: edge.colour or grey for edge in edges}
    said = (Legend("node", kind, kind.replace("_", " "), *look) for kind, look in marks.items())
    return (*said, *(Legend("edge", kind, kind.replace("_", " "), colour) for kind, colour in lines.items()))
