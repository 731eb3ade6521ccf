"""A pool of workers that answer from the checkpoints of a store, and keep up with them."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.errors import ServandaError, StoreError
from kg.export.task import LANE as EXPORT
from kg.pipeline.followers import Checkpoints, checkpoints
from kg.pipeline.updates import LANE as UPDATE
from kg.pipeline.uploads import LANE
from kg.query.pool import LANES, Lane, Limits, Pool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.pipeline.repository import Repository
    from kg.settings import Settings
    from kg.store import OxigraphStore

_SLACK = 4.0
"""How many times as long as of the processor what nobody waits for by the second may take by the clock.

What a document or a graph may cost goes by what is done for it, not by how busy the machine is.
"""
_INTAKE = Lane(
    workers=2,
    spares=0,
    limits=Limits(slack=_SLACK, memory=1024 * 2**20, answer=64 * 2**20, what="the upload"),
    on_demand=True,
)
"""One upload is examined at a time, since each change has to be examined on the one before; and beside it one
that is so large that others do not wait for it."""
_TIMES = 6
"""How many times as long as a query an update may take: what it makes of documents is examined as well."""
_EXPORT = Lane(
    workers=1,
    spares=0,
    limits=Limits(seconds=300, slack=_SLACK, memory=3072 * 2**20, answer=512 * 2**20, what="the export"),
    queue_seconds=60,
    queue_length=8,
    on_demand=True,
)
"""One export is made at a time: graphs of a large store take long, and who wants one has time."""
_log = logging.getLogger(__name__)


def lanes(settings: Settings, *, updates: bool = False) -> Mapping[str, Lane]:
    """Return the lanes of a pool, that of anybody's queries with the limits of the settings.

    `updates` says whether there is one for SPARQL updates.
    """
    limits = Limits(
        seconds=settings.query_timeout,
        memory=settings.query_memory * 2**20,
        answer=settings.query_bytes * 2**20,
        length=settings.query_length,
        depth=settings.query_depth,
    )
    queries = replace(
        LANES["query"],
        workers=settings.query_workers,
        aside=settings.query_aside,
        queue_length=settings.query_queue,
        limits=limits,
    )
    intake = replace(_INTAKE, limits=replace(_INTAKE.limits, seconds=settings.upload_timeout))
    trial = replace(_INTAKE.limits, seconds=_TIMES * settings.query_timeout, what="the update")
    trying = replace(_INTAKE, limits=trial, writes=True)
    others = {UPDATE: trying} if updates else {}
    return {**LANES, "query": queries, LANE: intake, EXPORT: _EXPORT, **others}


@contextmanager
def pooled(repository: Repository, settings: Settings, *, updates: bool = False) -> Iterator[Pool]:
    """Give a pool that answers from the newest checkpoint of a store, and is closed in the end.

    `updates` says whether SPARQL updates can be tried in it.

    Raises StoreError for a store that makes no checkpoints, StoreDamagedError where no worker can read them.
    """
    if repository.folder is None:
        raise StoreError("a store in memory makes no checkpoints")
    repository.follow(at_once=True)
    number, place = checkpoints(repository.folder)[-1]
    with Pool(place, number, lanes=lanes(settings, updates=updates)) as pool:
        for follower in repository.followers:
            if isinstance(follower, Checkpoints):
                follower.in_use = pool.in_use
        keeping_up = _KeepingUp(pool, repository.folder)
        repository.attach(keeping_up)
        try:
            yield pool
        finally:
            keeping_up.close()


class _KeepingUp:
    """Lets a pool answer from each new checkpoint, on a thread of its own: changes do not wait for it."""

    def __init__(self, pool: Pool, folder: Path) -> None:
        self._pool = pool
        self._folder = folder
        self._asked = pool.sequence
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="pool")
        self._closed = False

    @property
    def sequence(self) -> int:
        """The change at which the newest checkpoint stands that the pool was told of."""
        return self._asked

    def due(self, sequence: int) -> bool:
        """Return whether there is a newer checkpoint."""
        del sequence
        return not self._closed and any(number > self._asked for number, _ in checkpoints(self._folder))

    def follow(self, store: OxigraphStore, sequence: int) -> None:
        """Tell the pool of the newest checkpoint; returns at once."""
        del store
        if self.due(sequence):
            self._asked, _ = checkpoints(self._folder)[-1]
            self._executor.submit(self._advance)

    def close(self) -> None:
        """Tell the pool of nothing more."""
        self._closed = True
        self._executor.shutdown(cancel_futures=True)

    def _advance(self) -> None:
        number, place = checkpoints(self._folder)[-1]
        try:
            if number > self._pool.sequence and not self._closed:
                self._pool.advance(place, number)
        except (ServandaError, ValueError) as error:
            if not self._closed:
                _log.error("queries are answered as of change %d: %s", self._pool.sequence, error)
