"""The gate of rows, in tiers: what may differ between rows by checks of values, the rest by the shapes.

Each pattern of a claim (which parts it has) is held against the shapes when it is first met, and so is each
pattern of an actor and a place. Of a thousand rows one goes to both SHACL engines whole, chosen by what it
says; a disagreement of the two stops the batch.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.ingest.datasets.checks import faults, pattern, pattern_of
from kg.ingest.datasets.nquads import ListPen, Pen
from kg.ingest.datasets.record import Named
from kg.model import Conversion
from kg.pipeline.conform import Conformance
from kg.pipeline.sources import code_definitions
from kg.store import from_nquads
from kg.validate.gate import ONE_IN, gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ingest.datasets.record import Record, Source, Statement
    from kg.model import Triple
    from kg.store import OxigraphStore
    from kg.validate.gate import Gate

ANNOTATOR: Final = Named(
    "servanda-importer",
    "analyst",
    "Servanda's importers of datasets",
    note="Rows are converted by rules, by nobody's judgement of any of them.",
)


class RowGate:
    """Holds rows against what must hold of them, beside a store."""

    def __init__(self, store: OxigraphStore) -> None:
        """Begin without having seen any pattern."""
        self._store = store
        self._base = store.stamp.base
        self._seen: set[tuple[object, ...]] = set()
        self._codes = {scheme: frozenset(codes) for scheme, codes in code_definitions().items()}
        self._pens: dict[str, Pen] = {}
        self.by_both = 0
        """How many rows both engines have decided."""

    def written(self, record: Record, source: Source, report: str) -> tuple[str, tuple[str, ...]]:
        """Return the lines of a row (`Pen.row`), and in words why it cannot come in; none where it may.

        Raises ValidatorsDisagreeError where the SHACL engines do.
        """
        found = tuple(faults(record, self._codes))
        if found:
            return "", found
        lines = self.lines(record, source, report)
        return lines, tuple(self._faults(record, source, report, lines))

    def lines(self, record: Record, source: Source, report: str) -> str:
        """Return the lines of a row (`Pen.row`) that may come in."""
        pen = self._pens.get(report)
        if pen is None:
            pen = self._pens[report] = Pen(self._base, source, report)
        return pen.row(record)

    def _faults(self, record: Record, source: Source, report: str, lines: str) -> Iterator[str]:
        digest = hashlib.sha256(lines.encode()).hexdigest()
        if int(digest[:12], 16) % ONE_IN == 0:
            self.by_both += 1
            yield from self._held(record, source, report, self._both, digest)
            return
        new = self._new(record, source)
        if new or any(pattern_of(one) not in self._seen for one in (*record.actors, *record.places)):
            tried = replace(record, statements=tuple(new) or record.statements[:1])
            wrong = tuple(self._held(tried, source, report, gate(), ""))
            yield from wrong
            if not wrong:
                self._seen |= {self._named(statement, source) for statement in new}
                self._seen |= {pattern_of(one) for one in (*record.actors, *record.places)}

    def _new(self, record: Record, source: Source) -> list[Statement]:
        """Return claims of the patterns that have not been met, one of each."""
        found = {self._named(statement, source): statement for statement in record.statements}
        return [statement for key, statement in found.items() if key not in self._seen]

    def _named(self, statement: Statement, source: Source) -> tuple[object, ...]:
        return (source.id, source.version, source.kind, pattern(statement))

    @cached_property
    def _both(self) -> Gate:
        shared = gate()
        return type(shared)(shared.folder, shared.engine, one_in=1)

    def _held(self, record: Record, source: Source, report: str, through: Gate, digest: str) -> Iterator[str]:
        pen = Pen(self._base, source, report)
        text = pen.head(source.name) + pen.record(record, 1)
        lists = (
            self._list("actors", source, (*record.actors, source.publisher, ANNOTATOR)),
            self._list("places", source, record.places),
        )
        around = Conformance(self._store, lists)
        candidates = [around.candidate(URIRef(pen.report), _triples(text), digest)]
        candidates += [around.candidate(one.graph, one.triples, digest) for one in lists if one.triples]
        for verdict in through.check(candidates):
            if verdict.report is not None and not verdict.conforms:
                yield from (result.message for result in verdict.report.results[:3])
            elif not verdict.conforms:
                yield f"it cannot be told whether it conforms: {verdict.undecided}"

    def _list(self, kind: str, source: Source, named: tuple[Named, ...]) -> Conversion:
        text = written(self._base, kind, "tried", {one.id: one for one in named}, source)
        graph = URIRef(ListPen(self._base, kind, "tried").graph)
        return Conversion(kind, "tried", graph, graph, _triples(text), "", "")


def written(base: str, kind: str, identifier: str, named: dict[str, Named], source: Source) -> str:
    """Return the N-Quads of a list of actors or of places; what has no type is known to the store."""
    pen = ListPen(base, kind, identifier)
    own = [one for one in named.values() if one.type]
    if not own:
        return ""
    if kind == "actors":
        return pen.source(source.name) + "".join(map(pen.actor, own))
    return "".join(pen.place(one, source.authority) for one in own)


def _triples(nquads: str) -> frozenset[Triple]:
    return frozenset(quad[:3] for quad in from_nquads(nquads.encode()))
