"""The commands that ask: a question of the catalogue, or in SPARQL."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console

from kg import console
from kg.cli.app import STDOUT, JsonOption, StoreOption, app, folder, out, out_file, out_json, say
from kg.cli.asking import TimeoutOption, aside, limits
from kg.cli.piped import read_text
from kg.cli.states import AsOfOption, ZoneOption, state
from kg.query import credibility, guard, questions
from kg.query.local_times import with_local_times
from kg.query.period import ZONE
from kg.query.pool import table, tabled
from kg.query.pool.querying import Capped
from kg.settings import Settings
from kg.store.versions import VERSION, speaks
from kg.tables import csv_of, workbook_of

if TYPE_CHECKING:
    from kg.model import Answer
    from kg.query.pool import Within


@app.command()
def ask(  # noqa: PLR0913 - options of a command
    question: Annotated[str | None, typer.Argument(help="Number or slug; without it, the catalogue.")] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE, as often as needed.")
    ] = None,
    store: StoreOption = None,
    *,
    zone: ZoneOption = None,
    as_of: AsOfOption = None,
    timeout: TimeoutOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of text.")] = False,
    workbook: Annotated[
        str | None, typer.Option("--xlsx", help="Write a workbook of that name; - for standard output.")
    ] = None,
) -> None:
    """Answer a question of the catalogue, of the graph as it is or as it was."""
    if (as_json, as_csv, workbook is not None).count(True) > 1:
        raise typer.BadParameter("an answer has one form", param_hint="--json, --csv or --xlsx")
    if question is None:
        out(console.catalogue(questions.catalogue()))
        return
    asked = questions.find(question)
    chosen = Settings.from_environment()
    where = zone or chosen.zone
    parameters = {ZONE: where, **_parameters(param or [])}
    for_people = not (as_json or as_csv or workbook is not None)

    def work(within: Within) -> bytes:
        with state(folder(store), as_of, where) as opened:
            within.begin()
            found = questions.ask(opened.store, asked, parameters)
            if for_people:
                found = with_local_times(opened.store, found, zone or chosen.zone_named)
            return tabled(found)

    answer = table(aside(work, limits("question", timeout), "time of the question"))
    if as_json:
        out_json(console.answer_json(answer))
    elif as_csv:
        out_file(STDOUT, lambda stream: stream.write(csv_of(answer).encode()))
    elif workbook is not None:
        out_file(workbook, lambda stream: stream.write(workbook_of(asked.title, answer)))
    else:
        out(console.answer_text(asked.title, answer, Console().width))
    _say_hidden(answer)


def _say_hidden(answer: Answer) -> None:
    """Say how many rows are left out as doubtful, if any are."""
    if answer.hidden:
        say(credibility.told(f"{answer.hidden} rows", f"-p {credibility.NAME}={credibility.ALL}"))


@app.command()
def query(  # noqa: PLR0913 - options of a command
    file: Annotated[str, typer.Argument(help="A file with SPARQL, or - for standard input.")],
    store: StoreOption = None,
    *,
    media_type: Annotated[
        str | None,
        typer.Option("--format", help="Media type of the answer; default CSV for tables, Turtle for graphs."),
    ] = None,
    as_of: AsOfOption = None,
    zone: ZoneOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Answer a SPARQL query over the union of all graphs."""
    text = read_text(Path(file))
    default = "text/turtle" if guard.check(text).form.gives_graph else "text/csv"
    default += VERSION if speaks(text) and default == "text/turtle" else ""
    most = limits("query", timeout)

    def work(within: Within) -> bytes:
        with state(folder(store), as_of, zone) as opened:
            within.begin()
            output = Capped(most.answer)
            opened.store.write_answer(text, media_type or default, cast("IO[bytes]", output))
            return bytes(output.content)

    sys.stdout.buffer.write(aside(work, most, "time of the query"))


def _parameters(pairs: list[str]) -> dict[str, str]:
    parameters = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r}: write NAME=VALUE", param_hint="--param")
        parameters[name] = value
    return parameters
