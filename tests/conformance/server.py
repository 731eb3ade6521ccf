"""The server that the suites are run against, and the means to fill it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import httpx
import pyoxigraph as ox
import uvicorn

from api.app import create_app
from kg.store import memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UPDATE = "application/sparql-update"


class Server(Protocol):
    """A SPARQL service over a store of which nothing is known but what was put into it."""

    url: str
    client: httpx.Client
    writes: bool
    """Whether it takes updates and graphs over HTTP."""

    def fill(self, quads: Sequence[ox.Quad], names: Sequence[str] = ()) -> None:
        """Let it hold these quads, and these graphs if they are empty, and nothing else."""


class Served:
    """A real process, filled over HTTP."""

    writes = True

    def __init__(self, url: str, client: httpx.Client) -> None:
        """Take its address."""
        self.url = url
        self.client = client

    def fill(self, quads: Sequence[ox.Quad], names: Sequence[str] = ()) -> None:
        """Empty the store, and insert the quads graph by graph."""
        graphs: dict[object, list[ox.Quad]] = {ox.NamedNode(name): [] for name in names}
        for quad in quads:
            graphs.setdefault(quad.graph_name, []).append(quad)
        blocks = []
        for name, held in graphs.items():
            triples = (quad.triple for quad in held)
            inside = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
            blocks.append(inside if isinstance(name, ox.DefaultGraph) else f"GRAPH {name} {{ {inside} }}")
        creating = [f"CREATE SILENT GRAPH <{name}>" for name in names]
        self.update(" ;\n".join(["DROP ALL", *creating, "INSERT DATA {\n" + "\n".join(blocks) + "\n}"]))

    def update(self, text: str) -> None:
        """Make an update that must succeed."""
        answer = self.client.post("/sparql/update", content=text.encode(), headers={"content-type": UPDATE})
        assert answer.is_success, answer.text


class Inside:
    """The application in this process, over a store in memory that is filled behind its back."""

    writes = False

    def __init__(self, url: str, client: httpx.Client, engine: ox.Store) -> None:
        """Take its address and its engine."""
        self.url = url
        self.client = client
        self._engine = engine

    def fill(self, quads: Sequence[ox.Quad], names: Sequence[str] = ()) -> None:
        """Let the engine hold the quads."""
        self._engine.clear()
        for name in names:
            self._engine.add_graph(ox.NamedNode(name))
        self._engine.extend(quads)


@contextmanager
def inside() -> Iterator[Inside]:
    """Serve an empty store in memory from a thread of this process."""
    store = memory("https://example.org/", "unvalidated")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_app(store), log_level="error", ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
                yield Inside(url, client, store._open())  # noqa: SLF001 - filled behind its back
        finally:
            server.should_exit = True
            thread.join(20)
