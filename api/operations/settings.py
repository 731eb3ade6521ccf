"""What the environment decides of the server, read once into a frozen value."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from kg.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
_CLIENT_SECONDS = 60
_CLIENT_ERRORS = 60
_BODY = 64
_PATIENCE = 30
_HOST = re.compile(r"\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|\[[0-9a-f:.]+\](:[0-9]{1,5})?")


class LogFormat(StrEnum):
    """How lines of the log are written."""

    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of the server; all others are those of the library."""

    client_seconds: int = _CLIENT_SECONDS
    """`SERVANDA_CLIENT_SECONDS`: seconds of query time that a client may use in a minute; 0: any number."""
    client_errors: int = _CLIENT_ERRORS
    """`SERVANDA_CLIENT_ERRORS`: failed queries that a client may send in a minute; 0: any number."""
    local_too: bool = False
    """Whether the two hold for clients on this machine as well: where either was set."""
    proxies: tuple[Network, ...] = ()
    """`SERVANDA_PROXY`: networks of the proxies whose `X-Forwarded-For` and `-Proto` are believed."""
    hosts: frozenset[str] = frozenset()
    """`SERVANDA_HOSTS`: what the header `Host` may say; empty: anything."""
    body: int = _BODY * 2**20
    """`SERVANDA_BODY`: megabytes that the body of a request may have; here in bytes."""
    connections: int = 0
    """`SERVANDA_CONNECTIONS`: connections held at once; 0: as many as there are descriptors for, to 2,000."""
    patience: int = _PATIENCE
    """`SERVANDA_PATIENCE`: seconds for which a client may keep a connection without moving."""
    log_format: LogFormat | None = None
    """`SERVANDA_LOG_FORMAT`: None: text on a terminal, else JSON."""
    log_clients: bool = False
    """`SERVANDA_LOG_CLIENTS`: whether hashes of addresses are logged."""
    update: bool = False
    """`SERVANDA_UPDATE`: 1 lets who may do everything make SPARQL updates of a validated store."""
    require_conditions: bool = False
    """`SERVANDA_REQUIRE_CONDITIONS`: 1 refuses to write where nobody says over which version."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> ServerSettings:
        """Return the settings of the environment; raise SettingError naming the variable that is wrong.

        >>> ServerSettings.from_environment({"SERVANDA_HOSTS": "kg.example.org"}).hosts
        frozenset({'kg.example.org'})
        """
        values = os.environ if environment is None else environment
        return cls(
            client_seconds=_number(values, "SERVANDA_CLIENT_SECONDS", _CLIENT_SECONDS),
            client_errors=_number(values, "SERVANDA_CLIENT_ERRORS", _CLIENT_ERRORS),
            local_too="SERVANDA_CLIENT_SECONDS" in values or "SERVANDA_CLIENT_ERRORS" in values,
            proxies=_networks(values.get("SERVANDA_PROXY", "")),
            hosts=_hosts(values.get("SERVANDA_HOSTS", "")),
            body=_number(values, "SERVANDA_BODY", _BODY, least=1) * 2**20,
            connections=_number(values, "SERVANDA_CONNECTIONS", 0),
            patience=_number(values, "SERVANDA_PATIENCE", _PATIENCE, least=1),
            log_format=_log_format(values.get("SERVANDA_LOG_FORMAT", "")),
            log_clients=_log_clients(values.get("SERVANDA_LOG_CLIENTS", "")),
            update=_switch(values, "SERVANDA_UPDATE"),
            require_conditions=_switch(values, "SERVANDA_REQUIRE_CONDITIONS"),
        )


def _number(values: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = values.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise SettingError(f"{name} is {text!r}; a whole number from {least} is needed")
    return int(text)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part) for part in _parts(text))
    except ValueError as error:
        raise SettingError(
            f"SERVANDA_PROXY is {text!r}; addresses or networks are needed, such as 127.0.0.1,10.1.0.0/16"
        ) from error


def _hosts(text: str) -> frozenset[str]:
    hosts = frozenset(part.lower() for part in _parts(text))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise SettingError(
                f"SERVANDA_HOSTS names {host!r}; names of hosts are needed, such as kg.example.org, "
                "without http:// and without a path"
            )
    return hosts


def _log_format(text: str) -> LogFormat | None:
    if text not in {"", *LogFormat}:
        raise SettingError(f"SERVANDA_LOG_FORMAT is {text!r}; json or text is needed")
    return LogFormat(text) if text else None


def _log_clients(text: str) -> bool:
    if text not in {"", "none", "hash"}:
        raise SettingError(f"SERVANDA_LOG_CLIENTS is {text!r}; hash or none is needed")
    return text == "hash"


def _switch(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "")
    if text not in {"", "0", "1"}:
        raise SettingError(f"{name} is {text!r}; 1 or 0 is needed")
    return text == "1"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
