"""A task on its way, for who waits for many at once: for handles to be readable, not on threads."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Final

from kg.query.pool import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.process import Process
    from kg.query.pool.task import Answered
    from kg.query.pool.turnstile import Ticket, Turnstile

_LITTLE: Final = 256 * 1024
"""Bytes that are read without keeping anybody waiting."""


class Underway:
    """One task: it waits for a worker, and then for its answer; then `finish` gives that."""

    def __init__(  # noqa: PLR0913 - what a pool is for one task
        self,
        message: bytes,
        seconds: float,
        *,
        turnstile: Turnstile,
        ticket: Ticket,
        exchange: Callable[[Process, float], Answered | None],
        give_back: Callable[[Process, str | None], None],
    ) -> None:
        """Send the message to a worker as soon as there is one, which has so many seconds then."""
        self._turnstile = turnstile
        self._ticket = ticket
        self._message = message
        self._seconds = seconds
        self._exchange = exchange
        self._give_back = give_back
        self._process: Process | None = None
        self._lost = False
        self.deadline = 0.0
        """When its time is over, as `time.monotonic` tells it; its worker begins it."""

    def wait(self) -> float:
        """Return after how many seconds to look again for a worker at the latest; 0: there is one.

        Raises OverloadedError where none was free for too long.
        """
        if self._process is None and not self._lost:
            left = 0.0 if self._ticket.process is not None else self._turnstile.look(self._ticket)
            if self._ticket.process is None:
                return left
            self._start(self._ticket.process)
        return 0.0

    @property
    def handle(self) -> int | None:
        """Becomes readable when the answer is there, or the worker has ended; None: it ended at once."""
        return None if self._process is None else self._process.channel.fileno()

    def is_quick(self) -> bool:
        """Return whether the whole of a small answer can be expected to be there, so that nobody waits."""
        if self._process is None:
            return True
        self._process.channel.settimeout(0)  # `finish` sets its own
        try:
            head = self._process.channel.recv(wire.LENGTHS.size, socket.MSG_PEEK)
        except OSError:
            return False
        return len(head) == wire.LENGTHS.size and sum(wire.LENGTHS.unpack(head)) <= _LITTLE

    def finish(self) -> Answered | None:
        """Return the answer, or raise, as `Pool.answer` does; None where the worker ended from outside."""
        return None if self._process is None else self._exchange(self._process, self.deadline)

    def abandon(self) -> None:
        """End it: nobody wants the answer any more."""
        if self._process is not None:
            self._give_back(self._process, "abandoned")
            return
        unused = None if self._lost else self._turnstile.leave(self._ticket)
        if unused is not None:
            self._give_back(unused, None)

    def _start(self, process: Process) -> None:
        self.deadline = time.monotonic() + self._seconds
        try:
            wire.send(process.channel, self._message, self.deadline)
        except OSError:
            self._lost = True
            self._give_back(process, "lost")
            return
        self._process = process
