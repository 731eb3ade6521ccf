"""RDF from elsewhere, parsed for one graph: nothing in it chooses another, and nothing is fetched.

To be called in a process that can be ended: parsers recurse over what they are given.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.errors import RdfSyntaxError
from kg.store.convert import triple_from_ox
from kg.store.nesting import refuse_depth
from kg.store.rdfxml import line_of, refuse_xml_losses
from kg.store.spelling import untagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Triple

SYNTAXES: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
"""The syntaxes that are read, by their media types."""
_PLACE: Final = re.compile(r"line (\d+)(?:.*?column (\d+))?")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def parse_triples(
    data: bytes,
    media_type: str,
    location: str | None = None,
    contexts: Mapping[str, object] = MappingProxyType({}),
) -> frozenset[Triple]:
    """Return the triples of RDF for one graph, with blank nodes that occur nowhere else.

    `location` is what relative IRIs are resolved against, `contexts` are those that JSON-LD may name by
    their addresses. Raises RdfSyntaxError with the place where the text is not what it should be, would lose
    something, names a graph, or declares a document type; ValueError for a media type that is not read.
    """
    parsed = _parsed(data, media_type, location, contexts)
    try:
        return frozenset(triple_from_ox(triple) for triple in parsed)
    except ValueError as error:
        raise RdfSyntaxError(
            f"neither triples about triples nor base directions are taken in: {error}"
        ) from error


def parse_ntriples(
    data: bytes,
    media_type: str,
    location: str | None = None,
    contexts: Mapping[str, object] = MappingProxyType({}),
) -> bytes:
    """Return the same as N-Triples."""
    parsed = _parsed(data, media_type, location, contexts)
    return ox.serialize(parsed, format=ox.RdfFormat.N_TRIPLES) or b""


def _parsed(
    data: bytes, media_type: str, location: str | None, contexts: Mapping[str, object]
) -> list[ox.Triple]:
    if media_type not in SYNTAXES:
        raise ValueError(f"{media_type} is not read; one of: {', '.join(SYNTAXES)}")
    try:
        text = data.decode("utf-8-sig").encode()
    except UnicodeDecodeError as error:
        raise RdfSyntaxError(f"not UTF-8 at byte {error.start}") from error
    if media_type == "application/rdf+xml" and _DOCTYPE.search(text):
        raise RdfSyntaxError("a document type (DOCTYPE) is not allowed: entities are not expanded here")
    refuse_depth(text, media_type)
    if media_type == "application/rdf+xml":
        broken = refuse_xml_losses(text)
        triples = _read(text, media_type, location)
        if broken is not None:
            raise broken
        return _with_languages(triples)
    if media_type != "application/ld+json":
        return _read(text, media_type, location)
    from kg.store.jsonld import kept_whole  # noqa: PLC0415 - it brings much that is seldom needed

    ready, sent = kept_whole(text.decode(), location, contexts)
    triples = _read(ready.encode(), media_type, location)
    if len(triples) != sent:
        raise RdfSyntaxError(f"it makes {sent} statements, and of these {len(triples)} were read")
    return _with_languages(triples)


def _with_languages(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return them; raise RdfSyntaxError for text of a language that has none, which no syntax can write."""
    for triple in triples:
        term = triple.object
        while isinstance(term, ox.Triple):
            term = term.object
        if isinstance(term, ox.Literal) and untagged(term):
            raise RdfSyntaxError(
                f"{term} has no language tag, which is what its datatype is for; give it one"
            )
    return triples


def _read(text: bytes, media_type: str, location: str | None) -> list[ox.Triple]:
    try:
        quads = ox.parse(
            text,
            format=SYNTAXES[media_type],
            base_iri=location,
            without_named_graphs=True,
            rename_blank_nodes=True,
        )
        return [quad.triple for quad in quads]
    except SyntaxError as error:
        found = _PLACE.search(str(error))
        line = error.lineno or (int(found[1]) if found else None)
        if line is None and media_type == "application/rdf+xml":
            line = line_of(text, str(error))
        raise RdfSyntaxError(str(error), line) from error
    except ValueError as error:
        raise RdfSyntaxError(str(error)) from error
