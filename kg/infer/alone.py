"""Conclusions of reports that came this moment, to which nothing in the store can refer: of their bytes.

What others say of such a report cannot be there yet, so nothing is looked up of what they say, and nothing
was concluded before. The outcome is that of `Conclusions.derive`; a test holds it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kg.infer.closures import cluster_triples
from kg.infer.scratch import Layout, Scratch
from kg.store import ChangeSet
from kg.store.convert import to_ox
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import URIRef

    from kg.store import OxigraphStore
    from kg.store.oxigraph import Held, Term


class Alone(Layout):
    """Reports laid into a scratch store from their N-Quads."""

    def __init__(
        self,
        scratch: Scratch,
        store: OxigraphStore,
        reports: Iterable[URIRef],
        nquads: bytes,
        graphs: Iterable[URIRef],
    ) -> None:
        """Lay out the reports, whose graphs are given, and what others say of conditions."""
        self._nquads = nquads
        self._graphs = tuple(graphs)
        super().__init__(scratch, store, reports)

    def _lay(self) -> list[URIRef]:
        self._beside.load(self._nquads, [str(graph) for graph in self._graphs])
        terms = {cast("Term", to_ox(graph)) for graph in self._graphs}
        self._whole |= terms
        self._used |= terms
        components = [frozenset({event}) for event in self._events(self._mine)]
        triples = cluster_triples(self._scratch.base, components)
        self._beside.apply(ChangeSet(insert=frozenset((*triple, self.concluded) for triple in triples)))
        self._joined = self._beside.held(graph=self.concluded)
        self._claims = {
            quad.subject
            for report in self._mine
            for quad in self._beside.held(predicate=SVD.statedIn, object_=report)
        }
        self._lay_words()
        self._put_all()
        return sorted(self._mine)


def is_spoken_of(scratch: Scratch) -> bool:
    """Return whether an event of a report may meet a condition of a norm, and so concern other reports."""
    return bool(scratch.store.held(predicate=SVD.conditionEvent))


def own_subjects(quads: Iterable[Held], base: str) -> set[str]:
    """Return what quads are about beside parts of reports: records, assessments, clusters."""
    prefix = f"{base}report/"
    return {quad.subject.value for quad in quads if not quad.subject.value.startswith(prefix)}
