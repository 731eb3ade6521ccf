"""Triples of one document's graph, read as the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.document import assemble
from kg.ingest.earlier import said_now
from kg.ingest.fields import SLUG
from kg.ingest.from_rdf.actors import read_actors
from kg.ingest.from_rdf.admission import admissible
from kg.ingest.from_rdf.agreement import read_agreement
from kg.ingest.from_rdf.canonical import canonical
from kg.ingest.from_rdf.outline import GraphOutline
from kg.ingest.from_rdf.places import read_places
from kg.ingest.from_rdf.report import is_masked, masked_text, read_report
from kg.ingest.from_rdf.view import View
from kg.ingest.from_rdf.words import field
from kg.ingest.models import KINDS
from kg.ingest.outline import names_in
from kg.model import Problem
from kg.terms import SVD

if TYPE_CHECKING:
    from rdflib.term import URIRef

    from kg.ingest.document import Document
    from kg.ingest.files import ReportText
    from kg.ingest.from_rdf.view import Fields
    from kg.model import Triple

_MASKED = (
    "send the report as a document with its whole text; what others see of it is made from that. "
    "What the store holds already may be sent again with the same svd:text and svd:textKeyedHash"
)


def read_rdf(
    triples: frozenset[Triple],
    base: str,
    graph: URIRef,
    name: str,
    *,
    held: frozenset[Triple] = frozenset(),
) -> Document:
    """Return the document that says the triples of a graph; raise DocumentError with every problem found.

    The graph's IRI says of what kind the document is, and its id. `held` is what the store has in that
    graph. Whether the document says the triples and nothing else is found when it is converted.
    """
    kind, identifier = document_of(base, graph, name)
    triples = said_now(canonical(triples))
    problems = admissible(triples, base, graph, name)
    if problems:
        raise DocumentError(problems)
    view = View(triples, base)
    value: Fields = {"kind": kind, **_read(view, kind, identifier, graph)}
    outline = GraphOutline(name, dict.fromkeys(view.places, 0), names_in(value), view.places)
    text = _text(triples, view.names.of("report", identifier), held, outline) if kind == "report" else None
    return assemble(value, outline, text=text, sent=triples)


def document_of(base: str, graph: URIRef, name: str = "") -> tuple[str, str]:
    """Return the kind and id of the document that a graph holds; raise DocumentError if it holds none.

    >>> from rdflib.term import URIRef
    >>> document_of("https://example.org/", URIRef("https://example.org/graph/report/radio"))
    ('report', 'radio')
    """
    kinds = "|".join(KINDS)
    found = re.fullmatch(rf"graph/({kinds})/({SLUG})", str(graph).removeprefix(base))
    if found is None or not str(graph).startswith(base):
        message = f"no document is kept in the graph <{graph}>"
        hint = f"graphs of documents are {base}graph/KIND/ID, KIND one of: {', '.join(KINDS)}"
        raise DocumentError([Problem(name, None, "", message, "rdf/no-document", hint)])
    return found[1], found[2]


def _read(view: View, kind: str, identifier: str, graph: URIRef) -> Fields:
    if kind == "actors":
        return {**read_actors(view, graph), "id": identifier}
    if kind == "places":
        return {**read_places(view), "id": identifier}
    if kind == "agreement":
        return read_agreement(view, identifier)
    return read_report(view, identifier)


def _text(
    triples: frozenset[Triple], report: URIRef, held: frozenset[Triple], outline: GraphOutline
) -> ReportText | None:
    """Return the text of a report if it is masked; refuse one that cannot be checked."""
    if not is_masked(triples, report):
        return None
    found = masked_text(triples, report, held)
    if found is None:
        place = field(report, SVD.text, "")
        message = "the words of a masked text and its hash cannot be checked"
        problem = Problem(
            outline.file, None, outline.places.get(("text",), place), message, "rdf/masked-text", _MASKED
        )
        raise DocumentError([problem])
    return found
