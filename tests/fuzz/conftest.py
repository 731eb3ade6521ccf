"""A real server with small limits, for the tests that make up what they send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

_SMALL = {
    "SERVANDA_QUERY_TIMEOUT": "5",
    "SERVANDA_CLIENT_SECONDS": "0",
    "SERVANDA_CLIENT_ERRORS": "0",
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Path:
    return demonstration(tmp_path_factory.mktemp("fuzz") / "store")


@pytest.fixture(scope="session")
def address(serving: Serving, folder: Path) -> Iterator[str]:
    with serving(folder, **_SMALL) as (url, process):
        yield url
        assert process.poll() is None


@pytest.fixture(scope="session")
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
