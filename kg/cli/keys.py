"""The commands for keys: making, listing and taking back."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import JsonOption, StoreOption, app, folder, out, out_json, say
from kg.keys import Key, Keys, Scope
from kg.store import stamp_of

keys = typer.Typer(help="Keys for the HTTP interface.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(help="Whose key it is; changes made with it carry this name.")],
    scope: Annotated[
        Scope, typer.Option(help="What it allows; ingest allows what read does, admin everything.")
    ],
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day, by UTC, on which it holds.", metavar="DATE"),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Make a key and print its token, which is shown this once and kept nowhere."""
    key, token = _keys(store).make(name, scope, None if expires is None else expires.date())
    out(f"{token}\n")
    say(f"made key {key.id} ({key.scope}) for {key.name}; the token is not shown again")


@keys.command("list")
def list_keys(store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """List the keys in the order in which they were made, with those that no longer hold."""
    found = _keys(store).all()
    if as_json:
        out_json([_told(key) for key in found])
        return
    if not found:
        say("no keys; make one with: servanda keys add NAME --scope read")
    for key in found:
        until = f" until {key.expires}" if key.expires else ""
        out(f"{key.id}  {key.scope:<6}  {key.state():<7}  made {key.made}{until}  {key.name}\n")


@keys.command("revoke")
def revoke_key(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of the key, as `keys list` tells it.")],
    store: StoreOption = None,
) -> None:
    """Take a key back; a server that runs refuses it from the next request on."""
    key = _keys(store).revoke(identifier)
    say(f"revoked key {key.id} of {key.name}")


def _keys(store: Path | None) -> Keys:
    place = folder(store)
    stamp_of(place)
    return Keys(place)


def _told(key: Key) -> dict[str, str | None]:
    held = {name: value for name, value in asdict(key).items() if name != "sha256"}
    return {**held, "state": key.state()}
