"""GraphML, node-link JSON, tables and pictures hold the same graph."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from kg.errors import ExportError
from kg.export.formats import FORMATS, for_name
from kg.export.model import Column, Edge, Graph, Legend, Node, Role, Stroke, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    Tiny = Callable[..., Graph]
    Write = Callable[[Graph, str], bytes]

SVG = "{http://www.w3.org/2000/svg}"
PLAIN = [extension for extension in FORMATS if extension not in {"gexf", "png"}]


def test_networkx_reads_node_link_json_with_parallel_edges_apart(river: Graph, written: Write) -> None:
    graph = nx.node_link_graph(json.loads(written(river, "nodelink.json")), edges="edges")
    assert isinstance(graph, nx.MultiDiGraph)
    assert list(graph) == ["ex:north", "ex:south", "ex:guard"]
    assert sorted(graph["ex:north"]["ex:south"]) == ["e1", "e2"]
    assert graph.nodes["ex:north"]["names"] == ["North", 'the "upper", bank', "back\\slash"]
    assert graph.nodes["ex:north"]["pagerank"] == 0.5
    found = graph["ex:north"]["ex:south"]["e1"]
    assert found["kind"] == "alleges_seizure_by"
    assert found["hedged"] is True
    assert found["spells"] == [["2021-08-26", "2021-08-28"]]
    assert found["weights"] == [[2, "2021-08-26", "2021-08-27"], [1, "2021-08-28", "2021-08-28"]]
    assert graph["ex:guard"]["ex:south"]["e4"]["directed"] is False
    strokes = [edge["stroke"] for *_, edge in graph.edges(data=True)]
    assert strokes == ["solid", "dashed", "solid", "solid"]
    assert graph.graph["licence"] == "CC BY 4.0"
    assert graph.graph["as reported by"] == "The Courier, Radio North"


def test_networkx_reads_graphml_with_types(river: Graph, written: Write) -> None:
    """It has no graphs of both directions, so all edges are directed, and a column says which have none."""
    graph: Any = nx.read_graphml(BytesIO(written(river, "graphml")))
    told = {key: cells["symmetric"] for _, _, key, cells in graph.edges(keys=True, data=True)}
    assert told == {"e1": False, "e2": False, "e3": False, "e4": True}
    found = graph["ex:north"]["ex:south"]["e1"]
    assert (found["reports"], found["letters"], found["hedged"], found["weight"]) == (
        3,
        5_000_000_000,
        True,
        2.0,
    )
    assert found["kind"] == "alleges_seizure_by"
    assert graph.nodes["ex:guard"]["x"] == 0.0
    assert graph.nodes["ex:guard"]["b"] == 0
    assert graph.nodes["ex:south"]["label"] == "الجنوب 😀 & co"


def test_graphml_says_what_it_is_where_gephi_does_not_warn_of_it(river: Graph, written: Write) -> None:
    root = ET.fromstring(written(river, "graphml"))  # noqa: S314 a file of our own
    description = root.find("{http://graphml.graphdrawing.org/xmlns}desc")
    assert description is not None
    assert "licence=CC BY 4.0" in str(description.text)


def test_tables_have_the_headings_that_gephi_knows(river: Graph, written: Write) -> None:
    with zipfile.ZipFile(BytesIO(written(river, "csv.zip"))) as archive:
        heads = [archive.read(name).decode().splitlines()[0] for name in ("nodes.csv", "edges.csv")]
        assert all(cell.startswith('"') and cell.endswith('"') for head in heads for cell in head.split(","))
        assert archive.namelist() == ["nodes.csv", "edges.csv", "about.txt"]
        nodes, edges = (
            list(csv.reader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in ("nodes.csv", "edges.csv")
        )
        about = archive.read("about.txt").decode()
    assert nodes[0][:8] == ["Id", "Label", "Kind", "Timeset", "X", "Y", "Size", "Color"]
    assert nodes[0][8:] == ["IRI", "Country", "PageRank", "Names"]
    assert nodes[1][:8] == [
        "ex:north",
        "Northland",
        "state",
        "<[2021-08-25, 2021-09-01]>",
        "-300",
        "100",
        "100",
        "#0072b2",
    ]
    assert edges[0][:7] == ["Source", "Target", "Type", "Id", "Label", "Kind", "Weight"]
    assert edges[2][:8] == [
        "ex:north",
        "ex:south",
        "Directed",
        "e2",
        "denies seizure by",
        "denies_seizure_by",
        "1.0",
        "<[2021-08-27, Infinity]>",
    ]
    assert edges[0][9:11] == ["source_label", "target_label"]
    assert edges[1][9:11] == ["Northland", "الجنوب 😀 & co"]
    assert edges[1][11:] == ["2021-08-26", "3", "5000000000", "true", "they “seized”\nthe ford"]
    assert nodes[1][11] == 'North|the "upper", bank|back\\slash'
    assert "licence: CC BY 4.0" in about


def test_the_same_tables_are_the_same_bytes(tiny: Tiny, written: Write) -> None:
    assert written(tiny(), "csv.zip") == written(tiny(), "csv.zip")


def test_a_picture_shows_labels_legend_and_who_says_so(river: Graph, written: Write) -> None:
    root = ET.fromstring(written(river, "svg"))  # noqa: S314 a file of our own
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"Actors", "Northland", 'The <river> "guard"', "State", "Force", "is a force of"} <= set(words)
    assert any("as reported by: The Courier, Radio North" in str(word) for word in words)
    assert any("licence: CC BY 4.0" in str(word) for word in words)
    assert len(list(root.iter(f"{SVG}circle"))) == 3, "two states and their line of the legend"


def test_a_picture_draws_denials_and_candidates_dashed(river: Graph, written: Write) -> None:
    root = ET.fromstring(written(river, "svg"))  # noqa: S314 a file of our own
    dashed = [path for path in root.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert [path.findtext(f"{SVG}title") for path in dashed] == ["denies seizure by"]


def page(picture: ET.Element) -> tuple[float, float]:
    """Return how wide and high a picture is."""
    left, top, width, height = map(float, picture.get("viewBox", "").split())
    assert (left, top) == (0, 0)
    return width, height


@pytest.mark.parametrize("number", [0, 1, 1000])
def test_a_picture_of_any_number_of_nodes_stays_on_the_page(number: int, tiny: Tiny, written: Write) -> None:
    nodes = tuple(Node(f"n{at}", f"N{at}", "k", x=at * 5.0, y=at % 37) for at in range(number))
    edges = tuple(Edge(f"e{at}", f"n{at}", f"n{at}", "itself") for at in range(min(number, 2)))
    root = ET.fromstring(written(tiny(nodes, edges), "svg"))  # noqa: S314 a file of our own
    circles = [
        (float(circle.get("cx", "")), float(circle.get("cy", ""))) for circle in root.iter(f"{SVG}circle")
    ]
    assert len(circles) == number + bool(number)
    width, height = page(root)
    assert all(0 < x < width and 0 < y < height for x, y in circles)
    assert (width, height) == (1600, 1000) or number == 1000, "no larger than it need be"


def test_a_picture_cuts_no_word_of_its_legend_description_or_foot(river: Graph, written: Write) -> None:
    """Cut short, "alleged by nobody" would say the opposite."""
    long = "Candidate: found by a rule, " + "and by nothing else, " * 5 + "alleged by nobody"
    meta = replace(
        river.meta, legend=(Legend("edge", "k", long, (0, 0, 0)),), description=long * 3, licence=long
    )
    root = ET.fromstring(written(replace(river, meta=meta), "svg"))  # noqa: S314 a file of our own
    words = " ".join(str(text.text) for text in root.iter(f"{SVG}text"))
    assert " ".join((long * 3).split()) in " ".join(words.split())
    assert words.count("alleged by nobody") == 5
    assert "…" not in words


def test_labels_do_not_cover_each_other_and_stay_on_the_page(tiny: Tiny, written: Write) -> None:
    nodes = tuple(
        Node(f"n{at}", f"A rather long label {at}", "k", x=at % 4 * 30, y=at * 25) for at in range(8)
    )
    edges = tuple(Edge(f"e{at}", f"n{at}", f"n{at + 1}", f"alleges_kind_{at}") for at in range(7))
    root = ET.fromstring(written(tiny(nodes, edges), "svg"))  # noqa: S314 a file of our own
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "middle":
            x, y, size = (float(text.get(name, "")) for name in ("x", "y", "font-size"))
            half = len(str(text.text)) * size * 0.28
            assert 0 < x - half < x + half < page(root)[0]
            boxes.append((x - half, y - size, x + half, y))
    assert len(boxes) >= 8
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


@pytest.mark.parametrize("number", [9, 40, 90])
def test_no_label_stands_beside_a_node_that_is_not_its_own(number: int, tiny: Tiny, written: Write) -> None:
    """An allegation would be read as the candidate whose label stands beneath it."""
    nodes = tuple(
        Node(f"n{at}", f"Node number {at} of many", "k", (), at * 37 % 500, at * 61 % 330, at % 4 * 25 + 5)
        for at in range(number)
    )
    root = ET.fromstring(written(tiny(nodes), "svg"))  # noqa: S314 a file of our own
    discs = {
        str(disc.findtext(f"{SVG}title")): [float(disc.get(name, "")) for name in ("cx", "cy", "r")]
        for disc in root.iter(f"{SVG}circle")
        if disc.find(f"{SVG}title") is not None
    }
    labels = [text for text in root.iter(f"{SVG}text") if str(text.text) in discs]
    assert len(discs) == number
    assert len(labels) >= number * 0.8
    for text in labels:
        x, y, size = (float(text.get(name, "")) for name in ("x", "y", "font-size"))
        half = len(str(text.text)) * size * 0.3
        for name, (cx, cy, radius) in discs.items():
            across, down = max(abs(cx - x) - half, 0), max(y - size - cy, cy - y, 0)
            assert name == text.text or math.hypot(across, down) > radius + 8, (text.text, name)


@pytest.mark.parametrize("number", [30, 60, 150, 400])
def test_no_label_covers_another_and_those_left_out_are_counted(
    number: int, tiny: Tiny, written: Write
) -> None:
    nodes = tuple(
        Node(f"n{at}", f"Label number {at}", "k", (), at % 10 * 90, at // 10 * 60, 4 if at % 20 else 100)
        for at in range(number)
    )
    root = ET.fromstring(written(tiny(nodes), "svg"))  # noqa: S314 a file of our own
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "middle":
            x, y, size = (float(text.get(name, "")) for name in ("x", "y", "font-size"))
            half = len(str(text.text)) * size * 0.3
            boxes.append((x - half, y - size, x + half, y))
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    assert len(boxes) >= min(number, 30)
    words = " ".join(str(text.text) for text in root.iter(f"{SVG}text"))
    assert ("left out for want of room" in words) is (len(boxes) < number)
    assert number > 60 or len(boxes) == number


@pytest.mark.parametrize("number", [34, 60, 400])
def test_where_nodes_crowd_the_chief_ones_of_each_kind_keep_their_labels(
    number: int, tiny: Tiny, written: Write
) -> None:
    """Of up to 60 nodes all do; a label far from its node stands at the end of a line."""
    across = math.ceil(math.sqrt(number))
    nodes = tuple(
        Node(
            f"n{at}",
            f"Ministry number {at} of somewhere",
            "rare" if at % 100 == 50 else "k",
            (),
            at % across * 40,
            at // across * 25,
            5 if at % 100 == 50 else 4 + 96 * (at * 7 % 97) / 97,
        )
        for at in range(number)
    )
    edges = tuple(Edge(f"e{at}", f"n{at}", f"n{at * 5 % number}", f"k{at % 3}") for at in range(number))
    root = ET.fromstring(written(tiny(nodes, edges), "svg"))  # noqa: S314 a file of our own
    boxes, words = [], []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "middle":
            x, y, size = (float(text.get(name, "")) for name in ("x", "y", "font-size"))
            half = len(str(text.text)) * size * 0.3
            boxes.append((x - half, y - size, x + half, y))
            words.append(str(text.text))
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    labelled = set(re.findall(r"Ministry number (\d+)", " ".join(words)))
    assert number > 60 or len(labelled) == number
    assert {str(at) for at in range(50, number, 100)} <= labelled, "those of a rare kind, small as they are"
    heaviest = sorted(nodes, key=lambda node: -node.size)[:6]
    assert {node.id[1:] for node in heaviest} <= labelled
    foot = " ".join(str(text.text) for text in root.iter(f"{SVG}text"))
    left_out = f"labels of {number - len(labelled)} of {number} nodes are left out for want of room"
    assert (left_out in foot) is (len(labelled) < number)


def test_the_key_of_a_picture_gives_each_line_its_sentence_on_whose_word_it_is_and_whom_it_accuses(
    tiny: Tiny, written: Write
) -> None:
    columns = (
        Column("sources", "Sources", Type.STRINGS),
        Column("unnamed_sources", "Unnamed", Type.STRINGS),
        Column("act", "Kind of act", Type.CATEGORY),
        Column("of_agreement", "Agreement", Type.CATEGORY),
        Column("accused", "Accused", Type.STRINGS),
    )
    edges = (
        Edge("e1", "a", "b", "party_to", (None,) * 5, role=Role.REFERENCE),
        Edge(
            "e2",
            "a",
            "b",
            "says_so",
            (("A",), None, "armed-clash; road-closure", None, ("B",)),
            label="alleges an act by",
            role=Role.TELLER,
        ),
        Edge(
            "e3",
            "b",
            "a",
            "is_alleged",
            (("C",), ("D",), "armed-clash", None, ("B",)),
            label="is alleged to have hit",
            role=Role.ACCUSED,
        ),
        Edge(
            "e4",
            "a",
            "b",
            "says_breach",
            (("A",), None, None, "pact", ("D", "E")),
            label="alleges a breach by",
            role=Role.TELLER,
        ),
    )
    root = ET.fromstring(written(tiny(edges=edges, edge_columns=columns), "svg"))  # noqa: S314 our own
    words = [str(text.text) for text in root.iter(f"{SVG}text")]
    assert "1  B — is alleged to have hit → A; on the word of C, D" in words
    assert "2  A — alleges an act by → B (armed clash; road closure)" in words
    assert "3  A — alleges a breach by → B (of pact); accused: D, E" in words
    assert {"1", "2", "3"} <= set(words), "the numbers stand on their lines"
    assert not any("party to" in word and "—" in word for word in words)


def test_no_line_passes_behind_a_node_that_is_not_its_own(tiny: Tiny, written: Write) -> None:
    """It would read as if it began or ended there."""
    places = ((0, 0), (600, 0), (300, 36), (300, -36), (150, 30), (450, -96), (300, 0))
    nodes = tuple(Node(f"n{at}", f"N{at}", "k", (), x, y, 20) for at, (x, y) in enumerate(places))
    edges = tuple(Edge(f"e{way}", f"n{way % 2}", f"n{1 - way % 2}", "k") for way in range(4))
    root = ET.fromstring(written(tiny(nodes, edges), "svg"))  # noqa: S314 a file of our own
    discs = [
        tuple(float(disc.get(name, "")) for name in ("cx", "cy", "r"))
        for disc in root.iter(f"{SVG}circle")
        if disc.find(f"{SVG}title") is not None
    ]
    assert len(discs) == len(nodes)
    curves = [path.get("d", "") for path in root.iter(f"{SVG}path") if " Q" in path.get("d", "")]
    assert len(curves) == len(edges) == len(set(curves))
    for curve in curves:
        first_x, first_y, x, y, last_x, last_y = map(float, re.findall(r"-?[\d.]+", curve))
        for at in range(21):
            part = at / 20
            one, two, three = (1 - part) ** 2, 2 * part * (1 - part), part**2
            here = (one * first_x + two * x + three * last_x, one * first_y + two * y + three * last_y)
            assert 0 <= here[0] <= page(root)[0]
            for cx, cy, radius in discs:
                from_ends = min(math.dist((cx, cy), end) for end in ((first_x, first_y), (last_x, last_y)))
                if from_ends > radius + 20:  # none of its own
                    assert math.dist(here, (cx, cy)) > radius, (curve, (cx, cy))


def test_every_line_of_a_crowded_picture_that_the_key_numbers_bears_its_number(
    tiny: Tiny, written: Write
) -> None:
    places = ((0, 0), (1000, 500), (400, 240), (530, 240), (465, 320), (465, 160))
    nodes = tuple(
        Node(f"n{at}", f"Ministry number {at}", "k", (), x, y, 40) for at, (x, y) in enumerate(places)
    )
    edges = tuple(
        Edge(f"e{one}-{other}-{at}", f"n{one}", f"n{other}", "says", (("A",),), role=Role.TELLER)
        for one, other in combinations((2, 3, 4, 5), 2)
        for at in range(3)
    )
    columns = (Column("sources", "Sources", Type.STRINGS),)
    root = ET.fromstring(written(tiny(nodes, edges, edge_columns=columns), "svg"))  # noqa: S314 our own
    words = [str(text.text) for text in root.iter(f"{SVG}text")]
    assert {str(at + 1) for at in range(len(edges))} <= set(words)


def test_a_legend_of_many_kinds_fits_the_page(river: Graph, written: Write) -> None:
    legend = tuple(
        Legend("edge", f"k{at}", f"Kind {at}: leaves whoever says so", (0, 0, 0)) for at in range(28)
    )
    meta = replace(river.meta, legend=legend)
    root = ET.fromstring(written(replace(river, meta=meta), "svg"))  # noqa: S314 a file of our own
    heights = [
        float(text.get("y", "")) for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "start"
    ]
    assert max(heights) < 1000 - 100


def test_a_picture_in_time_has_dates(tiny: Tiny, written: Write) -> None:
    columns = (Column("first_date", "First day", Type.DATE),)
    nodes = tuple(Node(f"n{at}", f"N{at}", "k", (f"20{10 + at}-05-01",), x=at * 200.0) for at in range(9))
    graph = tiny(nodes, node_columns=columns)
    timed = replace(graph, meta=replace(graph.meta, layout="time: from left to right by the first day"))
    words = written(timed, "svg").decode()
    assert words.count("-05-01</text>") > 4
    assert "-05-01</text>" not in written(tiny(nodes, node_columns=columns), "svg").decode()


def test_a_picture_of_very_many_edges_draws_the_heaviest_and_says_so(
    tiny: Tiny, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.formats.svg.DRAWN", 2)
    edges = tuple(
        Edge(f"e{at}", "a", "b", f"kind {at}", weight=at + 1, colour=(at, at, at)) for at in range(160)
    )
    root = ET.fromstring(written(tiny(edges=edges), "svg"))  # noqa: S314 a file of our own
    assert [path.findtext(f"{SVG}title") for path in root.iter(f"{SVG}path")] == ["kind 159", "kind 158"]
    words = [str(text.text) for text in root.iter(f"{SVG}text")]
    assert any("the 2 heaviest of 160 lines are drawn" in word for word in words)


@pytest.mark.parametrize("number", [150, 151, 400])
def test_of_very_many_edges_those_that_look_alike_between_two_nodes_are_one_line_and_the_foot_says_so(
    number: int, tiny: Tiny, written: Write
) -> None:
    """Never a denial with an allegation, nor one way with the other; the title of a line names all of it."""
    alike = tuple(
        Edge(f"e{at}", "a", "b", f"alleges_{at % 3}", label=f"alleges {at % 3}", weight=at % 7 + 1)
        for at in range(number - 2)
    )
    others = (
        Edge("back", "b", "a", "alleges_0", label="alleges 0"),
        Edge("denied", "a", "b", "denies_0", label="denies 0", stroke=Stroke.DASHED),
    )
    root = ET.fromstring(written(tiny(edges=alike + others), "svg"))  # noqa: S314 a file of our own
    titles = sorted(str(path.findtext(f"{SVG}title")) for path in root.iter(f"{SVG}path"))
    words = " ".join(str(text.text) for text in root.iter(f"{SVG}text"))
    told = f"{number} edges as 3 lines: those that look alike between two are one"
    if number <= 150:
        assert len(titles) == number
        assert "as 3 lines" not in words
    else:
        assert titles == ["alleges 0", "alleges 0; alleges 1; alleges 2", "denies 0"]
        assert told in words


@pytest.mark.parametrize(("number", "lengthy"), [(12, 1), (12, 5), (300, 1), (300, 5)])
def test_neither_lines_nor_labels_leave_the_page_or_stand_on_its_title_legend_or_foot(
    number: int, lengthy: int, tiny: Tiny, written: Write
) -> None:
    """However long the title's description is, many the parallel lines are, and large the pages."""
    nodes = tuple(Node(f"n{at}", f"N{at}", "k", (), at % 20 * 30, at // 20 * 30, 100) for at in range(number))
    edges = tuple(
        Edge(f"e{at}", f"n{at * 3 % number}", f"n{at * way % number}", "k", colour=(at % 256, way, 0))
        for at in range(number)
        for way in (3, 5, 7)
    ) + tuple(Edge(f"p{at}", "n0", f"n{number - 1}", "k", colour=(at, 9, 9)) for at in range(13))
    made = tiny(nodes, edges)
    made = replace(
        made, meta=replace(made.meta, description="All of it is alleged by somebody. " * 5 * lengthy)
    )
    root = ET.fromstring(written(made, "svg"))  # noqa: S314 a file of our own
    width, height = page(root)
    plain = [text for text in root.iter(f"{SVG}text") if text.get("text-anchor") is None]
    places = sorted(float(text.get("y", "")) for text in plain)
    described = [float(text.get("y", "")) for text in plain if "alleged" in str(text.text)]
    assert len(described) >= lengthy
    top, bottom = max(described), min(place for place in places if place > height / 2)
    curves = [path.get("d", "") for path in root.iter(f"{SVG}path")]
    assert len(curves) > number
    outside = []
    for curve in curves:
        spots = along(curve)
        outside += [curve for x, y in spots if not (0 <= x <= width * 13 / 16 and top <= y <= bottom)][:1]
    assert outside == []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") == "middle":
            y, size = float(text.get("y", "")), float(text.get("font-size", ""))
            assert top <= y - size
            assert y <= bottom


def along(curve: str) -> list[tuple[float, float]]:
    """Return places on a curve of a picture: one with one middle, or one from a node to itself."""
    numbers = list(map(float, re.findall(r"-?[\d.]+", curve)))
    parts = [part / 20 for part in range(21)]
    if " c" in curve:
        x, y, *ways = numbers
        ends = (0.0, 0.0, *ways)
        shares = [((1 - at) ** 3, 3 * at * (1 - at) ** 2, 3 * at**2 * (1 - at), at**3) for at in parts]
        return [
            (
                x + sum(share * end for share, end in zip(each, ends[::2], strict=True)),
                y + sum(share * end for share, end in zip(each, ends[1::2], strict=True)),
            )
            for each in shares
        ]
    quadratic = [((1 - at) ** 2, 2 * at * (1 - at), at**2) for at in parts]
    return [
        (
            sum(share * end for share, end in zip(each, numbers[::2], strict=True)),
            sum(share * end for share, end in zip(each, numbers[1::2], strict=True)),
        )
        for each in quadratic
    ]


def test_a_picture_of_pixels_is_a_png(river: Graph, written: Write) -> None:
    pytest.importorskip("resvg_py", reason="resvg is absent, which draws PNG")
    assert written(river, "png").startswith(b"\x89PNG\r\n")


def test_where_nothing_draws_pixels_it_says_what_to_install(
    river: Graph, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ExportError, match=r"pip install 'servanda\[png\]'"):
        written(river, "png")


@pytest.mark.parametrize("extension", PLAIN)
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Edge("e", "a", "nobody", "k"), "edge e: there is no node 'nobody'"),
        (Edge("e", "a", "b", ""), "edge e: it needs a kind and a weight above 0"),
        (Edge("e", "a", "b", "k", weight=0), "edge e: it needs a kind and a weight above 0"),
        (Edge("e", "a", "b", "k", (1,)), "edge e: 1 values for 0 columns"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_every_format_refuses_what_none_could_show(
    extension: str, broken: Edge, words: str, tiny: Tiny, written: Write
) -> None:
    with pytest.raises(ExportError) as raised:
        written(tiny(edges=(broken,)), extension)
    assert str(raised.value) == words


@pytest.mark.parametrize("extension", PLAIN)
def test_every_format_refuses_two_nodes_of_one_id(extension: str, tiny: Tiny, written: Write) -> None:
    with pytest.raises(ExportError, match="an id of its own"):
        written(tiny(nodes=(Node("a", "A", "k"), Node("a", "B", "k"))), extension)


def test_the_longest_extension_names_the_format() -> None:
    assert [for_name(f"actors.{extension}") for extension in FORMATS] == list(FORMATS.values())
    assert for_name("actors.zip") is None
