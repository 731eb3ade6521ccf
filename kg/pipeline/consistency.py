"""What no document can see by itself: statements made twice, and chains that lead back to their start.

A triple stands in exactly one named graph (the union would count it twice), so what one document
states another may not state again. Places within each other, and forces of each other, have no
closure that means anything.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.infer import circle
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kg.ingest import Document
    from kg.model import Conversion, Problem, Triple
    from kg.store import OxigraphStore

_LINKS = frozenset({SVD.forceOf, SVD.speaksFor})
_PAIRS = f"""SELECT ?graph ?from ?to WHERE {{
  VALUES ?link {{ <{SVD.forceOf}> <{SVD.speaksFor}> }} GRAPH ?graph {{ ?from ?link ?to }} }}"""
_CONTAINED = f"""SELECT ?graph ?from ?to WHERE {{
  GRAPH ?graph {{ ?c <{SVD.contained}> ?from ; <{SVD.container}> ?to }} }}"""


def inconsistencies(
    store: OxigraphStore,
    conversions: Collection[Conversion],
    documents: Mapping[tuple[str, str], Document],
) -> Iterator[tuple[Conversion, Problem]]:
    """Yield each document that states again what another states, or closes a circle, with the problem.

    Reports are left out: all that they state is about themselves.
    """
    replaced = {conversion.graph for conversion in conversions}
    reference = sorted((item for item in conversions if item.kind != "report"), key=lambda item: item.graph)
    stated: dict[Triple, URIRef] = {}
    for conversion in reference:
        document = documents[conversion.kind, conversion.identifier]
        for triple in sorted(conversion.triples):
            where = stated.setdefault(triple, conversion.graph)
            if where == conversion.graph:
                where = next(iter(store.graphs_with(triple) - replaced), where)
            if where != conversion.graph:
                yield conversion, _stated_again(conversion, document, triple, where)
    yield from _circles(store, reference, documents, replaced)


def _stated_again(conversion: Conversion, document: Document, triple: Triple, where: URIRef) -> Problem:
    kind, _, name = where.rpartition("/graph/")[2].partition("/")
    return document.problem(
        _origin(conversion, triple),
        f"{kind} document {name!r} states the same already",
        "document/already-stated",
        "leave it out here",
    )


def _circles(
    store: OxigraphStore,
    conversions: Collection[Conversion],
    documents: Mapping[tuple[str, str], Document],
    replaced: Collection[URIRef],
) -> Iterator[tuple[Conversion, Problem]]:
    chains = (
        (_CONTAINED, _containments, "within itself"),
        (_PAIRS, _links, "in the end its own"),
    )
    for query, pairs_of, what in chains:
        new = {
            pair: (conversion, triple) for conversion in conversions for pair, triple in pairs_of(conversion)
        }
        if not new:
            continue
        known = {
            (URIRef(str(row["from"])), URIRef(str(row["to"])))
            for row in store.select(query).mappings()
            if row["graph"] not in replaced
        }
        found = circle(known | set(new))
        names = " → ".join(place.rpartition("/")[2] for place in found)
        for pair in pairwise(found):
            if pair in new:
                conversion, triple = new[pair]
                document = documents[conversion.kind, conversion.identifier]
                yield (
                    conversion,
                    document.problem(
                        _origin(conversion, triple), f"leads in a circle: {names}, {what}", "document/circle"
                    ),
                )


def _containments(conversion: Conversion) -> Iterator[tuple[tuple[URIRef, URIRef], Triple]]:
    inner = {
        subject: object_ for subject, predicate, object_ in conversion.triples if predicate == SVD.contained
    }
    for triple in conversion.triples:
        if triple[1] == SVD.container:
            yield (URIRef(str(inner[triple[0]])), URIRef(str(triple[2]))), triple


def _links(conversion: Conversion) -> Iterator[tuple[tuple[URIRef, URIRef], Triple]]:
    for triple in conversion.triples:
        if triple[1] in _LINKS:
            yield (URIRef(str(triple[0])), URIRef(str(triple[2]))), triple


def _origin(conversion: Conversion, triple: Triple) -> str:
    subject, predicate = str(triple[0]), str(triple[1])
    return conversion.origins.get((subject, predicate)) or conversion.origins.get((subject, None), "")
