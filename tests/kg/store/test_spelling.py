"""What the engine spells anew is known before it does."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.store import memory
from kg.store.spelling import Making, Rewritten, of_ntriples, of_update, rewritten, unpacked

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("sent", "becomes"),
    [
        ("3|int", "3|integer"),
        ("300|byte", "300|integer"),
        ("-3|nonNegativeInteger", "-3|integer"),
        ("007|integer", "7|integer"),
        ("-0|integer", "0|integer"),
        ("39.20|decimal", "39.2|decimal"),
        ("1.0E6|double", "1000000|double"),
        ("1e400|double", "INF|double"),
        ("16777217|float", "16777216|float"),
        ("1|boolean", "true|boolean"),
        ("2021-08-26T10:00:00.000Z|dateTime", "2021-08-26T10:00:00Z|dateTime"),
        ("2021-08-26T24:00:00Z|dateTime", "2021-08-27T00:00:00Z|dateTime"),
        ("2021-08-26T10:00:00+00:00|dateTime", "2021-08-26T10:00:00Z|dateTime"),
        ("2021-08-26T10:00:00Z|dateTimeStamp", "2021-08-26T10:00:00Z|dateTime"),
        ("2021-08-26+00:00|date", "2021-08-26Z|date"),
        ("24:00:00|time", "00:00:00|time"),
        ("PT24H|duration", "P1D|duration"),
        ("P12M|yearMonthDuration", "P1Y|yearMonthDuration"),
    ],
)
def test_a_literal_that_is_spelled_anew_is_told(sent: str, becomes: str) -> None:
    (value, name), (other, other_name) = sent.split("|"), becomes.split("|")
    told = f'1; "{value}"^^xsd:{name} as "{other}"^^xsd:{other_name}'
    assert str(rewritten([ox.Literal(value, datatype=ox.NamedNode(XSD + name)), ox.Literal(value)])) == told
    assert str(of_ntriples(f'<urn:s> <urn:p> "{value}"^^<{XSD}{name}> .'.encode())) == told
    data = f'{{ <urn:s> <urn:p> "{value}"^^<{XSD}{name}> }}'
    assert str(of_update(f"INSERT DATA {data}")) == told
    short = f'PREFIX x: <{XSD}> INSERT {{ ?s ?p "{value}"^^x:{name} }} WHERE {data}'
    assert str(of_update(short)) == told
    assert of_update(f"DELETE DATA {data} ; INSERT {{ <urn:a> <urn:b> ?v }} WHERE {data}") == Rewritten()


def test_numbers_without_a_datatype_are_told() -> None:
    sent = "007, -0, 1.50, 1e6, 7, '007'"
    assert of_update(f"INSERT DATA {{ <urn:a> <urn:b> {sent} }}").count == 4


def test_what_is_told_passes_as_a_line_that_is_a_comment() -> None:
    told = of_update("INSERT DATA { <urn:a> <urn:b> 007, '\u00e9\\n1'^^<urn:x> }")
    assert unpacked(told.packed() + b"INSERT DATA { }") == (told, b"INSERT DATA { }")


PUTS = "INSERT { ?s <urn:p> ?v } WHERE"


@pytest.mark.parametrize(
    "where",
    [
        '{ VALUES ?v { "03"^^x:int } }',
        '{ VALUES (?s ?v) { (<urn:s> "03"^^x:int) (<urn:t> UNDEF) } }',
        '{ BIND("03"^^x:int AS ?v) }',
        '{ ?s ?p ?o FILTER(?o > (1 + 02)) BIND(IF(?o > 07, "03"^^x:int, ?o) AS ?v) }',
        '{ SELECT ?s ("03"^^x:int AS ?v) { ?s ?p 07 } }',
        '{ FILTER EXISTS { BIND("03"^^x:int AS ?v) } }',
    ],
)
def test_a_literal_that_is_given_to_a_variable_is_told(where: str) -> None:
    given = of_update(f"PREFIX x: <{XSD}> {PUTS} {where}")
    assert '"03"^^xsd:int as "3"^^xsd:integer' in str(given)
    assert of_update(f"PREFIX x: <{XSD}> DELETE {{ ?s <urn:p> ?v }} WHERE {where}") == Rewritten()


def test_what_an_update_makes_of_a_text_is_told() -> None:
    store = memory("https://example.org/", "unvalidated")
    store.update("INSERT DATA { <urn:s> <urn:p> '007', '7', 'seven', 'x'@en, 1, <urn:o> }")
    where = "{ ?s <urn:p> ?o BIND(strdt(?o, x:integer) AS ?v) }"
    update = f"PREFIX x: <{XSD}> INSERT {{ ?s <urn:q> ?v }} WHERE {where}"
    making = Making()
    store.update(making.told(update), None, making.functions)
    assert str(of_update(update, making.literals)) == '1; "007"^^xsd:integer as "7"^^xsd:integer'
    rows = store.answer("SELECT DISTINCT ?v { <urn:s> <urn:q> ?v } ORDER BY ?v", "text/csv").decode().split()
    assert rows == ["v", "7", "seven"]


@pytest.mark.parametrize("name", ["langString", "dirLangString"])
def test_no_update_makes_text_of_a_language_that_has_none(name: str) -> None:
    store = memory("https://example.org/", "unvalidated")
    named = f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>"
    update = f"INSERT {{ <urn:s> <urn:p> ?v }} WHERE {{ BIND(STRDT('x', {named}) AS ?v) }}"
    making = Making()
    store.update(making.told(update), None, making.functions)
    assert store.answer("ASK { ?s ?p ?o }", "text/csv").decode().strip() == "false"


def test_what_makes_nothing_to_put_in_is_left() -> None:
    for text in (
        "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRDT(?o, <urn:t>) = 1) }",
        "INSERT { ?s ?p 'STRDT(1)' } WHERE { ?strdt x:strdt <urn:STRDT> }",
    ):
        assert Making().told(text) == text
