"""The server that the suites are run against, and the means to fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

UPDATE = "application/sparql-update"


class Server:
    """A real process that serves a plain store, filled over HTTP."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        """Take its address, and a client by which all is sent to it."""
        self.url = url
        self.client = client
        self._held: object = None
        client.event_hooks["request"].append(self._noted)

    def fill(self, quads: Sequence[ox.Quad], names: Sequence[str] = ()) -> None:
        """Let it hold these quads, and these graphs if they are empty, and nothing else.

        What it holds already, since nothing was written after it was filled, is not sent again.
        """
        wanted = (frozenset(quads), frozenset(names))
        if wanted == self._held:
            return
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
        self._held = wanted

    def update(self, text: str) -> None:
        """Make an update that must succeed."""
        answer = self.client.post("/sparql/update", content=text.encode(), headers={"content-type": UPDATE})
        assert answer.is_success, answer.text

    def _noted(self, request: httpx.Request) -> None:
        """Know no longer what the server holds, once anything is sent that could change it."""
        if request.method not in {"GET", "HEAD"} and request.url.path != "/sparql":
            self._held = None
