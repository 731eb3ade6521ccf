"""Do a batch's triples conform? Each document is held against the shapes with what it mentions as context."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg import resources
from kg.errors import NonConformingError
from kg.model import MOST_PROBLEMS
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.store import ChangeSet, bind, memory
from kg.terms import RDF, RDFS
from kg.validate import load_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rdflib import Graph
    from rdflib.term import Node

    from kg.ingest import Document
    from kg.model import Conversion, Problem, Triple
    from kg.store import OxigraphStore
    from kg.validate import ShaclReport, ShaclResult

_OVERLAY = URIRef("urn:servanda:batch")


@cache
def shapes() -> Graph:
    """Return the shapes, read once."""
    return load_shapes(resources.ontology() / "shapes")


@cache
def context_query() -> str:
    """Return the query of what validation needs to know of the things that a document mentions."""
    return (resources.ontology() / "shapes" / "context.rq").read_text(encoding="utf-8")


class Conformance:
    """Conformance of documents that stand beside a store and beside each other."""

    def __init__(
        self,
        store: OxigraphStore,
        conversions: Collection[Conversion],
        replaced: frozenset[Node] = frozenset(),
    ) -> None:
        """Take the store as the context of the conversions, but for what they replace in it."""
        self._store = store
        self._conversions = conversions
        self._replaced = replaced
        self._hierarchy = frozenset(triple for triple in ontology_triples() if triple[1] == RDFS.subClassOf)

    def check(self, documents: Iterable[Document]) -> Iterator[tuple[Conversion, NonConformingError]]:
        """Yield each conversion that does not conform, with the reason in the document's words."""
        outlines = {(document.kind, document.identifier): document for document in documents}
        for conversion in self._conversions:
            report = self._validated(conversion.triples)
            if not report.conforms:
                document = outlines[conversion.kind, conversion.identifier]
                first = report.results[:MOST_PROBLEMS]
                problems = [_told(conversion, document, result) for result in first]
                more = len(report.results) - len(first)
                yield conversion, NonConformingError(problems, report.turtle, more)

    def changed(self) -> frozenset[Node]:
        """Return what the conversions describe anew, as far as others that mention it would notice."""
        if not self._replaced:
            return frozenset()
        things = sorted(URIRef(str(thing)) for thing in self._replaced)
        before, after = _context(self._store, things), _context(self._overlay, things)
        return frozenset(subject for subject, _, _ in before ^ after)

    def breaking(self, graphs: Iterable[URIRef]) -> Iterator[tuple[URIRef, str]]:
        """Yield the graphs of the store that would not conform beside the conversions, with the reason."""
        for graph in graphs:
            report = self._validated(self._store.graph(graph))
            if not report.conforms:
                yield graph, report.results[0].message

    def _validated(self, triples: frozenset[Triple]) -> ShaclReport:
        mentioned = _mentioned(triples)
        held = _context(self._store, [thing for thing in mentioned if thing not in self._replaced])
        return validate(triples, self._hierarchy | held | _context(self._overlay, mentioned), shapes())

    @cached_property
    def _overlay(self) -> OxigraphStore:
        """A store of what the batch itself says of the things that its documents mention.

        Of reports the types suffice: no report is validated with another's claims in sight.
        """
        store = memory(self._store.stamp.base)
        triples = {
            triple
            for conversion in self._conversions
            for triple in conversion.triples
            if conversion.kind != "report" or triple[1] == RDF.type
        }
        triples |= self._hierarchy | vocabulary_triples()
        store.apply(ChangeSet(insert=frozenset((*triple, _OVERLAY) for triple in triples)))
        return store


def _context(store: OxigraphStore, mentioned: list[URIRef]) -> frozenset[Triple]:
    return store.construct(bind(context_query(), {"mentioned": mentioned}))


def _mentioned(triples: Collection[Triple]) -> list[URIRef]:
    described = {subject for subject, predicate, _ in triples if predicate == RDF.type}
    return sorted(
        {
            object_
            for _, predicate, object_ in triples
            if isinstance(object_, URIRef) and object_ not in described and predicate != RDF.type
        },
    )


def _told(conversion: Conversion, document: Document, result: ShaclResult) -> Problem:
    """Return a SHACL result as a problem at the field that its focus node and path came from."""
    focus = str(result.about)
    origin = conversion.origins.get((focus, result.path)) or conversion.origins.get((focus, None), "")
    return document.problem(origin, result.message, str(result.source_shape))
