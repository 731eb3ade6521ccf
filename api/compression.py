"""gzip for who takes it, chosen by RFC 9110, §12.5.3."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders

from api.negotiation import wants_gzip

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAST: Final = 1024
"""Bytes of an answer below which it is sent as it is."""
_MUCH: Final = 65_536
"""Bytes that are not compressed on the thread that serves everybody."""
_LEVEL: Final = 5
_PACKED: Final = ("application/zip", "application/gzip", "image/png", "image/jpeg", "image/webp", "font/")
_HAS_BODY: Final = 200


class Compressed:
    """Compresses answers of more than a kilobyte; says of every answer that it depends on what is taken."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = wants_gzip(",".join(Headers(scope=scope).getlist("accept-encoding")))
        await self._app(scope, receive, _Sender(send, taken=taken).send)


class _Sender:
    """Sends one answer, compressed if that is worth it."""

    def __init__(self, send: Send, *, taken: bool) -> None:
        self._send = send
        self._taken = taken
        self._start: Message | None = None
        self._packer: zlib._Compress | None = None

    async def send(self, message: Message) -> None:
        """Pass a message on; the head of the answer waits for the first bytes of its body."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.add_vary_header("Accept-Encoding")
            self._start = {**message, "headers": headers.raw}
        elif self._packer is not None:
            await self._send({**message, "body": self._packed(self._packer, message)})
        elif self._start is not None and message["type"] == "http.response.body":
            await self._begin(self._start, message)
            self._start = None
        else:
            await self._send(message)

    async def _begin(self, start: Message, message: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._worthwhile(start["status"], headers, len(body), more=more):
            headers["Content-Encoding"] = "gzip"
            if more:
                del headers["Content-Length"]
                self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
                body = self._packed(self._packer, message)
            else:
                body = await _zipped(body)
                headers["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({**message, "body": body})

    def _worthwhile(self, status: int, headers: MutableHeaders, length: int, *, more: bool) -> bool:
        return (
            self._taken
            and status >= _HAS_BODY
            and (more or length >= _LEAST)
            and "content-encoding" not in headers
            and not headers.get("content-type", "").startswith(_PACKED)
        )

    @staticmethod
    def _packed(packer: zlib._Compress, message: Message) -> bytes:
        packed = packer.compress(message.get("body", b""))
        return packed + packer.flush(zlib.Z_SYNC_FLUSH if message.get("more_body", False) else zlib.Z_FINISH)


async def _zipped(body: bytes) -> bytes:
    if len(body) > _MUCH:
        return await run_in_threadpool(gzip.compress, body, _LEVEL, mtime=0)
    return gzip.compress(body, _LEVEL, mtime=0)
