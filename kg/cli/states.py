"""The state of a store that is asked: the newest, or that at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import reading, say
from kg.journal import JournalReader
from kg.settings import Settings
from kg.store import stamp_of

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Reading
    from kg.pipeline.past import Past

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE|SEQ",
        help="Of the graph as it was at the end of a day, at a moment, or at a change by its number.",
    ),
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--zone",
        metavar="ZONE",
        help="Where days are days, such as Europe/Kyiv or +04:00; by default SERVANDA_ZONE, else UTC.",
    ),
]


def state(place: Path, as_of: str | None, zone: str | None = None) -> Reading | Past:
    """Return the newest state of a store, or that at a time; say which, and what is missing from it.

    Days are those of the zone; by default that of the settings.
    """
    if as_of is None:
        return reading(place)
    from kg.pipeline.past import at, snapshot  # noqa: PLC0415 - all that a store is made with

    stamp_of(place)
    opened = snapshot(
        place, at(JournalReader(place / "journal"), as_of, zone or Settings.from_environment().zone)
    )
    when = f"at change {opened.sequence}, of {short(opened.time)}" if opened.time else "before any change"
    say(f"servanda: the graph as it was {when}")
    if opened.left_out:
        names = ", ".join(name.replace(" ", "/", 1) for name in opened.left_out)
        say(f"servanda: left out, because it was redacted since: {names}")
    return opened


def short(time: str | None) -> str:
    """Return a time as people are told it."""
    return "" if time is None else f"{time[:19]}Z"
