"""Profiles are data: those that ship can be read, one's own need no code, and what is wrong is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import ExportError, NotFoundError
from kg.export.filters import Filters
from kg.export.order import Order
from kg.export.palette import PALETTE
from kg.export.profiles import catalogue, find, packed, parse, read, shipped, unpacked
from kg.export.style import Layout
from kg.query.guard import check

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "profile.toml": 'title = "Mine"\n[nodes.state]\ncolour = "blue"\n',
    "edges.rq": '# rows: edges\n# title: Who\n# column: act category "Act"\n'
    "SELECT ?source ?target ?act WHERE { ?source ?act ?target }\n",
}


def test_all_profiles_ship() -> None:
    assert set(shipped()) == {"actors", "agreements", "citations", "claims", "places", "rdf"}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_profiles_that_ship_say_what_they_show_and_ask_nothing_odd(name: str) -> None:
    profile = find(name)
    assert profile.style.description.endswith(".")
    for query in profile.queries:
        check(query.text)
    assert name == "rdf" or {look.colour for look in profile.style.nodes} & set(PALETTE.values())


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_two_kinds_have_one_colour(name: str) -> None:
    for looks in (find(name).style.nodes, find(name).style.edges):
        colours = [look.colour for look in looks]
        assert len(set(colours)) == len(colours)


def test_a_profile_goes_through_text_unchanged() -> None:
    profile = find("agreements")
    assert unpacked(packed(profile)) == profile
    assert unpacked(packed(profile)).digest == profile.digest
    filters = Filters.of({"place": "syunik"}, 2, everything=True)
    order = Order(profile, filters, Layout.TIME)
    assert Order.unpacked(order.packed()) == order
    assert order.digest != Order(profile).digest


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("profile.toml", 'title = "Mine"', "", "has a title"),
        ("profile.toml", 'title = "Mine"', "title = Mine", "not TOML"),
        ("profile.toml", 'title = "Mine"', 'title = "Mine"\nlayouts = "force"', "no field 'layouts'"),
        ("profile.toml", 'title = "Mine"', 'title = "Mine"\nlayout = "round"', "layout is force, geographic"),
        ("profile.toml", 'title = "Mine"', 'title = "Mine"\nweight = "reach"', "weight is sources"),
        ("profile.toml", '"blue"', '"blau"', r"nodes.state.*'blau' is no colour"),
        ("profile.toml", "colour", "color", "has a colour"),
        ("profile.toml", 'colour = "blue"', 'colour = "blue"\nshape = "star"', "nodes.state.*star"),
        ("edges.rq", "# rows: edges", "# rows: edge", "begins with"),
        ("edges.rq", "# title: Who", "# titel: Who", "edges.rq:2: not a line"),
        ("edges.rq", "category", "kategory", "with a type of"),
        ("edges.rq", '"Act"', "Act", "with a type of"),
        ("edges.rq", "column: act", "column: weight", "'weight'"),
        ("edges.rq", "# column", '# param: colour string "x"\n# column', "no filter 'colour'"),
        ("edges.rq", "# column", '# param: place iri:place "x"\n# column', "the query marks none"),
        ("edges.rq", "# column", "# keep: some\n# column", "come in the order|'# keep:' is"),
        ("edges.rq", "# rows: edges", "# rows: nodes", "at least one query"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named(file: str, old: str, new: str, message: str) -> None:
    parse("mine", GOOD)
    assert old in GOOD[file]
    with pytest.raises(ExportError, match=message):
        parse("mine", {**GOOD, file: GOOD[file].replace(old, new, 1)})


def test_one_s_own_profiles_are_found_by_folder_and_by_name(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for name, text in GOOD.items():
        (mine / name).write_text(text)
    assert find(str(mine)).title == "Mine"
    assert find("mine", tmp_path) == read(mine)
    assert set(catalogue(tmp_path)) == {*shipped(), "mine"}
    with pytest.raises(NotFoundError, match="did you mean actors"):
        find("acters", tmp_path)
    with pytest.raises(ExportError, match="no folder of profiles"):
        catalogue(tmp_path / "nowhere")
    (mine / "profile.toml").write_text('title = "Mine"\ninclude = ["forces"]')
    with pytest.raises(ExportError, match=r"there is no 'forces'; there is .*force-of"):
        read(mine)
