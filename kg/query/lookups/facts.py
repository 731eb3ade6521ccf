"""What the graph says of anything, statement by statement, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.term import BNode, Literal, URIRef

from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Triple

MOST: Final = 1000
"""How many statements are told."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement: of what, by which property, and the value."""

    subject: str
    property: str
    """By its short name, where it has one."""
    value: str
    is_iri: bool
    language: str | None
    type: str | None
    """The short name of the datatype, where it is not text."""


def facts(triples: Iterable[Triple]) -> tuple[Fact, ...]:
    """Return the first statements in the order of subjects and properties."""
    found = [_fact(*triple) for triple in triples]
    return tuple(sorted(found, key=lambda fact: (fact.subject, fact.property, fact.value))[:MOST])


def _fact(subject: object, predicate: object, value: object) -> Fact:
    language = value.language if isinstance(value, Literal) else None
    typed = value.datatype if isinstance(value, Literal) and language is None else None
    return Fact(
        str(subject),
        _short(str(predicate)),
        f"_:{value}" if isinstance(value, BNode) else str(value),
        isinstance(value, URIRef),
        language,
        None if typed is None else _short(str(typed)),
    )


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
