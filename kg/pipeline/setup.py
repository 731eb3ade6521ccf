"""New stores and opened ones, in step with their journal, and with ontology and rules of this software."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg import resources
from kg.errors import DocumentError, StoreExistsError, StoreMismatchError, StoreNotFoundError
from kg.infer import rule_triples, rules
from kg.ingest import glance
from kg.journal import Action, Journal
from kg.pipeline.batch import ingest
from kg.pipeline.change import Change
from kg.pipeline.earlier import renew
from kg.pipeline.finding import search
from kg.pipeline.followers import READ_MODEL, SERVING, Checkpoints
from kg.pipeline.owner import Hold, claim
from kg.pipeline.quarantine import tidy
from kg.pipeline.records import hashes_of, last_revisions, position
from kg.pipeline.repository import Repository, in_memory
from kg.pipeline.resealing import hide_redacted, reseal
from kg.pipeline.shipped import SHIPPED, digest
from kg.pipeline.sources import ontology_triples, vocabulary_triples
from kg.pipeline.updates import sweep_trials
from kg.pipeline.upkeep.rebuild import make_anew
from kg.pipeline.withdraw import purge
from kg.read.trail import Trail
from kg.settings import DEFAULT_BASE, Settings
from kg.store import create, memory, open_store, stamp_of
from kg.store.complaints import let_go
from kg.store.folder import is_made
from kg.store.secret import secret_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.model import Triple
    from kg.store import OxigraphStore


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
    hold = claim(folder, "init")
    try:
        place = folder / "journal"
        store = create(folder, base, beside=lambda: Journal.create(place).close())
        made = _repository(store, Journal.open(place, 0), hold, settings)
    except BaseException:
        hold.release()
        raise
    try:
        update(made)
        if reference:
            _take_in(made, "reference")
    except BaseException:
        made.release()
        raise
    return made


def prepared(folder: Path, base: str = DEFAULT_BASE, *, reference: bool = True) -> Repository:
    """Return the store in the folder with what `initialise` would put into it.

    It is made if there is none, and completed where it was not: what stood in it once, in whatever
    revision, is left as it is by now. Raises what both `initialise` and `open_graph` raise, and
    StoreMismatchError for a store of another base.
    """
    if not is_made(folder):
        try:
            return initialise(folder, base, reference=reference)
        except StoreExistsError:
            if not is_made(folder):  # else another process has made it just now
                raise
    stamp = stamp_of(folder)
    if stamp.base != base:
        raise StoreMismatchError(
            f"the store in {folder} has the base {stamp.base}, not {base}: name another folder, or set "
            "SERVANDA_BASE to that of the store"
        )
    opened = open_graph(folder, "init")
    try:
        if reference:
            _take_in(opened, "reference")
    except BaseException:
        opened.release()
        raise
    return opened


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
    software, as changes of their own; one from before there were keyed hashes gets a secret, and its reports
    the hashes that are made with it. `tell` is told in words what is being done.

    Raises StoreNotFoundError; StoreLockedError naming who holds it; StoreMismatchError; StoreDamagedError
    and JournalDamagedError where store and journal cannot be brought together; StorageFullError.
    """
    stamp_of(folder)
    tell("waiting for whoever holds the store")
    hold = Hold(folder, activity, url)
    try:
        if stamp_of(folder).secret is None and (folder / "journal").is_dir():
            tell("making the store anew from its journal, with a secret by which hashes are keyed")
            make_anew(folder)
        else:
            secret_in(folder, stamp_of(folder).secret)
        tell("opening the store, and bringing it to the end of its journal")
        opened = _reconciled(folder, hold, settings)
    except BaseException:
        hold.release()
        raise
    try:
        renew(opened.store, tell)
        hide_redacted(opened)
        tidy(folder)
        sweep_trials(folder)
        tell("running the rules over what was taken in last")
        opened.conclude()
        purge(opened)
        tell("bringing ontology and rules to those of this software")
        update(opened)
        tell("making a checkpoint")
        _followed(opened, folder, activity)
    except BaseException:
        opened.release()
        raise
    return opened


def _followed(opened: Repository, folder: Path, activity: str) -> None:
    """Bring followers to the last change, and leave a trail for who keeps the read model, if there is one."""
    opened.follow()
    if activity != SERVING and (folder / READ_MODEL).is_dir():
        opened.track(Trail(folder / READ_MODEL, opened.sequence))


def build_demo(folder: Path, base: str = DEFAULT_BASE, *, accounts: bool = False) -> Repository:
    """Return a store of the reference data and the seed article, with the other accounts if wanted.

    As `prepared`: one that was made before, or not to its end, is completed.
    """
    made = prepared(folder, base)
    try:
        for each in _demonstrated(accounts=accounts):
            _take_in(made, each)
    except BaseException:
        made.release()
        raise
    return made


def is_demo(store: OxigraphStore, *, accounts: bool = False) -> bool:
    """Return whether a store holds, or held, all that `build_demo` would put into it."""
    shipped = ("reference", *_demonstrated(accounts=accounts))
    return not any(_missing(store, each) for each in shipped)


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
    known = hashes_of(repository.store, [(kind, SHIPPED) for kind in contents])
    changes = tuple(_updates(contents, known, repository.agent))
    if any(change.kind == "ontology" and change.action is Action.REVISE for change in changes):
        reseal(repository)
    repository.commit(changes)


def _updates(
    contents: Mapping[str, Mapping[URIRef, frozenset[Triple]]],
    known: Mapping[tuple[str, str], str],
    agent: str,
) -> Iterator[Change]:
    for kind, graphs in contents.items():
        shipped = digest(graphs)
        before = known.get((kind, SHIPPED))
        if before != shipped:
            action = Action.ADD if before is None else Action.REVISE
            yield Change(action, kind, SHIPPED, agent, graphs, shipped)


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
    except BaseException as error:
        store.close()
        let_go(error)
        raise
    return opened


def _demonstrated(*, accounts: bool) -> tuple[str, ...]:
    return ("seed", "accounts") if accounts else ("seed",)


def _take_in(repository: Repository, folder: str) -> None:
    """Take in shipped documents that were never there.

    One that is refused is a fault of the release, unless the store holds something of its own, and says so.
    """
    missing = _missing(repository.store, folder)
    outcomes = ingest(repository, missing) if missing else ()
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    if problems:
        raise DocumentError(problems)


def _missing(store: OxigraphStore, folder: str) -> tuple[Path, ...]:
    """Return the shipped documents of which a store never held a revision."""
    paths = [one.path for one in search([Path(str(resources.data() / folder))]).found]
    seen = {path: glance(path.read_bytes(), path.name) for path in paths}
    names = {path: (one.kind or "", one.identifier or "") for path, one in seen.items()}
    known = last_revisions(store, names.values())
    return tuple(path for path in paths if not known[names[path]])
