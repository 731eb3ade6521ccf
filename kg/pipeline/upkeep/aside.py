"""A folder that is built aside and appears under its name at once, whole and on the disk, or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.errors import StorageFullError, StoreExistsError
from kg.refusals import no_room
from kg.store.folder import sync_folder
from kg.store.private import private
from kg.store.secret import NAME as SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUILT = frozenset(
    {
        "oxigraph",
        "journal",
        "quarantine",
        "damaged",
        "servanda.json",
        "servanda.json.part",
        SECRET,
        f"{SECRET}.part",
        "keys.json",
        "manifest.json",
        "lock",
    }
)
"""What stands in a folder that is built here, before it is whole."""


@contextmanager
def built(target: Path) -> Iterator[Path]:
    """Give a folder to build in; when the block ends, it becomes the target, and otherwise it goes.

    Raises StoreExistsError if anything is at the target already, StorageFullError where there is no room.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreExistsError(f"{target} is not an empty folder; name another, or remove it")
    target = target.absolute()
    with room(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        part = target.with_name(f".{target.name}.part-{os.getpid()}")
        try:
            with private():
                part.mkdir()
                yield part
            for place, _, _ in os.walk(part):
                sync_folder(type(part)(place))
            part.rename(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(target.parent)


@contextmanager
def room(target: Path) -> Iterator[None]:
    """Give a block in which a full disk is StorageFullError."""
    try:
        yield
    except OSError as error:
        if no_room(error):
            raise StorageFullError(
                f"no room on the disk for {target}: {error.strerror}; free some"
            ) from error
        raise


def _sweep(target: Path) -> None:
    """Remove what processes left that were ended while they built: here, under whatever name.

    Backups bear the day in their names, so that nobody builds under that of one that was cut off. What
    holds anything besides what is built here is somebody else's.
    """
    for left in target.parent.glob(".*.part-*"):
        number = left.name.rpartition("-")[2]
        if not number.isdigit() or runs(int(number)) or left.is_symlink() or not left.is_dir():
            continue
        own = left.name.startswith(f".{target.name}.part-")
        if own or {item.name for item in left.iterdir()} <= _BUILT:
            shutil.rmtree(left, ignore_errors=True)


def runs(process: int) -> bool:
    """Return whether a process of that number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
