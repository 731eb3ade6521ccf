"""New stores: with the ontology, with the reference data, and the demonstration of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg import resources
from kg.errors import DocumentError
from kg.pipeline.batch import ingest
from kg.pipeline.commit import recover
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.settings import DEFAULT_BASE
from kg.store import ChangeSet, create, memory, open_store

if TYPE_CHECKING:
    from kg.store import OxigraphStore


def initialise(folder: Path, base: str = DEFAULT_BASE, *, reference: bool = True) -> OxigraphStore:
    """Return a new store in the folder with the ontology, and the shipped reference data if wanted.

    Raises StoreExistsError if the folder holds anything.
    """
    store = create(folder, base)
    _load_ontology(store)
    if reference:
        _take_in(store, "reference")
    return store


def open_graph(folder: Path) -> OxigraphStore:
    """Return the store in the folder, its inferences up to date."""
    store = open_store(folder)
    recover(store)
    return store


def build_demo(folder: Path, base: str = DEFAULT_BASE, *, accounts: bool = False) -> OxigraphStore:
    """Return a new store of the reference data and the seed article, with the other accounts if wanted."""
    store = initialise(folder, base)
    _take_in(store, "seed")
    if accounts:
        _take_in(store, "accounts")
    return store


def empty_in_memory(base: str = DEFAULT_BASE) -> OxigraphStore:
    """Return a store in memory with the ontology and nothing else."""
    store = memory(base)
    _load_ontology(store)
    return store


def reference_in_memory(base: str = DEFAULT_BASE) -> OxigraphStore:
    """Return a store in memory with the ontology and the reference data."""
    store = empty_in_memory(base)
    _take_in(store, "reference")
    return store


def _load_ontology(store: OxigraphStore) -> None:
    graphs = {"ontology": ontology_triples(), "vocabularies": vocabulary_triples()}
    store.apply(
        ChangeSet(
            insert=frozenset(
                (*triple, URIRef(f"{store.stamp.base}graph/{name}"))
                for name, triples in graphs.items()
                for triple in triples
            ),
        ),
    )


def _take_in(store: OxigraphStore, folder: str) -> None:
    """Take in shipped documents; one that is refused is a fault of the release, and says so."""
    outcomes = ingest(store, [Path(str(resources.data() / folder))])
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    if problems:
        raise DocumentError(problems)
