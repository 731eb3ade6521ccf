"""A document as triples: the one place that knows which converter writes which kind."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.errors import DocumentError
from kg.ingest.builder import Builder
from kg.ingest.converters.actors import convert_actors
from kg.ingest.converters.agreement import convert_agreement
from kg.ingest.converters.places import convert_places
from kg.ingest.converters.report import convert_report
from kg.ingest.doubts import note_doubts
from kg.ingest.fields import Refers
from kg.ingest.from_rdf.compare import compare
from kg.ingest.lookup import unknown_names
from kg.ingest.models import ActorsDocument, AgreementDocument, PlacesDocument
from kg.ingest.names import is_iri
from kg.ingest.references import References
from kg.ingest.walk import marked
from kg.model import Conversion
from kg.store.secret import Secret
from kg.terms import SVD, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from rdflib.term import Node

    from kg.ingest.document import Document
    from kg.ingest.files import ReportText
    from kg.ingest.models import AnyDocument
    from kg.ingest.outline import Outline
    from kg.model import Problem, Triple

_ANY_BASE = "https://base.invalid/"
_NOBODYS = Secret.random()


def convert(
    document: Document,
    base: str,
    references: References,
    now: datetime | None = None,
    secret: Secret = _NOBODYS,
) -> Conversion:
    """Return the document's triples; raise DocumentError with all that is unknown or cannot be read.

    What the document describes itself need not be in the references. What is later than `now` is doubted.
    A document that came as triples is refused if it says other ones. Keyed hashes are made with the secret;
    without one, with one that no store has.
    """
    builder = Builder(base, document.outline, references, document.model.lang, document.zones)
    unknown, more = unknown_names(document, base, references)
    builder.problems += unknown
    graph = builder.names.graph(document.kind, document.identifier)
    iri = _add(document.model, document.text, document.geometries, graph, builder, secret)
    builder.warnings += document.doubts
    note_doubts(document.model, builder, now)
    if document.sent is not None and not builder.problems:
        builder.problems += compare(frozenset(builder.triples), document.sent, base, document.name)
    if builder.problems:
        raise DocumentError(dict.fromkeys(builder.problems), more, dict.fromkeys(builder.warnings))
    said = _content_hash(document, builder)
    return Conversion(
        kind=document.kind,
        identifier=document.identifier,
        document=iri,
        graph=graph,
        triples=frozenset(builder.triples),
        content_hash=said,
        published_hash=document.published_hash(secret, said),
        origins=dict(builder.origins),
        warnings=tuple(dict.fromkeys(builder.warnings)),
    )


def content_hash(
    model: AnyDocument,
    text: ReportText | None,
    geometries: Mapping[str, str],
    outline: Outline,
    zones: Mapping[str, str] | None = None,
) -> str:
    """Return the SHA-256 of what a document says: of its triples, whatever the base IRI of the store.

    Of a text that is not shown the hash is left out, which takes the secret of a store.
    Documents that say the same in other words have the same hash. What is wrong with a document counts,
    so that none that will be refused has the hash of one that was taken in.
    """
    builder = Builder(_ANY_BASE, outline, References(), model.lang, zones)
    _add(model, text, geometries, builder.names.graph(model.kind, model.id), builder, None)
    return _hash(model, builder.triples, builder.problems)


def _content_hash(document: Document, builder: Builder) -> str:
    """Return the content hash of a document that has been converted without a problem.

    Its triples are those of any other base but for the base, where the document names nothing by a whole IRI,
    and no IRI is made of the hash of another one. Else it is converted once more.
    """
    base = builder.names.base
    if not _is_same_at_any_base(document, builder):
        return document.content_hash
    found: dict[Node, list[str]] = {
        term: [_ANY_BASE + term.removeprefix(base)]
        for triple in builder.triples
        for term in triple
        if isinstance(term, URIRef) and term.startswith(base)
    }
    triples = (triple for triple in builder.triples if triple[1] != SVD.textKeyedHash)
    return _hash(document.model, triples, (), found)


def _is_same_at_any_base(document: Document, builder: Builder) -> bool:
    base = builder.names.base
    if VOCABULARY.startswith(base) or str(SVD).startswith(base) or base in document.model.model_dump_json():
        return False
    if any(isinstance(mark, Refers) and is_iri(name) for _, mark, name in marked(document.model)):
        return False
    return not any(value == SVD.CitedReport for _, _, value in builder.triples)


def _hash(
    model: AnyDocument,
    triples: Iterable[Triple],
    problems: Iterable[Problem],
    known: Mapping[Node, list[str]] | None = None,
) -> str:
    """Return the SHA-256 of triples and problems; `known` is how some terms are written."""
    written: dict[Node, list[str]] = dict(known or {})

    def plain(term: Node) -> list[str]:
        found = written.get(term)
        if found is None:
            found = written[term] = _plain(term)
        return found

    said: list[object] = [model.kind, model.id]
    said += sorted([plain(one), plain(two), plain(three)] for one, two, three in triples)
    said += sorted([problem.rule, problem.field, problem.message] for problem in problems)
    return hashlib.sha256(json.dumps(said).encode("ascii")).hexdigest()


def _plain(term: Node) -> list[str]:
    """Return a term so that no two are alike, and all can be put in an order."""
    if isinstance(term, Literal):
        return [str(term), term.language or str(term.datatype or "string")]
    return [str(term)]


def _add(  # noqa: PLR0913, PLR0917 - a document has these parts
    model: AnyDocument,
    text: ReportText | None,
    geometries: Mapping[str, str],
    graph: URIRef,
    builder: Builder,
    secret: Secret | None,
) -> URIRef:
    """Add the triples of a document of any kind and return its IRI."""
    if isinstance(model, ActorsDocument):
        return convert_actors(model, graph, builder)
    if isinstance(model, PlacesDocument):
        return convert_places(model, graph, geometries, builder)
    if isinstance(model, AgreementDocument):
        return convert_agreement(model, builder)
    return convert_report(model, text, builder, secret)
