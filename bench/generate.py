"""Invented reports in any number, as documents or straight into a store.

python -m bench.generate --reports N --seed S (--out FOLDER | --store DIR)

The same seed gives the same bytes. `--out` writes documents that `servanda validate` takes. `--store`
makes a new store of them for benchmarks of reading: they are converted as any document is, and journalled,
and the rules run over them, block by block, but the shapes are not asked.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from bench.reports import BLOCK, Reports
from bench.world import make_world
from kg.infer.closures import cluster_triples, clusters
from kg.infer.rules import rules as rules_in_order
from kg.ingest import convert, read_text
from kg.model import Triple
from kg.pipeline import initialise
from kg.pipeline.change import Change
from kg.pipeline.records import commits_graph, document_iri, settle
from kg.pipeline.sources import known_to
from kg.store import ChangeSet, bind, memory, parameters_of
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.world import World, Written
    from kg.infer.rules import Rule
    from kg.ingest import Document
    from kg.pipeline import Repository
    from kg.store import OxigraphStore, Quad

_FOLDER = 1_000
"""Reports in one folder."""
_SINGLY = frozenset({"allegation-scope"})
"""Rules that the engine runs faster for one report at a time."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What went into a store, and how long it took."""

    reports: int
    claims: int
    making: float
    """Seconds, as all that follow: inventing the documents, and reading them as any document is."""
    converting: float
    committing: float
    concluding: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.making + self.converting + self.committing + self.concluding


def main() -> None:
    """Make what the command asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--states", type=int, default=8)
    parser.add_argument("--no-rules", action="store_true", help="leave the rules out: nothing is concluded")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=Path, help="a folder to write the documents into")
    target.add_argument("--store", type=Path, help="a folder in which to make a store")
    asked = parser.parse_args()
    world = make_world(asked.seed, asked.states)
    reports = Reports(asked.seed, world)
    if asked.out is not None:
        print(f"{write(asked.out, world, reports, asked.reports):,} documents in {asked.out}")
        return
    filled = fill(asked.store, world, reports, asked.reports, rules=not asked.no_rules)
    print(
        f"{filled.reports:,} reports, {filled.claims:,} claims in {filled.seconds:,.1f} s "
        f"({filled.reports / filled.seconds:,.0f} reports/s): making {filled.making:,.1f}, "
        f"converting {filled.converting:,.1f}, "
        f"journal and store {filled.committing:,.1f}, rules {filled.concluding:,.1f}"
    )


def write(folder: Path, world: World, reports: Reports, number: int) -> int:
    """Write the documents and return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in world.documents:
        (folder / f"{document['id']}.json").write_bytes(as_bytes(document))
    for count in range(1, number + 1):
        below = folder / "reports" / f"{(count - 1) // _FOLDER:04}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{reports.name(count)}.json").write_bytes(as_bytes(reports.report(count)))
    return len(world.documents) + number


def fill(folder: Path, world: World, reports: Reports, number: int, *, rules: bool = True) -> Filled:
    """Make a store of the world and so many reports."""
    with initialise(folder, reference=False) as repository:
        return _Filler(repository, world, reports).run(number, rules=rules)


def as_bytes(document: Written) -> bytes:
    """Return the document in JSON, in one spelling."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


class _Filler:
    """Puts documents into a store, block by block, without asking the shapes.

    The rules run over each block by itself, in memory beside the world, in a fraction of the time. What they
    conclude is what they would in the store but for this: that a breach of an agreement is denied, or that
    it was kept, touches records of the same block only, where in the store it touches those of all reports.
    """

    def __init__(self, repository: Repository, world: World, reports: Reports) -> None:
        self._repository = repository
        self._store = repository.store
        self._base = repository.store.stamp.base
        self._inference = URIRef(f"{self._base}graph/inference")
        self._reports = reports
        self._claims = 0
        self._making = self._converting = self._committing = self._concluding = 0.0
        documents = [_read(document) for document in world.documents]
        self._references = known_to(self._store, self._base, documents).including(*documents)
        repository.commit(self._changes(documents))
        self._world = _quads_of(self._store)

    def run(self, number: int, *, rules: bool) -> Filled:
        """Put so many reports into the store."""
        repository, started = self._repository, time.perf_counter()
        conclude, follow = repository.conclude, repository.follow
        repository.follow = lambda **_: None  # type: ignore[method-assign] # once, at the end
        for first in range(1, number + 1, BLOCK):
            names = range(first, min(first + BLOCK, number + 1))
            begun = time.perf_counter()
            documents = [_read(self._reports.report(count)) for count in names]
            self._making += time.perf_counter() - begun
            self._block(documents, rules=rules)
            _tell(names[-1], number, started)
        repository.conclude, repository.follow = conclude, follow  # type: ignore[method-assign]
        return Filled(
            number, self._claims, self._making, self._converting, self._committing, self._concluding
        )

    def _block(self, documents: Sequence[Document], *, rules: bool) -> None:
        started = time.perf_counter()
        changes = self._changes(documents)
        self._claims += sum(item.kind == "claim" for document in documents for item in document.declares())
        converted = time.perf_counter()
        concluded = self._concluded(changes) if rules else frozenset()
        reasoned = time.perf_counter()
        self._repository.conclude = lambda: self._settle(changes, concluded)  # type: ignore[method-assign]
        self._repository.commit(changes)
        self._converting += converted - started
        self._concluding += reasoned - converted
        self._committing += time.perf_counter() - reasoned

    def _changes(self, documents: Iterable[Document]) -> list[Change]:
        documents = tuple(documents)
        references = self._references.including(*documents)
        return [
            Change.of(convert(document, self._base, references), "bench", known=False)
            for document in documents
        ]

    def _settle(self, changes: Iterable[Change], concluded: frozenset[Quad]) -> bool:
        """Put in what was concluded, and take away the marks that say that it is missing."""
        self._store.apply(ChangeSet(insert=concluded))
        marked = [document_iri(self._base, change.kind, change.identifier) for change in changes]
        self._store.apply(settle(self._store, marked))
        return True

    def _concluded(self, changes: Iterable[Change]) -> frozenset[Quad]:
        """Return what the rules conclude of a block."""
        beside = memory(self._base)
        said = {
            (*triple, graph) for change in changes for graph, some in change.graphs.items() for triple in some
        }
        beside.apply(ChangeSet(insert=self._world | said))
        named = [URIRef(f"{self._base}report/{change.identifier}") for change in changes]
        before = beside.graph(self._inference)
        events = [quad[0] for quad in beside.quads(predicate=SVD.describedIn)]
        self._add(beside, cluster_triples(self._base, clusters(beside, map(URIRef, map(str, events)))))
        for rule in rules_in_order():
            if rule.scope == "report":
                self._add(beside, _fired(beside, self._base, rule, named))
        return frozenset((*triple, self._inference) for triple in beside.graph(self._inference) - before)

    def _add(self, store: OxigraphStore, triples: Iterable[Triple]) -> None:
        store.apply(ChangeSet(insert=frozenset((*triple, self._inference) for triple in triples)))


def _fired(store: OxigraphStore, base: str, rule: Rule, reports: Sequence[URIRef]) -> frozenset[Triple]:
    """Return what a rule concludes of reports."""
    groups = [[report] for report in reports] if rule.name in _SINGLY else [list(reports)]
    fixed = {"base": [Literal(base)]} if "base" in parameters_of(rule.text) else {}
    return frozenset[Triple]().union(
        *(store.construct(bind(rule.text, fixed | {"report": group})) for group in groups)
    )


def _quads_of(store: OxigraphStore) -> frozenset[Quad]:
    """Return all that a store holds but its bookkeeping."""
    commits = commits_graph(store.stamp.base)
    return frozenset(quad for quad in store.quads() if quad[3] != commits)


def _read(document: Written) -> Document:
    return read_text(as_bytes(document), f"{document['id']}.json")


def _tell(done: int, number: int, started: float) -> None:
    if sys.stderr.isatty():
        rate = done / (time.perf_counter() - started)
        print(f"\r{done:,} of {number:,} ({rate:,.0f}/s)", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
