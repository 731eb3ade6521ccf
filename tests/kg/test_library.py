"""The graph as a library: read only, asked as everywhere else, and followed as the store changes."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import BadParameterError, ForbiddenQueryError, QueryError, StoreNotFoundError
from kg.pipeline import ingest
from kg.pipeline import open_graph as held_graph
from kg.query import questions

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "python.md"
OFFICIAL = """kind: actors
id: later
actors:
  - {id: later, type: official, label: Later}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("library") / "store", accounts=True)


def test_the_page_says_what_happens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, optionflags=flags)
    assert (failed, tried > 15) == (0, True)


def test_a_table_is_the_answer_of_the_catalogue_with_what_it_is_not(folder: Path) -> None:
    with kg.open_graph(folder) as graph:
        for question in graph.questions():
            if not any(parameter.name == "event" for parameter in question.parameters):
                expected = questions.ask(graph._reading.store, question, {})  # noqa: SLF001 - to compare
                table = graph.ask(question.slug)
                assert [*table.columns] == [column.name for column in expected.columns]
                assert len(table) == len(expected.rows)
                assert "No row is a finding of fact" in table.attrs["note"]
                assert table.attrs["sequence"] == graph.sequence


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("SELECT (1 AS ?x) {}", 1),
        ("SELECT (1.5 AS ?x) {}", 1.5),
        ("SELECT (1e0 AS ?x) {}", 1.0),
        ("SELECT (true AS ?x) {}", True),
        ('SELECT ("a"@en AS ?x) {}', "a"),
        ("SELECT (<urn:a> AS ?x) {}", "urn:a"),
        ("SELECT ?x {}", None),
        ('SELECT ("x"^^<http://www.w3.org/2001/XMLSchema#integer> AS ?x) {}', "x"),
    ],
)
def test_values_are_those_of_python(query: str, value: object, folder: Path) -> None:
    with kg.open_graph(str(folder)) as graph:
        (row,) = graph.solutions(query).rows
        assert row["x"] == value
        assert type(row["x"]) is type(value)


def test_nothing_is_written_and_nobody_is_asked(folder: Path) -> None:
    with kg.open_graph(folder) as graph:
        for update in ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DROP ALL"):
            with pytest.raises(ForbiddenQueryError):
                graph.select(update)
        with pytest.raises(QueryError):
            graph.select("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
        with pytest.raises(QueryError, match="SELECT"):
            graph.select("ASK {}")
        with pytest.raises(QueryError):
            graph.select("SELECT * {" + "{" * 5000 + "}" * 5000 + "}")
        with pytest.raises(BadParameterError):
            graph.ask("casualties", colour="red")


def test_a_graph_stands_still_until_it_goes_on(tmp_path: Path, demonstration: Callable[..., Path]) -> None:
    store = demonstration(tmp_path / "store")
    asked = 'SELECT ?s { ?s <http://www.w3.org/2000/01/rdf-schema#label> "Later"@en }'
    with kg.open_graph(store) as graph:
        before = graph.sequence
        document = tmp_path / "later.yaml"
        document.write_text(OFFICIAL, "utf-8")
        held = held_graph(store)
        ingest(held, [document])
        held.close()
        assert (graph.sequence, graph.solutions(asked).rows) == (before, ())
        change = next(graph.follow(every=0.01))
        assert (change.sequence, change.action, change.kind, change.id) == (
            before + 1,
            "add",
            "actors",
            "later",
        )
        assert graph.sequence == before + 1
        assert len(graph.solutions(asked).rows) == 1
        assert [one.sequence for one in graph.changes()] == [*range(1, before + 2)]


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError):
        kg.open_graph(tmp_path / "none")


def test_the_library_is_loaded_when_it_is_asked_for() -> None:
    code = (
        "import sys, kg; assert 'kg.library' not in sys.modules; from kg import open_graph; "
        "assert 'kg.library' in sys.modules and 'pandas' not in sys.modules; kg.nothing"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "has no attribute 'nothing'" in done.stderr
