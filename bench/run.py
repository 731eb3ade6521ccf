"""Ours beside a peer, in one run: medians and ratios.

python -m bench.run [--reports N]
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
from rdflib import Graph
from rdflib.term import URIRef

from kg import resources
from kg.infer import Conclusions
from kg.pipeline import ingest, initialise
from kg.query import questions
from kg.validate.shacl import load_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.pipeline import Repository
    from kg.store import OxigraphStore

_SEED = "seed-syunik-highway-2021"
_REPEATS = 5


def main() -> None:
    """Run every benchmark and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=50)
    number = parser.parse_args().reports
    print(f"{platform.machine()}, Python {platform.python_version()}, {number} reports\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = copies(folder / "documents", number)
        with initialise(folder / "store") as repository:
            _ingest(repository, documents)
            _question(repository.store)
            _rules(repository.store, number)


def copies(folder: Path, number: int) -> Path:
    """Return the folder, with so many copies of the seed report in it."""
    source = Path(str(resources.data())) / "seed"
    shutil.copytree(source, folder)
    original = folder / f"{_SEED}.yaml"
    text = original.read_text(encoding="utf-8")
    for count in range(number):
        name = f"copy-{count}"
        (folder / f"{name}.yaml").write_text(text.replace(f"id: {_SEED}", f"id: {name}"), encoding="utf-8")
    original.unlink()
    return folder


def _ingest(repository: Repository, documents: Path) -> None:
    store = repository.store
    before = _size(store)
    ours = _timed(lambda: ingest(repository, [documents]))
    triples = _size(store) - before
    reports = [URIRef(f"{store.stamp.base}graph/report/copy-{count}") for count in range(10)]
    shapes = load_shapes(resources.ontology() / "shapes")
    peer = statistics.median(_timed(partial(_shacl, store, name, shapes)) for name in reports)
    one = sum(len(store.graph(name)) for name in reports) / len(reports)
    _line("validated ingest, triples/s", triples / ours, "pySHACL alone", one / peer)


def _shacl(store: OxigraphStore, name: URIRef, shapes: Graph) -> None:
    graph = Graph()
    for triple in store.graph(name):
        graph.add(triple)
    pyshacl.validate(graph, shacl_graph=shapes, inplace=True)


def _question(store: OxigraphStore) -> None:
    question = questions.find("17")
    graph = Graph()
    graph.parse(data=_triples(store), format="nt")
    ours = _median(lambda: questions.ask(store, question, {}))
    peer = _median(lambda: list(graph.query(question.text)), repeats=1)
    _line("question 17, per second", 1 / ours, "rdflib in memory", 1 / peer)


def _rules(store: OxigraphStore, number: int) -> None:
    base = store.stamp.base
    one = [URIRef(f"{base}report/copy-0")]
    concluded = Conclusions()
    cost = _median(lambda: concluded.derive(store, base, one))
    print(f"{'rules for one report, in a store of ' + str(number):42} {cost * 1000:10,.1f} ms")


def _triples(store: OxigraphStore) -> bytes:
    return store.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples")


def _size(store: OxigraphStore) -> int:
    (row,) = store.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }").rows
    return int(str(row[0]))


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _median(action: Callable[[], object], repeats: int = _REPEATS) -> float:
    return statistics.median(_timed(action) for _ in range(repeats))


def _line(what: str, ours: float, peer: str, theirs: float) -> None:
    print(f"{what:42} {ours:10,.1f}    {peer}: {theirs:10,.1f}    ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
