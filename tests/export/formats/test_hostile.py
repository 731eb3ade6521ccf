"""Whatever stands in the data, every format is read by a strict reader, and the text comes back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.export.formats import FORMATS
from kg.export.formats.check import GEXF, problems
from kg.export.formats.values import LONGEST, clean
from kg.export.model import Column, Edge, Graph, Meta, Node, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    [
        "\x00\x08\x0b\x1f",
        "\ud800 alone",
        "\ufffe\uffff",
        '"quotes" \'and\' <tags> &amp; ]]>',
        "😀👩\u200d👩\u200d👧",
        "\u202eright to left\u202c العربية עברית",
        "a\tb\r\nc\nd",
        "=cmd|' /C calc'!A1",
        '["<<Function", "alert(1)", "Function>>"]',
        "\\",
        "|",
        "</data></node>",
    ]
)  # fmt: skip


def graph(texts: list[str]) -> Graph:
    """Return a graph with the texts wherever a text may stand."""
    first, second, third = texts
    columns = (Column("words", first, Type.STRING), Column("many", second, Type.STRINGS))
    nodes = (
        Node("a", first, second or "k", (third, (first, second)), x=-1, size=4),
        Node(f"b{first}", third, "k", (None, ()), x=1, size=100),
    )
    edges = (Edge(f"e{second}", "a", f"b{first}", f"k{third}", (first, (third,)), label=second),)
    meta = Meta(profile="p", title=first, description=second, keywords=(third,), reported_by=(first,))
    return Graph(meta, columns, columns, nodes, edges)


def written(made: Graph, extension: str) -> bytes:
    stream = BytesIO()
    FORMATS[extension].write(made, stream)
    return stream.getvalue()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE, min_size=3, max_size=3))
def test_every_format_parses_strictly_and_gives_the_texts_back(texts: list[str]) -> None:
    third = clean(texts[2])
    for extension, back in (
        ("gexf", _gexf),
        ("graphml", _graphml),
        ("json", _lite),
        ("nodelink.json", _nodelink),
    ):
        assert next(back(written(graph(texts), extension))) == third, extension
    ET.fromstring(written(graph(texts), "svg"))  # noqa: S314 a file of our own
    assert _folded(next(_tables(written(graph(texts), "csv.zip")))) == _folded(third)


def _gexf(content: bytes) -> Iterator[str]:
    assert problems(BytesIO(content)) == []
    for value in ET.fromstring(content).iter(f"{GEXF}attvalue"):  # noqa: S314 a file of our own
        if value.get("for") == "words":
            yield str(value.get("value"))


def _graphml(content: bytes) -> Iterator[str]:
    for data in ET.fromstring(content).iter("{http://graphml.graphdrawing.org/xmlns}data"):  # noqa: S314
        if data.get("key") == "n_words":
            yield data.text or ""


def _lite(content: bytes) -> Iterator[str]:
    yield json.loads(content)["graphDataset"]["nodeData"]["a"]["words"]


def _nodelink(content: bytes) -> Iterator[str]:
    yield json.loads(content)["nodes"][0]["words"]


def _tables(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("nodes.csv").decode(), newline="")))
        yield rows[1][8].removeprefix("'")


def _folded(text: str) -> str:
    return text.removeprefix("'")


def test_a_literal_of_ten_megabytes_is_cut_and_says_so() -> None:
    """Widespread parsers refuse an attribute of that length, and with it the whole file."""
    made = graph(["first", "second", "x" * 10_485_760])
    for extension, back in (
        ("gexf", _gexf),
        ("graphml", _graphml),
        ("json", _lite),
        ("nodelink.json", _nodelink),
    ):
        found = next(back(written(made, extension)))
        assert found.startswith("x" * LONGEST)
        assert found.endswith("… [the first 1,000,000 of 10,485,760 characters]")


def test_a_literal_of_ten_megabytes_passes_a_parser_with_limits() -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is absent, whose limits are meant")
    content = written(graph(["first", "second", "&" * 10_485_760]), "gexf")
    assert etree.fromstring(content, etree.XMLParser(huge_tree=False)) is not None


def test_nothing_in_a_workspace_of_gephi_lite_can_be_run() -> None:
    """Its reader evaluates arrays of three that begin with a certain word; there is no array but ours."""
    texts = ["<<Function", "alert(1)", "Function>>"]

    def arrays(value: object) -> Iterator[list[object]]:
        if isinstance(value, dict):
            for part in value.values():
                yield from arrays(part)
        elif isinstance(value, list):
            yield value
            for part in value:
                yield from arrays(part)

    found = list(arrays(json.loads(written(graph(texts), "json"))))
    assert found
    assert not [array for array in found if any(isinstance(part, str) for part in array)]


def test_a_spreadsheet_runs_no_cell() -> None:
    content = written(graph(["=1+1", "@SUM(A1)", "-2"]), "csv.zip")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        rows = list(csv.reader(io.StringIO(archive.read("nodes.csv").decode(), newline="")))
    assert rows[1][1:3] == ["'=1+1", "'@SUM(A1)"]
    assert rows[1][8] == "-2"  # a number, of which no spreadsheet makes anything else
