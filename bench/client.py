"""A small HTTP client that costs little beside what it measures, and servers to measure."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_JSON: Final = "application/sparql-results+json"


class Connection:
    """One connection that is kept open."""

    def __init__(self, url: str, timeout: float = 30.0, client: str | None = None) -> None:
        """Connect, as that client where the server takes us for a proxy."""
        self._where = urlsplit(url)
        self._client = "" if client is None else f"X-Forwarded-For: {client}\r\n"
        self._timeout = timeout
        self._socket = self._connected()

    def __enter__(self) -> Self:
        """Return the connection itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._socket.close()

    def query(self, query: str, accept: str = _JSON) -> tuple[int, bytes]:
        """Return status and body of the answer to a query, asked by GET."""
        path = f"{self._where.path}?query={quote(query, safe='')}"
        head = f"GET {path} HTTP/1.1\r\nHost: {self._where.netloc}\r\nAccept: {accept}\r\n"
        return self.send(f"{head}{self._client}\r\n".encode())

    def post(self, query: bytes, accept: str = _JSON) -> tuple[int, bytes]:
        """Return status and body of the answer to a query, asked by POST."""
        head = (
            f"POST {self._where.path} HTTP/1.1\r\nHost: {self._where.netloc}\r\nAccept: {accept}\r\n"
            f"Content-Type: application/sparql-query\r\nContent-Length: {len(query)}\r\n{self._client}\r\n"
        )
        return self.send(head.encode() + query)

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer; raise OSError where there is none."""
        try:
            self._socket.sendall(request)
            return self._answer()
        except OSError:
            self._socket.close()
            self._socket = self._connected()
            raise

    def _connected(self) -> socket.socket:
        assert self._where.hostname is not None  # noqa: S101 - as it was given
        made = socket.create_connection((self._where.hostname, self._where.port or 80), self._timeout)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _answer(self) -> tuple[int, bytes]:
        data = self._more(b"")
        while b"\r\n\r\n" not in data:
            data = self._more(data)
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((line for line in lines if line.startswith(b"content-length:")), None)
        if length is not None:
            whole = int(length.partition(b":")[2])
            while len(body) < whole:
                body = self._more(body)
        elif b"transfer-encoding: chunked" in lines:
            while not body.endswith(b"0\r\n\r\n"):
                body = self._more(body)
            body = _unchunked(body)
        return int(lines[0].split(b" ")[1]), body

    def _more(self, data: bytes) -> bytes:
        piece = self._socket.recv(262_144)
        if not piece:
            raise ConnectionResetError("the server closed the connection")
        return data + piece


def _unchunked(body: bytes) -> bytes:
    parts, rest = [], body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        parts.append(rest[:length])
        rest = rest[length + 2 :] if length else b""
    return b"".join(parts)


@contextmanager
def ours(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve a store; give the address of its SPARQL endpoint."""
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), "--port", "0"]
    unlimited = {"SERVANDA_CLIENT_SECONDS": "0", "SERVANDA_CLIENT_ERRORS": "0", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - our own server
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **unlimited, **(environment or {})},
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - as it was opened
            yield f"{process.stdout.readline().split()[-1]}/sparql"
        finally:
            process.send_signal(signal.SIGTERM)


def oxigraph() -> str | None:
    """Return the command `oxigraph`, as PyPI has it; None where it is not installed."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextmanager
def peer(command: str, data: Path, folder: Path) -> Iterator[str]:
    """Serve a file of N-Quads with Oxigraph's own server; give the address of its SPARQL endpoint."""
    subprocess.run(  # noqa: S603 - the peer
        [command, "load", "--location", str(folder), "--file", str(data)], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(  # noqa: S603 - the peer
        [command, *arguments, "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")
