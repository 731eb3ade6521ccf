"""Documents on their way in: read together, taken in group by group.

Documents that refer to each other stand and fall together, so they are in one group; what a group holds
is in the store before the next one is looked at. A process that ends in between loses at most the work
on one group, and taking the same documents in again goes on from there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.errors import DocumentError, StorageFullError
from kg.infer import components
from kg.ingest import read_bytes, read_document, read_text
from kg.journal import Action
from kg.pipeline.change import Change, in_need_order
from kg.pipeline.finding import search as find
from kg.pipeline.group import Group, doubts_about
from kg.pipeline.outcome import LENIENT, Outcome, Scrutiny
from kg.pipeline.placing import in_their_places
from kg.pipeline.quarantine import keep, resolve_all
from kg.pipeline.records import hashes_of
from kg.pipeline.refused import Source
from kg.pipeline.settled import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.ingest import Document
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

_GROUP = 25
"""Documents after which what is done is put into the store, unless more hang together."""


def ingest(  # noqa: PLR0913 - what may be asked of it
    repository: Repository,
    paths: Sequence[Path],
    *,
    again: bool = False,
    scrutiny: Scrutiny = LENIENT,
    keep_content: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Take documents in; return an outcome for each, in the order of their paths.

    A folder stands for the documents in it and below. Each document goes in whole or not at all: a new
    one is added, one that the store holds with other content is revised, one that it holds as it is
    changes nothing. What was retracted is taken in again only if `again` says so; what was redacted,
    never. What is refused is kept in the store's quarantine; of what is no document, its content only if
    `keep_content` says so. `progress` is told how many documents are done, of how many, and `tell` in words
    what was passed over. Raises what `search` raises.
    """
    store = repository.store
    sources = _sources(paths, tell)
    documents, outcomes = _read(store, sources, again=again)
    total = len(documents) + len(outcomes)

    def _keep_refused(paths: Iterable[Path]) -> None:
        _keep(store, outcomes, [sources[path] for path in paths], content=keep_content)

    _keep_refused(tuple(outcomes))
    for named in _groups(documents):
        batch = in_their_places(store, store.stamp.base, named)  # a places document may have been refused
        group = Group(store, batch, outcomes, scrutiny)
        group.settle()
        _commit(repository, group, outcomes)
        _keep_refused(batch)
        progress(len(outcomes), total)
    return tuple(outcomes[path] for path in sorted(outcomes))


def validate(
    store: OxigraphStore,
    paths: Sequence[Path],
    scrutiny: Scrutiny = LENIENT,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Return what `ingest` would say of each document; nothing is written.

    Of one that the store holds as it is, what is doubtful about it is told too.
    """
    sources = _sources(paths, tell)
    documents, outcomes = _read(store, sources, again=False)
    group = Group(store, documents, outcomes, scrutiny)
    group.settle()
    for path, conversion in group.converted.items():
        outcomes[path] = Outcome(
            path, conversion.kind, conversion.identifier, "valid", warnings=group.warnings(path)
        )
    held = {
        path: read_document(path, sources[path].top)
        for path, outcome in outcomes.items()
        if outcome.status == "unchanged"
    }
    for path, outcome in doubts_about(store, held, scrutiny):
        outcomes[path] = outcome
    return tuple(outcomes[path] for path in sorted(outcomes))


def _commit(repository: Repository, group: Group, outcomes: dict[Path, Outcome]) -> None:
    """Put what a group settled on into the store, and say so."""
    paths = {conversion.graph: path for path, conversion in group.converted.items()}
    names = [(conversion.kind, conversion.identifier) for conversion in group.converted.values()]
    held = hashes_of(repository.store, names)
    changes = in_need_order(
        Change.of(conversion, repository.agent, known=(conversion.kind, conversion.identifier) in held)
        for conversion in group.converted.values()
    )
    made = tuple(zip(changes, repository.commit(changes), strict=True))
    for change, entry in made:
        (graph,) = change.graphs
        outcomes[paths[graph]] = Outcome(
            paths[graph],
            change.kind,
            change.identifier,
            "revised" if change.action is Action.REVISE else "added",
            sequence=entry.sequence,
            warnings=group.warnings(paths[graph]),
        )
    if repository.folder is not None:
        taken = {(change.kind, change.identifier): entry.sequence for change, entry in made}
        with suppress(StorageFullError):  # they are in; that the quarantine still shows an item harms nobody
            resolve_all(repository.folder, taken)


def _sources(paths: Sequence[Path], tell: Callable[[str], None]) -> dict[Path, Source]:
    """Return where the documents are; tell what was passed over."""
    search = find(paths)
    for said in search.passed_over:
        tell(said)
    return {found.path: Source(found.path, found.top) for found in search.found}


def _read(
    store: OxigraphStore, sources: dict[Path, Source], *, again: bool
) -> tuple[dict[Path, Document], dict[Path, Outcome]]:
    """Return the documents that may come in, and the outcomes of those that cannot or need not.

    Of each source it is noted what was read.
    """
    documents: dict[Path, Document] = {}
    outcomes: dict[Path, Outcome] = {}
    for path, source in sources.items():
        try:
            data = read_bytes(path, source.top)
            sources[path] = source.holding(data)
            documents[path] = read_text(data, str(path), path.parent, source.top)
        except DocumentError as error:
            outcomes[path] = Outcome(path, None, None, "refused", error.problems)
    documents = in_their_places(store, store.stamp.base, documents)
    for path, outcome in settled(store, documents, again=again):
        del documents[path]
        outcomes[path] = outcome
    return documents, outcomes


def _groups(documents: Mapping[Path, Document]) -> Iterator[dict[Path, Document]]:
    """Yield the documents in groups none of which needs a later one: first all that are not reports."""
    reports = {path: document for path, document in documents.items() if document.kind == "report"}
    others = {path: document for path, document in documents.items() if document.kind != "report"}
    if others:
        yield others
    paths = {document.identifier: path for path, document in reports.items()}
    group: dict[Path, Document] = {}
    for component in components(paths, _links(reports.values())):
        group |= {paths[name]: reports[paths[name]] for name in sorted(component)}
        if len(group) >= _GROUP:
            yield group
            group = {}
    if group:
        yield group


def _links(reports: Iterable[Document]) -> Iterator[tuple[str, str]]:
    """Yield the ids of reports one of which refers to the other, or to a claim or event of it."""
    reports = tuple(reports)
    known = {report.identifier for report in reports}
    for report in reports:
        for reference in report.refers():
            other = reference.identifier.partition("/")[0]
            if reference.kind in {"report", "claim", "event"} and other in known - {report.identifier}:
                yield report.identifier, other


def _keep(
    store: OxigraphStore, outcomes: dict[Path, Outcome], sources: Iterable[Source], *, content: bool
) -> None:
    """Keep those of the documents that were refused, if there is room; the outcomes say where."""
    for source in sources:
        outcome = outcomes[source.path]
        if outcome.status == "refused" and store.folder is not None:
            with suppress(StorageFullError):
                place = keep(
                    store.folder,
                    source,
                    outcome.problems,
                    outcome.report,
                    kind=outcome.kind,
                    identifier=outcome.identifier,
                    content=content,
                )
                outcomes[source.path] = replace(outcome, quarantine=place)
