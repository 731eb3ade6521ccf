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

_LENGTHS: Final = struct.Struct("!II")
_HEAD: Final = 64 * 1024
"""The longest head of a worker's, in bytes."""
_FIRST: Final = 64 * 1024
"""How much is read at first: most answers are there at once."""


class GarbledError(Exception):
    """A worker wrote what no worker writes."""


def packed(head: Head, body: bytes | bytearray = b"") -> bytes:
    """Return a message."""
    said = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((_LENGTHS.pack(len(said), len(body)), said, body))


def read(handle: int) -> tuple[Head, bytes] | None:
    """Return the next message of the server; None where there will be none."""
    lengths = _exactly(handle, _LENGTHS.size)
    if lengths is None:
        return None
    head, body = _LENGTHS.unpack(lengths)
    rest = _exactly(handle, head + body)
    return None if rest is None else (json.loads(rest[:head]), rest[head:])


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
    while len(first) < _LENGTHS.size:
        channel.settimeout(_left(deadline))
        some = channel.recv(_FIRST)
        if not some:
            raise ConnectionResetError("the worker ended")
        first += some
    head, body = _LENGTHS.unpack_from(first)
    if head > _HEAD or body > most:
        raise GarbledError(f"a head of {head:,} bytes and a body of {body:,}")
    end = _LENGTHS.size + head + body
    if len(first) > end:
        raise GarbledError("more than one answer")
    whole = first if len(first) == end else _rest(channel, deadline, first, end)
    start = _LENGTHS.size + head
    return _head(bytes(whole[_LENGTHS.size : start])), bytes(memoryview(whole)[start:])


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


def _exactly(handle: int, number: int) -> bytes | None:
    """Return so many bytes; None where they will not come."""
    some = os.read(handle, number)
    if len(some) == number:
        return some
    parts = bytearray(some)
    while len(parts) < number:
        more = os.read(handle, number - len(parts))
        if not more:
            return None
        parts += more
    return bytes(parts)
