"""The pool: tasks go in from any thread, whole answers come out, and nothing that a task does gets further.

Each task runs in a process of its own for that time, on a checkpoint that it can only read, in a sandbox.
What takes too long is killed and replaced by a spare that stands ready. The pool knows nothing of HTTP.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from kg.errors import OverloadedError, QueryError, StoreDamagedError
from kg.query.pool import wire
from kg.query.pool.deaths import Death, died, last_words
from kg.query.pool.failures import no_time, raised
from kg.query.pool.keeper import Keeper
from kg.query.pool.limits import LANES
from kg.query.pool.process import Generation, Process, State
from kg.query.pool.stats import LaneStats, Stats
from kg.query.pool.task import Answered
from kg.query.pool.underway import Underway

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from kg.query.pool.limits import Lane, Limits
    from kg.query.pool.task import Task

_WARM: Final = 30.0
"""Seconds that the workers of a new generation may take until they are ready."""
_DEATH: Final = 0.4
"""Seconds within which it is told how a worker died whose channel has closed."""
_TOLD: Final = {"MemoryError": "memory", "Panic": "panic"}
"""Why a worker goes that told itself what came of its task."""
_log = logging.getLogger(__name__)


class Pool:
    """Workers for the tasks of each lane, all on one checkpoint; to be closed."""

    def __init__(self, checkpoint: Path, sequence: int, *, lanes: Mapping[str, Lane] = LANES) -> None:
        """Start the workers on the checkpoint, and wait until they are ready.

        Raises StoreDamagedError where they cannot be started on it.
        """
        self._lanes = dict(lanes)
        self._keeper = Keeper(self._lanes)
        self._advancing = threading.Lock()
        self._answered = Counter[str]()
        self._closed = False
        try:
            self._switch(Generation(checkpoint.resolve(), sequence))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the pool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the pool."""
        self.close()

    @property
    def lanes(self) -> Collection[str]:
        """The names of its lanes."""
        return self._lanes.keys()

    @property
    def sequence(self) -> int:
        """The change at which the graph stands that new tasks are answered from."""
        return self._generation().sequence

    @property
    def sandboxed(self) -> bool:
        """Whether all workers could give up what they do not need."""
        return self._keeper.sandboxed

    def in_use(self) -> frozenset[Path]:
        """Return the checkpoints that workers have open or are to open; others may be removed."""
        with self._keeper.lock:
            found = {generation.checkpoint for generation in self._keeper.locked_in_use()}
        return frozenset(found | {self._generation().checkpoint})

    def answer(self, task: Task, limits: Limits | None = None) -> Answered:
        """Return the whole answer of a task; waits for it, and may be called from any thread.

        Raises OverloadedError where the task is not begun, QueryTimeoutError, QueryMemoryError and
        AnswerTooLargeError where it is ended, QueryDiedError where its process died of anything else, and
        what is wrong with the task itself: QuerySyntaxError, BadParameterError, another QueryError, or
        ValueError for a media type that does not fit.
        """
        limits = limits or self._lanes[task.lane].limits
        message = _message(task, limits)
        lane = self._lanes[task.lane]
        begun: float | None = None
        for _ in range(lane.workers + lane.spares + 1):  # so many may have been ended from outside at once
            process = self._keeper.turnstiles[task.lane].take()
            begun = time.monotonic() if begun is None else begun
            try:
                return self._exchange(process, message, begun + limits.patience, limits, task)
            except _LostError:
                continue
        raise died("lost", limits)

    def begin(self, task: Task, called: Callable[[], None]) -> Underway:
        """Have a worker answer a task as soon as one is free, for who does not wait on a thread.

        The function is called, on any thread, when there is something new; it must not wait.
        Raises OverloadedError where too many wait, and what `answer` raises before a worker has the task.
        """
        limits = self._lanes[task.lane].limits
        message = _message(task, limits)
        turnstile = self._keeper.turnstiles[task.lane]

        def exchange(process: Process, deadline: float) -> Answered | None:
            with suppress(_LostError):
                return self._exchange(process, b"", deadline, limits, task)
            return None

        return Underway(
            message,
            limits.patience,
            turnstile=turnstile,
            ticket=turnstile.enter(called),
            exchange=exchange,
            give_back=self._give_back,
        )

    def advance(self, checkpoint: Path, sequence: int) -> None:
        """Answer from a newer checkpoint from now on; returns once its workers have taken over.

        Tasks that run are ended on the checkpoint that they began with; `in_use` tells when it is let go.
        Raises ValueError for an older one, StoreDamagedError where no worker can be started on it.
        """
        with self._advancing:
            if sequence == self.sequence:
                return
            if sequence < self.sequence:
                raise ValueError(
                    f"the graph stands at change {self.sequence}, and does not go back to {sequence}"
                )
            self._switch(Generation(checkpoint.resolve(), sequence))

    def stats(self) -> Stats:
        """Return what the pool has done and holds."""
        keeper = self._keeper
        with keeper.lock:
            lanes = {
                name: LaneStats(
                    wanted=turnstile.wanted,
                    busy=turnstile.busy,
                    aside=turnstile.aside,
                    ready=turnstile.ready,
                    starting=keeper.locked_starting(name),
                    waiting=turnstile.waiting,
                    answered=self._answered[name],
                    refused=turnstile.refused,
                    ended=dict(keeper.ended[name]),
                    zygotes=keeper.zygotes[name],
                )
                for name, turnstile in keeper.turnstiles.items()
            }
        return Stats(self.sequence, self.sandboxed, lanes)

    def close(self) -> None:
        """End all workers; tasks that run or wait raise OverloadedError."""
        self._closed = True
        self._keeper.close()

    def _generation(self) -> Generation:
        generation = self._keeper.current
        if generation is None:
            raise OverloadedError("no worker is ready yet", 1)
        return generation

    def _switch(self, generation: Generation) -> None:
        """Make workers of a generation ready, and put them in the place of those that are free."""
        keeper = self._keeper
        with keeper.lock:
            keeper.coming, keeper.failure, keeper.failures = generation, None, 0
        keeper.wake()
        with keeper.lock:
            try:
                warm = keeper.changed.wait_for(
                    lambda: self._closed or keeper.failure is not None or self._locked_warm(), _WARM
                )
                if self._closed or not warm or keeper.failure is not None:
                    why = keeper.failure or "its workers were not ready in time"
                    raise StoreDamagedError(f"the checkpoint {generation.checkpoint} cannot be used: {why}")
                for name, turnstile in keeper.turnstiles.items():
                    for process in turnstile.locked_exchange(keeper.locked_ready(name)):
                        keeper.locked_end(process)
                        process.close()
                keeper.current = generation
            finally:
                keeper.coming = None
        keeper.wake()

    def _locked_warm(self) -> bool:
        return all(
            len(self._keeper.locked_ready(name)) >= lane.workers
            for name, lane in self._lanes.items()
            if self._keeper.turnstiles[name].wanted
        )

    def _exchange(
        self, process: Process, message: bytes, deadline: float, limits: Limits, task: Task
    ) -> Answered:
        """Return a worker's answer to a task, and give the worker back or end it; it may have the message."""
        reason: str | None = None
        try:
            if message:
                wire.send(process.channel, message, deadline)
            said, made = wire.receive(process.channel, deadline, limits.answer)
            reason = _TOLD.get(str(said.get("error")), "grown") if said.get("last") else None
        except TimeoutError:
            reason = "timeout"
            raise no_time(limits, by_clock=True) from None
        except wire.GarbledError as error:
            reason = "garbled"
            raise QueryError("the query's answer could not be read") from error
        except OSError:
            cause, reason = self._post_mortem(process, limits)
            raise cause from None
        finally:
            self._give_back(process, reason)
        self._answered[task.lane] += 1
        if said.get("error") == "Panic":
            raise died("panic", limits)
        if "error" in said:
            raise raised(said, limits)
        return Answered(made, process.generation.sequence, task.media_type)

    def _give_back(self, process: Process, reason: str | None) -> None:
        keeper = self._keeper
        turnstile = keeper.turnstiles[process.lane]
        with keeper.lock:
            alive = not (self._closed or process.dead.is_set())
            if reason is None and process.state in {State.ASIDE, State.ENDED}:
                reason = "aside"  # its priority stays low, or it was just ended: another takes its place
            if reason is None and alive and process.generation == keeper.current:
                turnstile.locked_add(process)
            else:
                keeper.locked_end(process)
                process.close()
            if reason is not None:
                keeper.ended[process.lane][reason] += 1
            turnstile.locked_leave(process)
        if reason is not None:
            keeper.wake()

    def _post_mortem(self, process: Process, limits: Limits) -> tuple[Exception, str]:
        """Return what is to be said of a worker that died in the middle of a task, and why it is counted."""
        if process.gave_way:
            return OverloadedError("it takes long, and others waited; ask again in a moment", 1), "gave way"
        known = process.dead.wait(_DEATH)
        if self._closed:
            return OverloadedError("no more is answered here: the service ends", 1), "closed"
        death = Death(process.status if known else None, last_words(process.words), process.peak)
        _log.warning(
            "a worker for %s died: %s (process %s, status %s%s)",
            *(process.lane, death.reason, process.process, process.status),
            f"; it said: {death.saying}" if death.saying else "",
        )
        return _LostError() if death.reason == "lost" else death.error(limits), death.reason


def _message(task: Task, limits: Limits) -> bytes:
    head, body = task.frame(limits)
    return wire.packed({**head, "seconds": limits.seconds, "answer": limits.answer}, body)


class _LostError(Exception):
    """A worker was ended from outside: by somebody, or by the kernel where the machine has no memory left."""
