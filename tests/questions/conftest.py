"""The stores that are asked: the demonstration, the same with every account, and one of `documents`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.pipeline import ingest, open_graph
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.store import OxigraphStore


DOCUMENTS = Path(__file__).parent / "documents"


@pytest.fixture(scope="session")
def stores(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]
) -> Iterator[Mapping[str, OxigraphStore]]:
    folder = tmp_path_factory.mktemp("questions")
    built = {
        "demo": open_graph(demonstration(folder / "demo")),
        "accounts": open_graph(demonstration(folder / "accounts", accounts=True)),
    }
    ferry = empty_in_memory()
    assert {outcome.status for outcome in ingest(ferry, [DOCUMENTS])} == {"added"}
    yield {name: opened.store for name, opened in built.items()} | {"ferry": ferry.store}
    for repository in built.values():
        repository.close()
