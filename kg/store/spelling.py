"""How the engine spells literals anew, and what is said of it: it keeps values, and not their spelling.

`"3"^^xsd:int` becomes `"3"^^xsd:integer`, `"007"^^xsd:integer` becomes `"7"^^xsd:integer`, an invalid day a
valid one. No encoding keeps the spelling and the arithmetic of SPARQL both, so that it is told instead: with
the answer to each write, how many terms were spelled anew, and the first of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.store.lexer import may_say
from kg.store.order_text import closing
from kg.store.update_text import operations, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.store.lexer import Token

_FEW: Final = 5
"""How many are told as examples."""
_LONGEST: Final = 60
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_STRING: Final = f"{_XSD}string"
_TAGGED: Final = frozenset(
    f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}" for name in ("langString", "dirLangString")
)
_PROPERTY: Final = ox.NamedNode("urn:p")
_HEAD: Final = b"#rewritten "
_STRDT: Final = "<urn:x-servanda:strdt>"
_KEPT: Final = 100_000
"""How many different literals that an update made are counted, at most."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What of a write the engine spelled anew: how many different terms, and the first few of them."""

    count: int = 0
    examples: tuple[tuple[str, str], ...] = ()
    """Terms as they were sent, and as they are kept."""

    def __str__(self) -> str:
        """Return it on one line of ASCII, as a header has it."""
        told = ", ".join(f"{sent} as {kept}" for sent, kept in self.examples)
        return f"{self.count}; {told}" if told else str(self.count)

    def packed(self) -> bytes:
        """Return it as a line that is a comment in N-Triples and SPARQL."""
        return _HEAD + json.dumps([self.count, self.examples]).encode() + b"\n"


def unpacked(body: bytes) -> tuple[Rewritten, bytes]:
    """Return what the first line tells, and the rest."""
    line, _, rest = body.partition(b"\n")
    count, examples = json.loads(line.removeprefix(_HEAD))
    return Rewritten(count, tuple((sent, kept) for sent, kept in examples)), rest


def rewritten(literals: Iterable[ox.Literal]) -> Rewritten:
    """Return which of the literals the engine spells anew: it is asked.

    >>> xsd = "http://www.w3.org/2001/XMLSchema#"
    >>> str(rewritten([ox.Literal("3", datatype=ox.NamedNode(xsd + "int")), ox.Literal("007")]))
    '1; "3"^^xsd:int as "3"^^xsd:integer'
    """
    asked = dict.fromkeys(one for one in literals if one.language is None and one.datatype.value != _STRING)
    if not asked:
        return Rewritten()
    store = ox.Store()
    names = {ox.NamedNode(f"urn:{number}"): sent for number, sent in enumerate(asked)}
    store.bulk_extend(ox.Quad(name, _PROPERTY, sent) for name, sent in names.items())
    kept = {quad.subject: quad.object for quad in store}
    changed = [(sent, kept[name]) for name, sent in names.items() if kept[name] != sent]
    return Rewritten(len(changed), tuple((_told(sent), _told(one)) for sent, one in changed[:_FEW]))


def of_ntriples(text: bytes) -> Rewritten:
    """Return which literals of N-Triples the engine spells anew."""
    if b"^^<" not in text:
        return Rewritten()
    triples = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    return rewritten(literal for quad in triples for literal in _literals(quad.object))


def of_update(update: str, made: Iterable[ox.Literal] = ()) -> Rewritten:
    """Return which literals the engine spells anew that an update puts in, or gives to variables of its own.

    `made` are those that its expressions made (`Making`).
    """
    found = tuple(operations(update))
    held = [token for operation in found for token in _inserted(operation.tokens)]
    given = [token for operation in found for token in _given(operation.tokens)]
    declared = prefixes(update)
    return rewritten((*_said(declared, held), *_said(declared, given), *made))


def untagged(literal: ox.Literal) -> bool:
    """Return whether a literal has the datatype of text with a language, and no language.

    >>> untagged(ox.Literal("x", datatype=ox.Literal("y", language="en").datatype))
    True
    """
    return literal.language is None and literal.datatype.value in _TAGGED


class Making:
    """The literals that an update makes with STRDT; what else it computes is in the engine's own spelling."""

    def __init__(self) -> None:
        """Begin with none."""
        self.literals: dict[ox.Literal, None] = {}

    @property
    def functions(self) -> Mapping[ox.NamedNode, Callable[..., ox.Literal | None]]:
        """What the engine has to call, by the name under which `told` says it."""
        return {ox.NamedNode(_STRDT[1:-1]): self._strdt}

    def told(self, update: str) -> str:
        """Return the update as the engine has to be told it; most have no STRDT.

        >>> Making().told("INSERT { ?s ?p ?n } WHERE { ?s ?p ?o BIND(STRDT(?o, xsd:byte) AS ?n) }")
        'INSERT { ?s ?p ?n } WHERE { ?s ?p ?o BIND(<urn:x-servanda:strdt>(?o, xsd:byte) AS ?n) }'
        """
        if not may_say(update, "strdt"):
            return update
        calls: list[Token] = []
        for operation in operations(update):
            if _puts_in(operation.tokens):
                calls += (token for token in operation.tokens if token.is_word("STRDT"))
        for token in reversed(calls):
            update = f"{update[: token.start]}{_STRDT}{update[token.start + len('STRDT') :]}"
        return update

    def _strdt(self, text: object, datatype: object) -> ox.Literal | None:
        if not (isinstance(text, ox.Literal) and isinstance(datatype, ox.NamedNode)):
            return None
        if text.language is not None or text.datatype.value != _STRING:
            return None
        try:
            literal = ox.Literal(text.value, datatype=datatype)
        except ValueError:
            return None
        if untagged(literal):  # an error, as of any text that cannot be that
            return None
        if len(self.literals) < _KEPT:
            self.literals[literal] = None
        return literal


def _literals(term: object) -> Iterator[ox.Literal]:
    if isinstance(term, ox.Literal):
        yield term
    elif isinstance(term, ox.Triple):
        yield from _literals(term.object)


def _inserted(held: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of what an operation puts in."""
    inside = False
    for index, token in enumerate(held):
        if token.depth == 0 and token.is_word("INSERT"):
            following = held[index + 1 : index + 3]
            inside = any(one.text == "{" for one in following[: 1 + (following[0].is_word("DATA"))])
        elif token.text == "}" and token.depth == 1:
            inside = False
        elif inside:
            yield token


def _given(held: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of what an operation that puts something in gives to variables, by VALUES or AS."""
    index = 0 if _puts_in(held) else len(held)
    while index < len(held):
        group = _group(held, index)
        yield from group
        index += len(group) or 1


def _group(held: Sequence[Token], index: int) -> Sequence[Token]:
    """Return the tokens from there on that give values to variables, if any do."""
    first = held[index]
    if not (first.is_word("VALUES") or first.text == "("):
        return ()
    opens = (at for at in range(index, len(held)) if held[at].text == ("(" if first.text == "(" else "{"))
    last = closing(held, next(opens, index))
    group = held[index:last]
    named = any(token.is_word("AS") and token.depth == first.depth + 1 for token in group)
    return group if named or first.is_word("VALUES") else ()


def _puts_in(held: Sequence[Token]) -> bool:
    return any(True for _ in _inserted(held))


def _said(prologue: str, held: Sequence[Token]) -> Iterator[ox.Literal]:
    """Yield the literals with datatypes among tokens, as they are written."""
    written = dict.fromkeys(_written(held))
    for text in written:
        try:
            quads = list(ox.parse(f"{prologue}\n<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE))
        except (SyntaxError, ValueError):
            continue  # what the engine refuses as well, or writes in a way that only SPARQL has
        yield from (quad.object for quad in quads if isinstance(quad.object, ox.Literal))


def _written(held: Sequence[Token]) -> Iterator[str]:
    for index, token in enumerate(held):
        if token.kind == "number":
            signed = index > 0 and held[index - 1].text in {"-", "+"}
            yield f"{held[index - 1].text}{token.text}" if signed else token.text
        elif token.kind == "string" and index + 2 < len(held) and held[index + 1].text == "^^":
            yield f"{token.text}^^{held[index + 2].text}"


def _told(term: object) -> str:
    if not isinstance(term, ox.Literal):
        return "?"
    value = term.value if len(term.value) <= _LONGEST else f"{term.value[:_LONGEST]}…"
    said = value.encode("unicode_escape").decode().replace('"', '\\"')
    datatype = term.datatype.value
    named = f"xsd:{datatype.removeprefix(_XSD)}" if datatype.startswith(_XSD) else f"<{datatype}>"
    return f'"{said}"^^{named.encode("unicode_escape").decode()}'
