"""The expressions of our own queries, as far as a walk can tell what they come to: texts put together."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from rdflib.namespace import XSD
from rdflib.term import Literal, URIRef, Variable

from kg.store import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import Node

Solution: TypeAlias = "tuple[Value | None, ...]"
"""Of each variable the value, in the order in which a walk has them."""
_Come: TypeAlias = "str | int | bool | Value"
"""What an expression comes to: a text, a number, a truth value, or a term as it stands in a solution."""
_Told: TypeAlias = "Callable[[Solution], _Come]"


class CannotError(Exception):
    """Says that a query has to be asked of the engine."""


class WrongError(Exception):
    """Says that an expression comes to nothing: there is no value of a variable."""


def value_of(term: Node) -> Value:
    """Return a term of a query as solutions have it."""
    return Value(str(term), getattr(term, "language", None) or "", isinstance(term, URIRef))


def expressed(expression: CompValue | Node, names: Sequence[str]) -> Callable[[Solution], Value]:
    """Return what tells the term that an expression comes to in a solution of these variables.

    That raises WrongError where it comes to nothing, and CannotError where only the engine can tell; this
    does where the expression has what is not known here.
    """
    told = _told(expression, names)

    def term(solution: Solution) -> Value:
        come = told(solution)
        if isinstance(come, Value):
            return come
        if isinstance(come, str):
            return Value(come, "", is_iri=False)
        raise CannotError

    return term


def _told(node: CompValue | Node, names: Sequence[str]) -> _Told:
    if isinstance(node, Variable):
        return _variable(names.index(str(node))) if str(node) in names else _nothing
    if isinstance(node, URIRef):
        return _constant(value_of(node))
    if isinstance(node, Literal):
        return _constant(_literal(node))
    form = _FORMS.get(cast("CompValue", node).name)
    if form is None:
        raise CannotError
    return form(cast("CompValue", node), names)


def _str_of(node: CompValue, names: Sequence[str]) -> _Told:
    """Return the text of a term: an IRI, or a literal as it is spelled."""
    told = _told(node.arg, names)

    def text(solution: Solution) -> _Come:
        come = told(solution)
        if isinstance(come, Value):
            return come.text
        if isinstance(come, str):
            return come
        raise CannotError

    return text


def _length(node: CompValue, names: Sequence[str]) -> _Told:
    text = _text(_told(node.arg, names))
    return lambda solution: len(text(solution))


def _together(node: CompValue, names: Sequence[str]) -> _Told:
    texts = [_text(_told(one, names)) for one in node.arg]
    return lambda solution: "".join([one(solution) for one in texts])


def _either(node: CompValue, names: Sequence[str]) -> _Told:
    whether, then, other = (_told(one, names) for one in (node.arg1, node.arg2, node.arg3))

    def either(solution: Solution) -> _Come:
        come = whether(solution)
        if not isinstance(come, bool):
            raise CannotError
        return then(solution) if come else other(solution)

    return either


def _end(node: CompValue, names: Sequence[str]) -> _Told:
    """Return a text from a place on, of which the first is 1."""
    if node.length is not None:
        raise CannotError
    text, start = _text(_told(node.arg, names)), _number(_told(node.start, names))
    return lambda solution: text(solution)[max(start(solution) - 1, 0) :]


def _sum(node: CompValue, names: Sequence[str]) -> _Told:
    if node.op != ["+"]:
        raise CannotError
    one, more = (_number(_told(each, names)) for each in (node.expr, node.other[0]))
    return lambda solution: one(solution) + more(solution)


def _is(node: CompValue, names: Sequence[str]) -> _Told:
    """Return whether something is one IRI."""
    if node.op != "=" or not isinstance(node.other, URIRef):
        raise CannotError
    same, iri = _told(node.expr, names), value_of(node.other)
    return lambda solution: same(solution) == iri


def _first(node: CompValue, names: Sequence[str]) -> _Told:
    """Return the first that comes to something."""
    several = [_told(one, names) for one in node.arg]

    def first(solution: Solution) -> _Come:
        for told in several:
            with suppress(WrongError):
                return told(solution)
        raise WrongError

    return first


_FORMS: Final[Mapping[str, Callable[[CompValue, Sequence[str]], _Told]]] = {
    "Builtin_STR": _str_of,
    "Builtin_STRLEN": _length,
    "Builtin_CONCAT": _together,
    "Builtin_IF": _either,
    "Builtin_SUBSTR": _end,
    "Builtin_COALESCE": _first,
    "AdditiveExpression": _sum,
    "RelationalExpression": _is,
}


def _variable(place: int) -> _Told:
    def told(solution: Solution) -> _Come:
        value = solution[place]
        if value is None:
            raise WrongError
        return value

    return told


def _nothing(_: Solution) -> _Come:
    raise WrongError


def _constant(come: _Come) -> _Told:
    return lambda _: come


def _literal(node: Literal) -> _Come:
    """Return a text or a whole number that stands in a query."""
    if node.datatype == XSD.integer:
        return int(node)
    if node.datatype in {None, XSD.string} and not node.language:
        return str(node)
    raise CannotError


def _text(told: _Told) -> Callable[[Solution], str]:
    """Return what has to be a text; of a term it is not known whether it is one."""

    def text(solution: Solution) -> str:
        come = told(solution)
        if isinstance(come, str):
            return come
        raise CannotError

    return text


def _number(told: _Told) -> Callable[[Solution], int]:
    def number(solution: Solution) -> int:
        come = told(solution)
        if isinstance(come, int) and not isinstance(come, bool):
            return come
        raise CannotError

    return number
