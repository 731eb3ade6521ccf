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
_FIRST: Final = 20.0
"""Seconds more that are waited for the first worker of a lane, which has to be started."""
_STEP: Final = 0.1
"""Seconds after which somebody who waits looks again whether anybody can be set aside."""


class Ticket:
    """A place in the queue, and the worker once there is one."""

    __slots__ = ("called", "process", "until")

    def __init__(self, called: Callable[[], None], until: float) -> None:
        """Wait until then; the function is called when there is a worker, or will be none."""
        self.called = called
        self.until = until
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
        self._tickets: deque[Ticket] = deque()
        self._closed = False
        self._opened = False
        self.wanted = not lane.on_demand
        """Whether there are to be workers."""
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
        called = threading.Event()
        ticket = self.enter(called.set)
        while ticket.process is None:
            called.wait(self.look(ticket))
        return ticket.process

    def enter(self, called: Callable[[], None]) -> Ticket:
        """Return a place in the queue for one task; it has a worker already if one is free.

        The function is called, on any thread, when there is a worker or will be none; it must not wait.
        Raises OverloadedError where too many wait.
        """
        ticket = Ticket(called, time.monotonic() + self._lane.queue_seconds)
        with self._lock:
            self._refuse_if_closed()
            if not self.wanted:
                self.wanted = True
                self._wake()
            if not self._tickets and self._ready and self.busy < self._lane.workers:
                ticket.process = self._given()
            elif len(self._tickets) >= self._lane.queue_length:
                raise self._overloaded(f"{self._lane.queue_length} wait for an answer already")
            else:
                self._tickets.append(ticket)
        return ticket

    def look(self, ticket: Ticket) -> float:
        """Return after how many seconds to look again at a place that has no worker yet; 0: it has one.

        Raises OverloadedError where it has waited for too long.
        """
        with self._lock:
            if ticket.process is not None:
                return 0.0
            self._refuse_if_closed()
            left = ticket.until - time.monotonic() + (0.0 if self._opened else _FIRST)
            if left <= 0:
                self._tickets.remove(ticket)
                raise self._overloaded(f"nobody was free within {self._lane.queue_seconds:g} seconds")
            return min(self._relieve(), left)

    def leave(self, ticket: Ticket) -> Process | None:
        """Give a place up; return the worker that it has, which is to be given back."""
        with self._lock:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
            return ticket.process

    def locked_add(self, process: Process) -> None:
        """Take in a worker that is free."""
        process.state = State.READY
        if not self._opened:
            self._open()
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
            self._tickets.popleft().called()

    def _open(self) -> None:
        """Let who waited for the first worker to be started wait as long as anybody does, from now on."""
        self._opened = True
        until = time.monotonic() + self._lane.queue_seconds
        for ticket in self._tickets:
            ticket.until = until

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise OverloadedError("no more is answered here: the service ends", 1)

    def _call(self) -> None:
        while self._tickets and self._ready and self.busy < self._lane.workers:
            ticket = self._tickets.popleft()
            ticket.process = self._given()
            ticket.called()

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
            process.state, process.low = State.ASIDE, True
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
