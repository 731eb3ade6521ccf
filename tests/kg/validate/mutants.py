"""Graphs that differ from one that conforms in a few triples, each by a seed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from rdflib import RDF, XSD, Literal, URIRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.term import Node

    from kg.model import Triple

    Change = Callable[[Random, Node], Node]

WORDS: Final = (
    *("", " ", "0", "-1", "007", "1.5", "1e3", "true", "1", " 1 ", "a b", "<x>", 'q"uote', "back\\slash"),
    *("new\nline", "\u0001", "\ufffd", "\u202e", "é", "a\u0301", "x" * 300, "NaN", "٣", "POINT (1 2)", "en"),
    *("9" * 23, "2021-02-30", "2021-13-01", "0000-01-01", "2021-2-3", "10000-01-01T00:00:00Z"),
    *("2021-01-01T24:00:00Z", "2021-01-01T00:00:00", "2021-08-26T00:00:00+14:00", "-0044-03-15T00:00:00Z"),
)
TYPES: Final = (
    *(XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.dateTime, XSD.date, XSD.gYear, XSD.anyURI),
    *(XSD.nonNegativeInteger, XSD.double, URIRef("urn:servanda:nobodys")),
)
LANGUAGES: Final = ("en", "en-GB", "hy", "zh-hant")
THINGS: Final = tuple(
    URIRef(f"https://w3id.org/servanda/{name}")
    for name in ("vocabulary/modality/hedged", "vocabulary/precision/day", "id/nobody", "ontology#Claim")
)


def mutant(seed: int, triples: frozenset[Triple], changes: int) -> frozenset[Triple]:
    """Return the triples after so many changes; the same seed makes the same."""
    random = Random(seed)  # noqa: S311 - a test
    changed = set(triples)
    for _ in range(changes):
        _change(random, changed)
    return frozenset(changed)


def _change(random: Random, triples: set[Triple]) -> None:
    every = sorted(triples)
    subject, predicate, value = random.choice(every)
    another = random.choice(every)
    kind = random.randrange(9)
    if kind not in {1, 2}:
        triples.discard((subject, predicate, value))
    if kind in {1, 3}:
        triples.add((subject, predicate, another[2]))
    elif kind in {2, 4}:
        triples.add((subject, predicate, _literal(random, value)))
    elif kind == 5:
        triples.add((subject, another[1], value))
    elif kind == 6:
        triples.add((another[0], predicate, value))
    elif kind == 7:
        triples.add((subject, predicate, random.choice(THINGS)))


def _literal(random: Random, value: Node) -> Literal:
    """Return a literal, often one of the datatype that the value has, or of its words."""
    words = str(value) if random.random() < 0.3 else random.choice(WORDS)
    if random.random() < 0.2:
        return Literal(words, lang=random.choice(LANGUAGES))
    own = value.datatype if isinstance(value, Literal) else None
    datatype = own if own not in {None, RDF.langString} and random.random() < 0.3 else random.choice(TYPES)
    return Literal(words, datatype=datatype, normalize=False)
