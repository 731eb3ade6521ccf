"""Who waits for a worker of a lane, which workers are free, and which take long while others wait."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING, Final

from kg.errors import OverloadedError
from kg.query.pool.process import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.limits import Lane
    from kg.query.pool.process import Process

_LOWEST: Final = 19
"""The priority at which tasks go on that are set aside."""
_STEP: Final = 0.1
"""Seconds after which somebody who waits looks again whether anybody can be set aside."""


class _Ticket:
    """A place in the queue."""

    __slots__ = ("called", "process")

    def __init__(self) -> None:
        self.called = threading.Event()
        self.process: Process | None = None


class Turnstile:
    """Lets as many tasks of a lane through as it has workers, first come first served.

    A task that takes long is set aside as soon as somebody waits: it goes on beside the others at the lowest
    priority. Where too many are set aside already, the one that has run longest is ended.

    The lock is that of the pool; methods whose names begin with `locked_` are called by its holder.
    """

    def __init__(
        self, lane: Lane, lock: threading.Lock, end: Callable[[Process], None], wake: Callable[[], None]
    ) -> None:
        """Begin without workers; the functions end one, and have another made in the place of one."""
        self._lane = lane
        self._lock = lock
        self._end = end
        self._wake = wake
        self._ready: list[Process] = []
        self._running: list[Process] = []
        self._aside: list[Process] = []
        self._tickets: deque[_Ticket] = deque()
        self._closed = False
        self.refused = 0

    @property
    def busy(self) -> int:
        """How many tasks run, but for those that are set aside."""
        return len(self._running)

    @property
    def aside(self) -> int:
        """How many tasks are set aside."""
        return len(self._aside)

    @property
    def ready(self) -> int:
        """How many workers are free."""
        return len(self._ready)

    @property
    def waiting(self) -> int:
        """How many tasks wait."""
        return len(self._tickets)

    def take(self) -> Process:
        """Return a worker for one task; raise OverloadedError where too many wait, or for too long."""
        with self._lock:
            if self._closed:
                raise OverloadedError("no more is answered here: the service ends", 1)
            if not self._tickets and self._ready and self.busy < self._lane.workers:
                return self._given()
            if len(self._tickets) >= self._lane.queue_length:
                raise self._overloaded(f"{self._lane.queue_length} wait for an answer already")
            ticket = _Ticket()
            self._tickets.append(ticket)
            soon = self._relieve()
        until = time.monotonic() + self._lane.queue_seconds
        while not ticket.called.wait(min(soon, max(0.0, until - time.monotonic()))):
            with self._lock:
                if ticket.process is None and time.monotonic() >= until:
                    self._tickets.remove(ticket)
                    break
                soon = self._relieve()
        if ticket.process is not None:
            return ticket.process
        with self._lock:
            raise self._overloaded(f"nobody was free within {self._lane.queue_seconds:g} seconds")

    def take_now(self) -> Process | None:
        """Return a worker for one task; None where it would have to wait."""
        with self._lock:
            free = not self._closed and not self._tickets and self._ready
            return self._given() if free and self.busy < self._lane.workers else None

    def locked_add(self, process: Process) -> None:
        """Take in a worker that is free."""
        process.state = State.READY
        self._ready.append(process)
        self._call()

    def locked_leave(self, process: Process) -> None:
        """Count the task of a worker as done."""
        for those in (self._running, self._aside):
            if process in those:
                those.remove(process)
        self._call()

    def locked_remove(self, process: Process) -> None:
        """Let no task have a worker that was free."""
        if process in self._ready:
            self._ready.remove(process)

    def locked_exchange(self, processes: list[Process]) -> list[Process]:
        """Put these workers in the place of all that are free, and return those."""
        before, self._ready = self._ready, []
        for process in processes:
            self.locked_add(process)
        return before

    def locked_close(self) -> None:
        """Turn everybody away, now and later."""
        self._closed = True
        self._ready.clear()
        while self._tickets:
            self._tickets.popleft().called.set()

    def _call(self) -> None:
        while self._tickets and self._ready and self.busy < self._lane.workers:
            ticket = self._tickets.popleft()
            ticket.process = self._given()
            ticket.called.set()

    def _given(self) -> Process:
        """Return the worker that was used last: what it read is still in its memory."""
        process = self._ready.pop()
        process.state, process.since = State.BUSY, time.monotonic()
        self._running.append(process)
        return process

    def _relieve(self) -> float:
        """Set tasks aside that take long, as many as wait; return the seconds after which to look again."""
        now = time.monotonic()
        for process in self._running[: len(self._tickets)]:  # in the order in which they were begun
            if now - process.since < self._lane.brief:
                return max(0.001, process.since + self._lane.brief - now)
            if len(self._aside) >= self._lane.aside and not self._end_the_longest(now):
                break
            self._running.remove(process)
            self._aside.append(process)
            process.state = State.ASIDE
            if process.thread is not None:
                with suppress(OSError):  # it has just ended
                    os.setpriority(os.PRIO_PROCESS, process.thread, _LOWEST)
            self._call()
            self._wake()
        return _STEP

    def _end_the_longest(self, now: float) -> bool:
        """End the task that was set aside and has run longest; return whether there was one to be ended."""
        if not self._aside or now - self._aside[0].since < self._lane.patience:
            return False
        longest = self._aside.pop(0)
        longest.gave_way = True
        self._end(longest)
        return True

    def _overloaded(self, why: str) -> OverloadedError:
        self.refused += 1
        after = max(1, ceil(self._lane.queue_seconds))
        return OverloadedError(f"{why}; ask again in {after} seconds", after)
