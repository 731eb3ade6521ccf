"""The commands that write documents to fill in."""

from __future__ import annotations

import re
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import STDOUT, StoreOption, app, fail, folder, reading, say
from kg.errors import StoreNotFoundError
from kg.ingest import free_slug, glance, template, text_of
from kg.ingest.datasets.mapping import kinds_in, mapping_for
from kg.ingest.datasets.table import TableError, tables
from kg.ingest.datasets.template import LANGUAGES, template_csv, template_xlsx
from kg.slugs import slug

if TYPE_CHECKING:
    from kg.ingest import FileText

new = typer.Typer(help="Write a document to fill in.", no_args_is_help=True)
app.add_typer(new, name="new")

_ENDINGS = {".yaml", ".yml", ".json"}
_STANDARD_INPUT = "standard input"
_UNNAMED = "report"
_HEAD = 4096
"""Bytes of a document in which its id is looked for."""


@new.callback()
def kinds() -> None:
    """Write a document to fill in."""


@new.command("report")
def new_report(
    text: Annotated[
        Path,
        typer.Argument(help="The report's text: UTF-8, HTML, PDF or DOCX; - for standard input."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; default beside it; - for standard output."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write a report document for a text, to fill in; its id is no other's in the store or beside it."""
    piped = str(text) == STDOUT
    data = sys.stdin.buffer.read() if piped else text.read_bytes()
    found = text_of(data, _STANDARD_INPUT if piped else str(text))
    target = output or (text if piped else text.with_suffix(".yaml"))
    printed = str(target) == STDOUT
    if not printed and target.exists():
        fail(f"{target} exists already; name another with --output")
    inline = piped or (printed and found.taken_by is not None)
    made = template(
        found.text,
        _STANDARD_INPUT
        if piped
        else (text if inline or found.taken_by is None else _kept(found, text, target)).name,
        _free_id(_UNNAMED if piped else text.stem, store, Path() if printed else target.parent),
        taken_from=None if found.taken_by is None else found.was if piped else text.name,
        inline=inline,
    )
    if printed:
        sys.stdout.buffer.write(made.encode())
        return
    _write_new(target, made)
    say(f"wrote {target}; fill it in, then: servanda validate {target}")


@new.command("incidents")
def new_incidents(
    output: Annotated[
        Path,
        typer.Argument(
            help="Where to write: .csv, or .xlsx with lists to choose from; - for CSV on standard output."
        ),
    ],
    language: Annotated[str, typer.Option("--language", help="Of the header: en, ru or uk.")] = "en",
) -> None:
    """Write the template of an incident table of a monitoring mission, to fill in a row for each incident."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"one of: {', '.join(LANGUAGES)}", param_hint="--language")
    if str(output) == STDOUT:
        sys.stdout.buffer.write(template_csv(language))
        return
    if output.suffix.lower() not in {".csv", ".xlsx"}:
        raise typer.BadParameter(f"{output}: its name ends with .csv or .xlsx")
    made = template_xlsx(language) if output.suffix.lower() == ".xlsx" else template_csv(language)
    try:
        with output.open("xb") as file:
            file.write(made)
    except FileExistsError:
        fail(f"{output} exists already; give another name")
    say(f"wrote {output}; fill it in, then: servanda validate --format incidents {output}")


@new.command("mapping")
def new_mapping(
    table: Annotated[Path, typer.Argument(help="A table: .csv, .tsv, .xlsx, gzipped or zipped.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; default beside it; - for standard output."),
    ] = None,
) -> None:
    """Write what the columns of a table are, to fill in, from its header."""
    target = output or table.with_name(f"{table.name.partition('.')[0]}.mapping.yaml")
    try:
        found = next(tables(table, lambda cells: sum(bool(re.search(r"[^\W\d_]", cell)) for cell in cells)))
        rows = [line.cells for line in islice(found.lines, 2000)]
    except TableError as error:
        fail(str(error.problem))
    column = kinds_in(found.header)
    kinds = sorted({cells[column] for cells in rows if cells.get(column)}) if column else []
    made = mapping_for(found.header, table.name, slug(table.name.partition(".")[0]) or "table", kinds[:50])
    if str(target) == STDOUT:
        sys.stdout.buffer.write(made.encode())
        return
    _write_new(target, made)
    say(f"wrote {target}; fill it in, then: servanda validate --mapping {target} {table}")


def _kept(found: FileText, text: Path, target: Path) -> Path:
    """Return the file of a text that was taken out of another, written beside the document."""
    place = target.with_suffix(".txt")
    if not (place.exists() and place.read_bytes() == found.text.encode()):
        _write_new(place, found.text)
        say(f"wrote {place}, the text that {found.taken_by} took out of {text}: compare it with the original")
    return place


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} exists already; name another with --output")


def _free_id(name: str, store: Path | None, beside: Path) -> str:
    """Return an id that no report has, neither in the store nor among the documents beside it."""
    names = set()
    for file in sorted(beside.iterdir()) if beside.is_dir() else ():
        if file.suffix.lower() in _ENDINGS and file.is_file():
            with file.open("rb") as opened:
                seen = glance(opened.read(_HEAD), file.name)
            names.add(seen.identifier if seen.kind == "report" else None)
    try:
        with reading(folder(store)) as held:
            graphs = f"{held.store.stamp.base}graph/report/"
            return free_slug(name, lambda made: made in names or held.store.has_graph(graphs + made))
    except StoreNotFoundError:
        if store is not None:
            raise
    return free_slug(name, names.__contains__)
