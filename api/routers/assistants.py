"""Tools for assistants, by the Model Context Protocol, which describes itself: `/openapi.json` has it not."""

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.assistants.held import Assistants
from api.deps import JSON, refuse_others
from api.errors import ProblemError
from api.forms import media_type, read

if TYPE_CHECKING:
    from api.assistants.serving import OverHttp

router = APIRouter(tags=["search"])
_MAX_BODY: Final = 1_048_576
"""A query and its arguments, and what the protocol adds."""


@router.post("/mcp", include_in_schema=False)
async def call_tools(request: Request) -> Response:
    """Answer one message of the protocol: every tool reads, and none keeps anything."""
    refuse_others(request, frozenset())
    kind = media_type(request)
    if kind != JSON:
        raise ProblemError(
            "unsupported-media-type",
            f"messages are posted as {JSON}, not {kind or 'without a type'}",
            allowed=[JSON],
        )
    held = request.app.state.assistants
    if not isinstance(held, Assistants):
        raise TypeError("the application answers no assistants")
    return _Handed(await held.over_http(), await read(request, _MAX_BODY))


class _Handed(Response):
    """What the SDK answers to a body."""

    def __init__(self, answers: "OverHttp", body: bytes) -> None:
        super().__init__()
        self._answers = answers
        self._given = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        given: list[Message] = [{"type": "http.request", "body": self._given, "more_body": False}]

        async def replayed() -> Message:
            return given.pop() if given else await receive()

        await self._answers.answer(scope, replayed, send)
