"""What a pool has done and holds, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LaneStats:
    """The numbers of one lane."""

    wanted: bool
    """Whether there are to be workers; some lanes have none until the first task comes."""
    busy: int
    """Tasks that are being worked on, but for those set aside."""
    aside: int
    """Tasks that take long, and go on beside the others."""
    ready: int
    """Processes that could take one."""
    starting: int
    waiting: int
    """Tasks that wait for a worker."""
    answered: int
    """Tasks to which there was an answer, or an error of their own."""
    refused: int
    """Tasks that were not begun, since too many waited."""
    ended: Mapping[str, int]
    """Workers that were ended or died, by the reason.

    timeout, memory, panic and abort (of the engine), stack (it ran out), lost (ended from outside), crash
    (any other signal), garbled, grown (kept too much memory), failed (did not start), aside (took long, and
    was replaced), gave way (took long while too many waited), abandoned (nobody wanted the answer), closed.
    """
    zygotes: int
    """How often the process from which workers are forked was started."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The numbers of a pool: the change at which its graph stands, and those of each lane."""

    sequence: int
    sandboxed: bool
    lanes: Mapping[str, LaneStats]
