"""Where the suites are, and a server to run them against."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.conformance.server import Server

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]

ROOT = Path(__file__).resolve().parents[2]


def suites() -> Path | None:
    """Return the folder of the checkout of w3c/rdf-tests; None if it is not there."""
    named = os.environ.get("SERVANDA_W3C_SUITES")
    folder = (Path(named) if named else ROOT.parent / "shared" / "conformance" / "suites") / "rdf-tests"
    return folder.resolve() if folder.is_dir() else None


@pytest.fixture(scope="package")
def server(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give an empty SPARQL service."""
    folder = tmp_path_factory.mktemp("plain") / "store"
    with (
        serving(folder, "--write-policy", "unvalidated") as (url, _),
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
    ):
        yield Server(url, client)
