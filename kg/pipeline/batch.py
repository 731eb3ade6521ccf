"""A batch of documents: which can be taken in, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from kg.errors import DocumentChangedError, DocumentError, IngestError
from kg.ingest import convert, read_document
from kg.pipeline.commit import commit, known_hashes
from kg.pipeline.conform import Conformance
from kg.pipeline.consistency import inconsistencies
from kg.pipeline.quarantine import keep
from kg.pipeline.sources import known_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.ingest import Document, References
    from kg.model import Conversion, Problem
    from kg.store import OxigraphStore

Status: TypeAlias = Literal["added", "unchanged", "refused", "valid"]
_ENDINGS = {".yaml", ".yml", ".json"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; `quarantine` is where a refused one lies, if it was to be taken in."""

    path: Path
    kind: str | None
    identifier: str | None
    status: Status
    problems: tuple[Problem, ...] = ()
    report: str | None = None
    quarantine: Path | None = None


@dataclass
class _Batch:
    """The documents still in the running, and the outcomes of the others."""

    running: dict[Path, Document] = field(default_factory=dict)
    outcomes: dict[Path, Outcome] = field(default_factory=dict)
    converted: dict[Path, Conversion] = field(default_factory=dict)

    def refuse(self, path: Path, problems: Iterable[Problem], report: str | None = None) -> None:
        document = self.running.pop(path, None)
        self.converted.pop(path, None)
        self.outcomes[path] = Outcome(
            path,
            document.kind if document else None,
            document.identifier if document else None,
            "refused",
            tuple(problems),
            report,
        )


def ingest(store: OxigraphStore, paths: Sequence[Path]) -> tuple[Outcome, ...]:
    """Take documents in; return an outcome for each, in the order in which they were found.

    A folder stands for the documents in it and below. Each document goes in whole or not at all;
    what is refused is kept in the store's quarantine. Raises IngestError for a path that is not
    there and for a folder without documents.
    """
    batch = _prepare(store, paths)
    commit(store, sorted(batch.converted.values(), key=lambda conversion: conversion.graph))
    for path, conversion in batch.converted.items():
        batch.outcomes[path] = Outcome(path, conversion.kind, conversion.identifier, "added")
    return tuple(_kept(store, outcome) for outcome in _in_order(batch))


def validate(store: OxigraphStore, paths: Sequence[Path]) -> tuple[Outcome, ...]:
    """Return what `ingest` would say of each document; nothing is written."""
    batch = _prepare(store, paths)
    for path, conversion in batch.converted.items():
        batch.outcomes[path] = Outcome(path, conversion.kind, conversion.identifier, "valid")
    return tuple(_in_order(batch))


def find_documents(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the documents named, and those in the folders named, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.suffix in _ENDINGS and item.is_file())
            if not inside:
                raise IngestError(f"{path}: no documents (.yaml, .yml or .json) in this folder")
            found.update(dict.fromkeys(inside))
        elif path.is_file():
            found[path] = None
        else:
            raise IngestError(f"{path}: no such file or folder")
    return tuple(found)


def _prepare(store: OxigraphStore, paths: Sequence[Path]) -> _Batch:
    batch = _Batch()
    for path in find_documents(paths):
        try:
            batch.running[path] = read_document(path)
        except DocumentError as error:
            batch.refuse(path, error.problems)
    _leave_out_known(store, batch)
    base = store.stamp.base
    stored = known_to(store, base, batch.running.values())
    _refuse_double_declarations(stored, batch)
    conformance = Conformance(store)
    _convert_until_stable(base, stored, batch)
    while _refuse_inconsistent(store, batch) or _refuse_nonconforming(conformance, batch):
        _convert_until_stable(base, stored, batch)
    return batch


def _leave_out_known(store: OxigraphStore, batch: _Batch) -> None:
    hashes = known_hashes(store)
    seen: dict[tuple[str, str], Path] = {}
    for path, document in tuple(batch.running.items()):
        name = (document.kind, document.identifier)
        if name in seen:
            message = f"{document.kind} {document.identifier!r} is also the id of {seen[name]}"
            problem = document.problem("id", message, "document/duplicate-id", "give one of them another id")
            batch.refuse(path, [problem])
        elif hashes.get(name) == document.content_hash:
            del batch.running[path]
            batch.outcomes[path] = Outcome(path, *name, "unchanged")
        elif name in hashes:
            batch.refuse(path, [document.problem("id", str(DocumentChangedError(*name)), "document/changed")])
        seen.setdefault(name, path)


def _refuse_double_declarations(stored: References, batch: _Batch) -> None:
    declared: dict[tuple[str, str], Path] = {}
    for path, document in tuple(batch.running.items()):
        problems = []
        for item in document.declares():
            name = (item.kind, item.identifier)
            if item.kind in {"actor", "place"} and (
                item.identifier in stored.known(item.kind) or declared.get(name, path) != path
            ):
                where = declared.get(name, "the store")
                message = f"{item.kind} {item.identifier!r} is already described in {where}"
                hint = "leave it out here and refer to it by its id"
                field_path = document.field_of(item.kind, item.identifier)
                problems.append(document.problem(field_path, message, "document/already-declared", hint))
            declared.setdefault(name, path)
        if problems:
            batch.refuse(path, problems)


def _convert_until_stable(base: str, stored: References, batch: _Batch) -> None:
    """Convert what is in the running, until no document refers to one that was refused."""
    while True:
        references = stored.including(*batch.running.values())
        refused = {}
        for path, document in batch.running.items():
            try:
                batch.converted[path] = convert(document, base, references)
            except DocumentError as error:
                refused[path] = error.problems
        for path, problems in refused.items():
            batch.refuse(path, _pointing_at_refused(batch, problems))
        if not refused:
            return


def _pointing_at_refused(batch: _Batch, problems: Iterable[Problem]) -> Iterable[Problem]:
    """Yield the problems; those about unknown names point at the documents of the batch that were refused."""
    refused = [path.name for path, outcome in batch.outcomes.items() if _refused_for_itself(outcome)]
    for problem in problems:
        if problem.rule == "reference/unknown" and refused:
            pointer = f"it may stand in a document that was refused: {', '.join(refused)}"
            yield replace(problem, hint=f"{problem.hint}; or {pointer}" if problem.hint else pointer)
        else:
            yield problem


def _refused_for_itself(outcome: Outcome) -> bool:
    return any(problem.rule != "reference/unknown" for problem in outcome.problems)


def _refuse_inconsistent(store: OxigraphStore, batch: _Batch) -> bool:
    """Refuse what states again what another document states, and what closes a circle; return whether any."""
    documents = {(document.kind, document.identifier): document for document in batch.running.values()}
    paths = {conversion.graph: path for path, conversion in batch.converted.items()}
    problems: dict[Path, dict[Problem, None]] = {}
    for conversion, problem in inconsistencies(store, tuple(batch.converted.values()), documents):
        problems.setdefault(paths[conversion.graph], {})[problem] = None
    for path, found in problems.items():
        batch.refuse(path, found)
    return bool(problems)


def _refuse_nonconforming(conformance: Conformance, batch: _Batch) -> bool:
    """Hold every conversion against the shapes; return whether any was refused."""
    refused = False
    names = {conversion.document: path for path, conversion in batch.converted.items()}
    for conversion, error in conformance.check(
        tuple(batch.converted.values()), tuple(batch.running.values())
    ):
        path = names[conversion.document]
        batch.refuse(path, error.problems, error.report)
        refused = True
    return refused


def _in_order(batch: _Batch) -> Iterable[Outcome]:
    return (batch.outcomes[path] for path in sorted(batch.outcomes))


def _kept(store: OxigraphStore, outcome: Outcome) -> Outcome:
    if outcome.status != "refused" or store.folder is None:
        return outcome
    place = keep(store.folder, outcome.path, outcome.problems, outcome.report)
    return Outcome(
        outcome.path,
        outcome.kind,
        outcome.identifier,
        outcome.status,
        outcome.problems,
        outcome.report,
        place,
    )
