"""What cytoscape.js shows of our graphs by the code of its page; skipped where it was not installed.

`make gephi` installs it, from the pins in package-lock.json; these tests touch no network.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.export import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.export.model import Graph

    Misread = Callable[[str, Iterable[tuple[str, str, str, str, str, str | None]]], list[object]]
    Read = Callable[..., list[dict[str, Any]]]

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "graphs" / "cytoscape.md").read_text("utf-8")
NAME = "actors.nodelink.json"
PROFILES = sorted(profiles.shipped())

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is absent"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "cytoscape").is_dir(),
        reason="cytoscape.js is not installed; `make gephi` fetches it",
    ),
]


@pytest.fixture
def shown(tmp_path: Path, written: Callable[[Graph, str], bytes]) -> Read:
    """Give a function that runs the code of the page on graphs, and returns what cytoscape.js has of each."""
    (code,) = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)

    def read(*graphs: Graph) -> list[dict[str, Any]]:
        files = [tmp_path / f"{number}.json" for number, _ in enumerate(graphs)]
        for file, graph in zip(files, graphs, strict=True):
            file.write_bytes(written(graph, "nodelink.json"))
        done = subprocess.run(
            ["node", HERE / "read.cjs", code, NAME, *files],
            capture_output=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return list(json.loads(done.stdout))

    return read


def test_the_code_of_the_page_prints_who_accuses_whom(
    shown: Read, of_accounts: Callable[[str], Graph]
) -> None:
    """It prints two lines of the one article, and these and five more of all accounts."""
    (found,) = shown(of_accounts("actors"))
    (told,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert set(told.splitlines()) <= set(found["printed"])
    assert len(found["printed"]) == 7


def test_nodes_edges_directions_and_parts_of_every_profile_are_ours(
    shown: Read, of_accounts: Callable[[str], Graph], misread: Misread
) -> None:
    graphs = [of_accounts(profile) for profile in PROFILES]
    for profile, graph, found in zip(PROFILES, graphs, shown(*graphs), strict=True):
        name = {node["id"]: node["shown"] for node in found["nodes"]}
        assert name == {node.id: node.label for node in graph.nodes}, profile
        assert {edge["id"]: (*edge["ends"], edge["kind"], edge["weight"]) for edge in found["edges"]} == {
            edge.id: (edge.source, edge.target, edge.kind, edge.weight) for edge in graph.edges
        }, profile
        arrows = {edge["id"]: edge["arrow"] == "triangle" for edge in found["edges"]}
        assert arrows == {edge.id: edge.directed for edge in graph.edges}, profile
        assert not misread(
            profile,
            (
                (
                    *(name[edge["ends"][0]], edge["kind"], edge["shown"], name[edge["ends"][1]]),
                    *(edge.get("role", ""), "|".join(edge.get("accused", ()))),
                )
                for edge in found["edges"]
            ),
        ), profile


def test_places_colours_and_lines_are_those_of_the_picture(
    shown: Read, of_accounts: Callable[[str], Graph]
) -> None:
    graph = of_accounts("actors")
    (found,) = shown(graph)
    nodes = {node.id: node for node in graph.nodes}
    for node in found["nodes"]:
        ours = nodes[node["id"]]
        assert (node["place"]["x"], node["place"]["y"]) == pytest.approx((ours.x, -ours.y))
        assert node["width"] == pytest.approx(2 * ours.size)
        assert node["colour"] == f"rgb({','.join(map(str, ours.colour))})"
    assert {edge["id"]: edge["line"] for edge in found["edges"]} == {
        edge.id: str(edge.stroke) for edge in graph.edges
    }
    thick = {edge["role"]: edge["width"] for edge in found["edges"]}
    assert thick["reference"] < thick["candidate"] < min(thick["accused"], thick["teller"])


def test_an_edge_without_direction_or_colour_has_no_arrow_and_is_drawn(shown: Read, river: Graph) -> None:
    (found,) = shown(river)
    assert [(edge["id"], edge["arrow"]) for edge in found["edges"]] == [
        ("e1", "triangle"),
        ("e2", "triangle"),
        ("e3", "triangle"),
        ("e4", "none"),
    ]
