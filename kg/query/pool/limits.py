"""What a query may take, and how many may run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take."""

    seconds: float = 10.0
    """Of the processor, and of the clock unless there is slack."""
    memory: int = 512 * _MIB
    """Bytes of address space above what the worker had when it was ready."""
    answer: int = 16 * _MIB
    """Bytes of the answer."""
    length: int = 64 * 1024
    """Bytes of the query, in UTF-8."""
    depth: int = 64
    """Brackets that it may open at once."""
    what: str = "the query"
    """What is ended where it takes more, in words."""
    slack: float = 1.0
    """How many times as long it may take by the clock until the whole answer is there: others may be busy."""

    def __post_init__(self) -> None:
        """Refuse limits that nothing could keep."""
        if min(self.seconds, self.memory, self.answer, self.length) <= 0 or self.slack < 1:
            raise ValueError(f"limits are above 0, and slack is none below 1: {self}")

    @property
    def patience(self) -> float:
        """Seconds of the clock from when a worker begins until the whole answer is there."""
        return self.seconds * self.slack


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind of task, with workers of its own."""

    workers: int = 2
    """How many tasks run at once."""
    spares: int = 1
    """How many more processes stand ready to take the place of one that is ended."""
    limits: Limits = Limits()
    queue_seconds: float = 5.0
    """How long a task may wait for a worker; the time it then takes counts apart."""
    queue_length: int = 64
    """How many tasks may wait."""
    aside: int = 0
    """How many tasks that take long go on beside those, at the lowest priority, once others wait."""
    brief: float = 0.05
    """Seconds after which a task takes long."""
    patience: float = 1.0
    """Seconds after which one that is set aside may be ended for others, where no more can be set aside."""
    writes: bool = False
    """Whether its workers may write files; otherwise they can only read what they have open or find."""
    on_demand: bool = False
    """Whether its workers are started when the first task comes, which then waits for them."""

    def __post_init__(self) -> None:
        """Refuse a lane in which nothing could run."""
        if self.workers < 1 or self.spares < 0 or self.queue_seconds < 0 or self.queue_length < 0:
            raise ValueError(f"a lane has at least one worker and nothing below 0: {self}")


LANES: Final[Mapping[str, Lane]] = {
    "query": Lane(),
    "question": Lane(workers=1, limits=Limits(seconds=30.0, memory=1024 * _MIB, answer=64 * _MIB)),
}
"""The lanes of a pool that is not told otherwise: anybody's SPARQL, and the questions of the catalogue."""
