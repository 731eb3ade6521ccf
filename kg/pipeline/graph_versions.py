"""In which version each graph of a plain store is, which keeps no journal to tell it."""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kg.pipeline.version import Version, moment
from kg.store.closing import is_altered

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_NAME: Final = "versions.json"
_CLOSED: Final = "closed.json"
_MOST: Final = 10_000
"""Graphs whose own versions are kept; where there are more, all that are there count as changed."""


class GraphVersions:
    """The versions of the graphs of one store: each its own, or that since when all may have changed.

    The hashes are drawn by lot, since nothing else tells apart what was written after a copy was put back.
    """

    def __init__(self, whole: Version, own: dict[str, Version] | None = None) -> None:
        """Begin where all graphs are in one version, but for those that have their own."""
        self._held = (whole, own or {})

    def of(self, graph: str | None) -> Version:
        """Return the version of a graph; None names the default graph."""
        whole, own = self._held
        return own.get(graph or "", whole)

    def touch(self, graphs: Collection[str | None] | None, version: Version) -> None:
        """Say that these graphs are changed, or that any may be; None among them is the default graph."""
        _, own = self._held
        if graphs is None or len(own) + len(graphs) > _MOST:
            self._held = (version, {})
        else:
            own.update((graph or "", version) for graph in graphs)

    def keep(self, folder: Path, now: Version) -> None:
        """Write down in the folder of a store that is closed how it and its graphs stand."""
        whole, own = self._held
        said = {
            "closed": _digest(folder),
            "now": _said(now),
            "whole": _said(whole),
            "own": {name: _said(version) for name, version in own.items()},
        }
        part = folder / f"{_NAME}.part"
        part.write_text(json.dumps(said) + "\n", encoding="utf-8")
        part.replace(folder / _NAME)


def drawn(sequence: int) -> Version:
    """Return a version of that number that nothing has ever been in."""
    return Version(sequence, secrets.token_hex(32), datetime.now(UTC))


def resumed(folder: Path, files: Path, sequence: int) -> tuple[Version, GraphVersions]:
    """Return how a store that is about to be opened stands, and its graphs, and forget what is written of it.

    That is as it was closed, or new where it was not closed, or its files are others since.
    """
    place = folder / _NAME
    with suppress(OSError, ValueError, LookupError, TypeError):
        said = json.loads(place.read_text(encoding="utf-8"))
        place.unlink()
        if said["closed"] == _digest(folder) and not is_altered(folder, files):
            own = {name: _version(item) for name, item in said["own"].items()}
            return _version(said["now"]), GraphVersions(_version(said["whole"]), own)
    place.unlink(missing_ok=True)
    new = drawn(sequence)
    return new, GraphVersions(new)


def _said(version: Version) -> dict[str, Any]:
    return asdict(version) | {"time": version.time.isoformat()}


def _version(said: dict[str, Any]) -> Version:
    return Version(int(said["sequence"]), str(said["hash"]), moment(str(said["time"])))


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / _CLOSED).read_bytes()).hexdigest()
