"""Where a server may listen: on this machine, or, if it is fit for it and told so, for everybody."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.operations.settings import ServerSettings


class ServeError(ServandaError):
    """The server cannot listen where it was told to."""


def loopback(host: str) -> str:
    """Return the address of this machine that a host names; raise ServeError for any other.

    >>> loopback("localhost")
    '127.0.0.1'
    """
    address = _address(host)
    if address is None or not address.is_loopback:
        raise ServeError(
            f"{host!r} is not an address of this machine alone; without --public the server takes "
            "127.0.0.1, ::1 or localhost only",
        )
    return str(address)


def public(host: str, settings: ServerSettings, sandboxed: Callable[[], bool]) -> str:
    """Return the address that a host names, for a server that others may reach.

    Raises ServeError where the host is no address, where queries of strangers would not run in workers
    that are locked in, and where it is not said under which names the server answers.
    """
    address = _address(host)
    if address is None:
        raise ServeError(f"{host!r} is no address; --host takes such as 0.0.0.0, :: or 192.0.2.7")
    if address.is_loopback:
        return str(address)
    check_sandbox(str(address), sandboxed=sandboxed())
    if not settings.hosts:
        raise ServeError(
            "--public: say in SERVANDA_HOSTS which names the server answers to, such as kg.example.org; "
            "commas separate them, and * allows any",
        )
    return str(address)


def check_sandbox(address: str, *, sandboxed: bool) -> None:
    """Raise ServeError for an address that others can reach, where workers are not locked in."""
    if not sandboxed and not ipaddress.ip_address(address).is_loopback:
        raise ServeError(
            "--public: on this system queries cannot be run in workers that are locked in, without network "
            "and with a limit of memory; listen on 127.0.0.1 only",
        )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if host.lower() == "localhost":
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
