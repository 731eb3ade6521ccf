"""The workspace of Gephi Lite opens styled, with its legend and filters by date, number and category."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.export.model import Edge, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Graph


@pytest.fixture
def workspace(river: Graph, written: Callable[[Graph, str], bytes]) -> dict[str, Any]:
    """Give the workspace as JSON reads it."""
    return dict(json.loads(written(river, "json")))


def test_it_says_what_it_is_and_whence(workspace: dict[str, Any]) -> None:
    assert list(workspace) == ["type", "version", "graphDataset", "filters", "appearance"]
    assert workspace["type"] == "gephi-lite"
    about = workspace["graphDataset"]["metadata"]
    assert about["title"] == "Actors"
    assert about["authors"] == "Servanda"
    assert about["keywords"] == "ceasefire, river"
    assert about["type"] == "mixed"
    assert "licence=CC BY 4.0" in about["description"]


def test_fields_have_the_types_that_only_it_knows(workspace: dict[str, Any]) -> None:
    dataset = workspace["graphDataset"]
    nodes = {field["id"]: field["type"] for field in dataset["nodeFields"]}
    edges = {field["id"]: field["type"] for field in dataset["edgeFields"]}
    assert nodes == {
        "label": "text",
        "kind": "category",
        "size": "number",
        "color": "color",
        "uri": "url",
        "country": "category",
        "pagerank": "number",
        "names": "keywords",
    }
    assert edges == {
        "label": "text",
        "kind": "category",
        "weight": "number",
        "color": "color",
        "first_date": "date",
        "reports": "number",
        "letters": "number",
        "hedged": "boolean",
        "quote": "text",
    }
    date = {"id": "first_date", "label": "First date", "itemType": "edges"}
    assert {**date, "type": "date", "format": "yyyy-MM-dd"} in dataset["edgeFields"]


def test_all_parts_speak_of_the_same_nodes_and_edges(workspace: dict[str, Any]) -> None:
    dataset = workspace["graphDataset"]
    graph = dataset["fullGraph"]
    assert [node["key"] for node in graph["nodes"]] == list(dataset["nodeData"]) == list(dataset["layout"])
    assert [edge["key"] for edge in graph["edges"]] == list(dataset["edgeData"]) == ["e1", "e2", "e3", "e4"]
    assert graph["options"] == {"type": "mixed", "multi": True, "allowSelfLoops": True}
    assert graph["edges"][3] == {"key": "e4", "source": "ex:guard", "target": "ex:south", "undirected": True}
    assert dataset["layout"]["ex:guard"] == {"x": 0, "y": -200}


def test_filters_stand_ready_and_let_all_through(workspace: dict[str, Any]) -> None:
    filters = workspace["filters"]["filters"]
    assert [(each["type"], each["itemType"], each["field"]["id"]) for each in filters] == [
        ("terms", "nodes", "kind"),
        ("terms", "nodes", "country"),
        ("terms", "edges", "kind"),
        ("range", "edges", "first_date"),
        ("range", "edges", "reports"),
    ]
    assert all(each["keepMissingValues"] is each["disabled"] is True for each in filters)
    assert not any({"min", "max", "terms"} & set(each) for each in filters)


def test_it_opens_styled_with_colours_by_kind(workspace: dict[str, Any]) -> None:
    look = workspace["appearance"]
    assert look["nodesColor"]["type"] == "partition"
    assert look["nodesColor"]["field"]["id"] == "kind"
    assert look["nodesColor"]["colorPalette"] == {"state": "#0072b2", "force": "#e69f00"}
    assert look["edgesColor"]["colorPalette"]["alleges_seizure_by"] == "#d55e00"
    assert look["nodesSize"]["field"]["id"] == "size"
    assert "minSize" not in look["nodesSize"]
    assert look["nodesLabel"]["field"]["id"] == "label"
    assert look["edgesSize"]["field"]["id"] == "weight"


def test_kinds_of_several_colours_keep_their_own(
    tiny: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    nodes = (Node("a", "A", "k", colour=(1, 1, 1)), Node("b", "B", "k", colour=(2, 2, 2)))
    look = json.loads(written(tiny(nodes=nodes), "json"))["appearance"]
    assert look["nodesColor"]["type"] == "field"
    assert look["nodesColor"]["field"]["id"] == "color"


def test_many_edges_wait_on_disk_and_all_arrive(
    tiny: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    edges = tuple(Edge(f"e{number}", "a", "b", f"kind {number}") for number in range(30_000))
    dataset = json.loads(written(tiny(edges=edges), "json"))["graphDataset"]
    assert len(dataset["edgeData"]) == len(dataset["fullGraph"]["edges"]) == 30_000
