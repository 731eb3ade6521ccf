"""The two stores that the questions are asked of: the demonstration, and the same with every account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.pipeline import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kg.store import OxigraphStore


@pytest.fixture(scope="session")
def stores(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[Mapping[str, OxigraphStore]]:
    folder = tmp_path_factory.mktemp("questions")
    built = {
        "demo": open_graph(demonstration(folder / "demo")),
        "accounts": open_graph(demonstration(folder / "accounts", accounts=True)),
    }
    yield {name: repository.store for name, repository in built.items()}
    for repository in built.values():
        repository.close()
