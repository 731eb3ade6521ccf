"""The ontology and the rules of this software, as a store holds them, and whether it holds these."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.infer import rule_triples, rules
from kg.pipeline.records import hashes_of
from kg.store import to_nquads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Triple
    from kg.store import OxigraphStore

SHIPPED: Final = "servanda"
"""The id under which the ontology and the rules of the software stand in a store."""


def concludes_otherwise(store: OxigraphStore) -> bool:
    """Return whether what a store holds was concluded by other rules than those of this software."""
    named = ("rules", SHIPPED)
    known = hashes_of(store, [named]).get(named)
    graph = URIRef(f"{store.stamp.base}graph/rules")
    return known is not None and known != digest({graph: rule_triples(rules())})


def digest(graphs: Mapping[URIRef, frozenset[Triple]]) -> str:
    """Return the content hash of what is shipped, as the store has it."""
    quads = to_nquads((*triple, graph) for graph, triples in graphs.items() for triple in triples)
    return hashlib.sha256(quads).hexdigest()
