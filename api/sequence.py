"""At which change of the store an answer stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "Servanda-Sequence"
"""The header that names the change; what an answer tells of is at least as new."""


class Standing:
    """Gives each answer the number of the last change that the store held when the request came."""

    def __init__(self, app: ASGIApp, sequence: Callable[[], int]) -> None:
        """Wrap an application; the function tells the number."""
        self._app = app
        self._sequence = sequence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            number = self._sequence()
        except ServandaError:  # the answer itself will say so
            await self._app(scope, receive, send)
            return

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.setdefault(HEADER, str(number))
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, numbered)
