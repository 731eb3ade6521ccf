"""What goes over the wire, piece by piece, and the answers that come back."""

from __future__ import annotations

import re
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator

Piece: TypeAlias = bytes | float | str
"""Bytes to be sent, seconds to wait, or what is done: `half` (nothing more is sent), `reset`, `answer`."""

END: Final = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A case: what is sent, and the statuses of all answers in order until the connection ends.

    `4xx` stands for any of a class, `200h` for an answer without its body, `-` for no answer at all; with
    `…` at the end the connection need not end, and what was told so far counts.
    """

    name: str
    answers: str
    pieces: tuple[Piece, ...]

    def is_met(self, statuses: list[int]) -> bool:
        """Return whether these are the answers."""
        wanted = [] if self.answers == "-" else self.answers.rstrip("… ").split()
        if len(wanted) != len(statuses):
            return False
        return all(
            said[0] == str(came)[0] if "xx" in said else said.rstrip("h") == str(came)
            for said, came in zip(wanted, statuses, strict=True)
        )


def row(name: str, answers: str, *pieces: Piece) -> Row:
    """Return a case."""
    return Row(name, answers, pieces)


def request(method: str, target: str, *lines: str, body: bytes = b"", last: bool = True) -> bytes:
    """Return a request to this machine, after which the connection ends if it is the last."""
    closing = ("Connection: close",) if last else ()
    length = (f"Content-Length: {len(body)}",) if body else ()
    head = "\r\n".join((f"{method} {target} HTTP/1.1", "Host: localhost", *lines, *length, *closing))
    return head.encode("latin-1") + END + body


def get(target: str, *lines: str, last: bool = True) -> bytes:
    """Return a request to read."""
    return request("GET", target, *lines, last=last)


def post(target: str, media_type: str, body: bytes, *lines: str, last: bool = True) -> bytes:
    """Return a request with a body."""
    return request("POST", target, f"Content-Type: {media_type}", *lines, body=body, last=last)


def connected(url: str) -> socket.socket:
    """Return a connection to the server."""
    where = urlsplit(url)
    made = socket.create_connection((where.hostname or "", where.port or 0), timeout=2 * LATE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def told(url: str, case: Row) -> tuple[list[int], bytes]:
    """Return the statuses of all answers to a case, and everything that came."""
    came = bytearray()
    with connected(url) as client:
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in case.pieces:
                _done(client, piece, came)
        with suppress(ConnectionResetError, OSError):
            while not _is_enough(case, came) and (more := client.recv(65536)):
                came += more
    return statuses(bytes(came), case.answers), bytes(came)


def _is_enough(case: Row, came: bytearray) -> bool:
    """Return whether a case whose connection may stay has all its answers."""
    return case.answers.endswith("…") and len(statuses(bytes(came), case.answers)) >= len(
        case.answers.rstrip("… ").split()
    )


def _done(client: socket.socket, piece: Piece, came: bytearray) -> None:
    if isinstance(piece, bytes):
        client.sendall(piece)
    elif isinstance(piece, float):
        time.sleep(piece)
    elif piece == "half":
        client.shutdown(socket.SHUT_WR)
    elif piece == "reset":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    elif piece == "answer":
        came += client.recv(65536)


def statuses(came: bytes, answers: str = "") -> list[int]:
    """Return the statuses of the answers that came whole."""
    return list(_statuses(came, answers.rstrip("… ").split()))


def _statuses(came: bytes, wanted: list[str]) -> Iterator[int]:
    number = 0
    while found := _STATUS.match(came):
        head, blank, rest = came.partition(END)
        if not blank:
            return
        status = int(found[1])
        bodiless = status < 200 or status in {204, 304} or "h" in "".join(wanted[number : number + 1])
        length = _LENGTH.search(head + b"\r\n")
        if bodiless:
            came = rest
        elif length:
            if len(rest) < int(length[1]):
                return
            came = rest[int(length[1]) :]
        elif b"\r\ntransfer-encoding: chunked" in head.lower():
            whole, came = _after_chunks(rest)
            if not whole:
                return
        else:
            came = b""
        yield status
        number += status >= 200


def _after_chunks(rest: bytes) -> tuple[bool, bytes]:
    """Return whether the chunks are whole, and what comes after them."""
    while True:
        size, blank, rest = rest.partition(b"\r\n")
        if not blank:
            return False, b""
        length = int(size, 16)
        if len(rest) < length + 2:
            return False, b""
        rest = rest[length + 2 :]
        if length == 0:
            return True, rest
