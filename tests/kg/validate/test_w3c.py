"""The engine that decides, and the reference, find what the W3C's tests of SHACL Core say is to be found."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import SH, BNode, Graph, URIRef

from kg.store.convert import triple_from_ox
from kg.validate import engine
from kg.validate.compiled import Compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

HERE = Path(__file__).parent / "w3c"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
TESTS = [path for path in sorted(HERE.rglob("*.ttl")) if "sht:Validate" in path.read_text("utf-8")]
"""The files in which a test is described; others hold the data or shapes of one."""
OTHERWISE = {"uniqueLang-002"}
"""What the reference does not find as the test says: it takes `"1"^^xsd:boolean` in a shape for `true`."""


@cache
def graph(path: Path) -> tuple[ox.Triple, ...]:
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return tuple(quad.triple for quad in quads)


def ntriples(path: Path) -> bytes:
    return ox.serialize(graph(path), format=ox.RdfFormat.N_TRIPLES) or b""


def terms(path: Path) -> Graph:
    """Return a graph as the reference sees it: no literal is spelled anew."""
    made = Graph()
    for triple in graph(path):
        made.add(triple_from_ox(triple))
    return made


def part(test: Path, name: str) -> Path:
    """Return the file of the data or of the shapes."""
    (value,) = (one.object for one in graph(test) if one.predicate.value == SHT + name)
    assert isinstance(value, ox.NamedNode)
    return Path(value.value.removeprefix("file://"))


def nodes(found: Iterable[Node | None]) -> tuple[set[str], bool]:
    """Return the nodes that have names, and whether there are others."""
    every = [node for node in found if node is not None]
    return {node.n3() for node in every if not isinstance(node, BNode)}, any(
        isinstance(node, BNode) for node in every
    )


def reported(report: Graph, results: Iterable[Node]) -> tuple[set[str], bool]:
    return nodes(report.value(one, SH.focusNode) for one in results)


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.stem)
def test_the_engine_and_the_reference_find_the_nodes_that_a_test_names(test: Path) -> None:
    said = terms(test)
    expected = reported(
        said,
        [
            one
            for result in said.objects(None, URIRef(f"{MF}result"))
            for one in said.objects(result, SH.result)
        ],
    )
    data, shapes = part(test, "dataGraph"), part(test, "shapesGraph")
    failing = Compiled(ntriples(shapes).decode()).failing(ntriples(data))
    named = {node for node in failing if not node.startswith("_:")}
    assert (named, len(failing) > len(named)) == expected
    report = engine.run(terms(data), terms(shapes))
    same = reported(report, report.objects(None, SH.result)) == expected
    assert same is (test.stem not in OTHERWISE)


def test_the_tests_are_there() -> None:
    assert len(TESTS) > 90
