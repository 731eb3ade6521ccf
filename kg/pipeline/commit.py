"""The one place where a store changes; what a journal would have to write down passes through `commit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.infer import derive
from kg.store import ChangeSet
from kg.terms import DCTERMS, RDF, SVD, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Conversion, Triple
    from kg.store import OxigraphStore

_GROUP = 200
"""Documents in one transaction."""

_PENDING = (
    f"SELECT ?document ?kind ?id WHERE {{ ?document <{SVD.rulesPending}> true ; <{SVD.documentKind}> ?kind ; \
<{DCTERMS.identifier}> ?id }}"
)
_KNOWN = (
    f"SELECT ?kind ?id ?hash WHERE {{ ?document <{SVD.contentHash}> ?hash ; <{SVD.documentKind}> ?kind ; \
<{DCTERMS.identifier}> ?id }}"
)


def commits_graph(base: str) -> URIRef:
    """Return the name of the graph that says which documents the store holds."""
    return URIRef(f"{base}graph/commits")


def known_hashes(store: OxigraphStore) -> dict[tuple[str, str], str]:
    """Return the content hash of every document in the store, by kind and id."""
    return {(str(row["kind"]), str(row["id"])): str(row["hash"]) for row in store.select(_KNOWN).mappings()}


def commit(store: OxigraphStore, conversions: Sequence[Conversion]) -> None:
    """Put whole documents into the store, group by group, and run the rules over what they touch."""
    for start in range(0, len(conversions), _GROUP):
        group = conversions[start : start + _GROUP]
        store.apply(ChangeSet(insert=frozenset(quad for item in group for quad in _quads(store, item))))
    recover(store)


def recover(store: OxigraphStore) -> bool:
    """Run the rules over what was taken in and not yet concluded from; return whether there was anything.

    Called after each commit, and when a store is opened: a process that ended between a commit and
    its rules left the mark `svd:rulesPending`.
    """
    base = store.stamp.base
    pending = [
        (URIRef(str(row["document"])), str(row["kind"]), str(row["id"]))
        for row in store.select(_PENDING).mappings()
    ]
    if not pending:
        return False
    everything = any(kind != "report" for _, kind, _ in pending)
    derive(store, base, None if everything else [URIRef(f"{base}report/{name}") for _, _, name in pending])
    graph = commits_graph(base)
    store.apply(ChangeSet(delete=frozenset((*_mark(document), graph) for document, _, _ in pending)))
    return True


def _quads(store: OxigraphStore, conversion: Conversion) -> Iterable[tuple[*Triple, URIRef]]:
    yield from ((*triple, conversion.graph) for triple in conversion.triples)
    base = store.stamp.base
    document = URIRef(f"{base}document/{conversion.kind}/{conversion.identifier}")
    graph = commits_graph(base)
    yield document, RDF.type, SVD.Document, graph
    yield document, SVD.documentKind, Literal(conversion.kind), graph
    yield document, DCTERMS.identifier, Literal(conversion.identifier), graph
    yield document, SVD.contentHash, Literal(conversion.content_hash), graph
    yield document, SVD.storedIn, conversion.graph, graph
    yield (*_mark(document), graph)


def _mark(document: URIRef) -> Triple:
    return document, SVD.rulesPending, Literal("true", datatype=XSD.boolean)
