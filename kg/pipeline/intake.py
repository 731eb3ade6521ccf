"""One document from elsewhere: examined by a process that only reads, admitted by the one that writes.

`examine` does all that could take long or go wrong, on a checkpoint; what it returns travels as bytes.
`admit` puts it into the store, unless the store has moved on since.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import DocumentError, StorageFullError
from kg.journal import Action
from kg.model import Problem
from kg.pipeline.change import Change
from kg.pipeline.group import Group, doubts_about
from kg.pipeline.outcome import LENIENT, Outcome, Scrutiny
from kg.pipeline.placing import in_their_places
from kg.pipeline.quarantine import resolve
from kg.pipeline.records import hashes_of, position
from kg.pipeline.settled import settled
from kg.store import from_nquads, to_nquads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kg.ingest import Document
    from kg.journal import Entry
    from kg.model import Conversion
    from kg.pipeline.outcome import Status
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of a document that was held against a state of the store; `graph` if it may come in."""

    sequence: int
    """The change at which that state stood."""
    outcome: Outcome
    graph: URIRef | None = None
    content: bytes = b""
    """N-Quads of the graph."""
    content_hash: str | None = None
    known: bool = False
    """Whether the store holds an earlier revision."""


def examine(
    store: OxigraphStore,
    read: Callable[[], Document],
    name: str,
    *,
    again: bool = False,
    scrutiny: Scrutiny = LENIENT,
) -> Examined:
    """Return what would become of the document that `read` returns; nothing is written.

    `name` is what it is called in problems. Problems are in the outcome, never raised.
    """
    sequence, _ = position(store)
    path = Path(name)
    try:
        (document,) = in_their_places(store, store.stamp.base, {path: read()}).values()
    except DocumentError as error:
        return Examined(sequence, Outcome(path, None, None, "refused", error.problems))
    for _, outcome in settled(store, {path: document}, again=again):
        if outcome.status != "unchanged":
            return Examined(sequence, outcome)
        ((_, held),) = doubts_about(store, {path: document}, scrutiny)
        return Examined(sequence, held)
    outcomes: dict[Path, Outcome] = {}
    group = Group(store, {path: document}, outcomes, scrutiny)
    group.settle()
    if path in outcomes:
        return Examined(sequence, outcomes[path])
    return valid(store, path, group.converted[path], sequence, group.warnings(path))


def examine_together(
    store: OxigraphStore,
    reads: Sequence[tuple[str, Callable[[], Document]]],
    *,
    again: bool = False,
    scrutiny: Scrutiny = LENIENT,
) -> list[Examined | None]:
    """Return what would become of documents that come together, each by its name; nothing is written.

    They may refer to each other. None for one whose id another before it has: it has to wait for that.
    """
    sequence, _ = position(store)
    paths = [Path(f"{number}/{name}") for number, (name, _) in enumerate(reads)]
    outcomes: dict[Path, Outcome] = {}
    documents: dict[Path, Document] = {}
    seen: set[tuple[str, str]] = set()
    waiting: set[Path] = set()
    for path, (_, read) in zip(paths, reads, strict=True):
        try:
            document = read()
        except DocumentError as error:
            outcomes[path] = Outcome(path, None, None, "refused", error.problems)
            continue
        name = (document.kind, document.identifier)
        if name in seen:
            waiting.add(path)
        else:
            documents[path] = document
        seen.add(name)
    documents = in_their_places(store, store.stamp.base, documents)
    outcomes |= dict(settled(store, documents, again=again))
    held = {path: documents[path] for path, outcome in outcomes.items() if outcome.status == "unchanged"}
    outcomes |= dict(doubts_about(store, held, scrutiny))
    group = Group(
        store, {path: one for path, one in documents.items() if path not in outcomes}, outcomes, scrutiny
    )
    group.settle()
    return [
        None
        if path in waiting
        else Examined(sequence, replace(outcomes[path], path=Path(name)))
        if path in outcomes
        else valid(store, Path(name), group.converted[path], sequence, group.warnings(path))
        for path, (name, _) in zip(paths, reads, strict=True)
    ]


def valid(
    store: OxigraphStore,
    path: Path,
    conversion: Conversion,
    sequence: int,
    warnings: tuple[Problem, ...] = (),
) -> Examined:
    """Return what is said of a document that may come in."""
    name = (conversion.kind, conversion.identifier)
    return Examined(
        sequence,
        Outcome(path, *name, "valid", warnings=warnings),
        conversion.graph,
        to_nquads((*triple, conversion.graph) for triple in conversion.triples),
        conversion.published_hash,
        name in hashes_of(store, [name]),
    )


def admit(repository: Repository, examined: Examined, agent: str) -> Outcome | None:
    """Take in what was examined and return what became of it; None if the store has moved on since.

    Then it has to be examined again. Raises what `Repository.commit` raises.
    """
    if examined.graph is None:
        return examined.outcome
    if examined.sequence != repository.sequence:
        return None
    (entry,) = repository.commit([change_of(examined, agent)])
    return taken_in(repository, examined, entry)


def still_holds(repository: Repository, examined: Examined) -> bool:
    """Return whether what was said of a document would be said of it now, though other changes came since.

    It is where these are of reports, and it is a new report in which none of them is spoken of: nobody else
    can speak of it yet. What is not to come in was rightly said at its time.
    """
    if examined.graph is None or examined.sequence == repository.sequence:
        return True
    since = repository.changed_since(examined.sequence)
    if since is None or examined.known or examined.outcome.kind != "report":
        return False
    base = repository.store.stamp.base
    return all(
        kind == "report" and f"{base}report/{name}".encode() not in examined.content for kind, name in since
    )


def change_of(examined: Examined, agent: str) -> Change:
    """Return the change that takes in what was examined; raise ValueError for what may not come in."""
    outcome = examined.outcome
    if examined.graph is None or outcome.kind is None or outcome.identifier is None:
        raise ValueError(f"{outcome.path} may not come in")
    return Change(
        Action.REVISE if examined.known else Action.ADD,
        outcome.kind,
        outcome.identifier,
        agent,
        {examined.graph: frozenset(quad[:3] for quad in from_nquads(examined.content))},
        examined.content_hash,
    )


def taken_in(repository: Repository, examined: Examined, entry: Entry) -> Outcome:
    """Return what became of a document that has come in; what waits of it in quarantine waits no longer."""
    if repository.folder is not None:
        with suppress(StorageFullError):
            resolve(repository.folder, entry.kind, entry.identifier, entry.sequence)
    status: Status = "revised" if examined.known else "added"
    return replace(examined.outcome, status=status, sequence=entry.sequence)


def to_bytes(examined: Examined) -> bytes:
    """Return what was examined as bytes: a line of JSON, then the N-Quads."""
    outcome = examined.outcome
    head = {
        "sequence": examined.sequence,
        "name": str(outcome.path),
        "kind": outcome.kind,
        "id": outcome.identifier,
        "status": outcome.status,
        "problems": [asdict(problem) for problem in outcome.problems],
        "warnings": [asdict(warning) for warning in outcome.warnings],
        "report": outcome.report,
        "graph": examined.graph,
        "content_hash": examined.content_hash,
        "known": examined.known,
    }
    return json.dumps(head).encode() + b"\n" + examined.content


def from_bytes(data: bytes) -> Examined:
    """Return what `to_bytes` made bytes of; raise ValueError for anything else."""
    line, _, content = data.partition(b"\n")
    head = json.loads(line)
    outcome = Outcome(
        Path(head["name"]),
        head["kind"],
        head["id"],
        head["status"],
        tuple(Problem(**problem) for problem in head["problems"]),
        head["report"],
        warnings=tuple(Problem(**warning) for warning in head["warnings"]),
    )
    graph = None if head["graph"] is None else URIRef(head["graph"])
    return Examined(head["sequence"], outcome, graph, content, head["content_hash"], head["known"])


def all_to_bytes(several: Iterable[Examined | None]) -> bytes:
    """Return what was examined together as bytes: the lengths in a line of JSON, then each."""
    items = [b"" if examined is None else to_bytes(examined) for examined in several]
    return json.dumps([len(item) for item in items]).encode() + b"\n" + b"".join(items)


def all_from_bytes(data: bytes) -> list[Examined | None]:
    """Return what `all_to_bytes` made bytes of; raise ValueError for anything else."""
    line, _, rest = data.partition(b"\n")
    found: list[Examined | None] = []
    at = 0
    for length in json.loads(line):
        found.append(from_bytes(rest[at : at + length]) if length else None)
        at += length
    return found
