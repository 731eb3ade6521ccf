"""Messages between a process and the one in which its engine runs: a kind, a length, and that many bytes."""

from __future__ import annotations

import math
import os
import select
import struct
import time
from typing import Final

NODES: Final = b"="
"""Before N-Triples that are to be checked, and before the nodes that fail, one on each line."""
FAULT: Final = b"!"
"""Before what the engine died of."""
_HEAD: Final = struct.Struct("!cQ")
_MORE: Final = 1024 * 1024


def write(handle: int, kind: bytes, body: bytes, until: float = math.inf) -> None:
    """Write a whole message; raise OSError where nobody reads, TimeoutError where not until that moment.

    Moments are those of `time.monotonic`. The handle may be one that does not block.
    """
    rest = memoryview(_HEAD.pack(kind, len(body)) + body)
    while rest:
        _wait([], [handle], until)
        try:
            rest = rest[os.write(handle, rest) :]
        except BlockingIOError:  # pragma: no cover - somebody else has filled the pipe
            continue


def read(handle: int, until: float = math.inf) -> tuple[bytes, bytes] | None:
    """Return the next message; None where there will be none, or only a part of one.

    Raises TimeoutError where it has not come until that moment.
    """
    head = _exactly(handle, _HEAD.size, until)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    body = _exactly(handle, length, until)
    return None if body is None else (kind, body)


def _exactly(handle: int, length: int, until: float) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        _wait([handle], [], until)
        some = os.read(handle, min(_MORE, length - len(parts)))
        if not some:
            return None
        parts += some
    return bytes(parts)


def _wait(reading: list[int], writing: list[int], until: float) -> None:
    if until == math.inf:
        return
    ready = select.select(reading, writing, [], max(0.0, until - time.monotonic()))
    if not any(ready):
        raise TimeoutError
