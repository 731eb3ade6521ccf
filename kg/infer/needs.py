"""What has to stand in a store for a query to give anything: what every solution of it matches.

It is read from the text of the query, and errs on one side: of what may be absent (`OPTIONAL`, `MINUS`, what
a filter asks, a path of no steps, an aggregate over nothing) nothing is needed, and nothing of a text that
is not understood. To plan a query takes the engine longer than to tell that there is no such thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from rdflib.namespace import RDF
from rdflib.term import URIRef

from kg.errors import QuerySyntaxError
from kg.store.lexer import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kg.store.lexer import Token


@dataclass(frozen=True, slots=True)
class Stands:
    """That there is a triple of a predicate, with this object if one is named."""

    predicate: URIRef
    object: URIRef | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """That all of one of several is there."""

    choices: tuple[Needs, ...]


Needs: TypeAlias = "tuple[Stands | Either, ...]"

_PREDICATES: Final = frozenset({"iri", "name"})
_TERMS: Final = frozenset({"variable", "iri", "name", "blank", "string", "number"})
_AGGREGATES: Final = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_LEFT_OUT: Final = ("OPTIONAL", "MINUS", "SERVICE", "GRAPH")


class _NotUnderstoodError(Exception):
    """The text is not of the part of SPARQL that is read here."""


@lru_cache(maxsize=512)
def needs_of(query: str) -> Needs:
    """Return what a query needs; nothing where it might give something of an empty store.

    >>> needs_of("PREFIX e: <urn:> SELECT * WHERE { ?s e:p e:o ; e:q/e:r* ?x . OPTIONAL { ?s e:t ?y } }")
    (Stands(predicate=rdflib.term.URIRef('urn:p'), object=rdflib.term.URIRef('urn:o')), \
Stands(predicate=rdflib.term.URIRef('urn:q'), object=None))
    """
    try:
        return _Reader(query).query()
    except (_NotUnderstoodError, QuerySyntaxError):
        return ()


def are_met(needs: Needs, holds: Callable[[Stands], bool]) -> bool:
    """Return whether all that is needed is there, as a function says of each."""
    return all(
        holds(need) if isinstance(need, Stands) else any(are_met(choice, holds) for choice in need.choices)
        for need in needs
    )


class _Reader:
    """Reads the tokens of a query from first to last."""

    def __init__(self, query: str) -> None:
        self._tokens = tuple(tokens(query))
        self._at = 0
        self._prefixes: Mapping[str, str] = {}

    def query(self) -> Needs:
        """Return what the whole query needs."""
        self._prefixes = self._prologue()
        while not self._now.is_word("WHERE"):
            if self._now.is_word("BASE"):
                raise _NotUnderstoodError
            if self._now.text == "{":  # a template
                self._skip_brackets()
            else:
                self._at += 1
        self._at += 1
        found = self._group()
        rest = self._tokens[self._at :]
        return () if any(token.is_word("HAVING") for token in rest) else _once(found)

    @property
    def _now(self) -> Token:
        if self._at >= len(self._tokens):
            raise _NotUnderstoodError
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._now
        self._at += 1
        return token

    def _prologue(self) -> dict[str, str]:
        found = {}
        while self._now.is_word("PREFIX"):
            self._at += 1
            name, iri = self._take(), self._take()
            if iri.kind != "iri" or "\\" in iri.text:
                raise _NotUnderstoodError
            found[name.text] = iri.text[1:-1]
        return found

    def _skip_brackets(self) -> None:
        """Pass what stands between the bracket here and its end, which is as deep as it."""
        opened = self._take()
        while self._take().depth != opened.depth + 1 or self._tokens[self._at - 1].text not in {"}", ")"}:
            pass

    def _group(self) -> Needs:
        """Return what a group in curly brackets needs."""
        if self._take().text != "{":
            raise _NotUnderstoodError
        found = self._select() if self._now.is_word("SELECT") else self._patterns()
        if self._take().text != "}":
            raise _NotUnderstoodError
        return found

    def _select(self) -> Needs:
        """Return what a query within a query needs: nothing if it counts, and not by groups."""
        makes = grouped = having = False
        while not (self._now.text == "{" or self._now.is_word("WHERE")):
            token = self._take()
            called = token.kind in _PREDICATES and self._now.text == "("
            makes |= called or token.is_word(*_AGGREGATES)
        if self._now.is_word("WHERE"):
            self._at += 1
        found = self._group()
        while self._now.text != "}":
            grouped |= self._now.is_word("GROUP")
            having |= self._now.is_word("HAVING")
            if self._now.text in {"(", "{"}:
                self._skip_brackets()
            else:
                self._at += 1
        return found if grouped or not (makes or having) else ()

    def _patterns(self) -> Needs:
        found: list[Stands | Either] = []
        while self._now.text != "}":
            if self._now.text == "{":
                found += self._choices()
            elif self._now.text == ".":
                self._at += 1
            elif self._now.kind == "word":
                self._pass()
            else:
                found += self._triples()
        return tuple(found)

    def _choices(self) -> Needs:
        choices = [self._group()]
        while self._now.is_word("UNION"):
            self._at += 1
            choices.append(self._group())
        return _either(choices)

    def _pass(self) -> None:
        """Pass what begins with a word: nothing of it is needed."""
        word = self._take()
        if word.is_word(*_LEFT_OUT, "VALUES"):
            while self._now.text != "{":
                self._at += 1
            self._skip_brackets()
        elif word.is_word("FILTER", "BIND"):
            while self._now.text not in {"(", "{"}:
                self._at += 1
            self._skip_brackets()
        else:
            raise _NotUnderstoodError

    def _triples(self) -> Needs:
        """Return what the patterns about one subject need."""
        self._term()
        found: list[Stands | Either] = []
        more = True
        while more:
            verb, along = self._now, self._verb()
            one_step = self._tokens[self._at - 1] is verb
            objects = [self._term()]
            while self._now.text == ",":
                self._at += 1
                objects.append(self._term())
            for need in along:
                if one_step and isinstance(need, Stands):
                    found += [replace(need, object=each) for each in objects]
                else:
                    found.append(need)
            more = self._goes_on()
        return tuple(found)

    def _goes_on(self) -> bool:
        """Pass semicolons, and return whether there are more predicates of one subject behind them."""
        passed = False
        while self._now.text == ";":
            self._at += 1
            passed = True
        word = self._now.kind == "word" and self._now.text != "a"
        return passed and not word and self._now.text not in {".", "{", "}"}

    def _verb(self) -> Needs:
        """Return what a predicate or a path needs."""
        if self._now.kind == "variable":
            self._at += 1
            return ()
        return self._path()

    def _path(self) -> Needs:
        choices = [self._sequence()]
        while self._now.text == "|":
            self._at += 1
            choices.append(self._sequence())
        return _either(choices)

    def _sequence(self) -> Needs:
        found = self._step()
        while self._now.text == "/":
            self._at += 1
            found += self._step()
        return found

    def _step(self) -> Needs:
        if self._now.text == "^":
            self._at += 1
        token = self._take()
        found: Needs = ()
        if token.text == "(":
            found = self._path()
            if self._take().text != ")":
                raise _NotUnderstoodError
        elif token.text == "a" and token.kind == "word":
            found = (Stands(RDF.type),)
        elif token.kind in _PREDICATES:
            found = (Stands(self._iri(token)),)
        else:
            raise _NotUnderstoodError
        if self._now.text in {"*", "?"}:
            found = ()
        if self._now.text in {"*", "?", "+"}:
            self._at += 1
        return found

    def _term(self) -> URIRef | None:
        """Pass a subject or object and return it if it is an IRI."""
        token = self._take()
        if token.kind == "string":
            while self._now.text == "^^" or self._now.kind == "language":
                self._at += 2 if self._now.text == "^^" else 1
            return None
        if token.kind in _PREDICATES:
            return self._iri(token)
        if token.kind in _TERMS or token.is_word("TRUE", "FALSE"):
            return None
        raise _NotUnderstoodError

    def _iri(self, token: Token) -> URIRef:
        if "\\" in token.text:
            raise _NotUnderstoodError
        if token.kind == "iri":
            return URIRef(token.text[1:-1])
        prefix, _, name = token.text.partition(":")
        if f"{prefix}:" not in self._prefixes:
            raise _NotUnderstoodError
        return URIRef(self._prefixes[f"{prefix}:"] + name)


def _either(choices: Sequence[Needs]) -> Needs:
    """Return that one of several is there: all of it if it is the only one, nothing if one is nothing."""
    if len(choices) == 1:
        return choices[0]
    return (Either(tuple(choices)),) if all(choices) else ()


def _once(needs: Needs) -> Needs:
    """Return what is needed, each once, with what names an object first: that is the rarest."""
    return tuple(sorted(dict.fromkeys(needs), key=lambda one: not (isinstance(one, Stands) and one.object)))
