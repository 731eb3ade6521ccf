"""Names for blank nodes: each stands for the part of the document that says the same in the same place.

Parts of a document have no names of their own; their IRIs are minted from what they are part of. A sender
may leave that to us. A blank node is matched by what it says (with all that hangs below it) and by what
points at it, from the named things downwards; no search is needed, whatever the graph.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rdflib.term import BNode, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from kg.model import Triple

_DEEPEST = 8


def named(sent: frozenset[Triple], document: frozenset[Triple]) -> frozenset[Triple]:
    """Return the triples sent, with the document's names for their blank nodes.

    What answers to nothing in the document stays blank.
    """
    if not any(isinstance(term, BNode) for triple in sent for term in triple):
        return sent
    names = _Matching(sent, document).names()
    return frozenset(
        (names.get(subject, subject), predicate, names.get(object_, object_))
        for subject, predicate, object_ in sent
    )


class _Matching:
    """Goes down both sets of triples side by side."""

    def __init__(self, sent: frozenset[Triple], document: frozenset[Triple]) -> None:
        self.sent = _Side(sent, {term for triple in sent for term in triple if isinstance(term, BNode)})
        spoken = {subject for subject, _, _ in sent}
        unspoken = {subject for subject, _, _ in document} - spoken
        self.document = _Side(document, unspoken)
        self.found: dict[Node, Node] = {}
        self.taken: set[Node] = set()

    def names(self) -> dict[Node, Node]:
        """Return the document's name of each blank node that has one; no name goes to two."""
        pending = [(subject, subject) for subject in self.sent.out if not isinstance(subject, BNode)]
        loose = {self.document.signature(node): node for node in self.document.loose()}
        for node in self.sent.loose():
            self._settle(node, loose.get(self.sent.signature(node)), pending)
        while pending:
            mine, theirs = pending.pop()
            for predicate, objects in self.sent.out.get(mine, {}).items():
                others = self.document.out.get(theirs, {}).get(predicate, ())
                known = {self.document.signature(other): other for other in others}
                for object_ in objects:
                    if isinstance(object_, BNode):
                        self._settle(object_, known.get(self.sent.signature(object_)), pending)
        return self.found

    def _settle(self, node: Node, name: Node | None, pending: list[tuple[Node, Node]]) -> None:
        if name is not None and node not in self.found and name not in self.taken:
            self.found[node] = name
            self.taken.add(name)
            pending.append((node, name))


class _Side:
    """Triples by subject, and the nodes among them whose names do not count."""

    def __init__(self, triples: Iterable[Triple], nameless: set[Node]) -> None:
        self.out: dict[Node, dict[Node, list[Node]]] = {}
        self.nameless = nameless
        self.pointed_at: set[Node] = set()
        self._known: dict[Node, str] = {}
        for subject, predicate, object_ in triples:
            self.out.setdefault(subject, {}).setdefault(predicate, []).append(object_)
            self.pointed_at.add(object_)

    def loose(self) -> list[Node]:
        """Return the nameless nodes at which nothing points."""
        return sorted((node for node in self.nameless if node not in self.pointed_at), key=str)

    def signature(self, node: Node, depth: int = 0) -> str:
        """Return what a node says; of a nameless one that goes in circles, or too deep, not all."""
        if node not in self.nameless:
            return _spelt(node)
        if depth > _DEEPEST:
            return "…"
        if node not in self._known:
            said = sorted(
                f"{predicate} {self.signature(object_, depth + 1)}"
                for predicate, objects in self.out.get(node, {}).items()
                for object_ in objects
            )
            self._known[node] = hashlib.sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()
        return self._known[node]


def _spelt(term: Node) -> str:
    return (
        f'"{term}"{term.language or ""}^{term.datatype or ""}' if isinstance(term, Literal) else f"<{term}>"
    )
