"""The questions of the catalogue in a worker: trusted text, bounded all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.query.pool.failures import too_large
from kg.query.questions import ask, catalogue, find
from kg.store.oxigraph import OxigraphStore
from kg.store.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool.wire import Head

catalogue()  # before the fork: each worker then has it


def opened(checkpoint: str) -> Callable[[Head, bytes, int], bytes]:
    """Return what answers questions from the checkpoint, each with at most so many bytes."""
    store = OxigraphStore(ox.Store.read_only(checkpoint), Stamp(""))  # questions find the base in the graph

    def answer(_: Head, body: bytes, most: int) -> bytes:
        asked = json.loads(body)
        found = ask(store, find(asked["name"]), asked["parameters"])
        columns = [[column.name, column.type, column.description] for column in found.columns]
        said = json.dumps({"columns": columns, "rows": [dict(row) for row in found.rows]}, ensure_ascii=False)
        made = said.encode()
        if len(made) > most:
            raise too_large(most)
        return made

    return answer
