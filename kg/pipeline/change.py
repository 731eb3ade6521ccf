"""A change to the graph, before it is journalled: a document comes, comes anew, or goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.journal import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

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
