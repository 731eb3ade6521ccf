"""What needs no look into a document: it is held already, was taken back, or came twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.ingest.from_rdf.blank import named
from kg.pipeline.outcome import Outcome
from kg.pipeline.records import Withdrawn, hash_of_redacted, hashes_of, withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.ingest import Document
    from kg.model import Problem
    from kg.store import OxigraphStore


def settled(
    store: OxigraphStore, documents: Mapping[Path, Document], *, again: bool
) -> Iterator[tuple[Path, Outcome]]:
    """Yield the outcomes of documents that the store holds, was told to forget, or meets twice."""
    names = {path: (document.kind, document.identifier) for path, document in documents.items()}
    hashes = hashes_of(store, names.values())
    taken_back = withdrawn(store, names.values())
    seen: dict[tuple[str, str], Path] = {}
    for path, document in tuple(documents.items()):
        name = names[path]
        if name in seen:
            message = f"{document.kind} {document.identifier!r} is also the id of {seen[name]}"
            hint = "give one of them another id"
            yield (
                path,
                _refused(path, document, document.problem("id", message, "document/duplicate-id", hint)),
            )
        elif name in hashes and _is_held(store, document, hashes[name]):
            yield path, Outcome(path, *name, "unchanged")
        else:
            before = taken_back.get(name, Withdrawn())
            problem = _taken_back(store, document, before, again=again or name in hashes)
            if problem is not None:
                yield path, _refused(path, document, problem)
        seen.setdefault(name, path)


def _is_held(store: OxigraphStore, document: Document, digest: str) -> bool:
    """Whether a document is the one that is held, which has that hash."""
    return digest == document.published_hash(store.secret) and _as_held(store, document)


def _as_held(store: OxigraphStore, document: Document) -> bool:
    """Whether a document of the content that is held came as what is held.

    The hash is that of what its triples were read as. What is computed anew is not read, so triples with
    the same hash may still be others, and then they are looked at as on first sight.
    """
    if document.sent is None:
        return True
    held = store.graph(URIRef(f"{store.stamp.base}graph/{document.kind}/{document.identifier}"))
    return named(document.sent, held) == held


def _taken_back(
    store: OxigraphStore, document: Document, before: Withdrawn, *, again: bool
) -> Problem | None:
    if before == Withdrawn():
        return None
    name = f"{document.kind} {document.identifier!r}"
    digest = document.published_hash(store.secret)
    if {digest, hash_of_redacted(digest, store.secret)} & before.redacted:
        return document.problem(
            "id",
            f"{name} with this content was redacted, and is not taken in again",
            "document/redacted",
            "leave out what had to go",
        )
    if not again and digest == before.last:
        return document.problem(
            "id",
            f"{name} with this content was retracted",
            "document/retracted",
            "to take it in again all the same: servanda ingest --again",
        )
    return None


def _refused(path: Path, document: Document, *problems: Problem) -> Outcome:
    return Outcome(path, document.kind, document.identifier, "refused", problems)
