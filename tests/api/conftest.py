"""A real server process over the demonstration store with all accounts, and a client of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.pipeline import build_demo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SEED = "seed-syunik-highway-2021"


@contextmanager
def _serving(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the server on a free port; give its address and the process."""
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), "--port", "0", *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("Servanda serves http://"), process.communicate()
        yield ready.split()[-1], process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]:
    return _serving


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("api") / "store"
    build_demo(made, accounts=True).close()
    shutil.copytree(made, made.parent / "copy")
    return made


@pytest.fixture(scope="session")
def copy(folder: Path) -> Path:
    """Return the folder of the same store, which no server holds."""
    return folder.parent / "copy"


@pytest.fixture(scope="session")
def tokens(folder: Path) -> dict[Scope, str]:
    """Return a token of each scope for the store that is served."""
    return {scope: Keys(folder).make(f"Tests, to {scope}", scope)[1] for scope in Scope}


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with _serving(folder) as (url, _):
        yield url


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
