"""A task that a worker has, for who waits for many at once: for handles to be readable, not on threads."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.query.pool import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.process import Process
    from kg.query.pool.task import Answered

_LITTLE: Final = 256 * 1024
"""Bytes that are read without keeping anybody waiting."""


@dataclass(frozen=True, slots=True)
class Underway:
    """One task: once its handle is readable, or its time is over, `finish` gives the answer."""

    process: Process
    deadline: float
    """When its time is over, as `time.monotonic` tells it."""
    finish: Callable[[], Answered | None]
    """Returns the answer, or raises, as `Pool.answer` does; None where the worker was ended from outside."""
    abandon: Callable[[], None]
    """Ends it: nobody wants the answer any more."""

    @property
    def handle(self) -> int:
        """Becomes readable when the answer is there, or the worker has ended."""
        return self.process.channel.fileno()

    def is_quick(self) -> bool:
        """Return whether the whole of a small answer can be expected to be there, so that nobody waits."""
        self.process.channel.settimeout(0)  # `finish` sets its own
        try:
            head = self.process.channel.recv(wire.LENGTHS.size, socket.MSG_PEEK)
        except OSError:
            return False
        return len(head) == wire.LENGTHS.size and sum(wire.LENGTHS.unpack(head)) <= _LITTLE
