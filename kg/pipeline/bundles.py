"""Several documents in one body: lines of JSON, or the files of a tar or zip archive."""

from __future__ import annotations

import io
import lzma
import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from kg.errors import IngestError
from kg.zips import DAMAGED, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ENDINGS: Final = (".json", ".yaml", ".yml")
"""How the names of documents end; other files of an archive are refused by name."""
MOST_FILES: Final = 5_000
MOST_BYTES: Final = 32 * 1024 * 1024
"""What may be sent together; of an archive, when it is unpacked."""
_PIECE: Final = 64 * 1024
_LINES: Final = "application/x-ndjson"


class BundleError(IngestError):
    """The body cannot be taken apart into documents."""


def documents_of(data: bytes, media_type: str) -> list[tuple[str, bytes]]:
    """Return the documents in a body of one of the types of `BUNDLES`, each with its name.

    A line is called by its number. Folders, and files that hold no document, such as those that begin with a
    dot, are passed over. Raises BundleError for what is damaged, empty or too large.
    """
    try:
        found = list(BUNDLES[media_type](data))
    except BundleError:
        raise
    except (*DAMAGED, tarfile.TarError, lzma.LZMAError, OverflowError) as error:
        raise BundleError(f"the archive is damaged: {error}") from error
    except (
        RuntimeError,
        NotImplementedError,
    ) as error:  # encrypted, or packed in an unknown way
        raise BundleError(f"the archive cannot be unpacked: {error}") from error
    if not found:
        raise BundleError("there is no document in it")
    return found


def _lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    counted = _Counted()
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            counted.add(len(line))
            yield f"line-{number}.json", line


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    counted = _Counted()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for member in archive:
            counted.add(member.size)
            if not member.isdir() and _is_document(member.name):
                content = archive.extractfile(member) if member.isfile() else None
                if content is None:
                    raise BundleError(f"{member.name} is a link or a device, and no file")
                yield member.name, content.read()
        _refuse_more(archive)


def _refuse_more(archive: tarfile.TarFile) -> None:
    """Raise BundleError unless there is an end where the reading of an archive ended, and nothing behind.

    What is no header of a file ends the reading without a word, be it cut off, altered or another archive.
    """
    read = 0
    if archive.fileobj is not None:
        archive.fileobj.seek(archive.offset)
    while archive.fileobj is not None and (piece := archive.fileobj.read(_PIECE)):
        read += len(piece)
        if piece.count(0) != len(piece) or read > MOST_BYTES:
            raise BundleError("the archive is damaged: what follows its last file is no end")
    if read < tarfile.BLOCKSIZE:
        raise BundleError("the archive is damaged: it ends before its end")


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    counted = _Counted()
    with whole(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            counted.add(member.file_size)
            if not member.is_dir() and _is_document(member.filename):
                with archive.open(member) as content:
                    yield member.filename, content.read(member.file_size + 1)


class _Counted:
    """Counts what is unpacked, before it is."""

    def __init__(self) -> None:
        self._files = self._bytes = 0

    def add(self, size: int) -> None:
        """Count a file; raise BundleError where there are too many, or they are too large together."""
        self._files += 1
        self._bytes += size
        if self._files > MOST_FILES:
            raise BundleError(f"{MOST_FILES:,} documents or files may be sent together at most")
        if self._bytes > MOST_BYTES:
            raise BundleError(f"what is sent together may have {MOST_BYTES:,} bytes unpacked at most")


def _is_document(name: str) -> bool:
    """Return whether a file is one; raise BundleError for one of a kind that is not taken."""
    path = PurePosixPath(name)
    if path.name.startswith(".") or path.parts[:1] == ("__MACOSX",):
        return False
    if path.suffix.lower() not in ENDINGS:
        raise BundleError(f"{name} is no document: names of documents end in {', '.join(ENDINGS)}")
    return True


BUNDLES: Final[Mapping[str, Callable[[bytes], Iterator[tuple[str, bytes]]]]] = {
    _LINES: _lines,
    "application/x-tar": _tar,
    "application/zip": _zip,
}
"""The types of bodies that hold several documents."""
