"""Listening on this machine, and serving one store until told to stop."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
from typing import TYPE_CHECKING

import uvicorn

from api.app import create_app
from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store import OxigraphStore

_BACKLOG = 128
_PATIENCE = 10
"""Seconds that requests under way are given when the server is told to stop."""


class ServeError(ServandaError):
    """The server cannot listen where it was told to."""


def serve_store(store: OxigraphStore, listener: socket.socket, address: str) -> None:
    """Answer requests about the store on the socket, until SIGTERM or SIGINT."""
    _Server(create_app(store), url(listener, address)).run([listener])


def url(listener: socket.socket, address: str) -> str:
    """Return where the socket, bound to that address, is reached over HTTP."""
    shown = f"[{address}]" if ":" in address else address
    return f"http://{shown}:{listener.getsockname()[1]}"


def loopback(host: str) -> str:
    """Return the address of this machine that a host names; raise ServeError for any other.

    >>> loopback("localhost")
    '127.0.0.1'
    """
    if host.lower() == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise ServeError(
            f"{host!r} is not an address of this machine alone; the server has no limits yet that would make "
            "it safe to reach from elsewhere, so it takes 127.0.0.1, ::1 or localhost only",
        )
    return str(address)


@contextlib.contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens; raise ServeError where that cannot be."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once, where TCP would hold them for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            raise ServeError(f"cannot listen on {address} port {port}: {error.strerror}") from error
        yield listener


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready, and for which SIGTERM and SIGINT are the way to end well."""

    def __init__(self, application: object, url: str) -> None:
        """Prepare to serve the application at the address."""
        super().__init__(
            uvicorn.Config(
                application,  # type: ignore[arg-type]
                log_level="warning",
                lifespan="on",
                server_header=False,
                timeout_graceful_shutdown=_PATIENCE,
            ),
        )
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and print the address once requests are taken."""
        await super().startup(sockets)
        if self.started:
            print(f"Servanda serves {self._url}", flush=True)  # noqa: T201

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by signal without passing the signal on, so that the exit code is 0."""
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
