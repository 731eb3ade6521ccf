"""Who asks: the name of a request, and the address that it came from, as far as either can be believed."""

from __future__ import annotations

import ipaddress
import random
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.operations.settings import Network

FORWARDING: Final = frozenset({"x-forwarded-for", "forwarded", "x-real-ip", "via"})
"""Headers by which proxies say that they stand in between."""
_KEY: Final = "svd_"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_HOP: Final = re.compile(r"(?:([0-9.]+)|\[?([0-9A-Fa-f:.]+)\]?)(?::[0-9]{1,5})?")
_NAMES: Final = random.Random()  # noqa: S311 - names need to differ, not to be hard to guess
_SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that tell one subscriber from another; the rest is theirs to choose."""


def request_id(given: Sequence[str]) -> str:
    """Return the name of a request: the one that it brought if that is sane, else a new one.

    Sane are 8 to 64 letters, digits, dots, hyphens and underscores in which no key can hide.

    >>> request_id(["0af7651916cd43dd-7"])
    '0af7651916cd43dd-7'
    """
    if len(given) == 1 and _ID.fullmatch(given[0]) and _KEY not in given[0]:
        return given[0]
    return f"{_NAMES.getrandbits(64):016x}"


def client_of(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """Return the client of a connection: the last hop that a proxy which is believed names, else the peer.

    What clients themselves put into the header stands before what the proxy adds, and so is never looked
    at. IPv6 addresses are told by their first 64 bits.
    """
    if forwarded and _within(peer, proxies):
        hop = _HOP.fullmatch(forwarded[-1].rpartition(",")[2].strip())
        if hop is not None:
            named = _address(hop[1] or hop[2])
            if named is not None:
                return _subscriber(named)
    address = _address(peer)
    return peer if address is None else _subscriber(address)


def believed(peer: str, proxies: Sequence[Network]) -> bool:
    """Return whether the peer of a connection is a proxy whose headers are believed."""
    return bool(proxies) and _within(peer, proxies)


def is_local(peer: str, headers: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a request comes from this machine, and through no proxy, as far as that can be seen.

    It names this machine as its host too: what a browser asks for another site comes from here as well.
    """
    address = _address(peer)
    named = headers.get("host", ())
    return (
        address is not None
        and address.is_loopback
        and FORWARDING.isdisjoint(headers)
        and (not named or is_of_here(named[0].lower()))
    )


def is_of_here(host: str) -> bool:
    """Return whether a header `Host` names this machine alone, with a port or without.

    >>> is_of_here("localhost:8000"), is_of_here("[::1]"), is_of_here("127.0.0.1.example.org")
    (True, True, False)
    """
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name == "localhost":
        return True
    address = _address(name.strip("[]"))
    return address is not None and address.is_loopback


def _within(peer: str, proxies: Sequence[Network]) -> bool:
    address = _address(peer)
    return address is not None and any(address in network for network in proxies)


@lru_cache(4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _subscriber(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _SUBSCRIBER), strict=False))
