"""Runs SPARQL that somebody else wrote, after the guard, on threads that it cannot overflow."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.store import Dataset, GraphStore

_STACK: Final = 256 * 1024 * 1024
"""Bytes of stack, taken only as they are used: enough for any query that the guard admits."""


class Evaluator:
    """Answers queries on a few threads of its own; each answer is whole, or an error.

    The engine's parser and optimiser recurse over long chains (`1+1+…`), and running out of stack ends
    the process; hence the threads. Time and memory are not bounded here.
    """

    def __init__(self, store: GraphStore, threads: int = 4) -> None:
        """Start the threads."""
        self._store = store
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="sparql")
        self._start(threads)

    def answer(self, query: str, media_type: str, dataset: Dataset | None = None) -> bytes:
        """Return the answer of a query that `check` let pass, as `GraphStore.answer` does."""
        return self._executor.submit(self._store.answer, query, media_type, dataset).result()

    def close(self) -> None:
        """Wait for what is running and end the threads."""
        self._executor.shutdown()

    def _start(self, threads: int) -> None:
        """Make all threads now, while the size of new stacks is set."""
        everybody = threading.Barrier(threads + 1)
        before = threading.stack_size(_STACK)
        try:
            for _ in range(threads):
                self._executor.submit(everybody.wait)
            everybody.wait()
        finally:
            threading.stack_size(before)
