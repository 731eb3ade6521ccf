"""The commands for what was refused: list, show, correct and resubmit, discard."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import console, pipeline
from kg.cli.app import (
    AgentOption,
    JsonOption,
    StoreOption,
    StrictOption,
    app,
    fail,
    folder,
    out,
    out_json,
    progress,
    say,
    scrutiny,
    settings,
)
from kg.errors import NotFoundError
from kg.pipeline import quarantine
from kg.store import stamp_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.pipeline import Outcome
    from kg.pipeline.item import Item

commands = typer.Typer(
    help="What was refused: list, inspect, correct, resubmit, discard.", no_args_is_help=True
)
app.add_typer(commands, name="quarantine")

FileOption = Annotated[
    Path | None,
    typer.Option("--with", help="Take this file in the place of the document.", exists=True, dir_okay=False),
]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of an item, as `servanda quarantine list` has it.")]


@commands.command("list")
def list_items(
    store: StoreOption = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those resolved and discarded too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what was refused and is still to be decided, the oldest first."""
    place = _checked(store)
    found = [item for item in quarantine.items(place) if everything or item.status in {"open", "damaged"}]
    if as_json:
        out_json([_json(place, item) for item in found])
        return
    out("".join(_line(place, item) for item in found))
    if not found:
        say("nothing in the quarantine" if everything else "nothing open in the quarantine")


@commands.command()
def show(name: Id, store: StoreOption = None, *, as_json: JsonOption = False) -> None:
    """Show an item: where the document lies, what is wrong with it, the SHACL report if there is one."""
    place = _checked(store)
    item = quarantine.item(place, name)
    if as_json:
        problems = quarantine.problems_of(place, name)
        out_json(
            {
                **_json(place, item),
                "problems": None if problems is None else [asdict(problem) for problem in problems],
                "report": quarantine.report_of(place, name),
            }
        )
        return
    out(_shown(place, item))


@commands.command()
def resubmit(  # noqa: PLR0913 - options of a command
    names: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids of items.")] = None,
    store: StoreOption = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All open items.")] = False,
    file: FileOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Take in again what was retracted with the same content.")
    ] = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    by: AgentOption = None,
) -> None:
    """Take kept documents in, corrected where they lie or replaced by a file.

    What is refused again stays, with its new problems, and the exit code is 1.
    """
    if bool(names) == everything:
        raise typer.BadParameter("name items, or give --all", param_hint="ID")
    if file is not None and (names is None or len(names) != 1):
        raise typer.BadParameter("name the one item whose document it replaces", param_hint="--with")
    place = folder(store)
    with pipeline.open_graph(place, "ingest", settings=settings(by)) as opened, progress("documents") as tell:
        chosen = _open_ones(place) if everything else [_resubmittable(place, name) for name in names or ()]
        if file is not None:
            quarantine.exchange_document(place, chosen[0], file)
        documents = {quarantine.document_of(place, name): name for name in chosen}
        outcomes = (
            pipeline.ingest(
                opened, list(documents), again=again, scrutiny=scrutiny(strict=strict), progress=tell
            )
            if documents
            else ()
        )
        _mark(place, documents, outcomes)
    if as_json:
        out_json([console.outcome_json(outcome) for outcome in outcomes])
    elif outcomes:
        out(console.outcomes_text(outcomes))
    if any(outcome.problems for outcome in outcomes):
        raise typer.Exit(1)


@commands.command()
def discard(
    name: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why it is not to be taken in.")],
    store: StoreOption = None,
) -> None:
    """Mark an item as not to be taken in, and why; its files stay."""
    with pipeline.open_graph(folder(store), "quarantine"):
        quarantine.discard(folder(store), name, reason)
    say(f"discarded {name}")


def _checked(store: Path | None) -> Path:
    """Return the folder of the store; raise what is wrong with it."""
    place = folder(store)
    stamp_of(place)
    return place


def _resubmittable(place: Path, name: str) -> str:
    item = quarantine.item(place, name)
    if item.status == "resolved":
        fail(f"{name}: its document was taken in; to revise it: servanda ingest FILE")
    return name


def _open_ones(place: Path) -> list[str]:
    """Return the open items, of each document the one refused last; say which are left out and why."""
    last: dict[tuple[str | None, ...], str] = {}
    for item in quarantine.items(place, "open"):
        known = (item.kind, item.identifier) if item.identifier else (item.id,)
        try:
            quarantine.document_of(place, item.id)
        except NotFoundError as error:
            say(f"left out: {item.id}: {error}")
            continue
        if known in last:
            say(f"left out: {last[known]}: {item.id} is a later one of the same document")
        last[known] = item.id
    for item in quarantine.items(place, "damaged"):
        say(f"left out: {item.id}: {item.note}; name it to resubmit it")
    if not last:
        say("nothing to resubmit")
    return list(last.values())


def _mark(place: Path, documents: dict[Path, str], outcomes: Sequence[Outcome]) -> None:
    """Mark as resolved what is in the store now, whatever its id was when it was refused."""
    for outcome in outcomes:
        name = documents[outcome.path]
        if outcome.status != "refused" and quarantine.item(place, name).status != "resolved":
            note = "the store held it as it is" if outcome.status == "unchanged" else None
            quarantine.mark_resolved(place, name, outcome.sequence, note)


def _json(place: Path, item: Item) -> dict[str, object]:
    problems = quarantine.problems_of(place, item.id)
    return {
        **asdict(item),
        "folder": str(quarantine.folder_of(place, item.id)),
        "problems": None if problems is None else len(problems),
    }


def _line(place: Path, item: Item) -> str:
    problems = quarantine.problems_of(place, item.id)
    count = (
        "problems unreadable" if problems is None else f"{len(problems)} problem{'s'[: len(problems) != 1]}"
    )
    parts = [item.id, item.status, _called(item), count, _time(item), item.file or "", item.note or ""]
    return _printable("  ".join(filter(None, parts))) + "\n"


def _shown(place: Path, item: Item) -> str:
    lies, remedy = _lies(place, item)
    rows = {
        "item": item.id,
        "status": item.status,
        "document": _called(item),
        "file": item.file,
        "refused": _time(item),
        "taken in by": None if item.sequence is None else f"entry {item.sequence}",
        "note": item.note,
        "sha256": item.sha256,
        "lies at": lies,
    }
    lines = [f"{name:12}{_printable(text)}" for name, text in rows.items() if text]
    problems = quarantine.problems_of(place, item.id)
    lines += ["", "problems:"]
    lines += (
        ["  cannot be read"] if problems is None else [f"  {_printable(str(found))}" for found in problems]
    )
    report = quarantine.report_of(place, item.id)
    if report is not None:
        lines += ["", "report:", *(f"  {_printable(line)}" for line in report.rstrip().split("\n"))]
    if item.status == "open":
        lines += ["", _printable(remedy)]
    return "\n".join(lines) + "\n"


def _lies(place: Path, item: Item) -> tuple[str, str]:
    """Return where an item's document lies, and how it is taken in once it is corrected."""
    resubmit = f"servanda quarantine resubmit {item.id}"
    try:
        return str(quarantine.document_of(place, item.id)), f"correct it where it lies, then: {resubmit}"
    except NotFoundError as error:
        file = item.file or "FILE"
        return str(error), f"correct {file}, then: {resubmit} --with {shlex.quote(file)}"


def _called(item: Item) -> str:
    return f"{item.kind or 'document'} {item.identifier or '(id unknown)'}"


def _time(item: Item) -> str:
    return "" if item.refused_at is None else f"{item.refused_at[:19]}Z"


def _printable(text: str) -> str:
    """Return the text with signs that a terminal would obey, or cannot show, spelled out."""
    return "".join(sign if sign.isprintable() or sign == "\t" else ascii(sign)[1:-1] for sign in text)
