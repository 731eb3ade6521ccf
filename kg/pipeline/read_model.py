"""The read model of a store in a folder: it reads from the checkpoints, which stand still."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from zstandard import ZstdError

from kg.errors import StoreDamagedError, StoreError
from kg.pipeline.followers import READ_MODEL, SERVING, checkpoints
from kg.pipeline.owner import owner_of
from kg.pipeline.records import position
from kg.query.lookups import Reader
from kg.read.compare import difference
from kg.read.model import ReadModel
from kg.store import open_checkpoint, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.pipeline.repository import Repository
    from kg.read.model import State
    from kg.store import OxigraphStore

_PATIENCE: Final = 2.0
"""Seconds for which a checkpoint is waited for; they come after each change, or once a second."""
_STEP: Final = 0.005
_SERVED: Final = 5.0
"""Seconds for which the model of a server is waited for, that follows by itself."""
_LOOK: Final = 0.05


def read_model_of(folder: Path, base: str) -> ReadModel:
    """Return the model of the store in the folder, as it stands; it may have to be made."""
    return ReadModel(folder / READ_MODEL, base, partial(_state, folder))


def follow(repository: Repository) -> ReadModel | None:
    """Return the model of a store, which follows from now on; None for a store without a folder."""
    if repository.folder is None:
        return None
    model = read_model_of(repository.folder, repository.store.stamp.base)
    if model.sequence and not _is_of(model, repository):
        model.distrust()
    repository.track(model)
    return model


def _is_of(model: ReadModel, repository: Repository) -> bool:
    """Return whether the model stands at a change of this store: after a backup it may be another's."""
    if repository.journal is None or model.sequence > repository.sequence:
        return False
    return next(repository.journal.entries(after=model.sequence - 1)).hash == model.hash


def rebuild_read_model(folder: Path) -> tuple[int, int]:
    """Make the model of the store in the folder anew; return how many rows it has, and at which change.

    Nobody has to stop: it is read from the newest checkpoint, and put into its place in one step. Where
    changes come meanwhile, the process that makes them goes on from there. Raises what `stamp_of` raises,
    and StoreError where there is no checkpoint.
    """
    model = read_model_of(folder, stamp_of(folder).base)
    try:
        count = model.make()
        if count is None:
            raise StoreError(f"the store in {folder} has no checkpoint yet: open it once, with any command")
        return count, model.sequence
    finally:
        model.close()


@contextmanager
def model_at(folder: Path, base: str, sequence: int) -> Iterator[ReadModel]:
    """Give the model of a store that was read at a change, for a process that does not keep it.

    Who serves the store brings the model there, and is waited for for a while; nobody else does, and so it is
    made anew where it stands elsewhere.
    """
    model = read_model_of(folder, base)
    try:
        if model.sequence not in {0, sequence} and _is_served(folder):
            end = time.monotonic() + _SERVED
            while model.sequence < sequence and time.monotonic() < end:
                time.sleep(_LOOK)
                model.close()
                model = read_model_of(folder, base)  # who opens it sees how far another process brought it
        elif model.sequence != sequence:
            model.make()
        yield model
    finally:
        model.close()


def _is_served(folder: Path) -> bool:
    owner = owner_of(folder)
    return owner is not None and owner.activity == SERVING


def compare(folder: Path, store: OxigraphStore, sequence: int, tries: int) -> str | None:
    """Return in words how the model differs from the store, which stands at a change.

    None if no difference was found, or the model stands elsewhere.
    """
    model = read_model_of(folder, store.stamp.base)
    try:
        with model.view(sequence) as view:
            if view is None or view.sequence != sequence:
                return None
            return difference(view, Reader.of(store, store.stamp.base), sequence, tries)
    except (sqlite3.Error, ZstdError) as error:
        return f"it cannot be read: {error}"
    finally:
        model.close()


@contextmanager
def _state(folder: Path, after: int, until: int) -> Iterator[State | None]:
    """Give the newest checkpoint after a change and not after another; None if none comes."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        fitting = [found for found in checkpoints(folder) if after < found[0] <= until]
        if fitting:
            number, place = fitting[-1]
            try:
                opened = open_checkpoint(place, folder)
            except StoreDamagedError:
                if place.exists():
                    raise
                continue  # it has just gone, because a newer one came
            with opened as store:
                _, digest = position(store)
                yield store, number, digest or ""
            return
        time.sleep(_STEP)
    yield None
