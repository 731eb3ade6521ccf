"""What is attacked: a real server with small limits, and a pool without the guard before it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from kg.errors import SettingError
from kg.keys import Keys, Scope
from kg.pipeline import read_graph
from kg.pipeline.uploads import LANE
from kg.query.pool import Lane, Limits, Pool
from kg.settings import Settings
from tests.attacks.listeners import Listeners

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

SECONDS = 2
UPLOAD_SECONDS = 5
MEGABYTES = 256
SMALL = {
    "SERVANDA_QUERY_TIMEOUT": str(SECONDS),
    "SERVANDA_QUERY_MEMORY": str(MEGABYTES),
    "SERVANDA_UPLOAD_TIMEOUT": str(UPLOAD_SECONDS),
    "SERVANDA_QUERY_BYTES": "2",
    "SERVANDA_CLIENT_SECONDS": "0",
    "SERVANDA_CLIENT_ERRORS": "0",
}
UPLOAD_LIMITS = Limits(seconds=UPLOAD_SECONDS, memory=512 * 2**20)
LIMITS = Limits(seconds=SECONDS, memory=MEGABYTES * 2**20, answer=2 * 2**20)


@pytest.fixture(scope="session")
def bounded() -> bool:
    """Return whether the server runs queries where it can end them: whether it knows of that limit."""
    try:
        Settings.from_environment({"SERVANDA_QUERY_TIMEOUT": "no number"})
    except SettingError:
        return True
    return False


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    """Return the folder of the store of the server."""
    folder = demonstration(tmp_path_factory.mktemp("attacked") / "store")
    shutil.copytree(folder, folder.parent / "copy")
    return folder


@pytest.fixture(scope="session")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listeners]:
    with Listeners(tmp_path_factory.mktemp("listeners")) as listening:
        yield listening


@pytest.fixture(scope="session")
def key(attacked: Path) -> str:
    return Keys(attacked).make("attacked", Scope.ADMIN)[1]


@pytest.fixture(scope="session")
def server(serving: Serving, attacked: Path, key: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    assert key
    with serving(attacked, **SMALL) as (url, process):
        yield url, process


@pytest.fixture(scope="session")
def http(server: tuple[str, subprocess.Popen[str]]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server[0], timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def pool(attacked: Path) -> Iterator[Pool]:
    """Return workers without a server and a guard before them, on the same graph."""
    copy = attacked.parent / "copy"
    with read_graph(copy) as reading:
        checkpoint = copy / "checkpoints" / f"{reading.sequence:010}"
        sequence = reading.sequence
    lanes = {
        "query": Lane(workers=2, spares=2, limits=LIMITS, queue_seconds=60),
        LANE: Lane(
            workers=1, spares=1, limits=Limits(seconds=UPLOAD_SECONDS, memory=512 * 2**20), queue_seconds=60
        ),
    }
    with Pool(checkpoint, sequence, lanes=lanes) as made:
        assert made.sandboxed
        yield made
