"""Rows of datasets on the command line: which files are tables, and what became of their rows."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kg.cli.app import out, say
from kg.cli.pace import Pace
from kg.cli.piped import STDIN
from kg.ingest.datasets.importer import Asked
from kg.ingest.datasets.mapping import read_mapping
from kg.ingest.datasets.table import SUFFIXES, kept
from kg.pipeline import code_definitions
from kg.pipeline.rows.take import Wanted, check, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.pipeline import Repository
    from kg.pipeline.rows import Summary
    from kg.store import OxigraphStore

FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="Format of tables; by default found by their columns."),
]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--dataset-version", help="Version of the dataset, if the name of the file does not say it."
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option("--dataset", help="Id under which the rows are kept; by default the dataset's own."),
]
TitleOption = Annotated[str | None, typer.Option("--title", help="Title of an incident table.")]
PublisherOption = Annotated[
    str | None, typer.Option("--publisher", help="Id of the actor whose table it is, such as a mission.")
]
RowZoneOption = Annotated[
    str | None, typer.Option("--row-zone", help="Zone of times of day in tables: +03:00, or Europe/Kyiv.")
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", help="File that says what the columns of a table are (--format table)."),
]
_OFTEN: Final = 1.0
_SELDOM: Final = 30.0
"""Seconds between what is told of how far it is."""
_SHOWN: Final = 40
"""Problems that are printed; all of them are in the file of damaged rows."""


def rows_wanted(  # noqa: PLR0913, PLR0917 - what may be said of tables
    kind: str | None,
    version: str | None,
    name: str | None,
    title: str | None,
    publisher: str | None,
    zone: str | None,
    mapping: Path | None,
) -> Wanted:
    """Return what is asked of an import by the options of a command."""
    read = None
    if mapping is not None:
        if kind not in {None, "table"}:
            raise typer.BadParameter("a mapping is for --format table", param_hint="--mapping")
        kind = "table"
        read = read_mapping(mapping.read_text(encoding="utf-8-sig"), str(mapping), code_definitions())
    asked = Asked("", version, name, publisher, title, zone=zone)
    return Wanted(kind, asked, read, now=datetime.now(UTC))


def are_tables(paths: Sequence[Path], named: str | None) -> bool:
    """Return whether the files are tables, by the format that was named, else by the ends of their names.

    Raises BadParameter where only some of them are.
    """
    if named is not None:
        return True
    tables = [path for path in paths if path.name.lower().endswith(SUFFIXES) and not path.is_dir()]
    if tables and len(tables) != len(paths):
        other = next(path for path in paths if path not in tables)
        raise typer.BadParameter(
            f"{tables[0]} is a table and {other} is none; take them in one after the other"
        )
    return bool(tables)


def ingest_rows(opened: Repository, paths: Sequence[Path], wanted: Wanted, *, as_json: bool) -> None:
    """Take rows in and tell what became of them; exits with 1 where any could not come in."""
    with _files(paths) as (files, names), _shown() as shown:
        _report(take(opened, files, wanted, shown, names), as_json=as_json, written=True)


def check_rows(store: OxigraphStore, paths: Sequence[Path], wanted: Wanted, *, as_json: bool) -> None:
    """Tell what is wrong with rows; nothing is written. Exits with 1 where any could not come in."""
    with _files(paths) as (files, names), _shown() as shown:
        _report(check(store, files, wanted, shown, names), as_json=as_json, written=False)


@contextmanager
def _files(paths: Sequence[Path]) -> Iterator[tuple[list[Path], dict[Path, str]]]:
    """Give the files, with one of standard input in the place of `-`, and how that is called."""
    with tempfile.TemporaryDirectory(prefix="servanda-") as folder:
        made = Path(folder) / "input"
        if STDIN in paths:
            kept(sys.stdin.buffer, made)
        for path in paths:
            if path != STDIN and not path.is_file():
                raise FileNotFoundError(2, "no such file", str(path))
        yield [made if path == STDIN else path for path in paths], {made: "-"}


@contextmanager
def _shown() -> Iterator[Callable[[int, int | None], None]]:
    """Give a function that tells how many rows are read, and then written, how fast, and what time is left.

    On a terminal it is one line that is written over; into a file a line is written twice a minute.
    """
    begun, terminal = time.monotonic(), sys.stderr.isatty()

    def over(line: str) -> None:
        sys.stderr.write(f"\r{line}\x1b[K")
        sys.stderr.flush()

    yield Pace(over, _OFTEN) if terminal else Pace(say, _SELDOM)
    seconds = time.monotonic() - begun
    if terminal and seconds > 1:
        over("")
        say(f"{seconds:.1f} s")


def _report(summary: Summary, *, as_json: bool, written: bool) -> None:
    if as_json:
        out(json.dumps(_json(summary), ensure_ascii=False) + "\n")
    else:
        for problem in summary.problems[:_SHOWN]:
            say(str(problem))
        if len(summary.problems) > _SHOWN:
            say(f"… and {sum(summary.rules.values()) - _SHOWN:,} more")
        out(_text(summary, written=written))
    if summary.quarantined or summary.refused:
        raise typer.Exit(1)


def _text(summary: Summary, *, written: bool) -> str:
    lines = [
        f"{name.replace('_', ' '):<14}{count:>12,}"
        for name, count in summary.counts().items()
        if count or name in {"rows", "taken_in", "unchanged", "revised", "quarantined", "flagged"}
    ]
    if summary.triples and summary.rows:
        lines.append(f"{'triples a row':<14}{summary.triples / summary.rows:>12,.1f}")
    lines += [f"  {rule:<36}{count:>8,}" for rule, count in summary.rules.most_common()]
    lines += [f"nothing was taken in of {file}" for file in summary.refused]
    if summary.unlinked:
        total = len(summary.unlinked)
        most = ", ".join(f"{name} ({count:,})" for name, count in summary.unlinked.most_common(5))
        lines.append(f"actors that the store does not know: {total:,}; most often {most}")
    if summary.damaged:
        lines.append(f"rows in quarantine are kept in {summary.damaged}")
    if not written:
        lines.append("nothing was written")
    return "\n".join(lines) + "\n"


def _json(summary: Summary) -> dict[str, object]:
    return {
        **summary.counts(),
        "triples": summary.triples,
        "formats": dict(summary.formats),
        "rules": dict(summary.rules),
        "refused": summary.refused,
        "damaged": summary.damaged,
        "unlinked": len(summary.unlinked),
        "problems": [
            {
                "file": one.file,
                "row": one.line,
                "column": one.field or None,
                "rule": one.rule,
                "message": one.message,
                "hint": one.hint,
                "severity": one.severity,
            }
            for one in summary.problems
        ],
    }
