"""Conduct periods: when what a force does counts as the conduct of another, by dated affiliations.

Time is cut where an affiliation begins or ends, as sharply as that is known. Within each piece every
affiliation holds, is disputed, may hold or does not; a chain of them is as sure as its weakest link, and of
several chains the surest counts. What holds at all times is no matter of periods: see `svd:conductOf`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import networkx as nx
from rdflib.term import Literal, URIRef

from kg.terms import RDF, RDFS, SVD, XSD, concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.model import Triple
    from kg.store import GraphStore

_NO, _MAYBE, _DISPUTED, _YES = range(4)
_LEVELS = ((_YES, "in"), (_DISPUTED, "disputed"), (_MAYBE, "unknown"))
"""How sure it is at least within the periods of each level: those of a level lie within those of the next."""
_FIRST, _LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
_AFFILIATIONS = f"""PREFIX svd: <{SVD}>
PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?member ?organization ?disputed ?from ?until WHERE {{
  {{ ?it a svd:Affiliation ; org:member ?member ; org:organization ?organization .
    OPTIONAL {{ ?it svd:validFrom ?from }} OPTIONAL {{ ?it svd:validUntil ?until }}
    OPTIONAL {{ ?it svd:disputed ?disputed }} }}
}}"""
_PLAIN = f"SELECT ?member ?organization WHERE {{ ?member <{SVD.forceOf}> ?organization }}"
_LABELS = f"""SELECT ?it ?label WHERE {{
  {{ ?some <http://www.w3.org/ns/org#member>|<http://www.w3.org/ns/org#organization> ?it }}
  ?it <{RDFS.label}> ?label }}"""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A beginning or an end: the last second surely before it, the first surely after, how it is shown."""

    before: str
    after: str
    shown: str


@dataclass(frozen=True, slots=True)
class _Affiliation:
    """That a force belongs to an actor; without bounds and dispute, at all times."""

    member: str
    organization: str
    begin: _Bound | None = None
    end: _Bound | None = None
    disputed: bool = False
    plain: bool = False

    @property
    def dated(self) -> bool:
        return self.begin is not None or self.end is not None

    def at(self, moment: str) -> int:
        """Return how sure it is that it holds, by its own bounds."""
        sure = _DISPUTED if self.disputed else _YES
        if self.begin is not None and moment < self.begin.after:
            sure = _MAYBE if moment > self.begin.before else _NO
        if self.end is not None and moment > self.end.before:
            sure = min(sure, _MAYBE if moment < self.end.after else _NO)
        return sure


def conduct_periods(store: GraphStore, base: str, concluded: Iterable[Triple]) -> frozenset[Triple]:
    """Return the conduct periods of all forces, from affiliations and what was concluded of their bounds."""
    affiliations = _affiliations(store, _bounds(concluded))
    if all(item.plain for item in affiliations):
        return frozenset()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for item in affiliations:
        graph.add_edge(item.member, item.organization, said=item)
    doubtful = {item.member for item in affiliations if not item.plain}
    names = _names(store)
    triples: set[Triple] = set()
    for force in sorted({force for one in doubtful for force in nx.ancestors(graph, one) | {one}}):
        triples.update(_periods(graph, force, names, base))
    return frozenset(triples)


def _periods(
    graph: nx.MultiDiGraph[str], force: str, names: Mapping[str, str], base: str
) -> Iterator[Triple]:
    above = graph.subgraph(nx.descendants(graph, force) | {force})
    edges = _said(above)
    always = {force} | _reached(force, (item for item in edges if item.plain))
    starts = _starts(edges)
    pieces = [_sureness(edges, force, start) for start in starts]
    ends = [*(_shift(start, -1) for start in starts[1:]), _LAST]
    for whom in sorted(set(above) - always):
        shown = Literal(_shown(above, force, whom, names))
        for level, code in _LEVELS:
            holds = [piece.get(whom, _NO) >= level for piece in pieces]
            for first, last in _runs(holds):
                digest = hashlib.sha256(f"{force}|{whom}|{code}|{starts[first]}".encode()).hexdigest()
                node = URIRef(f"{base}conduct-period/{digest}")
                yield node, RDF.type, SVD.ConductPeriod
                yield node, SVD.conductActor, URIRef(force)
                yield node, SVD.attributedTo, URIRef(whom)
                yield node, SVD.personalScope, concept("scope", code)
                yield node, SVD.periodFirst, Literal(starts[first], datatype=XSD.dateTime)
                yield node, SVD.periodLast, Literal(ends[last], datatype=XSD.dateTime)
                yield node, SVD.affiliationShown, shown


def _runs(holds: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of places that hold."""
    places = enumerate(holds)
    for held, run in groupby(places, lambda place: place[1]):
        numbers = [number for number, _ in run]
        if held:
            yield numbers[0], numbers[-1]


def _sureness(edges: Sequence[_Affiliation], force: str, moment: str) -> Mapping[str, int]:
    """Return how sure it is, of each actor, that the force's conduct is his: by the surest chain."""
    held = [(item, _holds(item, edges, moment)) for item in edges]
    found: dict[str, int] = {}
    for level, _ in _LEVELS:
        for whom in _reached(force, (item for item, sure in held if sure >= level)):
            found.setdefault(whom, level)
    return found


def _said(graph: nx.MultiDiGraph[str]) -> Sequence[_Affiliation]:
    return [data["said"] for _, _, data in graph.edges(data=True)]


def _reached(force: str, affiliations: Iterable[_Affiliation]) -> set[str]:
    graph: nx.DiGraph[str] = nx.DiGraph((item.member, item.organization) for item in affiliations)
    graph.add_node(force)
    return set(nx.descendants(graph, force))


def _holds(item: _Affiliation, among: Sequence[_Affiliation], moment: str) -> int:
    """Return how sure it is that it holds: one without dates is in doubt while one with dates may hold."""
    if item.plain or item.dated:
        return item.at(moment)
    rivals = (other for other in among if other.member == item.member and other.dated)
    if any(other.at(moment) > _NO for other in rivals):
        return _MAYBE
    return item.at(moment)


def _starts(edges: Iterable[_Affiliation]) -> list[str]:
    """Return the first second of each piece of time in which nothing changes."""
    cuts = {_FIRST}
    for item in edges:
        for bound in (item.begin, item.end):
            if bound is not None:
                cuts |= {_shift(bound.before, 1), bound.after}
    return sorted(cut for cut in cuts if _FIRST <= cut <= _LAST)


def _shift(moment: str, seconds: int) -> str:
    try:
        moved = datetime.fromisoformat(moment) + timedelta(seconds=seconds)
    except OverflowError:
        return moment
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _shown(graph: nx.MultiDiGraph[str], force: str, whom: str, names: Mapping[str, str]) -> str:
    """Return the affiliations between the two in words, nearest to the force first."""
    between = (nx.ancestors(graph, whom) | {whom}) & (nx.descendants(graph, force) | {force})
    near = nx.single_source_shortest_path_length(graph, force)
    edges = [said for said in _said(graph) if {said.member, said.organization} <= between and not said.plain]
    words = sorted((near[item.member], _words(item, names)) for item in edges)
    return "; ".join(text for _, text in words)


def _words(item: _Affiliation, names: Mapping[str, str]) -> str:
    member, whose = names.get(item.member, item.member), names.get(item.organization, item.organization)
    span = (f" from {item.begin.shown}" if item.begin else "") + (
        f" until {item.end.shown}" if item.end else ""
    )
    if item.disputed:
        return f"that {member} is a force of {whose}{span} is disputed"
    return f"{member} is stated to be a force of {whose}{span or ', without a time'}"


def _affiliations(store: GraphStore, bounds: Mapping[str, _Bound]) -> list[_Affiliation]:
    found = [
        _Affiliation(str(row["member"]), str(row["organization"]), plain=True)
        for row in store.select(_PLAIN).mappings()
    ]
    for row in store.select(_AFFILIATIONS).mappings():
        begin, end = row.get("from"), row.get("until")
        found.append(
            _Affiliation(
                str(row["member"]),
                str(row["organization"]),
                bounds.get(str(begin)),
                bounds.get(str(end)),
                str(row.get("disputed")) == "true",
            )
        )
    return sorted(found, key=str)


def _bounds(concluded: Iterable[Triple]) -> Mapping[str, _Bound]:
    said: dict[str, dict[str, str]] = defaultdict(dict)
    wanted = {SVD.surelyBefore: "before", SVD.surelyAfter: "after", SVD.boundShown: "shown"}
    for subject, predicate, object_ in concluded:
        if predicate in wanted:
            said[str(subject)][wanted[URIRef(str(predicate))]] = str(object_)
    return {name: _Bound(**parts) for name, parts in said.items() if len(parts) == len(wanted)}


def _names(store: GraphStore) -> Mapping[str, str]:
    """Return what actors are called: in English if they are, else by the least of their names."""
    found: dict[str, tuple[bool, str]] = {}
    for row in store.select(_LABELS).mappings():
        label = row["label"]
        named = (getattr(label, "language", None) != "en", str(label))
        it = str(row["it"])
        found[it] = min(found.get(it, named), named)
    return {it: name for it, (_, name) in found.items()}
