"""A filter of a question finds what the filter of that name finds over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from kg.pipeline import open_graph
from kg.query import ask, find
from kg.query.lookups.claims import claims
from kg.query.lookups.listing import Selection
from kg.query.lookups.reader import Reader
from kg.query.lookups.violations import violations
from kg.store import ChangeSet
from kg.terms import GEO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kg.store import OxigraphStore

_OF_CLASS = """
PREFIX svd: <https://w3id.org/servanda/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing WHERE {{ ?thing a ?class . ?class rdfs:subClassOf* svd:{} }}"""
TERMS = ("1", "3", "6", "6.3", "9")


@pytest.fixture(scope="module")
def outlined(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[OxigraphStore]:
    """Return the store with every account, and Syunik within Tavush by outline alone."""
    folder = demonstration(tmp_path_factory.mktemp("filters") / "store", accounts=True)
    with open_graph(folder) as opened:
        store = opened.store
        base = store.stamp.base
        inner, outer = URIRef(f"{base}place/syunik"), URIRef(f"{base}place/tavush")
        graph = URIRef(f"{base}graph/inference")
        store.apply(ChangeSet(insert=frozenset({(inner, GEO.sfWithin, outer, graph)})))
        yield store


def listed(store: OxigraphStore, name: str, value: str) -> int:
    """Return how many records the list over HTTP has under the filter."""
    found, following = violations(Reader.of(store, store.stamp.base), Selection({name: value}, 200))
    assert following is None
    return len(found)


def asked(store: OxigraphStore, number: str, **parameters: str) -> int:
    """Return how many rows the question has under the parameters."""
    return len(ask(store, find(number), parameters).rows)


def all_of(store: OxigraphStore, name: str) -> list[str]:
    """Return the IRIs of everything of that class or a narrower one."""
    return [str(row[0]) for row in store.select(_OF_CLASS.format(name)).rows]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "root"), [("place", "Region"), ("perpetrator", "Actor")])
def test_the_headline_question_filters_as_the_list_does(
    name: str, root: str, outlined: OxigraphStore
) -> None:
    counts = {iri: listed(outlined, name, iri) for iri in all_of(outlined, root)}
    assert {iri: asked(outlined, "1", **{name: iri}) for iri in counts} == counts
    assert sum(count > 0 for count in counts.values()) > 4


@pytest.mark.parametrize("number", TERMS)
def test_a_term_stands_for_its_parts(number: str, stores: Mapping[str, OxigraphStore]) -> None:
    store, agreement = stores["accounts"], "nk-2020-11-10"
    expected = listed(store, "term", f"{agreement}/{number}")
    assert asked(store, "1", agreement=agreement, term=number) == expected


def test_a_term_has_what_is_alleged_of_its_part_besides_its_own(stores: Mapping[str, OxigraphStore]) -> None:
    rows = ask(stores["accounts"], find("1"), {"agreement": "nk-2020-11-10", "term": "6"}).rows
    assert {row["term"] for row in rows} == {"6", "6.3"}


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_place_holds_what_lies_within_it_by_outline(
    number: str, outlined: OxigraphStore, stores: Mapping[str, OxigraphStore]
) -> None:
    assert asked(stores["accounts"], number, place="tavush") == 0
    assert asked(outlined, number, place="tavush") == asked(outlined, number, place="syunik") > 0


def test_an_actor_answers_for_its_forces(stores: Mapping[str, OxigraphStore]) -> None:
    store = stores["accounts"]
    state, force = (
        {row["claims"] for row in ask(store, find("1"), {"perpetrator": actor}).rows}
        for actor in ("azerbaijan", "azerbaijani-armed-forces")
    )
    assert force < state


@pytest.mark.parametrize("place", ["syunik", "armenia", "kalbajar", "azerbaijan"])
def test_what_happened_in_a_place_is_what_the_list_of_claims_dates_there(
    place: str, stores: Mapping[str, OxigraphStore]
) -> None:
    store = stores["accounts"]
    found, _ = claims(Reader.of(store, store.stamp.base), Selection({"place": place}, 200))
    dated = {
        f"{claim.report.id}/{claim.key}"
        for claim in found
        if claim.report and claim.time and (claim.time.earliest or claim.time.latest)
    }
    rows = ask(store, find("2"), {"place": place}).rows
    assert {f"{row['report']}/{row['claim']}" for row in rows} == dated
