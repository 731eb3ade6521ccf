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

from rdflib.term import Literal, URIRef

from kg.journal import JournalReader, verify
from kg.pipeline import Repository, open_graph, read_graph
from kg.pipeline.records import commits_graph, pending, position, purge_mark
from kg.settings import Settings
from kg.store import ChangeSet, from_nquads, memory
from kg.terms import SVD
from tests.durability.world import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.journal import Entry, Journal
    from kg.store import OxigraphStore, Quad

SETTINGS = Settings(base=BASE, agent="checker", reserve=0)
_CONCLUDED = {f"{BASE}graph/inference", f"{BASE}graph/commits"}


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
        problems = [*unsound(folder), *lost(opened.store, acknowledged), *unlike(opened.store, journal)]
        content = opened.store.nquads()
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


def unlike(store: OxigraphStore, journal: JournalReader) -> list[str]:
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
    expected = graphs(journal)
    held: dict[str, set[Quad]] = {}
    for quad in store.quads():
        held.setdefault(str(quad[3]), set()).add(quad)
    for name in sorted((expected.keys() | held.keys()) - _CONCLUDED):
        if held.get(name, set()) != expected.get(name, set()):
            kept, wanted = len(held.get(name, ())), len(expected.get(name, ()))
            found.append(f"{name} holds {kept} triples that ought to be {wanted}")
    return found


def graphs(journal: JournalReader) -> dict[str, set[Quad]]:
    """Return what each graph of a document holds by the last entry that is about it."""
    last: dict[str, tuple[Entry, bytes | None]] = {}
    for entry, payload in journal.records():
        last |= dict.fromkeys(entry.graphs, (entry, payload))
    found: dict[str, set[Quad]] = {}
    for name, (_, payload) in last.items():
        quads = from_nquads(payload) if payload is not None else ()
        found[name] = {quad for quad in quads if quad[3] == URIRef(name)}
    return {name: quads for name, quads in found.items() if quads}


def rebuilt(folder: Path) -> bytes:
    """Return all that a store in memory holds once it took in the journal from the beginning.

    It has no files from which words would have to be purged.
    """
    made = Repository(memory(BASE), cast("Journal", JournalReader(folder / "journal")))
    made.replay()
    made.conclude()
    made.store.apply(ChangeSet(delete=frozenset([(*purge_mark(BASE), commits_graph(BASE))])))
    return made.store.nquads()


def says(store: OxigraphStore, words: str) -> bool:
    """Return whether some literal in the store has the words in it."""
    return any(isinstance(quad[2], Literal) and words in quad[2] for quad in store.quads())
