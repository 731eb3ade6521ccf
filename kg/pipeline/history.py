"""What the journal tells of the past: the revisions of a document, and what each of them said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rdflib.term import URIRef

from kg.errors import BadParameterError, GoneError, JournalDamagedError, NotFoundError
from kg.ingest.masks import guarded, is_public
from kg.journal import Action, JournalReader
from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.records import commits_graph, document_iri, position, published_hash
from kg.pipeline.withheld import brought_public_text
from kg.store import Secret, from_nquads, stamp_of
from kg.store.secret import secret_in
from kg.terms import PROV

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.journal import Entry
    from kg.model import Triple
    from kg.store import OxigraphStore, Quad

_SHORT: Final = 1000
"""Entries up to which a journal is read through; above, a checkpoint tells where to look."""
_SHIPPED: Final = {
    "graph/ontology": ("ontology", "servanda"),
    "graph/vocabularies": ("ontology", "servanda"),
    "graph/rules": ("rules", "servanda"),
}
"""Graphs that are no document's own, and the documents that hold them."""
State: TypeAlias = Literal["current", "replaced", "retracted", "redacted"]


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """A revision of a document: the change that brought it, and what became of it."""

    number: int
    """From 1, as the document's revisions are counted."""
    sequence: int
    """The change that brought it."""
    time: str
    action: Action
    agent: str
    reason: str | None
    content_hash: str | None
    """As the store has it."""
    state: State = "current"
    ended: int | None = None
    """The change that replaced or retracted it, or removed its words; None for the current one."""
    ended_at: str | None = None
    ended_by: str | None = None
    """Who made that change."""
    ended_for: str | None = None
    """The reason that was given for it."""


def revision(  # noqa: PLR0913, PLR0917 - a document is named by three words
    folder: Path,
    base: str,
    kind: str,
    identifier: str,
    number: int,
    store: OxigraphStore | None = None,
) -> frozenset[Triple]:
    """Return what may be read of a revision of a document, be it current, replaced or retracted.

    Of a report whose newest revision says that its text may be quoted only, an older one shows no more
    than its own quotes either. A state of the store that is open already, however old, spares a search in
    the journal. Raises NotFoundError with the numbers that there are, GoneError if its words were redacted.
    """
    document = _named(base, kind, identifier)
    said = frozenset(quad[:3] for quad in _quads(folder, document, number, store))
    if kind != "report" or (is_public(said) and _newest_is_public(folder, document, store)):
        return said
    return guarded(said, secret_in(folder, stamp_of(folder).secret))


def revision_quads(
    folder: Path, kind: str, identifier: str, number: int | None = None, *, whole: bool = False
) -> frozenset[Quad]:
    """Return what may be read of a revision, or of the current one for None, each triple with its graph.

    `whole` is for who keeps the store: of a report the text is as it was, whatever may be read of it since.
    Raises what `revision` does, and GoneError if no revision is current any more.
    """
    base = stamp_of(folder).base
    if kind == "report" and number is not None and not whole:
        graph = URIRef(f"{base}graph/report/{identifier}")
        return frozenset((*triple, graph) for triple in revision(folder, base, kind, identifier, number))
    return _quads(folder, _named(base, kind, identifier), number)


def revisions(
    folder: Path, kind: str, identifier: str, store: OxigraphStore | None = None
) -> tuple[RevisionInfo, ...]:
    """Return the revisions of a document in order; raise NotFoundError if there never was one."""
    return _revisions(folder, _named(stamp_of(folder).base, kind, identifier), store)


def document_named(base: str, name: str) -> tuple[str, str]:
    """Return the kind and id of the document that somebody names: `report/radio`, or an IRI of it.

    Raises BadParameterError for what can be no document's name.

    >>> document_named("urn:x/", "urn:x/graph/report/radio"), document_named("urn:x/", "report/radio")
    (('report', 'radio'), ('report', 'radio'))
    """
    path = name.removeprefix(base)
    if path in _SHIPPED:
        return _SHIPPED[path]
    match path.split("/"):
        case [kind, identifier] | ["graph" | "document", kind, identifier] if kind and identifier:
            return kind, identifier
    raise BadParameterError(
        f"{name!r} names no document; write KIND/ID, as report/radio, or an IRI, as {base}report/radio"
    )


@dataclass(frozen=True, slots=True)
class _Document:
    kind: str
    identifier: str
    iri: URIRef
    graph: URIRef
    """The graph of commits, which tells of it."""

    def is_of(self, entry: Entry) -> bool:
        """Whether an entry is about it."""
        return (entry.kind, entry.identifier) == (self.kind, self.identifier)


def _named(base: str, kind: str, identifier: str) -> _Document:
    return _Document(kind, identifier, document_iri(base, kind, identifier), commits_graph(base))


def _quads(
    folder: Path, document: _Document, number: int | None, store: OxigraphStore | None = None
) -> frozenset[Quad]:
    reader = JournalReader(folder / "journal")
    chosen = _chosen(folder, document, number, store)
    entry, payload = reader.record(chosen.sequence)
    if payload is not None:
        return from_nquads(payload)
    if entry.payload_sha256 is not None:
        _chosen(folder, document, number, store)  # it may have been redacted in the meantime
        raise JournalDamagedError(
            f"the payload of entry {entry.sequence} is gone, and no later entry redacts it", entry.sequence
        )
    return frozenset()


def _newest_is_public(folder: Path, document: _Document, store: OxigraphStore | None) -> bool:
    """Return whether the last revision of a report lets its text be read; no, if its words are gone."""
    last = _revisions(folder, document, store)[-1]
    return brought_public_text(JournalReader(folder / "journal"), last.sequence)


def _chosen(
    folder: Path, document: _Document, number: int | None, store: OxigraphStore | None
) -> RevisionInfo:
    known = _revisions(folder, document, store)
    for item in reversed(known):
        if item.number == number or (number is None and item.state == "current"):
            if item.state == "redacted":
                raise _gone(document, item)
            return item
    if number is None:
        raise _gone(document, max(known, key=lambda item: item.ended or 0))
    there = ", ".join(str(item.number) for item in known)
    raise NotFoundError(
        f"{document.kind} {document.identifier!r} has no revision {number}; there are: {there}"
    )


def _revisions(folder: Path, document: _Document, store: OxigraphStore | None) -> tuple[RevisionInfo, ...]:
    secret = secret_in(folder, stamp_of(folder).secret) or Secret.random()
    found = _told(_entries(folder, document, store), secret)
    if not found:
        raise NotFoundError(f"no {document.kind} {document.identifier!r} was ever in this store")
    return found


def _entries(folder: Path, document: _Document, store: OxigraphStore | None) -> list[Entry]:
    """Return the entries about a document: those that a state of the store names, and what came after it."""
    reader = JournalReader(folder / "journal")
    opened = newest_checkpoint(folder) if store is None and reader.head[0] > _SHORT else None
    state = store or (opened and opened[1])
    try:
        after, numbers = _numbers(state, document) if state else (0, [])
    finally:
        if opened:
            opened[1].close()
    found = [entry for number in numbers for entry in reader.entries(number - 1, number)]
    if not all(document.is_of(entry) for entry in found):  # it is the state of another store
        after, found = 0, []
    return found + [entry for entry in reader.entries(after) if document.is_of(entry)]


def _numbers(state: OxigraphStore, document: _Document) -> tuple[int, list[int]]:
    """Return the change at which a state stands, and the changes about the document up to it."""
    after, _ = position(state)
    changes: set[str] = set()
    for revision, _, _, _ in state.quads(None, PROV.specializationOf, document.iri, document.graph):
        for predicate in (PROV.wasGeneratedBy, PROV.wasInvalidatedBy):
            found = state.quads(revision, predicate, None, document.graph)
            changes |= {str(quad[2]) for quad in found}
    numbers = sorted(int(change.rpartition("/")[2]) for change in changes)
    return after, [number for number in numbers if number <= after]


def _told(entries: Iterable[Entry], secret: Secret) -> tuple[RevisionInfo, ...]:
    """Return the revisions that the entries of one document tell of."""
    found: dict[int, RevisionInfo] = {}
    brought: dict[int, Entry] = {}
    current: int | None = None
    for entry in entries:
        brought[entry.sequence] = entry
        if entry.action in {Action.ADD, Action.REVISE}:
            if current is not None:
                found[current] = _ended(found[current], entry, "replaced")
            current = entry.sequence
            found[current] = RevisionInfo(
                entry.revision,
                entry.sequence,
                entry.time,
                entry.action,
                entry.agent,
                entry.reason,
                published_hash(entry, secret),
            )
        elif entry.action is Action.RETRACT and current is not None:
            found[current] = _ended(found[current], entry, "retracted")
            current = None
        for sequence in found.keys() & set(entry.redacts):
            hidden = entry.content_hash or published_hash(brought[sequence], secret, redacted=True)
            found[sequence] = replace(_ended(found[sequence], entry, "redacted"), content_hash=hidden)
            current = None if sequence == current else current
    return tuple(found.values())


def _ended(item: RevisionInfo, entry: Entry, state: State) -> RevisionInfo:
    return replace(
        item,
        state=state,
        ended=entry.sequence,
        ended_at=entry.time,
        ended_by=entry.agent,
        ended_for=entry.reason,
    )


def _gone(document: _Document, item: RevisionInfo) -> GoneError:
    why = f": {item.ended_for}" if item.ended_for else ""
    return GoneError(
        f"revision {item.number} of {document.kind} {document.identifier!r} was {item.state} on "
        f"{item.ended_at} by change {item.ended}{why}",
        item.ended or 0,
    )
