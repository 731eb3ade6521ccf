"""A proof that a file is the text of a report, whatever may be shown of it: for who has the secret."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.errors import NotFoundError
from kg.pipeline import history
from kg.terms import SVD

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Triple
    from kg.store import OxigraphStore, Secret


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a file is, byte for byte, the text that was annotated."""

    report: str
    """Its id."""
    proven: bool
    hash: str
    """What the report says of its text: the SHA-256 of a public one, else the keyed hash."""
    sha256: str
    """Of the file."""


def prove(store: OxigraphStore, identifier: str, sha256: str) -> Proof:
    """Return whether the SHA-256 of a file is that of a report's text; raise NotFoundError if it has none."""
    graph = URIRef(f"{store.stamp.base}graph/report/{identifier}")
    if not store.has_graph(graph):  # nor is there one whose id is that of no IRI
        raise NotFoundError(f"the store holds no report {identifier!r}")
    return _proof(store.graph(graph), identifier, sha256, store.secret)


def prove_revision(folder: Path, identifier: str, number: int, sha256: str, secret: Secret) -> Proof:
    """Return the same for an earlier revision; raises what `history.revision_quads` raises too."""
    quads = history.revision_quads(folder, "report", identifier, number, whole=True)
    return _proof(frozenset(quad[:3] for quad in quads), identifier, sha256, secret)


def _proof(triples: frozenset[Triple], identifier: str, sha256: str, secret: Secret) -> Proof:
    said = {predicate: str(value) for _, predicate, value in triples}
    if SVD.textKeyedHash in said:
        held, found = said[SVD.textKeyedHash], secret.of_text(sha256)
    elif SVD.textSha256 in said:
        held, found = said[SVD.textSha256], sha256
    else:
        raise NotFoundError(f"report {identifier!r} has no text")
    return Proof(identifier, hmac.compare_digest(held, found), held, sha256)
