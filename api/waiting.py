"""Waiting for the answers of other processes without a thread for each."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.deps import Service
    from kg.query.evaluators import Begun
    from kg.store import Dataset


async def answered(
    held: Service, query: str, media_type: str, dataset: Dataset | None, base: str
) -> tuple[bytes, int]:
    """Return the answer to a query that was checked, and the change at which it stands.

    One that is known is given at once. Where a worker is free, its answer is waited for here; where none is,
    on a thread. Raises what `Evaluator.answer` raises.
    """
    asked = (query, media_type, dataset, base)
    known = held.evaluator.known(*asked)
    if known is not None:
        return known
    begun = held.evaluator.begin(*asked)
    finished = None if begun is None else await _finished(held, begun)
    if finished is not None:
        return finished
    return await held.in_thread(held.evaluator.answer, *asked)


async def _finished(held: Service, begun: Begun) -> tuple[bytes, int] | None:
    try:
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
