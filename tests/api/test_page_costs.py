"""What a page asks of the store: a number of questions that does not go with what the store holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.app import create_app
from kg.pipeline.followers import newest_checkpoint
from kg.pipeline.read_model import read_model_of
from kg.store import OxigraphStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SEED = "seed-syunik-highway-2021"
AGAIN = {
    "/": 0,
    "/explore": 3,
    "/explore?view=graph": 2,
    "/api/v1/alleged-violations": 2,
    "/api/v1/claims": 2,
    "/doc/agreement/nk-2020-11-10": 7,
    f"/doc/report/{SEED}": 7,
    f"/doc/report/{SEED}/claim/c1": 4,
    "/doc/actor/azerbaijan": 7,
    "/query": 0,
}
"""The most queries of a page that was asked for before at the same change."""


class Counted:
    """An application over a copy of the store with its read model, and the queries that it asks."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count every query from now on."""
        self.queries = 0
        for name in ("select", "texts", "construct"):
            monkeypatch.setattr(OxigraphStore, name, self._noted(getattr(OxigraphStore, name)))
        newest = newest_checkpoint(folder)
        assert newest is not None
        self._read = read_model_of(folder, "https://w3id.org/servanda/id/")
        assert self._read.make()
        self._opened = newest[1]
        self._app = create_app(self._opened.__enter__(), read=self._read)

    def _noted(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            self.queries += 1
            return ask(*given, **named)

        return noted

    def page(self, path: str) -> int:
        """Return how many queries a page asks."""
        before = self.queries

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path, headers={"accept": "text/html"})

        answer = asyncio.run(asked())
        assert answer.status_code == 200, (path, answer.text[:300])
        return self.queries - before

    def close(self) -> None:
        """Let go of the store and the model."""
        self._opened.__exit__(None, None, None)
        self._read.close()


@pytest.fixture(scope="module")
def counted(copy: Path) -> Iterator[Counted]:
    with pytest.MonkeyPatch.context() as patched:
        held = Counted(copy, patched)
        yield held
        held.close()


def test_a_page_asks_few_queries_and_none_again_about_what_stands_still(counted: Counted) -> None:
    first = {path: counted.page(path) for path in AGAIN}
    again = {path: counted.page(path) for path in AGAIN}
    assert {path: number for path, number in again.items() if number > AGAIN[path]} == {}, again
    assert max(first.values()) <= 20, first
