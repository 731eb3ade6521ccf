"""Invented graphs that hold one of everything."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from bench.generate import fill
from bench.reports import Reports
from bench.world import make_world
from kg.export import profiles
from kg.export.build import build
from kg.export.filters import Filters
from kg.export.formats import FORMATS
from kg.export.model import Column, Edge, Graph, Legend, Meta, Node, Shape, Spell, Stroke, Timed, Type
from kg.export.order import Order
from kg.pipeline import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.store import OxigraphStore

BLUE, ORANGE, RED = (0, 114, 178), (230, 159, 0), (213, 94, 0)

META = Meta(
    profile="actors",
    title="Actors",
    description="Who is said to have done what to whom. All of it is alleged.",
    licence="CC BY 4.0",
    modified="2021-08-30",
    sequence=7,
    filters=(("agreement", "river-2019"), ("from", "2021-01-01")),
    layout="force-directed, seed 7",
    size="degree",
    weight="independent sources",
    reported_by=("The Courier", "Radio North"),
    keywords=("ceasefire", "river"),
    legend=(
        Legend("node", "state", "State", BLUE),
        Legend("node", "force", "Force", ORANGE, Shape.SQUARE),
        Legend("edge", "alleges_seizure_by", "alleges seizure by", RED),
    ),
)

NODE_COLUMNS = (
    Column("uri", "IRI", Type.URL),
    Column("country", "Country", Type.CATEGORY, filtered=True),
    Column("pagerank", "PageRank", Type.DOUBLE),
    Column("names", "Names", Type.STRINGS),
)
EDGE_COLUMNS = (
    Column("first_date", "First date", Type.DATE, filtered=True),
    Column("reports", "Reports", Type.INTEGER, filtered=True),
    Column("letters", "Letters", Type.LONG),
    Column("hedged", "Hedged", Type.BOOLEAN),
    Column("quote", "Words", Type.STRING),
)


def _nodes() -> tuple[Node, ...]:
    north = ("https://example.org/n", "Northland", 0.5, ("North", 'the "upper", bank', "back\\slash"))
    return (
        Node(
            "ex:north",
            "Northland",
            "state",
            north,
            -300,
            100,
            100,
            BLUE,
            spells=(Spell("2021-08-26", "2021-09-01"), Spell("2021-08-25", "2021-08-27")),
            series=((Timed(2, "2021-08-25", "2021-08-26"), Timed(5, "2021-08-27", "2021-08-27")),),
        ),
        Node(
            "ex:south",
            "الجنوب 😀 & co",
            "state",
            ("https://example.org/s", "Southland", 0.25, ()),
            300,
            100,
            40,
            BLUE,
        ),
        Node(
            "ex:guard",
            'The <river> "guard"',
            "force",
            ("https://example.org/g", "Northland", 1.0, ("Guard",)),
            0,
            -200,
            4,
            ORANGE,
            Shape.SQUARE,
        ),
    )


def _edges() -> tuple[Edge, ...]:
    return (
        Edge(
            "e1",
            "ex:north",
            "ex:south",
            "alleges_seizure_by",
            ("2021-08-26", 3, 5_000_000_000, True, "they “seized”\nthe ford"),
            2,
            colour=RED,
            spells=(Spell("2021-08-26", "2021-08-28"),),
            weights=(Timed(2, "2021-08-26", "2021-08-27"), Timed(1, "2021-08-28", "2021-08-28")),
        ),
        Edge(
            "e2",
            "ex:north",
            "ex:south",
            "denies_seizure_by",
            ("2021-08-27", 1, None, False, None),
            spells=(Spell("2021-08-27", None),),
            stroke=Stroke.DASHED,
        ),
        Edge("e3", "ex:guard", "ex:north", "force_of", (None, None, None, None, None), label="is a force of"),
        Edge("e4", "ex:guard", "ex:south", "next_to", (None, -5, None, None, None), directed=False),
    )


@pytest.fixture(scope="session")
def rivers() -> Callable[[], Graph]:
    """Give a function that makes a graph of three nodes and four edges, with one of everything.

    Two of the edges are parallel; all come from an iterator.
    """
    count = (Column("claims", "Claims over time"),)
    return lambda: Graph(META, NODE_COLUMNS, EDGE_COLUMNS, _nodes(), iter(_edges()), node_series=count)


@pytest.fixture
def river(rivers: Callable[[], Graph]) -> Graph:
    """Give one such graph."""
    return rivers()


@pytest.fixture(scope="session")
def tiny() -> Callable[..., Graph]:
    """Give a function that makes a graph of some nodes and edges, given whole or by their ids and columns."""

    def make(
        nodes: tuple[Node, ...] = (Node("a", "A", "k", x=-1, size=4), Node("b", "B", "k", x=1, size=100)),
        edges: tuple[Edge, ...] = (),
        node_columns: tuple[Column, ...] = (),
        edge_columns: tuple[Column, ...] = (),
        *,
        timed: bool = True,
    ) -> Graph:
        return Graph(Meta(profile="p", title="T"), node_columns, edge_columns, nodes, edges, timed=timed)

    return make


@pytest.fixture(scope="session")
def written() -> Callable[[Graph, str], bytes]:
    """Give a function that writes a graph in the format of an extension."""

    def write(graph: Graph, extension: str) -> bytes:
        stream = BytesIO()
        FORMATS[extension].write(graph, stream)
        return stream.getvalue()

    return write


@pytest.fixture(scope="session")
def invented_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OxigraphStore]:
    """Give a store of invented reports, with denials."""
    folder = tmp_path_factory.mktemp("invented") / "store"
    world = make_world(1)
    fill(folder, world, Reports(1, world), 25)
    with open_graph(folder) as opened:
        yield opened.store


@pytest.fixture(scope="session")
def invented(invented_store: OxigraphStore) -> Callable[..., Graph]:
    """Give a function that makes the graph of a profile, by filters, from invented reports."""

    @cache
    def make(profile: str, **filters: str) -> Graph:
        return build(invented_store, Order(profiles.find(profile), Filters.of(filters)))

    return make


@pytest.fixture(scope="session")
def of_accounts(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[Callable[[str], Graph]]:
    """Give a function that makes the graph of a profile from all accounts of the events."""
    folder = demonstration(tmp_path_factory.mktemp("accounts") / "store", accounts=True)
    with open_graph(folder) as opened:
        yield cache(lambda profile: build(opened.store, Order(profiles.find(profile))))


PARTS = (
    (r"(alleges|denies|predicts|says|reports|asserts)_|mentions$", "teller"),
    (r"is_(said|predicted)_to_take_part_", "participant"),
    (r"is_(alleged|denied|predicted)_|is_said_to_have_kept", "accused"),
    (r"candidate_", "candidate"),
    (r"alleged_", "allegation"),
    (r"(party_to|signatory_of|mediator_of|force_of|speaks_for|term_of|within|same_event_as)$", "reference"),
)
"""By how kinds begin: in which part the node stands that the edge leaves, as `docs/gephi.md` says."""

BREACHES = {
    ("teller", "Foreign Minister of Russia", "alleges a breach by", "Armenia"),
    ("teller", "Ministry of Foreign Affairs of Armenia", "alleges a breach by", "Russia"),
    ("teller", "Prime Minister of Armenia", "alleges a breach by", "Azerbaijan"),
    ("teller", "the report “Azerbaijan seizes Armenian highways…”", "alleges a breach by", "Azerbaijan"),
    *(
        ("accused", state, "is alleged to have breached", "nk-2020-11-10: Statement by the Presid…")
        for state in ("Armenia", "Azerbaijan", "Russia")
    ),
}


def _misread(edge: tuple[str, str, str, str, str | None]) -> bool:
    """Return whether an edge puts someone into a part that they do not have."""
    source, kind, target, role, accused = edge
    part = next((part for begins, part in PARTS if re.match(begins, kind)), None)
    blamed = re.split(r"\|", accused or "")
    if role != part:
        return True
    if kind.startswith("is_denied") or role in {"candidate", "participant", "reference"}:
        return blamed != [""]
    if role == "accused" and kind.startswith("is_alleged"):
        return blamed != [source]
    if kind in {"alleges_breach_by", "alleges_acts_of", "alleged_violation_by"}:
        return blamed != [target]
    if kind in {"alleges_event", "reports_event"}:
        return (blamed == [""]) is (kind == "alleges_event")
    return False


@pytest.fixture(scope="session")
def misread() -> Callable[[str, Iterable[tuple[str, str, str, str, str, str | None]]], list[object]]:
    """Give a function that returns the edges of the accounts in which a program takes one part for another.

    It is given the profile and of each edge the label of its source, its kind, its label, the label of its
    target, its role and whom it says is accused, with bars between them.
    """

    def wrong(profile: str, edges: Iterable[tuple[str, str, str, str, str, str | None]]) -> list[object]:
        told = list(edges)
        if profile == "rdf":  # triples: nobody stands in a part
            return [edge for edge in told if edge[4]]
        found: list[object] = [edge for edge in told if _misread((*edge[:2], *edge[3:]))]
        if profile == "actors":
            said = {(edge[4], edge[0], edge[2], edge[3]) for edge in told if "breach" in edge[1]}
            found += {edge for edge in said if edge[0] != "candidate"} ^ BREACHES
        return found

    return wrong
