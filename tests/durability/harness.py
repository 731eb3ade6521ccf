"""The parent of the processes that are killed: starts them, kills them, and keeps what they acknowledged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
_LONGEST = 60.0
"""Seconds after which a run that hangs is ended."""


@dataclass
class Outcome:
    """What became of a run."""

    ended: int = 0
    acknowledged: dict[int, str] = field(default_factory=dict)
    """Hashes of the entries that commits returned, by number."""
    done: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What became of the operations that ended, by number; -1 is to open the store."""
    steps: dict[int, list[str]] = field(default_factory=dict)
    """Of a run that came to its end: the steps of each operation."""
    raised: str = ""
    """The error that ended the run, if one did."""
    ours: bool = True
    why: str = ""
    seconds: float = 0.0
    """How long it took."""


class Children:
    """A process that forks one child after the other, each for one run."""

    def __init__(self, scratch: Path) -> None:
        """Start it."""
        scratch.mkdir(parents=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.child", str(scratch)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert next(self._messages()) == {"ready": True}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(_LONGEST)
        self._process.stdout.close()  # type: ignore[union-attr]

    def run(self, after: float | None = None, **job: Any) -> Outcome:
        """Do a run to its end, or until it is killed so many seconds after it began; return what it said."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.write(json.dumps(job) + "\n")
        stdin.flush()
        outcome, begun = Outcome(), time.perf_counter()
        timers = []
        for message in self._messages():
            if "pid" in message:
                for seconds in (after, _LONGEST):
                    if seconds is not None:
                        timers.append(threading.Timer(seconds, _kill, [message["pid"]]))
                        timers[-1].start()
            elif "ended" in message:
                outcome.ended, outcome.seconds = message["ended"], time.perf_counter() - begun
                break
            else:
                _note(outcome, message)
        for timer in timers:
            timer.cancel()
            timer.join()
        return outcome

    def _messages(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield json.loads(line)
        raise AssertionError("the process that forks the others has ended")


def _note(outcome: Outcome, message: dict[str, Any]) -> None:
    if "committed" in message:
        outcome.acknowledged |= dict(message["committed"])
    elif "op" in message:
        outcome.done[message["op"]] = message
    elif "steps" in message:
        numbers = [-1, *range(message["first"], message["first"] + len(message["steps"]) - 1)]
        outcome.steps = dict(zip(numbers, message["steps"], strict=True))
    elif "raised" in message:
        outcome.raised, outcome.ours, outcome.why = message["raised"], message["ours"], message["why"]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
