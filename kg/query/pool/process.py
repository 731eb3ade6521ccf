"""A worker as the server knows it."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from pathlib import Path


class State(Enum):
    """Where a worker is in its life."""

    STARTING = auto()
    READY = auto()
    BUSY = auto()
    ASIDE = auto()
    """It has a task that takes long, and others need not wait for it."""
    ENDED = auto()
    """It was told to end, or is known to have ended."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A checkpoint, and the change at which it stands."""

    checkpoint: Path
    sequence: int


@dataclass(eq=False, slots=True)
class Process:
    """One worker: its number, its channel, and what is known of it."""

    number: int
    lane: str
    generation: Generation
    channel: socket.socket
    words: int
    """Where what it writes to standard error can be read."""
    state: State = State.STARTING
    since: float = field(default_factory=time.monotonic)
    """When it was ordered, was given its task, or was told to end."""
    low: bool = False
    """Whether it runs, and dies, at the lowest priority."""
    gave_way: bool = False
    """Whether it was ended for others that waited."""
    process: int | None = None
    """Its process id, once it has told."""
    thread: int | None = None
    """The id of the thread that runs its queries."""
    status: int | None = None
    """How it ended, as the operating system tells it."""
    peak: int = 0
    """The memory that it had at the most, once it has ended, in bytes."""
    dead: threading.Event = field(default_factory=threading.Event)
    """Set once it is known to have ended."""

    def close(self) -> None:
        """Let go of its channel and of what it wrote."""
        self.channel.close()
        words, self.words = self.words, -1
        if words >= 0:
            os.close(words)
