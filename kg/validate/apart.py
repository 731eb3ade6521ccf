"""The engine in a process of its own, which may die: whoever asks goes on, and is told of what."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

from kg.validate.frames import FAULT, NODES, read, write

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LEAST: Final = 60.0
"""Seconds that a graph may take at least, and more by its length."""
_A_SECOND: Final = 100_000
"""Bytes of N-Triples that are checked in a second at the very least."""
_END: Final = 5.0
_LONGEST: Final = 300
_PASSED_ON: Final = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "TZ", "PATH")


class Engine(Protocol):
    """What says which nodes of a graph fail."""

    def failing(self, data: bytes) -> frozenset[str]:
        """Return the nodes that fail of N-Triples, each as N-Triples write it.

        Raises EngineFaultError where it cannot tell, EngineMissingError where there is no such engine.
        """


class EngineFaultError(Exception):
    """An engine that panicked, died or hung over a graph, in words."""


class EngineMissingError(Exception):
    """An engine that is not there at all, in words."""


def prepare(folder: Traversable) -> None:
    """Compile the shapes of a folder if there is an engine: processes forked from this one have them then."""
    with suppress(ImportError):
        from kg.validate.compiled import compiled  # noqa: PLC0415 - not for every machine

        compiled(Path(str(folder)))


class Here:
    """The engine in this process, which can be spared: a worker of the pool, for one task."""

    def __init__(self, folder: Traversable) -> None:
        """Take the folder of the shapes."""
        self._folder = folder

    def failing(self, data: bytes) -> frozenset[str]:
        """Return the nodes that fail, or raise, as of every engine."""
        try:
            from kg.validate.compiled import compiled  # noqa: PLC0415 - not for every machine
        except ImportError as error:
            raise EngineMissingError(str(error)) from error
        try:
            return compiled(Path(str(self._folder))).failing(data)
        except MemoryError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            compiled.cache_clear()  # what a panic left behind is not to be trusted
            raise EngineFaultError(f"{type(error).__name__}: {error}"[:_LONGEST]) from None


class Apart:
    """The engine in a process that is started when it is needed, and again when it has died."""

    def __init__(self, folder: Traversable) -> None:
        """Take the folder of the shapes."""
        self._folder = folder
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def failing(self, data: bytes) -> frozenset[str]:
        """Return the nodes that fail, or raise, as of every engine."""
        with self._lock:
            if self._child is None or not self._child.ours:
                self._child = _Child(self._folder)
            try:
                return self._child.ask(data)
            except BaseException:
                self._child.close()
                self._child = None
                raise

    def close(self) -> None:
        """End the process; the next question begins another."""
        with self._lock:
            if self._child is not None:
                self._child.close()
                self._child = None


class _Child:
    """One process."""

    def __init__(self, folder: Traversable) -> None:
        self._owner = os.getpid()
        path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *(at for at in sys.path if at)])
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-P", "-m", "kg.validate.worker", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,  # Ctrl-C is for who asks
            )
        except OSError as error:
            raise EngineMissingError(f"no process can be started for it: {error}") from error
        self._asked = cast("IO[bytes]", self._process.stdin).fileno()
        self._answers = cast("IO[bytes]", self._process.stdout).fileno()
        os.set_blocking(self._asked, False)
        atexit.register(self.close)

    @property
    def ours(self) -> bool:
        """Whether it was started by this process, and not by the one from which this was forked."""
        return self._owner == os.getpid()

    @cached_property
    def _ready(self) -> None:
        """Nothing, once it has said that it is ready."""
        try:
            said = read(self._answers, time.monotonic() + _LEAST)
        except TimeoutError:
            raise EngineMissingError("it does not begin") from None
        if said is None or said[0] != NODES:
            told = said[1].decode("utf-8", "replace") if said else "it ended at once"
            raise EngineMissingError(told[:_LONGEST])

    def ask(self, data: bytes) -> frozenset[str]:
        """Return the nodes that fail, or raise, as of every engine."""
        _ = self._ready
        until = time.monotonic() + _LEAST + len(data) / _A_SECOND
        try:
            write(self._asked, NODES, data, until)
            said = read(self._answers, until)
        except TimeoutError:
            raise EngineFaultError("it took too long and was ended") from None
        except OSError:
            said = None
        if said is None:
            raise EngineFaultError(self._death())
        kind, body = said
        if kind == FAULT:
            raise EngineFaultError(body.decode("utf-8", "replace")[:_LONGEST])
        return frozenset(body.decode().split("\n")) - {""}

    def close(self) -> None:
        """End the process and wait for it."""
        atexit.unregister(self.close)
        for handle in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                cast("IO[bytes]", handle).close()
        if self.ours:
            self._process.kill()
            self._process.wait(_END)

    def _death(self) -> str:
        """Return in words what it died of."""
        with suppress(subprocess.TimeoutExpired):
            status = self._process.wait(_END)
            if -status in set(signal.Signals):
                return f"its process was ended by {signal.Signals(-status).name}"
            return f"its process ended with {status}"
        return "its process says nothing more"
