"""Entity tags, revalidation and HEAD, for every answer alike."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders

from api.sequence import HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_OK: Final = 200
_NOT_MODIFIED: Final = 304
_VARY: Final = "Accept, Authorization"
_KEPT: Final = ("etag", "vary", "cache-control", "link", "access-control-allow-origin", HEADER.lower())


class Conditional:
    """Gives each cacheable answer a weak entity tag, and 304 to who has it already.

    The tag is made of the versions of store and software, the change at which the answer stands, its address
    and its type: nothing else can change an answer. Answers that say
    `Cache-Control: no-store` get none. What is answered to a request with a key is for nobody else: it is
    `private`, or not stored at all.
    """

    def __init__(self, app: ASGIApp, version: str) -> None:
        """Wrap an application that serves data of that version."""
        self._app = app
        self._version = version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        wanted, private = asked.get("if-none-match", ""), "authorization" in asked
        modified = True

        async def tagged(message: Message) -> None:
            nonlocal modified
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers["Vary"] = _VARY
                if self._cacheable(scope, message["status"], headers):
                    tag = self._tag(scope, headers.get("content-type", ""), headers.get(HEADER, ""))
                    headers["ETag"] = tag
                    headers["Cache-Control"] = "private, no-cache" if private else "no-cache"
                    modified = not _matches(wanted, tag)
                elif private:
                    headers["Cache-Control"] = "no-store"
                if modified:
                    message = {**message, "headers": headers.raw}
                else:
                    kept = [(name, value) for name, value in headers.items() if name in _KEPT]
                    message = {**message, "status": _NOT_MODIFIED, "headers": _raw(kept)}
            elif not modified:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, tagged)

    @staticmethod
    def _cacheable(scope: Scope, status: int, headers: MutableHeaders) -> bool:
        return scope["method"] == "GET" and status == _OK and headers.get("cache-control") != "no-store"

    def _tag(self, scope: Scope, content_type: str, sequence: str) -> str:
        address = scope["path"].encode() + b"?" + scope["query_string"]
        said = b"\n".join((self._version.encode(), sequence.encode(), content_type.encode(), address))
        return f'W/"{hashlib.sha256(said).hexdigest()[:24]}"'


class Head:
    """Answers HEAD as GET would be, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application that knows GET."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, bodiless)


def _matches(wanted: str, tag: str) -> bool:
    """Return whether an `If-None-Match` names the tag, by weak comparison."""
    return wanted.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(wanted)


def _raw(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
