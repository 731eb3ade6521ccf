"""Listeners that count who connects: nobody must."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Listeners:
    """Sockets on both loopback addresses, at one port, and in a file."""

    def __init__(self, folder: Path) -> None:
        """Listen."""
        self._stack = ExitStack()
        four, unix = socket.socket(socket.AF_INET), socket.socket(socket.AF_UNIX)
        four.bind(("127.0.0.1", 0))
        self.port = int(four.getsockname()[1])
        self.path = folder / "listener"
        unix.bind(str(self.path))
        self._sockets = [four, unix, *self._six()]
        for listener in self._sockets:
            self._stack.enter_context(listener)
            listener.listen(128)
            listener.settimeout(0)

    def __enter__(self) -> Self:
        """Return the listeners."""
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._stack.close()

    @property
    def addresses(self) -> Mapping[str, str]:
        """What the corpus calls them, and where they are."""
        return {
            "CANARY": f"http://127.0.0.1:{self.port}",
            "CANARY6": f"http://[::1]:{self.port}",
            "LOCALHOST": f"http://localhost:{self.port}",
        }

    def connected(self) -> int:
        """Return how many have connected since it was last asked."""
        number = 0
        for listener in self._sockets:
            while True:
                try:
                    connection, _ = listener.accept()
                except BlockingIOError:
                    break
                connection.close()
                number += 1
        return number

    def _six(self) -> list[socket.socket]:
        """Return a listener on the other loopback address, where the machine has one."""
        six = socket.socket(socket.AF_INET6)
        try:
            six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            six.bind(("::1", self.port))
        except OSError:
            six.close()
            return []
        return [six]
