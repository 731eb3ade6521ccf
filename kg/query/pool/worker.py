"""A worker: one process with one checkpoint, one thread for queries, and no way out of its sandbox."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from kg.query.pool import sandbox, wire
from kg.query.pool.deaths import STACK
from kg.query.pool.failures import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.wire import Head

    Answer = Callable[[Head, bytes, int], bytes | bytearray]

_GROWN: Final = 4
"""A worker that keeps more than this part of its memory after a task is replaced."""

_LONG: Final = 0.002
"""Seconds within which no task takes that much."""


def work(
    handle: int, opened: Callable[[str], Answer], checkpoint: str, memory: int, *, writes: bool = False
) -> None:
    """Answer tasks that come over the handle until it is closed; says first whether it is ready.

    All but this handle and the standard ones should be closed. `writes` says whether files may be written.
    """
    threading.stack_size(STACK)
    thread = threading.Thread(target=_serve, args=(handle, opened, checkpoint, memory, writes), daemon=True)
    thread.start()
    thread.join()


def _serve(
    handle: int,
    opened: Callable[[str], Answer],
    checkpoint: str,
    memory: int,
    writes: bool,  # noqa: FBT001
) -> None:
    try:
        answer = opened(checkpoint)
    except Exception as error:  # noqa: BLE001 - whatever it is, the server has to know
        wire.write(handle, wire.packed({"failed": f"{type(error).__name__}: {error}"[:1000]}))
        return
    sandboxed = sandbox.lock_down(memory, writes=writes)
    base = sandbox.address_space()
    process, thread = os.getpid(), threading.get_native_id()
    wire.write(handle, wire.packed({"sandboxed": sandboxed, "process": process, "thread": thread}))
    while (message := wire.read(handle)) is not None:
        head, body = message
        sandbox.limit_processor(float(str(head["seconds"])))
        begun = time.monotonic()
        said, made, sound = _answered(answer, head, body)
        long = time.monotonic() - begun > _LONG
        last = not sound or (long and sandbox.address_space() - base > memory // _GROWN)
        wire.write(handle, wire.packed({**said, "last": last}, made))
        if last:
            return


def _answered(answer: Answer, head: Head, body: bytes) -> tuple[Head, bytes | bytearray, bool]:
    """Return what to say, the answer, and whether the process may go on."""
    try:
        return {}, answer(head, body, int(str(head["answer"]))), True
    except MemoryError as error:
        return told(error), b"", False
    except Exception as error:  # noqa: BLE001 - the server tells them apart
        return told(error), b"", True
    except BaseException as error:  # noqa: BLE001 - a panic of the engine
        return told(error), b"", False
