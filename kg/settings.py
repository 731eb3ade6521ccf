"""What the environment decides, read once into a frozen value."""

from __future__ import annotations

import getpass
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SettingError
from kg.zones import ZoneError, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BASE = "https://w3id.org/servanda/id/"
_SNAPSHOTS = 3
_RESERVE = 32
_TIMEOUT = 10
_UPLOAD = 30
_MEMORY = 512
_BYTES = 16
_LENGTH = 65_536
_DEPTH = 64
_WORKERS = 2
_KEPT = 64
_ASIDE = 4
_QUEUE = 64
_BASE = re.compile(r"https?://[^\s<>\"{}|^`\\#?]+/")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; each is also the command-line option of the same name where there is one."""

    base: str = DEFAULT_BASE
    """`SERVANDA_BASE`: the IRI under which instances are minted; ends with a slash."""
    store: Path = Path(".servanda")
    """`SERVANDA_STORE`: the folder of the store."""
    agent: str = ""
    """`SERVANDA_AGENT`: who makes changes, for the journal; the login name if it is not set."""
    snapshots: int = _SNAPSHOTS
    """`SERVANDA_SNAPSHOTS`: how many rebuilt earlier states (`--as-of`) are kept."""
    reserve: int = _RESERVE
    """`SERVANDA_RESERVE`: megabytes of free disk below which nothing is taken in any more."""
    query_timeout: int = _TIMEOUT
    """`SERVANDA_QUERY_TIMEOUT`: seconds that a query of anybody's may take."""
    query_memory: int = _MEMORY
    """`SERVANDA_QUERY_MEMORY`: megabytes of memory that it may take."""
    query_bytes: int = _BYTES
    """`SERVANDA_QUERY_BYTES`: megabytes that its answer may have."""
    query_length: int = _LENGTH
    """`SERVANDA_QUERY_LENGTH`: bytes of UTF-8 that it may have, 65,536 at most."""
    query_depth: int = _DEPTH
    """`SERVANDA_QUERY_DEPTH`: brackets that it may open at once, 64 at most."""
    query_workers: int = _WORKERS
    """`SERVANDA_QUERY_WORKERS`: how many such queries are answered at once."""
    query_queue: int = _QUEUE
    """`SERVANDA_QUERY_QUEUE`: how many may wait for that."""

    query_aside: int = _ASIDE
    """`SERVANDA_QUERY_ASIDE`: how many that take long may go on beside those once others wait."""
    query_kept: int = _KEPT
    """`SERVANDA_QUERY_KEPT`: megabytes of answers that are kept for who asks the same before a change."""
    upload_timeout: int = _UPLOAD
    """`SERVANDA_UPLOAD_TIMEOUT`: seconds of the processor to examine what is sent to be taken in."""
    quarantine_content: bool = False
    """`SERVANDA_QUARANTINE_CONTENT`: whether of what is refused and is no document the content is kept."""
    exports: Path | None = None
    """`SERVANDA_EXPORTS`: a folder of profiles of export of one's own, beside those that ship."""
    zone: str = "Z"
    """`SERVANDA_ZONE`: where the days of filters are days: an offset or a name of the IANA database."""
    zone_named: str | None = None
    """The same, if it is set: where clocks are shown to people then, instead of where each time was."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the environment; raise SettingError naming the variable that is wrong.

        >>> Settings.from_environment({"SERVANDA_BASE": "https://example.org/kg/"}).base
        'https://example.org/kg/'
        """
        values = os.environ if environment is None else environment
        base = values.get("SERVANDA_BASE", DEFAULT_BASE)
        if not _BASE.fullmatch(base):
            raise SettingError(f"SERVANDA_BASE is {base!r}; an http(s) IRI that ends with / is needed")
        return cls(
            base=base,
            store=Path(values.get("SERVANDA_STORE", ".servanda")),
            agent=values.get("SERVANDA_AGENT") or _login(),
            snapshots=_number(values, "SERVANDA_SNAPSHOTS", _SNAPSHOTS, least=1),
            reserve=_number(values, "SERVANDA_RESERVE", _RESERVE, least=0),
            query_timeout=_number(values, "SERVANDA_QUERY_TIMEOUT", _TIMEOUT, least=1),
            query_memory=_number(values, "SERVANDA_QUERY_MEMORY", _MEMORY, least=16),
            query_bytes=_number(values, "SERVANDA_QUERY_BYTES", _BYTES, least=1),
            query_length=_number(values, "SERVANDA_QUERY_LENGTH", _LENGTH, least=1, most=_LENGTH),
            query_depth=_number(values, "SERVANDA_QUERY_DEPTH", _DEPTH, least=1, most=_DEPTH),
            query_workers=_number(values, "SERVANDA_QUERY_WORKERS", _WORKERS, least=1),
            query_kept=_number(values, "SERVANDA_QUERY_KEPT", _KEPT, least=0),
            query_aside=_number(values, "SERVANDA_QUERY_ASIDE", _ASIDE, least=0),
            query_queue=_number(values, "SERVANDA_QUERY_QUEUE", _QUEUE, least=0),
            upload_timeout=_number(values, "SERVANDA_UPLOAD_TIMEOUT", _UPLOAD, least=1),
            quarantine_content=bool(_number(values, "SERVANDA_QUARANTINE_CONTENT", 0, least=0, most=1)),
            exports=Path(values["SERVANDA_EXPORTS"]) if values.get("SERVANDA_EXPORTS") else None,
            zone=_zone(values.get("SERVANDA_ZONE") or "Z"),
            zone_named=_zone(values["SERVANDA_ZONE"]) if values.get("SERVANDA_ZONE") else None,
        )


def _number(values: Mapping[str, str], name: str, default: int, least: int, most: int | None = None) -> int:
    text = values.get(name, str(default))
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    if number < least or (most is not None and number > most):
        upto = "" if most is None else f" to {most}"
        raise SettingError(f"{name} is {text!r}; a whole number from {least}{upto} is needed")
    return number


def _zone(text: str) -> str:
    try:
        return zone_of(text).name
    except ZoneError as error:
        raise SettingError(f"SERVANDA_ZONE: {error}") from error


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        return "unnamed"
