"""The search index of a store in a folder: read from the read model, and from the checkpoint beside it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from kg.errors import StoreDamagedError, StoreError
from kg.pipeline.followers import SEARCH_INDEX, checkpoints
from kg.pipeline.read_model import read_model_of
from kg.query.lookups import Reader
from kg.search.answers import Sources
from kg.search.index import SearchIndex
from kg.store import open_checkpoint, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.pipeline.repository import Repository
    from kg.read.model import ReadModel
    from kg.search.index import State
    from kg.store import OxigraphStore

_PATIENCE: Final = 2.0
"""Seconds for which the read model and a checkpoint of the same change are waited for."""
_STEP: Final = 0.01


def search_index_of(folder: Path, base: str, model: ReadModel) -> SearchIndex:
    """Return the index of the store in the folder, as it stands; it may have to be made."""
    return SearchIndex(folder / SEARCH_INDEX, base, partial(_state, folder, model), lambda: model.refused)


def follow_words(repository: Repository, model: ReadModel | None) -> SearchIndex | None:
    """Return the index of a store, which follows from now on; None for a store without a read model."""
    if repository.folder is None or model is None:
        return None
    index = search_index_of(repository.folder, repository.store.stamp.base, model)
    if index.sequence and not _is_of(index, repository):
        index.distrust()
    repository.track(index)
    return index


def rebuild_search_index(folder: Path) -> tuple[int, int]:
    """Make the index of the store in the folder anew; return how many entries it has, and at which change.

    The read model is made first where it is missing or behind. Raises what `stamp_of` raises, and StoreError
    where there is no checkpoint.
    """
    model = read_model_of(folder, stamp_of(folder).base)
    index = search_index_of(folder, stamp_of(folder).base, model)
    try:
        newest = max((number for number, _ in checkpoints(folder)), default=0)
        count = None
        if model.sequence == newest or model.make() is not None:
            count = index.make()
        if count is None:
            raise StoreError(f"the store in {folder} has no checkpoint yet: open it once, with any command")
        return count, index.sequence
    finally:
        index.close()
        model.close()


@contextmanager
def searched(folder: Path, store: OxigraphStore, sequence: int) -> Iterator[Sources]:
    """Give what is searched of a state of the store; what is missing of it, or behind, is made first.

    Raises StoreError where it cannot be made.
    """
    base = store.stamp.base
    model = read_model_of(folder, base)
    index = search_index_of(folder, base, model)
    try:
        if index.sequence < sequence:
            rebuild_search_index(folder)
        yield Sources(index, model, Reader.of(store, base))
    finally:
        index.close()
        model.close()


def _is_of(index: SearchIndex, repository: Repository) -> bool:
    """Return whether the index stands at a change of this store: after a backup it may be another's."""
    if repository.journal is None or index.sequence > repository.sequence:
        return False
    return next(repository.journal.entries(after=index.sequence - 1)).hash == index.hash


@contextmanager
def _state(folder: Path, model: ReadModel, sequence: int) -> Iterator[State | None]:
    """Give the model and the checkpoint at one change, that one or a later; None if that does not come."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with model.view(max(sequence, 1), _PATIENCE) as view:
            place = None if view is None else dict(checkpoints(folder)).get(view.sequence)
            if view is not None and place is not None:
                try:
                    opened = open_checkpoint(place, folder)
                except StoreDamagedError:
                    if place.exists():
                        raise
                else:
                    with opened as store:
                        yield view, store, view.sequence, model.hash
                    return
        time.sleep(_STEP)
    yield None
