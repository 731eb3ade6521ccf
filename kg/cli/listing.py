"""The commands that list what documents can say: ids and codes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from kg import console, pipeline
from kg.cli.app import JsonOption, StoreOption, app, known, out, out_json, say
from kg.query import directory


@app.command()
def codes(
    scheme: Annotated[
        str | None, typer.Argument(help="A code list, such as event-type; without it, all.")
    ] = None,
) -> None:
    """Print the code lists that documents use, each code with its meaning."""
    out(console.code_lists(pipeline.code_definitions(), scheme, Console().width))


@app.command("list")
def list_ids(
    kind: Annotated[str, typer.Argument(help="actors, places, agreements, reports or codes.")],
    words: Annotated[
        list[str] | None, typer.Argument(help="Words to look for in ids, names and codes.")
    ] = None,
    store: StoreOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List what documents can refer to, with the id to write.

    What the store holds; where there is none, what the shipped reference data holds.
    """
    wanted = " ".join(words or ())
    if kind == "codes":
        found = directory.codes(pipeline.code_definitions(), wanted)
    else:
        with known(store) as opened:
            found = directory.entries(opened.store, opened.store.stamp.base, kind, wanted)
    if as_json:
        out_json([asdict(entry) for entry in found])
        return
    out(console.entries_text(found, Console().width))
    if not found:
        say(f"no {kind} that hold {wanted!r}" if wanted else f"no {kind}")
        raise typer.Exit(1)
