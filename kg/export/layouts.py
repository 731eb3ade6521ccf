"""Where nodes stand: by forces, on a map, in time, or in columns; nothing overlaps where there is room."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.force import MOST, by_force, sunflower
from kg.export.geography import flat
from kg.export.room import covering, with_room
from kg.export.style import Layout

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kg.export.force import Places
    from kg.export.geography import Point
    from kg.export.metrics import Link

LARGEST: Final = 4900.0
"""How far from the middle a node stands at most."""
_UTMOST: Final = 5000.0
"""How far programs let it stand."""
_ROOMY: Final = 20_000
"""Nodes up to which room is found for each."""
_ROOM: Final = 2.8
_FLAT: Final = 1.35
"""How much wider than high: labels are."""
_BETWEEN: Final = 14.0
_LEAST: Final = 1.0
"""Half of what is left between two nodes at least, where there is room at all."""
_AMPLE: Final = 70.0
"""Between nodes that are few and free to move: edges have labels, too."""
_PASSES: Final = 100
_TOUCH: Final = 1e-6
_SWEEPS: Final = 6
_COLUMN: Final = 700.0
_FEW: Final = 150
"""Nodes up to which labels get room, too."""
_LETTER: Final = 11.0
_LINE: Final = 34.0
_LETTERS: Final = 36


class Body(NamedTuple):
    """A node as layouts know it."""

    kind: str
    size: float
    label: str
    community: int | None
    day: str | None
    """The first day of it."""
    point: Point | None


def laid_out(
    layout: Layout, bodies: Sequence[Body], links: Collection[Link], lanes: Sequence[Sequence[str]]
) -> tuple[Places, str]:
    """Return a place for each node, with the middle of all at 0, and in words how it was found."""
    if layout is Layout.GEOGRAPHIC and any(body.point for body in bodies):
        places, fixed = _geographic(bodies, links)
        said = "geographic: places where they lie, north up; others near the places that claims name"
    elif layout is Layout.TIME and any(body.day for body in bodies):
        places, fixed = _in_time(bodies, links, lanes), set()
        said = "time: from left to right by the first day, in lanes by kind"
    elif layout is Layout.BIPARTITE:
        places, fixed = _in_columns(bodies, links, lanes), set(range(len(bodies)))
        said = "bipartite: a column for each kind, from left to right"
    else:
        places, fixed = _spread(by_force([body.community for body in bodies], links), bodies), set()
        small = len(bodies) <= MOST
        said = (
            f"force-directed, seeded{'' if small else f'; communities apart, for more than {MOST:,} nodes'}"
        )
    few = len(bodies) <= _FEW
    if few:
        boxes = [_box(body, few=few) for body in bodies]
        room = _BETWEEN if fixed else _AMPLE
        places = _apart(places, [(wide + room / 2, high + room / 2) for wide, high in boxes], fixed)
    places = _centred(places)
    room = _LEAST if few or len(bodies) > MOST else _BETWEEN / 2
    if len(bodies) > _ROOMY:
        return places, said
    discs = [(body.size + room, body.size + room) for body in bodies]
    if covering(places, discs):
        held = set() if layout is Layout.BIPARTITE else fixed
        places = _centred(with_room(places, discs, held, LARGEST), _UTMOST)
    return places, said


def _spread(places: Places, bodies: Sequence[Body]) -> Places:
    """Return places with room for the nodes between them."""
    wide = max((math.hypot(x, y) for x, y in places), default=0.0)
    area = sum((2 * body.size + _BETWEEN) ** 2 for body in bodies)
    scale = min(LARGEST, _ROOM * math.sqrt(area) + 120.0) / (wide or 1.0)
    return [(x * scale * _FLAT, y * scale / _FLAT) for x, y in places]


def _geographic(bodies: Sequence[Body], links: Collection[Link]) -> tuple[Places, set[int]]:
    """Return the map, and which nodes must stay where they are."""
    known = flat([body.point for body in bodies])
    fixed = {node for node, place in enumerate(known) if place is not None}
    wide = max(max(abs(x), abs(y)) for x, y in filter(None, known))
    scale = min(LARGEST, 350.0 + 90.0 * math.sqrt(len(bodies))) / (wide or 1.0)
    found: list[tuple[float, float] | None] = [
        None if place is None else (place[0] * scale, place[1] * scale) for place in known
    ]
    south = min(y for _, y in filter(None, found)) - 160.0
    placed = _near_neighbours(found, links, dict.fromkeys(fixed, 1.0))
    loose = [node for node, place in enumerate(placed) if place is None]
    for at, node in enumerate(loose):
        placed[node] = ((at - (len(loose) - 1) / 2) * 110.0, south)
    rings = sunflower(len(bodies))
    places = [
        place if node in fixed else (place[0] + 12 * ring[0] / 6, place[1] + 12 * ring[1] / 6)
        for node, (place, ring) in enumerate(zip(filter(None, placed), rings, strict=True))
    ]
    return places, fixed


def _near_neighbours(
    places: Sequence[tuple[float, float] | None], links: Collection[Link], strength: dict[int, float]
) -> list[tuple[float, float] | None]:
    """Return the places, and for nodes without one the middle of their neighbours', step by step outwards."""
    found = list(places)
    near: dict[int, set[int]] = {}
    for source, target, _, _ in links:
        near.setdefault(source, set()).add(target)
        near.setdefault(target, set()).add(source)
    while True:
        new = {}
        for node, place in enumerate(found):
            if place is None:
                around = [
                    (found[other], strength.get(other, 1.0))
                    for other in sorted(near.get(node, ()))
                    if found[other] is not None
                ]
                known = [(at, weight) for at, weight in around if at is not None]
                if known:
                    total = sum(weight for _, weight in known)
                    new[node] = (
                        sum(at[0] * weight for at, weight in known) / total,
                        sum(at[1] * weight for at, weight in known) / total,
                    )
        if not new:
            return found
        for node, at in new.items():
            found[node] = at


def _in_time(bodies: Sequence[Body], links: Collection[Link], lanes: Sequence[Sequence[str]]) -> Places:
    days = [date.fromisoformat(body.day).toordinal() if body.day else None for body in bodies]
    known = sorted(day for day in days if day is not None)
    wide = min(2 * LARGEST, max(1200.0, 90.0 * len(bodies)))
    span = max(1, known[-1] - known[0])
    at = [None if day is None else ((day - known[0]) / span * wide, 0.0) for day in days]
    placed = _near_neighbours(at, links, {})
    lane = _lane_numbers(bodies, lanes)
    height = min(LARGEST / max(1, max(lane, default=1)), 420.0)
    used: dict[tuple[int, int], int] = {}
    found: Places = []
    for node, body in enumerate(bodies):
        spot = placed[node]
        x = -220.0 if spot is None else spot[0]
        cell = (lane[node], round(x / 110.0))
        stacked = used.get(cell, 0)
        used[cell] = stacked + 1
        shift = ((stacked + 1) // 2) * (body.size + 24.0) * (1 if stacked % 2 else -1)
        found.append((x, lane[node] * height + max(-0.42 * height, min(0.42 * height, shift))))
    return found


def _in_columns(bodies: Sequence[Body], links: Collection[Link], lanes: Sequence[Sequence[str]]) -> Places:
    """Return columns by kind, each in an order that lets few edges cross."""
    lane = _lane_numbers(bodies, lanes)
    columns: dict[int, list[int]] = {}
    for node, number in enumerate(lane):
        columns.setdefault(number, []).append(node)
    near: dict[int, list[int]] = {}
    for source, target, _, _ in links:
        near.setdefault(source, []).append(target)
        near.setdefault(target, []).append(source)
    _order(columns, near)
    few = len(bodies) <= _FEW
    found: Places = [(0.0, 0.0)] * len(bodies)
    between = _BETWEEN if len(bodies) <= MOST else 2 * _LEAST
    high = [2 * _box(body, few=few)[1] + between for body in bodies]
    tallest = max((sum(high[node] for node in nodes) for nodes in columns.values()), default=0.0)
    height = min(2 * LARGEST - 2 * max((body.size for body in bodies), default=0.0), max(400.0, tallest))
    files = [file for number in sorted(columns) for file in _files(columns[number], high, height)]
    across = [2 * max(bodies[node].size for node in file) + between for file, _ in files]
    least = sum(across) + sum(1 for _, begins in files if begins) * 4 * between
    wide = max(_COLUMN, min(2 * LARGEST, 1.5 * height) / max(1, len(columns) - 1))
    gap = wide if len(files) == len(columns) else max(4 * between, (2 * LARGEST - least) / len(columns))
    left = 0.0
    for at, (file, begins) in enumerate(files):
        if at and len(files) == len(columns):
            left += gap
        elif at:
            left += (across[at - 1] + across[at]) / 2 + (gap if begins else 0.0)
        spare = (height - sum(high[node] for node in file)) / len(file)
        top = height / 2
        for node in file:
            found[node] = (left, top - (high[node] + spare) / 2)
            top -= high[node] + spare
    return found


def _files(nodes: Sequence[int], high: Sequence[float], height: float) -> list[tuple[list[int], bool]]:
    """Return a column as as many files side by side as its height asks for; the first says that it begins."""
    needed = math.ceil(sum(high[node] for node in nodes) / height - 1e-9)
    share = sum(high[node] for node in nodes) / max(1, needed)
    files: list[list[int]] = [[]]
    filled = 0.0
    for node in nodes:
        if files[-1] and (filled + high[node] > height or filled + high[node] / 2 > share):
            files.append([])
            filled = 0.0
        files[-1].append(node)
        filled += high[node]
    return [(file, not at) for at, file in enumerate(files)]


def _order(columns: dict[int, list[int]], near: dict[int, list[int]]) -> None:
    """Put the nodes of each column in the order of the middles of their neighbours, to and fro."""
    rank = {node: at / len(nodes) for nodes in columns.values() for at, node in enumerate(nodes)}
    for sweep in range(_SWEEPS):
        for number in sorted(columns, reverse=bool(sweep % 2)):
            nodes = columns[number]
            mean = {
                node: sum(rank[other] for other in near.get(node, (node,))) / len(near.get(node, (node,)))
                for node in nodes
            }
            nodes.sort(key=mean.__getitem__)
            rank |= {node: (at + 0.5) / len(nodes) for at, node in enumerate(nodes)}


def _lane_numbers(bodies: Sequence[Body], lanes: Sequence[Sequence[str]]) -> list[int]:
    """Return the lane of each node: that of its kind, kinds that the profile does not name last, by name."""
    kinds = {body.kind for body in bodies}
    others = sorted(kinds.difference(*lanes))
    there = [lane for lane in (*lanes, *([kind] for kind in others)) if kinds.intersection(lane)]
    number = {kind: at for at, lane in enumerate(there) for kind in lane}
    return [number[body.kind] for body in bodies]


def _box(body: Body, *, few: bool) -> tuple[float, float]:
    """Return half the width and half the height that a node needs, with its label where nodes are few.

    The size of a node is its radius, for Gephi as for Gephi Lite.
    """
    wide = max(body.size, _LETTER * min(_LETTERS, len(body.label)) / 2) if few else body.size
    return wide, body.size + (_LINE / 2 if few else 0.0)


def _apart(places: Places, boxes: Sequence[tuple[float, float]], fixed: set[int]) -> Places:
    """Return places where no two nodes cover each other, as far as those that may move can make room."""
    found = [list(place) for place in places]
    reach = 2 * max((max(box) for box in boxes), default=0.0) + 1.0
    for _ in range(_PASSES):
        moved = False
        for one, other in _close(found, reach):
            moved |= _push(found, boxes, one, other, fixed)
        if not moved:
            break
    return [(x, y) for x, y in found]


def _close(places: Sequence[Sequence[float]], reach: float) -> list[tuple[int, int]]:
    """Return the pairs that may cover each other."""
    cells: dict[tuple[int, int], list[int]] = {}
    for node, (x, y) in enumerate(places):
        cells.setdefault((math.floor(x / reach), math.floor(y / reach)), []).append(node)
    found = []
    for (column, row), nodes in cells.items():
        around = [
            other
            for across in (-1, 0, 1)
            for up in (-1, 0, 1)
            for other in cells.get((column + across, row + up), ())
        ]
        found += [(one, other) for one in nodes for other in around if one < other]
    return found


def _push(
    places: list[list[float]], boxes: Sequence[tuple[float, float]], one: int, other: int, fixed: set[int]
) -> bool:
    """Move two nodes apart that cover each other, the shorter way; return whether they were moved."""
    if one in fixed and other in fixed:
        return False
    across, up = places[other][0] - places[one][0], places[other][1] - places[one][1]
    missing = (boxes[one][0] + boxes[other][0] - abs(across), boxes[one][1] + boxes[other][1] - abs(up))
    if min(missing) <= _TOUCH:
        return False
    axis = 0 if missing[0] < missing[1] else 1
    sign = 1.0 if (across, up)[axis] >= 0 else -1.0
    share = 1.0 if one in fixed or other in fixed else 0.5
    for node, way in ((one, -sign), (other, sign)):
        if node not in fixed:
            places[node][axis] += way * share * missing[axis]
    return True


def _centred(places: Places, most: float = LARGEST) -> Places:
    """Return the places with their mean at 0, and none further away than may be."""
    if not places:
        return places
    x, y = (sum(place[axis] for place in places) / len(places) for axis in (0, 1))
    wide = max(max(abs(place[0] - x), abs(place[1] - y)) for place in places)
    scale = min(1.0, most / wide) if wide else 1.0
    return [
        (round((place[0] - x) * scale, 3) + 0.0, round((place[1] - y) * scale, 3) + 0.0) for place in places
    ]
