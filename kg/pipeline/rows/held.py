"""What the store holds of a report of rows, row by row, to be compared with what comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.pipeline.dependents import dependents
from kg.terms import PROV, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.store import OxigraphStore
    from kg.store.oxigraph import Held

_ORDINAL: Final = f" <{SVD.ordinal}> "


@dataclass(slots=True)
class HeldRow:
    """A row as the store holds it: its quads, as lines."""

    lines: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)
    version: str = ""
    scope: str = ""

    @property
    def said(self) -> frozenset[str]:
        """Return its lines, but for the places of claims in the order of the report."""
        return unordered(self.lines)


def unordered(lines: Iterable[str]) -> frozenset[str]:
    """Return lines without those that put claims in an order."""
    return frozenset(line for line in lines if _ORDINAL not in line)


def held_rows(store: OxigraphStore, graph: str, report: str) -> dict[str, HeldRow]:
    """Return the rows of a report that the store holds, by the keys of their events."""
    parts: dict[str, dict[str, list[Held]]] = {"event": {}, "claim": {}, "cited": {}, "same-event": {}}
    for quad in store.held(graph=URIRef(graph)):
        kind, _, rest = quad.subject.value.removeprefix(f"{report}/").partition("/")
        if kind in parts:
            parts[kind].setdefault(rest.partition("/")[0], []).append(quad)
    rows = {key: HeldRow({str(quad) for quad in quads}) for key, quads in parts["event"].items()}
    for key, quads in parts["same-event"].items():
        rows[key].lines.update(map(str, quads))
    for claim, quads in parts["claim"].items():
        said = {quad.predicate.value: quad.object.value for quad in quads}
        row = rows.setdefault(said.get(str(SVD.aboutEvent), claim).rpartition("/")[2], HeldRow())
        row.claims.add(claim)
        row.lines.update(map(str, quads))
        for quad in quads:
            if quad.predicate.value == str(PROV.entity):
                row.lines.update(map(str, parts["cited"][quad.object.value.rpartition("/")[2]]))
        row.version = said[str(SVD.datasetVersion)]
        row.scope = said.get(str(SVD.inTerritoryOf), "").rpartition("/")[2]
    return rows


def referred_to(
    store: OxigraphStore, gone: Iterable[str], graph: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what the lines that go describe and other documents refer to, and which these are."""
    subjects = {URIRef(line[1 : line.index(">")]) for line in gone}
    for thing, names in dependents(store, subjects, {URIRef(graph)}).items():
        yield str(thing), names
