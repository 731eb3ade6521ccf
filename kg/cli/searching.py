"""The commands that search, suggest and count."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads it
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.cli.app import (
    GradeOption,
    JsonOption,
    StoreOption,
    app,
    folder,
    out,
    out_file,
    out_json,
    reading,
    say,
)
from kg.cli.states import ZoneOption  # noqa: TC001 - Typer reads it
from kg.query import credibility
from kg.query.lookups import Reader
from kg.query.period import ZONE
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kg.read.schemas.figures import Group
    from kg.search.answers import Answer, Hit

_WIDE = 160
"""Columns of a table that is read by a program."""
_LABEL = 40
"""Characters of a label that are shown in a table."""
_VALUES = 10
"""Values of a facet that are shown."""


@app.command()
def search(  # noqa: PLR0913 - options of a command
    words: Annotated[
        list[str],
        typer.Argument(
            help='Words; "a phrase"; the beginning of a word as shell*; -word for what is not to be there; '
            "and filters: by:azerbaijan, agreement:, source:, place:, report:, type:, modality:, lang:, "
            "kind:, from:, to:."
        ),
    ],
    store: StoreOption = None,
    zone: ZoneOption = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many items at most.")] = 20,
    *,
    newest: Annotated[
        bool, typer.Option("--newest", help="What is newest first, not what fits best.")
    ] = False,
    least: GradeOption = credibility.DEFAULT,
    facets: Annotated[
        str, typer.Option(help="Filters, with commas between: how much of what was found has each value.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Find words in quotes, gists, titles, names, wordings of terms and texts that may be shown.

    Case and accents make no difference. Put -- before words that begin with a minus.
    """
    from kg.pipeline.search_index import searched  # noqa: PLC0415 - its models take long to load
    from kg.search.answers import Request  # noqa: PLC0415
    from kg.search.answers import search as found_by  # noqa: PLC0415

    filters = {ZONE: zone or Settings.from_environment().zone, credibility.NAME: least}
    names = tuple(name.strip() for name in facets.split(",") if name.strip())
    request = Request(" ".join(_piece(word) for word in words), filters, limit, None, newest, names)
    place = folder(store)
    with reading(place) as state, searched(place, state.store, state.sequence) as held:
        answer = found_by(held, request, state.sequence)
    if as_json:
        out_json(_told(answer))
        return
    shown_on = Console(highlight=False, soft_wrap=True)
    for hit in answer.items:
        shown_on.print(_lines(hit), end="")
    for name, counted in (answer.facets or {}).items():
        values = ", ".join(f"{one['value']} {one['total']}" for one in counted[:_VALUES])
        shown_on.print(f"{name}: {values or 'none'}", markup=False)
    shown, more = len(answer.items), "" if answer.is_all else "more than "
    say(f"{shown} of {more}{answer.total} found")
    if answer.hidden:
        say(credibility.told(f"{answer.hidden} claims", f"--min-credibility {credibility.ALL}"))


@app.command()
def suggest(
    prefix: Annotated[str, typer.Argument(help="How a word of a name begins, in any script and spelling.")],
    store: StoreOption = None,
    kind: Annotated[
        str | None, typer.Option(help="Of which kind it is: actor, agreement or place; all without it.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at most.")] = 10,
    *,
    as_json: JsonOption = False,
) -> None:
    """Say which actors, agreements and places may be meant by the beginning of a name; slips are forgiven."""
    from kg.pipeline.search_index import searched  # noqa: PLC0415 - its models take long to load
    from kg.search.suggesting import KINDS  # noqa: PLC0415
    from kg.search.suggesting import suggest as suggested  # noqa: PLC0415

    place = folder(store)
    with reading(place) as state, searched(place, state.store, state.sequence) as held:
        kinds = KINDS if kind is None else (kind,)
        found, at = suggested(held.index, held.reader, prefix, kinds, limit, state.sequence)
    if as_json:
        out_json({"items": [asdict(one) for one in found], "sequence": at})
        return
    for one in found:
        known = "" if one.name == one.label else f" (by {one.name})"
        out(f"{one.kind} {one.id}  {one.label}{known}: {one.line}\n")
    if not found:
        say("nothing is called so")


@app.command()
def statistics(  # noqa: PLR0913 - options of a command
    by: Annotated[
        str, typer.Argument(help="agreement, term, state, force, region, source, week or month.")
    ] = "agreement",
    store: StoreOption = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FILTER=VALUE",
            help="A filter of alleged violations, as from=2021-08 or status=denied; once for each.",
        ),
    ] = None,
    zone: ZoneOption = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write a picture of it here.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Count alleged violations, candidates and claims, each kind apart: none of them is a finding of fact."""
    from kg.pipeline.read_model import model_at  # noqa: PLC0415 - its models take long to load
    from kg.read.figures import figures_at, picture  # noqa: PLC0415

    filters = {
        ZONE: zone or Settings.from_environment().zone,
        credibility.NAME: credibility.DEFAULT,
        **_filters(where or []),
    }
    place = folder(store)
    with reading(place) as state:
        reader = Reader.of(state.store, state.store.stamp.base)
        with model_at(place, reader.names.base, state.sequence) as model:
            found = figures_at(model, reader, by, filters, state.sequence)
    rows = found.groups
    if svg is not None:
        out_file(str(svg), lambda file: file.write(picture(by, rows, found.hidden).encode()))
    if as_json:
        told = {"hidden": found.hidden, "hidden_claims": found.hidden_claims, "sequence": found.sequence}
        out_json({"items": [row.model_dump() for row in rows], **told})
        return
    wide = None if sys.stdout.isatty() else _WIDE
    Console(highlight=False, width=wide).print(_table(by, rows))
    say("allegations and candidates are different things, and have no sum; none of them is a finding of fact")
    if found.hidden or found.hidden_claims:
        claims = "" if found.hidden_claims is None else f" and {found.hidden_claims} claims"
        way = f"--where {credibility.NAME}={credibility.ALL}"
        say(credibility.told(f"{found.hidden} records{claims}", way))


def _filters(given: list[str]) -> dict[str, str]:
    """Return filters that are written as a name and a value; BadParameter for what is not."""
    found: dict[str, str] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or name in found:
            raise typer.BadParameter(
                f"{one!r}: write each filter once, as status=denied", param_hint="--where"
            )
        found[name] = value
    return found


def _table(by: str, rows: list[Group]) -> Table:
    """Return the numbers of groups as they are shown."""
    table = Table(box=None, pad_edge=False)
    table.add_column(by)
    names = (
        "alleged",
        "alleged_denied",
        "candidates",
        "candidates_denied",
        "claims",
        "denials",
        "predictions",
    )
    for name in names:
        table.add_column(name.replace("_", ", "), justify="right")
    for row in rows:
        numbers = (getattr(row, name) for name in names)
        said = ("-" if number is None else str(number) for number in numbers)
        label = f"  {shorten(row.label, _LABEL, placeholder='…')}" if row.label else ""
        table.add_row(Text(f"{row.value}{label}"), *said)
    return table


def _piece(word: str) -> str:
    """Return an argument as it is looked for: one with blanks is a phrase."""
    return word if " " not in word or '"' in word or ":" in word else f'"{word}"'


def _told(answer: Answer) -> Mapping[str, Any]:
    """Return the answer as it is over HTTP."""
    body: dict[str, Any] = {
        "items": [asdict(hit) for hit in answer.items],
        "counts": {"total": answer.total, "is_all": answer.is_all},
        "hidden": answer.hidden,
        "sequence": answer.sequence,
    }
    return body if answer.facets is None else body | {"facets": answer.facets}


def _lines(hit: Hit) -> Text:
    """Return what was found in lines: what it is and by whom, then the words, those looked for in bold."""
    said = Text(f"{hit.kind} ", style="dim")
    said.append(hit.id, style="cyan")
    if hit.claim is not None:
        agents = (step["agent"] for step in reversed(hit.claim["attribution"]))
        chain = " ← ".join(agent["label"] or agent["id"] for agent in agents if agent)
        polarity = "" if hit.claim["polarity"] == "affirmative" else f", {hit.claim['polarity']}"
        said.append(f"  claimed ({hit.claim['modality']}{polarity}) by {chain or 'nobody named'}")
    elif hit.label:
        said.append(f"  {hit.label}")
    said.append("\n")
    for match in hit.matches:
        place = "" if match.start is None else f" {match.start}-{match.end}"
        said.append(f"  {match.field}{place}: ", style="dim")
        words = Text(match.text)
        for place_of in match.highlights:
            words.stylize("bold", place_of.start, place_of.end)
        said.append_text(Text(" ").join(words.split("\n")) if "\n" in match.text else words)
        said.append("\n")
    return said
