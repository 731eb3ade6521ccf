"""How the server and a worker speak: a head in JSON and a body, each with its length before it.

The server never trusts what a worker wrote: lengths are capped, heads are JSON and nothing else, and
there is one deadline for all of it.
"""

from __future__ import annotations

import json
import os
import struct
import time
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

Head: TypeAlias = "Mapping[str, object]"

_JSON: Final = json.JSONEncoder(separators=(",", ":"))
LENGTHS: Final = struct.Struct("!II")
"""The lengths of the head and of the body, with which a message begins."""
_HEAD: Final = 64 * 1024
"""The longest head of a worker's, in bytes."""
_FIRST: Final = 64 * 1024
"""How much is read at first: most messages are there at once."""
_MORE: Final = 1024 * 1024


class GarbledError(Exception):
    """A worker wrote what no worker writes."""


def packed(head: Head, body: bytes | bytearray = b"") -> bytes:
    """Return a message."""
    said = _JSON.encode(head).encode()
    return b"".join((LENGTHS.pack(len(said), len(body)), said, body))


def read(handle: int) -> tuple[Head, bytes] | None:
    """Return the next message of the server, which sends one at a time; None where there will be none."""
    some: bytes | bytearray = os.read(handle, _FIRST)
    if not some:
        return None
    while len(some) < LENGTHS.size or len(some) < LENGTHS.size + sum(LENGTHS.unpack_from(some)):
        more = os.read(handle, _MORE)
        if not more:
            return None
        some = some if isinstance(some, bytearray) else bytearray(some)
        some += more
    start = LENGTHS.size + LENGTHS.unpack_from(some)[0]
    return json.loads(some[LENGTHS.size : start]), bytes(some[start:])


def write(handle: int, message: bytes) -> None:
    """Write a whole message."""
    rest = memoryview(message)
    while rest:
        rest = rest[os.write(handle, rest) :]


def send(channel: socket.socket, message: bytes, deadline: float) -> None:
    """Send a message; raise TimeoutError at the deadline, OSError where the worker is gone."""
    channel.settimeout(_left(deadline))
    channel.sendall(message)


def receive(channel: socket.socket, deadline: float, most: int) -> tuple[Head, bytes]:
    """Return the next message of a worker, with a body of at most so many bytes.

    Raises TimeoutError at the deadline, ConnectionError where the worker ends before the end of the
    message, GarbledError for what is no message.
    """
    first = bytearray()
    while len(first) < LENGTHS.size:
        channel.settimeout(_left(deadline))
        some = channel.recv(_FIRST)
        if not some:
            raise ConnectionResetError("the worker ended")
        first += some
    head, body = LENGTHS.unpack_from(first)
    if head > _HEAD or body > most:
        raise GarbledError(f"a head of {head:,} bytes and a body of {body:,}")
    end = LENGTHS.size + head + body
    if len(first) > end:
        raise GarbledError("more than one answer")
    whole = first if len(first) == end else _rest(channel, deadline, first, end)
    start = LENGTHS.size + head
    return _head(bytes(whole[LENGTHS.size : start])), bytes(memoryview(whole)[start:])


def _rest(channel: socket.socket, deadline: float, first: bytearray, end: int) -> bytearray:
    whole = bytearray(end)
    whole[: len(first)] = first
    at = len(first)
    view = memoryview(whole)
    while at < end:
        channel.settimeout(_left(deadline))
        number = channel.recv_into(view[at:])
        if not number:
            raise ConnectionResetError("the worker ended within its answer")
        at += number
    return whole


def _head(said: bytes) -> Head:
    try:
        head = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise GarbledError("the head is no JSON") from error
    if not isinstance(head, dict):
        raise GarbledError("the head is no object")
    return head


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
