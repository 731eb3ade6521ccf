"""The sort keys of a query as the engine has to be told them, so that it sorts by one order of all terms.

Each condition of an ORDER BY, wherever one stands, is put into a call of `order_key`, which the engine makes
once for each row. They are found by tokens, as the grammar has them (SPARQL 1.1, rules 23 and 24); what is no
ORDER BY by the grammar is left for the engine to refuse.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.store.lexer import tokens
from kg.store.order_key import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.store.lexer import Token

_CAUSE = re.compile(r"order(?:\s|#[^\r\n]*[\r\n])*by", re.IGNORECASE)
_ORDER = re.compile(r"orderby", re.IGNORECASE)
_BY = re.compile(r"by.", re.IGNORECASE)
_ENDS: Final = frozenset({")", "}"})
_CALL: Final = f"{FUNCTION}("
_OF_ONE_KIND: Final = frozenset(
    {
        *("COUNT", "STRLEN", "RAND", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES"),
        *("STR", "LANG", "ENCODE_FOR_URI", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "STRUUID", "TZ"),
        *("BOUND", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "REGEX", "CONTAINS"),
        *("STRSTARTS", "STRENDS", "LANGMATCHES", "IRI", "URI", "DATATYPE", "UUID", "BNODE", "SECONDS"),
        *("LCASE", "UCASE", "SUBSTR", "REPLACE", "CONCAT", "STRBEFORE", "STRAFTER"),
    }
)
"""Functions whose values the engine sorts well, since all that one gives are of one kind."""
_SHORT: Final = 32 * 1024
"""How long a text may be to be remembered; programs, and our own lookups, ask the same again."""


def with_order_keys(text: str) -> str:
    """Return a query or update with `order_key` around its sort keys; most have none, and stay as they are.

    Raises QuerySyntaxError where many strings are begun and none is ended.

    >>> with_order_keys("SELECT * { ?a ?b ?c } ORDER BY ?c DESC(?b) STR(?a)").partition("} ")[2]
    'ORDER BY <urn:x-servanda:order-key>(?c) DESC(<urn:x-servanda:order-key>(?b)) STR(?a)'
    """
    if not _CAUSE.search(text):
        return text
    return _remembered(text) if len(text) <= _SHORT else _told(text)


def _told(text: str) -> str:
    found = _apart(tokens(text))
    edits: list[tuple[int, str]] = []
    for index, token in enumerate(found):
        if token.is_word("ORDER") and found[index + 1 : index + 2] and found[index + 1].is_word("BY"):
            for first, last in _conditions(found, index + 2):
                edits += ((first.start, _CALL), (last.start + len(last.text), ")"))
    for at, said in sorted(edits, key=lambda edit: edit[0])[::-1]:
        text = text[:at] + said + text[at:]
    return text


_remembered: Final = lru_cache(256)(_told)


def _apart(found: Iterable[Token]) -> Sequence[Token]:
    """Return the tokens, with those apart between which the engine needs no space: `ORDERBYDESC(`."""
    apart: list[Token] = []
    for token in found:
        rest = token
        if rest.kind == "word" and _ORDER.match(rest.text):
            rest = _split(apart, rest, len("ORDER"))
        if rest.kind == "word" and _BY.match(rest.text) and apart and apart[-1].is_word("ORDER"):
            rest = _split(apart, rest, len("BY"))
        apart.append(rest)
    return apart


def _split(apart: list[Token], token: Token, at: int) -> Token:
    """Keep the beginning of a token, and return the rest of it."""
    apart.append(replace(token, text=token.text[:at]))
    return replace(token, text=token.text[at:], start=token.start + at)


def _conditions(found: Sequence[Token], at: int) -> Iterator[tuple[Token, Token]]:
    """Yield the first and the last token of each condition that may be of many kinds, from there on."""
    while at < len(found):
        first = found[at]
        if first.kind == "variable":
            yield first, first
            at += 1
            continue
        ranked = first.is_word("ASC", "DESC")
        opening = at if first.text == "(" else at + 1
        if opening >= len(found) or found[opening].text != "(" or not (ranked or _may_begin(first)):
            exists = _after_exists(found, at)
            if exists is None:
                return
            at = exists
            continue
        last = closing(found, opening)
        if last is None:
            return
        begin, end = (opening + 1, last - 1) if ranked else (at, last)
        if begin <= end and not is_of_one_kind(found, begin, end):
            yield found[begin], found[end]
        at = last + 1


def is_of_one_kind(found: Sequence[Token], begin: int, end: int) -> bool:
    """Return whether what stands there is a single call of a function whose values the engine sorts well."""
    called = found[begin].is_word(*_OF_ONE_KIND) and begin < end and found[begin + 1].text == "("
    return called and closing(found, begin + 1) == end


def _may_begin(token: Token) -> bool:
    """Return whether a token begins a condition in brackets, or a call."""
    return token.text == "(" or token.kind in {"iri", "name", "word"}


def closing(found: Sequence[Token], opening: int) -> int | None:
    """Return where the bracket is closed that is opened there."""
    depth = found[opening].depth + 1
    return next(
        (at for at in range(opening + 1, len(found)) if found[at].text in _ENDS and found[at].depth == depth),
        None,
    )


def _after_exists(found: Sequence[Token], at: int) -> int | None:
    """Return what follows EXISTS or NOT EXISTS and its pattern, if that stands there; it is true or false."""
    at += found[at].is_word("NOT")
    if at + 1 >= len(found) or not found[at].is_word("EXISTS") or found[at + 1].text != "{":
        return None
    last = closing(found, at + 1)
    return None if last is None else last + 1
