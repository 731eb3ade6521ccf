"""Which processes come of which, and which of them works: from outside, as the kernel tells it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENOUGH = 50
"""Hundredths of seconds of the processor after which a process is held to work."""


@dataclass(frozen=True, slots=True)
class _Process:
    number: int
    parent: int
    spent: int
    """Hundredths of seconds of the processor that it has used for itself."""


def _processes() -> list[_Process]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may just have ended
            fields = path.read_text().rpartition(")")[2].split()
            found.append(_Process(int(path.parent.name), int(fields[1]), int(fields[11])))
    return found


def children(process: int) -> list[int]:
    """Return the process ids of the children of a process."""
    return sorted(one.number for one in _processes() if one.parent == process)


def descendants(process: int) -> list[int]:
    """Return the process ids of all that descend from a process."""
    there = _processes()
    found = [process]
    for parent in found:
        found += [one.number for one in there if one.parent == parent]
    return found[1:]


def working(parents: Iterable[int]) -> int:
    """Return the child of the parents that has worked the longest, once one has worked for a while."""
    among = frozenset(parents)
    until = time.monotonic() + 2 * LATE
    while time.monotonic() < until:
        there = [one for one in _processes() if one.parent in among]
        busiest = max(there, key=lambda one: one.spent, default=None)
        if busiest is not None and busiest.spent > _ENOUGH:
            return busiest.number
        time.sleep(0.05)
    raise AssertionError("none of them ever worked")
