"""Invented reports in any number, as documents or straight into a store.

python -m bench.generate --reports N --seed S (--out FOLDER | --store DIR)

The same seed gives the same bytes. `--out` writes documents that `servanda validate` takes. `--store`
makes a new store of them: they come in block by block by the path by which every document does, are held
against the shapes, journalled and concluded of.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.reports import BLOCK, Reports
from bench.world import make_world
from kg.pipeline import ingest, initialise
from kg.pipeline.records import pending, settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.world import World, Written
    from kg.pipeline import Repository

_FOLDER = 1_000
"""Reports in one folder."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What went into a store, and how long it took."""

    reports: int
    claims: int
    making: float
    """Seconds, as all that follow: inventing the documents."""
    taking: float
    """Reading, converting, holding against the shapes, journal and store."""
    concluding: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.making + self.taking + self.concluding


def main() -> None:
    """Make what the command asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--states", type=int, default=8)
    parser.add_argument("--no-rules", action="store_true", help="leave the rules out: nothing is concluded")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=Path, help="a folder to write the documents into")
    target.add_argument("--store", type=Path, help="a folder in which to make a store")
    asked = parser.parse_args()
    world = make_world(asked.seed, asked.states)
    reports = Reports(asked.seed, world)
    if asked.out is not None:
        print(f"{write(asked.out, world, reports, asked.reports):,} documents in {asked.out}")
        return
    filled = fill(asked.store, world, reports, asked.reports, rules=not asked.no_rules)
    print(
        f"{filled.reports:,} reports, {filled.claims:,} claims in {filled.seconds:,.1f} s "
        f"({filled.reports / filled.seconds:,.0f} reports/s): making {filled.making:,.1f}, "
        f"reading to store {filled.taking:,.1f}, rules {filled.concluding:,.1f}"
    )


def write(folder: Path, world: World, reports: Reports, number: int) -> int:
    """Write the documents and return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in world.documents:
        (folder / f"{document['id']}.json").write_bytes(as_bytes(document))
    for count in range(1, number + 1):
        below = folder / "reports" / f"{(count - 1) // _FOLDER:04}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{reports.name(count)}.json").write_bytes(as_bytes(reports.report(count)))
    return len(world.documents) + number


def fill(folder: Path, world: World, reports: Reports, number: int, *, rules: bool = True) -> Filled:
    """Make a store of the world and so many reports."""
    with initialise(folder, reference=False) as repository:
        return _Filler(repository, world, reports).run(number, rules=rules)


def as_bytes(document: Written) -> bytes:
    """Return the document in JSON, in one spelling."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


class _Filler:
    """Puts documents into a store by the path by which all do, block by block."""

    def __init__(self, repository: Repository, world: World, reports: Reports) -> None:
        self._repository = repository
        self._reports = reports
        self._claims = 0
        self._making = self._taking = self._concluding = 0.0
        self._take_in(world.documents)
        self._taking = 0.0

    def run(self, number: int, *, rules: bool) -> Filled:
        """Put so many reports into the store."""
        repository, started = self._repository, time.perf_counter()
        self._conclude = repository.conclude
        repository.conclude = self._timed if rules else self._left_out  # type: ignore[method-assign]
        for first in range(1, number + 1, BLOCK):
            names = range(first, min(first + BLOCK, number + 1))
            begun = time.perf_counter()
            documents = [self._reports.report(each) for each in names]
            self._making += time.perf_counter() - begun
            self._claims += sum(len(document["claims"]) for document in documents)
            self._take_in(documents)
            _tell(names[-1], number, started)
        repository.conclude = self._conclude  # type: ignore[method-assign]
        return Filled(number, self._claims, self._making, self._taking - self._concluding, self._concluding)

    def _take_in(self, documents: Iterable[Written]) -> None:
        """Take documents in from files; raise RuntimeError for one that is refused."""
        with tempfile.TemporaryDirectory() as folder:
            for document in documents:
                (Path(folder) / f"{document['id']}.json").write_bytes(as_bytes(document))
            started = time.perf_counter()
            outcomes = ingest(self._repository, [Path(folder)])
            self._taking += time.perf_counter() - started
        refused = [outcome for outcome in outcomes if outcome.status != "added"]
        if refused:
            raise RuntimeError(f"{refused[0].identifier} is {refused[0].status}: {refused[0].problems}")

    def _timed(self) -> bool:
        """Run the rules, and count how long that takes."""
        started = time.perf_counter()
        done = self._conclude()
        self._concluding += time.perf_counter() - started
        return done

    def _left_out(self) -> bool:
        """Take away the marks that say that conclusions are missing."""
        store = self._repository.store
        store.apply(settle(store, [document for document, _, _ in pending(store)]))
        return True


def _tell(done: int, number: int, started: float) -> None:
    if sys.stderr.isatty():
        rate = done / (time.perf_counter() - started)
        print(f"\r{done:,} of {number:,} ({rate:,.0f}/s)", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
