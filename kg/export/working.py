"""Exports in a worker: trusted queries over one checkpoint, bounded all the same."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from kg.export.build import build
from kg.export.cache import Memory
from kg.export.formats import FORMATS
from kg.export.order import Order
from kg.export.profiles import shipped
from kg.query.pool.querying import Capped
from kg.store.dump import write_gzip
from kg.store.oxigraph import OxigraphStore
from kg.store.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO, BinaryIO

    from kg.query.pool.wire import Head

shipped()  # before the fork, with all that they import: each worker then has it


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes | bytearray]:
    """Return what writes exports from the checkpoint, each of at most so many bytes."""
    store = OxigraphStore(ox.Store.read_only(checkpoint), Stamp(""))  # profiles find the base in the graph
    kept = Memory()

    def answer(head: Head, body: bytes, most: int) -> bytes | bytearray:
        output = Capped(most)
        if head["what"] == "quads":
            write_gzip(store, cast("IO[bytes]", output))
        else:
            gc.disable()  # there is nothing to be found among millions of tuples, and looking takes long
            try:
                graph = build(store, Order.unpacked(body.decode()), kept)
                FORMATS[str(head["format"])].write(graph, cast("BinaryIO", output))
            finally:
                gc.enable()
        return output.content

    return answer
