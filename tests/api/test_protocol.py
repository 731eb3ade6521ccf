"""Requests as bytes: heads that are as long as they may be, longer, in pieces, and one upon the other."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from api.operations.protocol import MAX_HEAD
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = b"\r\n\r\n"
_FIRST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
_POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
_PIECE = 8192
_WHOLE_HEAD = re.compile(rb"HTTP/1\.1 ([0-9]{3}) .*?\r\n\r\n", re.DOTALL)
_LENGTH = re.compile(rb"\r\ncontent-length: ([0-9]+)\r\n", re.IGNORECASE)


@pytest.fixture
def client(address: str) -> Iterator[socket.socket]:
    where = urlsplit(address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def _filled(length: int, name: bytes = b"X") -> bytes:
    """Return a request in whose address and headers there are so many bytes."""
    said = len(b"/healthz" + b"hostlocalhost" + name)
    return _FIRST + name + b": " + b"a" * (length - said) + _END


def _answers(client: socket.socket, number: int) -> list[tuple[int, bytes]]:
    """Return status and body of so many answers, or of those that came before the connection ended."""
    came, found = b"", list[tuple[int, bytes]]()
    with suppress(ConnectionResetError):
        while len(found) < number and (piece := client.recv(65536)):
            came += piece
            while whole := _WHOLE_HEAD.match(came):
                length = _LENGTH.search(whole[0])
                end = whole.end() + (int(length[1]) if length else 0)
                if len(came) < end:
                    break
                found.append((int(whole[1]), came[whole.end() : end]))
                came = came[end:]
    return found


def _statuses(client: socket.socket, number: int = 1) -> list[int]:
    """Return the statuses of so many answers, or of those that came before the connection ended."""
    return [status for status, _ in _answers(client, number)]


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
    ("request_", "status", "name"),
    [
        (_filled(MAX_HEAD + 1), 431, "head-too-long"),
        (b"hello\r\n\r\n", 400, "bad-request"),
        (b"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (_FIRST + b"no field\r\n\r\n", 400, "bad-request"),
    ],
    ids=["long", "no request", "version", "field"],
)
def test_what_cannot_be_read_is_told_as_every_problem_is(
    client: socket.socket, request_: bytes, status: int, name: str
) -> None:
    client.sendall(request_)
    came = b""
    with suppress(ConnectionResetError):
        while piece := client.recv(65536):
            came += piece
    head, _, body = came.partition(_END)
    first, *lines = head.decode().split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ")
    fields = dict(line.split(": ", 1) for line in lines)
    said = json.loads(body)
    assert (said["status"], said["type"]) == (status, f"https://w3id.org/servanda/problem/{name}")
    assert fields["content-type"] == "application/problem+json"
    assert fields["content-length"] == str(len(body))
    assert fields["connection"] == "close"
    assert fields["x-content-type-options"] == "nosniff"
    assert said["request_id"] == fields["x-request-id"]


def test_what_came_before_is_answered_before_what_cannot_be_read_ends_the_connection(
    client: socket.socket,
) -> None:
    client.sendall((_FIRST + b"\r\n") * 3 + b"hello\r\n\r\n" + _FIRST + b"\r\n")
    assert _statuses(client, 5) == [200, 200, 200]
    assert _is_over(client)


_BROKEN = {
    "garbage": b"\x00\x01\x02" + _END,
    "no chunk": _POST + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk that does not end": _POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    "two lengths": _POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": _POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n",
    "too long": _FIRST + b"X: " + b"a" * (MAX_HEAD + 1) + _END,
    "too long trailers": _POST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: "
    + b"a" * (16 * MAX_HEAD)
    + _END,
}


@pytest.mark.parametrize("broken", _BROKEN)
@pytest.mark.parametrize("before", [1, 3])
def test_no_answer_to_what_is_broken_comes_before_the_answers_to_what_came_whole(
    broken: str, before: int, client: socket.socket
) -> None:
    whole = b"GET /nowhere HTTP/1.1\r\nHost: localhost" + _END
    with suppress(OSError):
        client.sendall(whole * before + _BROKEN[broken] + _FIRST + _END)
    statuses = _statuses(client, before + 3)
    assert statuses[:before] == [404] * before
    assert len(statuses) <= before + 1
    assert all(400 <= status < 500 for status in statuses)
    assert _is_over(client)


def test_a_query_under_way_is_answered_though_what_follows_cannot_be_read(client: socket.socket) -> None:
    query = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } LIMIT 1")
    client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    client.sendall(b"hello\r\n\r\n")
    client.settimeout(20)
    [status] = _statuses(client, 2)
    assert status in {200, 504}
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
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(query), query)
    )
    begun = _filled(MAX_HEAD)
    client.sendall(post + begun[:10_000])
    client.sendall(begun[10_000:])
    assert _statuses(client, 2) == [200, 200]


def test_requests_upon_each_other_are_answered_in_turn(client: socket.socket) -> None:
    client.sendall(_FIRST + b"\r\n" + b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + _FIRST + b"\r\n")
    assert _statuses(client, 3) == [200, 404, 200]


_ASK = b"ASK { ?s ?p ?o }"
_UPGRADE = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
)
"""As the HTTP client of Java, and so Apache Jena, begins."""
_WHOLE = _UPGRADE + b"Content-Length: 16\r\n\r\n" + _ASK
_CHUNKED = _UPGRADE + b"Transfer-Encoding: chunked\r\n\r\n10\r\n" + _ASK + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("request_", [_WHOLE, _CHUNKED], ids=["length", "chunked"])
@pytest.mark.parametrize("at", [20, len(_UPGRADE) + 10, len(_WHOLE) - 5, 10_000])
def test_who_asks_for_another_protocol_is_answered_in_this_one(
    client: socket.socket, request_: bytes, at: int
) -> None:
    for _ in range(2):
        client.sendall(request_[:at])
        time.sleep(0.02)
        client.sendall(request_[at:])
        assert _statuses(client) == [200]
    client.sendall(request_ + _FIRST + b"\r\n" + request_)
    assert _statuses(client, 3) == [200, 200, 200]


def test_very_many_who_ask_for_another_protocol_are_answered(client: socket.socket) -> None:
    client.settimeout(LATE)
    client.sendall((_FIRST + b"Connection: upgrade\r\nUpgrade: x\r\n\r\n") * 2000)
    assert _statuses(client, 2000) == [200] * 2000


def test_the_body_of_who_asks_for_another_protocol_is_read(client: socket.socket) -> None:
    client.sendall(_WHOLE.replace(_ASK, b"ASK { ?s ?p ?o ?"))
    assert _statuses(client) == [400]
    client.sendall(_UPGRADE.replace(b"h2c", b"websocket") + b"Content-Length: 16\r\n\r\n" + _ASK)
    [(_, answer)] = _answers(client, 1)
    assert b'"boolean":true' in answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"HTTP/1.1\r\n", 400),
        (b"HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", 400),
        (b"HTTP/1.0\r\nHost: localhost\r\nHost: y\r\n", 400),
        (b"HTTP/1.0\r\n", 200),
        (b"HTTP/1.1\r\nHost:\r\n", 200),
    ],
)
def test_a_request_names_one_host(client: socket.socket, head: bytes, status: int) -> None:
    client.sendall(b"GET /healthz " + head + b"\r\n")
    assert _statuses(client) == [status]


@pytest.mark.parametrize(
    "said",
    [
        _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{} ",
        _POST + b"Content-Length: -1\r\n\r\n",
        _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
        b"GET /healthz\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/3.1\r\nHost: localhost\r\n\r\n",
        b"G\x00T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\nHost: localhost\nX\x01: y\n\n",
        b"GET /h\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(client: socket.socket, said: bytes) -> None:
    client.sendall(said)
    assert _statuses(client) == [400]
    assert _is_over(client)
