"""One task in a process of its own, forked from this one: whatever it dies of, this one goes on and tells.

For a command that asks once and ends. Whoever calls has opened no store and started no thread: the process
that is forked does, and is then held to limits as the workers of a pool are.
"""

from __future__ import annotations

import math
import os
import pickle
import selectors
import signal
import struct
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from kg.errors import QueryError
from kg.query.pool import sandbox
from kg.query.pool.deaths import STACK, Death, died, last_words
from kg.query.pool.failures import no_memory, no_time, too_large

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from kg.query.pool.limits import Limits

_STEP: Final = 0.1
"""Seconds after which it is told how long the task has taken, while nothing else is to be told."""
_NEWS: Final = struct.Struct("!II")
_LENGTH: Final = struct.Struct("!Q")
_GIVEN, _RAISED, _NO_MEMORY, _PANIC = b"=", b"!", b"M", b"P"
"""How a message begins that holds an answer, an error, or that memory or the engine gave out."""
_MORE: Final = 1024 * 1024
_DEATH: Final = 5.0
"""Seconds within which a process ends that has closed its end."""


class Within(Protocol):
    """What a task is given in the process in which it runs."""

    def begin(self) -> None:
        """Hold the process to its limits from now on: all that it needs is open."""

    def tell(self, done: int, total: int) -> None:
        """Tell whoever waits how far the task has come."""


def alone(
    work: Callable[[Within], bytes],
    limits: Limits,
    shown: AbstractContextManager[Callable[[int, int], None]],
    *,
    writes: bool = False,
) -> bytes:
    """Return what the work gives, which is done in a process of its own; on Ctrl-C that ends at once.

    The time counts from when it begins, and may be infinite. Once there is a process, `shown` is entered;
    what it gives is called with how much is done of how much: what the work tells, else tenths of seconds.
    `writes` says whether files may be written.

    Raises what the work raises, QueryTimeoutError, QueryMemoryError, AnswerTooLargeError, and QueryDiedError
    where the process dies of anything else.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        watch = _forked(work, limits, before, writes=writes)
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # a Ctrl-C from before is raised here
        with shown as tell:
            return watch.wait(limits, tell)
    finally:
        watch.close()


def _forked(work: Callable[[Within], bytes], limits: Limits, signals: set[int], *, writes: bool) -> _Watch:
    """Return a watch on a new process that does the work.

    No Ctrl-C may come meanwhile: Python drops one that comes while it runs what others registered for a fork.
    The process takes up with `signals` held back instead.
    """
    pipes = [os.pipe() for _ in range(3)]
    sys.stdout.flush()
    sys.stderr.flush()
    parent, held = os.getpid(), sandbox.resident()
    child = os.fork()
    if child == 0:
        for reading, _ in pipes:
            os.close(reading)
        _Child(work, limits, [writing for _, writing in pipes], writes=writes).run(parent, signals)
    for _, writing in pipes:
        os.close(writing)
    answer, news, words = (reading for reading, _ in pipes)
    return _Watch(child, held, answer, news, words)


class _Watch:
    """The process as seen from here; `held` is the memory, in bytes, with which it was forked."""

    def __init__(self, child: int, held: int, answer: int, news: int, words: int) -> None:
        self._child = child
        self._held = held
        self._answer = answer
        self._news = news
        self._words = words
        self._said = bytearray()
        self._begun: float | None = None
        self._steps = False
        os.set_blocking(words, False)

    def wait(self, limits: Limits, tell: Callable[[int, int], None]) -> bytes:
        """Return the answer, or raise."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._answer, selectors.EVENT_READ)
            selector.register(self._news, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(_STEP):
                    if key.fd == self._answer:
                        if not self._read():
                            return self._ended(limits)
                    elif not self._listen(tell):
                        selector.unregister(self._news)
                self._look_at_the_clock(limits, tell)

    def close(self) -> None:
        """End the process, if it has not ended, and let go of everything."""
        self._bury()
        for handle in (self._answer, self._news, self._words):
            os.close(handle)

    def _read(self) -> bool:
        some = os.read(self._answer, _MORE)
        self._said += some
        return bool(some)

    def _listen(self, tell: Callable[[int, int], None]) -> bool:
        some = os.read(self._news, _NEWS.size)
        if len(some) == _NEWS.size:
            done, total = _NEWS.unpack(some)
            if total:
                self._steps = True
                tell(done, total)
            else:
                self._begun = time.monotonic()
        return bool(some)

    def _look_at_the_clock(self, limits: Limits, tell: Callable[[int, int], None]) -> None:
        if self._begun is None:
            return
        taken = time.monotonic() - self._begun
        if taken > limits.patience:
            raise no_time(limits, by_clock=True)
        if not self._steps and math.isfinite(limits.patience):
            tell(int(10 * taken), int(10 * limits.patience))

    def _ended(self, limits: Limits) -> bytes:
        """Return what the process said before it closed its end, or raise that or what it died of."""
        kind, head = bytes(self._said[:1]), self._said[1 : 1 + _LENGTH.size]
        if len(head) == _LENGTH.size and len(self._said) == 1 + len(head) + _LENGTH.unpack(head)[0]:
            body = bytes(memoryview(self._said)[1 + _LENGTH.size :])
            if kind == _GIVEN:
                return body
            if kind == _RAISED:
                raise _raised(body)
            raise no_memory(limits) if kind == _NO_MEMORY else died("panic", limits)
        death = self._bury(wait=True)
        if death.reason == "lost":
            raise died("once", limits)
        raise death.error(limits)

    def _bury(self, *, wait: bool = False) -> Death:
        """Return how the process ended; it is killed unless it is to be waited for, and then does not end."""
        if self._child == 0:
            return Death(None)
        until = time.monotonic() + (_DEATH if wait else 0)
        while True:
            done, status, used = os.wait4(self._child, os.WNOHANG)
            if done:
                break
            if time.monotonic() >= until:
                os.kill(self._child, signal.SIGKILL)
                _, status, used = os.wait4(self._child, 0)
                break
            time.sleep(0.001)
        self._child = 0
        return Death(status, last_words(self._words), used.ru_maxrss * 1024 - self._held)


class _Child:
    """The process as it sees itself; ends with the one from which it was forked."""

    def __init__(
        self, work: Callable[[Within], bytes], limits: Limits, handles: list[int], *, writes: bool
    ) -> None:
        self._work = work
        self._limits = limits
        self._writes = writes
        self._answer, self._news, self._words = handles

    def run(self, parent: int, signals: set[int]) -> NoReturn:
        """Do the work on a thread with room to recurse, and end; `signals` are held back."""
        try:
            sandbox.die_with(parent)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits decides
            signal.pthread_sigmask(signal.SIG_SETMASK, signals)
            sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
            os.set_blocking(self._words, False)
            os.dup2(self._words, 2)
            threading.stack_size(STACK)
            thread = threading.Thread(target=self._serve)
            thread.start()
            thread.join()
        finally:
            os._exit(0)

    def begin(self) -> None:
        """Hold this process to its limits, and tell that the time runs."""
        sandbox.lock_down(self._limits.memory, writes=self._writes)
        if math.isfinite(self._limits.seconds):
            sandbox.limit_processor(self._limits.seconds)
        self.tell(0, 0)

    def tell(self, done: int, total: int) -> None:
        """Tell whoever waits."""
        with suppress(OSError):
            os.write(self._news, _NEWS.pack(done, total))

    def _serve(self) -> None:
        try:
            made, most = self._work(self), self._limits.answer
            said = _message(_GIVEN, made) if len(made) <= most else _told(too_large(most))
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            said = _told(error)
        rest = memoryview(said)
        while rest:
            rest = rest[os.write(self._answer, rest) :]


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + _LENGTH.pack(len(body)) + body


def _told(error: BaseException) -> bytes:
    """Return what is said of an error: all of it, since whoever waits knows the same errors."""
    if isinstance(error, MemoryError):
        return _message(_NO_MEMORY, b"")
    if type(error).__name__ == "PanicException":
        return _message(_PANIC, b"")
    try:
        return _message(_RAISED, pickle.dumps((type(error), _made_of(error), dict(error.__dict__))))
    except Exception:  # noqa: BLE001 - what cannot be taken apart is named
        failed = QueryError(f"the query failed in a way that was not foreseen ({type(error).__name__})")
        return _message(_RAISED, pickle.dumps((QueryError, failed.args, {})))


def _made_of(error: BaseException) -> object:
    """Return all that an error was made of; `args` of what the system refuses lack the file."""
    return error.__reduce__()[1]


def _raised(said: bytes) -> BaseException:
    """Return the error that a process told, which was forked from this one."""
    kind, args, held = pickle.loads(said)  # noqa: S301 - written by this very program
    error: BaseException = kind.__new__(kind, *args)
    error.__dict__.update(held)
    return error
