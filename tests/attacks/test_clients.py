"""Clients that are slow at every stage, that leave at every stage, and that send what is broken in between.

Whatever the address, they are answered as anybody is or not at all; nothing of it counts as a failure of the
server, and who comes after them is served.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import httpx
import pytest

from kg.keys import Keys, Scope
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.attacks.conftest import Serving

pytestmark = pytest.mark.slow

HOST: Final = "Host: 127.0.0.1\r\n"
LAST: Final = "Connection: close\r\n"
READ: Final = (
    "/",
    "/api/v1/search?q=highway",
    "/api/v1/suggest?prefix=arm",
    "/api/v1/statistics?by=month",
    "/api/v1/questions/01",
    "/doc/report/seed-syunik-highway-2021",
    "/exports/tables/claims.parquet",
    "/exports/tables/datapackage.json",
    "/exports/actors.json",
    "/explore",
    "/desk",
    "/reconcile",
)
_QUERIES = quote(json.dumps({"q0": {"query": "Armenia"}}))
_TOOLS = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
SENT: Final = {
    "/reconcile": ("application/x-www-form-urlencoded", f"queries={_QUERIES}", ""),
    "/mcp": ("application/json", _TOOLS, "Accept: application/json, text/event-stream\r\n"),
    "/api/v1/datasets?format=ucdp-ged": ("text/csv", "a,b\n1,2\n", "KEY"),
    "/api/v1/same-event-proposals": ("application/yaml", "a: b\n", "KEY"),
    "/api/v1/validate": ("application/yaml", "kind: report\n", ""),
    "/sparql": ("application/sparql-query", "ASK {}", ""),
}


class Client:
    """A connection to the server, of a client that does as it likes."""

    def __init__(self, url: str, key: str) -> None:
        """Know where the server is; each of `opened` is a connection of its own."""
        self.at = urlsplit(url)
        self.key = f"Authorization: Bearer {key}\r\n"

    def opened(self) -> socket.socket:
        """Return a connection."""
        return socket.create_connection((self.at.hostname, self.at.port), timeout=LATE)

    def told(self, *pieces: bytes, pause: float = 0.0, at_once: int = 65_536) -> list[int]:
        """Send the pieces and return the statuses of all that is answered until the connection ends."""
        with self.opened() as line:
            with suppress(ConnectionError):  # the server need not read all before it answers
                for piece in pieces:
                    line.sendall(piece)
                    time.sleep(pause)
            came = b""
            with suppress(ConnectionError):
                while some := line.recv(at_once):
                    came += some
                    if len(came) < 20 * at_once:
                        time.sleep(pause)
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", came)]

    def left(self, *pieces: bytes, reset: bool = False) -> None:
        """Send the pieces and leave, with a reset if that is wanted."""
        with self.opened() as line:
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            for piece in pieces:
                line.sendall(piece)

    def get(self, path: str, more: str = "") -> bytes:
        """Return a request for what is to be read."""
        return f"GET {path} HTTP/1.1\r\n{HOST}{more}\r\n".encode()

    def head(self, path: str, more: str = "") -> bytes:
        """Return the head of a request that sends something."""
        kind, _, besides = SENT[path]
        besides = self.key if besides == "KEY" else besides
        return f"POST {path} HTTP/1.1\r\n{HOST}{besides}Content-Type: {kind}\r\n{more}\r\n".encode()

    def post(self, path: str, more: str = "") -> bytes:
        """Return the whole of such a request."""
        body = SENT[path][1].encode()
        return self.head(path, f"{more}Content-Length: {len(body)}\r\n") + body


@pytest.fixture(scope="module")
def served(
    serving: Serving, demonstration: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    folder = demonstration(tmp_path_factory.mktemp("clients") / "store")
    key = Keys(folder).make("client", Scope.ADMIN)[1]
    with serving(folder, SERVANDA_PATIENCE="3", SERVANDA_CLIENT_SECONDS="0") as (url, _):
        until_all_is_made(url)
        yield url, key


def until_all_is_made(url: str) -> None:
    """Wait for what is made beside the first answers: the read model, and the index of words."""
    until = time.monotonic() + 2 * LATE
    while any(httpx.get(f"{url}{path}", timeout=LATE).status_code >= 500 for path in READ):
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def client(served: tuple[str, str]) -> Iterator[Client]:
    """Give a client; after what it did, the server has failed at nothing and serves others."""
    url, key = served
    yield Client(url, key)
    assert httpx.get(f"{url}/healthz", timeout=LATE).json() == {"status": "ok"}
    numbers = httpx.get(f"{url}/metrics", timeout=LATE).text
    assert "servanda_verdicts_total" in numbers
    assert 'verdict="internal-error"' not in numbers


@pytest.mark.parametrize("path", READ)
def test_who_is_slow_at_every_stage_is_answered_as_anybody(client: Client, path: str) -> None:
    whole = client.get(path, LAST)
    usual = client.told(whole)
    assert len(usual) == 1
    assert usual[0] < 500
    pieces = [whole[at : at + 4] for at in range(0, len(whole), 4)]
    assert client.told(*pieces, pause=0.01, at_once=700) == usual


@pytest.mark.parametrize("path", READ)
def test_who_leaves_at_any_stage_is_no_failure(client: Client, path: str) -> None:
    whole = client.get(path)
    for sent in (whole[:3], whole[:-2], whole, whole * 5):
        client.left(sent)
        client.left(sent, reset=True)


@pytest.mark.parametrize("path", READ)
def test_what_is_refused_in_between_leaves_the_rest_in_order(client: Client, path: str) -> None:
    usual = client.told(client.get(path, LAST))
    wrong = client.get("/api/v1/claims?limit=none")
    assert client.told(client.get(path) + wrong + client.get(path, LAST)) == [*usual, 400, *usual]
    unread = b"PUT / HTTP/1.1\r\n" + HOST.encode() + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000
    told = client.told(client.get(path) + unread + client.get(path, LAST))
    assert told in ([*usual, 405], [*usual, 405, *usual])
    stranger = client.get(path).replace(b"127.0.0.1", b"elsewhere.example")
    assert client.told(stranger.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) == [421]


@pytest.mark.parametrize("path", READ)
def test_a_trailer_that_comes_with_the_head_is_read_by_nobody(client: Client, path: str) -> None:
    usual = client.told(client.get(path, LAST))
    chunked = client.get(path, f"{LAST}Transfer-Encoding: chunked\r\n")
    trailers = b"Accept: application/x-none\r\nAuthorization: Bearer no\r\nHost: elsewhere.example\r\n"
    assert client.told(chunked + b"3\r\nabc\r\n0\r\n" + trailers + b"\r\n") == usual


@pytest.mark.parametrize("path", SENT)
def test_who_sends_slowly_is_answered_and_who_leaves_is_no_failure(client: Client, path: str) -> None:
    whole = client.post(path, LAST)
    usual = client.told(whole)
    assert len(usual) == 1
    assert usual[0] < 500
    slow = client.told(*(whole[at : at + 6] for at in range(0, len(whole), 6)), pause=0.005)
    assert slow in (usual, [])  # a refusal comes before all was sent, and may be lost by who goes on
    for sent in (whole[:-1], client.head(path, "Transfer-Encoding: chunked\r\n") + b"5\r\nab", whole * 3):
        client.left(sent)
        client.left(sent, reset=True)


@pytest.mark.parametrize("path", SENT)
def test_who_stops_sending_is_told_or_was_refused_before(client: Client, path: str) -> None:
    [status] = client.told(client.post(path)[:-1])
    assert 400 <= status < 500


@pytest.mark.parametrize("path", SENT)
@pytest.mark.parametrize("endless", ["trailers", "extensions"])
def test_what_stands_around_a_body_ends(client: Client, path: str, endless: str) -> None:
    head = client.head(path, "Transfer-Encoding: chunked\r\n")
    body = SENT[path][1].encode()
    whole = b"%x\r\n%b\r\n0\r\n" % (len(body), body)
    pieces = {
        "trailers": [whole, *[b"X-T: " + b"y" * 1000 + b"\r\n"] * 400],
        "extensions": [b"1;" + b"e" * 1000 + b"\r\na\r\n"] * 400,
    }[endless]
    told = client.told(head, *pieces)
    assert len(told) <= 1  # what is still being sent when the connection ends may cost the answer
    assert all(400 <= status < 500 for status in told)
