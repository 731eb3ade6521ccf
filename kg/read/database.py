"""A database beside the store: SQLite, made whole by one software, written by one thread, read by many."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kg.refusals import is_refused

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@cache
def digest_of(form: int, *packages: str) -> str:
    """Return a digest of a form and of packages of `kg`: a file that other software made is made anew."""
    digest = hashlib.sha256(f"{form}".encode())
    for package in packages:
        folder: Traversable = files("kg").joinpath(*package.split("/"))
        for item in sorted(folder.iterdir(), key=lambda item: item.name):
            if item.name.endswith(".py"):
                digest.update(item.read_bytes())
    return digest.hexdigest()


def create(path: Path, schema: str) -> sqlite3.Connection:
    """Return a new file to be filled; it is of use once `finish` was called."""
    made = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    made.executescript(schema)
    return made


def finish(made: sqlite3.Connection) -> None:
    """Bring a new file to the disk, whole, and let go of it."""
    made.execute("PRAGMA synchronous=full")
    made.execute("PRAGMA journal_mode=wal")
    made.execute("PRAGMA wal_checkpoint(truncate)")
    path = made.execute("PRAGMA database_list").fetchone()[2]
    made.close()
    with open(path, "rb") as written:  # noqa: PTH123 - as SQLite names it
        os.fsync(written.fileno())


def opened(path: Path, cache_kib: int, *, write: bool = False) -> sqlite3.Connection:
    """Return the file, to be read or to be written by one thread; raise sqlite3.Error if it is none."""
    mode = "rw" if write else "ro"
    found = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    found.execute("PRAGMA busy_timeout=5000")
    found.execute(f"PRAGMA cache_size=-{cache_kib}")
    if write:
        found.execute("PRAGMA secure_delete=on")
        found.execute("PRAGMA synchronous=normal")
    return found


def position(held: sqlite3.Connection, software: str, base: str) -> tuple[int, str]:
    """Return the change at which a file stands and its hash; (0, "") if other software, or a store of
    another base, made it. Raises sqlite3.Error where the system refuses the file.
    """  # noqa: D205 - one thought
    try:
        said = dict(held.execute("SELECT k, v FROM meta WHERE k != 'dictionary'"))
    except sqlite3.Error as error:
        if is_refused(error):
            raise
        return 0, ""
    if said.get("software") != software or said.get("base") != base:
        return 0, ""
    return int(said["sequence"]), str(said["hash"])


def stand(held: sqlite3.Connection, software: str, base: str, sequence: int, digest: str) -> None:
    """Write down at which change a file stands."""
    said = {"software": software, "base": base, "sequence": sequence, "hash": digest}
    held.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", said.items())
