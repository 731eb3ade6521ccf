"""What is not told of an earlier state any more: words that were redacted, texts that may be quoted only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.ingest.masks import guarded, is_public
from kg.journal import Action
from kg.pipeline.records import commits_graph, hash_of_redacted
from kg.store import ChangeSet, Quad, from_nquads
from kg.terms import PROV, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.journal import Entry, JournalReader
    from kg.store import OxigraphStore

_BRINGS = frozenset({Action.ADD, Action.REVISE})


@dataclass(frozen=True, slots=True)
class Withheld:
    """What of the state at a change is not told any more."""

    erased: frozenset[int]
    """The entries whose words were redacted."""
    left_out: tuple[str, ...]
    """Documents that stood in such words then, such as `report radio`."""
    masked: tuple[str, ...]
    """Ids of reports that were public then, and whose newest revision lets their texts be quoted only."""


def withheld(reader: JournalReader, sequence: int, head: int) -> Withheld:
    """Return what of the state at a change is not told any more at a later one."""
    erased: set[int] = set()
    standing: dict[str, int] = {}
    newest: dict[str, int] = {}
    for entry in reader.entries(until=head):
        erased.update(entry.redacts)
        if entry.sequence > sequence:
            if entry.kind == "report" and entry.action in _BRINGS and entry.document in standing:
                newest[entry.document] = entry.sequence
        elif entry.action in _BRINGS:
            standing[entry.document] = entry.sequence
        elif entry.action is Action.RETRACT or standing.get(entry.document) in entry.redacts:
            standing.pop(entry.document, None)
    left_out = sorted(name for name, number in standing.items() if number in erased)
    masked = sorted(
        name.removeprefix("report ")
        for name, last in newest.items()
        if is_masked(reader, standing[name], last)
    )
    return Withheld(frozenset(erased), tuple(left_out), tuple(masked))


def is_masked(reader: JournalReader, standing: int, newest: int) -> bool:
    """Return whether a public text, brought by one entry, is to be masked because of the newest revision."""
    return (
        standing != newest
        and not brought_public_text(reader, newest)
        and brought_public_text(reader, standing)
    )


def brought_public_text(reader: JournalReader, sequence: int) -> bool:
    """Return whether an entry brought a report whose text may be read; no, if its words are gone."""
    _, payload = reader.record(sequence)
    return payload is not None and is_public(quad[:3] for quad in from_nquads(payload))


def redacted(reader: JournalReader, after: int, sequence: int) -> bool:
    """Return whether an entry after one number redacts an entry up to the other."""
    return any(number <= sequence for entry in reader.entries(after) for number in entry.redacts)


def touched(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the ids of reports of which entries bring a later revision, or take the words of one away."""
    return frozenset(
        entry.identifier
        for entry in entries
        if entry.kind == "report" and (entry.redacts or (entry.action in _BRINGS and entry.revision > 1))
    )


def mask(store: OxigraphStore, reports: Iterable[str]) -> None:
    """Leave no more of the texts of the reports, in a state that is being made, than what is quoted."""
    for identifier in reports:
        graph = URIRef(f"{store.stamp.base}graph/report/{identifier}")
        before = store.graph(graph)
        after = guarded(before, store.secret)
        store.apply(
            ChangeSet(
                insert=frozenset((*triple, graph) for triple in after - before),
                delete=frozenset((*triple, graph) for triple in before - after),
            )
        )


def hide_hashes(store: OxigraphStore, redacted: Iterable[Entry]) -> bool:
    """Key the plain content hashes of what entries brought whose words were redacted; return if any were.

    By a plain one anybody could test guesses of the words. Those of reports are keyed in any case.
    """
    graph = commits_graph(store.stamp.base)
    insert, delete = set[Quad](), set[Quad]()
    for entry in redacted:
        if entry.kind == "report" or entry.content_hash is None or entry.payload_sha256 is None:
            continue
        plain = Literal(entry.content_hash)
        keyed = Literal(hash_of_redacted(entry.content_hash, store.secret))
        change = URIRef(f"{store.stamp.base}change/{entry.sequence}")
        revisions = [quad[0] for quad in store.quads(None, PROV.wasGeneratedBy, change, graph)]
        current = [store.quads(None, SVD.currentRevision, revision, graph) for revision in revisions]
        for subject in revisions + [quad[0] for quads in current for quad in quads]:
            for quad in store.quads(subject, SVD.contentHash, plain, graph):
                delete.add(quad)
                insert.add((subject, SVD.contentHash, keyed, graph))
    store.apply(ChangeSet(frozenset(insert), frozenset(delete)))
    return bool(delete)
