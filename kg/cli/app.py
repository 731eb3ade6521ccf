"""The command line's frame: the application, its options, and how errors are told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kg.errors import DocumentError, ServandaError
from kg.settings import Settings

app = typer.Typer(
    name="servanda",
    help="Which terms of which agreement were allegedly violated, by whom, when, where, according to whom, "
    "in exactly which words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done; 1 refused, with the reason on standard error; 2 wrong usage.",
)

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the store.", envvar="SERVANDA_STORE", show_default=".servanda"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
AgentOption = Annotated[
    str | None,
    typer.Option(
        "--agent", help="Who makes the change.", envvar="SERVANDA_AGENT", show_default="your login name"
    ),
]


def folder(store: Path | None) -> Path:
    """Return the folder of the store: the option's, else the setting's."""
    return store or Settings.from_environment().store


def agent(given: str | None) -> str:
    """Return who makes a change: the option's, else the setting's."""
    return given or Settings.from_environment().agent


def run(application: typer.Typer = app) -> None:
    """Run the command line; an error of ours becomes a sentence on standard error and exit code 1."""
    try:
        application()
    except DocumentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from error
    except (ServandaError, OSError, ValueError) as error:
        print(f"servanda: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from error


def out(text: str) -> None:
    """Print what was asked for, as it is."""
    print(text, end="")  # noqa: T201


def out_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


def say(sentence: str) -> None:
    """Print a sentence on standard error: what is worth knowing and was not asked for."""
    print(sentence, file=sys.stderr)  # noqa: T201


def fail(sentence: str) -> NoReturn:
    """Print a sentence on standard error and end with exit code 1."""
    print(f"servanda: {sentence}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1)
