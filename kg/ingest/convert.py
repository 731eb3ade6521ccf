"""A document as triples: the one place that knows which converter writes which kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.builder import Builder
from kg.ingest.converters.actors import convert_actors
from kg.ingest.converters.agreement import convert_agreement
from kg.ingest.converters.places import convert_places
from kg.ingest.converters.report import convert_report
from kg.ingest.lookup import unknown_names
from kg.ingest.models import ActorsDocument, AgreementDocument, PlacesDocument
from kg.model import Conversion

if TYPE_CHECKING:
    from kg.ingest.document import Document
    from kg.ingest.references import References


def convert(document: Document, base: str, references: References) -> Conversion:
    """Return the document's triples; raise DocumentError with all that is unknown or cannot be read.

    What the document describes itself need not be in the references.
    """
    builder = Builder(base, document.outline, references, document.model.lang)
    builder.problems += unknown_names(document, base, references)
    model = document.model
    graph = builder.names.graph(document.kind, document.identifier)
    if isinstance(model, ActorsDocument):
        iri = convert_actors(model, graph, builder)
    elif isinstance(model, PlacesDocument):
        iri = convert_places(model, graph, document.geometries, builder)
    elif isinstance(model, AgreementDocument):
        iri = convert_agreement(model, builder)
    else:
        iri = convert_report(model, document.text, builder)
    if builder.problems:
        raise DocumentError(dict.fromkeys(builder.problems))
    return Conversion(
        kind=document.kind,
        identifier=document.identifier,
        document=iri,
        graph=graph,
        triples=frozenset(builder.triples),
        content_hash=document.content_hash,
        origins=dict(builder.origins),
    )
