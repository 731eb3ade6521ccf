"""Taking back: a retraction keeps the history, a redaction removes the words for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import IngestError, NotFoundError
from kg.journal import Action
from kg.pipeline.change import Change
from kg.pipeline.dependents import refuse_dependents
from kg.pipeline.followers import discard_checkpoints, discard_read_model
from kg.pipeline.meant import documents_meant
from kg.pipeline.quarantine import purge as purge_quarantine
from kg.pipeline.records import commits_graph, document_iri, purge_mark
from kg.pipeline.snapshots import discard_snapshots
from kg.store import ChangeSet
from kg.terms import SVD

if TYPE_CHECKING:
    from kg.journal import Entry
    from kg.pipeline.repository import Repository


def retract(
    repository: Repository, kind: str, identifier: str, reason: str, *, agent: str | None = None
) -> Entry:
    """Take a document out of the store and return the entry; its revisions stay in the journal.

    Raises NotFoundError if the store does not hold it, DependentsError if other documents refer to what
    it describes, IngestError for an empty reason.
    """
    _check_reason(reason)
    graphs = _graphs(repository, kind, identifier)
    if not graphs:
        meant = documents_meant(repository.store, repository.store.stamp.base, f"{kind}/{identifier}")
        raise NotFoundError(f"the store holds no {kind} {identifier!r}{meant}")
    refuse_dependents(repository.store, kind, identifier, graphs)
    change = Change(
        Action.RETRACT,
        kind,
        identifier,
        agent or repository.agent,
        dict.fromkeys(graphs, frozenset()),
        reason=reason,
    )
    (entry,) = repository.commit([change])
    return entry


def redact(  # noqa: PLR0913 - what a redaction has to say
    repository: Repository,
    kind: str,
    identifier: str,
    reason: str,
    *,
    agent: str | None = None,
    revision: int | None = None,
) -> Entry:
    """Remove a document's words from journal and store for good, and return the entry that says so.

    One revision, or for None all of them. The current one leaves the store even if others refer to it.
    What stays is the entry: who, when, why, and the hashes of what was removed. Copies elsewhere (backups,
    exports, mirrors) are beyond this store. Raises NotFoundError if there was no such revision or it is
    redacted already, IngestError for an empty reason.
    """
    _check_reason(reason)
    if repository.journal is None:
        raise IngestError("a store without a journal has no history to redact")
    entries = [
        entry
        for entry in repository.journal.entries()
        if (entry.kind, entry.identifier) == (kind, identifier)
    ]
    erased = {sequence for entry in entries for sequence in entry.redacts}
    wanted = [
        entry
        for entry in entries
        if entry.payload_sha256 is not None
        and entry.sequence not in erased
        and revision in {None, entry.revision}
    ]
    if not wanted:
        which = "" if revision is None else f" of revision {revision}"
        raise NotFoundError(f"the journal holds no words{which} of {kind} {identifier!r}")
    graphs = _graphs(repository, kind, identifier)
    current = any(entry.revision == _current_revision(repository, kind, identifier) for entry in wanted)
    change = Change(
        Action.REDACT,
        kind,
        identifier,
        agent or repository.agent,
        dict.fromkeys(graphs, frozenset()) if current else {},
        reason=reason,
        redacts=tuple(entry.sequence for entry in wanted),
    )
    (entry,) = repository.commit([change])
    purge(repository)
    return entry


def purge(repository: Repository) -> None:
    """Remove from all files what redactions have taken back, if that is still to be done."""
    base = repository.store.stamp.base
    graph = commits_graph(base)
    if repository.folder is None or repository.journal is None:
        return
    if not repository.store.quads(*purge_mark(base), graph):
        return
    redactions = [entry for entry in repository.journal.entries() if entry.redacts]
    repository.journal.erase({sequence for entry in redactions for sequence in entry.redacts})
    for entry in redactions:
        purge_quarantine(repository.folder, entry.kind, entry.identifier, until=entry.time)
    repository.journal.discard_torn()
    discard_checkpoints(repository.folder)
    discard_snapshots(repository.folder)
    discard_read_model(repository.folder)
    repository.exchange()
    repository.store.apply(ChangeSet(delete=frozenset([(*purge_mark(base), graph)])))


def _graphs(repository: Repository, kind: str, identifier: str) -> tuple[URIRef, ...]:
    """Return the graphs that the store holds of a document."""
    base = repository.store.stamp.base
    held = repository.store.quads(
        document_iri(base, kind, identifier), SVD.storedIn, None, commits_graph(base)
    )
    return tuple(sorted(URIRef(str(quad[2])) for quad in held))


def _current_revision(repository: Repository, kind: str, identifier: str) -> int | None:
    base = repository.store.stamp.base
    document = document_iri(base, kind, identifier)
    for quad in repository.store.quads(document, SVD.currentRevision, None, commits_graph(base)):
        return int(str(quad[2]).rpartition("/")[2])
    return None


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise IngestError("a reason is needed: it stays in the journal, and is all that tells others why")
