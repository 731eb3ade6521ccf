"""Where the suites are, and a server to run them against."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from typer.main import get_command

from kg.cli import app
from tests.conformance.server import Served, inside

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.conformance.server import Server

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

ROOT = Path(__file__).resolve().parents[2]


def suites() -> Path | None:
    """Return the folder of the checkout of w3c/rdf-tests; None if it is not there."""
    named = os.environ.get("SERVANDA_W3C_SUITES")
    folder = (Path(named) if named else ROOT.parent / "shared" / "conformance" / "suites") / "rdf-tests"
    return folder.resolve() if folder.is_dir() else None


def plain_stores() -> bool:
    """Return whether the command `serve` knows of plain SPARQL stores."""
    import_module("api.cli")  # adds it
    command = getattr(get_command(app), "commands")["serve"]  # noqa: B009 - a group of commands
    return any("--write-policy" in parameter.opts for parameter in command.params)


@pytest.fixture(scope="package")
def server(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give an empty SPARQL service: a process of its own where plain stores can be served."""
    if not plain_stores():
        with inside() as held:
            yield held
        return
    folder = tmp_path_factory.mktemp("plain") / "store"
    with (
        serving(folder, "--write-policy", "unvalidated") as (url, _),
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
    ):
        yield Served(url, client)


@pytest.fixture
def writing(server: Server) -> Server:
    """Give the service, if it takes what is written over HTTP."""
    if not server.writes:
        pytest.skip("plain stores cannot be written over HTTP yet")
    return server
