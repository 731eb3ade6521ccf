"""The short way to the address that most requests go to: the same functions, and the same checks before.

Looking for a route among many, and for what its function depends on, takes longer than most queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import Request

from api.deps import Call
from api.errors import answer_to
from api.operations.charges import charged
from api.routers.sparql import answer_get, answer_post, read_body
from api.trace import trace

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from api.deps import Service

_PATH: Final = "/sparql"
_METHODS: Final = frozenset({"GET", "POST"})


class Direct:
    """Answers SPARQL queries itself, and passes all else on."""

    def __init__(self, app: FastAPI, service: Service) -> None:
        """Stand before the application, whose service that is."""
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app  # as the application does itself
        request = Request(scope, receive)
        try:
            response = await self._answered(request)
        except Exception as error:  # noqa: BLE001 - as the application does for every route
            response = answer_to(request, error)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        trace().route = _PATH
        await charged(request, self._service)
        call = Call(request, self._service)
        if request.method == "GET":
            return await answer_get(call)
        return await answer_post(call, await read_body(request))
