"""`Prefer: min-seq=N`: an answer that knows of a change, or none (RFC 7240)."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders

from api.errors import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Preferences:
    """Holds a request back until queries see the change that it prefers to see; not for long.

    A change that has not been made at all is not waited for.
    """

    def __init__(self, app: ASGIApp, made: Callable[[], int], seen: Callable[[], int]) -> None:
        """Wrap an application; the functions tell the last change, and the last that queries see."""
        self._app = app
        self._made = made
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        lines = Headers(scope=scope).getlist("prefer") if scope["type"] == "http" else []
        wanted = minimum(",".join(lines)) if lines else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        sequence, seconds = wanted
        if not await self._stands_at(sequence, seconds):
            refusal = problem(
                "not-yet",
                f"queries do not see change {sequence} yet; they stand at {self._seen()}",
                {"Retry-After": "1"},
                sequence=self._seen(),
            )
            await refusal(scope, receive, send)
            return

        async def applied(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.append("Preference-Applied", f"min-seq={sequence}")
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, applied)

    async def _stands_at(self, sequence: int, seconds: float) -> bool:
        if self._seen() >= sequence:
            return True
        if await run_in_threadpool(self._made) < sequence:
            return False
        until = time.monotonic() + seconds
        while self._seen() < sequence:
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(_STEP)
        return True
