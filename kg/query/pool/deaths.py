"""What a worker died of: each kind has a name of its own, in the answer, the log and the numbers.

The kernel tells by which signal a process ended; what the engine, the C++ library and the C library write to
standard error before they end it tells a panic from memory that is not to be had. A stack that ran out is
told from other faults by how much of it was used.
"""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.errors import QueryDiedError
from kg.query.pool.failures import no_memory, no_time

if TYPE_CHECKING:
    from kg.query.pool.limits import Limits

STACK: Final = 512 * 1024 * 1024
"""Bytes of stack of the thread that runs tasks, taken only as they are used: parsers recurse."""
_NEARLY: Final = 0.75
"""The part of the stack that has been used where it ran out, and is not by anything else."""
_LONGEST: Final = 64 * 1024
_FAULTS: Final = frozenset({signal.SIGSEGV, signal.SIGBUS})
_PANIC = re.compile(r"panicked at")
_MEMORY = re.compile(r"memory allocation of|bad_alloc|[Oo]ut of memory|MemoryError")
_STACK = re.compile(r"overflowed its stack|stack overflow", re.IGNORECASE)
_PLAIN = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Death:
    """How a process ended: its status, if the kernel told, what it wrote last, and how many bytes it took."""

    status: int | None
    words: str = ""
    peak: int = 0

    @property
    def signal(self) -> int | None:
        """The signal that ended it; None: it ended by itself, or that is not known."""
        return os.WTERMSIG(self.status) if self.status is not None and os.WIFSIGNALED(self.status) else None

    @property
    def reason(self) -> str:
        """Why it ended, in a word.

        timeout (of the processor), panic, memory, stack, abort, lost (ended from outside), crash.
        """
        number = self.signal
        if self.status is None or number == signal.SIGKILL:
            return "lost"
        if number == signal.SIGXCPU:
            return "timeout"
        if _PANIC.search(self.words) and not _MEMORY.search(self.words):
            return "panic"
        if _MEMORY.search(self.words):
            return "memory"
        if _STACK.search(self.words) or (number in _FAULTS and self.peak > _NEARLY * STACK):
            return "stack"
        return "abort" if number == signal.SIGABRT else "crash"

    @property
    def saying(self) -> str:
        """What it wrote last, on one line, for the log."""
        return _PLAIN.sub(" ", self.words).strip()[:300]

    def error(self, limits: Limits) -> Exception:
        """Return what whoever asked is told."""
        reason = self.reason
        if reason == "timeout":
            return no_time(limits)
        if reason == "memory":
            return no_memory(limits)
        return died(reason, limits, self.signal)


def died(reason: str, limits: Limits, number: int | None = None) -> QueryDiedError:
    """Return the error of a task whose process died for a reason; by a signal, if it is known."""
    told = {
        "panic": "made the engine panic: a fault of the engine, and nothing was changed by it",
        "abort": "made the engine give up (abort): a fault of the engine, and nothing was changed by it",
        "stack": "goes deeper than the engine can follow: its stack ran out; ask for less at once",
        "once": "was ended from outside, as the kernel does where the machine has no memory left",
        "lost": "was ended from outside each time it was begun, as the kernel does where the machine has no "
        "memory left",
    }
    named = f" ({signal.Signals(number).name})" if number in set(signal.Signals) else ""
    crash = f"ended the process that ran it{named}: a fault of the engine, and nothing was changed by it"
    return QueryDiedError(_KINDS.get(reason, "query-crash"), f"{limits.what} {told.get(reason, crash)}")


def last_words(handle: int) -> str:
    """Return what stands in a pipe, whose writing end nobody waits for."""
    with suppress(OSError):
        return os.read(handle, _LONGEST).decode("utf-8", "replace")
    return ""


_KINDS: Final = {
    "panic": "query-panic",
    "abort": "query-abort",
    "stack": "query-stack",
    "lost": "query-killed",
    "once": "query-killed",
}
