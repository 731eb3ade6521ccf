"""GEXF as Gephi Desktop and Gephi Lite were seen to read it: what goes wrong there cannot be written."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from kg.errors import ExportError
from kg.export.formats import gexf
from kg.export.formats.check import GEXF, VIZ, problems
from kg.export.model import Column, Edge, Graph, Meta, Node, Spell, Timed, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Value

    Tiny = Callable[..., Graph]
    Write = Callable[[Graph, str], bytes]


def read(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 a file of our own


def node(content: bytes, identifier: str) -> ET.Element:
    (found,) = [each for each in read(content).iter(f"{GEXF}node") if each.get("id") == identifier]
    return found


def edge(content: bytes, identifier: str) -> ET.Element:
    (found,) = [each for each in read(content).iter(f"{GEXF}edge") if each.get("id") == identifier]
    return found


def values(element: ET.Element) -> list[tuple[str, ...]]:
    return [tuple(value.attrib.values()) for value in element.iter(f"{GEXF}attvalue")]


def link(identifier: str = "e", kind: str = "k", **given: object) -> Edge:
    return Edge(identifier, "a", "b", kind, **given)  # type: ignore[arg-type]


def test_a_graph_with_one_of_everything_is_read_rightly_by_all(river: Graph, written: Write) -> None:
    assert problems(BytesIO(written(river, "gexf"))) == []


def test_the_order_is_that_of_a_reader_in_one_pass(river: Graph, written: Write) -> None:
    graph = read(written(river, "gexf")).find(f"{GEXF}graph")
    assert graph is not None
    parts = [(part.tag.removeprefix(GEXF), part.get("class"), part.get("mode")) for part in graph]
    assert parts == [
        ("attributes", "node", "dynamic"),
        ("attributes", "node", "static"),
        ("attributes", "edge", "dynamic"),
        ("attributes", "edge", "static"),
        ("nodes", None, None),
        ("edges", None, None),
    ]


def test_the_head_says_what_gephi_needs_and_no_default_direction(river: Graph, written: Write) -> None:
    root = read(written(river, "gexf"))
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert root.attrib == {"version": "1.3"}
    assert graph.attrib == {
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
        "timezone": "UTC",
        "idtype": "string",
    }


def test_columns_have_readable_ids_and_types_that_gephi_keeps(river: Graph, written: Write) -> None:
    columns = [
        (column.get("id"), column.get("title"), column.get("type"))
        for column in read(written(river, "gexf")).iter(f"{GEXF}attribute")
    ]
    assert columns == [
        ("claims", "Claims over time", "double"),
        ("kind", "Kind", "string"),
        ("uri", "IRI", "string"),
        ("country", "Country", "string"),
        ("pagerank", "PageRank", "double"),
        ("names", "Names", "liststring"),
        ("weight", "Weight", "double"),
        ("weight", "Weight", "double"),
        ("relation", "Relation", "string"),
        ("first_date", "First date", "string"),
        ("reports", "Reports", "integer"),
        ("letters", "Letters", "long"),
        ("hedged", "Hedged", "boolean"),
        ("quote", "Words", "string"),
    ]


def test_meta_holds_who_said_it_and_by_what_it_came_about(river: Graph, written: Write) -> None:
    meta = read(written(river, "gexf")).find(f"{GEXF}meta")
    assert meta is not None
    assert meta.get("lastmodifieddate") == "2021-08-30"
    assert [part.tag.removeprefix(GEXF) for part in meta] == ["creator", "keywords", "description"]
    assert meta[2].text == (
        "Actors. Who is said to have done what to whom. All of it is alleged. "
        "profile=actors | as reported by=The Courier, Radio North"
        " | filter=agreement=river-2019; from=2021-01-01 | data=sequence 7 | date of data=2021-08-30"
        " | licence=CC BY 4.0 | layout=force-directed, seed 7"
        " | size of nodes=degree | weight of edges=independent sources | sampling=none"
        " | legend of nodes=State #0072b2, Force #e69f00 | legend of edges=alleges seizure by #d55e00"
    )


def test_a_node_has_label_place_size_and_colour_in_three_numbers(river: Graph, written: Write) -> None:
    found = node(written(river, "gexf"), "ex:guard")
    look = {part.tag.removeprefix(VIZ): part.attrib for part in found if part.tag.startswith(VIZ)}
    assert found.get("label") == 'The <river> "guard"'
    assert look == {
        "color": {"r": "230", "g": "159", "b": "0"},
        "position": {"x": "0.000", "y": "-200.000", "z": "0"},
        "size": {"value": "4.000"},
        "shape": {"value": "square"},
    }


def test_values_are_written_by_type_and_absent_ones_left_out(river: Graph, written: Write) -> None:
    content = written(river, "gexf")
    assert values(node(content, "ex:north"))[2:] == [
        ("kind", "state"),
        ("uri", "https://example.org/n"),
        ("country", "Northland"),
        ("pagerank", "0.5"),
        ("names", r'["North", "the \"upper\", bank", "back\\slash"]'),
    ]
    assert values(edge(content, "e1"))[2:] == [
        ("relation", "alleges_seizure_by"),
        ("first_date", "2021-08-26"),
        ("reports", "3"),
        ("letters", "5000000000"),
        ("hedged", "true"),
        ("quote", "they “seized”\nthe ford"),
    ]
    assert values(edge(content, "e3")) == [("weight", "1.0"), ("relation", "force_of")]


def test_parallel_edges_of_different_kinds_stay_apart_and_say_their_kind(
    river: Graph, written: Write
) -> None:
    edges = [each.attrib for each in read(written(river, "gexf")).iter(f"{GEXF}edge")]
    assert [(each["type"], each["kind"], each["label"]) for each in edges] == [
        ("directed", "alleges_seizure_by", "alleges seizure by"),
        ("directed", "denies_seizure_by", "denies seizure by"),
        ("directed", "force_of", "is a force of"),
        ("undirected", "next_to", "next to"),
    ]


def test_overlapping_periods_become_one(river: Graph, written: Write) -> None:
    (spell,) = node(written(river, "gexf"), "ex:north").iter(f"{GEXF}spell")
    assert spell.attrib == {"start": "2021-08-25", "end": "2021-09-01"}


def test_an_open_end_is_left_out(river: Graph, written: Write) -> None:
    (spell,) = edge(written(river, "gexf"), "e2").iter(f"{GEXF}spell")
    assert spell.attrib == {"start": "2021-08-27"}


def test_every_edge_has_its_weight_over_time_the_largest_last(river: Graph, written: Write) -> None:
    """Desktop loses the plain weight once there is one over time; Lite keeps the last value."""
    content = written(river, "gexf")
    weights = [value[1:] for value in values(edge(content, "e1")) if value[0] == "weight"]
    assert weights == [("1", "2021-08-28", "2021-08-28"), ("2", "2021-08-26", "2021-08-27")]
    assert values(edge(content, "e2"))[0] == ("weight", "1.0", "2021-08-27")
    assert values(edge(content, "e4"))[0] == ("weight", "1.0")


def test_a_graph_without_dates_has_no_timeline(tiny: Tiny, written: Write) -> None:
    content = written(tiny(edges=(link(),), timed=False), "gexf")
    assert b"dynamic" not in content
    assert values(edge(content, "e")) == [("relation", "k")]
    assert problems(BytesIO(content)) == []


def test_a_graph_without_edges_still_has_the_element(tiny: Tiny, written: Write) -> None:
    assert read(written(tiny(), "gexf")).find(f"{GEXF}graph/{GEXF}edges") is not None


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (link(spells=(Spell("2014", "2015-01-01"),)), "'2014' is no whole day"),
        (link(spells=(Spell("2014-05", None),)), "'2014-05' is no whole day"),
        (link(spells=(Spell(None, "2014-02-30"),)), "'2014-02-30' is no whole day"),
        (link(spells=(Spell("2014-01-01T00:00:00Z", None),)), "is no whole day"),
        (link(spells=(Spell("2015-01-01", "2014-01-01"),)), "ends on 2014-01-01, before it starts"),
        (link(colour=(0, 0, 256)), "no colour of three numbers"),
        (link(weight=0.0), "weight is 0.0; Gephi removes"),
        (link(weight=-1.0), "Gephi removes"),
        (link(weight=float("nan")), "Gephi removes"),
        (link(weight=float("inf")), "Gephi removes"),
        (link(kind=""), "no kind, and parallel edges without one are merged"),
        (Edge("e", "a", "nobody", "k"), "there is no node 'nobody'"),
        (link(values=("x",)), "1 values for 0 columns"),
        (link(weights=(Timed(1, "2014-01-01", "2014-02-01"), Timed(2, "2014-02-01", None))), "overlap"),
        (link(weights=(Timed(1, "2014-01-01", None), Timed(2, "2014-02-01", None))), "overlap"),
        (link(weights=(Timed(1, None, None), Timed(2, None, "2014-02-01"))), "overlap"),
        (link(weights=(Timed(float("nan"), None, None),)), "no finite number"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_gephi_would_refuse_drop_or_merge_is_not_written(
    broken: Edge, words: str, tiny: Tiny, written: Write
) -> None:
    with pytest.raises(ExportError, match="edge e: ") as raised:
        written(tiny(edges=(broken,)), "gexf")
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (Node("a", "A", "k", x=float("nan")), "place or size: nan"),
        (Node("a", "A", "k", size=float("inf")), "place or size: inf"),
        (Node("a", "A", "k", spells=(Spell("2014", None),)), "'2014' is no whole day"),
        (Node("a", "A", "k", colour=(0, 0, -1)), "no colour"),
        (Node("a", "A", "k", values=(1,)), "1 values for 0 columns"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_node_that_gephi_would_misread_is_not_written(
    broken: Node, words: str, tiny: Tiny, written: Write
) -> None:
    with pytest.raises(ExportError, match="node a: ") as raised:
        written(tiny(nodes=(broken,)), "gexf")
    assert words in str(raised.value)


def test_two_nodes_of_one_id_are_not_written(tiny: Tiny, written: Write) -> None:
    with pytest.raises(ExportError, match="an id of its own"):
        written(tiny(nodes=(Node("a", "A", "k"), Node("a", "B", "k"))), "gexf")


@pytest.mark.parametrize("label", ["", " \n"])
def test_a_node_without_label_shows_its_id(label: str, tiny: Tiny, written: Write) -> None:
    assert node(written(tiny(nodes=(Node("a<b", label, "k"),)), "gexf"), "a<b").get("label") == "a<b"


def test_two_ids_that_differ_by_what_cannot_be_written_are_refused(tiny: Tiny, written: Write) -> None:
    nodes = (Node("a\x00", "A", "k"), Node("a\x01", "B", "k"))
    for extension in ("gexf", "json", "graphml", "nodelink.json", "csv.zip", "svg"):
        with pytest.raises(ExportError, match="an id of its own"):
            written(tiny(nodes=nodes), extension)


def test_a_dated_edge_of_a_graph_without_time_is_not_written(tiny: Tiny, written: Write) -> None:
    for dated in (link(spells=(Spell("2014-01-01", None),)), link(weights=(Timed(1, None, None),))):
        with pytest.raises(ExportError, match="not timed"):
            written(tiny(edges=(dated,), timed=False), "gexf")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Type.INTEGER, 1 << 31),
        (Type.INTEGER, 1.0),
        (Type.INTEGER, True),
        (Type.INTEGER, "1"),
        (Type.LONG, 1 << 63),
        (Type.DOUBLE, float("nan")),
        (Type.DOUBLE, False),
        (Type.BOOLEAN, 1),
        (Type.DATE, "2014"),
        (Type.DATE, "2014-13-01"),
        (Type.STRING, 1),
        (Type.CATEGORY, ("a",)),
        (Type.URL, 0),
        (Type.STRINGS, "a"),
    ],
)
def test_a_column_never_lies_about_its_type(kind: Type, value: Value, tiny: Tiny, written: Write) -> None:
    broken = tiny(edges=(link(values=(value,)),), edge_columns=(Column("c", "C", kind),))
    with pytest.raises(ExportError, match=f"edge e: column c: .* is no {kind}"):
        written(broken, "gexf")


def test_true_and_one_are_told_apart_after_each_other(tiny: Tiny, written: Write) -> None:
    columns = (Column("n", "N", Type.INTEGER), Column("t", "B", Type.BOOLEAN), Column("d", "D", Type.DOUBLE))
    content = written(tiny(edges=(link(values=(1, True, 1)),), edge_columns=columns), "gexf")
    assert values(edge(content, "e"))[2:] == [("n", "1"), ("t", "true"), ("d", "1.0")]


@pytest.mark.parametrize("identifier", ["Type", "0", "first date", "é", "label", "weight", "kind", ""])
def test_columns_cannot_have_ids_that_programs_read_differently(identifier: str) -> None:
    with pytest.raises(ExportError, match="column"):
        Column(identifier, "Title")


def test_two_columns_cannot_have_one_id() -> None:
    column = Column("a", "A")
    with pytest.raises(ExportError, match="twice"):
        Graph(Meta(profile="p", title="T"), (column,), (), (), (), node_series=(column,))


def test_the_same_graph_gives_the_same_bytes(tiny: Tiny, written: Write) -> None:
    edges = (link("e"), link("f", "l"))
    assert written(tiny(edges=edges), "gexf") == written(tiny(edges=edges), "gexf")


def test_memory_does_not_grow_with_edges() -> None:
    def peak(number: int) -> int:
        nodes = [Node(str(at), "N", "k") for at in range(50)]
        edges = (
            Edge(
                f"e{at}",
                str(at % 50),
                str(at % 49),
                f"k{at % 7}",
                weight=1 + at % 3,
                spells=(Spell("2014-01-01", None),),
            )
            for at in range(number)
        )
        tracemalloc.start()
        with open("/dev/null", "wb") as nowhere:  # noqa: PTH123
            gexf.write(Graph(Meta(profile="p", title="T"), (), (), nodes, edges), nowhere)
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    peak(2000)
    assert peak(20_000) < peak(2000) + 200_000
