r"""Queries as the engine has to be told them, where its parser departs from the standard.

- GROUP_CONCAT gives a plain string (SPARQL 1.1, §18.5.1.7); the engine keeps the language of what it joins.
- `TRUE` and `FALSE` may be written in any case, as every keyword (§19.8).
- The subject of a triple term in an expression is an IRI or a variable (SPARQL 1.2, ExprTripleTermSubject).
- An aggregate does not stand in another (§11.4).
- SELECT * gives the columns in the order in which the query names them; the engine sorts them.

What is lexical is put right here, by tokens; a query that gives no cause is not looked at twice.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kg.errors import QuerySyntaxError
from kg.store.lexer import all_tokens, may_say, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.store.lexer import Token

_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_NAMES: Final = tuple(name.lower() for name in _AGGREGATES)
_AGGREGATE = re.compile(rf"\b(?:{'|'.join(_AGGREGATES)})\b", re.IGNORECASE)
_CAUSE = re.compile(r"<<\(|\b(?i:group_concat)\b|\b(?!true\b|false\b)(?i:true|false)\b")
_STAR = re.compile(r"\bselect\s*(?:(?:distinct|reduced)\s*)?\*", re.IGNORECASE)
_VALUES: Final = frozenset({"string", "number"})


def corrected(query: str) -> str:
    """Return the query as the engine has to be told it; most are told as they are.

    Raises QuerySyntaxError for what is no SPARQL though the engine takes it.

    >>> corrected("SELECT (GROUP_CONCAT(?x) AS ?y) { ?s ?p ?x FILTER(TRUE) }")
    'SELECT (STR(GROUP_CONCAT(?x)) AS ?y) { ?s ?p ?x FILTER(true) }'
    """
    nested = may_say(query, *_NAMES) and len(_AGGREGATE.findall(query)) > 1
    if not (nested or (may_say(query, "<<(", "group_concat", "true", "false") and _CAUSE.search(query))):
        return query
    found = all_tokens(query)
    _refuse_nested_aggregates(query, found)
    _refuse_subjects(query, found)
    edits: list[tuple[int, int, str]] = []
    for index, token in enumerate(found):
        if token.is_word("TRUE", "FALSE"):
            edits.append((token.start, token.start + len(token.text), token.text.lower()))
        elif token.is_word("GROUP_CONCAT"):
            edits += _wrapped(found, index)
    return _edited(query, edits)


def in_order(query: str, variables: Sequence[str]) -> str | None:
    """Return the query with its `SELECT *` written out in the order of first use; None if nothing is to do.

    `variables` are those that the engine found to be selected.

    >>> in_order("SELECT * { ?z ?p ?a }", ["a", "p", "z"])
    'SELECT ?z ?p ?a { ?z ?p ?a }'
    """
    if len(variables) < 2 or not _STAR.search(query):  # noqa: PLR2004
        return None
    found = all_tokens(query)
    star = _star(found)
    if star is None:
        return None
    used = dict.fromkeys(token.text[1:] for token in found if token.kind == "variable")
    order = [name for name in used if name in variables]
    if len(order) != len(variables) or order == list(variables):
        return None
    return _edited(query, [(star.start, star.start + 1, " ".join(f"?{name}" for name in order))])


def _star(found: Sequence[Token]) -> Token | None:
    """Return the star of the outermost SELECT, if it has one."""
    for index, token in enumerate(found):
        if token.depth == 0 and token.is_word("SELECT"):
            after = [item for item in found[index + 1 : index + 3] if not item.is_word("DISTINCT", "REDUCED")]
            return after[0] if after and after[0].text == "*" else None
        if token.text == "{":
            return None
    return None


def _wrapped(found: Sequence[Token], index: int) -> list[tuple[int, int, str]]:
    """Return the edits that put `STR( )` around a call."""
    start = found[index].start
    following = found[index + 1 :]
    if not following or following[0].text != "(":
        return []
    depth = following[0].depth
    end = next((item for item in following[1:] if item.text == ")" and item.depth == depth + 1), None)
    return [] if end is None else [(start, start, "STR("), (end.start, end.start, ")")]


def _edited(query: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _refuse_nested_aggregates(query: str, found: Sequence[Token]) -> None:
    within: list[int | None] = [None]  # the depth outside the aggregate that is open, for each open brace
    for index, token in enumerate(found):
        outer = within[-1]
        if token.text == "{":
            within.append(None)
        elif token.text == "}" and len(within) > 1:
            within.pop()
        elif outer is not None and token.text == ")" and token.depth == outer + 1:
            within[-1] = None
        elif token.is_word(*_AGGREGATES) and index + 1 < len(found) and found[index + 1].text == "(":
            if outer is not None:
                line, column = place(query, token.start)
                raise QuerySyntaxError(
                    f"error at {line}:{column}: an aggregate stands within another", line, column
                )
            within[-1] = found[index + 1].depth


def _refuse_subjects(query: str, found: Sequence[Token]) -> None:
    """Refuse literals and triple terms as subjects of triple terms in expressions; patterns may have both."""
    for subject in _subjects(found):
        if subject.kind in _VALUES or subject.text == "<<" or subject.is_word("TRUE", "FALSE"):
            line, column = place(query, subject.start)
            what = "the subject of a triple term in an expression is an IRI or a variable"
            raise QuerySyntaxError(f"error at {line}:{column}: {what}", line, column)


def _subjects(found: Sequence[Token]) -> Iterator[Token]:
    """Yield the token with which the subject of each triple term begins that stands in an expression."""
    expressions = [False]  # whether each bracket that is open holds an expression
    before: Token | None = None
    for token, following in pairwise(found):
        if token.text == "(":
            called = before is not None and before.kind == "word" and before.text != "a"
            expressions.append(expressions[-1] or called)
            if before is not None and before.text == "<<" and expressions[-1]:
                yield following
        elif token.text in {"{", "[", "<<"}:
            expressions.append(token.text == "<<" and expressions[-1])
        elif token.text in {")", "}", "]", ">>"} and len(expressions) > 1:
            expressions.pop()
        before = token
