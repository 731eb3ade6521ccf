"""A store from a dump: its own journal is new, and makes what the dump holds; see docs/decisions/0010."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import zstandard

from kg.errors import BackupError, StoreDamagedError
from kg.journal import Action, Draft, Journal, salt
from kg.pipeline.followers import Checkpoints
from kg.pipeline.records import commits_graph
from kg.pipeline.upkeep.aside import built
from kg.pipeline.upkeep.dump import secret_beside
from kg.pipeline.upkeep.rebuild import fill
from kg.settings import Settings
from kg.store import Secret, Stamp
from kg.store.dump import graph_lines, graph_sizes, load_lines, opened_lines
from kg.store.folder import begin_anew, put_in_place
from kg.store.secret import NAME as SECRET
from kg.terms import DCTERMS, PROV, RDF, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.store import OxigraphStore

_MAGIC = b"\x28\xb5\x2f\xfd"
_BATCH = 8 << 20
"""Bytes of payloads that are journalled at once."""
_FIRST = {"ontology": 0, "rules": 1}
_HELD = f"""SELECT ?document ?kind ?id ?sequence ?hash WHERE {{
  ?document <{SVD.documentKind}> ?kind ; <{DCTERMS.identifier}> ?id .
  OPTIONAL {{ ?document <{SVD.currentRevision}>/<{PROV.wasGeneratedBy}>/<{SVD.sequence}> ?sequence }}
  OPTIONAL {{ ?document <{SVD.contentHash}> ?hash }} }}"""
_STORED = f"SELECT ?document ?graph WHERE {{ ?document <{SVD.storedIn}> ?graph }}"
_TAKEN = f"""SELECT ?document ?number ?hash ?kind ?sequence ?reason WHERE {{
  ?revision <{PROV.specializationOf}> ?document ; <{SVD.revisionNumber}> ?number ;
    <{SVD.contentHash}> ?hash ; <{PROV.wasInvalidatedBy}> ?change .
  ?change <{SVD.changeKind}> ?kind ; <{SVD.sequence}> ?sequence .
  OPTIONAL {{ ?change <{SVD.reason}> ?reason }} }} ORDER BY ?document ?number ?sequence"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made of a dump."""

    sequence: int
    """The last entry of the new journal."""
    hash: str
    quads: int
    dumped: int
    """The change at which the store stood that was dumped."""
    same_conclusions: bool
    """Whether the rules in the dump conclude what the dump holds of conclusions."""
    same_secret: bool
    """Whether the secret of the store that was dumped lay beside the dump; if not, it is a new one."""


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    """A revision whose words are gone, and must not come in again unnoticed."""

    hash: str
    action: Action
    reason: str


@dataclass(slots=True)
class _Document:
    """A document as the dump records it."""

    kind: str
    identifier: str
    sequence: int | None
    """The change that made its current revision; None if it has been taken back."""
    hash: str | None
    graphs: list[str] = field(default_factory=list)
    withdrawn: dict[int, _Withdrawn] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int, str, str]:
        """Where it stands in the new journal: ontology and rules first, then as they came."""
        return _FIRST.get(self.kind, 2), self.sequence or 0, self.kind, self.identifier


def load(
    source: Path,
    folder: Path,
    *,
    settings: Settings | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Loaded:
    """Make a store in the folder from a dump, and return what it holds.

    It holds the same quads in all graphs but that of commits: what was revised and retracted before is not
    in a dump, so the journal begins anew, with the documents as they stand. That something was redacted or
    retracted stays known; of reports, if the secret of the store that was dumped lies beside the dump. Raises
    BackupError where the dump does not make a store, StoreExistsError if the
    folder holds anything, StorageFullError.
    """
    agent = (settings or Settings.from_environment()).agent
    with built(folder) as part:
        with _opened(source, part / "loading") as given:
            base, dumped = _origin(given, source)
            secret, same_secret = _secret(source)
            secret.write(part / SECRET)
            Stamp(base, secret=secret.name).write(part)
            with Journal.create(part / "journal") as journal:
                reason = f"restored from a dump of change {dumped}"
                _write(given, _documents(given, base, secret), journal, agent, reason)
                store = begin_anew(part)
                made = fill(store, journal, tell)
            same = _compare(given, store, base, source)
            Checkpoints(part).follow(store, made.sequence)
            put_in_place(part, store)
        shutil.rmtree(part / "loading")
    return Loaded(made.sequence, made.hash, made.quads, dumped, same, same_secret)


def _secret(source: Path) -> tuple[Secret, bool]:
    """Return the secret beside a dump, or a new one, and which of the two it is."""
    try:
        return Secret.read(secret_beside(source)), True
    except FileNotFoundError:
        return Secret.random(), False


def _opened(source: Path, work: Path) -> OxigraphStore:
    """Return the quads of a dump as a store of their own."""
    try:
        with source.open("rb") as file:
            compressed = file.read(len(_MAGIC)) == _MAGIC
            file.seek(0)
            with opened_lines(file, compressed=compressed) as lines:
                return load_lines(lines, work)
    except (SyntaxError, ValueError, zstandard.ZstdError, StoreDamagedError) as error:
        raise BackupError(f"{source} is no dump of a store: {error}") from error


def _origin(given: OxigraphStore, source: Path) -> tuple[str, int]:
    """Return the base of the store that was dumped, and the change at which it stood."""
    found = [
        (str(subject), int(str(number)))
        for subject, _, number, graph in given.quads(predicate=SVD.sequence)
        if subject == graph
    ]
    if not found or len({name for name, _ in found}) > 1 or not found[0][0].endswith("graph/commits"):
        raise BackupError(f"{source} is no dump of a store: it holds no graph of commits, or several")
    return found[0][0].removesuffix("graph/commits"), max(number for _, number in found)


def _documents(given: OxigraphStore, base: str, secret: Secret) -> list[_Document]:
    """Return the documents of the dump in the order in which the new journal takes them in.

    In a dump from before there were keyed hashes those of reports, and of what was redacted, are keyed here.
    """
    found: dict[str, _Document] = {}
    old = not given.quads(SVD.textKeyedHash, RDF.type)

    def published(digest: str, kind: str, *, redacted: bool = False) -> str:
        return secret.of_content(digest, "") if old and (redacted or kind == "report") else digest

    for row in given.select(_HELD).mappings():
        kind, sequence = str(row["kind"]), int(str(row["sequence"])) if "sequence" in row else None
        digest = published(str(row["hash"]), kind) if "hash" in row else None
        found[str(row["document"])] = _Document(kind, str(row["id"]), sequence, digest)
    for row in given.select(_STORED).mappings():
        found[str(row["document"])].graphs.append(str(row["graph"]))
    redaction = str(concept("change-kind", Action.REDACT))
    taken: dict[str, dict[int, _Withdrawn]] = defaultdict(dict)
    for row in given.select(_TAKEN).mappings():
        action = Action.REDACT if str(row["kind"]) == redaction else Action.RETRACT
        number, reason = int(str(row["number"])), str(row["reason"]) if "reason" in row else ""
        before = taken[str(row["document"])].get(number)
        if before is None or action is Action.REDACT:
            kind, redacted = found[str(row["document"])].kind, action is Action.REDACT
            digest = published(str(row["hash"]), kind, redacted=redacted)
            taken[str(row["document"])][number] = _Withdrawn(digest, action, reason)
    for name, revisions in taken.items():
        document = found[name]
        last = max(revisions)
        document.withdrawn = {
            number: revision
            for number, revision in sorted(revisions.items())
            if revision.action is Action.REDACT or (number == last and document.sequence is None)
        }
        if not document.graphs:
            document.graphs.append(f"{base}graph/{document.kind}/{document.identifier}")
    return sorted(found.values(), key=lambda document: document.place)


def _write(
    given: OxigraphStore, documents: list[_Document], journal: Journal, agent: str, reason: str
) -> None:
    batch: list[Draft] = []
    held = 0
    number = 1
    for document in documents:
        for draft in _drafts(given, document, agent, reason, number):
            batch.append(replace(draft, salt=salt()))
            number += 1
            held += len(draft.payload or b"")
        if held >= _BATCH:
            journal.append(batch)
            batch, held = [], 0
    journal.append(batch)


def _drafts(
    given: OxigraphStore, document: _Document, agent: str, reason: str, number: int
) -> Iterator[Draft]:
    """Yield the changes that make a document: what was taken back of it, then as it stands."""
    graphs = tuple(sorted(document.graphs))
    come = Draft(Action.ADD, document.kind, document.identifier, 1, agent, graphs, reason=reason)
    for gone in document.withdrawn.values():
        yield replace(come, content_hash=gone.hash)
        redacts = (number,) if gone.action is Action.REDACT else ()
        keyed = gone.hash if redacts and document.kind != "report" else None  # already, in the dump
        why = gone.reason or reason
        yield replace(come, action=gone.action, reason=why, redacts=redacts, content_hash=keyed)
        come = replace(come, action=Action.REVISE, revision=come.revision + 1)
        number += 2
    if document.sequence is not None:
        lines = b"".join(graph_lines(given, graph) for graph in graphs).splitlines(keepends=True)
        yield replace(come, content_hash=document.hash, payload=b"".join(sorted(lines)) or None)


def _compare(given: OxigraphStore, store: OxigraphStore, base: str, source: Path) -> bool:
    """Return whether the conclusions are those of the dump; raise BackupError if anything else is not."""
    inference, commits = f"{base}graph/inference", str(commits_graph(base))
    ours, theirs = graph_sizes(store), graph_sizes(given)
    for name in sorted({*ours, *theirs} - {inference, commits}):
        if graph_lines(store, name) != graph_lines(given, name):
            raise BackupError(
                f"{source} does not hold together: its graph <{name}> has {theirs.get(name, 0)} quads, "
                f"and the documents that it records make {ours.get(name, 0)} of it"
            )
    return graph_lines(store, inference) == graph_lines(given, inference)
