"""Terms and triples as people read them in a complaint."""

from __future__ import annotations

from functools import cache

from rdflib.term import BNode, Literal, Node

from kg.terms import PREFIXES, VOCABULARY

_LONGEST = 120


@cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(PREFIXES.items(), key=lambda item: -len(item[1])))


def shown(term: Node, base: str) -> str:
    """Return a term in brief: IRIs below the base without it, terms of vocabularies with their prefix.

    >>> from rdflib.term import URIRef
    >>> shown(URIRef("https://example.org/id/actor/avia"), "https://example.org/id/")
    '<actor/avia>'
    >>> shown(Literal("x", lang="en"), "")
    '"x"@en'
    """
    if isinstance(term, Literal):
        return _literal(term)
    if isinstance(term, BNode):
        return "a blank node"
    iri = str(term)
    if base and iri.startswith(base):
        return f"<{iri.removeprefix(base)}>"
    if iri.startswith(VOCABULARY):
        return iri.removeprefix(VOCABULARY)
    return curie(iri) or f"<{iri}>"


def curie(iri: str) -> str | None:
    """Return the prefixed name of a term of a vocabulary; None for anything else.

    >>> curie("https://w3id.org/servanda/ontology#gist")
    'svd:gist'
    """
    for prefix, namespace in _prefixes():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return None


def field(subject: Node, predicate: Node | None, base: str) -> str:
    """Return the place of a statement: its subject, without the base, and its predicate."""
    about = "_:" + str(subject) if isinstance(subject, BNode) else str(subject).removeprefix(base)
    if predicate is None:
        return about
    return f"{about} {curie(str(predicate)) or f'<{predicate}>'}"


def _literal(term: Literal) -> str:
    text = str(term)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 20]}…{text[-15:]}"
    words = (
        '"' + text.encode("unicode_escape").decode("ascii") + '"' if not text.isprintable() else f'"{text}"'
    )
    if term.language:
        return f"{words}@{term.language}"
    return f"{words}^^{curie(str(term.datatype)) or term.datatype}" if term.datatype else words
