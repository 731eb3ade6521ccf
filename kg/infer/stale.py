"""What rests on something that is about to change: conclusions to take back, reports to conclude anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.infer.derive import conclusions, conditioned_by, denied_by
from kg.infer.scratch import BESIDE
from kg.store import bind
from kg.store.oxigraph import triples_of
from kg.terms import RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Triple
    from kg.store import OxigraphStore

_CLUSTER_MATES = f"""SELECT DISTINCT ?report WHERE {{
  VALUES ?event {{ UNDEF }} # @param event
  ?event <{SVD.inCluster}> ?cluster . ?mate <{SVD.inCluster}> ?cluster ; <{SVD.describedIn}> ?report }}"""


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on triples: the reports to conclude anew, and the conclusions that no longer stand."""

    reports: frozenset[URIRef]
    conclusions: frozenset[Triple]


def resting_on(
    store: OxigraphStore, base: str, reports: Iterable[URIRef], triples: Iterable[Triple]
) -> Resting:
    """Return what rests on the triples, which are all that the reports (and reviews) given say now.

    To be asked before they are taken out: of events that the store no longer holds, nobody can say with
    which others they were one.
    """
    graph = URIRef(f"{base}graph/inference")
    # A claim that answers a charge is put beside the records of others from its own side.
    things, events = _described(triples)
    about = {quad[:3] for thing in things for quad in store.quads(subject=thing, graph=graph)}
    citing = {quad[:3] for thing in things for quad in store.quads(object_=thing, graph=graph)}
    touched = set(reports)
    touched |= denied_by(store, touched)
    for record in {subject for subject, predicate, _ in citing if str(predicate) not in BESIDE}:
        touched.update(URIRef(str(quad[2])) for quad in store.quads(record, SVD.inReport, graph=graph))
    if events:
        rows = store.select(bind(_CLUSTER_MATES, {"event": sorted(events)}))
        touched.update(URIRef(str(row["report"])) for row in rows.mappings())
    touched |= conditioned_by(store, touched)
    stale = triples_of(conclusions(store, base, touched))
    return Resting(frozenset(touched), stale | about | citing)


def _described(triples: Iterable[Triple]) -> tuple[set[URIRef], set[URIRef]]:
    """Return all that the triples describe, and the events among it or spoken of as the same as another."""
    things: set[URIRef] = set()
    events: set[URIRef] = set()
    for subject, predicate, object_ in triples:
        if predicate == RDF.type:
            things.add(URIRef(str(subject)))
            if object_ == SVD.Event:
                events.add(URIRef(str(subject)))
        elif predicate == SVD.relatesEvent:
            events.add(URIRef(str(object_)))
    return things, events
