"""Which tests `make test` runs: what is quick, and of what takes long some of each kind.

`pytest --quick` leaves out what is marked `slow`; of the files of a lane in which servers are started,
processes killed and histories made it runs the first test that is left, and of one in which a function is
tried with very many values, each function once. `pytest` alone, and so `make test-all`, runs everything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

TESTS: Final = Path(__file__).parent
ONE_OF_A_FILE: Final = (
    "api",
    "attacks",
    "bench",
    "conformance",
    "deploy",
    "durability",
    "export",
    "fuzz",
    "kg/pipeline",
    "kg/query",
    "kg/read",
    "kg/test_keys.py",
    "kg/test_standard_streams.py",
    "kg/validate/test_mutants.py",
    "questions/test_metamorphic.py",
    "test_docs.py",
    "test_wheel.py",
)
"""Lanes of which the first test of each file is quick."""
ONE_OF_A_FUNCTION: Final = ("kg/infer", "kg/ingest/test_from_rdf.py", "questions/test_filters.py")
"""Lanes of which each function is quick with its first values."""


@dataclass(frozen=True, slots=True)
class Share:
    """What the quick tests of a folder may take: how many they are, and processor time on all in seconds."""

    tests: int
    seconds: float


SHARES: Final = {
    ".": Share(620, 11),
    "api": Share(46, 50),
    "attacks": Share(8, 15),
    "bench": Share(2, 2),
    "browser": Share(2, 1),
    "conformance": Share(8, 10),
    "data": Share(300, 3),
    "deploy": Share(2, 5),
    "durability": Share(6, 20),
    "export": Share(22, 15),
    "fuzz": Share(5, 10),
    "kg": Share(90, 10),
    "kg and api": Share(180, 2),
    "kg/infer": Share(220, 105),
    "kg/ingest": Share(950, 30),
    "kg/journal": Share(100, 8),
    "kg/linking": Share(6, 1),
    "kg/pipeline": Share(40, 60),
    "kg/query": Share(15, 15),
    "kg/read": Share(8, 11),
    "kg/search": Share(70, 6),
    "kg/store": Share(450, 12),
    "kg/validate": Share(160, 15),
    "ontology": Share(1200, 35),
    "questions": Share(300, 28),
}
"""By folder of tests, and for code that explains itself; with some room to grow."""
BUDGET: Final = 480.0
"""Seconds of processor time that all quick tests may take: two processes need half as long."""


def lanes_of(items: Iterable[pytest.Item]) -> set[str]:
    """Return the lanes in which some of those tests are."""
    places = {place for item in items for place in (item.path, *item.path.parents)}
    return {lane for lane in (*ONE_OF_A_FILE, *ONE_OF_A_FUNCTION) if TESTS / lane in places}


def quick(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests that are quick, in their order."""
    kept: list[pytest.Item] = []
    seen: set[object] = set()
    for item in items:
        if item.get_closest_marker("slow") is not None:
            continue
        lanes = lanes_of([item])
        if not lanes:
            kind: object = item.nodeid
        elif lanes.isdisjoint(ONE_OF_A_FILE):
            kind = item.nodeid.partition("[")[0]
        else:
            kind = item.path
        if kind not in seen:
            kept.append(item)
        seen.add(kind)
    return kept


def share_of(item: pytest.Item) -> str:
    """Return the folder whose share a test counts against; code that explains itself is one."""
    if TESTS not in item.path.parents:
        return "kg and api"
    parts = item.path.relative_to(TESTS).parts[:-1]
    return "/".join(parts[:2]) if parts[:1] == ("kg",) else "".join(parts[:1]) or "."


def counted(items: Iterable[pytest.Item]) -> Counter[str]:
    """Return how many of those tests there are by folder."""
    return Counter(share_of(item) for item in items)
