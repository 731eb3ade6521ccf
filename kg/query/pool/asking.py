"""The questions of the catalogue in a worker: trusted text, bounded all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.query.pool import querying
from kg.query.pool.failures import too_large
from kg.query.pool.task import tabled
from kg.query.questions import ask, catalogue, find
from kg.store.oxigraph import OxigraphStore
from kg.store.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.wire import Head

catalogue()  # before the fork: each worker then has it


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes | bytearray]:
    """Return what answers questions, and queries of our own, from the checkpoint."""
    engine = ox.Store.read_only(checkpoint)
    store = OxigraphStore(engine, Stamp(""))  # questions find the base in the graph
    queried = querying.answering(engine)

    def answer(head: Head, body: bytes, most: int) -> bytes | bytearray:
        if "media_type" in head:
            return queried(head, body, most)
        asked = json.loads(body)
        found = ask(store, find(asked["name"]), asked["parameters"])
        made = tabled(found)
        if len(made) > most:
            raise too_large(most)
        return made

    return answer
