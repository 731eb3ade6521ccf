"""Settings for all tests, so that no generated example fails because the machine was busy; real servers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import settings

from kg.pipeline import build_demo
from tests.lanes import quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.store import OxigraphStore

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ALL, QUICK = pytest.StashKey[list[pytest.Item]](), pytest.StashKey[list[pytest.Item]]()
"""The tests that were collected, and those of them that are quick."""


def pytest_configure() -> None:
    """Have what is started hear Ctrl-C, also where a shell put the tests in the background without it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever is in a hurry leave out what takes long."""
    parser.addoption("--quick", action="store_true", help="run what is quick: see tests/lanes.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, where that is wanted, what is not quick."""
    config.stash[ALL] = [*items]
    config.stash[QUICK] = kept = quick(items)
    if config.getoption("--quick"):
        chosen = set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = kept


@pytest.fixture(scope="session")
def collected(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Return the tests that were collected, be they run or not."""
    return request.config.stash[ALL]


@pytest.fixture(scope="session")
def quick_tests(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Return those of them that are quick."""
    return request.config.stash[QUICK]


@pytest.fixture(scope="session")
def content() -> Callable[[OxigraphStore], list[bytes]]:
    """Give the lines of all that a store holds but its bookkeeping, which knows the time of day."""

    def lines(store: OxigraphStore) -> list[bytes]:
        bookkeeping = f"<{store.stamp.base}graph/commits>".encode()
        return [line for line in store.nquads().splitlines() if bookkeeping not in line]

    return lines


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a function that makes the folder of a demonstration store, with all accounts if wanted.

    Each kind is built once, for all processes that run tests, and copied.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def made(folder: Path, *, accounts: bool = False) -> Path:
        built = shared / ("demo-accounts" if accounts else "demo-seed")
        with FileLock(f"{built}.lock"):
            if not built.exists():
                build_demo(built.with_suffix(".new"), accounts=accounts).close()
                built.with_suffix(".new").rename(built)
        return shutil.copytree(built, folder)

    return made


@contextmanager
def _serving(folder: Path, *options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the server on a free port; give its address and the process."""
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), "--port", "0", *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
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
    """Give a function that serves the store in a folder, with options and settings by name."""
    return _serving
