"""Queries of our own answered step by step from what is known of a few subjects, without the engine.

To look at an index costs microseconds; to have a query parsed and planned costs a good part of a millisecond,
and rows are made by dozens of queries. A query is taken in its own words: only the way is another. Which
variable stands where in a solution is settled when the query is first met.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.term import URIRef, Variable

from kg.query.lookups.expressions import CannotError, Solution, WrongError, expressed, value_of
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


Step: TypeAlias = "Path | Node"
Going: TypeAlias = "Callable[[Known, list[Solution]], list[Solution]]"
"""What returns the solutions that go on from others by a pattern."""
Reach: TypeAlias = "Callable[[Known, Value], Collection[Value]]"
"""What returns where a path leads to from an end, each once."""
_ANY: Final = "UNDEF"
_NOWHERE: Final = 4
"""The rank of a triple of which neither end is known."""
_WRAPPERS: Final = frozenset({"SelectQuery", "Project", "Distinct"})


class _Layout(NamedTuple):
    """Which variables a solution has, in their order, and which of these may have no value."""

    names: tuple[str, ...]
    doubtful: frozenset[str] = frozenset()

    def place(self, name: str) -> int | None:
        """Return where a variable stands; None if it has no value yet.

        Raises CannotError where that differs from solution to solution.
        """
        if name in self.doubtful:
            raise CannotError
        return self.names.index(name) if name in self.names else None

    def with_one(self, name: str) -> _Layout:
        """Return the layout with a variable more."""
        return _Layout((*self.names, name), self.doubtful)


class _Triple(NamedTuple):
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
    going, places = _parsed(query, name)
    if going is None:
        return None
    try:
        found = going(known, [(Value(iri, "", is_iri=True),) for iri in starts])
    except CannotError:
        return None
    columns = [
        [None if place is None or (term := one[place]) is None else term.text for one in found]
        for place in places
    ]
    return list(dict.fromkeys(zip(*columns, strict=True)))


_PARSING: Final = threading.Lock()
"""Held by who parses: rdflib's parser, called by two threads at first, calls its own parts wrongly."""


@lru_cache(256)
def _parsed(query: str, name: str) -> tuple[Going | None, tuple[int | None, ...]]:
    """Return how a query is walked, and where its variables stand in the end; None where it is not."""
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415 - what is walked is parsed at first

    with _PARSING:
        algebra = prepareQuery(query).algebra
    variables = tuple(str(variable) for variable in algebra.PV)
    while algebra.name in _WRAPPERS:
        algebra = algebra.p
    try:
        going, (names, _) = _going(algebra, _Layout((name,)))
    except CannotError:
        return None, ()
    return going, tuple(names.index(one) if one in names else None for one in variables)


def _going(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    """Return how a pattern is walked, and the layout then; raise CannotError if it is not."""
    way = _WAYS.get(node.name)
    if way is None:
        raise CannotError
    return way(node, layout)


def _by_pattern(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    return _by_triples([_triple(*triple) for triple in node.triples], layout)


def _by_both(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    first, between = _going(node.p1, layout)
    second, after = _going(node.p2, between)
    return lambda known, before: second(known, first(known, before)), after


def _unless_any(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    """Return how a pattern with a condition is walked: where there is anything to hold it against, not."""
    inner, layout = _going(node.p, layout)

    def going(known: Known, before: list[Solution]) -> list[Solution]:
        if inner(known, before):
            raise CannotError
        return []

    return going, layout


def _by_either(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    first, one = _going(node.p1, layout)
    second, other = _going(node.p2, layout)
    if one != other:
        raise CannotError
    return lambda known, before: [*first(known, before), *second(known, before)], one


def _by_option(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    if node.expr.name != "TrueFilter":
        raise CannotError
    first, between = _going(node.p1, layout)
    second, after = _going(node.p2, between)
    nothing = (None,) * (len(after.names) - len(between.names))

    def going(known: Known, before: list[Solution]) -> list[Solution]:
        return [one for each in first(known, before) for one in (second(known, [each]) or [each + nothing])]

    return going, _Layout(after.names, after.doubtful | set(after.names[len(between.names) :]))


def _by_values(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    """Return how the values of one variable are walked; without any, nothing is asked of it."""
    if node.p.name != "values":
        raise CannotError
    rows = node.p.res
    given = [{str(name): value_of(term) for name, term in row.items() if term != _ANY} for row in rows]
    names = {name for row in given for name in row}
    if given and not names:
        return lambda _, before: before * len(given) if len(given) > 1 else before, layout
    if len(names) != 1 or not all(given):
        raise CannotError
    (name,) = names
    values = [row[name] for row in given]
    place = layout.place(name)
    if place is None:
        return lambda _, before: [(*one, value) for one in before for value in values], layout.with_one(name)
    allowed = frozenset(values)
    return lambda _, before: [one for one in before if one[place] in allowed], layout


def _by_expression(node: CompValue, layout: _Layout) -> tuple[Going, _Layout]:
    inner, between = _going(node.p, layout)
    name = str(node.var)
    if name in between.names:
        raise CannotError
    told = expressed(node.expr, between.names)

    def of(one: Solution) -> Value | None:
        try:
            return told(one)
        except WrongError:
            return None

    after = _Layout((*between.names, name), between.doubtful | {name})
    return lambda known, before: [(*one, of(one)) for one in inner(known, before)], after


_WAYS: Final[Mapping[str, Callable[[CompValue, _Layout], tuple[Going, _Layout]]]] = {
    "BGP": _by_pattern,
    "Join": _by_both,
    "Union": _by_either,
    "LeftJoin": _by_option,
    "ToMultiSet": _by_values,
    "Extend": _by_expression,
    "Filter": _unless_any,
}


def _triple(subject: Node, step: Step, value: Node) -> _Triple:
    begin, end = (str(one) if isinstance(one, Variable) else value_of(one) for one in (subject, value))
    return _Triple(begin, end, *_ways(step))


def _by_triples(triples: Sequence[_Triple], layout: _Layout) -> tuple[Going, _Layout]:
    """Return how a pattern is walked by all triples, each from an end that is known by then."""
    steps: list[Going] = []
    left = list(triples)
    while left:
        chosen = min(left, key=lambda triple: triple.rank(layout.names))
        left.remove(chosen)
        step, layout = _by_triple(chosen, layout)
        steps.append(step)

    def going(known: Known, before: list[Solution]) -> list[Solution]:
        for step in steps:
            if not before:
                break
            before = step(known, before)
        return before

    return going, layout


def _by_triple(triple: _Triple, layout: _Layout) -> tuple[Going, _Layout]:
    subject, value = triple.subject, triple.value
    begin = None if isinstance(subject, Value) else layout.place(subject)
    end = None if isinstance(value, Value) else layout.place(value)
    known_begin, known_end = (
        isinstance(one, Value) or place is not None for one, place in ((subject, begin), (value, end))
    )
    if known_begin and known_end:
        return _checking(triple.forward, _taking(subject, begin), _taking(value, end)), layout
    if known_begin and isinstance(value, str):
        return _reaching(triple.forward, _taking(subject, begin)), layout.with_one(value)
    if known_end and isinstance(subject, str):
        return _reaching(triple.backward, _taking(value, end)), layout.with_one(subject)
    raise CannotError


def _taking(end: str | Value, place: int | None) -> Callable[[Solution], Value]:
    """Return what takes an end of a triple from a solution that has it."""
    if isinstance(end, Value):
        return lambda _: end
    return itemgetter(place)


def _reaching(reach: Reach, take: Callable[[Solution], Value]) -> Going:
    """Return how it is gone on to where a way leads; from the same end it is gone once."""

    def going(known: Known, before: list[Solution]) -> list[Solution]:
        found: list[Solution] = []
        gone: dict[Value, Collection[Value]] = {}
        for one in before:
            begin = take(one)
            there = gone.get(begin)
            if there is None:
                there = gone[begin] = reach(known, begin)
            found += [(*one, term) for term in there]
        return found

    return going


def _checking(
    reach: Reach, take: Callable[[Solution], Value], take_end: Callable[[Solution], Value]
) -> Going:
    return lambda known, before: [one for one in before if take_end(one) in reach(known, take(one))]


def _ways(step: Step) -> tuple[Reach, Reach]:
    """Return how a path is gone, and how it is gone backwards; raise CannotError if it is not."""
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
    raise CannotError


def _link(predicate: str) -> tuple[Reach, Reach]:
    def forward(known: Known, begin: Value) -> Collection[Value]:
        return known.said(begin.text).get(predicate, ()) if begin.is_iri else ()

    def backward(known: Known, end: Value) -> Collection[Value]:
        if not end.is_iri:
            raise CannotError
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
    raise CannotError
