"""HTTP/1.1 as it comes over a connection: heads, chunks and trailers that end, and clients that move."""

from __future__ import annotations

import re
import socket
import time
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.operations.connections import SLOWEST

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, BaseTransport
    from collections.abc import Callable

    from uvicorn import Config
    from uvicorn.server import ServerState

    from api.operations.connections import Connections

MAX_HEAD: Final = 64 * 1024
"""Bytes of an address and all headers; of the extensions of chunks and the trailers after them, too."""
_PIECE: Final = 4096
"""Bytes that are read at once: what stands in one piece on either side of a boundary is not told apart."""
_CHUNK: Final = 24
"""Bytes that a chunk takes besides what it holds, without extensions: its size and two ends of lines."""
_UNSENT: Final = 128 * 1024
"""Bytes of answers that the system takes beyond what is on its way; the rest waits here, and is counted."""
_LOW_WATER: Final[int | None] = getattr(socket, "TCP_NOTSENT_LOWAT", None)
_INTERNET: Final = frozenset({socket.AF_INET, socket.AF_INET6})
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_USUAL: Final = (b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"PUT ", b"DELETE ", b"PATCH ")
_METHOD = re.compile(rb"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}(?= )")
_WHOLE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?]*)")
"""A target that is a whole address, and the host that it names."""
_STRANGE: Final = b"TRACE"
"""What a method that is not usual is passed on as: httptools knows few, and none but the usual are taken."""
_TOO_LONG: Final = (
    f"the address and the headers of a request may have {MAX_HEAD:,} bytes; post a longer query"
)
_TOO_MUCH_BESIDE: Final = (
    f"the extensions of chunks and the trailers of a request may have {MAX_HEAD:,} bytes; none is read"
)
_TOO_MANY: Final = "as many connections as there can be are in use; come again in a moment"
_TOO_SLOW: Final = "what was begun did not come in time, or stood still"


class Protocol(HttpToolsProtocol):
    """Reads requests as uvicorn does by httptools, which for itself takes a head of any length.

    Whoever sends one longer than `MAX_HEAD` is answered 431, and the connection ends; so does whoever sends
    as much in extensions of chunks and in trailers, of which none is read (RFC 9112, §7.1). A client that
    stops moving is answered 408, if it can still be answered.
    """

    _between = True
    """Whether what comes next begins a request."""
    _in_head = False
    _read = 0
    """Bytes that came while a head was being read; httptools tells of a header once it has all of it."""
    _is_long = False
    _is_over = False
    """Whether nothing more is read."""
    _upgrades = False
    """Whether the request asks for another protocol."""
    _counts = False
    """Whether what comes is wholly of the body of one request, with what stands around its chunks."""
    _beside = 0
    """Bytes of the body that came so, less those that were passed on and what chunks must take."""
    _since = 0.0
    """When the connection began to wait for a head."""
    _moved = (0.0, 0)
    """When it was last looked how much of a body, or of an answer, has gone over, and how much that was."""
    _taken = 0
    """Bytes of the body that were passed on."""
    _whole: Any = None
    """The last request that came whole, and what became of it."""
    _waits = False
    """Whether the next request of those that came together waits until more of an answer is taken."""
    _resumed = False
    """Whether the client has taken part of an answer since it was looked at."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
        *,
        refuse: Callable[[str, str], bytes],
        held: Connections,
    ) -> None:
        """Read what comes over a connection.

        The function returns the whole answer to what cannot be read, by the name of the problem and what is
        to be said of it. The connection is one of those that are held.
        """
        super().__init__(config, server_state, app_state, _loop)
        self._refuse = refuse
        self._held = held

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin, if there is room."""
        super().connection_made(transport)  # type: ignore[arg-type]
        connected = transport.get_extra_info("socket")
        if connected is not None and connected.family in _INTERNET and _LOW_WATER is not None:
            connected.setsockopt(socket.IPPROTO_TCP, _LOW_WATER, _UNSENT)
        self._since = time.monotonic()
        if not self._held.opened(self):
            self._end("overloaded", _TOO_MANY)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._held.closed(self)
        super().connection_lost(exc)

    def is_idle(self) -> bool:
        """Return whether no request is under way."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def has_stopped(self, now: float) -> bool:
        """Return whether the client neither sends what is waited for nor takes what it asked for."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            return self._stands_still(now, -unsent, self._resumed)
        if self.is_idle():
            return now - self._since > self._held.patience
        if self.cycle.more_body and not self.flow.read_paused:
            return self._stands_still(now, self._taken, moving=False)
        self._moved = (now, self._taken)
        return False

    def _stands_still(self, now: float, gone: int, moving: bool) -> bool:  # noqa: FBT001
        """Return whether less than `SLOWEST` bytes a second have gone over since it was last looked."""
        since, before = self._moved
        if moving or (gone < 0) is not (before < 0):
            self._moved, self._resumed = (now, gone), False
            return False
        if now - since < self._held.patience:
            return False
        self._moved = (now, gone)
        return gone - before < SLOWEST * (now - since)

    def abort(self) -> None:
        """Close the connection at once; who has begun to send a request and got no answer is told why."""
        if self._is_over or self.transport.is_closing():
            self.transport.abort()
        elif self._in_head or not (self.is_idle() or self.cycle.response_started):
            self._end("request-timeout", _TOO_SLOW)
        else:
            self.transport.abort()

    def resume_writing(self) -> None:
        """Go on with an answer."""
        self._resumed = True
        super().resume_writing()
        if self._waits:
            self._waits = False
            super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self._unset_keepalive_if_required()
        whole = memoryview(data)
        for begin in range(0, len(data), _PIECE):
            if self._is_over:
                return
            self._take(bytes(whole[begin : begin + _PIECE]))

    def _take(self, data: bytes) -> None:
        """Take a piece of what has come."""
        if self._between and not data.startswith(_USUAL):
            data = _METHOD.sub(_STRANGE, data, count=1)
        self._counts = not (self._in_head or self._between)
        if self._counts:
            self._beside += len(data)
        elif self._in_head:
            self._read += len(data)
        rest = memoryview(data)
        try:
            while (read := self._read_until_upgrade(rest)) is not None:
                rest = rest[read:]
                head = self._head_without_upgrade()
                self.parser = httptools.HttpRequestParser(self)
                self.parser.feed_data(head)
        except httptools.HttpParserError:
            self.send_400_response("")
            return
        if self._in_head and self._read > MAX_HEAD:
            self._is_long = True
            self.send_400_response("")
        elif self._counts and self._beside > MAX_HEAD:
            self._end("head-too-long", _TOO_MUCH_BESIDE)

    def _read_until_upgrade(self, data: memoryview) -> int | None:
        """Return how many bytes there are to the end of a head that asks for another protocol; None: no head.

        httptools leaves off there, and would lose the body of the request.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as passed:
            return int(passed.args[0]) if self._upgrades else None
        return None

    def _head_without_upgrade(self) -> bytes:
        """Return the head that was read, as one that asks for nothing (RFC 9110, §7.8)."""
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (method, self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join((*lines, b"", b""))

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._between, self._in_head, self._read = False, True, 0
        self._counts, self._beside, self._taken = False, 0, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one that comes after the body is none (RFC 9110, §6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_chunk_header(self) -> None:
        """Begin a chunk."""
        if self._counts:
            self._beside -= _CHUNK

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._taken += len(body)
        if self._counts:
            self._beside -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._between = True
        if not self._upgrades:
            super().on_message_complete()
            self._whole = self.cycle

    def on_headers_complete(self) -> None:
        """Have a request answered whose head is there; raise ValueError for one that is not to be."""
        self._in_head = False
        if self.parser.get_http_version() not in _VERSIONS:  # httptools takes those before 1.0
            raise ValueError("the request is not of HTTP/1")
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            self._is_long = True
            raise ValueError("the head is too long")
        self._heed_target()
        if self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False  # RFC 9110, §10.1.1
        self._moved = (time.monotonic(), 0)
        self._upgrades = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if not self._upgrades:
            super().on_headers_complete()

    def _heed_target(self) -> None:
        """Let a target that is a whole address say the host, whatever the header does (RFC 9112, §3.2.2).

        Raises ValueError for a target that nobody may send: with a fragment, or with somebody's name.
        """
        if b"#" in self.url:
            raise ValueError("a target has no fragment")
        whole = _WHOLE.match(self.url)
        if whole is None:
            return
        if b"@" in whole[1]:
            raise ValueError("a target names nobody")
        names = [number for number, (name, _) in enumerate(self.headers) if name == b"host"]
        if len(names) == 1:
            self.headers[names[0]] = (b"host", whole[1])
        elif not names and self.parser.get_http_version() == "1.0":
            self.headers.append((b"host", whole[1]))

    def send_400_response(self, msg: str) -> None:
        """Refuse what is too long, or cannot be read, and end the connection."""
        del msg
        self._end(
            *(("head-too-long", _TOO_LONG) if self._is_long else ("bad-request", "this is no HTTP/1.1"))
        )

    def on_response_complete(self) -> None:
        """Begin the next request, or wait for it; one that came already waits until this answer is taken.

        So whoever asks for much at once and reads nothing costs no more than what is under way.
        """
        self._since = time.monotonic()
        self._held.used(self)
        self._waits = bool(self.pipeline) and self.flow.write_paused and not self.transport.is_closing()
        if not self._waits:
            super().on_response_complete()

    def _end(self, name: str, detail: str) -> None:
        """Tell why nothing more is read, unless an answer has begun, and end the connection.

        Requests that came whole before are answered first, since answers are told apart by their order
        (RFC 9112, §9.3.2); the connection ends with the last of them, and what came after it has no answer.
        """
        self._is_over = True
        if self.transport.is_closing():
            return
        if self._whole is not None and not self._whole.response_complete:
            if self.pipeline and self.pipeline[0][0] is not self._whole:
                self.pipeline.popleft()
            self._whole.keep_alive = False
            return
        if self.is_idle() or not self.cycle.response_started:
            self.transport.write(self._refuse(name, detail))
        self.transport.close()
