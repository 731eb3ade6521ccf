"""How much a store holds, and how much room it takes."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.journal import JournalReader
from kg.pipeline import quarantine
from kg.pipeline.followers import checkpoints
from kg.pipeline.owner import owner_of
from kg.pipeline.reading import read_graph
from kg.pipeline.records import known_hashes
from kg.store.dump import graph_sizes
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rdflib.term import URIRef

    from kg.store import OxigraphStore

_HAVING = "SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ ?thing <{}> ?value }}"
_COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ ?thing a <{}> }}"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a store holds at one change."""

    sequence: int
    """The change at which this was counted."""
    head: int
    """The last entry of the journal; more while somebody is making changes."""
    owner: str | None
    """Who holds the store, and may be making them."""
    documents: Mapping[str, int]
    """By kind: those held now."""
    reports: int
    claims: int
    alleged: int
    """Violations that somebody alleged."""
    candidates: int
    """What rules found of terms that no source named; never counted with the former."""
    candidates_alleged_without_term: int
    """Those of the candidates whose act a source calls a breach of the agreement without naming a term."""
    quads: Mapping[str, int]
    """By the kind of graph."""
    journal_bytes: int
    segments: int
    checkpoints: tuple[int, ...]
    """The changes of which checkpoints are kept."""
    snapshots: tuple[int, ...]
    """The changes of which earlier states are kept."""
    quarantined: int
    """Refused documents that wait for a correction."""
    free_bytes: int
    """Room on the disk."""


def stats(folder: Path) -> Statistics:
    """Return what the store in the folder holds, in its newest state that can be read.

    Raises what `read_graph` raises.
    """
    with read_graph(folder) as state:
        store = state.store
        documents = Counter(kind for kind, _ in known_hashes(store))
        quads = Counter[str]()
        owner = owner_of(folder)
        for name, size in graph_sizes(store).items():
            quads[name.removeprefix(f"{store.stamp.base}graph/").partition("/")[0]] += size
        files = JournalReader(folder / "journal").files
        return Statistics(
            sequence=state.sequence,
            head=state.head,
            owner=None if owner is None else str(owner),
            documents=dict(sorted(documents.items())),
            reports=documents["report"],
            claims=_count(store, SVD.Claim),
            alleged=_count(store, SVD.AllegedViolation),
            candidates=_count(store, SVD.CandidateViolation),
            candidates_alleged_without_term=_with(store, SVD.allegedWithoutTermBy),
            quads=dict(sorted(quads.items())),
            journal_bytes=sum(path.stat().st_size for path in files),
            segments=len(files),
            checkpoints=tuple(number for number, _ in checkpoints(folder)),
            snapshots=_numbers((folder / "snapshots").glob("*")),
            quarantined=len(quarantine.items(folder, "open")),
            free_bytes=shutil.disk_usage(folder).free,
        )


def _count(store: OxigraphStore, kind: URIRef) -> int:
    ((count,),) = store.select(_COUNT.format(kind)).rows
    return int(str(count))


def _with(store: OxigraphStore, property_: URIRef) -> int:
    ((count,),) = store.select(_HAVING.format(property_)).rows
    return int(str(count))


def _numbers(places: Iterable[Path]) -> tuple[int, ...]:
    return tuple(sorted(int(place.name) for place in places if place.name.isdigit()))
