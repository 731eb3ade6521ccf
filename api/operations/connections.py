"""Connections that a server holds: how many at once, which makes room, which has stopped moving."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import time
from collections import OrderedDict
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from api.operations.logs import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 2_000
"""Connections that are held at once, where there are descriptors for as many."""
SLOWEST: Final = 500
"""Bytes a second that a client must send of a body, or take of an answer."""
_ROUNDS: Final = 6
"""How often, in the time that clients are given, it is looked at who has stopped moving."""
_WANTED: Final = 8_192
"""Descriptors that a server asks for, if it may have them."""
_SHARE: Final = 3
"""One descriptor in so many is for connections; the store and its workers have the rest."""
_WHILE: Final = 0.5
"""Seconds for which room that was made is not made again."""
_AT_ONCE: Final = 16
"""How many idle connections make room when descriptors are wanting, before another is told 503."""


class Held(Protocol):
    """A connection as `Connections` sees it."""

    def is_idle(self) -> bool:
        """Return whether no request of it is under way."""

    def has_stopped(self, now: float) -> bool:
        """Return whether its client neither sends what is waited for nor takes what it asked for."""

    def abort(self) -> None:
        """Close it at once."""


class Connections:
    """The connections of one server, the longest idle first; for the thread of its event loop."""

    def __init__(self, most: int, patience: int) -> None:
        """Hold at most so many.

        In `patience` seconds a head must have come, and of a body or an answer as much as `SLOWEST` says.
        """
        self.most = most
        self.patience = patience
        self._held: OrderedDict[Held, None] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Return how many are held."""
        return len(self._held)

    def opened(self, connection: Held) -> bool:
        """Hold a connection; the one that has been idle longest is closed for it. False: none is idle."""
        if len(self._held) >= self.most and not self.make_room(1):
            return False
        self._held[connection] = None
        if self._timer is None:
            self._wait()
        return True

    def make_room(self, wanted: int = _AT_ONCE) -> int:
        """Close at most so many connections, the longest idle first; return how many."""
        idle = list(islice((held for held in self._held if held.is_idle()), wanted))
        for oldest in idle:
            self.closed(oldest)
            oldest.abort()
        return len(idle)

    def used(self, connection: Held) -> None:
        """Note that a request of the connection was answered: it is the last to make room."""
        if connection in self._held:
            self._held.move_to_end(connection)

    def closed(self, connection: Held) -> None:
        """Let go of a connection."""
        self._held.pop(connection, None)

    def _look(self) -> None:
        now = time.monotonic()
        for connection in [held for held in self._held if held.has_stopped(now)]:
            connection.abort()
        self._timer = None
        if self._held:
            self._wait()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.patience / _ROUNDS, self._look)


class Reserve:
    """A descriptor kept back, so that a client can be told 503 when there is no other."""

    def __init__(self, held: Connections, refusal: Callable[[], bytes]) -> None:
        """Keep one; the function returns the whole answer to whoever cannot be served."""
        self._held = held
        self._refusal = refusal
        self._made_room = 0.0
        self._descriptor: int | None = os.open(os.devnull, os.O_RDONLY)

    def handle(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle what the event loop tells of its troubles."""
        listener = context.get("socket")
        if listener is not None and "accept" in str(context.get("message", "")):
            LOGGER.warning("no descriptor is left for another connection")
            now = time.monotonic()
            # Those who wait are let in, or not, when the loop listens again, in a second.
            if now - self._made_room > _WHILE:
                if self._held.make_room():
                    self._made_room = now
                else:
                    self._refuse(listener.fileno())
            return
        error = context.get("exception")
        info = None if error is None else (type(error), error, error.__traceback__)
        LOGGER.error("the event loop told of a failure", exc_info=info)
        del loop

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _refuse(self, listening: int) -> None:
        """Take the next who waits, tell 503, and hang up."""
        self.close()
        with contextlib.suppress(OSError):
            _hang_up(listening, self._refusal())
        with contextlib.suppress(OSError):
            self._descriptor = os.open(os.devnull, os.O_RDONLY)


def _hang_up(listening: int, answer: bytes) -> None:
    listener = socket.socket(fileno=listening)
    try:
        client, _ = listener.accept()
        with client:
            client.settimeout(0)
            client.send(answer)
            client.shutdown(socket.SHUT_WR)
    finally:
        listener.detach()


def room(chosen: int = 0) -> int:
    """Return how many connections there are descriptors for, `chosen` at most if any; more are asked for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    there = MOST if soft == resource.RLIM_INFINITY else max(soft // _SHARE, 1)
    return min(there, chosen or MOST)
