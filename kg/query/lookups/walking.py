"""Queries of our own answered step by step from what is known of a few subjects, without the engine.

To look at an index costs microseconds; to have a query parsed and planned costs a good part of a millisecond,
and rows are made by dozens of queries. A query is taken in its own words: only the way is another.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import URIRef, Variable

from kg.store import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
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
_ANY: Final = "UNDEF"
_NOWHERE: Final = 4
"""The rank of a triple of which neither end is known."""
_WRAPPERS: Final = frozenset({"SelectQuery", "Project", "Distinct"})


class _CannotError(Exception):
    """Says that a query has to be asked of the engine."""


def walked(known: Known, query: str, name: str, starts: Iterable[str]) -> list[tuple[str | None, ...]] | None:
    """Return the different solutions of a SELECT query in which a variable is one of some IRIs, as texts.

    None if the query has what is not walked: it is to be asked of the engine.
    """
    pattern, variables = _parsed(query)
    if pattern is None:
        return None
    try:
        found = _solved(known, pattern, [{name: Value(iri, "", is_iri=True)} for iri in starts])
    except _CannotError:
        return None
    rows = (tuple(one.get(variable) for variable in variables) for one in found)
    return [tuple(None if term is None else term.text for term in row) for row in dict.fromkeys(rows)]


_PARSING: Final = threading.Lock()
"""Held by who parses: rdflib's parser, called by two threads at first, calls its own parts wrongly."""


@lru_cache(256)
def _parsed(query: str) -> tuple[CompValue | None, tuple[str, ...]]:
    """Return the pattern of a query and its variables; no pattern where it is not walked."""
    with _PARSING:
        algebra = prepareQuery(query).algebra
    variables = tuple(str(variable) for variable in algebra.PV)
    while algebra.name in _WRAPPERS:
        algebra = algebra.p
    return (algebra if _is_walkable(algebra) else None), variables


def _is_walkable(node: CompValue) -> bool:
    match node.name:
        case "BGP":
            return all(
                isinstance(step, URIRef | AlternativePath | InvPath | MulPath | SequencePath)
                for _, step, _ in node.triples
            )
        case "Join" | "Union":
            return _is_walkable(node.p1) and _is_walkable(node.p2)
        case "LeftJoin":
            plain = bool(node.expr.name == "TrueFilter")
            return plain and _is_walkable(node.p1) and _is_walkable(node.p2)
        case "ToMultiSet":
            return bool(node.p.name == "values")
        case "Extend":
            return isinstance(node.expr, URIRef) and _is_walkable(node.p)
    return False


def _solved(known: Known, node: CompValue, before: list[Solution]) -> list[Solution]:
    """Return the solutions that go on from others by a pattern."""
    match node.name:
        case "BGP":
            return _of_triples(known, list(node.triples), before)
        case "Join":
            return _solved(known, node.p2, _solved(known, node.p1, before))
        case "Union":
            return [*_solved(known, node.p1, before), *_solved(known, node.p2, before)]
        case "LeftJoin":
            left = _solved(known, node.p1, before)
            return [one for each in left for one in (_solved(known, node.p2, [each]) or [each])]
        case "ToMultiSet":
            rows = [
                {str(name): _value(term) for name, term in row.items() if term != _ANY} for row in node.p.res
            ]
            return [each | row for each in before for row in rows if _agree(each, row)]
    extended = {str(node.var): _value(node.expr)}
    return [each | extended for each in _solved(known, node.p, before)]


def _agree(one: Solution, other: Solution) -> bool:
    return all(one.get(name, term) == term for name, term in other.items())


def _of_triples(
    known: Known, triples: list[tuple[Node, Step, Node]], before: list[Solution]
) -> list[Solution]:
    """Return the solutions that go on by all triples, each from an end that is known by then."""
    if not triples or not before:
        return before
    bound = before[0].keys()
    subject, step, value = chosen = min(triples, key=lambda one: _rank(one, bound))
    if _rank(chosen, bound) == _NOWHERE:
        raise _CannotError
    rest = [triple for triple in triples if triple is not chosen]
    found = []
    for one in before:
        begin, end = _end(one, subject), _end(one, value)
        if begin is not None:
            reached = _forward(known, step, begin)
            name = str(value)
        elif end is not None:
            reached, name = _backward(known, step, end), str(subject)
            end = None
        else:
            raise _CannotError
        if begin is not None and end is not None:
            found += [one] if end in reached else []
        else:
            found += [{**one, name: term} for term in reached]
    return _of_triples(known, rest, found)


def _rank(triple: tuple[Node, Step, Node], bound: Collection[str]) -> int:
    """Return how dear it is to go along a triple: back from a class, to which all of a kind lead, last."""
    begin, end = (not isinstance(one, Variable) or str(one) in bound for one in (triple[0], triple[2]))
    if begin:
        return 0 if end else 1
    return (2 if isinstance(triple[2], Variable) else 3) if end else _NOWHERE


def _end(one: Solution, term: Node) -> Value | None:
    return one.get(str(term)) if isinstance(term, Variable) else _value(term)


def _value(term: Node) -> Value:
    return Value(str(term), getattr(term, "language", None) or "", isinstance(term, URIRef))


def _forward(known: Known, step: Step, begin: Value) -> set[Value]:
    """Return what a path leads to."""
    if isinstance(step, URIRef):
        return set(known.said(begin.text).get(str(step), ())) if begin.is_iri else set()
    if isinstance(step, SequencePath):
        return _along(known, step.args, {begin})
    if isinstance(step, AlternativePath):
        return {term for one in step.args for term in _forward(known, one, begin)}
    if isinstance(step, InvPath):
        return _backward(known, step.arg, begin)
    if not isinstance(step, MulPath):
        raise _CannotError
    found = set() if step.mod == "+" else {begin}
    reached = {begin}
    while reached:
        reached = {term for one in reached for term in _forward(known, step.path, one)} - found
        found |= reached
        if step.mod == "?":
            break
    return found


def _along(known: Known, steps: Sequence[Step], begins: set[Value]) -> set[Value]:
    for step in steps:
        begins = {term for one in begins for term in _forward(known, step, one)}
    return begins


def _backward(known: Known, step: Step, end: Value) -> set[Value]:
    """Return from where a path leads to an IRI."""
    if isinstance(step, URIRef) and end.is_iri:
        return {Value(iri, "", is_iri=True) for iri in known.pointing(str(step), end.text)}
    if isinstance(step, AlternativePath):
        return {term for one in step.args for term in _backward(known, one, end)}
    if isinstance(step, SequencePath):
        found = {end}
        for one in reversed(step.args):
            found = {term for each in found for term in _backward(known, one, each)}
        return found
    if isinstance(step, InvPath):
        return _forward(known, step.arg, end)
    raise _CannotError
