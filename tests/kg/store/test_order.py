"""ORDER BY gives one order of all terms, as SPARQL 1.1 has it in §15.1, wherever it stands."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.store import OxigraphStore, memory
from kg.store.order_text import with_order_keys
from kg.store.updating import standard

XSD = "http://www.w3.org/2001/XMLSchema#"
JSON = "application/sparql-results+json;version=1.2"
CALL = "<urn:x-servanda:order-key>"
Term: TypeAlias = "dict[str, str] | None"


def typed(value: str, name: str) -> str:
    return f'"{value}"^^<{XSD}{name}>'


NUMBERS = [
    *("0", "7", "9", "48", "-1", "9007199254740992", "9007199254740993", "0.1", "0.10000000000000001"),
    *("1e0", "0.1e0", "-0e0", "9007199254740992e0", "1e300", "16777216", "16777217"),
    *(typed(value, "double") for value in ("INF", "-INF", "NaN", "0.30000000000000004")),
    *(typed(value, "float") for value in ("0.1", "16777216", "NaN", "-INF", "3e38")),
    *(typed(value, "integer") for value in ("99999999999999999999998", "-99999999999999999999999", "007")),
    *(typed("3", name) for name in ("int", "byte", "nonNegativeInteger")),
]
TIMES = [
    typed(f"{day}T{time}{zone}", "dateTime")
    for day in ("2020-11-09", "2020-11-10", "-0044-03-15", "12020-01-01")
    for time in ("00:00:00", "14:00:00.5", "23:59:59")
    for zone in ("", "Z", "+14:00", "-05:30")
]
OTHERS = [
    *(typed("2020-11-10" + zone, "date") for zone in ("", "Z", "+14:00", "-14:00")),
    *(typed(value, "duration") for value in ("P1M", "P30D", "P31D", "-P1Y", "PT0S", "P2M", "P59D")),
    *(typed(value, "gYear") for value in ("2020", "2020Z", "2020-14:00", "-0001")),
    *(typed("12:00:00" + zone, "time") for zone in ("", "Z", "+01:00")),
    *(typed(value, "boolean") for value in ("true", "false", "1", "0")),
    *(typed("no number", name) for name in ("integer", "double", "dateTime", "boolean", "duration")),
    *(typed("POINT(1 2)", "anyURI"), '"9"^^<urn:of-my-own>', '"a"@en', '"a"@fr', '"9"@en', '"a"@ar--rtl'),
]
STRINGS = ['""', '"9"', '"37"', '"50"', '"a"', '"Z"', '"\U00010000"', '"\uffff"', '"\\u0000"', '"a\\u0000"']
RESOURCES = ["<urn:a>", "<urn:b>", "<urn:9>", "UNDEF"]
ALL = [*NUMBERS, *TIMES, *OTHERS, *STRINGS, *RESOURCES]
TRIPLES = [f"<<( <urn:s> <urn:p> {term} )>>" for term in (*NUMBERS, *STRINGS, "<urn:a>")]


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    return memory("https://example.org/", "unvalidated")


def ordered(store: OxigraphStore, terms: list[str], clause: str = "?v") -> list[Term]:
    asked = f"SELECT ?v {{ VALUES ?v {{ {' '.join(terms)} }} }} ORDER BY {clause}"
    return [row.get("v") for row in json.loads(store.answer(asked, JSON))["results"]["bindings"]]


def rank(term: Term) -> int:
    kinds = {"bnode": 1, "uri": 2, "literal": 3, "triple": 4}
    return 0 if term is None else kinds[term["type"]]


def single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def number(term: dict[str, str]) -> tuple[str, float | Decimal] | None:
    kind = term.get("datatype", "").removeprefix(XSD)
    try:
        if kind == "double":
            return kind, float(term["value"])
        if kind == "float":
            return kind, single(float(term["value"]))
        return (kind, Decimal(term["value"])) if kind in {"integer", "decimal", "int", "byte"} else None
    except (ArithmeticError, ValueError):
        return None


def moment(term: dict[str, str]) -> tuple[bool, datetime] | None:
    if term.get("datatype") != f"{XSD}dateTime":
        return None
    try:
        found = datetime.fromisoformat(term["value"])
    except ValueError:
        return None  # no such time, or a year that Python does not know
    return found.tzinfo is not None, found if found.tzinfo else found.replace(tzinfo=UTC)


def numbers_less(one: tuple[str, float | Decimal], other: tuple[str, float | Decimal]) -> bool:
    """Return whether one number is less, both as the wider of their datatypes has them."""
    kinds, left, right = {one[0], other[0]}, one[1], other[1]
    if "double" in kinds:
        return float(left) < float(right)
    if "float" in kinds:
        return single(float(left)) < single(float(right))
    return left < right


def literals_less(one: dict[str, str], other: dict[str, str]) -> bool:
    """Return whether `<` of SPARQL 1.1, §17.3, tells the first literal from the second as less."""
    numbers = [found for found in map(number, (one, other)) if found is not None]
    if len(numbers) == 2:
        return numbers_less(*numbers)
    moments = [found for found in map(moment, (one, other)) if found is not None]
    if len(moments) == 2:
        (zoned, first), (other_zoned, second) = moments
        return second - first > (timedelta() if zoned == other_zoned else timedelta(hours=14))
    kinds = {(term.get("datatype"), term.get("xml:lang")) for term in (one, other)}
    if kinds == {(None, None)}:
        return one["value"] < other["value"]
    if kinds == {(f"{XSD}boolean", None)}:
        return one["value"] in {"false", "0"} and other["value"] in {"true", "1"}
    return False


def less(one: Term, other: Term) -> bool:
    """Return whether §15.1 says that the first term comes before the second."""
    if rank(one) != rank(other):
        return rank(one) < rank(other)
    if one is None or other is None or rank(one) == 4:
        return False
    return literals_less(one, other) if rank(one) == 3 else rank(one) == 2 and one["value"] < other["value"]


def assert_in_order(found: list[Term]) -> None:
    for at, later in enumerate(found):
        for earlier in found[:at]:
            assert not less(later, earlier), f"{later} stands behind {earlier}"


@settings(deadline=None, max_examples=40)
@given(terms=st.lists(st.sampled_from(ALL), min_size=21, max_size=120))
def test_any_terms_are_sorted_as_the_standard_has_it(store: OxigraphStore, terms: list[str]) -> None:
    found = ordered(store, terms)
    assert len(found) == len(terms)
    assert_in_order(found)
    assert_in_order(ordered(store, terms, "DESC(?v)")[::-1])


def test_every_term_stands_with_every_other_in_one_order(store: OxigraphStore) -> None:
    shuffled = [*ALL[::3], *ALL[1::3], *ALL[2::3]] * 2
    found = ordered(store, shuffled)
    assert_in_order(found)
    assert len(found) == len(shuffled)


def test_triple_terms_with_objects_of_all_kinds_are_sorted(store: OxigraphStore) -> None:
    terms = [*TRIPLES, *TRIPLES[::-1], *RESOURCES, *NUMBERS]
    found = ordered(store, terms)
    objects: list[Term] = [cast("Any", term)["value"]["object"] for term in found if rank(term) == 4]
    assert len(objects) == 2 * len(TRIPLES)
    assert_in_order(objects)
    assert_in_order(found)


def test_values_that_are_equal_leave_it_to_the_next_key(store: OxigraphStore) -> None:
    rows = f'(1 "d") (1.0 "b") (1e0 "c") ({typed("1", "float")} "a") (0.5 "z")'
    asked = f"SELECT ?n {{ VALUES (?v ?n) {{ {rows} }} }} ORDER BY ?v ?n"
    assert store.answer(asked, "text/csv").decode().split() == ["n", "z", "a", "b", "c", "d"]


MIXED = " ".join(["9", '"37"', "48", '"50"', "77", '"9"', "2", '"3"'] * 10)
VALUES = f"VALUES ?v {{ {MIXED} }}"


def test_a_subquery_with_a_limit_gives_the_first(store: OxigraphStore) -> None:
    asked = f"SELECT (MAX(?v) AS ?m) {{ {{ SELECT ?v {{ {VALUES} }} ORDER BY ?v LIMIT 30 }} }}"
    assert store.answer(asked, "text/csv").decode().split() == ["m", "48"]


def test_a_graph_is_made_of_the_first(store: OxigraphStore) -> None:
    asked = f"CONSTRUCT {{ <urn:a> <urn:b> ?v }} WHERE {{ {VALUES} }} ORDER BY DESC(?v) LIMIT 11"
    found = store.answer(asked, "application/n-triples").decode().splitlines()
    assert sorted(found) == ['<urn:a> <urn:b> "50" .', '<urn:a> <urn:b> "9" .']


def test_groups_are_sorted_by_what_is_counted_and_by_the_least() -> None:
    with memory("https://example.org/", "unvalidated") as own:
        own.update(
            f"INSERT {{ ?s <urn:p> ?v }} WHERE {{ {VALUES} BIND(IRI(CONCAT('urn:', STR(?v))) AS ?s) }}"
        )
        asked = (
            "SELECT ?s (COUNT(?v) AS ?n) { ?s <urn:p> ?v } GROUP BY ?s "
            "HAVING (COUNT(?v) > 0) ORDER BY DESC(COUNT(?v)) MIN(?v) ?s LIMIT 3"
        )
        assert own.answer(asked, "text/csv").decode().split() == ["s,n", "urn:9,2", "urn:2,1", "urn:48,1"]


def test_an_update_sorts_in_the_subquery_of_its_pattern() -> None:
    with memory("https://example.org/", "unvalidated") as own:
        told = f"INSERT {{ <urn:a> <urn:b> ?v }} WHERE {{ SELECT ?v {{ {VALUES} }} ORDER BY ?v LIMIT 11 }}"
        own.update(standard(told))
        found = own.answer("SELECT ?v { ?s ?p ?v }", "text/csv").decode().split()
        assert sorted(found) == ["2", "9", "v"]


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("ORDER BY ?a", f"ORDER BY {CALL}(?a)"),
        ("ORDER BY?a?b", f"ORDER BY{CALL}(?a){CALL}(?b)"),
        ("order # by\n by $a", f"order # by\n by {CALL}($a)"),
        ("ORDERBYDESC(?a)", f"ORDERBYDESC({CALL}(?a))"),
        ("ORDER BYABS(?a)", f"ORDER BY{CALL}(ABS(?a))"),
        ("ORDER BY (?a + 1) <urn:f>(?a)", f"ORDER BY {CALL}((?a + 1)) {CALL}(<urn:f>(?a))"),
        ("ORDER BY DESC(STR(?a)) COUNT(?b)", "ORDER BY DESC(STR(?a)) COUNT(?b)"),
        ("ORDER BY DESC(STRLEN(?a) * ?b)", f"ORDER BY DESC({CALL}(STRLEN(?a) * ?b))"),
        ("ORDER BY NOT EXISTS { ?a ?b ')' } ?a", f"ORDER BY NOT EXISTS {{ ?a ?b ')' }} {CALL}(?a)"),
        ("ORDER BY x:y(?a) LIMIT 3 OFFSET 2", f"ORDER BY {CALL}(x:y(?a)) LIMIT 3 OFFSET 2"),
        (
            "ORDER BY (IF(EXISTS { SELECT ?a { } ORDER BY ?a LIMIT 1 }, ?a, ?b))",
            f"ORDER BY {CALL}((IF(EXISTS {{ SELECT ?a {{ }} ORDER BY {CALL}(?a) LIMIT 1 }}, ?a, ?b)))",
        ),
        ("# ORDER BY ?a", "# ORDER BY ?a"),
        ("ORDER BY", "ORDER BY"),
        ("ORDER BY DESC(", "ORDER BY DESC("),
        ("ORDER BY -?a", "ORDER BY -?a"),
    ],
)
def test_sort_keys_are_found_by_the_grammar(clause: str, told: str) -> None:
    query = "SELECT ?order { ?order <urn:ORDER BY ?a> 'ORDER BY ?a', order:by } "
    assert with_order_keys(query + clause) == query + told


def test_sorting_at_random_ends(store: OxigraphStore) -> None:
    many = " ".join(map(str, range(500)))
    for key in ("RAND()", "(?v * RAND())", "STRUUID()", "UUID()", "BNODE()"):
        found = store.answer(f"SELECT * {{ VALUES ?v {{ {many} }} }} ORDER BY {key}", "text/csv")
        assert sorted(map(int, found.split()[1:])) == list(range(500))
