"""A store held against its journal, entry by entry: what differs, each difference in words."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.infer import derive, rules_of
from kg.pipeline.earlier import payload_now
from kg.pipeline.records import commits_graph, purge_mark, record, settle
from kg.store import ChangeSet, to_nquads
from kg.store.dump import copy_to, graph_lines, graph_sizes, lacking, scratch, size
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.journal import Entry, JournalReader
    from kg.store import OxigraphStore, Quad

_CHANGE = re.compile(r"change/([0-9]+)")
_DOCUMENT = re.compile(r"document/([a-z]+)/([^/]+)")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a store does not hold what it should."""

    message: str
    graph: str | None = None
    sequence: int | None = None
    """The entry of the journal that the store contradicts, if there is one."""
    document: str | None = None
    """Kind and id of the document that is concerned, if it is one."""
    missing: int = 0
    """Quads that should be there."""
    surplus: int = 0
    """Quads that should not."""

    def __str__(self) -> str:
        """Return it in words."""
        return self.message


def standing(store: OxigraphStore, journal: JournalReader) -> tuple[int, Difference | None]:
    """Return at which change the store says that it stands, and what is wrong with that."""
    graph = commits_graph(store.stamp.base)
    numbers = [int(str(quad[2])) for quad in store.quads(graph, SVD.sequence, None, graph)]
    if not numbers:
        if not size(store):
            return 0, None
        return 0, Difference("the store does not say at which change it stands", str(graph))
    sequence, head = max(numbers), journal.head[0]
    if sequence > head:
        return head, Difference(
            f"the store says that it holds change {sequence}, but its journal ends at entry {head}",
            str(graph),
            sequence,
        )
    change = URIRef(f"{store.stamp.base}change/{sequence}")
    hashes = {str(quad[2]) for quad in store.quads(change, SVD.entryHash, None, graph)}
    entry, _ = journal.record(sequence)
    if hashes == {entry.hash}:
        return sequence, None
    said = " and ".join(sorted(hashes)) or "none"
    return sequence, Difference(
        f"entry {sequence} has the hash {entry.hash}; the store says: {said}. The journal is another "
        "store's, or one of them was altered",
        str(graph),
        sequence,
        entry.document,
    )


def differences(
    store: OxigraphStore,
    journal: JournalReader,
    sequence: int,
    folder: Path,
    tell: Callable[[int, int], None] | None = None,
) -> Iterator[Difference]:
    """Yield where the store, which stands at that change, differs from its journal.

    First the graphs of documents in the order of their entries, then the graph of commits, then graphs that
    no entry made; at most one difference for each. What has been concluded is not looked at. The folder,
    which is empty, is worked in.
    """
    last: dict[str, int] = {}
    with scratch(folder / "commits", store.stamp) as expected:
        expected.secret = store.secret
        for entry in journal.entries(until=sequence):
            last |= dict.fromkeys(entry.graphs, entry.sequence)
            expected.apply(record(expected, entry))
            if tell:
                tell(entry.sequence, 2 * sequence)
        for entry, payload in journal.records(until=sequence) if sequence else ():
            wanted = [graph for graph in entry.graphs if last[graph] == entry.sequence]
            if wanted:
                yield from _in_graphs(store, entry, payload, wanted)
            if tell:
                tell(sequence + entry.sequence, 2 * sequence)
        graph = commits_graph(store.stamp.base)
        expected.apply(settle(expected, ()))
        expected.apply(ChangeSet(delete=frozenset([(*purge_mark(store.stamp.base), graph)])))
        yield from _in_commits(store, expected, graph)
    yield from _stray(store, {*last, str(graph), f"{store.stamp.base}graph/inference"})


def concluded_otherwise(store: OxigraphStore, folder: Path) -> Difference | None:
    """Return how the inference graph differs from what the store's rules conclude from nothing; None if not.

    The folder, which is empty, is worked in.
    """
    base = store.stamp.base
    graph = URIRef(f"{base}graph/inference")
    with copy_to(store, folder / "anew") as anew:
        derive(anew, base, None, rules_of(anew.graph(URIRef(f"{base}graph/rules"))))
        missing, surplus = list(lacking(store, anew, graph)), list(lacking(anew, store, graph))
    if not missing and not surplus:
        return None
    what = "what the rules in force conclude"
    return _difference(str(graph), f"the inference graph is not {what}", _lines(missing), _lines(surplus))


def _in_graphs(
    store: OxigraphStore, entry: Entry, payload: bytes | None, wanted: Iterable[str]
) -> Iterator[Difference]:
    if payload is None and entry.payload_sha256 is not None:
        lines = [
            line for graph in entry.graphs for line in graph_lines(store, graph).splitlines(keepends=True)
        ]
        if hashlib.sha256(b"".join(sorted(lines))).hexdigest() != entry.payload_sha256:
            yield Difference(
                f"the graphs of {entry.document} do not hold what entry {entry.sequence} put there; what it "
                "was has been redacted since, and only its hash is known",
                entry.graphs[0],
                entry.sequence,
                entry.document,
            )
        return
    for graph in wanted:
        said = _of_graph(payload_now(entry, payload or b""), graph, whole=len(entry.graphs) == 1)
        held = graph_lines(store, graph)
        if said != held:
            is_now, should = set(held.splitlines()), set(said.splitlines())
            what = f"the graph <{graph}> is not what entry {entry.sequence} ({entry.document}) put there"
            if not held:
                what = f"the graph <{graph}> of entry {entry.sequence} ({entry.document}) is missing"
            yield _difference(graph, what, should - is_now, is_now - should, entry)


def _of_graph(payload: bytes, graph: str, *, whole: bool) -> bytes:
    """Return the lines of a payload that stand in a graph."""
    if whole:
        return payload
    end = f" <{graph}> .\n".encode()
    return b"".join(line for line in payload.splitlines(keepends=True) if line.endswith(end))


def _in_commits(store: OxigraphStore, expected: OxigraphStore, graph: URIRef) -> Iterator[Difference]:
    """Yield how the graph of commits differs, but for marks of what is still to be done."""
    missing = list(lacking(store, expected, graph))
    surplus = [quad for quad in lacking(expected, store, graph) if not _passing(quad, graph)]
    if missing or surplus:
        first = min(to_nquads([quad]) for quad in (missing or surplus)).decode()
        change, document = _CHANGE.search(first), _DOCUMENT.search(first)
        yield _difference(
            str(graph),
            "the graph of commits is not what the entries of the journal make of it",
            _lines(missing),
            _lines(surplus),
            sequence=int(change[1]) if change else None,
            document=f"{document[1]} {document[2]}" if document else None,
        )


def _passing(quad: Quad, graph: URIRef) -> bool:
    """Whether a quad is a mark that goes by itself, or an earlier number of the store."""
    subject, predicate, object_, _ = quad
    if predicate in {SVD.rulesPending, SVD.purgePending}:
        return object_ == Literal(True)  # noqa: FBT003 - the value of a mark
    return subject == graph and predicate == SVD.sequence


def _stray(store: OxigraphStore, known: set[str]) -> Iterator[Difference]:
    sizes = graph_sizes(store)
    for name, count in sizes.items():
        if name not in known:
            (first, *_) = graph_lines(store, name).decode().splitlines()
            yield Difference(
                f"the store holds the graph <{name}>, which no entry of its journal made; "
                f"{count} quads, the first: {first}",
                name,
                surplus=count,
            )
    nowhere = size(store) - sum(sizes.values())
    if nowhere:
        yield Difference(f"the store holds {nowhere} quads in no named graph", surplus=nowhere)


def _difference(  # noqa: PLR0913 - the parts of a difference
    graph: str,
    what: str,
    missing: Iterable[bytes],
    surplus: Iterable[bytes],
    entry: Entry | None = None,
    *,
    sequence: int | None = None,
    document: str | None = None,
) -> Difference:
    lacks, has = sorted(missing), sorted(surplus)
    parts = [what]
    parts += [f"{len(lacks)} quads are missing, the first: {lacks[0].decode()}"] if lacks else []
    parts += [f"{len(has)} are too many, the first: {has[0].decode()}"] if has else []
    return Difference(
        "; ".join(parts),
        graph,
        entry.sequence if entry else sequence,
        entry.document if entry else document,
        len(lacks),
        len(has),
    )


def _lines(quads: Iterable[Quad]) -> list[bytes]:
    return to_nquads(quads).splitlines()
