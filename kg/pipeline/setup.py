"""New stores and opened ones, in step with their journal, and with ontology and rules of this software."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg import resources
from kg.errors import DocumentError, StoreNotFoundError
from kg.infer import rule_triples, rules
from kg.journal import Action, Journal
from kg.pipeline.batch import ingest
from kg.pipeline.change import Change
from kg.pipeline.followers import Checkpoints
from kg.pipeline.owner import Hold
from kg.pipeline.quarantine import tidy
from kg.pipeline.records import known_hashes, position
from kg.pipeline.repository import Repository, in_memory
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.pipeline.updates import sweep_trials
from kg.pipeline.withdraw import purge
from kg.settings import DEFAULT_BASE, Settings
from kg.store import create, memory, open_store, stamp_of, to_nquads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.model import Triple
    from kg.store import OxigraphStore

_SHIPPED = "servanda"
"""The id under which the ontology and the rules of the software stand in a store."""


def initialise(
    folder: Path,
    base: str = DEFAULT_BASE,
    *,
    reference: bool = True,
    settings: Settings | None = None,
) -> Repository:
    """Return a new store in the folder with the ontology, and the shipped reference data if wanted.

    Raises StoreExistsError if the folder holds anything.
    """
    store = create(folder, base)
    journal = Journal.create(folder / "journal")
    made = _repository(store, journal, Hold(folder, "init"), settings)
    update(made)
    if reference:
        _take_in(made, "reference")
    return made


def _untold(_: str) -> None:
    """Tell nobody."""


def open_graph(
    folder: Path,
    activity: str = "write",
    url: str | None = None,
    *,
    settings: Settings | None = None,
    tell: Callable[[str], None] = _untold,
) -> Repository:
    """Return the store in the folder, held for this process and in step with its journal.

    What a process left undone that ended in between is completed: changes that are in the journal only,
    rules that have not run, bytes of a redaction. A store of earlier ontology or rules gets those of this
    software, as changes of their own. `tell` is told in words what is being done.

    Raises StoreNotFoundError; StoreLockedError naming who holds it; StoreMismatchError; StoreDamagedError
    and JournalDamagedError where store and journal cannot be brought together; StorageFullError.
    """
    stamp_of(folder)
    tell("waiting for whoever holds the store")
    hold = Hold(folder, activity, url)
    try:
        tell("opening the store, and bringing it to the end of its journal")
        opened = _reconciled(folder, hold, settings)
    except BaseException:
        hold.release()
        raise
    try:
        tidy(folder)
        sweep_trials(folder)
        tell("running the rules over what was taken in last")
        opened.conclude()
        purge(opened)
        tell("bringing ontology and rules to those of this software")
        update(opened)
        tell("making a checkpoint")
        opened.follow()
    except BaseException:
        opened.release()
        raise
    return opened


def build_demo(folder: Path, base: str = DEFAULT_BASE, *, accounts: bool = False) -> Repository:
    """Return a new store of the reference data and the seed article, with the other accounts if wanted."""
    made = initialise(folder, base)
    _take_in(made, "seed")
    if accounts:
        _take_in(made, "accounts")
    return made


def empty_in_memory(base: str = DEFAULT_BASE) -> Repository:
    """Return a store in memory with the ontology and nothing else."""
    made = in_memory(memory(base))
    update(made)
    return made


def reference_in_memory(base: str = DEFAULT_BASE) -> Repository:
    """Return a store in memory with the ontology and the reference data."""
    made = empty_in_memory(base)
    _take_in(made, "reference")
    return made


def update(repository: Repository) -> None:
    """Bring ontology and rules of a store to those of this software, where they differ."""
    base = repository.store.stamp.base
    contents: dict[str, Mapping[URIRef, frozenset[Triple]]] = {
        "ontology": {
            URIRef(f"{base}graph/ontology"): ontology_triples(),
            URIRef(f"{base}graph/vocabularies"): vocabulary_triples(),
        },
        "rules": {URIRef(f"{base}graph/rules"): rule_triples(rules())},
    }
    known = known_hashes(repository.store)
    repository.commit(_updates(contents, known, repository.agent))


def _updates(
    contents: Mapping[str, Mapping[URIRef, frozenset[Triple]]],
    known: Mapping[tuple[str, str], str],
    agent: str,
) -> Iterator[Change]:
    for kind, graphs in contents.items():
        quads = to_nquads((*triple, graph) for graph, triples in graphs.items() for triple in triples)
        digest = hashlib.sha256(quads).hexdigest()
        before = known.get((kind, _SHIPPED))
        if before != digest:
            action = Action.ADD if before is None else Action.REVISE
            yield Change(action, kind, _SHIPPED, agent, graphs, digest)


def _repository(store: OxigraphStore, journal: Journal, hold: Hold, settings: Settings | None) -> Repository:
    chosen = settings or Settings.from_environment()
    folder = store.folder
    followers = [] if folder is None else [Checkpoints(folder)]
    return Repository(store, journal, followers, hold, agent=chosen.agent, reserve=chosen.reserve * 2**20)


def _reconciled(folder: Path, hold: Hold, settings: Settings | None) -> Repository:
    """Return the store with all that its journal holds."""
    if not (folder / "journal").is_dir():
        raise StoreNotFoundError(
            f"the store in {folder} has no journal: restore {folder / 'journal'} from a backup"
        )
    store = open_store(folder)
    try:
        held, _ = position(store)
        opened = _repository(store, Journal.open(folder / "journal", held), hold, settings)
        opened.replay()
    except BaseException:
        store.close()
        raise
    return opened


def _take_in(repository: Repository, folder: str) -> None:
    """Take in shipped documents; one that is refused is a fault of the release, and says so."""
    outcomes = ingest(repository, [Path(str(resources.data() / folder))])
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    if problems:
        raise DocumentError(problems)
