"""The command `servanda`: the commands of the library, and `serve`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from api.operations.exposure import ServeError, loopback, public
from api.operations.settings import LogFormat, ServerSettings
from kg.cli import StoreOption, WritePolicy, app, folder, run


@app.command()
def serve(  # noqa: PLR0913 - as many options
    store: StoreOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any that is free.")] = 8000,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(help="How the log is written.", show_default="text on a terminal, else json"),
    ] = None,
    write_policy: Annotated[
        WritePolicy,
        typer.Option(
            help="unvalidated: a plain SPARQL store, made if there is none; whoever reaches it may write."
        ),
    ] = WritePolicy.VALIDATED,
    *,
    for_all: Annotated[
        bool, typer.Option("--public", help="Listen on an address that others can reach.")
    ] = False,
    anybody: Annotated[
        bool,
        typer.Option("--anybody-may-write", help="Serve a plain store with --public all the same."),
    ] = False,
) -> None:
    """Answer over HTTP, to this machine unless told otherwise: REST, SPARQL, OpenAPI, pages at /docs."""
    from api import server  # noqa: PLC0415 - half a second that no other command needs to wait

    settings = ServerSettings.from_environment()
    settings = replace(settings, log_format=log_format or settings.log_format)
    plain = write_policy is WritePolicy.UNVALIDATED
    if plain and for_all and not anybody:
        raise ServeError(
            "--public: anybody could write to a plain store, who reaches it; if that is what you want, say "
            "--anybody-may-write"
        )
    address = public(host, settings, server.sandboxed) if for_all else loopback(host)
    with server.listening(address, port) as listener:
        server.serve(folder(store), listener, address, settings, plain=plain)


@app.command()
def mcp(store: StoreOption = None) -> None:
    """Give an assistant on this machine tools that read the store, over standard input and output (MCP).

    For the settings of an assistant: command servanda, arguments mcp --store FOLDER.
    """
    try:
        from api.streams import serve_streams  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ServeError(
            f"tools for assistants come with the extra `mcp` of the package ({error.name} is missing)"
        ) from error
    serve_streams(folder(store))


def main() -> None:
    """Run the command line."""
    run(app)
