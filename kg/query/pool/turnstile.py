"""Who waits for a worker of a lane, and which workers are free."""

from __future__ import annotations

import threading
from collections import deque
from math import ceil
from typing import TYPE_CHECKING

from kg.errors import OverloadedError
from kg.query.pool.process import State

if TYPE_CHECKING:
    from kg.query.pool.limits import Lane
    from kg.query.pool.process import Process


class _Ticket:
    """A place in the queue."""

    __slots__ = ("called", "process")

    def __init__(self) -> None:
        self.called = threading.Event()
        self.process: Process | None = None


class Turnstile:
    """Lets as many tasks of a lane through as it has workers, first come first served.

    The lock is that of the pool; methods whose names begin with `locked_` are called by its holder.
    """

    def __init__(self, lane: Lane, lock: threading.Lock) -> None:
        """Begin without workers."""
        self._lane = lane
        self._lock = lock
        self._ready: list[Process] = []
        self._tickets: deque[_Ticket] = deque()
        self._closed = False
        self.busy = 0
        self.refused = 0

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
        ticket.called.wait(self._lane.queue_seconds)
        with self._lock:
            if ticket.process is not None:
                return ticket.process
            if ticket in self._tickets:
                self._tickets.remove(ticket)
            raise self._overloaded(f"nobody was free within {self._lane.queue_seconds:g} seconds")

    def locked_add(self, process: Process) -> None:
        """Take in a worker that is free."""
        process.state = State.READY
        self._ready.append(process)
        self._call()

    def locked_leave(self) -> None:
        """Count a task as done."""
        self.busy -= 1
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
        process.state = State.BUSY
        self.busy += 1
        return process

    def _overloaded(self, why: str) -> OverloadedError:
        self.refused += 1
        after = max(1, ceil(self._lane.queue_seconds))
        return OverloadedError(f"{why}; ask again in {after} seconds", after)
