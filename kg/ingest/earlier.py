"""What earlier versions said in other terms, said as it is now; what is said so already stays as it is.

A quotation used to point at its quote alone, which `oa:refinedBy` led to the position: that position would
count within the quoted words, and not, as is meant, in the whole text. The title of an agreement used to be
`eli:title`, which is that of one text in one language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from kg.terms import DCTERMS, ELI, OA

if TYPE_CHECKING:
    from collections.abc import Collection

    from rdflib.term import Node

_Statement = TypeVar("_Statement", bound="tuple[Any, ...]")

FORMER: Final = (OA.refinedBy, ELI.title)
"""The predicates by which it is known."""


def said_now(statements: Collection[_Statement]) -> frozenset[_Statement]:
    """Return triples, or quads, as this version says them.

    >>> from rdflib.term import Literal, URIRef
    >>> sorted(str(predicate) for _, predicate, _ in said_now([(URIRef("a"), ELI.title, Literal("A"))]))
    ['http://purl.org/dc/terms/title']
    """
    if not any(statement[1] in FORMER for statement in statements):
        return frozenset(statements)
    quoting: dict[Node, list[Node]] = {}
    for subject, predicate, object_, *_ in statements:
        if predicate == OA.hasSelector:
            quoting.setdefault(object_, []).append(subject)
    now: set[_Statement] = set()
    for statement in statements:
        subject, predicate, object_, *graph = statement
        if predicate == OA.refinedBy:
            instead = [(quotation, OA.hasSelector, object_, *graph) for quotation in quoting.get(subject, [])]
        elif predicate == ELI.title:
            instead = [(subject, DCTERMS.title, object_, *graph)]
        else:
            instead = [statement]
        now.update(cast("list[_Statement]", instead))
    return frozenset(now)
