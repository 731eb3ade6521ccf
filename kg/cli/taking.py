"""The commands that take documents in, or only look at them."""

from __future__ import annotations

from dataclasses import replace
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
    folder,
    known,
    out,
    out_json,
    progress,
    say,
    scrutiny,
    settings,
)
from kg.cli.piped import piped
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

if TYPE_CHECKING:
    from kg.pipeline import Outcome

Paths = Annotated[
    list[Path],
    typer.Argument(help="Documents (.yaml, .yml, .json), folders of them, or tables; - for standard input."),
]


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
        with known(store) as held:
            check_rows(held.store, paths, wanted, as_json=as_json)
        return
    with piped(paths) as given, known(store) as context:
        outcomes = pipeline.validate(context.store, given.paths, scrutiny(strict=strict), tell=say)
    _report(given.told(outcomes), as_json=as_json)


def _report(outcomes: tuple[Outcome, ...], *, as_json: bool) -> None:
    if as_json:
        out_json([console.outcome_json(outcome) for outcome in outcomes])
    else:
        out(console.outcomes_text(outcomes))
    if any(outcome.problems for outcome in outcomes):
        raise typer.Exit(1)
