"""The process from which workers are forked: it has imported what they need, and never opened a store.

python -m kg.query.pool.zygote LANE HANDLE PARENT

The server sends one line of JSON for each order over the handle: to fork a worker (with the worker's end
of its channel), or to kill one. The zygote alone waits for workers, so that it alone knows which process
ids are theirs, and tells how each ended. It ends with the server, and the workers with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

from kg.query.pool import sandbox
from kg.query.pool.worker import work

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES: Final = {
    "query": "kg.query.pool.querying",
    "question": "kg.query.pool.asking",
    "intake": "kg.pipeline.examining",
    "update": "kg.pipeline.trying",
    "export": "kg.export.working",
}
"""For each lane the module whose `opened` answers its tasks; others are called as their module is."""
_LONGEST: Final = 64 * 1024
_HANDLES: Final = 16
_KIB: Final = 1024
_LIKELY: Final = b"700"
"""How much rather the kernel should end a worker than anything else where memory runs out, out of 1000."""


class Zygote:
    """Forks workers, and knows which of its children is which."""

    def __init__(self, control: socket.socket, opened: Callable[[str], Any]) -> None:
        """Take orders over the control channel."""
        self._control = control
        self._opened = opened
        self._process = os.getpid()
        self._children: dict[int, int] = {}
        self._orders = b""
        self._handles: deque[int] = deque()

    def run(self) -> None:
        """Do what is ordered until the server is gone."""
        woken, waker = socket.socketpair()
        waker.settimeout(0)
        woken.settimeout(0)
        signal.signal(signal.SIGCHLD, _noticed)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is woken:
                        woken.recv(_LONGEST)
                    elif not self._take_orders():
                        return
                self._bury()

    def end(self) -> None:
        """Kill all workers and wait for them."""
        signal.set_wakeup_fd(-1)
        for child in self._children.values():
            os.kill(child, signal.SIGKILL)
        for child in self._children.values():
            os.waitpid(child, 0)

    def _take_orders(self) -> bool:
        """Do what has come; return False where nothing will come any more."""
        try:
            some, handles, _, _ = socket.recv_fds(self._control, _LONGEST, _HANDLES)
        except OSError:
            return False
        if not some:
            return False
        self._handles.extend(handles)
        *orders, self._orders = (self._orders + some).split(b"\n")
        for order in orders:
            self._do(json.loads(order))
        return True

    def _do(self, order: dict[str, Any]) -> None:
        if "kill" in order:
            child = self._children.get(order["kill"])
            if child is not None:
                os.kill(child, signal.SIGKILL)
            return
        handle, words = self._handles.popleft(), self._handles.popleft()
        try:
            child = os.fork()
        except OSError:
            self._tell(order["fork"], None)
        else:
            if child == 0:
                self._become_worker(handle, words, order)
            self._children[order["fork"]] = child
        os.close(handle)
        os.close(words)

    def _become_worker(self, handle: int, words: int, order: dict[str, Any]) -> NoReturn:
        status = 1
        try:
            sandbox.die_with(self._process)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep_only(handle, words)
            _offer_to_be_ended()
            work(handle, self._opened, order["checkpoint"], order["memory"], writes=order["writes"])
            status = 0
        finally:
            os._exit(status)

    def _bury(self) -> None:
        """Tell how those ended that have."""
        for number, child in list(self._children.items()):
            done, status, used = os.wait4(child, os.WNOHANG)
            if done:
                del self._children[number]
                self._tell(number, status, used.ru_maxrss * _KIB)

    def _tell(self, number: int, status: int | None, peak: int = 0) -> None:
        told = {"ended": number, "status": status, "peak": peak}
        with suppress(OSError):  # where the server is gone, the next order says so
            self._control.sendall(json.dumps(told).encode() + b"\n")


def main(arguments: list[str]) -> None:
    """Be the zygote of a lane."""
    lane, handle, parent = arguments
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server decides when it is over
    sandbox.die_with(int(parent))
    opened = import_module(MODULES.get(lane, lane)).opened
    zygote = Zygote(socket.socket(fileno=int(handle)), opened)
    gc.collect()
    gc.freeze()
    try:
        zygote.run()
    finally:
        zygote.end()


def _noticed(*_: object) -> None:
    """Let the wakeup handle be written to."""


def _keep_only(handle: int, words: int) -> None:
    """Close every handle but this one; the other becomes standard error, which the server reads."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)
    os.dup2(words, 2)
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"  # noqa: PTH112
    for number in [int(name) for name in os.listdir(folder)]:  # noqa: PTH208 - it has changed when it is read
        if number > 2 and number != handle:  # noqa: PLR2004 - the standard ones
            with suppress(OSError):
                os.close(number)


def _offer_to_be_ended() -> None:
    """Have the kernel end this process rather than others where the machine's memory runs out."""
    try:
        handle = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    except OSError:
        return
    with suppress(OSError):
        os.write(handle, _LIKELY)
    os.close(handle)


if __name__ == "__main__":
    main(sys.argv[1:])
