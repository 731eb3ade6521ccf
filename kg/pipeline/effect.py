"""What entries of the journal do to the store: the one way in which it is changed and rebuilt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.infer import resting_on
from kg.pipeline.records import commits_graph, document_iri, mark, record
from kg.store.oxigraph import as_held, triples_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kg.journal import Entry
    from kg.model import Triple
    from kg.store import OxigraphStore, Quad
    from kg.store.oxigraph import Held


@dataclass(frozen=True, slots=True)
class Alteration:
    """Quads to put in and to take out together, as the engine has them."""

    insert: frozenset[Held]
    delete: frozenset[Held]


def effect(store: OxigraphStore, changes: Sequence[tuple[Entry, Collection[Held]]]) -> Alteration:
    """Return what the entries, each with all that its graphs hold from now on, change together.

    No two of them may be about the same document. What the rules had concluded from contents that go is
    taken back in the same transaction, and whatever has to be concluded anew is marked.
    """
    insert: set[Held] = set()
    delete: set[Held] = set()
    marked: set[URIRef] = set()
    base = store.stamp.base
    for entry, quads in changes:
        held = {quad for graph in entry.graphs for quad in store.held(graph=URIRef(graph))}
        insert |= set(quads) - held
        delete |= held - set(quads)
        if held or entry.kind == "review":
            stale, touched = _concluded(store, entry, triples_of(held | set(quads)))
            delete |= as_held(stale)
            marked |= touched
        recorded = record(store, entry)
        insert |= as_held(recorded.insert)
        delete |= as_held(recorded.delete)
        if entry.graphs and entry.kind != "review":
            marked.add(document_iri(base, entry.kind, entry.identifier))
    insert |= as_held((*mark(document), commits_graph(base)) for document in marked)
    return Alteration(frozenset(insert), frozenset(delete - insert))


def recorded(store: OxigraphStore, entries: Iterable[Entry]) -> Alteration:
    """Return what is noted of entries whose graphs the store holds already, and held nothing before."""
    base = store.stamp.base
    insert: set[Quad] = set()
    delete: set[Quad] = set()
    for entry in entries:
        noted = record(store, entry)
        insert |= noted.insert
        delete |= noted.delete
        insert.add((*mark(document_iri(base, entry.kind, entry.identifier)), commits_graph(base)))
    return Alteration(as_held(insert), as_held(delete - insert))


def _concluded(
    store: OxigraphStore, entry: Entry, triples: Iterable[Triple]
) -> tuple[set[Quad], set[URIRef]]:
    """Return the conclusions that no longer stand, and the records of the reports to conclude anew.

    After a change of what is no report and no review, everything is concluded anew anyway.
    """
    base = store.stamp.base
    if entry.kind not in {"report", "review"}:
        return set(), set()
    reports = [URIRef(f"{base}report/{entry.identifier}")] if entry.kind == "report" else []
    resting = resting_on(store, base, reports, triples)
    graph = URIRef(f"{base}graph/inference")
    prefix = f"{base}report/"
    touched = {document_iri(base, "report", report.removeprefix(prefix)) for report in resting.reports}
    return {(*triple, graph) for triple in resting.conclusions}, touched
