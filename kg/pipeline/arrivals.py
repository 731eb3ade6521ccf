"""Uploads that wait to be taken in: what arrives together is committed together, each key in its turn."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.pipeline.intake import Examined
    from kg.pipeline.outcome import Outcome
    from kg.pipeline.uploads import DocumentUpload
    from kg.pipeline.version import Demand

MOST: Final = 25
"""Uploads that are taken in together."""
PORTION: Final = 256 * 1024
"""What they may have together; a larger one is taken in alone."""


@dataclass(slots=True, eq=False)
class Arrival:
    """An upload that waits, and what became of it."""

    upload: DocumentUpload
    agent: str
    demand: Demand
    ahead: Examined | None = None
    """What was said of it before its turn, where it is so large that others do not wait for that."""
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def large(self) -> bool:
        """Whether it is taken in alone."""
        return len(self.upload.data) > PORTION

    @property
    def done(self) -> bool:
        """Whether it is known what became of it."""
        return self.outcome is not None or self.error is not None

    def result(self) -> Outcome:
        """Return what became of it; raise what was raised instead."""
        if self.error is not None:
            raise self.error
        if self.outcome is None:
            raise ValueError("nothing became of it yet")
        return self.outcome

    def settle(self, take: Callable[[], Outcome]) -> None:
        """Note what the function returns, or raises."""
        try:
            self.outcome = take()
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
            self.error = error


class Arrivals:
    """The queue of those that wait; for any thread."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = threading.Lock()
        self._waiting: list[Arrival] = []
        self._turns: dict[str, int] = {}
        self._turn = 0

    def add(self, arrival: Arrival) -> None:
        """Let one wait."""
        with self._lock:
            self._waiting.append(arrival)

    def take(self) -> list[Arrival]:
        """Return which are to be taken in next, together; they wait no longer.

        Whose last turn was longest ago comes first, with one upload; then the next. So nobody who sends much,
        or large uploads, keeps others waiting for more than one of them.
        """
        with self._lock:
            group = list(_together(self._in_turn()))
            for one in group:
                self._turn += 1
                self._turns[one.agent] = self._turn
            self._waiting = [one for one in self._waiting if one not in group]
            if not self._waiting:
                self._turns.clear()
            return group

    def _in_turn(self) -> Iterator[Arrival]:
        queues: dict[str, list[Arrival]] = {}
        for one in self._waiting:
            queues.setdefault(one.agent, []).append(one)
        agents = sorted(queues, key=lambda agent: self._turns.get(agent, 0))
        for place in range(max(map(len, queues.values()), default=0)):
            yield from (queues[agent][place] for agent in agents if place < len(queues[agent]))


def _together(waiting: Iterable[Arrival]) -> Iterator[Arrival]:
    """Yield the first, and those of the next that fit with it: by size, and looked at as closely."""
    count = size = 0
    first: Arrival | None = None
    for one in waiting:
        first = one if first is None else first
        alike = (one.upload.again, one.upload.strict) == (first.upload.again, first.upload.strict)
        fits = not count or size + len(one.upload.data) <= PORTION
        if alike and fits and count < MOST:
            count += 1
            size += len(one.upload.data)
            yield one
