"""Anybody's SPARQL in a worker: what it is given, and the answer in bytes. Knows no rdflib."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kg.errors import StoreDamagedError, StoreRefusedError
from kg.query.guard import check
from kg.query.pool.failures import too_large
from kg.store.answering import write_answer
from kg.store.base import Dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from kg.query.pool.wire import Head


class Capped(io.RawIOBase):
    """A file in memory that takes so many bytes and no more."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        super().__init__()
        self.content = bytearray()
        self._most = most

    def writable(self) -> bool:
        """Return that it is."""
        return True

    def write(self, some: Any) -> int:  # noqa: ANN401 - whatever has bytes
        """Take the bytes; raise AnswerTooLargeError where they are too many."""
        if len(self.content) + len(some) > self._most:
            raise too_large(self._most)
        self.content += some
        return len(some)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to the beginning, where alone it can be written again."""
        if (offset, whence) != (0, 0):
            raise io.UnsupportedOperation("seek")
        return 0

    def truncate(self, size: int | None = None, /) -> int:
        """Forget what was written."""
        del size
        self.content = bytearray()
        return 0


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes | bytearray]:
    """Return what answers queries from the checkpoint, each with at most so many bytes."""
    return answering(ox.Store.read_only(checkpoint))


def answering(store: ox.Store) -> Callable[[Head, bytes, int], bytes | bytearray]:
    """Return what answers queries from an open store, each with at most so many bytes."""

    def answer(head: Head, body: bytes, most: int) -> bytes | bytearray:
        output = Capped(most)
        query = body.decode()
        try:
            write_answer(
                store,
                query,
                str(head["media_type"]),
                cast("IO[bytes]", output),
                dataset_of(head.get("dataset")),
                union=bool(head["union"]),
                base=cast("str | None", head["base"]),
            )
        except (StoreDamagedError, StoreRefusedError):
            check(query)  # what reaches outside fails as files do, and is told as what it is
            raise
        return output.content

    return answer


def dataset_of(graphs: object) -> Dataset | None:
    """Return the dataset that a task names; None where it names none."""
    if graphs is None:
        return None
    default, named = cast("tuple[list[str], list[str]]", graphs)
    return Dataset(tuple(default), tuple(named))
