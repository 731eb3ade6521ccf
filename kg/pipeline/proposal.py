"""Changes of several documents at once, as their graphs are to be: examined together, taken in together.

`propose` does what could go wrong, on a checkpoint; what it returns travels as bytes. `accept` puts all of
it into the store, or nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import DocumentError
from kg.ingest.from_rdf.read import document_of, read_rdf
from kg.journal import Action
from kg.model import Problem
from kg.pipeline.change import Change
from kg.pipeline.dependents import dependents, described
from kg.pipeline.group import Group
from kg.pipeline.intake import Examined, change_of, from_bytes, taken_in, to_bytes, valid
from kg.pipeline.outcome import Outcome
from kg.pipeline.records import position
from kg.pipeline.settled import settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.ingest import Document
    from kg.model import Triple
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

_MIXED = (
    "an update takes documents back or changes others, not both",
    "update/mixed",
    "take documents back in an update of its own, those first that refer to others",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of documents, at a state of the store."""

    sequence: int
    """The change at which that state stood."""
    items: tuple[Examined, ...]
    """Of each document that is added, revised, refused, or not changed at all."""
    retracted: tuple[tuple[str, str, URIRef], ...] = ()
    """The kind, id and graph of each that is taken back."""

    @property
    def refused(self) -> bool:
        """Whether any of it is; then nothing may come in."""
        return any(item.outcome.status == "refused" for item in self.items)


def propose(store: OxigraphStore, graphs: Mapping[URIRef, frozenset[Triple]]) -> Proposal:
    """Return what would become of documents whose graphs were to hold these triples; nothing is written.

    A graph that is to hold nothing takes its document back. Problems are in the outcomes, never raised.
    """
    sequence, _ = position(store)
    outcomes: dict[Path, Outcome] = {}
    documents: dict[Path, Document] = {}
    retracted = []
    for graph, triples in sorted(graphs.items()):
        path, name = Path(f"<{graph}>"), f"<{graph}>"  # as a path it is a key: it says `https:/…`
        try:
            if triples:
                documents[path] = read_rdf(triples, store.stamp.base, graph, name, held=store.graph(graph))
            else:
                retracted.append((*document_of(store.stamp.base, graph, name), graph))
        except DocumentError as error:
            outcomes[path] = Outcome(path, None, None, "refused", error.problems)
    for path, problem in _unretractable(store, retracted, mixed=bool(documents)):
        outcomes[path] = Outcome(path, None, None, "refused", (problem,))
    outcomes |= dict(settled(store, documents, again=True))
    group = Group(store, {path: item for path, item in documents.items() if path not in outcomes}, outcomes)
    group.settle()
    items = [Examined(sequence, outcome) for _, outcome in sorted(outcomes.items())]
    items += [
        valid(store, path, conversion, sequence, group.warnings(path))
        for path, conversion in sorted(group.converted.items())
    ]
    return Proposal(sequence, tuple(items), tuple(retracted))


def accept(repository: Repository, proposal: Proposal, agent: str, reason: str) -> tuple[Outcome, ...] | None:
    """Take in all that was proposed and return what became of it; None if the store has moved on since.

    Nothing is taken in where any of it is refused. `reason` is why documents are taken back. Raises what
    `Repository.commit` raises.
    """
    if proposal.refused:
        return tuple(item.outcome for item in proposal.items)
    if proposal.sequence != repository.sequence:
        return None
    coming = [item for item in proposal.items if item.graph is not None]
    changes = [change_of(item, agent) for item in coming]
    changes += [
        Change(Action.RETRACT, kind, identifier, agent, {graph: frozenset()}, reason=reason)
        for kind, identifier, graph in proposal.retracted
    ]
    entries = repository.commit(changes)
    done = [taken_in(repository, item, entry) for item, entry in zip(coming, entries, strict=False)]
    done += [
        Outcome(Path(f"<{graph}>"), kind, identifier, "retracted", sequence=entry.sequence)
        for (kind, identifier, graph), entry in zip(proposal.retracted, entries[len(coming) :], strict=True)
    ]
    return (*done, *(item.outcome for item in proposal.items if item.graph is None))


def packed(proposal: Proposal) -> bytes:
    """Return a proposal as bytes: a line of JSON, then each item as `kg.pipeline.intake` has it."""
    items = [to_bytes(item) for item in proposal.items]
    head = {
        "sequence": proposal.sequence,
        "lengths": [len(item) for item in items],
        "retracted": proposal.retracted,
    }
    return json.dumps(head).encode() + b"\n" + b"".join(items)


def unpacked(data: bytes) -> Proposal:
    """Return what `packed` made bytes of; raise ValueError for anything else."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    items, at = [], 0
    for length in head["lengths"]:
        items.append(from_bytes(rest[at : at + length]))
        at += length
    retracted = tuple((kind, identifier, URIRef(graph)) for kind, identifier, graph in head["retracted"])
    return Proposal(head["sequence"], tuple(items), retracted)


def _unretractable(
    store: OxigraphStore, retracted: list[tuple[str, str, URIRef]], *, mixed: bool
) -> list[tuple[Path, Problem]]:
    """Return why documents cannot be taken back."""
    found = []
    graphs = {graph for _, _, graph in retracted}
    for kind, identifier, graph in retracted:
        path, name = Path(f"<{graph}>"), f"<{graph}>"
        others = dependents(store, described(store.graph(graph)), graphs)
        names = sorted({name for documents in others.values() for name in documents})
        if names:
            message = f"{kind} {identifier} cannot be taken back: {', '.join(names)} refer to it"
            hint = "take those back first"
            found.append((path, Problem(name, None, "", message, "document/depended-on", hint)))
        elif mixed:
            message, rule, hint = _MIXED
            found.append((path, Problem(name, None, "", message, rule, hint)))
    return found
