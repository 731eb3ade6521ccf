"""The commands that make a store, take documents in, and ask."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console

from kg import console, pipeline
from kg.cli.app import (
    STDOUT,
    AgentOption,
    JsonOption,
    StoreOption,
    StrictOption,
    WritePolicy,
    app,
    folder,
    out,
    out_file,
    out_json,
    progress,
    reading,
    say,
    scrutiny,
    settings,
)
from kg.cli.asking import TimeoutOption, aside, limits
from kg.cli.history import AsOfOption, ZoneOption, state
from kg.cli.piped import piped, read_text
from kg.cli.rows import (
    FormatOption,
    MappingOption,
    NameOption,
    PublisherOption,
    RowZoneOption,
    TitleOption,
    VersionOption,
    are_tables,
    check_rows,
    ingest_rows,
    rows_wanted,
)
from kg.errors import NotFoundError, StoreLockedError, StoreNotFoundError
from kg.headline import headline
from kg.ingest import json_schema
from kg.ingest.models import KINDS
from kg.pipeline.plain import open_plain
from kg.query import credibility, directory, guard, questions
from kg.query.local_times import with_local_times
from kg.query.period import ZONE
from kg.query.pool import table, tabled
from kg.query.pool.querying import Capped
from kg.settings import Settings
from kg.store.folder import is_made
from kg.store.versions import VERSION, speaks
from kg.tables import csv_of, workbook_of

if TYPE_CHECKING:
    from kg.model import Answer
    from kg.pipeline import Outcome, Reading, Repository
    from kg.query.pool import Within

Paths = Annotated[
    list[Path],
    typer.Argument(help="Documents (.yaml, .yml, .json), folders of them, or tables; - for standard input."),
]


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


@app.command()
def ingest(  # noqa: PLR0913 - options of a command
    paths: Paths,
    store: StoreOption = None,
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Take in again what was retracted with the same content.")
    ] = False,
    strict: StrictOption = False,
    keep_content: Annotated[
        bool,
        typer.Option("--keep-content", help="Keep what is no document too, not only its hash, if refused."),
    ] = False,
    kind: FormatOption = None,
    version: VersionOption = None,
    name: NameOption = None,
    title: TitleOption = None,
    publisher: PublisherOption = None,
    zone: RowZoneOption = None,
    mapping: MappingOption = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Tables: what they lack of their dataset is withdrawn."),
    ] = False,
    as_json: JsonOption = False,
    by: AgentOption = None,
) -> None:
    """Take documents in, or rows of datasets; what does not conform is quarantined with the reason.

    A document that the store holds with other content becomes a new revision, and so does a row.
    """
    chosen = settings(by)
    if are_tables(paths, kind):
        wanted = rows_wanted(kind, version, name, title, publisher, zone, mapping)
        with pipeline.open_graph(folder(store), "ingest", settings=chosen) as held:
            ingest_rows(held, paths, replace(wanted, whole=whole, again=again), as_json=as_json)
        return
    with (
        piped(paths) as given,
        pipeline.open_graph(folder(store), "ingest", settings=chosen) as opened,
        progress("documents") as shown,
    ):
        outcomes = pipeline.ingest(
            opened,
            given.paths,
            again=again,
            scrutiny=scrutiny(strict=strict),
            keep_content=keep_content or chosen.quarantine_content,
            progress=shown,
            tell=say,
        )
    _report(given.told(outcomes), as_json=as_json)


@app.command()
def validate(  # noqa: PLR0913 - options of a command
    paths: Paths,
    store: StoreOption = None,
    *,
    strict: StrictOption = False,
    kind: FormatOption = None,
    version: VersionOption = None,
    name: NameOption = None,
    zone: RowZoneOption = None,
    mapping: MappingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with documents, or with rows, and what would be right; nothing is written.

    They are held against the store if there is one, else against the shipped reference data.
    """
    if are_tables(paths, kind):
        wanted = rows_wanted(kind, version, name, None, None, zone, mapping)
        with _known(store) as known:
            check_rows(known.store, paths, wanted, as_json=as_json)
        return
    with piped(paths) as given, _known(store) as context:
        outcomes = pipeline.validate(context.store, given.paths, scrutiny(strict=strict), tell=say)
    _report(given.told(outcomes), as_json=as_json)


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
        with _known(store) as opened:
            found = directory.entries(opened.store, opened.store.stamp.base, kind, wanted)
    if as_json:
        out_json([asdict(entry) for entry in found])
        return
    out(console.entries_text(found, Console().width))
    if not found:
        say(f"no {kind} that hold {wanted!r}" if wanted else f"no {kind}")
        raise typer.Exit(1)


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="report, agreement, actors or places.")],
) -> None:
    """Print the JSON Schema of a kind of document."""
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise NotFoundError(f"no kind of document {kind!r}; {hint}one of: {', '.join(KINDS)}")
    out_json(json_schema(kind, pipeline.code_references()))


def _known(store: Path | None) -> Reading | Repository:
    """Return the store; where none was named and none is there, one in memory of the reference data."""
    try:
        return reading(folder(store))
    except StoreNotFoundError:
        if store is not None:
            raise
        return pipeline.reference_in_memory(Settings.from_environment().base)


def _report(outcomes: tuple[Outcome, ...], *, as_json: bool) -> None:
    if as_json:
        out_json([console.outcome_json(outcome) for outcome in outcomes])
    else:
        out(console.outcomes_text(outcomes))
    if any(outcome.problems for outcome in outcomes):
        raise typer.Exit(1)


def _parameters(pairs: list[str]) -> dict[str, str]:
    parameters = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r}: write NAME=VALUE", param_hint="--param")
        parameters[name] = value
    return parameters
