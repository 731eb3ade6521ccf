"""How much a store holds, graph by graph, for those who want to know before they ask."""

from __future__ import annotations

import csv
import io
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query.evaluators import Evaluator

LISTED: Final = 1000
"""How many graphs are told one by one."""
_NAMES: Final = f"SELECT ?graph WHERE {{ GRAPH ?graph {{ }} }} LIMIT {LISTED + 1}"
_SIZES: Final = """SELECT ?graph (COUNT(*) AS ?triples) WHERE {
  GRAPH ?graph { ?subject ?predicate ?object }
} GROUP BY ?graph"""
_TOTAL: Final = "SELECT (COUNT(*) AS ?triples) WHERE { ?subject ?predicate ?object }"
_MODIFIED: Final = """SELECT (MAX(?time) AS ?modified) WHERE {
  ?change a <https://w3id.org/servanda/ontology#Change> ; <http://www.w3.org/ns/prov#endedAtTime> ?time .
}"""
_SHARE: Final = 20
"""Counting takes no more than one part in so many of the time."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a store held at a change; what could not be counted in time is None."""

    sequence: int
    graphs: Mapping[str, int | None]
    """The triples of each named graph: of all, or of the first thousand where there are more."""
    more: bool
    """Whether there are more graphs."""
    default: int | None
    """The triples of the default graph."""
    modified: str | None
    """When the last change was made, where the store knows it."""
    exact: bool = True
    """Whether all of it was counted, and at that change."""


class Counter:
    """Counts what a store holds, anew after each change, but not so often that nothing else gets done."""

    def __init__(self, evaluator: Evaluator) -> None:
        """Count nothing yet; the evaluator answers."""
        self._evaluator = evaluator
        self._lock = threading.Lock()
        self._held: Statistics | None = None
        self._rest = 0.0

    def statistics(self) -> Statistics:
        """Return what the store holds, or held a short while ago."""
        with self._lock:
            held = self._held
            current = held is not None and held.sequence == self._evaluator.sequence
            if held is None or (not current and time.monotonic() >= self._rest):
                begun = time.monotonic()
                held = self._held = _counted(self._evaluator)
                ended = time.monotonic()
                self._rest = ended + _SHARE * (ended - begun)
            return held


def _counted(evaluator: Evaluator) -> Statistics:
    sequence = evaluator.sequence
    names = [name for (name,) in _rows(evaluator, _NAMES)]
    graphs: dict[str, int | None] = dict.fromkeys(sorted(names)[:LISTED])
    if len(names) <= LISTED:
        with suppress(ServandaError):
            sizes = {name: int(triples) for name, triples in _rows(evaluator, _SIZES)}
            graphs = {name: sizes.get(name, 0) for name in graphs}
    total, modified = _number(_one(evaluator, _TOTAL)), _one(evaluator, _MODIFIED)
    more = len(names) > LISTED
    counted = total is not None and modified is not None and (more or None not in graphs.values())
    exact = counted and evaluator.sequence == sequence
    return Statistics(sequence, graphs, more, total, modified or None, exact)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _one(evaluator: Evaluator, query: str) -> str | None:
    """Return the one value of the answer; None where none came in time."""
    with suppress(ServandaError):
        for row in _rows(evaluator, query):
            return row[0] if row else ""
    return None


def _rows(evaluator: Evaluator, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(evaluator.look(query).decode("utf-8"))))[1:]
