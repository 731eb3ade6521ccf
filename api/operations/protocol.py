"""HTTP/1.1 as it comes over a connection, with heads that end somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from uvicorn import Config
    from uvicorn.server import ServerState

MAX_HEAD: Final = 64 * 1024
"""Bytes of an address and all headers."""
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_USUAL: Final = (b"GET ", b"POST ", b"HEAD ", b"OPTIONS ", b"PUT ", b"DELETE ", b"PATCH ")
_METHOD = re.compile(rb"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}(?= )")
_STRANGE: Final = b"TRACE"
"""What a method that is not usual is passed on as: httptools knows few, and none but the usual are taken."""
_TOO_LONG: Final = (
    f"the address and the headers of a request may have {MAX_HEAD:,} bytes; post a longer query"
)


class Protocol(HttpToolsProtocol):
    """Reads requests as uvicorn does by httptools, which for itself takes a head of any length.

    Whoever sends one longer than `MAX_HEAD` is answered 431, and the connection ends.
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

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
        *,
        refuse: Callable[[str, str], bytes],
    ) -> None:
        """Read what comes over a connection.

        The function returns the whole answer to what cannot be read, by the name of the problem and what is
        to be said of it.
        """
        super().__init__(config, server_state, app_state, _loop)
        self._refuse = refuse

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if self._is_over:
            return
        if self._between and not data.startswith(_USUAL):
            data = _METHOD.sub(_STRANGE, data, count=1)
        if self._in_head:
            self._read += len(data)
            if self._read > MAX_HEAD:
                self._is_long = True
                self.send_400_response("")
                return
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        try:
            while (read := self._read_until_upgrade(rest)) is not None:
                rest = rest[read:]
                head = self._head_without_upgrade()
                self.parser = httptools.HttpRequestParser(self)
                self.parser.feed_data(head)
        except httptools.HttpParserError:
            self.send_400_response("")

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
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """End a request."""
        self._between = True
        if not self._upgrades:
            super().on_message_complete()

    def on_headers_complete(self) -> None:
        """Have a request answered whose head is there; raise ValueError for one that is not to be."""
        self._in_head = False
        if self.parser.get_http_version() not in _VERSIONS:  # httptools takes those before 1.0
            raise ValueError("the request is not of HTTP/1")
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            self._is_long = True
            raise ValueError("the head is too long")
        self._upgrades = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if not self._upgrades:
            super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is too long, or cannot be read, and end the connection.

        Requests that came whole before it are answered first, since answers are told apart by their order
        (RFC 9112, §9.3.2); the connection ends with the last of them.
        """
        del msg
        self._is_over = True
        if self.cycle is not None and not (self.cycle.response_complete or self.cycle.more_body):
            self.cycle.keep_alive = False
            return
        named = ("head-too-long", _TOO_LONG) if self._is_long else ("bad-request", "this is no HTTP/1.1")
        self.transport.write(self._refuse(*named))
        self.transport.close()
