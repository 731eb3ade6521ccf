"""Lookups: names and IRIs, bounds of time, pages, and a constant number of queries."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from kg.errors import BadParameterError, NotFoundError, UnknownReferenceError
from kg.pipeline import code_definitions, open_graph
from kg.query.lookups import (
    Reader,
    Selection,
    actors,
    agreements,
    assessments,
    claims,
    events,
    norms,
    regions,
    reports,
)
from kg.query.lookups import violations as alleged
from kg.query.lookups.names import Names
from kg.query.lookups.reader import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.store import OxigraphStore

BASE = "https://w3id.org/servanda/id/"
SEED = "seed-syunik-highway-2021"
LISTS: dict[str, Callable[[Reader, Selection], tuple[tuple[object, ...], str | None]]] = {
    "agreements": agreements.agreements,
    "terms": agreements.terms,
    "alleged violations": alleged.violations,
    "assessments": assessments.assessments,
    "actors": actors.actors,
    "regions": regions.regions,
    "events": events.events,
    "claims": claims.claims,
    "reports": reports.reports,
}


@pytest.fixture(scope="module")
def store(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[OxigraphStore]:
    folder = demonstration(tmp_path_factory.mktemp("lookups") / "store", accounts=True)
    with open_graph(folder) as opened:
        made = opened.store
        yield made


@pytest.fixture(scope="module")
def reader(store: OxigraphStore) -> Reader:
    return Reader.of(store, store.stamp.base)


@pytest.mark.parametrize(
    ("kind", "name", "iri"),
    [
        ("agreement", "nk-2020-11-10", "agreement/nk-2020-11-10"),
        ("term", "nk-2020-11-10/6", "agreement/nk-2020-11-10/term/6"),
        ("term", "nk-2020-11-10/term/6.1", "agreement/nk-2020-11-10/term/6.1"),
        ("actor", "azerbaijan", "actor/azerbaijan"),
        ("actor", "a-report/voice", "report/a-report/voice"),
        ("place", "syunik", "place/syunik"),
        ("event", "a-report/seizure", "report/a-report/event/seizure"),
        ("event", "a-report/event/seizure", "report/a-report/event/seizure"),
        ("claim", "a-report/c1", "report/a-report/claim/c1"),
        ("report", "a-report", "report/a-report"),
        ("violation", "00ff", "violation/00ff"),
    ],
)
def test_an_id_stands_for_its_iri_and_an_iri_for_itself(kind: str, name: str, iri: str) -> None:
    names = Names(BASE)
    assert str(names.iri(kind, name)) == BASE + iri
    assert str(names.iri(kind, BASE + iri)) == BASE + iri
    assert str(names.iri(kind, (BASE + iri).replace("//", "/", 1))) == BASE + iri


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("agreement", ""),
        ("agreement", "a b"),
        ("agreement", "a/b"),
        ("agreement", "urn:a b"),
        ("agreement", "urn:a> <urn:b"),
        ("term", "nk-2020-11-10"),
        ("term", "nk-2020-11-10/claim/6"),
        ("claim", "a/b/c/d"),
        ("claim", "../c1"),
        ("place", "x\n"),
    ],
)
def test_what_is_neither_id_nor_iri_stands_for_nothing(kind: str, name: str) -> None:
    assert Names(BASE).iri(kind, name) is None


@pytest.mark.parametrize("name", ["nk-2020-11-10/6", "seed/c1", "seed/voice", "syunik"])
def test_the_short_form_leads_back(name: str) -> None:
    kinds = {"nk-2020-11-10/6": "term", "seed/c1": "claim", "seed/voice": "actor", "syunik": "place"}
    iri = Names(BASE).iri(kinds[name], name)
    assert Names(BASE).short(str(iri)) == name


def test_what_has_no_readable_id_goes_by_its_iri() -> None:
    for iri in (f"{BASE}violation/00ff", f"{BASE}cluster/00ff", "https://example.org/x"):
        assert Names(BASE).short(iri) == iri


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", [1, 3])
def test_pages_put_together_are_the_whole_list(reader: Reader, name: str, limit: int) -> None:
    whole, rest = LISTS[name](reader, Selection(limit=40))
    found: list[object] = []
    after: str | None = None
    while len(found) < len(whole):
        items, after = LISTS[name](reader, Selection(limit=limit, after=after))
        found += items
        if after is None:
            break
    assert found[: len(whole)] == list(whole)
    assert (after is None) == (rest is None) or len(found) > len(whole)


@pytest.mark.parametrize("name", LISTS)
def test_the_number_of_queries_does_not_grow_with_the_page(
    reader: Reader, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    select = type(reader.store).select

    def counting(self: OxigraphStore, query: str) -> object:
        nonlocal asked
        asked += 1
        return select(self, query)

    monkeypatch.setattr(type(reader.store), "select", counting)
    numbers = []
    for limit in (2, 100):
        asked = 0
        LISTS[name](reader, Selection(limit=limit))
        numbers.append(asked)
    assert numbers[1] <= max(numbers[0], 14), numbers


def test_an_unknown_id_is_told_with_the_nearest(reader: Reader) -> None:
    with pytest.raises(NotFoundError, match="did you mean nk-2020-11-10"):
        agreements.agreement(reader, "nk-2020-11-1")
    with pytest.raises(UnknownReferenceError) as refused:
        alleged.violations(reader, Selection({"perpetrator": "azerbajan"}))
    assert refused.value.near[0] == "azerbaijan"
    assert refused.value.parameter == "perpetrator"


@pytest.mark.parametrize(
    "filters",
    [
        {"agreement": "azerbaijan"},
        {"agreement": f"{BASE}actor/azerbaijan"},
        {"agreement": '"} DROP ALL #'},
        {"basis": "hearsay"},
        {"basis": "../status/alleged"},
        {"from": "soon"},
        {"from": "2022", "to": "2021"},
        {"colour": "red"},
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(reader: Reader, filters: dict[str, str]) -> None:
    with pytest.raises(BadParameterError):
        alleged.violations(reader, Selection(filters))


@pytest.mark.parametrize("limit", [0, 201, -1])
def test_a_page_has_from_one_to_two_hundred_items(reader: Reader, limit: int) -> None:
    with pytest.raises(BadParameterError, match="limit"):
        claims.claims(reader, Selection(limit=limit))


def test_the_version_of_a_store_is_that_of_its_documents(
    store: OxigraphStore,
    reader: Reader,
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
) -> None:
    assert reader.version() == Reader.of(store, store.stamp.base).version()
    with open_graph(demonstration(tmp_path_factory.mktemp("other") / "store")) as opened:
        other = opened.store
        assert Reader.of(other, other.stamp.base).version() != reader.version()
    assert reader.ontology_version()


@pytest.mark.parametrize(
    ("query", "parameter", "link", "meant"),
    [
        (norms.WORDINGS, "term", "ofTerm", "?thing svd:ofTerm ?of ; a svd:Wording"),
        (norms.READINGS, "group", "ofReadingGroup", "?thing svd:ofReadingGroup ?of ; svd:action ?any"),
    ],
)
def test_words_and_readings_are_found_without_reading_the_records_that_are_of_the_same_term(
    store: OxigraphStore, query: str, parameter: str, link: str, meant: str
) -> None:
    head = "PREFIX svd: <https://w3id.org/servanda/ontology#>"
    wanted = [
        str(row[0]) for row in store.texts(f"{head} SELECT DISTINCT ?of WHERE {{ ?any svd:{link} ?of }}")
    ]
    expected: dict[str, list[str]] = {}
    for of, thing in store.texts(f"{head} SELECT DISTINCT ?of ?thing WHERE {{ {meant} }} ORDER BY ?thing"):
        if of in wanted:
            expected.setdefault(str(of), []).append(str(thing))
    keeping = Reader(store, Names(BASE), Kept())
    for reader in (keeping, Reader.of(store, BASE)):
        found = norms.grouped(reader, query, parameter, wanted)
        assert {one: sorted(things) for one, things in found.items()} == expected
    assert expected
    assert keeping.kept is not None
    assert not [
        iri for iri in keeping.kept.said if iri.startswith((f"{BASE}violation/", f"{BASE}assessment/"))
    ]


def test_a_claim_is_put_as_one_that_states_something_or_only_expects_it() -> None:
    assert {*events.STATED_AS, "predicted", "conditional"} == set(code_definitions()["modality"])
    assert len(set(events.STATED_AS)) == len(events.STATED_AS)


def test_each_filter_of_events_is_of_some_claim_and_not_of_that_of_another_filter() -> None:
    filters = events.EVENTS.filters
    told = {name: set(re.findall(r"\?(\w+)", filters[name].pattern)) for name in ("place", "within", "bbox")}
    for one, other in itertools.combinations(told, 2):
        assert told[one] & told[other] == {"item"}, (one, other)
