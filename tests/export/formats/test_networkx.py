"""What the writer of networkx does wrong, which ours does right: each line was measured on it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pytest

from kg.errors import ExportError
from kg.export.formats.check import GEXF, VIZ, problems
from kg.export.model import Column, Edge, Graph, Node, Timed, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    Tiny = Callable[..., Graph]
    Write = Callable[[Graph, str], bytes]


def theirs(graph: nx.Graph[Any]) -> bytes:
    """Return what networkx writes."""
    stream = BytesIO()
    nx.write_gexf(graph, stream, version="1.3")
    return stream.getvalue()


def with_value(value: object) -> nx.Graph[Any]:
    graph: nx.Graph[Any] = nx.Graph()
    graph.add_node("a", given=value)
    return graph


@pytest.mark.parametrize("value", [None, {"a"}, date(2014, 1, 1), ["a", "b"]], ids=repr)
def test_it_fails_on_nothing_sets_dates_and_lists(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        theirs(with_value(value))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Type.STRING, None, None),
        (Type.STRINGS, (), None),
        (Type.STRINGS, ("a", "b"), '["a", "b"]'),
        (Type.DATE, "2014-01-01", "2014-01-01"),
        (Type.STRING, "a\x00b", "a\ufffdb"),
    ],
)
def test_ours_writes_them(kind: Type, value: Any, text: str | None, tiny: Tiny, written: Write) -> None:
    nodes = (Node("a", "A", "k", (value,)),)
    root = ET.fromstring(written(tiny(nodes, node_columns=(Column("given", "Given", kind),)), "gexf"))  # noqa: S314
    found = [each.get("value") for each in root.iter(f"{GEXF}attvalue") if each.get("for") == "given"]
    assert found == ([] if text is None else [text])


def test_its_control_characters_break_the_file() -> None:
    with pytest.raises(ET.ParseError):
        ET.fromstring(theirs(with_value("a\x00b")))  # noqa: S314 that it fails is the point


def test_its_files_are_wrong_in_names_kinds_and_order(tiny: Tiny, written: Write) -> None:
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(name="G")
    graph.add_node("a", viz={"position": {"x": 1.0, "y": 1.0}})
    graph.add_edge("a", "b", kind="k")
    content = theirs(graph)
    assert b"networkx_key" in content
    assert b'z="None"' in content
    found = "\n".join(problems(BytesIO(content)))
    for words in ("knows no name", "without a kind", "Lite shows ids", "without size or position"):
        assert words in found
    ours = written(tiny(edges=(Edge("e", "a", "b", "k"),)), "gexf")
    assert b"networkx_key" not in ours
    assert [place.get("z") for place in ET.fromstring(ours).iter(f"{VIZ}position")] == ["0", "0"]  # noqa: S314
    assert problems(BytesIO(ours)) == []


def test_its_schema_location_and_types_lie(tiny: Tiny, written: Write) -> None:
    assert b"http://w3.org/" in theirs(with_value("a"))
    assert b'type="int"' in theirs(with_value(np.int64(1)))
    columns = (Column("given", "Given", Type.INTEGER),)
    ours = written(tiny((Node("a", "A", "k", (1,)),), node_columns=columns), "gexf")
    assert b"http://w3.org/" not in ours
    assert b'id="given" title="Given" type="integer"' in ours


def test_a_column_of_numbers_and_words_is_refused_by_ours(tiny: Tiny, written: Write) -> None:
    mixed = with_value(1)
    mixed.add_node("b", given="two")
    try:
        content = theirs(mixed)
    except ValueError:
        content = b""  # newer versions refuse it, too
    assert content.count(b'title="given"') <= 1, "one type for both"
    nodes = (Node("a", "A", "k", (1,)), Node("b", "B", "k", ("two",)))
    with pytest.raises(ExportError, match="node b: column given: 'two' is no integer"):
        written(tiny(nodes, node_columns=(Column("given", "Given", Type.INTEGER),)), "gexf")


def test_its_weights_over_time_are_the_text_of_a_list(tiny: Tiny, written: Write) -> None:
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edge("a", "b", weight=[(1, "2014-01-01", "2014-02-01")])
    assert b"weight=\"[(1, '2014-01-01'" in theirs(graph)
    ours = written(tiny(edges=(Edge("e", "a", "b", "k", weights=(Timed(1, "2014-01-01", None),)),)), "gexf")
    assert b'weight="1.0"><attvalues><attvalue for="weight" value="1" start="2014-01-01"/>' in ours


def test_a_graph_of_both_directions_is_ours_alone(river: Graph, written: Write) -> None:
    root = ET.fromstring(written(river, "gexf"))  # noqa: S314 a file of our own
    assert {edge.get("type") for edge in root.iter(f"{GEXF}edge")} == {"directed", "undirected"}
