"""How a running store does: what is told at `/readyz` and measured at `/metrics`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from kg.errors import ServandaError
from kg.journal import JournalReader
from kg.pipeline.followers import checkpoints
from kg.pipeline.quarantine import items

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kg.errors import StoreError
    from kg.pipeline import Repository
    from kg.query.pool import LaneStats, Stats

Found = TypeVar("Found")
_SOON: Final = 5.0
_SELDOM: Final = 300.0
_WAIT: Final = 1.0
_COUNT: Final = "SELECT (COUNT(*) AS ?count) WHERE { GRAPH ?graph { ?subject ?predicate ?object } }"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far what queries see is behind what was taken in."""

    head: int
    """The last change that the journal holds."""
    held: int
    """The last change that the store holds."""
    checkpoint: int
    """The change at which the newest checkpoint stands."""
    age: float
    """Seconds since that was made."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a store is; None where it is not known yet, or cannot be told."""

    store: int | None
    """Bytes of its files."""
    journal: int | None
    """Bytes of its journal."""
    quads: int | None
    quarantine: int | None
    """Documents that were refused and wait."""


class Slow(Generic[Found]):
    """A value that takes time to find: found now and then, on a thread of its own, and kept."""

    def __init__(self, find: Callable[[], Found], seconds: float, wait: float = _WAIT) -> None:
        """Find the value anew when it was found so many seconds ago; wait for it at most so long."""
        self._find = find
        self._seconds = seconds
        self._wait = wait
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None
        self._value: Found | None = None
        self._found: float | None = None

    def __call__(self) -> Found | None:
        """Return the value as it was found last; None if it was not found yet."""
        with self._lock:
            stale = self._found is None or time.monotonic() - self._found >= self._seconds
            running = self._running
            if stale and running is None:
                running = self._running = threading.Thread(target=self._seek, name="vitals", daemon=True)
                running.start()
        if running is not None:
            running.join(self._wait)
        return self._value

    def _seek(self) -> None:
        try:
            self._value = self._find()
        except (ServandaError, OSError):  # the store is being closed, or a file went while it was looked at
            pass
        finally:
            self._found = time.monotonic()
            self._running = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """The means to look at a running store; every one may be called from any thread."""

    unready: Callable[[], str | None] = lambda: None
    """Tells in words why the store cannot answer; None if it can."""
    freshness: Callable[[], Freshness | None] = lambda: None
    size: Callable[[], Size | None] = lambda: None
    pool: Callable[[], Stats | None] = lambda: None
    amiss: Callable[[], list[str]] = list
    """Names what cannot be read or written and is done without, as far as that goes."""


class Follower(Protocol):
    """What is made of the store and follows it, beside it."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def refused(self) -> StoreError | None:
        """Why it cannot be read or written, where the system refuses that."""


def vitals_of(
    repository: Repository,
    pool: Callable[[], Stats | None] = lambda: None,
    followers: Sequence[Follower] = (),
) -> Vitals:
    """Return the means to look at a store that this process holds, and at what answers from it."""
    folder = repository.folder
    if folder is None:
        return Vitals(pool=pool)
    journal = JournalReader(folder / "journal")
    store_bytes = Slow(lambda: _bytes(folder / "oxigraph"), _SOON)
    journal_bytes = Slow(lambda: _bytes(folder / "journal"), _SOON)
    waiting = Slow(lambda: len(items(folder, "open")), _SOON)
    quads = Slow(_Count(repository), _SELDOM)

    def unready() -> str | None:
        if repository.failed is not None:
            return "a change is in the journal and not in the store; start the server again"
        return _lacking(pool())

    def freshness() -> Freshness | None:
        found = checkpoints(folder)
        number, place = found[-1] if found else (0, folder)
        try:
            age = max(0.0, time.time() - place.stat().st_mtime)
        except FileNotFoundError:  # one that took its place is being looked for the next time
            age = 0.0
        return Freshness(journal.head[0], repository.sequence, number, age)

    def size() -> Size:
        return Size(store_bytes(), journal_bytes(), quads(), waiting())

    def amiss() -> list[str]:
        return [f"{one.name} cannot be read or written" for one in followers if one.refused is not None]

    return Vitals(unready, freshness, size, pool, amiss)


def plain_vitals(folder: Path, pool: Callable[[], Stats | None]) -> Vitals:
    """Return the means to look at a plain store, and at the pool that answers from it."""
    store_bytes = Slow(lambda: _bytes(folder / "oxigraph"), _SOON)
    return Vitals(lambda: _lacking(pool()), size=lambda: Size(store_bytes(), None, None, None), pool=pool)


def _lacking(numbers: Stats | None) -> str | None:
    """Return in words which workers there are none of; None if there are some of each kind."""
    lacking = [] if numbers is None else [name for name, lane in numbers.lanes.items() if _empty(lane)]
    return f"there are no workers: {', '.join(lacking)}" if lacking else None


def _empty(lane: LaneStats) -> bool:
    """Return whether a lane that should have workers has none, nor one on the way."""
    return lane.wanted and lane.busy + lane.ready + lane.starting == 0


class _Count:
    """Counts the quads of a store, if it has changed since; by a query, during which others go on."""

    def __init__(self, repository: Repository) -> None:
        """Name the store; nothing is counted yet."""
        self._repository = repository
        self._counted: tuple[int, int] | None = None

    def __call__(self) -> int:
        """Return how many there are."""
        sequence = self._repository.sequence
        if self._counted is None or self._counted[0] != sequence:
            [[number]] = self._repository.store.select(_COUNT).rows
            self._counted = (sequence, int(str(number)))
        return self._counted[1]


def _bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # the engine removes files as it goes
            continue
    return total
