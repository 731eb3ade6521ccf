"""Quotations from triples: the words and, where they stand several times in the text, which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.quotes import Folded, fold
from kg.terms import DCTERMS, OA, RDF, SVD

if TYPE_CHECKING:
    from rdflib.term import Node, URIRef

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path, Value

_DIGITS = 9


class Quotes:
    """Reads the quotations of one report, whose text is folded once for all of them."""

    def __init__(self, view: View, text: str, language: str) -> None:
        """Take the report's text and its language."""
        self.view = view
        self.folded = Folded(text)
        self.language = language

    def of(self, subject: Node, predicate: URIRef) -> list[Node]:
        """Return the quotations of a claim or remark, in the order of the text."""
        found = self.view.many(subject, predicate)
        quoted = [node for node in found if SVD.Quotation in self.view.many(node, RDF.type)]
        return sorted(quoted, key=self._start)

    def read(self, node: Node, path: Path) -> Value:
        """Return a quotation as documents write it; where it stands is found anew."""
        view, selector = self.view, self._selector(node)
        exact = fold(view.text(selector, OA.exact))
        where = (node, OA.hasSelector) if selector is None else (selector, OA.exact)
        view.note(path, *where)
        view.note((*path, "exact"), *where)
        view.note((*path, "occurrence"), self._place(node) or node, OA.start)
        places = [span.start for span in self.folded.find(exact)]
        if len(places) <= 1:
            return exact
        start = self._start(node)
        nearest = min(places, key=lambda place: abs(place - start))
        found: Fields = {"exact": exact, "occurrence": str(places.index(nearest) + 1)}
        return found

    def all(self, subject: Node, predicate: URIRef, path: Path) -> list[Value]:
        """Return the quotations of a claim or remark as a list."""
        return [self.read(node, (*path, index)) for index, node in enumerate(self.of(subject, predicate))]

    def foreign_language(self, subject: Node) -> str | None:
        """Return the language of a claim's words, if it is not the report's."""
        for predicate in (SVD.evidence, SVD.hedge):
            for node in self.of(subject, predicate):
                language = self.view.text(node, DCTERMS.language)
                if language and language != self.language:
                    return language
        return None

    def _selector(self, node: Node) -> Node | None:
        return self._selecting(node, OA.TextQuoteSelector, OA.exact)

    def _place(self, node: Node) -> Node | None:
        return self._selecting(node, OA.TextPositionSelector, OA.start)

    def _selecting(self, node: Node, type_: URIRef, predicate: URIRef) -> Node | None:
        """Return the selector that is of the type, or else says what one of that type says."""
        selectors = self.view.many(node, OA.hasSelector)
        typed = (each for each in selectors if type_ in self.view.many(each, RDF.type))
        saying = (each for each in selectors if self.view.one(each, predicate) is not None)
        return next(typed, None) or next(saying, None)

    def _start(self, node: Node) -> int:
        text = self.view.text(self._place(node), OA.start)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
