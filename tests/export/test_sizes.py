"""Pictures of every profile at 30 to 400 nodes: no label covers another, and the chief ones stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from kg.export import profiles
from kg.export.arrange import arrange
from kg.export.build import state_of
from kg.export.cache import Memory
from kg.export.filters import Filters
from kg.export.order import Order
from kg.export.project import project

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Graph
    from kg.export.project import Projected
    from kg.store import OxigraphStore

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
SIZES = (30, 60, 150, 400)
EVERYTHING = {"actors", "citations", "places"}
"""Profiles of which invented reports show too few nodes otherwise."""


def cut(shown: Projected, number: int) -> Projected:
    """Return what is left of a graph with so many nodes: outwards from the one that is linked most."""
    near: dict[str, Counter[str]] = {}
    for edge in shown.edges:
        near.setdefault(edge.source, Counter())[edge.target] += 1
        near.setdefault(edge.target, Counter())[edge.source] += 1
    names = sorted(
        (point.name for point in shown.points.values()), key=lambda name: (-len(near.get(name, ())), name)
    )
    chosen: dict[str, None] = {}
    for first in names:
        waiting = [first]
        while waiting and len(chosen) < number:
            name = waiting.pop(0)
            if name not in chosen:
                chosen[name] = None
                waiting += sorted(near.get(name, ()), key=lambda other: (-near[name][other], other))[:6]
    return replace(
        shown,
        points={iri: point for iri, point in shown.points.items() if point.name in chosen},
        edges=tuple(edge for edge in shown.edges if edge.source in chosen and edge.target in chosen),
    )


def boxes(picture: ET.Element) -> list[tuple[float, float, float, float]]:
    """Return where all words of a picture stand: labels, title, legend, foot and key."""
    found = []
    for text in picture.iter(f"{SVG}text"):
        x, y, size = (float(text.get(name, "")) for name in ("x", "y", "font-size"))
        wide = len(str(text.text)) * size * 0.6
        left = x - wide / 2 if text.get("text-anchor") == "middle" else x
        found.append((left, y - size, left + wide, y))
    return found


@pytest.mark.parametrize("profile", sorted(profiles.shipped()))
def test_of_no_profile_does_a_label_cover_another_and_the_chief_nodes_keep_theirs(
    profile: str, invented_store: OxigraphStore, written: Callable[[Graph, str], bytes]
) -> None:
    order = Order(profiles.find(profile), replace(Filters.of({}), everything=profile in EVERYTHING))
    state = state_of(invented_store)
    terms = order.filters.terms(invented_store, state.base)
    whole = project(invented_store, order, terms, state.base)
    for number in SIZES:
        shown = cut(whole, number)
        graph = arrange(shown, order, state, Memory())
        picture = ET.fromstring(written(graph, "svg"))  # noqa: S314 a file of our own
        covered = [
            (one, other)
            for one, other in combinations(boxes(picture), 2)
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        ]
        assert covered == [], (profile, number)
        words = " ".join(str(text.text) for text in picture.iter(f"{SVG}text"))
        nodes = list(graph.nodes)
        told = re.search(r"labels of ([\d,]+) of [\d,]+ nodes are left out for want of room", words)
        left_out = int(told[1].replace(",", "")) if told else 0
        assert len(nodes) > 60 or not left_out, (profile, number)
        assert len(nodes) - left_out >= min(len(nodes), 50), (profile, number, "too few to tell a story")
        for line in graph.meta.legend:
            assert line.label.split()[0] in words, (profile, number, line)
        drawn = {(edge.colour, edge.stroke) for edge in graph.edges}
        assert drawn <= {(line.colour, line.stroke) for line in graph.meta.legend if line.of == "edge"}
        print(profile, number, len(nodes), len(list(graph.edges)), left_out)  # noqa: T201
