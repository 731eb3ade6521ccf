"""What the engine gets wrong is put right, and what it cannot write is told."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest

from kg.errors import QuerySyntaxError, UnwritableError
from kg.store import OxigraphStore, memory
from kg.store.corrections import corrected, in_order

JSON = "application/sparql-results+json"
SRX = "application/sparql-results+xml"
NAMESPACE = "{http://www.w3.org/2005/sparql-results#}"


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    return memory("https://example.org/")


def rows(store: OxigraphStore, query: str) -> list[dict[str, dict[str, str]]]:
    found = json.loads(store.answer(query, JSON))["results"]["bindings"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ASK { }", "ASK { }"),
        ("SELECT (COUNT(?x) AS ?n) { }", "SELECT (COUNT(?x) AS ?n) { }"),
        ("SELECT (GROUP_CONCAT(?x) AS ?y) { }", "SELECT (STR(GROUP_CONCAT(?x)) AS ?y) { }"),
        (
            "SELECT (group_concat (DISTINCT CONCAT(?x, ')') ; separator=')') AS ?y) { }",
            "SELECT (STR(group_concat (DISTINCT CONCAT(?x, ')') ; separator=')')) AS ?y) { }",
        ),
        ("ASK { FILTER(TRUE) ?s ?p 'TRUE', False }", "ASK { FILTER(true) ?s ?p 'TRUE', false }"),
        ("ASK { ?TRUE <TRUE> TRUE: # TRUE\n}", "ASK { ?TRUE <TRUE> TRUE: # TRUE\n}"),
        ("ASK { ?s ?p 'GROUP_CONCAT(?x)' }", "ASK { ?s ?p 'GROUP_CONCAT(?x)' }"),
        ("SELECT (GROUP_CONCAT", "SELECT (GROUP_CONCAT"),
        (
            "SELECT (SUM(?n) AS ?m) { { SELECT (COUNT(*) AS ?n) { } } }",
            "SELECT (SUM(?n) AS ?m) { { SELECT (COUNT(*) AS ?n) { } } }",
        ),
        (
            "SELECT (SUM(IF(EXISTS { SELECT (COUNT(*) AS ?n) { } }, 1, 0)) + COUNT(*) AS ?m) { }",
            "SELECT (SUM(IF(EXISTS { SELECT (COUNT(*) AS ?n) { } }, 1, 0)) + COUNT(*) AS ?m) { }",
        ),
    ],
)
def test_only_what_the_engine_gets_wrong_is_told_otherwise(query: str, told: str) -> None:
    assert corrected(query) == told


@pytest.mark.parametrize(
    "query",
    [
        "ASK { <<( <<( ?a ?b ?c )>> ?q ?z )>> ?r ?s }",
        "ASK { ?a ?b ( <<( <<( ?a ?b ?c )>> ?q ?z )>> ) . ?s a ( <<( <<( ?a ?b ?c )>> ?q ?z )>> ) }",
        "ASK { FILTER(EXISTS { <<( <<( ?a ?b ?c )>> ?q ?z )>> ?r ?s }) }",
        "ASK { BIND(<<( ?a ?b <<( ?a ?b ?c )>> )>> AS ?t) }",
    ],
)
def test_triple_terms_that_the_grammar_has_are_left_alone(store: OxigraphStore, query: str) -> None:
    assert corrected(query) == query
    assert b"boolean" in store.answer(query, JSON)


@pytest.mark.parametrize(
    ("query", "variables", "told"),
    [
        ("SELECT * { ?b ?a ?c }", "abc", "SELECT ?b ?a ?c { ?b ?a ?c }"),
        ("SELECT DISTINCT * { ?b $a ?c }", "abc", "SELECT DISTINCT ?b ?a ?c { ?b $a ?c }"),
        ("SELECT*{ ?b ?a ?c FILTER(?x * 2) }", "abc", "SELECT?b ?a ?c{ ?b ?a ?c FILTER(?x * 2) }"),
        ("SELECT * { { SELECT * { ?c ?b ?a } } }", "abc", "SELECT ?c ?b ?a { { SELECT * { ?c ?b ?a } } }"),
        ("SELECT * { ?a ?b ?c }", "abc", None),
        ("SELECT * { ?a }", "a", None),
        ("SELECT ?b ?a { { SELECT * { ?b ?a ?c } } }", "ba", None),
        ("SELECT (COUNT(*) AS ?n) ?b { ?b ?a ?c }", "nb", None),
        ("CONSTRUCT { ?b ?a ?c } { SELECT * { ?b ?a ?c } }", "abc", None),
        (r"SELECT * { ?\u0062 ?a ?c }", "abc", None),
    ],
)
def test_a_star_gives_the_columns_in_the_order_of_their_first_use(
    query: str, variables: str, told: str | None
) -> None:
    assert in_order(query, list(variables)) == told


def test_columns_come_in_the_order_of_the_query(store: OxigraphStore) -> None:
    query = "SELECT * { VALUES (?z ?a ?m) { (1 2 3) } }"
    assert list(csv.reader(io.StringIO(store.answer(query, "text/csv").decode()))) == [
        ["z", "a", "m"],
        ["1", "2", "3"],
    ]


def test_joined_strings_have_no_language(store: OxigraphStore) -> None:
    query = "SELECT (GROUP_CONCAT(?x; separator='+') AS ?y) { VALUES ?x { 'a'@en 'b'@en } }"
    assert rows(store, query) == [{"y": {"type": "literal", "value": "a+b"}}]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT\n(COUNT(COUNT(*)) AS ?n) { }", 2, 8),
        ("SELECT (SUM(1 + MAX(?x)) AS ?n) { }", 1, 17),
        ("ASK {\nBIND(<<( 'a' ?q ?z )>> AS ?t) }", 2, 10),
        ("ASK { BIND(<<( <<( ?a ?b ?c )>> ?q ?z )>> AS ?t) }", 1, 16),
        ("ASK { FILTER(IF(1, <<( true ?q ?z )>>, 2)) }", 1, 24),
        ("SELECT (GROUP_CONCAT(?x AS ?y) { }", 1, 30),
    ],
)
def test_what_is_no_sparql_is_refused_with_its_place(
    store: OxigraphStore, query: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntaxError) as refused:
        store.answer(query, JSON)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (<urn:f>(1) AS ?x) (2 AS ?y) { }", [{"y": "2"}]),
        ("SELECT (<urn:f>(<urn:g>(1), <urn:h>()) AS ?x) { }", [{}]),
        ("SELECT ?y { VALUES ?y { 1 2 } FILTER(<urn:f>(?y)) }", []),
        ("SELECT ?y { VALUES ?y { 1 } FILTER(COALESCE(<urn:f>(?y), true)) }", [{"y": "1"}]),
        ("SELECT ?y { VALUES ?y { 1 2 } } ORDER BY <urn:f>(?y) DESC(?y)", [{"y": "2"}, {"y": "1"}]),
    ],
)
def test_a_function_that_nobody_knows_gives_nothing(
    store: OxigraphStore, query: str, expected: list[dict[str, str]]
) -> None:
    found = [{name: cell["value"] for name, cell in row.items()} for row in rows(store, query)]
    assert found == expected


def test_a_carriage_return_comes_back_from_xml(store: OxigraphStore) -> None:
    answer = store.answer(r"SELECT ('a\r\nb\tc' AS ?x) { }", SRX)
    assert [item.text for item in ET.fromstring(answer).iter(f"{NAMESPACE}literal")] == ["a\r\nb\tc"]  # noqa: S314
    graph = store.answer(r"CONSTRUCT { <urn:s> <urn:p> 'a\rb' } { }", "application/rdf+xml")
    assert [item.text for item in ET.fromstring(graph).iter("{urn:}p")] == ["a\rb"]  # noqa: S314


def test_a_long_answer_in_xml_is_whole(store: OxigraphStore) -> None:
    digits = " ".join("0123456789")
    values = f"VALUES ?a {{ {digits} }} VALUES ?b {{ {digits} }} VALUES ?c {{ {digits} }}"
    answer = store.answer(rf"SELECT (CONCAT(STR(?a), '\r', STR(?b), STR(?c)) AS ?x) {{ {values} }}", SRX)
    texts = {item.text for item in ET.fromstring(answer).iter(f"{NAMESPACE}literal")}  # noqa: S314
    assert texts == {f"{number // 100}\r{number % 100:02}" for number in range(1000)}


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        (r"SELECT ('a\u0001' AS ?x) { }", SRX),
        (r"SELECT ('a\uFFFE' AS ?x) { }", SRX),
        (r"CONSTRUCT { <urn:s> <urn:p> 'a\b' } { }", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <http://x/1> 'a' } { }", "application/rdf+xml"),
        (
            "CONSTRUCT { <urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> } { }",
            "application/ld+json;version=1.2",
        ),
    ],
)
def test_what_a_syntax_cannot_hold_is_told(store: OxigraphStore, query: str, media_type: str) -> None:
    with pytest.raises(UnwritableError, match=re.escape(media_type.partition(";")[0])):
        store.answer(query, media_type)


@pytest.mark.parametrize("media_type", ["application/trig", "application/n-quads", "text/turtle"])
def test_a_graph_is_written_in_the_syntaxes_of_datasets_too(store: OxigraphStore, media_type: str) -> None:
    written = store.answer("CONSTRUCT { <urn:s> <urn:p> 'a' } { }", media_type)
    assert written == b'<urn:s> <urn:p> "a" .\n'
