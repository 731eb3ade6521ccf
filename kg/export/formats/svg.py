"""A picture as SVG: nodes by kind in colour and shape, edges as arrows, labels, legend, and who says so.

It is for looking at a graph without opening anything. No label covers another: those of the largest nodes
are placed first, and the foot says how many are left out. Where edges are few enough each that rests on
somebody's word has a number, to which the key under the picture gives the words; where they are more, those
that look alike between the same two nodes are one line. The page grows with what is on it.
"""

from __future__ import annotations

import math
from collections import Counter
from heapq import nlargest
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats import key
from kg.export.formats.arrows import Point, arrows, bundled, dashes
from kg.export.formats.elements import Elements, pour
from kg.export.formats.lettering import Box, Page, escaped, lines, said, wrapped
from kg.export.formats.values import hexadecimal
from kg.export.legend import LEGEND
from kg.export.model import Legend, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from kg.export.formats.key import Entry
    from kg.export.model import Colour, Edge, Graph, Meta, Node

LABELLED: Final = 600
"""So many nodes at most bear their label."""
DRAWN: Final = 20_000
"""So many edges at most are drawn, the heaviest; the foot says so."""

_ROOMY: Final = (30, 45)
"""Nodes and edges up to which a page is of its plain size; beyond, its area grows with them."""
_GROWN: Final = 2.5
"""How many times as wide and high a page is at most."""
_WIDTH: Final = 1600.0
_HEIGHT: Final = 1000.0
_MARGIN: Final = 110.0
_ABOVE: Final = 55.0
_BELOW: Final = 85.0
"""What is left above and below the middles of nodes, for the nodes themselves and for their labels."""
_FOOT: Final = 120.0
_DATES: Final = 24.0
"""How high the line of dates is under a graph in time."""
_LEGEND: Final = 300.0
_LARGEST: Final = 34.0
_SIZES: Final = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
"""Of letters in the legend: the largest with which it fits."""
_LEADING: Final = 1.25
_APART: Final = 90.0
"""Between the days of a calendar at least."""
_CHIEF: Final = 6
"""Nodes of each kind that get a label before others of larger size do."""
_LED: Final = 80
"""Labels up to which one may stand away from its node, at the end of a line."""
_CHIEFLY: Final = 12
"""By how much larger letters are of the largest node, for each time that a page has grown."""
_ALL: Final = 60
"""Nodes up to which every one has its label, however far away."""
_RINGS: Final = (12, 24)
"""How far a label may stand away: in larger graphs, where such lines are taken for edges, and in others."""
_PARTS: Final = 24
_SEPARATOR: Final = "  ·  "
_FONT: Final = "font-family=\"'DejaVu Sans','Noto Sans',Arial,sans-serif\""


def write(graph: Graph, stream: BinaryIO) -> None:
    """Write the picture; it holds all nodes and edges in memory."""
    elements = Elements(graph)
    nodes, days = [], {}
    for node, row in elements.nodes():
        if node.kind == LEGEND:
            continue  # the picture has one of its own
        nodes.append(node)
        if isinstance(day := row.get("first_date"), str):
            days[node.id] = day
    edges, rows = [], {}
    for edge, row in elements.edges():
        edges.append(edge)
        if len(edges) <= key.KEYED:
            rows[edge.id] = row
    labels = {node.id: node.label or node.id for node in nodes}
    entries = key.entries(edges, rows, labels)
    sheet = _Sheet(_zoom(len(nodes), len(edges)))
    shown, left_out = _drawn(edges)
    pour(_pieces(graph.meta, sheet, nodes, shown, left_out, entries, days), stream)


def _drawn(edges: list[Edge]) -> tuple[list[Edge], str]:
    """Return the edges that are drawn, and what the foot says of the others."""
    if len(edges) <= key.KEYED:
        return edges, ""
    shown = bundled(edges)
    told = []
    if len(shown) < len(edges):
        told = [f"{len(edges):,} edges as {len(shown):,} lines: those that look alike between two are one"]
    if len(shown) > DRAWN:
        told.append(f"the {DRAWN:,} heaviest of {len(shown):,} lines are drawn")
        shown = nlargest(DRAWN, shown, key=lambda edge: edge.weight)
    return shown, _joined(*told)


class _Sheet(NamedTuple):
    """The page without its key; everything on it but the letters of labels grows with it."""

    zoom: float

    @property
    def width(self) -> float:
        return _WIDTH * self.zoom

    @property
    def height(self) -> float:
        return _HEIGHT * self.zoom

    @property
    def legend(self) -> float:
        """From where on from the left the legend stands."""
        return (_WIDTH - _LEGEND) * self.zoom

    def room(self, meta: Meta, left_out: str) -> Box:
        """Return where the graph stands: under the title, above the foot, and beside the legend."""
        top = 60 + 18 * len(_described(meta))
        bottom = _HEIGHT - 20 - 16 * len(_told(meta, left_out)) - (_DATES if _dated(meta) else 0)
        return Box(0, top * self.zoom, self.legend, bottom * self.zoom)


def _zoom(nodes: int, edges: int) -> float:
    """Return how many times its plain size a page is with so much on it."""
    crowd = max(nodes / _ROOMY[0], edges / _ROOMY[1])
    return round(min(_GROWN, max(1.0, math.sqrt(crowd))), 2)


def _pieces(  # noqa: PLR0913, PLR0917 - all that is drawn
    meta: Meta,
    sheet: _Sheet,
    nodes: list[Node],
    edges: list[Edge],
    left_out: str,
    entries: list[Entry],
    days: dict[str, str],
) -> Iterator[str]:
    listed, more = key.laid_out(entries, sheet.height, sheet.width)
    zoom, high = sheet.zoom, sheet.height + more
    size = f'width="{sheet.width:.0f}" height="{high:.0f}" viewBox="0 0 {sheet.width:.0f} {high:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {_FONT} role="img">\n'
    yield f"<title>{escaped(meta.title)}</title>\n<desc>{escaped(meta.text())}</desc>\n"
    yield f'<rect width="{sheet.width:.0f}" height="{high:.0f}" fill="#ffffff"/>\n'
    room = sheet.room(meta, _joined(left_out, _nameless(len(nodes), len(nodes))))
    points = _placed(nodes, room, zoom)
    ordered = sorted(nodes, key=lambda node: -node.size)
    page = Page(room)
    named, count = _names(_by_rank(nodes)[:LABELLED], points, page, zoom)
    if count < len(nodes):
        left_out = _joined(left_out, _nameless(len(nodes) - count, len(nodes)))
    yield "<g>\n"
    if _dated(meta):
        yield from _calendar(points, days, room, zoom)
    yield from arrows(edges, points, page, {entry.edge.id: entry.number for entry in entries})
    yield "</g>\n<g>\n"
    for node in ordered:
        yield _mark(node.shape, points[node.id], hexadecimal(node.colour), node.label)
    yield "</g>\n<g>\n"
    yield from named
    yield "</g>\n"
    yield from _head(meta, zoom)
    yield from _foot(meta, left_out, sheet)
    yield from _legend(meta, nodes, edges, sheet)
    yield from listed
    yield "</svg>\n"


def _joined(*told: str) -> str:
    return _SEPARATOR.join(filter(None, told))


def _dated(meta: Meta) -> bool:
    return meta.layout.startswith("time")


def _nameless(number: int, nodes: int) -> str:
    return f"labels of {number:,} of {nodes:,} nodes are left out for want of room"


def _calendar(points: dict[str, Point], days: dict[str, str], room: Box, zoom: float) -> Iterator[str]:
    """Give a line for some of the days that nodes begin on, from left to right."""
    dated = sorted((points[name].x, day) for name, day in days.items())
    last = -_APART * zoom
    for x, day in dated:
        if x - last >= _APART * zoom:
            last = x
            ends = f'x1="{x:.1f}" y1="{room.top:.0f}" x2="{x:.1f}" y2="{room.bottom:.0f}"'
            yield f'<line {ends} stroke="#dddddd" stroke-width="1"/>\n'
            yield said(day, (x, room.bottom + 16 * zoom), 11 * zoom, "#666666")


def _placed(nodes: list[Node], room: Box, zoom: float) -> dict[str, Point]:
    """Return where each node stands in the room, north at the top."""
    if not nodes:
        return {}
    west, east = min(node.x for node in nodes), max(node.x for node in nodes)
    south, north = min(node.y for node in nodes), max(node.y for node in nodes)
    width, height = room.right - room.left - 2 * _MARGIN, room.bottom - room.top - _ABOVE - _BELOW
    scale = min(width / (east - west or 1), height / (north - south or 1))
    left = room.left + _MARGIN + (width - (east - west) * scale) / 2
    top = room.top + _ABOVE + (height - (north - south) * scale) / 2
    crowd = min(1.0, 6 / math.sqrt(len(nodes))) * math.sqrt(zoom)
    return {
        node.id: Point(
            left + (node.x - west) * scale,
            top + (north - node.y) * scale,
            max(2.5, math.sqrt(max(node.size, 0) / 100) * _LARGEST * crowd),
        )
        for node in nodes
    }


def _names(nodes: list[Node], points: dict[str, Point], page: Page, zoom: float) -> tuple[list[str], int]:
    """Return the labels of the nodes, and how many there are.

    Each stands below, above or beside its node; one for which there is no room there, if it is one of the
    first, further away at the end of a line, and at the worst over other nodes, never over other labels.
    """
    for point in points.values():
        page.avoid(_disc(point))
    found: list[str] = []
    waiting: list[tuple[Node, list[str], float]] = []
    for node in nodes:
        words, share = wrapped(node.label or node.id), min(node.size, 100) / 100
        size = 11 + 5 * share
        label = _beside(points[node.id], words, (size + _CHIEFLY * (zoom - 1) * share, size), page)
        if label:
            found.append(label)
        elif len(found) + len(waiting) < _LED:
            waiting.append((node, words, size))
    led = []
    for node, words, size in waiting:
        at = points[node.id]
        placed = page.block(words, _farther(at, _RINGS[len(points) <= _ALL]), size, _disc(at))
        if placed is None:
            over = page.block(words, _around(at, words, size), size, _disc(at), over=True)
            found += over[:1] if over else ()
        else:
            found.append(placed[0])
            led.append(_leader(at, placed[1]))
    return led + found[::-1], len(found)


def _disc(point: Point) -> Box:
    x, y, radius = point
    return Box(x - radius, y - radius, x + radius, y + radius)


def _beside(point: Point, words: list[str], sizes: Iterable[float], page: Page) -> str:
    """Return a label next to its node in the first of some sizes for which there is room; else none."""
    for size in sizes:
        label = page.block(words, _around(point, words, size), size, _disc(point))
        if label:
            return label[0]
    return ""


def _by_rank(nodes: list[Node]) -> list[Node]:
    """Return the nodes in the order in which they get labels: the largest of each kind, then by size."""
    largest = sorted(nodes, key=lambda node: -node.size)
    seen: Counter[str] = Counter()
    ranks = {}
    for node in largest:
        ranks[node.id] = seen[node.kind] >= _CHIEF
        seen[node.kind] += 1
    return sorted(largest, key=lambda node: ranks[node.id])


def _around(point: Point, words: list[str], size: float) -> Iterator[tuple[float, float]]:
    """Give places for words around a node: below, above and beside it, then a little further away."""
    x, y, radius = point
    wide = max(len(line) for line in words) * size * 0.3
    high = (len(words) - 1) * size * 1.15
    for far in (2.0, 10.0, 20.0):
        below, above = y + radius + size + far, y - radius - high - 4 - far
        beside, middle = radius + wide + 4 + far, y + size * 0.35 - high / 2
        yield from ((x, below), (x, above), (x + beside, middle), (x - beside, middle))
        yield from ((x + wide, below), (x - wide, below), (x + wide, above), (x - wide, above))


def _farther(point: Point, rings: int) -> Iterator[tuple[float, float]]:
    """Give places for words further away from a node, ring by ring."""
    for ring in range(2, rings):
        for part in range(_PARTS):
            turn = 2 * math.pi * part / _PARTS
            reach = point.radius + 18.0 * ring
            yield point.x + 1.5 * reach * math.cos(turn), point.y + reach * math.sin(turn)


def _leader(point: Point, box: Box) -> str:
    """Return the line that leads from a node to words that stand away from it."""
    x, y = min(max(point.x, box.left), box.right), min(max(point.y, box.top), box.bottom)
    ends = f'x1="{point.x:.1f}" y1="{point.y:.1f}" x2="{x:.1f}" y2="{y:.1f}"'
    return f'<line class="leader" {ends} stroke="#555555" stroke-width="0.8"/>\n'


def _mark(shape: Shape, at: Point, colour: str, said: str) -> str:
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


def _head(meta: Meta, zoom: float) -> Iterator[str]:
    title, at = escaped(meta.title), f'x="{40 * zoom:.0f}" y="{46 * zoom:.0f}" font-size="{26 * zoom:.1f}"'
    yield f'<text {at} font-weight="bold" fill="#1a1a1a">{title}</text>\n'
    for number, line in enumerate(_described(meta)):
        yield _line(line, 70 + 18 * number, 14, "#444444", zoom)


def _described(meta: Meta) -> list[str]:
    return lines(meta.description, _WIDTH - _LEGEND, 14)


def _foot(meta: Meta, left_out: str, sheet: _Sheet) -> Iterator[str]:
    """Give what is known of the graph, whole."""
    for number, line in enumerate(reversed(_told(meta, left_out))):
        yield _line(line, _HEIGHT - 20 - 16 * number, 11.5, "#555555", sheet.zoom)


def _told(meta: Meta, left_out: str) -> list[str]:
    """Return the lines of the foot; the legend stands beside the picture already."""
    told = [
        (name, value) for name, value in meta.facts() if not name.startswith("legend") and value != "none"
    ]
    facts = [f"{name}: {value}" for name, value in told] + ([left_out] if left_out else [])
    return lines(_SEPARATOR.join(facts), _WIDTH - 80, 11.5)


def _line(words: str, y: float, size: float, colour: str, zoom: float) -> str:
    look = f'x="{40 * zoom:.0f}" y="{y * zoom:.0f}" font-size="{size * zoom:.1f}"'
    return f'<text {look} fill="{colour}">{escaped(words)}</text>\n'


def _legend(meta: Meta, nodes: list[Node], edges: list[Edge], sheet: _Sheet) -> Iterator[str]:
    """Give the legend; one made of what is there where the graph brings none."""
    zoom, x, y = sheet.zoom, sheet.legend + 20 * sheet.zoom, 90.0
    shown = meta.legend or _found(nodes, edges)
    size = next((size for size in _SIZES if _high(shown, size) <= _HEIGHT - _FOOT - y), _SIZES[-1])
    for line in shown:
        colour, at = hexadecimal(line.colour), y * zoom
        if line.of == "node":
            yield _mark(line.shape, Point(x, at, 9 * zoom), colour, "")
        else:
            broken = dashes(line.kind, line.stroke)
            ends = f'x1="{x - 12 * zoom:.0f}" y1="{at:.0f}" x2="{x + 12 * zoom:.0f}" y2="{at:.0f}"'
            yield f'<line {ends} stroke="{colour}" stroke-width="4"{broken}/>\n'
        for words in lines(line.label, _LEGEND - 60, size):
            place = (x + 24 * zoom, (y + size * 0.36) * zoom)
            yield said(words, place, size * zoom, "#1a1a1a", "start")
            y += size * _LEADING
        y += size * 0.5


def _high(legend: Iterable[Legend], size: float) -> float:
    """Return how high a legend is in letters of a size."""
    return sum(size * (_LEADING * len(lines(line.label, _LEGEND - 60, size)) + 0.5) for line in legend)


def _found(nodes: list[Node], edges: list[Edge]) -> tuple[Legend, ...]:
    grey: Colour = (138, 138, 138)
    marks = {node.kind: (node.colour, node.shape) for node in nodes}
    lines = {edge.kind: edge.colour or grey for edge in edges}
    said = (Legend("node", kind, kind.replace("_", " "), *look) for kind, look in marks.items())
    return (*said, *(Legend("edge", kind, kind.replace("_", " "), colour) for kind, colour in lines.items()))
