"""Where a time has no zone of its own and its document none: that of the places of its claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import Literal, URIRef

from kg.ingest import read_rdf
from kg.pipeline import ingest
from kg.pipeline.intake import examine
from kg.pipeline.setup import empty_in_memory
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
GRAPH = URIRef(f"{BASE}graph/report/acorn-1")
TIMES = """SELECT ?zone ?earliest ?assumed WHERE {
  ?c svd:time ?t . ?t svd:zone ?zone ; svd:earliest ?earliest ; svd:zoneAssumed ?assumed }"""
UNKNOWN = ("Z", "2025-03-10T00:00:00Z", "true")


def place(world: Any, name: str, **fields: Any) -> None:
    """Change a place, or add one."""
    places = world.documents["places"]["places"]
    for known in places:
        if known["id"] == name:
            known.update(fields)
            return
    places.append({"id": name, "type": "settlement", "label": name.title()} | fields)


def found(store: OxigraphStore, table: Table) -> tuple[str, str, str]:
    (row,) = table(store, TIMES)
    return row["zone"], row["earliest"], row["assumed"]


def test_the_zone_of_a_place_counts(world: Any, table: Table) -> None:
    place(world, "ash", zone="Asia/Kathmandu")
    assert found(world.build(), table) == ("Asia/Kathmandu", "2025-03-09T18:15:00Z", "false")


@pytest.mark.parametrize(
    ("places", "right"),
    [
        ({"elbonian-land": {"zone": "+05:00"}}, ("+05:00", "2025-03-09T19:00:00Z", "false")),
        (
            {"elbonian-land": {"zone": "+05:00"}, "ash": {"zone": "+06:00"}},
            ("+06:00", "2025-03-09T18:00:00Z", "false"),
        ),
        # the nearest that has one
        (
            {
                "land": {"zone": "+03:00"},
                "shire": {"zone": "+04:00", "within": ["land"]},
                "ash": {"within": ["shire"]},
            },
            ("+04:00", "2025-03-09T20:00:00Z", "false"),
        ),
        # what is listed twice over is still the nearest
        (
            {
                "land": {"zone": "+03:00"},
                "shire": {"zone": "+04:00", "within": ["land"]},
                "ash": {"within": ["shire", "land"]},
            },
            ("+04:00", "2025-03-09T20:00:00Z", "false"),
        ),
        # two say that it lies in theirs, and their clocks differ
        (
            {"land": {"zone": "+03:00"}, "realm": {"zone": "+04:00"}, "ash": {"within": ["land", "realm"]}},
            UNKNOWN,
        ),
        # how far up they say so does not decide between them
        (
            {
                "land": {"zone": "+03:00"},
                "empire": {"zone": "+04:00"},
                "realm": {"within": ["empire"]},
                "ash": {"within": ["land", "realm"]},
            },
            UNKNOWN,
        ),
        # clocks that show the same that day
        (
            {
                "land": {"zone": "Europe/Kyiv"},
                "realm": {"zone": "+02:00"},
                "ash": {"within": ["land", "realm"]},
            },
            ("+02:00", "2025-03-09T22:00:00Z", "false"),
        ),
        ({"vale": {"zone": "+07:00"}, "ash": {"within": []}}, ("+07:00", "2025-03-09T17:00:00Z", "false")),
    ],
)
def test_it_is_that_of_the_nearest_place_around_it(
    world: Any, table: Table, places: dict[str, dict[str, Any]], right: tuple[str, str, str]
) -> None:
    for name, fields in places.items():
        place(world, name, **fields)
    assert found(world.build(), table) == right


@pytest.mark.parametrize(
    ("zones", "where", "right"),
    [
        (
            {"ash": "+05:00", "birch": "+05:00"},
            {"places": ["ash", "birch"]},
            ("+05:00", "2025-03-09T19:00:00Z", "false"),
        ),
        ({"ash": "+05:00", "birch": "+06:00"}, {"places": ["ash", "birch"]}, UNKNOWN),
        ({"ash": "+05:00"}, {"places": ["ash", "birch"]}, UNKNOWN),
        (
            {"ash": "+05:00"},
            {"places": ["ash"], "along": ["birch"]},
            ("+05:00", "2025-03-09T19:00:00Z", "false"),
        ),
        ({"ash": "+05:00", "birch": "+06:00"}, {"places": ["ash"], "along": ["birch"]}, UNKNOWN),
        (
            {"birch": "+06:00"},
            {"places": [], "along": ["birch"]},
            ("+06:00", "2025-03-09T18:00:00Z", "false"),
        ),
        ({"ash": "+05:00"}, {"places": []}, UNKNOWN),
    ],
)
def test_all_places_of_a_claim_have_to_agree(
    world: Any, table: Table, zones: dict[str, str], where: dict[str, Any], right: tuple[str, str, str]
) -> None:
    for name, zone in zones.items():
        place(world, name, zone=zone)
    world.claim.pop("places")
    world.claim.update(where)
    assert found(world.build(), table) == right


@pytest.mark.parametrize(
    ("value", "of_time", "of_report", "right"),
    [
        ("2025-03-10T12:00+01:00", "+02:00", "+03:00", ("+01:00", "2025-03-10T11:00:00Z", "false")),
        ("2025-03-10T12:00", "+02:00", "+03:00", ("+02:00", "2025-03-10T10:00:00Z", "false")),
        ("2025-03-10T12:00", None, "+03:00", ("+03:00", "2025-03-10T09:00:00Z", "false")),
        ("2025-03-10T12:00", None, None, ("+04:00", "2025-03-10T08:00:00Z", "false")),
        ("2025-03-10T12:00+01:00/2025-03-11", None, None, ("+01:00", "2025-03-10T11:00:00Z", "false")),
    ],
)
def test_value_time_document_and_place_are_asked_in_that_order(  # noqa: PLR0913, PLR0917 - columns of the table
    world: Any,
    table: Table,
    value: str,
    of_time: str | None,
    of_report: str | None,
    right: tuple[str, str, str],
) -> None:
    place(world, "ash", zone="+04:00")
    world.claim["time"] = {"value": value} | ({"zone": of_time} if of_time else {})
    if of_report:
        world.documents["report"]["zone"] = of_report
    assert found(world.build(), table) == right


def test_a_report_that_comes_again_after_its_places_got_a_zone_is_read_anew(world: Any, table: Table) -> None:
    made = empty_in_memory(BASE)
    assert all(outcome.status == "added" for outcome in ingest(made, world.write()))
    assert found(made.store, table) == UNKNOWN
    place(world, "ash", zone="+05:00")
    assert {outcome.kind: outcome.status for outcome in ingest(made, world.write())} == {
        "actors": "unchanged",
        "places": "revised",
        "agreement": "unchanged",
        "report": "revised",
    }
    assert found(made.store, table) == ("+05:00", "2025-03-09T19:00:00Z", "false")
    assert {outcome.status for outcome in ingest(made, world.write())} == {"unchanged"}


@pytest.mark.parametrize("zone", [None, "+05:00", "Europe/Kyiv"])
@pytest.mark.parametrize(
    "value",
    [
        "2025-03-10",
        "2025-03-29/2025-03-31",
        "2025-03-30T03:30",
        "2025-03-10T12:00Z/2025-03-31T12:00",
        "2025-03-10T12:00/..",
    ],
)
def test_times_come_back_from_triples_as_they_went_out(world: Any, value: str, zone: str | None) -> None:
    if zone is not None:
        place(world, "ash", zone=zone)
    world.claim["time"] = {"value": value}
    store = world.build()
    held = store.graph(GRAPH)

    def sent(triples: frozenset[Any]) -> str:
        return examine(store, lambda: read_rdf(triples, BASE, GRAPH, "x", held=held), "x").outcome.status

    assert sent(held) == "unchanged"
    other = Literal("2025-03-09T01:02:03Z", datatype=URIRef("http://www.w3.org/2001/XMLSchema#dateTime"))
    altered = frozenset(
        (subject, predicate, other if predicate == SVD.earliest else value)
        for subject, predicate, value in held
    )
    assert sent(altered) == "refused"
