"""`Prefer: min-seq=N`: an answer that knows of a change, or none (RFC 7240)."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFERENCE = re.compile(
    r'\s*+([!#$%&\'*+\-.^_`|~0-9A-Za-z]++)\s*+(?:=\s*+(?:"([^"]*+)"|([^\s;,"]*+)))?\s*+(?:;[^,]*+)?'
)
_NUMBER = re.compile(r"[0-9]{1,18}")
_LONGEST: Final = 5.0
"""Seconds for which an answer is held back at most; a client may ask for fewer by `wait`."""
_STEP: Final = 0.01


def minimum(header: str) -> tuple[int, float] | None:
    """Return the change that an answer should know of, and for how many seconds to wait for it.

    >>> minimum("respond-async, min-seq=12; x=y, wait=2")
    (12, 2.0)
    >>> minimum("min-seq=soon") is None
    True
    """
    given: dict[str, str] = {}
    for element in header.split(","):
        match = _PREFERENCE.fullmatch(element)
        if match is not None:
            given.setdefault(match[1].lower(), match[2] or match[3] or "")  # the first counts
    if not _NUMBER.fullmatch(given.get("min-seq", "")):
        return None
    wait = given.get("wait", "")
    return int(given["min-seq"]), min(float(wait), _LONGEST) if _NUMBER.fullmatch(wait) else _LONGEST


async def stands_at(sequence: int, seconds: float, made: Callable[[], int], seen: Callable[[], int]) -> bool:
    """Return whether queries see a change, now or within so many seconds.

    One that has not been made at all is not waited for. The functions tell the last change that was made,
    and the last that queries see.
    """
    if seen() >= sequence:
        return True
    if await run_in_threadpool(made) < sequence:
        return False
    until = time.monotonic() + seconds
    while seen() < sequence:
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(_STEP)
    return True
