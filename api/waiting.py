"""Waiting for the answers of other processes without a thread for each."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.deps import Service
    from kg.query.evaluators import Begun
    from kg.store import Dataset


async def answered(
    held: Service, query: str, media_type: str, dataset: Dataset | None, base: str
) -> tuple[bytes, int]:
    """Return the answer to a query that was checked, and the change at which it stands.

    One that is known is given at once. Raises what `Evaluator.answer` raises.
    """
    asked = (query, media_type, dataset, base)
    known = held.evaluator.known(*asked)
    if known is not None:
        return known
    bell = _Bell()
    begun = held.evaluator.begin(bell.ring, *asked)
    finished = None if begun is None else await _finished(held, begun, bell)
    if finished is not None:
        return finished
    return await held.in_thread(held.evaluator.answer, *asked)


class _Bell:
    """Wakes who waits in an event loop, from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Future[None] | None = None
        self._rung = False

    def ring(self) -> None:
        """Wake whoever waits, or is going to."""
        self._rung = True
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._hear)

    async def heard(self, seconds: float) -> None:
        """Wait until it is rung, or for so many seconds."""
        if self._rung:
            self._rung = False
            return
        self._heard = self._loop.create_future()
        timer = self._loop.call_later(seconds, _come, self._heard)
        try:
            await self._heard
        finally:
            timer.cancel()
            self._heard, self._rung = None, False

    def _hear(self) -> None:
        if self._heard is not None:
            _come(self._heard)


async def _finished(held: Service, begun: Begun, bell: _Bell) -> tuple[bytes, int] | None:
    try:
        while seconds := begun.wait():
            await bell.heard(seconds)
        if begun.handle is not None:
            await _readable(begun.handle, begun.deadline)
    except asyncio.CancelledError:
        begun.abandon()
        raise
    return begun.finish() if begun.is_quick() else await held.in_thread(begun.finish)


async def _readable(handle: int, deadline: float) -> None:
    """Wait until there is something to be read, or the time is over."""
    loop = asyncio.get_running_loop()
    come = loop.create_future()
    loop.add_reader(handle, _come, come)
    timer = loop.call_later(max(0.0, deadline - time.monotonic()), _come, come)
    try:
        await come
    finally:
        timer.cancel()
        loop.remove_reader(handle)


def _come(come: asyncio.Future[None]) -> None:
    if not come.done():
        come.set_result(None)
