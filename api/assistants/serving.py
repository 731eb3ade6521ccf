"""The tools by the Model Context Protocol: the official SDK's server over HTTP, and over standard streams."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from api.assistants.asking import Asking, RefusedError
from api.assistants.tools import BY_NAME, OUTPUT, TOOLS, Desk
from api.assistants.words import INSTRUCTIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from mcp.server.context import ServerRequestContext
    from starlette.types import ASGIApp, Receive, Scope, Send

    from kg.query.lookups import Reader

    Desks = Callable[[Scope | None], AbstractAsyncContextManager[Desk]]

_BY: Final[ContextVar[Scope | None]] = ContextVar("by", default=None)
"""The request by which a tool is called; None where it is called by no request."""
_READS: Final = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def server_of(desk: Desks, version: str) -> Server[Any]:
    """Return a server of the tools; the function gives what they answer from, for who calls."""

    async def list_tools(
        context: ServerRequestContext[Any], given: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        del context, given
        return types.ListToolsResult(tools=[*_described()])

    async def call_tool(
        context: ServerRequestContext[Any], given: types.CallToolRequestParams
    ) -> types.CallToolResult:
        del context
        tool = BY_NAME.get(given.name)
        if tool is None:
            known = ", ".join(BY_NAME)
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {given.name!r}; tools are {known}")
        try:
            arguments = tool.takes.model_validate(given.arguments or {})
            async with desk(_BY.get()) as held:
                answer = await tool.answer(held, arguments)
        except ValidationError as error:
            return _refused(_sentence(error))
        except RefusedError as error:
            return _refused(str(error))
        said = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=said)], structured_content=json.loads(said)
        )

    return Server(
        "servanda",
        version=version,
        title="Servanda",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


@cache
def _described() -> tuple[types.Tool, ...]:
    """Return the tools as they are listed; the schemas of what they take are long in the making."""
    return tuple(
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema=tool.takes.model_json_schema(by_alias=True),
            output_schema=dict(OUTPUT),
            annotations=_READS,
        )
        for tool in TOOLS
    )


def _refused(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], is_error=True)


def _sentence(error: ValidationError) -> str:
    """Return which arguments are not right, and why."""
    said = (f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}" for one in error.errors())
    return "; ".join(said)


class OverHttp:
    """Answers messages of the protocol, each by itself: nothing is kept between two of them."""

    def __init__(self, application: ASGIApp, reader: Reader, version: str) -> None:
        """Prepare to answer from an application, whose graph that is."""

        @asynccontextmanager
        async def desk(scope: Scope | None) -> AsyncIterator[Desk]:
            yield Desk(Asking(application, scope), reader)

        server = server_of(desk, version)
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)
        self._over = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message."""
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        await self._ready.wait()
        token = _BY.set(scope)
        try:
            await self._manager.handle_request(scope, receive, send)
        finally:
            _BY.reset(token)

    async def close(self) -> None:
        """Answer no more."""
        self._over.set()
        if self._running is not None:
            with suppress(asyncio.CancelledError):
                await self._running

    async def _run(self) -> None:
        async with self._manager.run():
            self._ready.set()
            await self._over.wait()


async def over_streams(desk: Desks, version: str) -> None:
    """Answer on standard output what is asked on standard input, until that ends."""
    server = server_of(desk, version)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
