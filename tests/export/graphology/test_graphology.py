"""What graphology, on which Gephi Lite stands, reads in our files; skipped where it was not installed.

`make gephi` installs it, from the pins in package-lock.json; these tests touch no network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.export import profiles
from kg.export.formats import FORMATS
from kg.export.model import Column, Node, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Graph

HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is absent"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "graphology-gexf").is_dir(),
        reason="graphology is not installed; `make gephi` fetches it",
    ),
]


@pytest.fixture
def opened(river: Graph, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """Give a function that writes the graph in a format and returns what graphology reads."""

    def read(extension: str) -> dict[str, Any]:
        file = tmp_path / f"river.{extension}"
        with file.open("wb") as stream:
            FORMATS[extension].write(river, stream)
        done = subprocess.run(
            ["node", HERE / "read.cjs", file], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        (found,) = json.loads(done.stdout)
        return dict(found)

    return read


@pytest.mark.parametrize("extension", ["gexf", "json", "graphml"])
def test_counts_ends_and_directions_are_ours(extension: str, opened: Callable[[str], dict[str, Any]]) -> None:
    """Its reader of GraphML takes every edge for directed."""
    found = opened(extension)
    assert [node for node, _ in found["nodes"]] == ["ex:north", "ex:south", "ex:guard"]
    assert [edge[:4] for edge in found["edges"]] == [
        ["e1", "ex:north", "ex:south", True],
        ["e2", "ex:north", "ex:south", True],
        ["e3", "ex:guard", "ex:north", True],
        ["e4", "ex:guard", "ex:south", extension == "graphml"],
    ]
    assert found["multi"] is True


@pytest.mark.parametrize(
    ("extension", "names"),
    [
        ("gexf", ["North", 'the "upper", bank', "back\\slash"]),
        ("json", 'North|the "upper", bank|back\\slash'),
        ("graphml", r'["North", "the \"upper\", bank", "back\\slash"]'),
    ],
)
def test_values_places_and_colours_come_back_by_type(
    extension: str, names: object, opened: Callable[[str], dict[str, Any]]
) -> None:
    found = opened(extension)
    attributes = dict(found["nodes"])["ex:north"]
    assert attributes["label"] == "Northland"
    assert attributes["kind"] == "state"
    assert (attributes["x"], attributes["y"], attributes["size"]) == (-300, 100, 100)
    assert attributes["color"] in {"#0072b2", "rgb(0,114,178)"}
    assert attributes["pagerank"] == 0.5
    assert attributes["uri"] == "https://example.org/n"
    assert attributes["names"] == names
    edge = found["edges"][0][4]
    assert edge["color"] in {"#d55e00", "rgb(213,94,0)"}
    assert edge["weight"] == 2
    assert edge["reports"] == 3
    assert edge["letters"] == 5_000_000_000
    assert edge["hedged"] is True
    assert edge["first_date"] == "2021-08-26"
    assert edge["quote"] == "they “seized”\nthe ford"


@pytest.mark.parametrize("profile", sorted(profiles.shipped()))
def test_every_profile_has_our_counts_kinds_weights_and_colours(
    profile: str, invented: Callable[..., Graph], written: Callable[[Graph, str], bytes], tmp_path: Path
) -> None:
    graph = invented(profile)
    files = [tmp_path / f"{profile}.{extension}" for extension in ("gexf", "json", "graphml")]
    for file in files:
        file.write_bytes(written(graph, file.suffix[1:]))
    done = subprocess.check_output(["node", HERE / "read.cjs", *files], timeout=120)
    edges = {edge.id: (edge.source, edge.target, edge.kind, edge.weight) for edge in graph.edges}
    for file, found in zip(files, json.loads(done), strict=True):
        kind = "relation" if file.suffix == ".gexf" else "kind"
        read = {key: (*ends, cells[kind], cells["weight"]) for key, *ends, _, cells in found["edges"]}
        assert read == edges, file
        nodes = {key: (cells["label"], cells["kind"]) for key, cells in found["nodes"]}
        assert nodes == {node.id: (node.label, node.kind) for node in graph.nodes}, file
        colours = {cells["color"] for _, cells in found["nodes"]}
        assert len(colours) == len({node.colour for node in graph.nodes}), file


def test_lists_of_hostile_texts_come_back(
    tiny: Callable[..., Graph], tmp_path: Path, written: Callable[[Graph, str], bytes]
) -> None:
    texts = ("a\tb\r\nc", "back\\", '"', "it's, so", "[x]", "\\n", "")
    nodes = (Node("a", "A", "k", (texts,)),)
    file = tmp_path / "lists.gexf"
    file.write_bytes(written(tiny(nodes, node_columns=(Column("many", "Many", Type.STRINGS),)), "gexf"))
    (found,) = json.loads(subprocess.check_output(["node", HERE / "read.cjs", file], timeout=60))
    assert tuple(found["nodes"][0][1]["many"]) == texts


def test_the_kind_is_a_field_of_edges_in_gephi_lite(opened: Callable[[str], dict[str, Any]]) -> None:
    kinds = ["alleges_seizure_by", "denies_seizure_by", "force_of", "next_to"]
    assert [edge[4]["relation"] for edge in opened("gexf")["edges"]] == kinds


def test_weights_over_time_end_in_the_largest_as_a_number(opened: Callable[[str], dict[str, Any]]) -> None:
    """A column over time keeps its last value only; other columns over time are text, and stay apart."""
    found = opened("gexf")
    assert [edge[4]["weight"] for edge in found["edges"]] == [2, 1, 1, 1]
    assert dict(found["nodes"])["ex:north"]["claims"] == "5"


def test_the_description_says_by_whom_it_is_reported(opened: Callable[[str], dict[str, Any]]) -> None:
    attributes = opened("gexf")["attributes"]
    assert "as reported by=The Courier, Radio North" in attributes["description"]
    assert attributes["creator"] == "Servanda"
