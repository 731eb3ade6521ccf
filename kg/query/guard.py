"""What untrusted SPARQL may say: a scan of its tokens before any engine sees it.

It refuses what would reach the network (SERVICE, LOAD), what would change the graph, and what is so
long or so deeply nested that a parser would run out of stack. It looks at the query's own words only:
a variable `?service`, a prefix `service:`, a literal or an IRI that holds the word are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import ForbiddenQueryError, QuerySyntaxError
from kg.store import QueryForm
from kg.store.lexer import may_say, place, tokens
from kg.store.update_text import Operation, operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.store.lexer import Token

MAX_LENGTH: Final = 65_536
"""The longest query, in bytes of UTF-8."""
MAX_UPDATE: Final = 5 * 1024 * 1024
"""The longest update, in bytes of UTF-8: as much as may be sent as a graph."""
MAX_DEPTH: Final = 64
"""How many brackets may be open at once."""

SHORT: Final = 8192
"""How long a query may be to be remembered."""
_FORMS: Final = {form.value: form for form in QueryForm}
_UPDATES: Final = frozenset(
    {"LOAD", "INSERT", "DELETE", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"},
)
_VOLATILE: Final = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
# The engine asks for no space after a keyword: `trueSERVICEx:a {` calls a service.
_SERVICE = re.compile(r"(?:true|false)?service", re.IGNORECASE | re.ASCII)
_BEGINNING = re.compile(
    r"\s*(?:(?:PREFIX\s+[^\s:#<>]*:|BASE)\s*<[^<>\"{}|^`\\\s]*>\s*)*(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\s{(*?$<])",
    re.IGNORECASE | re.ASCII,
)
_DOUBTFUL: Final = ("service", "load", "now", "rand", "uuid", "bnode", "\\")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may be run: its form, and whether it answers differently each time it is asked."""

    form: QueryForm
    volatile: bool


def checked_once(query: str, depth: int = MAX_DEPTH) -> Checked:
    """Return what `check` does; of a short query that was asked a while ago, without looking again."""
    return _remembered(query, depth) if len(query) <= SHORT else check(query, depth)


@lru_cache(1024)
def _remembered(query: str, depth: int) -> Checked:
    return check(query, depth)


def is_lasting(query: str) -> bool:
    """Return whether a query that was checked is short, and has one answer as long as the graph stays."""
    return len(query) <= SHORT and not checked_once(query).volatile


@dataclass(frozen=True, slots=True)
class CheckedUpdate:
    """An update that may be tried: whether it does no more than its text says, and looks for nothing."""

    plain: bool


def check(query: str, depth: int = MAX_DEPTH) -> Checked:
    """Return what is known of a query that may be run, and open so many brackets at once.

    Raises ForbiddenQueryError (`query-too-long`, `query-too-deep`, `service-forbidden`,
    `load-forbidden`, `update-forbidden`) for one that may not, and QuerySyntaxError for one that is
    neither query nor update.

    >>> check("PREFIX service: <urn:x:> SELECT ?service { ?service service:a 'SERVICE' }").form
    <QueryForm.SELECT: 'SELECT'>
    """
    _refuse_length(query, MAX_LENGTH)
    return _harmless(query, depth) or _looked_at(query, depth)


def _harmless(query: str, depth: int = MAX_DEPTH) -> Checked | None:
    """Return what is known of a query in which nothing needs to be looked at; None for any other.

    It says nothing that could be refused or is volatile, not even in a literal, and begins as a query does.
    """
    begun = _BEGINNING.match(query)
    if (
        begun is None
        or may_say(query, *_DOUBTFUL)
        or sum(map(query.count, "{([")) + query.count("<<") > depth
    ):
        return None
    return Checked(_FORMS[begun[1].upper()], volatile=False)


def _looked_at(query: str, depth: int = MAX_DEPTH) -> Checked:
    """Return what is known of a query by its tokens; raises what `check` raises but for its length."""
    found = tuple(tokens(query))
    _refuse_depth(found, depth)
    form = _form(query, found)
    _refuse_service(found)
    for wording in _wordings(query)[1:]:
        _refuse_service(tuple(tokens(wording)))
    return Checked(form, volatile=any(token.is_word(*_VOLATILE) for token in found))


def check_update(update: str) -> CheckedUpdate:
    """Return what is known of an update that may be tried.

    Raises ForbiddenQueryError (`query-too-long`, `query-too-deep`, `service-forbidden`,
    `load-forbidden`) for one that may not, and QuerySyntaxError for what is no update.

    >>> check_update("INSERT DATA { <urn:a> <urn:b> 'LOAD' } ; CLEAR ALL").plain
    True
    """
    _refuse_length(update, MAX_UPDATE)
    found: list[Operation] = []
    for wording in _wordings(update):
        held = tuple(tokens(wording))
        _refuse_depth(held, MAX_DEPTH)
        _refuse_service(held)
        found += operations(wording, held)
    if any(operation.name == "LOAD" for operation in found):
        raise ForbiddenQueryError("load-forbidden", "LOAD is not allowed: nothing is fetched from here")
    return CheckedUpdate(all(operation.is_plain for operation in found))


def _refuse_length(text: str, most: int) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > most:
        raise ForbiddenQueryError("query-too-long", f"what is asked may have {most:,} bytes at most")


def _wordings(text: str) -> tuple[str, ...]:
    """Return a text as it stands, and as the standard decodes its escapes before it looks for words."""
    return (text, _ESCAPE.sub(_decoded, text)) if "\\u" in text or "\\U" in text else (text,)


def _refuse_depth(found: Sequence[Token], most: int) -> None:
    if any(token.depth > most for token in found):
        raise ForbiddenQueryError("query-too-deep", f"a query may open {most} brackets at once at most")


def _form(query: str, found: Sequence[Token]) -> QueryForm:
    for token in found:
        word = token.text.upper() if token.kind == "word" else ""
        if word in _FORMS:
            return _FORMS[word]
        if word == "LOAD":
            raise ForbiddenQueryError("load-forbidden", "LOAD is not allowed: nothing is fetched from here")
        if word in _UPDATES:
            raise ForbiddenQueryError(
                "update-forbidden", f"{word} changes the graph, and this address only answers queries"
            )
    line, column = place(query, found[0].start if found else len(query))
    raise QuerySyntaxError("expected SELECT, ASK, CONSTRUCT or DESCRIBE", line, column)


def _refuse_service(found: Sequence[Token]) -> None:
    for index, token in enumerate(found):
        if token.kind == "word":
            calls = _SERVICE.match(token.text) is not None
        elif token.kind == "name" and index + 1 < len(found) and found[index + 1].text == "{":
            # `SERVICE:a {` is a keyword and a name to the engine, unless the name is that of a graph.
            calls = "service" in token.text.partition(":")[0].lower() and not (
                index > 0 and found[index - 1].is_word("GRAPH", "FROM", "NAMED", "DESCRIBE")
            )
        else:
            continue
        if calls:
            raise ForbiddenQueryError(
                "service-forbidden", "SERVICE is not allowed: no other endpoint is asked from here"
            )


def _decoded(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]  # noqa: PLR2004
