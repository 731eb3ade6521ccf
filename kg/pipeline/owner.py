"""Who holds a store: one process at a time, by name."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kg.errors import StoreLockedError
from kg.refusals import named
from kg.store.folder import begin
from kg.store.private import FILE, be_private

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE = 2.0
"""Seconds that a process waits for a store that another is about to let go."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that holds a store."""

    activity: str
    """What it does: `ingest`, `serve` and so on."""
    pid: int
    host: str
    since: str
    url: str | None = None
    """Where it answers over HTTP, if it does."""

    def __str__(self) -> str:
        """Return its name in words."""
        where = f", {self.url}" if self.url else ""
        return f"servanda {self.activity} (process {self.pid} on {self.host} since {self.since}{where})"


_UNKNOWN = Owner("that left no name", 0, "an unknown host", "an unknown time")


class Hold:
    """A store held for this process until `release`."""

    def __init__(
        self, folder: Path, activity: str, url: str | None = None, patience: float = _PATIENCE
    ) -> None:
        """Take hold of the store in the folder; raise StoreLockedError naming who holds it already."""
        self._lock = FileLock(folder / "lock", timeout=patience, mode=FILE, thread_local=False)
        self._note = folder / "owner.json"
        be_private()
        try:
            with named(folder / "lock"):
                self._lock.acquire()
        except Timeout as error:
            owner = _noted(self._note)
            held = f"held by {owner}" if owner else "held by another process"
            raise StoreLockedError(
                f"the store in {folder} is {held}; one process at a time may change it: "
                "wait until it has ended, or stop it",
            ) from error
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.owner = Owner(activity, os.getpid(), socket.gethostname(), since, url)
        try:
            self._note.write_text(json.dumps(asdict(self.owner)) + "\n", encoding="utf-8")
        except OSError:  # no room for a name; whether there is room for more is found out by who writes it
            self._note.unlink(missing_ok=True)

    def release(self) -> None:
        """Let go of the store."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()


def claim(folder: Path, activity: str, url: str | None = None) -> Hold:
    """Return the hold of a folder in which a store is to be made; nobody else makes one there meanwhile.

    Raises StoreExistsError if anything is there but what was left of such a store, StoreLockedError while
    another process makes it.
    """
    begin(folder)
    hold = Hold(folder, activity, url)
    try:
        begin(folder)  # another may have made it to its end before it let go
    except BaseException:
        hold.release()
        raise
    return hold


def owner_of(folder: Path) -> Owner | None:
    """Return who holds the store in the folder; None if nobody does."""
    lock = FileLock(folder / "lock", timeout=0, mode=FILE, thread_local=False)
    try:
        with named(folder / "lock"):
            lock.acquire()
    except Timeout:
        return _noted(folder / "owner.json") or Owner(
            "of unknown name", 0, "an unknown host", "an unknown time"
        )
    lock.release()
    return None


def _noted(note: Path) -> Owner | None:
    try:
        return Owner(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
