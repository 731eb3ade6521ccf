"""The structural check finds each thing that goes wrong in a file that is right but for that."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from kg.export.formats.check import problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.export.model import Graph

_NODE = b'<node id="ex:guard" label="The &lt;river&gt; &quot;guard&quot;">'
_SPELL = b'<spell start="2021-08-26" end="2021-08-28"/>'
_STATIC = b'<attributes class="edge" mode="static">'

BROKEN = {
    "version": (b'version="1.3"', b'version="1.2draft"', "Desktop warns of any but 1.3"),
    "namespace": (b'http://gexf.net/1.3"', b'http://www.gexf.net/1.3"', "not that of GEXF 1.3"),
    "timestamps": (b'"interval"', b'"timestamp"', "use intervals"),
    "timestamp of a spell": (_SPELL, b'<spell timestamp="2021-08-26"/>', "intervals as start and end only"),
    "type of ids": (b'idtype="string"', b'idtype="long"', "the schema knows no long"),
    "name of the graph": (b'idtype="string"', b'idtype="string" name="G"', "the schema knows no name"),
    "title in meta": (b"<creator>", b"<title>T</title><creator>", "the schema knows no"),
    "year as a date": (_SPELL, b'<spell start="2021"/>', "ends Desktop's whole import"),
    "month as a date": (_SPELL, b'<spell end="2021-08"/>', "ends Desktop's whole import"),
    "overlapping spells": (_SPELL, _SPELL + b'<spell start="2021-08-28"/>', "overlap"),
    "inverted spell": (_SPELL, b'<spell start="2021-08-28" end="2021-08-26"/>', "end before they start"),
    "overlapping weights": (b'start="2021-08-28" end="2021-08-28"', b'end="2021-08-26"', "overlap"),
    "hex and alpha": (b'r="213" g="94" b="0"', b'hex="#d55e00" a="0.5"', "ends Desktop's whole import"),
    "IRI as a type": (b'title="IRI" type="string"', b'title="IRI" type="anyURI"', "ignores the type anyURI"),
    "date as a type": (b'"First date" type="string"', b'"First date" type="date"', "the type date"),
    "int as a type": (b'title="Reports" type="integer"', b'title="Reports" type="int"', "reads it as text"),
    "id of a number": (b'id="hedged"', b'id="7"', "use words in lower case"),
    "ids but for case": (b'id="hedged"', b'id="Reports"', "there twice but for case"),
    "plain block first": (_STATIC, _STATIC + b"</attributes>" + _STATIC, "keeps the last block only"),
    "columns after nodes": (b"<edges>", b'<attributes class="node" mode="static"/><edges>', "loses"),
    "undeclared column": (b'for="hedged" value="true"', b'for="odd" value="true"', "no column odd"),
    "default direction": (b'idtype="string"', b'idtype="string" defaultedgetype="directed"', "leave"),
    "no kind": (b' kind="force_of"', b"", "merges parallel edges"),
    "one kind twice": (b'kind="denies_seizure_by"', b'kind="alleges_seizure_by"', "merges edges of one kind"),
    "two edges of one id": (b'<edge id="e2"', b'<edge id="e1"', "where two edges have one id"),
    "no weight": (b' weight="2"', b' weight="0"', "removes an edge of weight 0"),
    "no label": (_NODE, b'<node id="ex:guard">', "no label, not the id"),
    "parent": (_NODE, _NODE[:-1] + b' pid="ex:north">', "ignores pid"),
    "list with bars": (b'value="[&quot;Guard&quot;]"', b'value="[Guard|Watch]"', "is no list in brackets"),
    "unknown node": (b'target="ex:north"', b'target="ex:east"', "there is no node ex:east"),
    "node twice": (_NODE, _NODE + b"</node>" + _NODE, "an id of its own"),
    "no size": (b'<viz:size value="4.000"/>', b"", "without size or position"),
    "no position": (b'<viz:position x="0.000" y="-200.000" z="0"/>', b"", "without size or position"),
    "sizes": (b'<viz:size value="4.000"/>', b'<viz:size value="5.000"/>', "scales them"),
    "far away": (b'y="-200.000"', b'y="-5001.000"', "beyond 5000"),
    "off the centre": (b'y="-200.000"', b'y="800.000"', "the centre is 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_goes_wrong_is_found(name: str, river: Graph, written: Callable[[Graph, str], bytes]) -> None:
    right, wrong, words = BROKEN[name]
    content = written(river, "gexf")
    assert right in content
    found = problems(BytesIO(content.replace(right, wrong)))
    assert any(words in problem for problem in found), found


def test_places_that_are_all_zero_are_found(
    tiny: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    content = written(tiny(), "gexf").replace(b'x="-1.000"', b'x="0.000"').replace(b'x="1.000"', b'x="0.000"')
    assert problems(BytesIO(content)) == [
        "position: Desktop takes zeros everywhere for none and makes up places"
    ]


def test_a_missing_element_of_edges_is_found(
    tiny: Callable[..., Graph], written: Callable[[Graph, str], bytes]
) -> None:
    content = written(tiny(), "gexf").replace(b"<edges>\n</edges>", b"")
    assert problems(BytesIO(content)) == ["edges: the schema wants the element even where there are none"]
