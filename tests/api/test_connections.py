"""Connections: what stands around a body is bounded and never obeyed, many idle ones keep nobody out."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

ASK = b"ASK {}"
MEGABYTE = 2**20
PATIENCE = 1


@pytest.fixture(scope="module")
def store(demonstration: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("connections") / "store")


@pytest.fixture(scope="module")
def served(serving: Serving, store: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with serving(store) as running:
        yield running


def connected(url: str, seconds: float = 20) -> socket.socket:
    there = urlsplit(url)
    assert there.hostname is not None
    assert there.port is not None
    return socket.create_connection((there.hostname, there.port), timeout=seconds)


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", "")).encode()


def chunked(*lines: str) -> bytes:
    return head("/sparql", "Content-Type: application/sparql-query", "Transfer-Encoding: chunked", *lines)


def everything(connection: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    got = b""
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            got += part
    return got


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer.split(None, 2)[1])


def asked(connection: socket.socket) -> bytes:
    """Return the answer to a question for health, on a connection that stays."""
    connection.sendall(head("/healthz", method="GET"))
    got = b""
    while not got.endswith(b'{"status":"ok"}'):
        part = connection.recv(65536)
        assert part, got
        got += part
    return got


def resident(process: subprocess.Popen[str]) -> int:
    """Return how many bytes of memory the process has."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    [found] = [line for line in lines if line.startswith("VmRSS:")]
    return int(found.split()[1]) * 1024


# --- what stands around a body ---------------------------------------------------------------------------


@pytest.mark.parametrize("trailer", ["Accept: text/csv", "Accept: image/png", "Host: evil.example", "X: y"])
def test_a_trailer_changes_nothing(served: tuple[str, object], trailer: str) -> None:
    with closing(connected(served[0])) as connection:
        body = b"6\r\n" + ASK + b"\r\n0\r\n" + trailer.encode() + b"\r\n\r\n"
        connection.sendall(chunked("Accept: application/sparql-results+json", "Connection: close") + body)
        answer = everything(connection)
    assert status(answer) == 200
    assert answer.endswith(b'"boolean":true}')


def test_a_key_in_a_trailer_opens_nothing(served: tuple[str, object], store: Path) -> None:
    token = Keys(store).make("trailing", Scope.ADMIN)[1]
    with closing(connected(served[0])) as connection:
        lines = ("Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
        connection.sendall(head("/api/v1/documents", *lines))
        connection.sendall(b"2\r\n{}\r\n0\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n")
        assert status(everything(connection)) == 401


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (b"6\r\nASK {}\r\n0\r\n", b"X-Trailer: " + b"x" * 1000 + b"\r\n"),
        (b"6\r\nASK {}\r\n0\r\nX-Trailer: ", b"x" * 1000),
        (b"6;name=", b"x" * 1000),
        (b"", b"1;" + b"x" * 1000 + b"\r\na\r\n"),
        (b"", b"1" + b" " * 1000 + b"\r\na\r\n"),
    ],
    ids=["many trailers", "a long trailer", "a long extension", "many extensions", "blanks"],
)
def test_what_stands_around_chunks_has_an_end(
    served: tuple[str, subprocess.Popen[str]], begin: bytes, again: bytes
) -> None:
    url, process = served
    before = resident(process)
    sent = 0
    with closing(connected(url)) as connection:
        connection.sendall(chunked() + begin)
        with suppress(OSError):
            while sent < 8 * MEGABYTE:
                connection.sendall(again)
                sent += len(again)
        answer = b""
        with suppress(OSError):
            answer = everything(connection)
    assert sent < 8 * MEGABYTE, "everything was read"
    assert not answer or status(answer) in {400, 431}
    assert resident(process) - before < 8 * MEGABYTE
    assert httpx.get(f"{url}/healthz").status_code == 200


@pytest.mark.parametrize(
    "beside",
    [
        b"6\r\nASK {}\r\n0\r\n" + b"T: t\r\n" * 20_000 + b"\r\n",
        b"6\r\nASK {}\r\n0\r\nT: " + b"t" * 100_000 + b"\r\n\r\n",
        b"6;" + b"e" * 100_000 + b"\r\nASK {}\r\n0\r\n\r\n",
        b"6\r\nASK {}\r\n0;" + b"e" * 40_000 + b"\r\nT: " + b"t" * 40_000 + b"\r\n\r\n",
    ],
    ids=["many trailers", "a long trailer", "a long extension", "both"],
)
def test_what_stands_around_chunks_is_counted_when_it_comes_with_its_head(
    served: tuple[str, object], beside: bytes
) -> None:
    with closing(connected(served[0])) as connection:
        with suppress(OSError):
            connection.sendall(chunked("Connection: close") + beside)
        answer = everything(connection)
    assert not answer or status(answer) == 431


def test_a_body_that_comes_with_the_end_of_its_head_is_no_part_of_it(served: tuple[str, object]) -> None:
    query = ASK + b" " * 60_000
    lines = (f"Content-Length: {len(query)}", "Connection: close", "X: " + "x" * 30_000)
    whole = head("/sparql", "Content-Type: application/sparql-query", *lines) + query
    with closing(connected(served[0])) as connection:
        connection.sendall(whole[:30])
        time.sleep(0.05)  # so that it is read apart; where it is not, the same must hold
        connection.sendall(whole[30:])
        assert status(everything(connection)) == 200


def test_a_body_in_the_smallest_chunks_is_taken(served: tuple[str, object]) -> None:
    query = b"ASK {}" + b" " * 30_000
    with closing(connected(served[0])) as connection:
        connection.sendall(chunked("Connection: close"))
        connection.sendall(b"".join(b"1\r\n%c\r\n" % sign for sign in query) + b"0\r\n\r\n")
        assert status(everything(connection)) == 200


def test_requests_that_follow_each_other_each_have_their_own_bound(served: tuple[str, object]) -> None:
    once = chunked("X: " + "x" * 30_000) + b"6;" + b"e" * 20_000 + b"\r\nASK {}\r\n0\r\nT: t\r\n\r\n"
    with closing(connected(served[0])) as connection:
        for _ in range(8):
            connection.sendall(once)
        connection.sendall(head("/healthz", "Connection: close", method="GET"))
        assert everything(connection).count(b"HTTP/1.1 200 ") == 9


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Transfer-Encoding: gzip, chunked",), 501),
        (("Transfer-Encoding: chunked, chunked",), 400),
        (("Transfer-Encoding: identity, chunked",), 501),
        (("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), 501),
        (("Transfer-Encoding: chunked", "Content-Type: text/plain"), 400),
        (("Transfer-Encoding: chunked", "Content-Length: 6"), 400),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(
    served: tuple[str, object], lines: tuple[str, ...], expected: int
) -> None:
    with closing(connected(served[0])) as connection:
        connection.sendall(head("/sparql", "Content-Type: application/sparql-query", *lines))
        connection.sendall(b"6\r\nASK {}\r\n0\r\n\r\n")
        assert status(everything(connection)) == expected


# --- who asks for another name -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/readyz", "/metrics", "/sparql", "/api/v1/claims", "/nowhere"]
)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example"])
def test_a_server_of_this_machine_answers_under_its_names_alone(
    served: tuple[str, object], path: str, host: str
) -> None:
    answer = httpx.get(served[0] + path, headers={"Host": host})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (421, "unknown-host")
    assert "SERVANDA_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:99", "127.0.0.1", "127.0.0.9:8000", "[::1]", "[::1]:8"]
)
def test_all_names_of_this_machine_are_its_own(served: tuple[str, object], host: str) -> None:
    assert httpx.get(served[0] + "/metrics", headers={"Host": host}).status_code == 200


def test_any_name_may_be_allowed_but_reads_no_metrics(serving: Serving, store: Path) -> None:
    with serving(_copy(store), SERVANDA_HOSTS="*") as (url, _):
        assert httpx.get(url + "/healthz", headers={"Host": "kg.example.org"}).status_code == 200
        assert httpx.get(url + "/metrics", headers={"Host": "kg.example.org"}).status_code in {401, 403, 404}
        assert httpx.get(url + "/metrics").status_code == 200


def _copy(store: Path) -> Path:
    return Path(shutil.copytree(store, Path(tempfile.mkdtemp(dir=store.parent)) / "store"))


# --- who is there and does nothing -------------------------------------------------------------------------


@contextmanager
def limited(
    store: Path, descriptors: int, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """Give a server that may have so many descriptors, and the file of its log."""
    log = store.parent / "log"
    command = [
        *("prlimit", f"--nofile={descriptors}:{descriptors}"),
        *(sys.executable, "-m", "api", "serve", "--store", str(store), "--port", "0"),
    ]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().decode()
            assert ready.startswith("Servanda serves"), log.read_text(encoding="utf-8")
            yield ready.split()[-1], process, log
        finally:
            process.terminate()
            process.communicate(timeout=20)


def test_more_idle_connections_than_descriptors_keep_nobody_out(store: Path) -> None:
    with limited(_copy(store), 256, SERVANDA_PATIENCE="60") as (url, process, log), ExitStack() as idle:
        for _ in range(400):
            idle.enter_context(closing(connected(url)))
        for _ in range(20):
            assert httpx.get(f"{url}/api/v1/agreements", timeout=20).status_code == 200
        assert len(list(Path(f"/proc/{process.pid}/fd").iterdir())) < 256
        assert log.stat().st_size < 50_000


def test_a_connection_that_is_used_stays_while_idle_ones_make_room(store: Path) -> None:
    few = {"SERVANDA_CONNECTIONS": "20", "SERVANDA_PATIENCE": "60"}
    with (
        limited(_copy(store), 1024, **few) as (url, _, _),
        closing(connected(url)) as used,
        ExitStack() as idle,
    ):
        for _ in range(100):
            idle.enter_context(closing(connected(url)))
            assert status(asked(used)) == 200


def _settled(process: int) -> int:
    """Return how many descriptors a process holds once what is made after its start is made."""
    seen: list[int] = []
    while len(seen) < 20 or len(set(seen[-20:])) > 1:
        seen.append(len(list(Path(f"/proc/{process}/fd").iterdir())))
        time.sleep(0.1)
    return seen[-1]


def _told(connection: socket.socket) -> int | None:
    """Return the status that is told to who says nothing; None if nothing is told at once."""
    connection.settimeout(2)
    try:
        return status(everything(connection))
    except TimeoutError:
        return None


def test_who_finds_no_descriptor_is_told_503_and_the_log_stays_small(store: Path) -> None:
    with limited(_copy(store), 256, SERVANDA_PATIENCE="60") as (url, process, log):
        held = _settled(process.pid)
        half = head("/sparql", "Content-Type: application/sparql-query", "Content-Length: 9")
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (held + 1, 256))
        with ExitStack() as busy:
            for _ in range(12):  # what the server closed meanwhile may be taken, too
                connection = busy.enter_context(closing(connected(url)))
                connection.sendall(half)
                if _told(connection) is not None:
                    break
            told = []
            for _ in range(5):
                with closing(connected(url)) as other:
                    told.append(_told(other))
                time.sleep(0.3)
            assert told == [503] * 5
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (256, 256))
        time.sleep(1.2)
        assert httpx.get(f"{url}/healthz", timeout=5).status_code == 200
        assert log.stat().st_size < 50_000
        assert "no descriptor is left" in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hasty(serving: Serving, store: Path) -> Iterator[str]:
    with serving(_copy(store), SERVANDA_PATIENCE=str(PATIENCE)) as (url, _):
        yield url


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /healthz HTTP/1.1\r\nHost: local",
        chunked() + b"100\r\nASK",
        head("/sparql", "Content-Type: application/sparql-query", "Content-Length: 100") + b"ASK",
    ],
    ids=["head", "chunk", "length"],
)
def test_a_request_that_stands_still_is_told_408(hasty: str, begun: bytes) -> None:
    with closing(connected(hasty)) as connection:
        connection.sendall(begun)
        assert status(everything(connection)) == 408


def test_a_connection_on_which_nothing_comes_is_closed(hasty: str) -> None:
    with closing(connected(hasty)) as connection:
        assert everything(connection) == b""


def test_a_body_byte_by_byte_is_ended_and_a_slow_one_is_taken(hasty: str) -> None:
    query = b"ASK {}" + b" " * 3000
    lines = ("Content-Type: application/sparql-query", f"Content-Length: {len(query)}", "Connection: close")
    with closing(connected(hasty)) as slow, closing(connected(hasty)) as crawling:
        for connection in (slow, crawling):
            connection.sendall(head("/sparql", *lines))
        for step in range(30):
            slow.sendall(query[step * 101 : step * 101 + 101])
            with suppress(OSError):
                crawling.sendall(query[step : step + 1])
            time.sleep(0.1)
        assert status(everything(slow)) == 200
        assert status(everything(crawling)) == 408


def test_who_does_not_read_an_answer_is_left(hasty: str) -> None:
    with closing(connected(hasty)) as connection:
        line = head("/openapi.json", method="GET")
        connection.sendall(line * 100)
        time.sleep(PATIENCE * 5)
        got = everything(connection)
    assert 0 < got.count(b"HTTP/1.1 200 ") < 100


# --- who leaves --------------------------------------------------------------------------------------------


def test_clients_that_leave_in_the_middle_are_no_failures_of_the_server(store: Path) -> None:
    folder = _copy(store)
    token = Keys(folder).make("leaving", Scope.ADMIN)[1]
    with limited(folder, 1024) as (url, _, log):
        for path, kind in (
            ("/api/v1/documents", "application/json"),
            ("/sparql", "application/sparql-query"),
        ):
            for _ in range(10):
                with closing(connected(url)) as connection:
                    lines = (
                        f"Content-Type: {kind}",
                        "Content-Length: 1000",
                        f"Authorization: Bearer {token}",
                    )
                    connection.sendall(head(path, *lines) + b"{")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            text = httpx.get(f"{url}/metrics").text
            gone = [line for line in text.splitlines() if 'client-gone"' in line and "_total" in line]
            if sum(float(line.rpartition(" ")[2]) for line in gone) >= 20:
                break
            time.sleep(0.1)
        assert sum(float(line.rpartition(" ")[2]) for line in gone) == 20
        assert "internal-error" not in text
        assert "error" not in log.read_text(encoding="utf-8")


def answered(url: str) -> int:
    """Return how many requests have ended, but for those to be measured."""
    lines = httpx.get(f"{url}/metrics", timeout=20).text.splitlines()
    found = [line for line in lines if line.startswith("servanda_request_seconds_count{")]
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in found if '"/metrics"' not in line)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/api/v1/claims?limit=200"])
def test_many_requests_at_once_are_begun_no_faster_than_answers_are_taken(
    served: tuple[str, subprocess.Popen[str]], path: str
) -> None:
    url, _ = served
    size = len(httpx.get(f"{url}{path}", headers={"Accept-Encoding": "identity"}, timeout=20).content)
    before, wanted = answered(url), 60
    most = 2 + MEGABYTE // size
    assert most < wanted
    with closing(connected(url)) as client:
        client.sendall(
            head(path, method="GET") * (wanted - 1) + head(path, "Connection: close", method="GET")
        )
        counts: list[int] = []
        while len(counts) < 20 or counts[-1] != counts[-20]:  # it has come to a rest
            counts.append(answered(url) - before)
            time.sleep(0.02)
        assert counts[-1] <= most
        assert everything(client).count(b"HTTP/1.1 200 OK\r\n") == wanted
    until = time.monotonic() + 20
    while answered(url) - before < wanted and time.monotonic() < until:
        time.sleep(0.02)
    assert answered(url) - before == wanted
