"""The commands that make a store."""

from __future__ import annotations

from typing import Annotated

import typer

from kg import pipeline
from kg.cli.app import StoreOption, WritePolicy, app, folder, out, reading, say
from kg.errors import StoreLockedError
from kg.headline import headline
from kg.pipeline.plain import open_plain
from kg.settings import Settings
from kg.store.folder import is_made


@app.command()
def init(
    store: StoreOption = None,
    write_policy: Annotated[
        WritePolicy, typer.Option(help="unvalidated: a plain SPARQL store, which takes anything.")
    ] = WritePolicy.VALIDATED,
    *,
    reference: Annotated[
        bool,
        typer.Option(help="Take in the shipped reference data: states, places, agreements."),
    ] = True,
) -> None:
    """Make a store with the ontology and, unless told otherwise, the reference data; or a plain one.

    One that is there already, or was not made to its end, is completed.
    """
    base, place = Settings.from_environment().base, folder(store)
    there = is_made(place)
    if write_policy is WritePolicy.UNVALIDATED:
        open_plain(place, base, "init").close()
        done = f"there is a plain store in {place} already" if there else f"made a plain store in {place}"
        say(f"{done}; serve it with --write-policy unvalidated")
        return
    with pipeline.prepared(place, base, reference=reference) as made:
        say(
            f"there is a store in {place} already, and it is whole"
            if there
            else f"made a store in {made.folder}"
        )


@app.command()
def demo(
    store: StoreOption = None,
    *,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Add the other accounts of the events.")
    ] = False,
) -> None:
    """Make a store of the reference data and the seed article, and answer the headline question.

    One that is there already, or was not made to its end, is completed, and answers.
    """
    place, base = folder(store), Settings.from_environment().base
    try:
        with pipeline.build_demo(place, base, accounts=accounts) as made:
            out(headline(made.store))
    except (
        StoreLockedError
    ):  # whoever holds it changes it; where nothing is missing, it can be read meanwhile
        if not is_made(place):
            raise
        with reading(place) as state_of_it:
            if not pipeline.is_demo(state_of_it.store, accounts=accounts):
                raise
            out(headline(state_of_it.store))
