"""How the application behind the front comes and goes: opened while the server listens already."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.operations.front import Front


class Life:
    """The lifespan of a server: starts at once, opens the application meanwhile, and closes it at the end."""

    def __init__(
        self,
        front: Front,
        application: Callable[[], AbstractAsyncContextManager[ASGIApp]],
        ready: Callable[[], None],
    ) -> None:
        """Open the application behind the front, and call `ready` when it is open."""
        self.error: Exception | None = None
        """Why the application could not be opened, or closed."""
        self.failed: Callable[[], None] | None = None
        """What is called when there is such an error."""
        self.started: Callable[[], None] | None = None
        """What is called once, on the thread of the event loop, before anything is answered."""
        self._front = front
        self._application = application
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take part in the server's own protocol, and pass requests on to the front."""
        if scope["type"] != "lifespan":
            await self._front(scope, receive, send)
            return
        await receive()
        if self.started is not None:
            self.started()
        over = asyncio.Event()
        living = asyncio.create_task(self._live(over))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        over.set()
        await living
        await send({"type": "lifespan.shutdown.complete"})

    async def _live(self, over: asyncio.Event) -> None:
        """Open the application, let it answer until all is over, and close it."""
        try:
            async with self._application() as application:
                self._front.application = application
                self._ready()
                await over.wait()
        except Exception as error:  # noqa: BLE001 - whoever started the server is told
            self.error = error
            if self.failed is not None:
                self.failed()
