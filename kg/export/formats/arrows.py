"""Edges of a picture: curves with heads, and where on them their words stand.

Few enough edges are bent so that they pass behind no node but their own: what passes behind another reads as
if it began or ended there.
"""

from __future__ import annotations

import math
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.formats.lettering import escaped
from kg.export.formats.values import hexadecimal
from kg.export.model import Role, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.export.formats.lettering import Page
    from kg.export.model import Edge

WORDED: Final = 60
"""In a graph of at most so many edges each bears its label, where there is room for it."""
_STRONG: Final = 300
"""Edges up to which lines have their whole width, and are led around nodes; they grow thinner beyond."""
_FAINTEST: Final = 0.25
_GREY: Final = "#8a8a8a"
_DASHES: Final = {
    Stroke.SOLID: "",
    Stroke.DASHED: ' stroke-dasharray="9 5"',
    Stroke.DOTTED: ' stroke-dasharray="2 3.5"',
}
_DOUBTED: Final = ("candidate_", "denies_", "is_denied_")
"""Kinds whose lines are never whole: what nobody alleged, and what somebody denies."""
_THIN: Final[dict[Role | None, float]] = {Role.REFERENCE: 0.9, Role.CANDIDATE: 1.5}
"""How wide lines are whose width tells nothing: thinner than any that somebody alleges."""
_BENDS: Final = tuple(side * (0.06 + 0.1 * step) for step in range(7) for side in (1, -1))
"""How far curves go aside, in parts of twice the way, those that are tried first before others."""
_EVERY: Final = tuple(bend + more for more in (0.0, 0.05, 0.025, 0.075) for bend in _BENDS)
"""All of them, and those between them, where curves go once the first are taken or leave the page."""
_OUTSIDE: Final = 1_000
"""A curve rather passes behind so many nodes than it leaves the page at one place more."""
_PARTS: Final = tuple(part / 20 for part in range(1, 20))
_INK: Final = 0.75
_CLEAR: Final = 5.0
"""Between a curve and a node that is not its own at least."""
_WORDS: Final = tuple(0.5 + side * step * 0.025 for step in range(15) for side in (1, -1))
"""Where on a curve words are tried, the middle first."""
_BESIDE: Final = (0.0, 8.0, -8.0)


class Point(NamedTuple):
    """A place on the page, with the radius of the node that stands there."""

    x: float
    y: float
    radius: float


def arrows(
    edges: Sequence[Edge], points: Mapping[str, Point], page: Page, numbers: Mapping[str, int]
) -> Iterator[str]:
    """Give each edge as a curve, parallel ones apart, then its number or label, rare kinds first."""
    heaviest = max((edge.weight for edge in edges), default=1)
    faint = max(_FAINTEST, min(1.0, math.sqrt(_STRONG / max(1, len(edges)))))
    often = Counter(edge.kind for edge in edges)
    labels = []
    for edge, bend in zip(edges, _bends(edges, points, page), strict=True):
        width = faint * _THIN.get(edge.role, 1.8 + 2.6 * edge.weight / heaviest)
        source, target = points[edge.source], points[edge.target]
        if edge.source == edge.target:
            yield _loop(edge, source, page, width)
        else:
            yield _arrow(edge, source, target, bend, width)
        labels.append((often[edge.kind], edge, bend))
    for _, edge, bend in sorted(labels, key=itemgetter(0)):
        said = str(numbers[edge.id]) if edge.id in numbers else edge.label or edge.kind.replace("_", " ")
        if edge.id in numbers or len(edges) <= WORDED:
            yield _words(edge, said, (points[edge.source], points[edge.target]), bend, page)


def bundled(edges: Sequence[Edge]) -> list[Edge]:
    """Return one edge for all that look alike and lead the same way between the same two nodes.

    It is as heavy as the heaviest of them and told as all of them are, each once; it is drawn where the last
    of them would be.
    """
    groups: dict[tuple[object, ...], list[Edge]] = {}
    for edge in edges:
        ends = (edge.source, edge.target) if edge.directed else tuple(sorted((edge.source, edge.target)))
        look = (dashes(edge.kind, edge.stroke), edge.colour, edge.directed, edge.role)
        key = (*ends, *look)
        groups[key] = [*groups.pop(key, ()), edge]
    return [
        group[-1]._replace(
            weight=max(edge.weight for edge in group),
            label="; ".join(dict.fromkeys(edge.label or edge.kind.replace("_", " ") for edge in group)),
        )
        for group in groups.values()
    ]


def dashes(kind: str, stroke: Stroke) -> str:
    """Return how the lines of a kind are broken, as an attribute."""
    doubted = stroke is Stroke.SOLID and kind.startswith(_DOUBTED)
    return _DASHES[Stroke.DASHED if doubted else stroke]


def _bends(edges: Sequence[Edge], points: Mapping[str, Point], page: Page) -> Iterator[float]:
    """Yield how far each edge goes aside: as little as it can behind no other node, and beside its like."""
    taken: dict[tuple[str, str], list[float]] = {}
    for edge in edges:
        ends = (min(edge.source, edge.target), max(edge.source, edge.target))
        used = taken.setdefault(ends, [])
        turn = len(used) % len(_EVERY)
        free = [bend for bend in _EVERY if bend not in used] or [*_EVERY[turn:], *_EVERY[:turn]]
        bend = free[0]
        if edge.source != edge.target:
            few = points.items() if len(edges) <= _STRONG else ()
            others = [point for name, point in few if name not in ends]
            bend = _clearest(free, (points[ends[0]], points[ends[1]]), others, page)
        used.append(bend)
        yield bend if edge.source == ends[0] else -bend


def _clearest(
    bends: Sequence[float], ends: tuple[Point, Point], others: Iterable[Point], page: Page
) -> float:
    """Return the first bend with which a curve stays on the page and passes behind the fewest nodes."""
    first, last = ends
    reach = math.hypot(last.x - first.x, last.y - first.y) * (0.5 + max(_BENDS)) + 60
    x, y = (first.x + last.x) / 2, (first.y + last.y) / 2
    near = [one for one in others if math.hypot(one.x - x, one.y - y) < reach]
    best, fewest = bends[0], math.inf
    for bend in bends:
        curve = [_on(first, last, bend, part) for part in _PARTS]
        passed = sum(
            any(math.hypot(x - one.x, y - one.y) < one.radius + _CLEAR for x, y in curve) for one in near
        ) + _OUTSIDE * sum(not page.holds(x, y) for x, y in curve)
        if passed < fewest:
            best, fewest = bend, passed
        if not passed:
            break
    return best


def _on(source: Point, target: Point, bend: float, part: float) -> tuple[float, float]:
    """Return the place on a curve at a part of the way."""
    middle = _bent(source, target, bend)
    first, second, third = (1 - part) ** 2, 2 * part * (1 - part), part**2
    return (
        first * source.x + second * middle.x + third * target.x,
        first * source.y + second * middle.y + third * target.y,
    )


def _loop(edge: Edge, at: Point, page: Page, width: float) -> str:
    """Return the line from a node to itself: above it, or below it where there is no room above."""
    reach = at.radius if page.holds(at.x, at.y - 4 * at.radius) else -at.radius
    curve = f"c{-3 * reach:.1f},{-3 * reach:.1f} {3 * reach:.1f},{-3 * reach:.1f} 0,0"
    return _path(edge, f"M{at.x:.1f},{at.y - reach:.1f} {curve}", _colour(edge), width) + "\n"


def _arrow(edge: Edge, source: Point, target: Point, bend: float, width: float) -> str:
    colour = _colour(edge)
    middle = _bent(source, target, bend)
    start, end = _towards(source, middle, source.radius), _towards(target, middle, target.radius + 2)
    tip = _towards(target, middle, target.radius + 2 + 3 * width) if edge.directed else end
    path = f"M{start.x:.1f},{start.y:.1f} Q{middle.x:.1f},{middle.y:.1f} {tip.x:.1f},{tip.y:.1f}"
    head = _point(tip, end, colour) if edge.directed else ""
    return f"{_path(edge, path, colour, width)}{head}\n"


def _path(edge: Edge, path: str, colour: str, width: float) -> str:
    said = f"<title>{escaped(edge.label or edge.kind.replace('_', ' '))}</title>"
    line = f'fill="none" stroke="{colour}" stroke-width="{width:.1f}" stroke-opacity="{_INK}"'
    return f'<path d="{path}" {line}{dashes(edge.kind, edge.stroke)}>{said}</path>'


def _colour(edge: Edge) -> str:
    return hexadecimal(edge.colour) if edge.colour else _GREY


def _bent(source: Point, target: Point, bend: float) -> Point:
    """Return the point that draws the curve aside, to the right of the way."""
    across, down = target.x - source.x, target.y - source.y
    return Point(
        (source.x + target.x) / 2 - down * bend * 2, (source.y + target.y) / 2 + across * bend * 2, 0
    )


def _towards(start: Point, end: Point, reach: float) -> Point:
    across, down = end.x - start.x, end.y - start.y
    length = math.hypot(across, down) or 1
    return Point(start.x + across / length * reach, start.y + down / length * reach, 0)


def _point(base: Point, tip: Point, colour: str) -> str:
    """Return the head of an arrow from its base to its tip."""
    across, down = (tip.x - base.x) * 0.5, (tip.y - base.y) * 0.5
    left, right = f"{base.x - down:.1f},{base.y + across:.1f}", f"{base.x + down:.1f},{base.y - across:.1f}"
    return f'<polygon points="{tip.x:.1f},{tip.y:.1f} {left} {right}" fill="{colour}" fill-opacity="0.85"/>'


def _words(edge: Edge, words: str, ends: tuple[Point, Point], bend: float, page: Page) -> str:
    """Return words on the edge's curve, at the middle or near it, else beside it; none without room."""
    colour = hexadecimal(edge.colour) if edge.colour else "#555555"
    across, down = ends[1].x - ends[0].x, ends[1].y - ends[0].y
    length = math.hypot(across, down) or 1
    places = (
        (x - down / length * aside, y + across / length * aside + 4)
        for aside in _BESIDE
        for x, y in (_on(*ends, bend, part) for part in _WORDS)
    )
    return page.label(words, places, 11.5, colour)
