"""The command `servanda`: the commands of the library, and `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.cli import StoreOption, app, folder, run
from kg.pipeline import open_graph


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; of this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any that is free.")] = 8000,
) -> None:
    """Answer over HTTP, to this machine only: REST, SPARQL, OpenAPI, documentation at /docs."""
    from api import server  # noqa: PLC0415 - half a second that no other command needs to wait

    address = server.loopback(host)
    with (
        server.listening(address, port) as listener,
        open_graph(folder(store), "serve", server.url(listener, address)) as opened,
    ):
        server.serve_store(opened.store, listener, address)


def main() -> None:
    """Run the command line."""
    run(app)
