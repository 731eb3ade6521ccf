"""Conclusions of reports that came this moment, to which nothing in the store can refer: of their bytes.

What others say of such a report cannot be there yet, so nothing is looked up of what they say, and nothing
was concluded before. The outcome is that of `Conclusions.derive`; a test holds it to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kg.infer.closures import cluster_triples
from kg.infer.scratch import Layout, Scratch
from kg.store.convert import to_ox
from kg.store.nquads import to_ntriples
from kg.store.oxigraph import ntriples
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import URIRef

    from kg.infer.rules import Rule
    from kg.store import OxigraphStore
    from kg.store.oxigraph import Term


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
        joined = cluster_triples(self._scratch.base, components)
        self._clusters = to_ntriples(joined)
        self._beside.load_triples(self._clusters, self.concluded, ())
        self._claims = {
            quad.subject
            for report in self._mine
            for quad in self._beside.held(predicate=SVD.statedIn, object_=report)
        }
        self._lay_words()
        self._put_all()
        return sorted(self._mine)

    def lines(self) -> bytes:
        """Return all that the rules conclude of the reports, as N-Triples, each once and in order."""
        read = {name for rule in self._scratch.by for name in rule.after}
        parts = [self._clusters]
        parts += [self._lines_of(rule, keep=rule.name in read) for rule in self._rules(anew=True)]
        return b"".join(sorted({line for part in parts for line in part.splitlines(keepends=True)}))

    def _lines_of(self, rule: Rule, *, keep: bool) -> bytes:
        """Return what a rule concludes; `keep`: lay it out for the rules that come after it and read it.

        Where something of others is laid out too, what is the reports' own has to be told term by term.
        """
        if self._foreign:
            return ntriples(self.apply(rule))
        values = self._values(rule)
        if values is None:
            return b""
        found = self._beside.concluded_lines(rule.text, values)
        if keep:
            self._beside.load_triples(found, self.concluded, ())
        return found


def is_spoken_of(scratch: Scratch) -> bool:
    """Return whether an event of a report may meet a condition of a norm, and so concern other reports."""
    return bool(scratch.store.held(predicate=SVD.conditionEvent))


def own_subjects(ntriples: bytes, base: str) -> set[str]:
    """Return what N-Triples in order are about beside parts of reports: records, assessments, clusters."""
    prefix = f"<{base}report/".encode()
    first = ntriples.find(b"\n" + prefix) + 1
    last = ntriples.rfind(b"\n" + prefix) + 1
    others = [ntriples] if not first else [ntriples[:first], ntriples[ntriples.index(b"\n", last) + 1 :]]
    return {
        line[1 : line.index(b">")].decode()
        for part in others
        for line in part.splitlines()
        if not line.startswith(prefix)
    }
