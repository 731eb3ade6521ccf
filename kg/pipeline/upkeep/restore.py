"""A store from a backup: every file is held against the manifest before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import BackupError
from kg.journal import Journal
from kg.pipeline.followers import Checkpoints
from kg.pipeline.records import position
from kg.pipeline.repository import Repository
from kg.pipeline.upkeep.aside import built
from kg.pipeline.upkeep.manifest import Manifest, copy
from kg.pipeline.withdraw import purge
from kg.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Restored:
    """At which change a restored store stands."""

    sequence: int
    hash: str
    """Of the entry of that number."""
    completed: int = 0
    """Entries that were in the journal of the backup and not yet in its store."""


def restore(source: Path, folder: Path, tell: Callable[[int, int], None] | None = None) -> Restored:
    """Make a store in the folder from a backup, and return at which change it stands.

    What the backup's journal holds beyond its store is taken in. The store appears in the folder when it is
    whole. Raises BackupError naming the first file that is wrong, missing or surplus, or what else does not
    fit; StoreExistsError if the folder holds anything; StorageFullError.
    """
    manifest = Manifest.read(source)
    with built(folder) as part:
        manifest.check(source)
        for number, (name, kept) in enumerate(sorted(manifest.files.items()), 1):
            with (source / name).open("rb") as file:
                found = copy(file, part / name)
            if found != kept:
                raise BackupError(f"{source / name} changed while it was read; nothing was restored")
            if tell:
                tell(number, len(manifest.files))
        (part / "journal").mkdir(exist_ok=True)
        return _reconciled(part, manifest)


def _reconciled(folder: Path, manifest: Manifest) -> Restored:
    """Take in what the journal holds beyond the store, and return where that leaves the store."""
    store = open_store(folder)
    try:
        held, _ = position(store)
        journal = Journal.open(folder / "journal", held)
        opened = Repository(store, journal, [Checkpoints(folder)])
    except BaseException:
        store.close()
        raise
    with opened:
        if journal.head != (manifest.head, manifest.hash) or held != manifest.sequence:
            raise BackupError(
                f"the backup stands at change {held}, its journal at entry {journal.head[0]} with the hash "
                f"{journal.head[1]}; its manifest says {manifest.sequence}, {manifest.head} and "
                f"{manifest.hash}: use another backup"
            )
        completed = opened.replay()
        opened.conclude()
        purge(opened)
        return Restored(*journal.head, completed)
