"""MIN and MAX give the first and the last term in the order of ORDER BY, whatever order the rows come in."""

from __future__ import annotations

from itertools import permutations

import pytest

from kg.store import OxigraphStore, memory
from kg.store.extremes import with_extremes
from kg.store.updating import standard

TSV = "text/tab-separated-values"
X = "PREFIX x: <http://www.w3.org/2001/XMLSchema#> "
EARLY, LATE, EARLIEST = (
    f'"{time}"^^x:dateTime'
    for time in ("2021-01-01T00:00:00Z", "2021-01-02T00:00:00", "2021-01-01T09:00:00+14:00")
)
NAN = '"NaN"^^x:double'
MIXED = [
    (("9", "48", '"37"', '"a"@en', '"b"'), "9", '"b"'),
    (("<urn:z>", "1", '"b"'), "<urn:z>", '"b"'),
    (("true", "1", '"a"'), "1", '"a"'),
    (("true", "false", NAN, "2"), "2", "true"),
    ((NAN, "1", "2"), "1", NAN),
    ((LATE, EARLY, EARLIEST), EARLIEST, LATE),
    (('"a"^^<urn:t>', '"b"^^<urn:t>', '"b"'), '"a"^^<urn:t>', '"b"^^<urn:t>'),
    (("1.5e0", "2", "1.25"), "1.25", "2"),
]


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    return memory("https://example.org/", "unvalidated")


def _asked(store: OxigraphStore, query: str) -> list[list[str]]:
    _, *rows = store.answer(X + query, TSV).decode().splitlines()
    return [row.split("\t") for row in rows]


@pytest.mark.parametrize(("values", "least", "greatest"), MIXED)
def test_the_extremes_of_values_of_many_kinds_are_one_in_any_order(
    values: tuple[str, ...], least: str, greatest: str, store: OxigraphStore
) -> None:
    told = _asked(store, f"SELECT ({least} AS ?a) ({greatest} AS ?b) {{}}")
    for order in permutations(values):
        bound = f"VALUES ?v {{ {' '.join(order)} }}"
        assert _asked(store, f"SELECT (MIN(?v) AS ?a) (MAX(DISTINCT ?v) AS ?b) {{ {bound} }}") == told
        rows = _asked(store, f"SELECT ?v {{ {bound} }} ORDER BY ?v")
        assert [[rows[0][0], rows[-1][0]]] == told


def test_extremes_of_nothing_and_of_errors_are_not_bound(store: OxigraphStore) -> None:
    assert _asked(store, "SELECT (MIN(?v) AS ?a) (1 AS ?b) { VALUES ?v { } }") == [["", "1"]]
    assert _asked(store, "SELECT (MAX(?v + 1) AS ?a) (1 AS ?b) { VALUES ?v { 1 'a' } }") == [["", "1"]]


def test_extremes_stand_wherever_aggregates_may(store: OxigraphStore) -> None:
    query = """SELECT ?g (MAX(?v) - MIN(?v) AS ?width) (STR(min(?w)) AS ?first) {
      { SELECT ?g ?v (MIN(?each) AS ?w) { VALUES (?g ?v ?each) {
        ("a" 1 "y") ("a" 4 2) ("b" 7 "z") ("b" 7 <urn:q>) } } GROUP BY ?g ?v }
    } GROUP BY ?g HAVING (MAX(?v) > 0) ORDER BY DESC(MIN(?v))"""
    assert _asked(store, query) == [['"b"', "0", '"urn:q"'], ['"a"', "3", '"2"']]


def test_an_update_takes_the_same_extremes(store: OxigraphStore) -> None:
    where = "SELECT (MIN(?v) AS ?m) { VALUES ?v { 9 48 '37' } }"
    store.update(standard(f"INSERT {{ <urn:s> <urn:least> ?m }} WHERE {{ {where} }}"))
    assert _asked(store, "SELECT ?m { <urn:s> <urn:least> ?m }") == [["9"]]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?min { ?min x:max <urn:MIN(?x)> . ?s ?p 'MIN(?x)' } # MAX(?x)",
        "SELECT (MIN(STR(?x)) AS ?y) (MAX(DISTINCT STRLEN(?x)) AS ?z) { ?s ?p ?x }",
        "SELECT (MIN",
        "SELECT (MIN(",
    ],
)
def test_what_is_no_such_call_or_has_values_of_one_kind_is_left(text: str) -> None:
    assert with_extremes(text) == text
