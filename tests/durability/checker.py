"""What is held against a store after its process died: nothing acknowledged is lost, half there or different.

The journal is the yardstick for the store, and what the parent wrote down of acknowledgements is the
yardstick for the journal. What the store ought to hold is computed twice, in ways that share little: the
graphs of each document from its last entry alone, and everything from a store in memory that takes in the
whole journal anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox
from rdflib.term import URIRef

from kg.journal import JournalReader, verify
from kg.pipeline import Repository, open_graph, read_graph
from kg.pipeline.records import commits_graph, pending, position, purge_mark
from kg.settings import Settings
from kg.store import ChangeSet, OxigraphStore, memory, stamp_of
from kg.store.secret import secret_in
from kg.store.stamp import Stamp
from kg.terms import SVD
from tests.durability.world import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.journal import Journal

SETTINGS = Settings(base=BASE, agent="checker", reserve=0)
_CONCLUDED = {f"<{BASE}graph/{name}>".encode() for name in ("inference", "commits")}

_BEGUN: dict[str, bytes] = {}
"""What a store holds after the first entry, by the hash of that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What checking a store found."""

    recovery: float
    """Seconds until the store was open."""
    work: float
    """Of these, seconds of work: what is left of them where nothing else keeps the machine busy."""
    problems: tuple[str, ...]
    content: bytes
    """All that the store holds, as N-Quads."""


def check(folder: Path, acknowledged: Mapping[int, str]) -> Finding:
    """Return what is wrong with a store of which these entries, by number, were acknowledged with a hash."""
    begun, worked = time.perf_counter(), time.process_time()
    opened = open_graph(folder, "check", settings=SETTINGS)
    recovery, work = time.perf_counter() - begun, time.process_time() - worked
    with opened:
        journal = cast("Journal", opened.journal)
        content = opened.store.nquads()
        problems = [
            *unsound(folder),
            *lost(opened.store, acknowledged),
            *unlike(opened.store, content, journal),
        ]
        if content != rebuilt(folder):
            problems.append("the store is not what its journal makes of an empty one")
    with read_graph(folder) as reading:
        if reading.store.nquads() != content or reading.sequence != reading.head:
            problems.append("what readers get is not what the store holds")
    return Finding(recovery, work, tuple(problems), content)


def lost(store: OxigraphStore, acknowledged: Mapping[int, str]) -> list[str]:
    """Return which acknowledged changes the store does not know, or knows differently."""
    graph = commits_graph(BASE)
    hashes = {quad[0]: str(quad[2]) for quad in store.quads(None, SVD.entryHash, None, graph)}
    return [
        f"change {sequence} was acknowledged and is {hashes.get(change, 'lost')}"
        for sequence, known in sorted(acknowledged.items())
        if hashes.get(change := URIRef(f"{BASE}change/{sequence}")) != known
    ]


def unsound(folder: Path) -> list[str]:
    """Return what the journal's own check finds."""
    report = verify(folder / "journal")
    found = [] if report.damage is None else [f"the journal is damaged: {report.damage}"]
    if report.pending or report.unfinished:
        found.append(f"the journal has erasures {report.pending} and {report.unfinished} bytes unfinished")
    return found


def unlike(store: OxigraphStore, content: bytes, journal: JournalReader) -> list[str]:
    """Return in what the store differs from what the last entry of each document says."""
    found = []
    if position(store) != journal.head:
        found.append(f"the store stands at {position(store)}, the journal at {journal.head}")
    if pending(store):
        found.append(f"rules are pending for {[name for _, _, name in pending(store)]}")
    if store.quads(*purge_mark(BASE), commits_graph(BASE)):
        found.append("a purge is pending")
    if len(store.quads(commits_graph(BASE), SVD.sequence, None, commits_graph(BASE))) != 1:
        found.append("more than one sequence number is left in the graph of commits")
    held: dict[bytes, set[bytes]] = {}
    for line in content.splitlines():
        held.setdefault(graph_of(line), set()).add(line)
    expected = graphs(journal)
    for name in sorted((expected.keys() | held.keys()) - _CONCLUDED):
        kept, wanted = held.get(name, set()), expected.get(name, set())
        if kept != wanted:
            found.append(f"{name.decode()} holds {len(kept)} triples that ought to be {len(wanted)}")
    return found


def graphs(journal: JournalReader) -> dict[bytes, set[bytes]]:
    """Return the lines of N-Quads of each graph of a document, by the last entry that is about it."""
    last: dict[bytes, bytes] = {}
    for entry, payload in journal.records():
        last |= dict.fromkeys((f"<{name}>".encode() for name in entry.graphs), payload or b"")
    found = {
        name: {line for line in payload.splitlines() if graph_of(line) == name}
        for name, payload in last.items()
    }
    return {name: lines for name, lines in found.items() if lines}


def graph_of(line: bytes) -> bytes:
    """Return the graph of a line of N-Quads, in its brackets."""
    return line.removesuffix(b" .").rpartition(b" ")[2]


def rebuilt(folder: Path) -> bytes:
    """Return all that a store in memory holds once it took in the journal from the beginning.

    Of journals that begin with the same entry, that is taken in once: it is the ontology, and by far the
    largest. A store in memory has no files from which redacted words would have to be purged. The key is the
    store's own: hashes of what was redacted are made with it.
    """
    journal = cast("Journal", JournalReader(folder / "journal"))
    first, _ = journal.record(1)
    if first.hash not in _BEGUN:
        begun = Repository(memory(BASE), journal)
        begun.replay(until=1)
        _BEGUN[first.hash] = begun.store.nquads()
    engine = ox.Store()
    engine.bulk_load(_BEGUN[first.hash], format=ox.RdfFormat.N_QUADS)
    made = Repository(OxigraphStore(engine, Stamp(BASE)), journal)
    made.store.secret = secret_in(folder, stamp_of(folder).secret) or made.store.secret
    made.replay()
    made.conclude()
    made.store.apply(ChangeSet(delete=frozenset([(*purge_mark(BASE), commits_graph(BASE))])))
    return made.store.nquads()
