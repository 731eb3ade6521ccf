"""Queries of our own answered step by step from what is known of a few subjects, without the engine.

To look at an index costs microseconds; to have a query parsed and planned costs a good part of a millisecond,
and rows are made by dozens of queries. A query is taken in its own words: only the way is another.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import URIRef, Variable

from kg.store import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Protocol

    from rdflib.paths import Path
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import Node

    class Known(Protocol):
        """What is known of subjects."""

        def said(self, subject: str) -> Mapping[str, tuple[Value, ...]]:
            """Return what is said of a subject: by predicate the values."""

        def pointing(self, predicate: str, value: str) -> Iterable[str]:
            """Return the subjects that have an IRI as a value of a predicate."""


Solution: TypeAlias = "dict[str, Value]"
Step: TypeAlias = "Path | Node"
Going: TypeAlias = "Callable[[Known, list[Solution]], list[Solution]]"
"""What returns the solutions that go on from others by a pattern."""
Reach: TypeAlias = "Callable[[Known, Value], Collection[Value]]"
"""What returns where a path leads to from an end, each once."""
_ANY: Final = "UNDEF"
_NOWHERE: Final = 4
"""The rank of a triple of which neither end is known."""
_WRAPPERS: Final = frozenset({"SelectQuery", "Project", "Distinct"})


class _CannotError(Exception):
    """Says that a query has to be asked of the engine."""


@dataclass(frozen=True, slots=True)
class _Triple:
    """A triple of a pattern: of each end the variable's name, or the term."""

    subject: str | Value
    value: str | Value
    forward: Reach
    backward: Reach

    def rank(self, bound: Collection[str]) -> int:
        """Return how dear it is to go on by it: back from a class, to which all of a kind lead, last."""
        begin, end = (isinstance(one, Value) or one in bound for one in (self.subject, self.value))
        if begin:
            return 0 if end else 1
        return (3 if isinstance(self.value, Value) else 2) if end else _NOWHERE


def walked(known: Known, query: str, name: str, starts: Iterable[str]) -> list[tuple[str | None, ...]] | None:
    """Return the different solutions of a SELECT query in which a variable is one of some IRIs, as texts.

    None if the query has what is not walked: it is to be asked of the engine.
    """
    going, variables = _parsed(query)
    if going is None:
        return None
    try:
        found = going(known, [{name: Value(iri, "", is_iri=True)} for iri in starts])
    except _CannotError:
        return None
    rows = ([one.get(variable) for variable in variables] for one in found)
    return list(dict.fromkeys(tuple([None if term is None else term.text for term in row]) for row in rows))


_PARSING: Final = threading.Lock()
"""Held by who parses: rdflib's parser, called by two threads at first, calls its own parts wrongly."""


@lru_cache(256)
def _parsed(query: str) -> tuple[Going | None, tuple[str, ...]]:
    """Return how a query is walked, and its variables; None where it is not."""
    with _PARSING:
        algebra = prepareQuery(query).algebra
    variables = tuple(str(variable) for variable in algebra.PV)
    while algebra.name in _WRAPPERS:
        algebra = algebra.p
    try:
        return _going(algebra), variables
    except _CannotError:
        return None, variables


def _going(node: CompValue) -> Going:
    """Return how a pattern is walked; raise _CannotError if it is not."""
    match node.name:
        case "BGP":
            return _by_triples([_triple(*triple) for triple in node.triples])
        case "Join":
            first, second = _going(node.p1), _going(node.p2)
            return lambda known, before: second(known, first(known, before))
        case "Union":
            first, second = _going(node.p1), _going(node.p2)
            return lambda known, before: [*first(known, before), *second(known, before)]
        case "LeftJoin" if node.expr.name == "TrueFilter":
            first, second = _going(node.p1), _going(node.p2)
            return lambda known, before: [
                one for each in first(known, before) for one in (second(known, [each]) or [each])
            ]
        case "ToMultiSet" if node.p.name == "values":
            rows = [
                {str(name): _value(term) for name, term in row.items() if term != _ANY} for row in node.p.res
            ]
            return lambda _, before: [each | row for each in before for row in rows if _agree(each, row)]
        case "Extend" if isinstance(node.expr, URIRef):
            extended, inner = {str(node.var): _value(node.expr)}, _going(node.p)
            return lambda known, before: [each | extended for each in inner(known, before)]
    raise _CannotError


def _agree(one: Solution, other: Solution) -> bool:
    return all(one.get(name, term) == term for name, term in other.items())


def _triple(subject: Node, step: Step, value: Node) -> _Triple:
    begin, end = (str(one) if isinstance(one, Variable) else _value(one) for one in (subject, value))
    return _Triple(begin, end, *_ways(step))


def _by_triples(triples: Sequence[_Triple]) -> Going:
    """Return how a pattern is walked by all triples, each from an end that is known by then."""
    orders: dict[frozenset[str], Sequence[_Triple]] = {}

    def going(known: Known, before: list[Solution]) -> list[Solution]:
        if not before:
            return before
        bound = frozenset(before[0])
        order = orders.get(bound)
        if order is None:
            order = orders[bound] = _in_order(triples, bound)
        for triple in order:
            before = _by_triple(known, triple, before)
        return before

    return going


def _in_order(triples: Sequence[_Triple], bound: Collection[str]) -> Sequence[_Triple]:
    """Return triples in an order in which each has an end that is known by then."""
    left, order, names = list(triples), [], set(bound)
    while left:
        chosen = min(left, key=lambda triple: triple.rank(names))
        if chosen.rank(names) == _NOWHERE:
            raise _CannotError
        left.remove(chosen)
        order.append(chosen)
        names |= {end for end in (chosen.subject, chosen.value) if not isinstance(end, Value)}
    return order


def _by_triple(known: Known, triple: _Triple, before: list[Solution]) -> list[Solution]:
    found: list[Solution] = []
    subject, value = triple.subject, triple.value
    for one in before:
        begin = subject if isinstance(subject, Value) else one.get(subject)
        end = value if isinstance(value, Value) else one.get(value)
        if begin is None:
            if end is None:
                raise _CannotError
            found += [{**one, str(subject): term} for term in triple.backward(known, end)]
        elif end is None:
            found += [{**one, str(value): term} for term in triple.forward(known, begin)]
        elif end in triple.forward(known, begin):
            found.append(one)
    return found


def _value(term: Node) -> Value:
    return Value(str(term), getattr(term, "language", None) or "", isinstance(term, URIRef))


def _ways(step: Step) -> tuple[Reach, Reach]:
    """Return how a path is gone, and how it is gone backwards; raise _CannotError if it is not."""
    if isinstance(step, URIRef):
        return _link(str(step))
    if isinstance(step, InvPath):
        forward, backward = _ways(step.arg)
        return backward, forward
    if isinstance(step, SequencePath):
        ways = [_ways(one) for one in step.args]
        return _along([way[0] for way in ways]), _along([way[1] for way in reversed(ways)])
    if isinstance(step, AlternativePath):
        ways = [_ways(one) for one in step.args]
        return _either([way[0] for way in ways]), _either([way[1] for way in ways])
    if isinstance(step, MulPath):
        return _again(_ways(step.path)[0], str(step.mod)), _cannot
    raise _CannotError


def _link(predicate: str) -> tuple[Reach, Reach]:
    def forward(known: Known, begin: Value) -> Collection[Value]:
        return known.said(begin.text).get(predicate, ()) if begin.is_iri else ()

    def backward(known: Known, end: Value) -> Collection[Value]:
        if not end.is_iri:
            raise _CannotError
        return [Value(iri, "", is_iri=True) for iri in known.pointing(predicate, end.text)]

    return forward, backward


def _along(steps: Sequence[Reach]) -> Reach:
    def reach(known: Known, begin: Value) -> Collection[Value]:
        found: Collection[Value] = (begin,)
        for step in steps:
            found = {term for one in found for term in step(known, one)}
        return found

    return reach


def _either(steps: Sequence[Reach]) -> Reach:
    return lambda known, begin: {term for step in steps for term in step(known, begin)}


def _again(step: Reach, mode: str) -> Reach:
    def reach(known: Known, begin: Value) -> Collection[Value]:
        found = set() if mode == "+" else {begin}
        reached = {begin}
        while reached:
            reached = {term for one in reached for term in step(known, one)} - found
            found |= reached
            if mode == "?":
                break
        return found

    return reach


def _cannot(_: Known, __: Value) -> Collection[Value]:
    raise _CannotError
