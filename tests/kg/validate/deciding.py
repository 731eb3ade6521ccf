"""What the engine finds that decides, without the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.store.nquads import to_ntriples
from kg.validate.compiled import compiled
from kg.validate.shacl import judged

if TYPE_CHECKING:
    from pathlib import Path

    from kg.validate.gate import Candidate


def engine_finds(folder: Path, candidate: Candidate) -> frozenset[str]:
    """Return the nodes of a candidate that fail by the engine, as N-Triples write them."""
    found = compiled(folder).failing(to_ntriples(candidate.triples | candidate.context))
    return found & {node.n3() for node in judged(candidate.triples, candidate.context)}
