"""The store made anew from its journal alone: beside the old one, which it then replaces in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg import journal as journals
from kg.errors import JournalDamagedError, ServandaError
from kg.journal import Journal
from kg.pipeline.followers import Checkpoints, checkpoints, discard_checkpoints
from kg.pipeline.owner import Hold
from kg.pipeline.quarantine import purge as purge_quarantine
from kg.pipeline.records import commits_graph, position, purge_mark
from kg.pipeline.repository import Repository
from kg.pipeline.snapshots import discard_snapshots
from kg.store import ChangeSet, Secret, stamp_of
from kg.store.dump import size
from kg.store.folder import begin_anew, give_up, open_unchanged, put_in_place
from kg.store.secret import NAME as SECRET
from kg.store.secret import secret_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.store import OxigraphStore

_STEP = 1000
"""Entries between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a store holds that was made anew."""

    sequence: int
    hash: str
    quads: int


def rebuild(folder: Path, tell: Callable[[int, int], None] | None = None) -> Rebuilt:
    """Make the store in the folder anew from its journal, and return what it holds then.

    The files of the old one are not needed. They are replaced once the new store is whole; a process that
    ends before leaves them as they are. Redacted words that a redaction cut short has left in journal or
    quarantine are removed. Raises what `stamp_of` raises, StoreLockedError, StorageFullError, and
    JournalDamagedError where the journal cannot be trusted: a store from half a journal would be a lie.
    """
    stamp_of(folder)
    hold = Hold(folder, "rebuild")
    try:
        return make_anew(folder, tell)
    finally:
        hold.release()


def make_anew(folder: Path, tell: Callable[[int, int], None] | None = None) -> Rebuilt:
    """Do what `rebuild` does, for a process that holds the store already, and has not opened it.

    A store from before there were secrets gets one, by which the hashes of its reports are keyed.
    """
    stamp = stamp_of(folder)
    report = journals.verify(folder / "journal")
    if report.damage is not None:
        raise JournalDamagedError(str(report.damage), report.damage.sequence, report.damage.file)
    secret = secret_in(folder, stamp.secret) or _new_secret(folder)
    with Journal.open(folder / "journal", _known(folder)) as journal:
        store = begin_anew(folder)
        store.secret = secret
        try:
            rebuilt = fill(store, journal, tell)
            discard_checkpoints(folder)
            discard_snapshots(folder)
            Checkpoints(folder).follow(store, rebuilt.sequence)
        except BaseException:
            give_up(folder, store)
            raise
        put_in_place(folder, store)
    if stamp.secret is None:
        replace(stamp, secret=secret.name).write(folder)
    return rebuilt


def _new_secret(folder: Path) -> Secret:
    """Return the secret that a store is to have from now on: one that was begun with before, or a new one."""
    try:
        return Secret.read(folder / SECRET)
    except FileNotFoundError:
        secret = Secret.random()
        secret.write(folder / SECRET)
        return secret


def fill(store: OxigraphStore, journal: Journal, tell: Callable[[int, int], None] | None = None) -> Rebuilt:
    """Take all that the journal holds into an empty store, run the rules, and return what it holds then."""
    if store.folder is not None:
        _purge(store.folder, journal)
    built = Repository(store, journal)
    head, digest = journal.head
    while built.sequence < head:
        built.replay(until=min(head, built.sequence + _STEP))
        if tell:
            tell(built.sequence, head)
    built.conclude()
    mark = (*purge_mark(store.stamp.base), commits_graph(store.stamp.base))
    store.apply(ChangeSet(delete=frozenset([mark])))
    store.flush()
    return Rebuilt(head, digest, size(store))


def _purge(folder: Path, journal: Journal) -> None:
    """Remove what was redacted from journal and quarantine, before anything is made of them."""
    redactions = [entry for entry in journal.entries() if entry.redacts]
    journal.erase({sequence for entry in redactions for sequence in entry.redacts})
    for entry in redactions:
        purge_quarantine(folder, entry.kind, entry.identifier, entry.time)
    if redactions:
        journal.discard_torn()


def _known(folder: Path) -> int:
    """Return the highest change of which checkpoints or the old store know: the journal must reach there."""
    newest = max((number for number, _ in checkpoints(folder)), default=0)
    try:
        with open_unchanged(folder) as store:
            return max(newest, position(store)[0])
    except (ServandaError, ValueError):
        return newest
