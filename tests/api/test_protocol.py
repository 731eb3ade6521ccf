"""Requests as bytes: heads that are as long as they may be, longer, in pieces, and one upon the other."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from api.operations.protocol import MAX_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = b"\r\n\r\n"
_FIRST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
_POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\n"
_PIECE = 8192


@pytest.fixture
def client(address: str) -> Iterator[socket.socket]:
    where = urlsplit(address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def _filled(length: int, name: bytes = b"X") -> bytes:
    """Return a request in whose address and headers there are so many bytes."""
    said = len(b"/healthz" + b"hostx" + name)
    return _FIRST + name + b": " + b"a" * (length - said) + _END


def _statuses(client: socket.socket, number: int = 1) -> list[int]:
    """Return the statuses of so many answers, or of those that came before the connection ended."""
    came = b""
    with suppress(ConnectionResetError):
        while came.count(b"HTTP/1.1 ") < number and (piece := client.recv(65536)):
            came += piece
    return [int(part[:3]) for part in came.split(b"HTTP/1.1 ")[1:]]


def _is_over(client: socket.socket) -> bool:
    with suppress(ConnectionResetError):
        while client.recv(65536):
            pass
    return True


def test_a_head_may_be_as_long_as_it_may_be(client: socket.socket) -> None:
    client.sendall(_filled(MAX_HEAD))
    assert _statuses(client) == [200]
    client.sendall(_filled(20))
    assert _statuses(client) == [200]


def test_a_head_that_is_longer_by_a_byte_is_refused_and_the_connection_ends(client: socket.socket) -> None:
    client.sendall(_filled(MAX_HEAD + 1))
    assert _statuses(client) == [431]
    assert _is_over(client)


@pytest.mark.parametrize(
    "endless",
    [_FIRST + b"X: ", _FIRST, b"GET /", b"GET /sparql?query=", _FIRST + b"X: y\r\n"],
    ids=["value", "name", "path", "query", "many"],
)
def test_a_head_that_does_not_end_is_refused_before_much_of_it_is_kept(
    client: socket.socket, endless: bytes
) -> None:
    more = b"x: y\r\n" * (_PIECE // 6) if endless.endswith(b"y\r\n") else b"a" * _PIECE
    sent = len(endless)
    with suppress(ConnectionResetError, BrokenPipeError):
        client.sendall(endless)
        while sent < 100 * MAX_HEAD:
            client.sendall(more)
            sent += len(more)
    assert sent < 100 * MAX_HEAD
    assert _statuses(client) in ([431], [])  # what was sent after the answer may have thrown it away
    assert _is_over(client)


def test_a_head_may_come_byte_by_byte(client: socket.socket) -> None:
    for byte in _filled(200):
        client.sendall(bytes((byte,)))
    assert _statuses(client) == [200]


def test_what_came_before_a_head_does_not_count_as_part_of_it(client: socket.socket) -> None:
    query = b"ASK {} #" + b"a" * 60_000
    post = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(query), query)
    )
    begun = _filled(MAX_HEAD)
    client.sendall(post + begun[:10_000])
    client.sendall(begun[10_000:])
    assert _statuses(client, 2) == [200, 200]


def test_requests_upon_each_other_are_answered_in_turn(client: socket.socket) -> None:
    client.sendall(_FIRST + b"\r\n" + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + _FIRST + b"\r\n")
    assert _statuses(client, 3) == [200, 404, 200]


@pytest.mark.parametrize(
    "said",
    [
        _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{} ",
        _POST + b"Content-Length: -1\r\n\r\n",
        _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
        b"GET /healthz\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/3.1\r\nHost: x\r\n\r\n",
        b"G\x00T /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\nHost: x\nX\x01: y\n\n",
        b"GET /h\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(client: socket.socket, said: bytes) -> None:
    client.sendall(said)
    assert _statuses(client) == [400]
    assert _is_over(client)
