"""A change to the graph, before it is journalled: a document comes, comes anew, or goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.infer import in_order
from kg.journal import Action
from kg.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import URIRef

    from kg.model import Conversion, Triple


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one document, and what its graphs hold from then on."""

    action: Action
    kind: str
    identifier: str
    agent: str
    graphs: Mapping[URIRef, frozenset[Triple]] = field(default_factory=dict)
    """Graph to all that it holds afterwards; without triples the graph goes."""
    content_hash: str | None = None
    reason: str | None = None
    redacts: tuple[int, ...] = ()

    @classmethod
    def of(cls, conversion: Conversion, agent: str, *, known: bool) -> Change:
        """Return the change by which a converted document comes in, or anew if it is known."""
        return cls(
            Action.REVISE if known else Action.ADD,
            conversion.kind,
            conversion.identifier,
            agent,
            {conversion.graph: conversion.triples},
            conversion.published_hash,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """A document that is new, as the N-Quads that it comes as: they are journalled and loaded as they are."""

    kind: str
    identifier: str
    graph: str
    payload: bytes
    content_hash: str
    """As the store has it (`svd:contentHash`)."""
    revision: int = 1


def in_need_order(changes: Iterable[Change]) -> list[Change]:
    """Return changes after those that they refer to, as far as they do not refer to each other.

    Should a process be ended while it writes them, those that are in refer to nothing that is not.
    """
    by_name = {f"{change.kind}/{change.identifier}": change for change in changes}
    triples = {
        name: [triple for held in change.graphs.values() for triple in held]
        for name, change in by_name.items()
    }
    described = {
        subject: name
        for name, held in triples.items()
        for subject, predicate, _ in held
        if predicate == RDF.type
    }
    needs = (
        (name, described[value])
        for name, held in triples.items()
        for _, _, value in held
        if described.get(value, name) != name
    )
    return [by_name[name] for name in in_order(by_name, needs)]
