r"""The tokens of a SPARQL query, told apart as the parser tells them.

What is said in a comment, a string or an IRI is not part of the query's own words; telling them apart
needs more than a pattern, because `<` begins an IRI in one place and compares in another:
`FILTER(?a <#>'` compares and begins a comment, `?a <#> '` holds an IRI and begins a string. So the
brackets are followed, and whether each holds a pattern, a list or an expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT: Final = 32 * 1024
"""Characters of a text whose tokens are remembered for a moment."""
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE: Final = "0-9\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_IRI = re.compile(r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>')
_RUN = re.compile(rf"[{_BASE}][{_BASE}_{_MORE}.\-]*")
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<string>'''(?:'{{0,2}}(?:[^'\\]|\\.))*'''|\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\"
      |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
    |(?P<variable>[?$][{_BASE}_0-9][{_BASE}_{_MORE}]*)
    |(?P<blank>_:[{_BASE}_0-9](?:[{_BASE}_{_MORE}.\-]*[{_BASE}_{_MORE}\-])?)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+\-]?[0-9]+)?)
    |(?P<language>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<mark><<|>>|[<>!]=|\|\||&&|\^\^|.)""",
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(
    rf"""(?:[{_BASE}](?:[{_BASE}_{_MORE}.\-]*[{_BASE}_{_MORE}\-])?)?:
    (?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:(?:[{_BASE}_{_MORE}.:\-]|{_ESCAPED})*(?:[{_BASE}_{_MORE}:\-]|{_ESCAPED}))?)?""",
    re.VERBOSE,
)
_FROM = re.compile(r"(?<![\w?$:/])from(?![>/])", re.IGNORECASE)
_UNCLOSED: Final = 16
"""How many quotation marks may begin no string: after each the rest of the query is read for its end."""
_OPERANDS = frozenset({"string", "variable", "blank", "name", "number", "language", "iri"})


class _Within(Enum):
    """What the innermost open bracket holds."""

    CLAUSE = auto()
    PATTERN = auto()
    LIST = auto()
    EXPRESSION = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text, where it begins, and how many brackets are open around it.

    Kinds are string, variable, blank, name (a prefixed name), number, language, word, iri and mark.
    """

    kind: str
    text: str
    start: int
    depth: int

    def is_word(self, *words: str) -> bool:
        """Return whether it is one of the words, which are given in upper case."""
        return self.kind == "word" and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, without white space and comments; text that is no SPARQL yields marks.

    Raises QuerySyntaxError where many strings are begun and none is ended.

    >>> [token.text for token in tokens("ASK { ?s <urn:p> 'a # b' } # c")]
    ['ASK', '{', '?s', '<urn:p>', "'a # b'", '}']
    """
    open_: list[_Within] = [_Within.CLAUSE]
    before: list[Token | None] = [None, None]
    at = nameless = unclosed = 0
    while at < len(query):
        found = _angle(query, at, open_[-1], before[-1])
        if found is None and at >= nameless:
            found, nameless = _name(query, at)
        kind, text = found or _plain(query, at)
        unclosed += _is_unclosed(query, at, kind, text)
        if unclosed > _UNCLOSED:
            line, column = place(query, at)
            raise QuerySyntaxError(f"error at {line}:{column}: a string has no end", line, column)
        if kind != "space":
            token = Token(kind, text, at, len(open_) - 1)
            _follow(open_, before, token)
            before = [before[-1], token]
            yield token
        at += len(text)


def all_tokens(query: str) -> tuple[Token, ...]:
    """Return the tokens of a query; several who look at one text that is not long share them."""
    return _remembered(query) if len(query) <= _SHORT else tuple(tokens(query))


@lru_cache(8)
def _remembered(query: str) -> tuple[Token, ...]:
    return tuple(tokens(query))


def may_say(query: str, *words: str) -> bool:
    """Return whether any of the words, in any case, is somewhere in a query: what is quick to see at first.

    >>> may_say("SELECT * FROM <urn:g> { ?s ?p ?o }", "from"), may_say("ASK {}", "from", "load")
    (True, False)
    """
    folded = query.casefold()
    return any(word in folded for word in words)


def has_dataset_clause(query: str) -> bool:
    """Return whether a query names its graphs itself, by FROM or FROM NAMED.

    >>> has_dataset_clause("SELECT ?from FROM <urn:g> { ?from <urn:from> 'FROM' }")
    True
    >>> has_dataset_clause("SELECT ?from { ?from <urn:from> 'FROM' }")
    False
    """
    if not (may_say(query, "from") and _FROM.search(query)):
        return False
    return any(token.depth == 0 and token.is_word("FROM") for token in tokens(query))


def place(query: str, at: int) -> tuple[int, int]:
    r"""Return the line and the column of an offset, both counted from 1.

    >>> place("ASK\n{ }", 4)
    (2, 1)
    """
    return query.count("\n", 0, at) + 1, at - query.rfind("\n", 0, at)


def _angle(query: str, at: int, within: _Within, before: Token | None) -> tuple[str, str] | None:
    if query[at] != "<":
        return None
    if within is _Within.EXPRESSION and _ends_operand(before):
        return "mark", "<=" if query.startswith("<=", at) else "<"
    iri = _IRI.match(query, at)
    return ("iri", iri[0]) if iri else None


def _name(query: str, at: int) -> tuple[tuple[str, str] | None, int]:
    """Return the prefixed name here, if any, and the offset before which no other can begin."""
    name = _NAME.match(query, at)
    if name:
        return ("name", name[0]), at
    run = _RUN.match(query, at)
    return None, run.end() if run else at


def _plain(query: str, at: int) -> tuple[str, str]:
    match = _TOKEN.match(query, at)
    if match is None or match.lastgroup is None:  # the last alternative takes any character
        raise AssertionError(query[at : at + 20])
    return match.lastgroup, match[0]


def _is_unclosed(query: str, at: int, kind: str, text: str) -> bool:
    """Return whether a quotation mark here begins no string, or three of them no long one."""
    if kind == "mark":
        return text in {"'", '"'}
    return kind == "string" and text in {"''", '""'} and query.startswith(text[0], at + 2)


def _ends_operand(token: Token | None) -> bool:
    if token is None:
        return False
    return token.kind in _OPERANDS or token.text in {")", "}", "]", ">>"} or token.is_word("TRUE", "FALSE")


def _follow(open_: list[_Within], before: list[Token | None], token: Token) -> None:
    """Open and close brackets as the token does."""
    if token.kind == "mark":
        if token.text in {"{", "["}:
            open_.append(_Within.PATTERN)
        elif token.text == "<<":
            open_.append(_Within.LIST)
        elif token.text == "(":
            open_.append(_held(open_[-1], before))
        elif token.text in {")", "}", "]", ">>"} and len(open_) > 1:
            open_.pop()
    elif token.is_word("SELECT") and open_[-1] is _Within.PATTERN:
        open_[-1] = _Within.CLAUSE


def _held(within: _Within, before: list[Token | None]) -> _Within:
    """Return what a round bracket that opens here holds."""
    earlier, last = before
    if within in {_Within.EXPRESSION, _Within.LIST}:
        return _Within.LIST if last is not None and last.text == "<<" else within
    if last is not None and last.is_word("VALUES"):
        return _Within.LIST
    if within is _Within.CLAUSE:
        return _Within.EXPRESSION
    if last is None:
        return _Within.LIST
    if last.kind == "word":
        return _Within.LIST if last.text == "a" or last.is_word("TRUE", "FALSE") else _Within.EXPRESSION
    called = last.kind in {"iri", "name"} and earlier is not None and earlier.is_word("FILTER")
    return _Within.EXPRESSION if called else _Within.LIST
