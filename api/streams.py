"""The tools for an assistant that runs them itself: over standard streams, from a store's newest state."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from anyio import to_thread

from api.app import create_app
from api.assistants.asking import Asking
from api.assistants.serving import over_streams
from api.assistants.tools import Desk
from api.build import software_version
from kg.errors import StoreLockedError
from kg.journal import JournalReader
from kg.pipeline import read_graph
from kg.pipeline.followers import checkpoints
from kg.pipeline.pooled import lanes
from kg.pipeline.search_index import searched
from kg.query.evaluators import Pooled
from kg.query.pool import Pool
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.types import Scope

_LANES: Final = ("query", "question")


class _State:
    """A state of a store, open to be asked until it is closed."""

    def __init__(self, folder: Path) -> None:
        """Open the newest; raise what `read_graph` raises, and what a pool does."""
        settings = Settings.from_environment()
        with ExitStack() as opening:
            reading = opening.enter_context(read_graph(folder))
            self.sequence = reading.sequence
            place = dict(checkpoints(folder)).get(reading.sequence)
            if place is None:
                raise StoreLockedError(f"the store in {folder} is being changed; try again in a moment")
            held = opening.enter_context(searched(folder, reading.store, reading.sequence))
            chosen = lanes(settings)
            kept = {name: replace(chosen[name], workers=1, spares=0) for name in _LANES}
            pool = opening.enter_context(Pool(place, reading.sequence, lanes=kept))
            application = create_app(
                reading.store,
                evaluator=Pooled(pool, kept["query"]),
                sequence=lambda: reading.sequence,
                zone=settings.zone,
                read=held.model,
                index=held.index,
            )
            self.desk = Desk(Asking(application), held.reader)
            self._closing = opening.pop_all()

    def close(self) -> None:
        """Let go of it."""
        self._closing.close()


class _Newest:
    """The newest state of the store in a folder, for one call at a time."""

    def __init__(self, folder: Path, state: _State) -> None:
        self._folder = folder
        self._state = state
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def desk(self, _: Scope | None) -> AsyncIterator[Desk]:
        """Give what is answered from, opened anew where the store has changed."""
        async with self._turn:
            await to_thread.run_sync(self._follow)
            yield self._state.desk

    def _follow(self) -> None:
        if JournalReader(self._folder / "journal").head[0] == self._state.sequence:
            return
        newer = _State(self._folder)
        older, self._state = self._state, newer
        older.close()

    def close(self) -> None:
        """Let go of it."""
        self._state.close()


def serve_streams(folder: Path) -> None:
    """Answer an assistant on standard output, until its messages on standard input end.

    Raises what opening the store raises.
    """

    async def answering() -> None:
        newest = _Newest(folder, state)
        try:
            await over_streams(newest.desk, software_version())
        finally:
            newest.close()

    state = _State(folder)
    asyncio.run(answering())
