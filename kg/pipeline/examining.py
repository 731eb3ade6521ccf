"""The worker that examines uploads: it has a checkpoint to read, and no way to write or to reach anybody."""

from __future__ import annotations

from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from rdflib.term import URIRef

import kg.store.jsonld
import kg.validate.engine  # noqa: F401 - there before workers are forked
from kg import resources
from kg.errors import DocumentError, RdfSyntaxError
from kg.ingest import read_text
from kg.ingest.from_rdf.read import read_rdf
from kg.model import Problem
from kg.pipeline.conform import context_query, hierarchy
from kg.pipeline.intake import Examined, all_to_bytes, examine, examine_together, to_bytes
from kg.pipeline.outcome import Scrutiny
from kg.pipeline.sources import code_definitions, ontology_triples, vocabulary_triples
from kg.pipeline.uploads import parts_of
from kg.query.lookups.context import of_ontology
from kg.query.pool.failures import too_large
from kg.store import Secret, Stamp, parse_ntriples, parse_triples, read_only
from kg.store.spelling import of_ntriples
from kg.validate.apart import prepare
from kg.validate.gate import spare
from kg.validate.shacl import load_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest import Document
    from kg.query.pool.wire import Head
    from kg.store import OxigraphStore


@cache
def _own_context() -> object:
    return of_ontology(ontology_triples())["@context"]


for _prepared in (context_query, code_definitions, vocabulary_triples, hierarchy, _own_context):
    _prepared()
for _of_shapes in (load_shapes, prepare):
    _of_shapes(resources.ontology() / "shapes")


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes]:
    """Return what examines uploads against the checkpoint."""
    spare()
    store = read_only(checkpoint)

    def answer(head: Head, body: bytes, most: int) -> bytes:
        if head["what"] == "parse":
            location = None if head["location"] is None else str(head["location"])
            own = _contexts(head)
            made = b"".join(parse_ntriples(*part, location, own) for part in parts_of(head, body))
            made = of_ntriples(made).packed() + made
        else:
            store.stamp = Stamp(str(head["base"]))
            if head["secret"] is not None:
                store.secret = Secret.of_hex(str(head["secret"]))
            made = (
                all_to_bytes(_examined_together(store, head, body))
                if head["what"] == "documents"
                else to_bytes(_examined(store, head, body))
            )
        if len(made) > most:
            raise too_large(most)
        return made

    return answer


def _scrutiny(head: Head) -> Scrutiny:
    now = None if head["now"] is None else datetime.fromisoformat(str(head["now"]))
    return Scrutiny(now, strict=bool(head["strict"]))


def _examined_together(store: OxigraphStore, head: Head, body: bytes) -> list[Examined | None]:
    reads, at = [], 0
    parts: Any = head["parts"]
    for name, kind, length in parts:
        reads.append((str(name), partial(_document, body[at : at + length], str(name), kind)))
        at += length
    return examine_together(store, reads, again=bool(head["again"]), scrutiny=_scrutiny(head))


def _examined(store: OxigraphStore, head: Head, body: bytes) -> Examined:
    again, scrutiny = bool(head["again"]), _scrutiny(head)
    if head["what"] == "document":
        name = str(head["name"])
        return examine(
            store, lambda: _document(body, name, head["kind"]), name, again=again, scrutiny=scrutiny
        )
    graph = URIRef(str(head["graph"]))
    name = f"<{graph}>"
    return examine(store, lambda: _read(store, head, body, graph), name, again=again, scrutiny=scrutiny)


def _contexts(head: Head) -> dict[str, object]:
    """Return the product's own context by each name that it has."""
    names: Any = head["contexts"]
    return dict.fromkeys(map(str, names), _own_context())


def _document(body: bytes, name: str, kind: object) -> Document:
    document = read_text(body, name)
    if kind is not None and document.kind != kind:
        message = f"a {kind} is taken here, and this is a document of the kind {document.kind!r}"
        raise DocumentError([document.problem("kind", message, "document/wrong-kind")])
    return document


def _read(store: OxigraphStore, head: Head, body: bytes, graph: URIRef) -> Document:
    name = f"<{graph}>"
    try:
        parts = [parse_triples(*part, str(graph), _contexts(head)) for part in parts_of(head, body)]
    except RdfSyntaxError as error:
        problem = Problem(name, error.line, "", str(error), "rdf/syntax", "send RDF for one graph")
        raise DocumentError([problem]) from error
    triples = frozenset().union(*parts)
    held = store.graph(graph)
    if head["merge"]:
        triples |= held
    return read_rdf(triples, store.stamp.base, graph, name, held=held)
