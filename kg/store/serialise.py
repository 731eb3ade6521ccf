"""Triples as text, in the syntaxes that are served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import pyoxigraph as ox
from rdflib.namespace import RDF

from kg.store.answering import GRAPHS
from kg.store.convert import to_ox
from kg.store.xml_output import as_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Triple

_XML: Final = "application/rdf+xml"
_TYPE: Final = to_ox(RDF.type)


def serialise(triples: Iterable[Triple], media_type: str, prefixes: Mapping[str, str]) -> bytes:
    """Return the triples in UTF-8, subject by subject with the types first: equal for equal triples.

    Of the prefixes only those that are of use are declared. Raises ValueError for a media type of no
    syntax of graphs, and for XML where a literal has a character, or a property a name, that XML has not.
    """
    if media_type not in GRAPHS:
        raise ValueError(f"a graph cannot be written as {media_type}")
    ordered = sorted(triples, key=_place)
    made = [
        ox.Triple(
            cast("ox.NamedNode", to_ox(subject)), cast("ox.NamedNode", to_ox(predicate)), to_ox(object_)
        )
        for subject, predicate, object_ in ordered
    ]
    written = ox.serialize(made, format=GRAPHS[media_type], prefixes=_used(prefixes, made)) or b""
    return as_xml(written) if media_type == _XML else written


def _place(triple: Triple) -> tuple[str, bool, str, str]:
    subject, predicate, object_ = triple
    return str(subject), predicate != RDF.type, str(predicate), object_.n3()


def _used(prefixes: Mapping[str, str], triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the prefixes with whose namespaces some IRI begins."""
    names = set()
    for triple in triples:
        typed = triple.predicate == _TYPE  # written as `a`
        for term in (triple.subject, None if typed else triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode):
                names.add(term.value)
            elif isinstance(term, ox.Literal):
                names.add(term.datatype.value)
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(name.startswith(namespace) for name in names)
    }
