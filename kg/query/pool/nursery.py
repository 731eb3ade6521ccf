"""The zygote of a lane as the server knows it: where workers are ordered, and ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from kg.query.pool.limits import Lane
    from kg.query.pool.process import Process

_PATIENCE: Final = 2.0
"""Seconds that a zygote may take to end, or to take an order."""
_LONGEST: Final = 64 * 1024
_PASSED_ON: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "TZ")
"""What a zygote gets of the environment; the rest may hold what no worker should know."""


class Nursery:
    """A zygote; the thread that makes it should live as long as it, because the kernel ties them."""

    def __init__(self, lane: str) -> None:
        """Start the zygote; orders wait until it has imported what its workers need.

        Raises OSError where the system does not start it.
        """
        self.lane = lane
        self.control, theirs = socket.socketpair()
        self.control.settimeout(_PATIENCE)
        self._lock = threading.Lock()
        self._reports = b""
        with theirs, ExitStack() as undone:
            undone.callback(self.control.close)
            self._zygote = subprocess.Popen(  # noqa: S603 - this very program
                [
                    *(sys.executable, "-P", "-m", "kg.query.pool.zygote"),
                    *(lane, str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
            )
            undone.pop_all()

    def order(self, process: Process, handles: tuple[int, int], lane: Lane) -> None:
        """Have a worker forked, with its ends of its channel and of the pipe that is its standard error.

        Raises OSError where the zygote takes none.
        """
        said = {
            "fork": process.number,
            "checkpoint": str(process.generation.checkpoint),
            "memory": lane.limits.memory,
            "writes": lane.writes,
        }
        with self._lock:
            socket.send_fds(self.control, [json.dumps(said).encode() + b"\n"], handles)

    def kill(self, number: int) -> None:
        """Have a worker killed; where the zygote is gone, it is dead already."""
        with self._lock, suppress(OSError):
            self.control.sendall(json.dumps({"kill": number}).encode() + b"\n")

    def reports(self) -> list[tuple[int, int | None, int]] | None:
        """Return which workers have ended, how, and at what size; None where the zygote itself has."""
        try:
            some = self.control.recv(_LONGEST)
        except OSError:
            return None
        if not some:
            return None
        *lines, self._reports = (self._reports + some).split(b"\n")
        found: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return [(report["ended"], report["status"], report["peak"]) for report in found]

    def close(self) -> None:
        """End the zygote, and with it its workers, and wait for it."""
        self.control.close()
        try:
            self._zygote.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill_zygote()

    def kill_zygote(self) -> None:
        """End the zygote at once; the kernel ends its workers."""
        self.control.close()
        self._zygote.kill()
        self._zygote.wait()

    @property
    def pid(self) -> int:
        """The process id of the zygote."""
        return self._zygote.pid


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(
        [str(Path(__file__).resolve().parents[3]), *(entry for entry in sys.path if entry)]
    )
    # One arena: each other takes 64 MiB of the address space that a query may have.
    return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"}
