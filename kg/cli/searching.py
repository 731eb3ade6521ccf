"""The command that searches."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from kg.cli.app import JsonOption, StoreOption, app, folder, out_json, reading, say
from kg.cli.history import ZoneOption  # noqa: TC001 - Typer reads it
from kg.query.period import ZONE
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kg.search.answers import Answer, Hit

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

    filters = {ZONE: zone or Settings.from_environment().zone}
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


def _piece(word: str) -> str:
    """Return an argument as it is looked for: one with blanks is a phrase."""
    return word if " " not in word or '"' in word or ":" in word else f'"{word}"'


def _told(answer: Answer) -> Mapping[str, Any]:
    """Return the answer as it is over HTTP."""
    body: dict[str, Any] = {
        "items": [asdict(hit) for hit in answer.items],
        "counts": {"total": answer.total, "is_all": answer.is_all},
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
