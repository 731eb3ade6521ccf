"""Zip archives that are whole: what their readers did not think of is damage like any other."""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_END: Final = b"PK\5\6"
_LONGEST_END: Final = 22 + 0xFFFF
_ELSEWHERE: Final = 0xFFFF
"""In the place of a count that is larger than fits."""
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError)
"""What reading a damaged archive raises, at any place."""


@contextmanager
def whole(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Give the archive in a file; raise what `DAMAGED` lists, also where it holds fewer files than it counts.

    >>> import io
    >>> with whole(io.BytesIO(b"PK")) as archive:
    ...     pass
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    with zipfile.ZipFile(file) as archive:
        found = len(archive.infolist())
        size = file.seek(0, 2)
        file.seek(-min(size, _LONGEST_END), 2)
        end = file.read()
        (counted,) = struct.unpack_from("<H", end, end.rindex(_END) + 10)
        if counted not in {found, _ELSEWHERE}:
            raise zipfile.BadZipFile(f"of {counted:,} files {found:,} are found")
        yield archive
