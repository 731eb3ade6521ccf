"""Writing to the disk so that it stays there, and saying what went wrong where it does not."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from kg.errors import JournalError, StorageFullError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
sync = getattr(os, "fdatasync", os.fsync)
"""Make what was written to a handle survive a power cut."""


@contextlib.contextmanager
def told(path: Path, what: str) -> Iterator[None]:
    """Return a block in which a refusal of the operating system is raised as an error of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(f"{path}: {what}: {error.strerror}; make room, then try again") from error
        raise JournalError(f"{path}: {what}: {error.strerror}") from error


def write_all(handle: int, data: bytes) -> None:
    """Write all of it: one system call, unless the disk takes less."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def create(path: Path, data: bytes) -> None:
    """Write a new file and make it survive a power cut; a part of it is not left behind."""
    with path.open("xb", buffering=0) as file:
        try:
            write_all(file.fileno(), data)
            os.fsync(file.fileno())
        except OSError:
            path.unlink()
            raise
    sync_folder(path.parent)
