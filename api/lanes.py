"""Threads apart for what may take long, so that what is short never waits behind it."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast

from anyio import CapacityLimiter, to_thread

from kg.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from api.deps import Call

Given = ParamSpec("Given")
Made = TypeVar("Made")
_AGAIN: Final = 5
"""Seconds after which to ask again."""


class Lane:
    """A bounded number of threads, and of those who may wait for one; for the thread of an event loop."""

    def __init__(self, threads: int, queue: int) -> None:
        """Begin with all threads free."""
        self._limiter = CapacityLimiter(threads)
        self._free = threads + queue

    async def run(self, function: Callable[[], Made]) -> Made:
        """Return what the function returns, on a thread; raise OverloadedError if too many wait."""
        if not self._free:
            raise OverloadedError(f"too many wait for this already; ask again in {_AGAIN} seconds", _AGAIN)
        self._free -= 1
        try:
            return await to_thread.run_sync(function, limiter=self._limiter)
        finally:
            self._free += 1


class Lanes:
    """Those of one application: routes that are in none share the threads that are there for all."""

    def __init__(self) -> None:
        """Begin with all of them free."""
        self.writing = Lane(8, 32)
        """Changes are made one at a time; those who wait hold up to 5 MB each."""
        self.answering = Lane(32, 64)
        """What a worker answers: it has a queue of its own, in which these threads wait."""


def writes(route: Callable[Given, Made]) -> Callable[Given, Awaitable[Made]]:
    """Return a route that changes something, or examines what could."""
    return _apart(route, "writing")


def answers(route: Callable[Given, Made]) -> Callable[Given, Awaitable[Made]]:
    """Return a route that a worker answers."""
    return _apart(route, "answering")


def _apart(route: Callable[Given, Made], name: str) -> Callable[Given, Awaitable[Made]]:
    @wraps(route)
    async def run(*arguments: Given.args, **named: Given.kwargs) -> Made:
        lane: Lane = getattr(cast("Call", named["call"]).service.lanes, name)
        return await lane.run(partial(route, *arguments, **named))

    return run
