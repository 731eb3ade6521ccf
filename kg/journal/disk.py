"""Writing to the disk so that it stays there, and saying what went wrong where it does not."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

from kg.errors import JournalError, StorageFullError
from kg.refusals import no_room, reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_sync = getattr(os, "fdatasync", os.fsync)


class Disk:
    """The calls that change files, as far as a journal makes them: each may fail, or be the last."""

    def open(self, path: Path, flags: int) -> int:
        """Return a handle to write to a file; raises OSError, as all of these do."""
        return os.open(path, os.O_WRONLY | flags, 0o666)

    def close(self, handle: int) -> None:
        """Give a handle back."""
        os.close(handle)

    def write(self, handle: int, data: bytes | memoryview) -> int:
        """Write where the handle stands, or at the end where it appends; return how many bytes were taken."""
        return os.write(handle, data)

    def write_at(self, handle: int, data: bytes, at: int) -> int:
        """Write from an offset on; return how many bytes were taken."""
        return os.pwrite(handle, data, at)

    def truncate(self, handle: int, size: int) -> None:
        """Cut a file to a size."""
        os.ftruncate(handle, size)

    def sync(self, handle: int) -> None:
        """Make what was written to a handle survive a power cut."""
        _sync(handle)

    def replace(self, path: Path, by: Path) -> None:
        """Give a file the name of another, which is gone with that, in one step."""
        by.replace(path)

    def unlink(self, path: Path) -> None:
        """Take a name away."""
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder survive a power cut."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def write_all(self, handle: int, data: bytes) -> None:
        """Write all of it: one call, unless the disk takes less."""
        view = memoryview(data)
        while view:
            view = view[self.write(handle, view) :]

    def create(self, path: Path, data: bytes) -> None:
        """Write a new file and make it survive a power cut; a part of it is not left behind."""
        handle = self.open(path, os.O_CREAT | os.O_EXCL)
        try:
            self.write_all(handle, data)
            self.sync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                self.unlink(path)
            raise
        finally:
            self.close(handle)
        self.sync_folder(path.parent)


DISK: Final = Disk()
"""The disk of this machine."""


@contextlib.contextmanager
def told(path: Path, what: str) -> Iterator[None]:
    """Return a block in which a refusal of the operating system is raised as an error of ours."""
    try:
        yield
    except OSError as error:
        file = error.filename or path
        if no_room(error):
            raise StorageFullError(f"{file}: {what}: {error.strerror}; make room, then try again") from error
        raise JournalError(f"{file}: {what}: {reason(error)}") from error
