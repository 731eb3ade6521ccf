"""Reading a store without holding it: from its newest checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kg.errors import StoreDamagedError, StoreLockedError
from kg.journal import JournalReader
from kg.pipeline.earlier import holds_earlier
from kg.pipeline.followers import discard_checkpoints, newest_checkpoint
from kg.pipeline.owner import owner_of
from kg.pipeline.shipped import concludes_otherwise
from kg.store import stamp_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline.owner import Owner
    from kg.store import OxigraphStore


@dataclass(frozen=True, slots=True)
class Reading:
    """A state of a store, opened to be read."""

    store: OxigraphStore
    sequence: int
    """The change at which this state stands."""
    head: int
    """The last change in the journal; more than `sequence` while somebody is making changes."""
    owner: Owner | None = None
    """Who is making them."""
    otherwise: bool = False
    """Whether it was concluded by other rules than those of this software, by whom that holds the store."""

    def __enter__(self) -> Self:
        """Return the reading itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the state."""
        self.store.close()


def read_graph(folder: Path, *, as_held: bool = False) -> Reading:
    """Return the newest state of the store in the folder that can be read without holding it.

    That is all that the journal holds, unless another process is making changes: then it is what that
    process last gave out, at most a second or so behind. A state that an earlier version of this software
    concluded is brought up to date first, unless it is wanted as it is held. Raises what `open_graph` raises;
    StoreLockedError only if the process that holds the store has not given out any state yet.
    """
    stamp_of(folder)
    try:
        current = _current(folder, as_held=as_held)
        damaged = False
    except StoreDamagedError:
        current, damaged = None, True
    if current is not None:
        return current
    owner = owner_of(folder)
    if owner is None:
        owner = _brought_up_to_date(folder, anew=damaged)
        current = _current(folder, as_held=as_held)
        if current is not None:
            return current
    newest = newest_checkpoint(folder)
    if newest is None:
        raise StoreLockedError(
            f"the store in {folder} is held by {owner or 'another process'}, which has not made a "
            "checkpoint to read from yet; try again in a moment",
        )
    number, store = newest
    head = JournalReader(folder / "journal").head[0]
    return Reading(store, number, head, owner, otherwise=concludes_otherwise(store))


def _brought_up_to_date(folder: Path, *, anew: bool) -> Owner | None:
    """Make a checkpoint at the last change, the others anew too if need be; return who came first."""
    from kg.pipeline.setup import open_graph  # noqa: PLC0415 - all that a store is changed with

    try:
        with open_graph(folder, "read"):
            if anew:
                discard_checkpoints(folder)
    except StoreLockedError:
        return owner_of(folder)
    return None


def _current(folder: Path, *, as_held: bool) -> Reading | None:
    """Return the newest checkpoint if it is of the last change of the journal.

    Unless it is wanted as it is held, it also has to be in terms of this version, and concluded by its rules.
    """
    if not (folder / "journal").is_dir():
        return None
    head = JournalReader(folder / "journal").head[0]
    newest = newest_checkpoint(folder)
    if newest is None:
        return None
    number, store = newest
    try:
        if number == head and (as_held or not (holds_earlier(store) or concludes_otherwise(store))):
            return Reading(store, number, head)
    except BaseException:
        store.close()
        raise
    store.close()
    return None
