"""What the tests of durability share: a process that forks those that are killed, and a store to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.durability.harness import Children

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    """Give the process that forks those that are killed."""
    with Children(tmp_path_factory.mktemp("children") / "scratch") as started:
        yield started


@pytest.fixture(scope="session")
def template(children: Children, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store of the reference documents once, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    made = children.run(make=str(folder / "store"), documents=str(folder / "documents"))
    assert made.ended == 0
    return folder / "store"
