"""What trails the journal: made from the store, each knowing the change at which it stands."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Final, Protocol

from kg.errors import StoreDamagedError
from kg.store import open_checkpoint
from kg.store.complaints import complaints
from kg.store.seal import is_held

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from kg.store import OxigraphStore

PROPOSALS: Final = "linking"
"""The folder of what may be one, beside the store."""
READ_MODEL: Final = "read"
"""The folder of a store in which the read model is."""
SERVING: Final = "serve"
"""The activity of who keeps the read model itself; all others leave a trail for it."""
SEARCH_INDEX: Final = "search"
"""The folder of a store in which the search index is."""
_KEPT = 2
"""Checkpoints that stay: the newest, and the one before for readers that have just opened it."""
_INTERVAL = 1.0
"""Seconds between checkpoints while changes keep coming."""
_SHARE: Final = 10
"""How many times as long as making one takes: in a large store that is a while."""
_MOST: Final = 30.0
"""How many times as long as the interval at most, however long making one takes."""


class Follower(Protocol):
    """Something that is brought up to date after changes, by the process that makes them."""

    @property
    def sequence(self) -> int:
        """The change at which it stands; 0 before the first."""

    def due(self, sequence: int) -> bool:
        """Return whether it wants to be brought to that change now."""

    def follow(self, store: OxigraphStore, sequence: int) -> None:
        """Bring it to the change at which the store stands."""


class Checkpoints:
    """States of the store in `checkpoints/`, each named by its change, for processes that only read."""

    def __init__(self, folder: Path, interval: float = _INTERVAL) -> None:
        """Follow the store in the folder."""
        self._folder = folder / "checkpoints"
        self._interval = interval
        self._made = self._took = 0.0
        self.in_use: Callable[[], Collection[Path]] = tuple
        """Tells the checkpoints that somebody of this process has open, which stay."""

    @property
    def sequence(self) -> int:
        """The change at which the newest stands; 0 if there is none."""
        return max((number for number, _ in checkpoints(self._folder.parent)), default=0)

    def due(self, sequence: int) -> bool:
        """Return whether the newest is behind, and was made long enough ago for what making one takes."""
        wait = self._interval * min(max(1.0, _SHARE * self._took), _MOST)
        return time.monotonic() - self._made >= wait and sequence != self.sequence

    def follow(self, store: OxigraphStore, sequence: int) -> None:
        """Make a checkpoint of the store, and remove what is older than the one before."""
        began = time.monotonic()
        with complaints():
            self._folder.mkdir(exist_ok=True)
            for left in self._folder.glob("*.part"):
                shutil.rmtree(left, ignore_errors=True)
            part = self._folder / f"{sequence:010}.part"
            store.checkpoint(part)
            place = self._folder / f"{sequence:010}"
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)
            self._remove_old()
            self._made = time.monotonic()
            self._took = self._made - began

    def _remove_old(self) -> None:
        """Remove the checkpoints that are older than the one before, but for those that somebody reads."""
        in_use = {place.resolve() for place in self.in_use()}
        for _, old in sorted(checkpoints(self._folder.parent))[:-_KEPT]:
            if old.resolve() not in in_use and not is_held(old):
                going = old.with_suffix(".part")  # at once out of sight, so that nobody opens half of it
                old.rename(going)
                shutil.rmtree(going, ignore_errors=True)


def checkpoints(folder: Path) -> tuple[tuple[int, Path], ...]:
    """Return the checkpoints of the store in the folder, each with its change, oldest first."""
    places = (folder / "checkpoints").glob("[0-9]*")
    return tuple(sorted((int(place.name), place) for place in places if place.name.isdigit()))


def discard_checkpoints(folder: Path) -> None:
    """Remove every checkpoint of the store in the folder."""
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)


def discard_read_model(folder: Path) -> None:
    """Remove the read model of the store in the folder, the index and proposals: they can be made anew."""
    for name in (READ_MODEL, SEARCH_INDEX, PROPOSALS):
        shutil.rmtree(folder / name, ignore_errors=True)


def newest_checkpoint(folder: Path) -> tuple[int, OxigraphStore] | None:
    """Return the newest checkpoint of the store in the folder with its change; None if there is none.

    One that is removed while it is being opened is passed over for the one that took its place.
    """
    for _ in range(_KEPT):
        found = checkpoints(folder)
        if not found:
            return None
        number, place = found[-1]
        try:
            return number, open_checkpoint(place, folder)
        except StoreDamagedError:
            if place.exists():
                raise
    return None
