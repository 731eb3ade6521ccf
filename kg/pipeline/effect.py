"""What entries of the journal do to the store: the one way in which it is changed and rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.infer import resting_on
from kg.pipeline.records import commits_graph, document_iri, mark, record
from kg.store import ChangeSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kg.journal import Entry
    from kg.store import OxigraphStore, Quad


def effect(store: OxigraphStore, changes: Sequence[tuple[Entry, Collection[Quad]]]) -> ChangeSet:
    """Return what the entries, each with all that its graphs hold from now on, change together.

    No two of them may be about the same document. What the rules had concluded from contents that go is
    taken back in the same transaction, and whatever has to be concluded anew is marked.
    """
    insert: set[Quad] = set()
    delete: set[Quad] = set()
    marked: set[URIRef] = set()
    base = store.stamp.base
    for entry, quads in changes:
        held = {quad for graph in entry.graphs for quad in store.quads(graph=URIRef(graph))}
        insert |= set(quads) - held
        delete |= held - set(quads)
        if held or entry.kind == "review":
            stale, touched = _concluded(store, entry, held | set(quads))
            delete |= stale
            marked |= touched
        recorded = record(store, entry)
        insert |= recorded.insert
        delete |= recorded.delete
        if entry.graphs and entry.kind != "review":
            marked.add(document_iri(base, entry.kind, entry.identifier))
    insert |= {(*mark(document), commits_graph(base)) for document in marked}
    return ChangeSet(frozenset(insert), frozenset(delete - insert))


def recorded(store: OxigraphStore, entries: Iterable[Entry]) -> ChangeSet:
    """Return what is noted of entries whose graphs the store holds already, and held nothing before."""
    base = store.stamp.base
    insert: set[Quad] = set()
    delete: set[Quad] = set()
    for entry in entries:
        noted = record(store, entry)
        insert |= noted.insert
        delete |= noted.delete
        insert.add((*mark(document_iri(base, entry.kind, entry.identifier)), commits_graph(base)))
    return ChangeSet(frozenset(insert), frozenset(delete - insert))


def _concluded(store: OxigraphStore, entry: Entry, quads: Iterable[Quad]) -> tuple[set[Quad], set[URIRef]]:
    """Return the conclusions that no longer stand, and the records of the reports to conclude anew.

    After a change of what is no report and no review, everything is concluded anew anyway.
    """
    base = store.stamp.base
    if entry.kind not in {"report", "review"}:
        return set(), set()
    reports = [URIRef(f"{base}report/{entry.identifier}")] if entry.kind == "report" else []
    resting = resting_on(store, base, reports, (quad[:3] for quad in quads))
    graph = URIRef(f"{base}graph/inference")
    prefix = f"{base}report/"
    touched = {document_iri(base, "report", report.removeprefix(prefix)) for report in resting.reports}
    return {(*triple, graph) for triple in resting.conclusions}, touched
