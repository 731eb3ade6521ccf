"""A real server process over the demonstration store with all accounts, and a client of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SEED = "seed-syunik-highway-2021"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    made = demonstration(tmp_path_factory.mktemp("api") / "store", accounts=True)
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
def address(serving: Serving, folder: Path) -> Iterator[str]:
    with serving(folder) as (url, _):
        yield url


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
