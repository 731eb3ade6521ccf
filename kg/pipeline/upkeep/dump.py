"""A store as one file: its quads as sorted N-Quads, compressed with Zstandard unless it is named `….nq`."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, cast

import zstandard

from kg.errors import StoreExistsError
from kg.pipeline.reading import read_graph
from kg.pipeline.records import position
from kg.pipeline.upkeep.aside import room
from kg.store import stamp_of
from kg.store.dump import write_lines
from kg.store.private import private
from kg.store.secret import secret_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.pipeline.reading import Reading

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Dumped:
    """What was written."""

    sequence: int
    """The change at which the store stands that was written."""
    hash: str
    """Of the entry of that number."""
    quads: int
    sha256: str
    """Of the N-Quads, as they are uncompressed: equal for equal stores."""
    secret: str | None = None
    """Name of the file beside it with the secret, by which a store that is made of it is this one's like."""


def dump(folder: Path, target: Path) -> Dumped:
    """Write the newest state of the store to a new file, which appears when it is whole.

    The store's secret is written beside it, to a file for its owner alone, since the dump itself may be
    handed on. Raises what `read_graph` raises, StoreExistsError if a file is there, StorageFullError.
    """
    secret, beside = secret_in(folder, stamp_of(folder).secret), secret_beside(target)
    for taken in (target, *((beside,) if secret else ())):
        if taken.exists():
            raise StoreExistsError(f"{taken} exists already; name another file, or remove it")
    part = target.absolute().with_name(f".{target.name}.part-{os.getpid()}")
    with room(target), private(), read_graph(folder) as state:
        try:
            with part.open("xb") as file:
                written = _dumped(state, file, compressed=target.suffix != ".nq", beside=part.parent)
                file.flush()
                os.fsync(file.fileno())
            if secret is not None:
                secret.write(beside)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    return replace(written, secret=beside.name if secret else None)


def secret_beside(dumped: Path) -> Path:
    """Return the file beside a dump that holds the secret of the store, if it is there."""
    return dumped.with_name(f"{dumped.name}.secret")


def dump_to(folder: Path, output: IO[bytes]) -> Dumped:
    """Write the newest state of the store to a stream, compressed, and return what it holds."""
    with read_graph(folder) as state:
        return _dumped(state, output, compressed=True, beside=None)


def _dumped(state: Reading, output: IO[bytes], *, compressed: bool, beside: Path | None) -> Dumped:
    sequence, digest = position(state.store)
    with _packed(output, compressed=compressed) as packed:
        lines = _Hashed(packed)
        count = write_lines(state.store, cast("IO[bytes]", lines), beside)
    return Dumped(sequence, digest or "", count, lines.sha256.hexdigest())


@contextmanager
def _packed(output: IO[bytes], *, compressed: bool) -> Iterator[IO[bytes]]:
    if not compressed:
        yield output
        return
    packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with packer.stream_writer(output, closefd=False) as packed:
        yield cast("IO[bytes]", packed)


class _Hashed:
    """Passes on what is written, and keeps its hash."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Pass the bytes on."""
        self.sha256.update(data)
        return self._output.write(data)
