"""What every store must do, over Oxigraph in memory and on disk."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import (
    BadParameterError,
    QuerySyntaxError,
    StoreError,
    StoreExistsError,
    StoreLockedError,
    StoreMismatchError,
    StoreNotFoundError,
)
from kg.store import ChangeSet, OxigraphStore, bind, create, memory, open_store, parameters_of
from kg.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "https://example.org/id/"
A, B, P, Q = (URIRef(f"urn:x:{name}") for name in "abpq")
G, H = URIRef("urn:x:g"), URIRef("urn:x:h")


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    with memory(BASE) if request.param == "memory" else create(tmp_path / "store", BASE) as opened:
        yield opened


def test_the_union_of_all_graphs_is_the_default_graph(store: OxigraphStore) -> None:
    store.apply(ChangeSet(insert=frozenset({(A, P, B, G), (A, Q, B, H)})))
    rows = store.select("SELECT ?p WHERE { <urn:x:a> ?p <urn:x:b> } ORDER BY ?p")
    assert rows.variables == ("p",)
    assert rows.rows == ((P,), (Q,))


def test_a_change_takes_out_and_puts_in_together(store: OxigraphStore) -> None:
    store.apply(ChangeSet(insert=frozenset({(A, P, B, G)})))
    store.apply(ChangeSet(insert=frozenset({(A, Q, B, G)}), delete=frozenset({(A, P, B, G)})))
    assert store.graph(G) == {(A, Q, B)}


LITERALS = [
    Literal("plain"),
    Literal('quoted "words", a\\backslash\nand a line'),
    Literal("näher\u00a0dran 🕊", lang="de"),
    Literal("10", datatype=XSD.integer),
    Literal("1.5", datatype=XSD.decimal),
    Literal("true", datatype=XSD.boolean),
    Literal("2021-08-26", datatype=XSD.date),
    Literal("2021-08-26T00:00:00Z", datatype=XSD.dateTime, normalize=False),
    Literal("POINT(46.4 39.2)", datatype=URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")),
]


@pytest.mark.parametrize("literal", LITERALS, ids=lambda literal: str(literal)[:12])
def test_the_store_gives_back_what_was_put_in_by_either_way_of_writing(
    store: OxigraphStore, literal: Literal
) -> None:
    store.apply(ChangeSet(insert=frozenset({(A, P, literal, G)})))
    assert store.graph(G) == {(A, P, literal)}
    store.apply(ChangeSet(insert=frozenset({(A, Q, literal, G)}), delete=frozenset({(A, P, literal, G)})))
    assert store.graph(G) == {(A, Q, literal)}
    (row,) = store.select("SELECT ?o WHERE { ?s ?p ?o }").rows
    assert row == (literal,)


@pytest.mark.parametrize("literal", LITERALS, ids=lambda literal: str(literal)[:12])
def test_a_parameter_finds_exactly_its_literal(store: OxigraphStore, literal: Literal) -> None:
    store.apply(ChangeSet(insert=frozenset({(A, P, literal, G), (B, P, Literal("other"), G)})))
    query = "SELECT ?s WHERE {\n  VALUES ?o { UNDEF } # @param o\n  ?s <urn:x:p> ?o }"
    assert store.select(bind(query, {"o": [literal]})).rows == ((A,),)
    assert len(store.select(query).rows) == 2
    assert store.select(bind(query, {"o": []})).rows == ()


@pytest.mark.parametrize("text", ["urn:a> } DROP ALL #", "urn:a b", 'urn:"', "urn:{", "urn:\n"])
def test_an_iri_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadParameterError, match="not an IRI"):
        bind("VALUES ?x { UNDEF } # @param x", {"x": [URIRef(text)]})


def test_a_parameter_that_the_query_does_not_take_is_refused() -> None:
    assert parameters_of("SELECT * { ?s ?p ?o }") == ()
    with pytest.raises(BadParameterError, match="'place'"):
        bind("SELECT * { ?s ?p ?o }", {"place": [A]})


def test_answers_are_written_in_the_form_asked_for(store: OxigraphStore) -> None:
    store.apply(ChangeSet(insert=frozenset({(A, P, Literal("x"), G)})))
    assert store.answer("SELECT ?o { ?s ?p ?o }", "text/csv") == b"o\r\nx\r\n"
    assert (
        store.answer("ASK { ?s ?p ?o }", "application/sparql-results+json") == b'{"head":{},"boolean":true}'
    )
    assert (
        store.answer("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
        == b'<urn:x:a> <urn:x:p> "x" .\n'
    )
    with pytest.raises(ValueError, match="cannot be written as text/csv"):
        store.answer("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")
    with pytest.raises(ValueError, match="cannot be written as text/turtle"):
        store.answer("SELECT ?o { ?s ?p ?o }", "text/turtle")


def test_a_syntax_error_tells_its_place(store: OxigraphStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.select("SELECT ?s\nWHERE { ?s ?p }")
    assert caught.value.line == 2
    assert caught.value.column is not None


def test_the_dump_does_not_depend_on_the_order_of_writing(tmp_path: Path) -> None:
    quads = [(A, P, Literal(str(number)), G) for number in range(50)]
    dumps = []
    for name, order in (("one", quads), ("other", quads[::-1])):
        with create(tmp_path / name, BASE) as made:
            for quad in order:
                made.apply(ChangeSet(insert=frozenset({quad})))
            dumps.append(made.nquads())
    assert dumps[0] == dumps[1]
    assert dumps[0].count(b"\n") == 50


def test_a_store_outlives_its_process(tmp_path: Path) -> None:
    with create(tmp_path / "store", BASE) as made:
        made.apply(ChangeSet(insert=frozenset({(A, P, B, G)})))
    with open_store(tmp_path / "store") as opened:
        assert opened.graph(G) == {(A, P, B)}
        assert opened.stamp.base == BASE
    with pytest.raises(StoreError, match="closed"):
        opened.graph(G)


def test_a_store_is_not_made_over_anything(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreExistsError, match="not an empty folder"):
        create(tmp_path, BASE)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_without_a_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError, match="servanda init --store"):
        open_store(tmp_path)


def test_another_write_policy_is_refused(tmp_path: Path) -> None:
    create(tmp_path / "store", BASE, "unvalidated").close()
    with pytest.raises(StoreMismatchError, match="'unvalidated'"):
        open_store(tmp_path / "store")


def test_a_second_process_is_told_that_the_store_is_held(tmp_path: Path) -> None:
    with create(tmp_path / "store", BASE):
        code = "import pathlib, sys, kg.store; kg.store.open_store(pathlib.Path(sys.argv[1]))"
        command = [sys.executable, "-c", code, str(tmp_path / "store")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "StoreLockedError" in done.stderr
        with pytest.raises(StoreLockedError, match="held by another process"):
            open_store(tmp_path / "store")


@pytest.mark.parametrize("number", [255, 256, 511, 65_535])
def test_a_number_that_is_asked_for_is_the_one_that_is_found(tmp_path: Path, number: int) -> None:
    """On disk the engine tells of 256 where 255 is asked for."""
    graph, predicate = URIRef("urn:g"), URIRef("urn:p")
    with create(tmp_path / "store", "urn:base/") as store:
        quads = frozenset(
            (URIRef(f"urn:{n}"), predicate, Literal(n), graph) for n in range(number - 2, number + 3)
        )
        store.apply(ChangeSet(insert=quads))
        found = store.quads(None, predicate, Literal(number))
        assert {str(quad[0]) for quad in found} == {f"urn:{number}"}
        spelt = Literal(f"0{number}", datatype=XSD.integer, normalize=False)
        assert store.graphs_with((URIRef(f"urn:{number}"), predicate, spelt)) == {graph}
