"""A small conflict that nobody has heard of, and the references that its documents need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import Graph

from kg import resources
from kg.errors import DocumentError
from kg.ingest import References, code_lists, convert, read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Conversion, Problem

BASE = "https://example.org/id/"


@pytest.fixture(scope="session")
def codes() -> dict[str, dict[str, str]]:
    graph = Graph()
    for file in resources.turtle(resources.ontology() / "vocabularies"):
        graph.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return code_lists(graph)


@pytest.fixture(scope="session")
def references(codes: dict[str, dict[str, str]]) -> References:
    """Return what is known when the tests' documents come in."""
    return References(
        codes=codes,
        actors={
            "kestria": "state",
            "valdonia": "https://w3id.org/servanda/ontology#State",
            "kestrian-army": "armed-force",
            "river-post": "Outlet",
            "residents": "collective-source",
            "team": "Analyst",
        },
        places={"upper-arda": "administrative-region", "arda-road": "route", "arda-zone": "agreement-zone"},
        agreements={"arda-2031": ["1", "2", "2.1"]},
        reports=["earlier"],
        claims=["earlier/c1"],
        events=["earlier/closure"],
    )


@pytest.fixture
def converted(references: References, tmp_path: Path) -> Callable[..., Conversion]:
    """Return a function from a document's text to its conversion."""

    def run(text: str, name: str = "a.yaml") -> Conversion:
        return convert(read_text(text.encode(), name, tmp_path), BASE, references)

    return run


@pytest.fixture
def problems(converted: Callable[..., Conversion]) -> Callable[..., tuple[Problem, ...]]:
    """Return a function from a document's text to all that is wrong with it."""

    def run(text: str, name: str = "a.yaml") -> tuple[Problem, ...]:
        try:
            converted(text, name)
        except DocumentError as error:
            return error.problems
        return ()

    return run
