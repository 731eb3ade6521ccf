"""Layout by forces: what is linked is near, everything else apart; the same graph always looks the same.

Up to a few hundred nodes every pair repels (Fruchterman and Reingold); up to 2,000 only near ones, from a
start in which communities have places of their own; above that the start is all there is.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Final

from kg.export.metrics import SEED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kg.export.metrics import Link

Places = list[tuple[float, float]]

MOST: Final = 2000
"""Nodes up to which forces are computed."""
_ALL_PAIRS: Final = 300
_WORK: Final = 2_000_000
_ROUNDS: Final = (40, 300)
_GOLDEN: Final = math.pi * (3.0 - math.sqrt(5.0))
_SHIFT: Final = (math.sqrt(5.0) - 1.0) / 2.0
_GRAVITY: Final = 0.08
_HEAVY: Final = 4.0
"""Weights above this pull no stronger, so that one edge does not swallow the picture."""


def by_force(communities: Sequence[int | None], links: Collection[Link]) -> Places:
    """Return a place for each node, about one apart from its neighbours."""
    places = by_community(communities)
    if len(communities) > MOST:
        return places
    pull: dict[tuple[int, int], float] = {}
    for source, target, weight, _ in links:
        if source != target:
            pair = (min(source, target), max(source, target))
            pull[pair] = min(_HEAVY, pull.get(pair, 0.0) + weight)
    chance = random.Random(SEED)  # noqa: S311 - a picture, no secret
    xs = [x + chance.uniform(-0.1, 0.1) for x, _ in places]
    ys = [y + chance.uniform(-0.1, 0.1) for _, y in places]
    near = len(xs) > _ALL_PAIRS
    pairs = len(xs) * (20 if near else len(xs) / 2) + len(pull)
    rounds = int(max(_ROUNDS[0], min(_ROUNDS[1], _WORK / max(1.0, pairs))))
    share = _shares(len(xs), pull)
    for step in range(rounds):
        heat = 0.02 + 0.6 * (1.0 - step / rounds) ** 2 * max(1.0, math.sqrt(len(xs)) / 6)
        pairs_near = _near(xs, ys, step * _SHIFT) if near else _pairs(len(xs))
        _move(xs, ys, pull, share, heat, pairs_near)
    return list(zip(xs, ys, strict=True))


def by_community(communities: Sequence[int | None]) -> Places:
    """Return places in which each community fills a disc of its own, the largest in the middle."""
    members: dict[int, list[int]] = {}
    for node, community in enumerate(communities):
        members.setdefault(community or 0, []).append(node)
    places: Places = [(0.0, 0.0)] * len(communities)
    covered = 0.0
    for number, (_, nodes) in enumerate(sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))):
        radius = math.sqrt(len(nodes))
        distance = 0.0 if number == 0 else math.sqrt(covered) * 1.15 + radius
        middle = (distance * math.cos(number * _GOLDEN), distance * math.sin(number * _GOLDEN))
        covered += 1.3 * (radius + 0.5) ** 2
        for rank, node in enumerate(nodes):
            x, y = _seed(rank)
            places[node] = (middle[0] + x, middle[1] + y)
    return places


def sunflower(count: int) -> Places:
    """Return so many places that fill a disc evenly, from the middle outwards, about one apart.

    >>> sunflower(1)
    [(0.0, 0.0)]
    """
    return [_seed(number) for number in range(count)]


def _seed(number: int) -> tuple[float, float]:
    """Return the place that is so many from the middle of a sunflower."""
    away, angle = math.sqrt(number), number * _GOLDEN
    return away * math.cos(angle) + 0.0, away * math.sin(angle)


def _shares(count: int, pull: dict[tuple[int, int], float]) -> list[float]:
    """Return how strongly each node repels: who has many neighbours needs room for them."""
    near = [1.0] * count
    for one, other in pull:
        near[one] += 1.0
        near[other] += 1.0
    return [math.sqrt(number) for number in near]


def _move(  # noqa: PLR0913, PLR0917 - the state of all nodes
    xs: list[float],
    ys: list[float],
    pull: dict[tuple[int, int], float],
    shares: list[float],
    heat: float,
    repelling: Sequence[tuple[int, int]],
) -> None:
    """Let all forces act once; none moves a node further than the heat."""
    count = len(xs)
    dx, dy = [-_GRAVITY * x for x in xs], [-_GRAVITY * y for y in ys]
    for one, other in repelling:
        apart_x, apart_y = xs[one] - xs[other], ys[one] - ys[other]
        force = shares[one] * shares[other] / (apart_x * apart_x + apart_y * apart_y + 0.01)
        dx[one] += apart_x * force
        dy[one] += apart_y * force
        dx[other] -= apart_x * force
        dy[other] -= apart_y * force
    for (one, other), weight in pull.items():
        apart_x, apart_y = xs[other] - xs[one], ys[other] - ys[one]
        force = 0.35 * math.sqrt(weight) * math.hypot(apart_x, apart_y)
        dx[one] += apart_x * force
        dy[one] += apart_y * force
        dx[other] -= apart_x * force
        dy[other] -= apart_y * force
    for node in range(count):
        length = math.hypot(dx[node], dy[node])
        if length:
            step = min(length, heat) / length
            xs[node] += dx[node] * step
            ys[node] += dy[node] * step


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(one, other) for one in range(count) for other in range(one)]


def _near(xs: list[float], ys: list[float], shift: float = 0.0, reach: float = 1.5) -> list[tuple[int, int]]:
    """Return the pairs that lie in one cell of a grid or in two that touch.

    The grid is shifted, another way each time, or nodes would gather along its lines.
    """
    cells: dict[tuple[int, int], list[int]] = {}
    for node, (x, y) in enumerate(zip(xs, ys, strict=True)):
        cells.setdefault((math.floor(x / reach + shift), math.floor(y / reach + _SHIFT * shift)), []).append(
            node
        )
    found = []
    for (column, row), nodes in cells.items():
        found += [(one, other) for at, one in enumerate(nodes) for other in nodes[:at]]
        for step in ((1, -1), (1, 0), (1, 1), (0, 1)):
            others = cells.get((column + step[0], row + step[1]))
            if others:
                found += [(one, other) for one in nodes for other in others]
    return found
