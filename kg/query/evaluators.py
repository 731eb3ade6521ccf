"""Who answers SPARQL that somebody else wrote, and the questions: threads here, or a pool of processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from kg.query.answers import Answers
from kg.query.guard import MAX_DEPTH, is_lasting
from kg.query.pool.task import Query, table
from kg.query.pool.task import Question as AskedQuestion
from kg.query.questions import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kg.model import Answer
    from kg.query.answers import Asked
    from kg.query.pool import Answered, Lane, Pool
    from kg.query.pool.underway import Underway
    from kg.query.questions import Question
    from kg.store import Dataset, GraphStore

_STACK: Final = 256 * 1024 * 1024
"""Bytes of stack, taken only as they are used: enough for any query that the guard admits."""


class Begun(Protocol):
    """A query that is to be answered, for who waits for many at once."""

    def wait(self) -> float:
        """Return after how many seconds to look again for who answers it, at the latest; 0: it is begun.

        Raises OverloadedError where it is not, for too long.
        """

    @property
    def handle(self) -> int | None:
        """A file descriptor that becomes readable when the answer is there; None: there will be none."""

    @property
    def deadline(self) -> float:
        """When its time is over, as `time.monotonic` tells it, once it is begun."""

    def is_quick(self) -> bool:
        """Return whether `finish` would keep nobody waiting."""

    def finish(self) -> tuple[bytes, int] | None:
        """Return what `answer` would, or raise; None where it has to be asked again."""

    def abandon(self) -> None:
        """End it: nobody wants the answer any more."""


class Evaluator(Protocol):
    """Answers queries, each at one change of the store; an answer is whole, or an error."""

    @property
    def sequence(self) -> int:
        """The change at which a query would be answered that came now."""

    @property
    def limits(self) -> Sequence[str]:
        """What a query may take, in sentences."""

    @property
    def depth(self) -> int:
        """How many brackets a query may open at once."""

    def answer(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int]:
        """Return the answer of a query that `check` let pass, and the change at which it stands.

        Relative IRIs are so to the base, unless the query names one.
        Raises what `kg.store.answering.write_answer` raises, and what ends a query before its answer.
        """

    def known(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int] | None:
        """Return what `answer` would, at once, if it is known already; else None."""

    def begin(
        self,
        called: Callable[[], None],
        query: str,
        media_type: str,
        dataset: Dataset | None = None,
        base: str | None = None,
    ) -> Begun | None:
        """Begin to answer a query as `answer` would; None where only `answer` can.

        The function is called, on any thread, when `wait` has something new to tell.
        """

    def look(self, query: str) -> bytes:
        """Return the answer to a SELECT query of our own as CSV, for which nobody else has to wait."""

    def ask(self, question: Question, parameters: Mapping[str, str]) -> tuple[Answer, int]:
        """Return the answer to a question of the catalogue, and the change at which it stands.

        Raises what `kg.query.ask` raises, and what ends a question before its answer.
        """

    def close(self) -> None:
        """Let go of whatever answers."""


class Threads:
    """Answers queries of a store on a few threads of this process.

    The engine's parser and optimiser recurse over long chains (`1+1+…`), and running out of stack ends
    the process; hence the threads. Time and memory are not bounded here.
    """

    def __init__(self, store: GraphStore, sequence: Callable[[], int] = lambda: 0, threads: int = 4) -> None:
        """Start the threads; the function tells the last change that the store holds."""
        self._store = store
        self._sequence = sequence
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="sparql")
        self._start(threads)

    @property
    def sequence(self) -> int:
        """The last change that the store holds."""
        return self._sequence()

    @property
    def limits(self) -> Sequence[str]:
        """Nothing: a query may take what it needs."""
        return ()

    @property
    def depth(self) -> int:
        """How many brackets a query may open at once."""
        return MAX_DEPTH

    def answer(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int]:
        """Return the answer, and the last change before it was begun: the store may have come further."""
        sequence = self._sequence()
        answered = self._executor.submit(self._store.answer, query, media_type, dataset, base).result()
        return answered, sequence

    def known(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int] | None:
        """Return None: nothing is kept."""
        del query, media_type, dataset, base
        return None

    def begin(
        self,
        called: Callable[[], None],
        query: str,
        media_type: str,
        dataset: Dataset | None = None,
        base: str | None = None,
    ) -> Begun | None:
        """Return None: `answer` has to be waited for on a thread."""
        del called, query, media_type, dataset, base
        return None

    def look(self, query: str) -> bytes:
        """Return the answer."""
        return self.answer(query, "text/csv")[0]

    def ask(self, question: Question, parameters: Mapping[str, str]) -> tuple[Answer, int]:
        """Return the answer, and the last change before it was begun."""
        sequence = self._sequence()
        return ask(self._store, question, parameters), sequence

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


class Pooled:
    """Answers from a pool of processes, which whoever opened it closes."""

    def __init__(self, pool: Pool, lane: Lane, *, union: bool = True, room: int = 0) -> None:
        """Ask the pool; the default graph of its store is the union of all graphs, or one of its own.

        The lane is the pool's own of queries. So many bytes of answers are kept, to be given
        again until the store changes.
        """
        self._answers = Answers(room)
        self._pool = pool
        self._lane = lane
        self._union = union

    @property
    def sequence(self) -> int:
        """The change at which the workers stand that take tasks now."""
        return self._pool.sequence

    @property
    def limits(self) -> Sequence[str]:
        """What the pool lets a query take."""
        lane, limits = self._lane, self._lane.limits
        return (
            f"A query may take {limits.seconds:g} seconds.",
            f"A query may take {limits.memory >> 20:,} MB of memory.",
            f"An answer may have {limits.answer:,} bytes.",
            f"A query may have {limits.length:,} bytes, and open {limits.depth} brackets at once.",
            f"So many are answered at once: {lane.workers}, and {lane.aside} more that take long.",
            f"{lane.queue_length} more may wait, for {lane.queue_seconds:g} seconds; others get 503.",
        )

    @property
    def depth(self) -> int:
        """How many brackets a query may open at once."""
        return self._lane.limits.depth

    def answer(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int]:
        """Return the answer, and the change at which the worker stood that gave it."""
        asked = (query, media_type, dataset, base)
        return self._kept(asked, self._pool.answer(Query(query, media_type, dataset, self._union, base)))

    def known(
        self, query: str, media_type: str, dataset: Dataset | None = None, base: str | None = None
    ) -> tuple[bytes, int] | None:
        """Return the answer if it was given before, at the change at which the workers stand."""
        sequence = self._pool.sequence
        found = self._answers.find((query, media_type, dataset, base), sequence)
        return None if found is None else (found, sequence)

    def begin(
        self,
        called: Callable[[], None],
        query: str,
        media_type: str,
        dataset: Dataset | None = None,
        base: str | None = None,
    ) -> Begun:
        """Have a worker answer, as soon as one is free."""
        underway = self._pool.begin(Query(query, media_type, dataset, self._union, base), called)
        asked = (query, media_type, dataset, base)
        return _Underway(underway, lambda answered: self._kept(asked, answered))

    def ask(self, question: Question, parameters: Mapping[str, str]) -> tuple[Answer, int]:
        """Return the answer, and the change at which the worker stood that gave it."""
        answered = self._pool.answer(AskedQuestion(question.name, parameters))
        return table(answered.body), answered.sequence

    def look(self, query: str) -> bytes:
        """Return the answer, given in the lane of questions if the pool has one."""
        lane = "question" if "question" in self._pool.lanes else "query"
        return self._pool.answer(Query(query, "text/csv", union=self._union, lane=lane)).body

    def close(self) -> None:
        """Leave the pool to whoever opened it."""

    def _kept(self, asked: Asked, answered: Answered) -> tuple[bytes, int]:
        if is_lasting(asked[0]):
            self._answers.keep(asked, answered.body, answered.sequence)
        return answered.body, answered.sequence


@dataclass(frozen=True, slots=True)
class _Underway:
    """A task of the pool whose answer is kept once it is there."""

    task: Underway
    keep: Callable[[Answered], tuple[bytes, int]]

    def wait(self) -> float:
        return self.task.wait()

    @property
    def handle(self) -> int | None:
        return self.task.handle

    @property
    def deadline(self) -> float:
        return self.task.deadline

    def is_quick(self) -> bool:
        return self.task.is_quick()

    def finish(self) -> tuple[bytes, int] | None:
        answered = self.task.finish()
        return None if answered is None else self.keep(answered)

    def abandon(self) -> None:
        self.task.abandon()
