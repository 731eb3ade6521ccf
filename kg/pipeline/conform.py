"""Do a batch's triples conform? Each document is held against the shapes with what it mentions as context."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg import resources
from kg.errors import DocumentError, NonConformingError
from kg.model import MOST_PROBLEMS
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.settings import DEFAULT_BASE
from kg.store import ChangeSet, bind, memory
from kg.terms import RDF, RDFS
from kg.validate.gate import Candidate, gate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rdflib.term import Node

    from kg.ingest import Document
    from kg.model import Conversion, Problem, Triple
    from kg.store import OxigraphStore
    from kg.validate.gate import Gate, Verdict
    from kg.validate.shacl import ShaclResult

_of_codes: dict[URIRef, frozenset[Triple]] = {}
"""What the code lists say of the codes that were mentioned so far."""
_OVERLAY = URIRef("urn:servanda:batch")
_UNDECIDED = "a fault of the validator, not of the document: report it with the document"


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
        through: Gate | None = None,
    ) -> None:
        """Take the store as the context of the conversions, but for what they replace in it.

        `through` is the gate that they are to pass, if not that of this process.
        """
        self._store = store
        self._conversions = conversions
        self._replaced = replaced
        self._gate = through or gate()
        self._held: dict[URIRef, frozenset[Triple]] = {}
        """What the store says of things that were mentioned already."""

    def check(self, documents: Iterable[Document]) -> Iterator[tuple[Conversion, DocumentError]]:
        """Yield each conversion that does not conform, with the reason in the document's words."""
        outlines = {(document.kind, document.identifier): document for document in documents}
        candidates = (
            self.candidate(conversion.document, conversion.triples, conversion.content_hash)
            for conversion in self._conversions
        )
        for conversion, verdict in zip(self._conversions, self._gate.check(candidates), strict=True):
            if not verdict.conforms:
                yield (
                    conversion,
                    _refusal(conversion, outlines[conversion.kind, conversion.identifier], verdict),
                )

    def changed(self) -> frozenset[Node]:
        """Return what the conversions describe anew, as far as others that mention it would notice."""
        if not self._replaced:
            return frozenset()
        things = sorted(URIRef(str(thing)) for thing in self._replaced)
        before, after = _context(self._store, things), _context(self._overlay, things)
        return frozenset(subject for subject, _, _ in before ^ after)

    def breaking(self, graphs: Iterable[URIRef]) -> Iterator[tuple[URIRef, str]]:
        """Yield the graphs of the store that would not conform beside the conversions, with the reason."""
        graphs = tuple(graphs)
        candidates = (self.candidate(graph, self._store.graph(graph)) for graph in graphs)
        for graph, verdict in zip(graphs, self._gate.check(candidates), strict=True):
            if verdict.report is not None and not verdict.conforms:
                yield graph, verdict.report.results[0].message
            elif verdict.undecided is not None:
                yield graph, f"it cannot be validated: {verdict.undecided}"

    def candidate(self, name: Node, triples: frozenset[Triple], digest: str = "") -> Candidate:
        """Return triples as the gate takes them, with what the shapes know of all that they mention."""
        mentioned = _mentioned(triples)
        held = _remembered(
            self._store, [thing for thing in mentioned if thing not in self._replaced], self._held
        )
        codes = [thing for thing in mentioned if thing in _coded()]
        around = hierarchy() | held | _remembered(_code_lists(), codes, _of_codes)
        stated = [thing for thing in mentioned if thing in self._stated]
        if stated:
            around |= _context(self._overlay, stated)
        return Candidate(str(name), triples, around, digest)

    @cached_property
    def _stated(self) -> frozenset[Node]:
        """All of which the batch itself says something."""
        return frozenset(triple[0] for conversion in self._conversions for triple in conversion.triples)

    @cached_property
    def _overlay(self) -> OxigraphStore:
        """A store of what the batch itself says of the things that its documents mention.

        Of reports the types suffice: no report is validated with another's claims in sight.
        """
        triples = {
            triple
            for conversion in self._conversions
            for triple in conversion.triples
            if conversion.kind != "report" or triple[1] == RDF.type
        }
        return _in_memory(triples | hierarchy())


@cache
def hierarchy() -> frozenset[Triple]:
    """Return which class is narrower than which, in the ontology."""
    return frozenset(triple for triple in ontology_triples() if triple[1] == RDFS.subClassOf)


@cache
def _code_lists() -> OxigraphStore:
    """Return a store of the code lists, made once."""
    return _in_memory(vocabulary_triples() | hierarchy())


@cache
def _coded() -> frozenset[Node]:
    """Return all of which the code lists say something."""
    return frozenset(triple[0] for triple in vocabulary_triples() | hierarchy())


def _in_memory(triples: Iterable[Triple]) -> OxigraphStore:
    store = memory(DEFAULT_BASE)
    store.apply(ChangeSet(insert=frozenset((*triple, _OVERLAY) for triple in triples)))
    return store


def _context(store: OxigraphStore, mentioned: list[URIRef]) -> frozenset[Triple]:
    return store.construct(bind(context_query(), {"mentioned": mentioned}))


def _remembered(
    store: OxigraphStore, mentioned: Iterable[URIRef], known: dict[URIRef, frozenset[Triple]]
) -> frozenset[Triple]:
    """Return the context of things, of which the store is asked only for those that are not known yet."""
    mentioned = tuple(mentioned)
    new = [thing for thing in mentioned if thing not in known]
    if new:
        found: dict[Node, set[Triple]] = defaultdict(set)
        for triple in _context(store, new):
            found[triple[0]].add(triple)
        known.update((thing, frozenset(found[thing])) for thing in new)
    return frozenset().union(*(known[thing] for thing in mentioned))


def _mentioned(triples: Collection[Triple]) -> list[URIRef]:
    described = {subject for subject, predicate, _ in triples if predicate == RDF.type}
    return sorted(
        {
            object_
            for _, predicate, object_ in triples
            if isinstance(object_, URIRef) and object_ not in described and predicate != RDF.type
        },
    )


def _refusal(conversion: Conversion, document: Document, verdict: Verdict) -> DocumentError:
    """Return what is wrong with a document, or why that cannot be told."""
    if verdict.report is None:
        message = f"it cannot be told whether this conforms: {verdict.undecided}"
        return DocumentError([document.problem("", message, "shape/undecided", _UNDECIDED)])
    first = verdict.report.results[:MOST_PROBLEMS]
    problems = [_told(conversion, document, result) for result in first]
    return NonConformingError(problems, verdict.report.turtle, len(verdict.report.results) - len(first))


def _told(conversion: Conversion, document: Document, result: ShaclResult) -> Problem:
    """Return a SHACL result as a problem at the field that its focus node and path came from."""
    focus = str(result.about)
    origin = conversion.origins.get((focus, result.path)) or conversion.origins.get((focus, None), "")
    return document.problem(origin, result.message, str(result.source_shape))
