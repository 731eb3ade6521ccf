"""The command `servanda`: the commands of the library, and `serve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.operations.exposure import loopback, public
from api.operations.settings import LogFormat, ServerSettings
from kg.cli import StoreOption, app, folder, run


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any that is free.")] = 8000,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(help="How the log is written.", show_default="text on a terminal, else json"),
    ] = None,
    *,
    for_all: Annotated[
        bool, typer.Option("--public", help="Listen on an address that others can reach.")
    ] = False,
) -> None:
    """Answer over HTTP, to this machine unless told otherwise: REST, SPARQL, OpenAPI, pages at /docs."""
    from api import server  # noqa: PLC0415 - half a second that no other command needs to wait

    settings = ServerSettings.from_environment()
    settings = replace(settings, log_format=log_format or settings.log_format)
    address = public(host, settings, server.sandboxed) if for_all else loopback(host)
    with server.listening(address, port) as listener:
        server.serve(folder(store), listener, address, settings)


def main() -> None:
    """Run the command line."""
    run(app)
