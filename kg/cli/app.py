"""The command line's frame: the application, its options, and how errors are told."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, NoReturn

import typer
from typer.core import TyperGroup

from kg import pipeline
from kg.cli.commands import Commands
from kg.cli.system import forget_output, of_the_text
from kg.errors import (
    AnswerTooLargeError,
    DocumentError,
    QueryDiedError,
    QueryMemoryError,
    QueryTimeoutError,
    ServandaError,
    StoreNotFoundError,
)
from kg.refusals import of_the_system
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.pipeline import Reading, Repository, Scrutiny

_INTERRUPTED: Final = 130
"""What a command ends with that was ended by Ctrl-C."""

STDOUT: Final = "-"
"""What stands for standard output where a file is named."""

EXIT_CODES: Final = {
    "query-timeout": 3,
    "query-memory": 4,
    "result-too-large": 5,
    "query-panic": 6,
    "query-abort": 7,
    "query-stack": 8,
    "query-crash": 9,
    "query-killed": 10,
}
"""What a command ends with whose query was ended before its answer, by what ended it."""


class _Group(TyperGroup):
    """All commands, of which those are read in that are called or listed."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of a group
        super().__init__(**{**options, "commands": Commands(app, options["commands"])})


def _with_commands() -> None:
    """Do nothing: what is called is a command."""


app = typer.Typer(
    name="servanda",
    cls=_Group,
    callback=_with_commands,
    help="Which terms of which agreement were allegedly violated, by whom, when, where, according to whom, "
    "in exactly which words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done; 1 refused, with the reason on standard error; 2 wrong usage; 130 Ctrl-C; "
    "and what ended a query: 3 time, 4 memory, 5 size of the answer, 6 panic, 7 abort, 8 stack, 9 crash, "
    "10 a kill.",
)


class WritePolicy(StrEnum):
    """What a store takes in."""

    VALIDATED = "validated"
    UNVALIDATED = "unvalidated"


StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the store.", envvar="SERVANDA_STORE", show_default=".servanda"),
]
GradeOption = Annotated[
    str,
    typer.Option(
        "--min-credibility",
        help="The least credible grade of claims: 1 (confirmed) to 5 (improbable); 6 hides nothing.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Take what would be a warning as an error.")]
AgentOption = Annotated[
    str | None,
    typer.Option(
        "--agent", help="Who makes the change.", envvar="SERVANDA_AGENT", show_default="your login name"
    ),
]


def folder(store: Path | None) -> Path:
    """Return the folder of the store: the option's, else the setting's.

    Raises BadParameter for `-`: a store is nothing that is piped, and no folder is made that is called so.
    """
    found = store or Settings.from_environment().store
    if str(found) == STDOUT:
        raise typer.BadParameter("a store is a folder, and not piped: name one", param_hint="--store")
    return found


def settings(by: str | None = None) -> Settings:
    """Return the settings, with who makes the change as the option says it if it does."""
    chosen = Settings.from_environment()
    return replace(chosen, agent=by) if by else chosen


def scrutiny(*, strict: bool) -> Scrutiny:
    """Return how closely documents are looked at: with the clock of this machine."""
    return pipeline.Scrutiny(datetime.now(UTC), strict)


def reading(place: Path) -> Reading:
    """Return the newest state of a store that can be read; say so if another process is changing it.

    It is also said if it was concluded by other rules than those of this software.
    """
    opened = pipeline.read_graph(place)
    if opened.otherwise:
        say(
            f"servanda: {opened.owner or 'another process'} holds the store and concludes by other rules "
            "than those of this software; start it anew with this software"
        )
    if opened.sequence < opened.head:
        why = (
            f"the store is being changed by {opened.owner}"
            if opened.owner
            else "there is no newer checkpoint"
        )
        say(f"servanda: {why}; this is its state at change {opened.sequence} of {opened.head}")
    return opened


def known(store: Path | None) -> Reading | Repository:
    """Return the store; where none was named and none is there, one in memory of the reference data."""
    try:
        return reading(folder(store))
    except StoreNotFoundError:
        if store is not None:
            raise
        return pipeline.reference_in_memory(Settings.from_environment().base)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how many of how many are done, on a terminal, where it takes a while."""
    if not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005 - nobody sees it
        return
    from kg.cli.late import late  # noqa: PLC0415 - only where somebody looks

    with late(what) as shown:
        yield shown


def run(application: typer.Typer = app) -> None:
    """Run the command line; an error of ours becomes a sentence on standard error and exit code 1."""
    try:
        try:
            application()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(_INTERRUPTED) from None
    except DocumentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from error
    except OSError as error:
        forget_output()
        if not isinstance(error, BrokenPipeError):  # whoever read it has gone, and wants no more
            print(f"servanda: {of_the_system(error)}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from error
    except (ServandaError, ValueError) as error:
        raise SystemExit(_told(error)) from error


def _told(error: ServandaError | ValueError) -> int:
    """Print an error as a sentence, and return the exit code that stands for it."""
    said = of_the_text(error) if isinstance(error, UnicodeDecodeError) else str(error)
    kind = ended_by(error)
    print(f"servanda: {said}{f' ({kind})' if kind else ''}", file=sys.stderr)  # noqa: T201
    for note in getattr(error, "__notes__", ()):
        print(f"servanda: {note}", file=sys.stderr)  # noqa: T201
    return EXIT_CODES.get(kind, 1)


def ended_by(error: Exception) -> str:
    """Return the stable name of what ended a query before its answer; empty for any other error."""
    ended = (QueryTimeoutError, QueryMemoryError, AnswerTooLargeError, QueryDiedError)
    return error.kind if isinstance(error, ended) else ""


def out(text: str) -> None:
    """Print what was asked for, as it is."""
    print(text, end="")  # noqa: T201


def out_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


def out_file(name: str, write: Callable[[BinaryIO], object]) -> None:
    """Write a file, which appears when it is whole; `-` is standard output. Raises OSError."""
    if name == STDOUT:
        whole = io.BytesIO()
        write(whole)
        sys.stdout.buffer.write(whole.getvalue())
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    part = path.absolute().with_name(f".{path.name}.part-{os.getpid()}")
    try:
        with part.open("xb") as file:
            write(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def say(sentence: str) -> None:
    """Print a sentence on standard error: what is worth knowing and was not asked for."""
    print(sentence, file=sys.stderr)  # noqa: T201


def fail(sentence: str) -> NoReturn:
    """Print a sentence on standard error and end with exit code 1."""
    print(f"servanda: {sentence}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1)
