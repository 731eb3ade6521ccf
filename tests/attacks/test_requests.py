"""Hostile requests, byte by byte: each is answered as it should be, and nobody else waits for it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from kg.keys import Keys, Scope
from tests.attacks.cases import Case, requests
from tests.attacks.conftest import SECONDS
from tests.pace import LATE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from tests.attacks.conftest import Serving
    from tests.attacks.listeners import Listeners

_PATIENCE = 8.0
_WHILE = 2.0
_CASES = requests()
_AT_ONCE = [case for case in _CASES if "manner" not in case.about]
_SLOW = [case for case in _CASES if "manner" in case.about]


def _named(case: Case) -> str:
    return case.name


def test_the_corpus_has_every_kind() -> None:
    kinds = {case.name.partition("-")[0] for case in _CASES}
    assert {"S07", "S08", "S11", "U15"} <= kinds
    # H12, what a log tells of who asked for what, is looked at in tests/api/test_log.py.
    assert {f"H{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)} <= kinds


@pytest.mark.parametrize("case", _AT_ONCE, ids=_named)
def test_a_request_is_answered_as_it_should_be(  # noqa: PLR0913 - fixtures
    case: Case,
    server: tuple[str, subprocess.Popen[str]],
    http: httpx.Client,
    key: str,
    listeners: Listeners,
    *,
    bounded: bool,
) -> None:
    if "limits" in case.about and not bounded:
        pytest.skip("the server runs queries where it cannot end them: SERVANDA_QUERY_TIMEOUT is not known")
    start = time.monotonic()
    status, headers, body = _asked(server[0], _filled(case, server[0], key, listeners))
    assert time.monotonic() - start < SECONDS + LATE
    assert listeners.connected() == 0
    assert server[1].poll() is None
    assert status in case.about["status"], body[:300]
    kind = headers.get("content-type", "").partition(";")[0]
    assert kind not in case.about.get("never", ())
    for name in case.about.get("absent", ()):
        assert name not in headers
    for line in case.about.get("present", ()):
        name, _, wanted = line.partition(": ")
        assert wanted in headers.get(name, "").lower()
    for word in case.about.get("silent", ()):
        assert word not in body
    assert case.about.get("says", "") in body
    assert http.get("/healthz").is_success


@pytest.mark.parametrize("case", _SLOW, ids=_named)
def test_a_client_that_is_slow_keeps_nobody_waiting(
    case: Case, server: tuple[str, subprocess.Popen[str]], http: httpx.Client, key: str, listeners: Listeners
) -> None:
    manners: dict[str, Callable[[socket.socket, bytes], None]] = {
        "drip": _drip,
        "deaf": _deaf,
        "hang": _deaf,
        "again": _again,
    }
    payload = _filled(case, server[0], key, listeners)
    clients = [_connected(server[0]) for _ in range(4 if case.about["manner"] == "again" else 20)]
    threads = [
        threading.Thread(target=manners[case.about["manner"]], args=(client, payload)) for client in clients
    ]
    for thread in threads:
        thread.start()
    spent: list[float] = []
    until = time.monotonic() + _WHILE
    while time.monotonic() < until or len(spent) < 20:
        start = time.monotonic()
        assert http.get("/healthz").is_success
        spent.append(time.monotonic() - start)
    for client in clients:
        client.close()
    for thread in threads:
        thread.join(timeout=_PATIENCE)
        assert not thread.is_alive()
    assert max(spent) < LATE
    assert server[1].poll() is None


def test_no_key_is_in_what_the_server_writes_to_its_log(
    serving: Serving, attacked: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(attacked.parent / "copy", folder)
    secret = Keys(folder).make("to be looked for", Scope.ADMIN)[1]
    with serving(folder) as (url, process):
        for case in _AT_ONCE:
            if case.about.get("secret"):
                raw = case.raw.replace(b"SECRET", secret.encode()).replace(
                    b"HOST", urlsplit(url).netloc.encode()
                )
                _asked(url, raw)
        process.terminate()
        out, log = process.communicate(timeout=20)
    assert secret not in out + log
    assert secret.split("_", 2)[2] not in out + log


def _filled(case: Case, url: str, key: str, listeners: Listeners) -> bytes:
    """Return the bytes of the request, with the host, the key and the length of the body put in."""
    made = case.payload({**listeners.addresses, "HOST": urlsplit(url).netloc, "SECRET": key})
    head, blank, body = made.partition(b"\r\n\r\n")
    return head.replace(b"LENGTH", str(len(body)).encode()) + blank + body


def _connected(url: str) -> socket.socket:
    where = urlsplit(url)
    assert where.hostname is not None
    assert where.port is not None
    made = socket.socket()
    made.settimeout(_PATIENCE)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what is not read is not taken either
    made.connect((where.hostname, where.port))
    return made


def _asked(url: str, raw: bytes) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of the first answer; status 0 where the connection is closed."""
    answer = bytearray()
    with _connected(url) as client:
        with suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(raw)
        with suppress(ConnectionResetError, TimeoutError):
            client.settimeout(SECONDS + 1.5)
            while piece := client.recv(65536):
                answer += piece
                if _whole(bytes(answer)):
                    break
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    status = lines[0].split(" ")[1:2]
    return int(status[0]) if status else 0, headers, body.decode("utf-8", "replace")


def _whole(answer: bytes) -> bool:
    """Return whether an answer has as many bytes as it says."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(blank) and bool(lengths) and len(body) >= int(lengths[0].partition(b":")[2])


def _drip(client: socket.socket, payload: bytes) -> None:
    with suppress(OSError):
        for number in range(len(payload)):
            client.sendall(payload[number : number + 1])
            time.sleep(0.2)


def _deaf(client: socket.socket, payload: bytes) -> None:
    with suppress(OSError):
        client.sendall(payload)


def _again(client: socket.socket, payload: bytes) -> None:
    with suppress(OSError):
        while True:
            client.sendall(payload)
            answer = b""
            while not _whole(answer):
                piece = client.recv(65536)
                if not piece:
                    return
                answer += piece
