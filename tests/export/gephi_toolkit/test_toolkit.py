"""The Gephi toolkit itself opens our files without a warning, runs their timeline and draws them.

And it does to broken files what the structural check says. A lane of its own: it needs Java and the toolkit
(GPL-3 or CDDL, for tests only), which `make gephi` fetches with Maven; these tests touch no network.
`SERVANDA_GEPHI=off` leaves it out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.export import profiles
from kg.export.formats.values import clean
from kg.export.model import Column, Edge, Graph, Node, Spell, Type

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
VERSION = "0.10.1"
MAVEN = Path(os.environ.get("SERVANDA_MAVEN_REPOSITORY", Path.home() / ".m2" / "repository"))
JAR = MAVEN / "org" / "gephi" / "gephi-toolkit" / VERSION / f"gephi-toolkit-{VERSION}-all.jar"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("SERVANDA_GEPHI") == "off", reason="SERVANDA_GEPHI=off"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is absent"),
    pytest.mark.skipif(not JAR.is_file(), reason="the Gephi toolkit is not there; `make gephi` fetches it"),
]

PROFILES = sorted(profiles.shipped())
TABLES = ("actors", "claims")
_SPELL = b'<spell start="2021-08-26" end="2021-08-28"/>'
_COLOUR = b'<viz:color r="213" g="94" b="0"/>'
BROKEN = {
    "year": (_SPELL, b'<spell start="2021"/>'),
    "month": (_SPELL, b'<spell start="2021-08"/>'),
    "hex": (_COLOUR, b'<viz:color hex="#d55e00" a="0.5"/>'),
    "overlap": (_SPELL, _SPELL + b'<spell start="2021-08-27" end="2021-08-30"/>'),
    "inverted": (_SPELL, b'<spell start="2021-08-28" end="2021-08-26"/>'),
    "timestamp": (_SPELL, b'<spell timestamp="2021-08-26"/>'),
    "iri": (b'title="IRI" type="string"', b'title="IRI" type="anyURI"'),
    "date": (b'title="First date" type="string"', b'title="First date" type="date"'),
    "case": (
        b'<attribute id="hedged" title="Hedged" type="boolean"/>',
        b'<attribute id="REPORTS" title="Hedged" type="boolean"/>',
    ),
    "default": (b'idtype="string"', b'idtype="string" defaultedgetype="directed"'),
    "kind": (b'kind="denies_seizure_by"', b'kind="alleges_seizure_by"'),
    "version": (b'version="1.3"', b'version="1.2draft"'),
    "parent": (b'<node id="ex:guard"', b'<node id="ex:guard" pid="ex:north"'),
    "bars": (b'value="[&quot;Guard&quot;]"', b'value="Guard|Watch"'),
    "unlabelled": (b' label="Northland"', b""),
    "unknown": (b'target="ex:north" type', b'target="ex:east" type'),
    "scaled": (b'<viz:size value="4.000"/>', b'<viz:size value="8.000"/>'),
}


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory,
    rivers: Callable[[], Graph],
    tiny: Callable[..., Graph],
    invented: Callable[..., Graph],
    written: Callable[[Graph, str], bytes],
) -> dict[str, Any]:
    """Give what became of each file, by its name; all are opened by one machine."""
    folder = tmp_path_factory.mktemp("gephi")
    river = written(rivers(), "gexf")
    files = {"river.gexf": river, "river.graphml": written(rivers(), "graphml")}
    files |= {f"{name}-{part}": table for name in TABLES for part, table in _tables(written, invented(name))}
    files["plain.gexf"] = written(_plain(tiny), "gexf")
    files["undated.gexf"] = written(tiny(edges=(Edge("e", "a", "b", "k", weight=3),), timed=False), "gexf")
    one_day = Edge("e", "a", "b", "k", spells=(Spell("2021-08-26", "2021-08-26"),))
    files["day.gexf"] = written(tiny(edges=(one_day,)), "gexf")
    files["even.gexf"] = written(tiny(nodes=(Node("a", "A", "k", x=-50), Node("b", "B", "k", x=50))), "gexf")
    files["lone.gexf"] = written(tiny(nodes=(Node("a", "A", "k"),)), "gexf")
    files["hostile.gexf"] = written(_hostile(tiny), "gexf")
    files["empty.gexf"] = written(tiny(nodes=()), "gexf")
    files |= {f"{profile}.gexf": written(invented(profile), "gexf") for profile in PROFILES}
    files["weightless.gexf"] = files["undated.gexf"].replace(b' weight="3"', b' weight="0"')
    for name, (right, wrong) in BROKEN.items():
        assert right in river, name
        files[f"{name}.gexf"] = river.replace(right, wrong)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command: list[str | Path] = [
        "java",
        "-Djava.awt.headless=true",
        "-Xmx512m",
        "-cp",
        JAR,
        HERE / "Open.java",
    ]
    names = [folder / name for name in files]
    done = subprocess.run(
        [*command, "--pictures", folder, *names], capture_output=True, text=True, check=False, timeout=1800
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = {each["file"]: each for each in json.loads(done.stdout)}
    assert list(found) == list(files)
    return found | {"folder": folder}


def _tables(written: Callable[[Graph, str], bytes], graph: Graph) -> list[tuple[str, bytes]]:
    """Return the two tables of a graph."""
    with zipfile.ZipFile(BytesIO(written(graph, "csv.zip"))) as archive:
        return [(name, archive.read(name)) for name in ("nodes.csv", "edges.csv")]


def _plain(tiny: Callable[..., Graph]) -> Graph:
    """Return a graph in three periods, whose labels the toolkit's own picture can hold."""
    nodes = (
        Node("n", "Northland", "state", x=-200, y=100, size=100, colour=(0, 114, 178)),
        Node("s", "Südland", "state", x=200, y=100, size=50, colour=(0, 114, 178)),
        Node("g", "Хранители", "force", x=0, y=-200, size=4, colour=(230, 159, 0)),
    )
    edges = (
        Edge("1", "n", "s", "alleges_shelling_by", weight=1, spells=(Spell("2021-01-01", "2021-03-31"),)),
        Edge("2", "s", "n", "alleges_shelling_by", weight=2, spells=(Spell("2021-05-01", "2021-06-30"),)),
        Edge("3", "n", "s", "denies_shelling_by", weight=4, spells=(Spell("2021-06-01", "2021-12-31"),)),
        Edge("4", "g", "n", "force_of", weight=8),
    )
    return tiny(nodes, edges)


HOSTILE = (
    "\x00\x1b[31m",
    "\u202eright to left\u202c עברית",
    '" onload="x',
    "<!-- ]]> &amp;",
    "a\tb\r\nc",
    "😀",
    "\\",
)


def _hostile(tiny: Callable[..., Graph]) -> Graph:
    """Return a graph whose texts are trouble, in ids, labels, kinds and values."""
    columns = (Column("words", "Words"), Column("many", "Many", Type.STRINGS))
    step = 100 / (len(HOSTILE) - 1)
    nodes = tuple(
        Node(text, text, text, (text, (text, "b")), x=(at - 3) * step, size=4 + 96 * at / (len(HOSTILE) - 1))
        for at, text in enumerate(HOSTILE)
    )
    edges = tuple(Edge(text, HOSTILE[0], text, text, (text, (text,))) for text in HOSTILE)
    return tiny(nodes, edges, columns, columns)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_opens_whole_and_without_a_warning(
    profile: str, opened: dict[str, Any], invented: Callable[..., Graph]
) -> None:
    graph, found = invented(profile), opened[f"{profile}.gexf"]
    assert worse(found) == []
    kinds = {edge.id: edge.kind for edge in graph.edges}
    assert {name: edge["kind"] for name, edge in found["edges"].items()} == kinds
    assert set(found["nodes"]) == {node.id for node in graph.nodes}
    assert bool(found["timeline"]) is graph.timed
    for edge in graph.edges:
        told = found["edges"][edge.id]["values"]["weight"]
        values = {float(part) for part in re.findall(r", ([0-9.]+)\]", told)} or {float(told)}
        assert values == {edge.weight}, told


@pytest.mark.parametrize("profile", TABLES)
def test_the_table_of_edges_opens_whole_by_gephi_s_own_guess_of_the_separator(
    profile: str, opened: dict[str, Any], invented: Callable[..., Graph]
) -> None:
    graph, found = invented(profile), opened[f"{profile}-edges.csv"]
    assert worse(found) == []
    assert {name: edge["kind"] for name, edge in found["edges"].items()} == {
        edge.id: edge.kind for edge in graph.edges
    }
    labels = {node.id: node.label for node in graph.nodes}
    for edge in graph.edges:
        cells = found["edges"][edge.id]["values"]
        assert float(cells["weight"]) == edge.weight
        assert cells["source_label"].removeprefix("'") == labels[edge.source]
    assert found["dynamic"], "intervals are read from Timeset"
    assert len(opened[f"{profile}-nodes.csv"]["nodes"]) == len(labels)


@pytest.mark.parametrize("profile", TABLES)
def test_of_the_import_of_tables_gephi_proposes_all_but_intervals_without_which_no_day_plays(
    profile: str, opened: dict[str, Any], invented: Callable[..., Graph]
) -> None:
    """For time it proposes one or the other, as the first rows look."""
    graph, found = invented(profile), opened[f"{profile}-edges.csv"]
    assert found["proposed"][:3] == [",", "EDGES_TABLE", "UTF-8"]
    there = [len(list(graph.nodes)), len(list(graph.edges))]
    dated = sum(1 for edge in graph.edges if edge.spells)
    assert dated
    assert found["together_by_INTERVAL"] == [*there, dated]
    assert found["together_by_TIMESTAMP"] == [*there, 0]


def test_graphml_keeps_kinds_and_their_weights_apart(opened: dict[str, Any]) -> None:
    """Gephi takes the attribute `label` of an edge for its kind; without it, it merges what is parallel."""
    found = opened["river.graphml"]["edges"]
    assert {name: (edge["kind"], edge["weight"], edge["directed"]) for name, edge in found.items()} == {
        "e1": ("alleges_seizure_by", "2.0", True),
        "e2": ("denies_seizure_by", "1.0", True),
        "e3": ("force_of", "1.0", True),
        "e4": ("next_to", "1.0", True),
    }
    assert [found[name]["values"]["e_symmetric"] for name in ("e3", "e4")] == ["false", "true"]


def test_a_single_day_has_a_length_on_the_timeline(opened: dict[str, Any]) -> None:
    day = 86_400_000.0
    assert (
        opened["day.gexf"]["edges"]["e"]["values"]["timeset"]
        == f"<[{1629936000000.0}, {1629936000000.0 + day}]>"
    )
    assert opened["day.gexf"]["bounds"] == [1629936000000.0, 1629936000000.0 + day]
    assert {window["edges"] for window in opened["day.gexf"]["timeline"]} == {1}


def worse(file: dict[str, Any]) -> list[str]:
    """Return what the import complained of."""
    return [issue for issue in file["issues"] if not issue.startswith("INFO")]


@pytest.mark.parametrize(
    "name",
    [
        "river.gexf",
        "river.graphml",
        "plain.gexf",
        "undated.gexf",
        "even.gexf",
        "lone.gexf",
        "hostile.gexf",
        "empty.gexf",
    ],
)
def test_every_file_opens_without_a_warning(name: str, opened: dict[str, Any]) -> None:
    assert "aborted" not in opened[name]
    assert worse(opened[name]) == []


def test_nothing_is_lost_or_merged(opened: dict[str, Any]) -> None:
    river = opened["river.gexf"]
    assert (river["node_count"], river["edge_count"], river["mixed"]) == (3, 4, True)
    edges = {name: (edge["kind"], edge["label"], edge["directed"]) for name, edge in river["edges"].items()}
    assert edges == {
        "e1": ("alleges_seizure_by", "alleges seizure by", True),
        "e2": ("denies_seizure_by", "denies seizure by", True),
        "e3": ("force_of", "is a force of", True),
        "e4": ("next_to", "next to", False),
    }


def test_columns_keep_their_titles_and_types(opened: dict[str, Any]) -> None:
    river = opened["river.gexf"]
    assert river["node_columns"] == {
        "id": ["Id", "String"],
        "label": ["Label", "String"],
        "timeset": ["Interval", "IntervalSet"],
        "claims": ["Claims over time", "IntervalDoubleMap"],
        "kind": ["Kind", "String"],
        "uri": ["IRI", "String"],
        "country": ["Country", "String"],
        "pagerank": ["PageRank", "Double"],
        "names": ["Names", "String[]"],
    }
    types = {name: kind for name, (_, kind) in river["edge_columns"].items()}
    assert types["weight"] == "IntervalDoubleMap"
    assert (types["first_date"], types["reports"], types["letters"]) == ("String", "Integer", "Long")
    assert (types["hedged"], types["relation"]) == ("Boolean", "String")


def test_values_come_back(opened: dict[str, Any]) -> None:
    river = opened["river.gexf"]
    north, edge = river["nodes"]["ex:north"]["values"], river["edges"]["e1"]["values"]
    assert north["names"] == ["North", 'the "upper", bank', "back\\slash"]
    assert north["timeset"] == "<[1629849600000.0, 1630454400000.0]>", "25 August to 1 September, UTC"
    assert edge["quote"] == "they “seized”\nthe ford"
    assert edge["letters"] == "5000000000"
    assert river["nodes"]["ex:south"]["label"] == "الجنوب 😀 & co"


def test_hostile_texts_come_back(opened: dict[str, Any]) -> None:
    hostile = opened["hostile.gexf"]
    expected = [clean(text) for text in HOSTILE]
    assert sorted(node["label"] for node in hostile["nodes"].values()) == sorted(expected)
    assert sorted(node["values"]["words"] for node in hostile["nodes"].values()) == sorted(expected)
    assert sorted(node["values"]["many"] for node in hostile["nodes"].values()) == sorted(
        [text, "b"] for text in expected
    )
    assert sorted(edge["kind"] for edge in hostile["edges"].values()) == sorted(expected)


@pytest.mark.parametrize("name", ["river.gexf", "plain.gexf", "even.gexf"])
def test_places_sizes_and_colours_are_not_moved(
    name: str, opened: dict[str, Any], rivers: Callable[[], Graph], tiny: Callable[..., Graph]
) -> None:
    expected = {
        "river.gexf": tuple(rivers().nodes),
        "plain.gexf": tuple(_plain(tiny).nodes),
        "even.gexf": (Node("a", "A", "k", x=-50), Node("b", "B", "k", x=50)),
    }[name]
    for node in expected:
        found = opened[name]["nodes"][node.id]
        assert (found["x"], found["y"], found["size"]) == pytest.approx((node.x, node.y, node.size), abs=0.01)
        assert tuple(found["colour"]) == node.colour


def test_the_timeline_shows_what_held_then(opened: dict[str, Any]) -> None:
    """A tenth of the year at a time: 36.4 days from 1 January; the edge without dates is always there."""
    plain = opened["plain.gexf"]
    assert plain["bounds"] == [1609459200000.0, 1640908800000.0]
    assert [window["edges"] for window in plain["timeline"]] == [2, 2, 2, 2, 3, 2, 2, 2, 2, 2]
    assert [window["weight"] for window in plain["timeline"]] == [9, 9, 9, 10, 14, 12, 12, 12, 12, 12]
    assert {window["nodes"] for window in plain["timeline"]} == {3}


def test_a_graph_without_dates_has_no_timeline_and_its_plain_weight(opened: dict[str, Any]) -> None:
    undated = opened["undated.gexf"]
    assert undated["timeline"] == []
    assert undated["edges"]["e"]["weight"] == "3.0"


def test_it_draws_a_picture(opened: dict[str, Any]) -> None:
    assert "picture" not in opened["plain.gexf"], opened["plain.gexf"].get("picture")
    picture = (opened["folder"] / "plain.gexf.svg").read_text(encoding="utf-8")
    for words in ("Northland", "Südland", "Хранители", "#0072b2", "#e69f00"):
        assert words in picture


def test_hex_and_alpha_end_the_whole_import(opened: dict[str, Any]) -> None:
    assert "Color parameter outside of expected range" in opened["hex.gexf"]["aborted"]


def test_an_edge_without_weight_is_kept_by_this_version_and_removed_by_the_next(
    opened: dict[str, Any],
) -> None:
    """Ours has none such, so that both show the same."""
    assert opened["weightless.gexf"]["edges"]["e"]["weight"] == "0.0"


def test_a_year_or_month_is_silently_its_first_moment(opened: dict[str, Any]) -> None:
    """So does this version; the next one reads dates by other means, and they end its whole import."""
    first = {"year": "<[1609459200000.0, Infinity]>", "month": "<[1627776000000.0, Infinity]>"}
    for name, interval in first.items():
        assert worse(opened[f"{name}.gexf"]) == []
        assert opened[f"{name}.gexf"]["edges"]["e1"]["values"]["timeset"] == interval


@pytest.mark.parametrize(
    "name",
    ["overlap", "inverted", "timestamp", "iri", "date", "default", "version", "parent"],
)
def test_these_are_complained_of(name: str, opened: dict[str, Any]) -> None:
    assert worse(opened[f"{name}.gexf"])


def test_these_go_wrong_in_silence(opened: dict[str, Any]) -> None:
    silent = ("case", "kind", "bars", "unlabelled", "unknown", "scaled")
    assert [name for name in silent if worse(opened[f"{name}.gexf"])] == []
    assert opened["kind.gexf"]["edge_count"] == 3
    assert opened["bars.gexf"]["nodes"]["ex:guard"]["values"]["names"] == ["Guard|Watch"]
    assert not opened["unlabelled.gexf"]["nodes"]["ex:north"]["label"]
    assert "ex:east" in opened["unknown.gexf"]["nodes"]
    assert opened["scaled.gexf"]["nodes"]["ex:north"]["x"] != -300
    assert "hedged" not in opened["case.gexf"]["edge_columns"]
