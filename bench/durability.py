"""What keeping a journal costs: the same documents with fsync, without fsync, and without a journal.

python -m bench.durability [--reports N]
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.run import copies
from kg.journal import Action
from kg.journal.disk import Disk
from kg.pipeline import Repository, ingest, initialise, open_graph
from kg.pipeline.change import Change
from kg.pipeline.dependents import graph_of
from kg.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 3


def main() -> None:
    """Run the comparison and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=30)
    number = parser.parse_args().reports
    print(f"{platform.machine()}, Python {platform.python_version()}, {number} reports, {_ROUNDS} rounds\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        initialise(folder / "empty").close()
        documents = copies(folder / "documents", number)
        _compare("whole path, batch, reports/s", number, lambda how: _batch(folder, documents, how))
        _compare("whole path, one by one, reports/s", number, lambda how: _singly(folder, documents, how))
        changes = _changes(folder, documents)
        _compare("commit alone, one by one, reports/s", number, lambda how: _commits(folder, changes, how))


def _compare(what: str, number: int, run: Callable[[str], float]) -> None:
    """Run each way in turn, several times, and print how many a second and the cost against no journal."""
    ways = ("fsync", "no fsync", "no journal")
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(_ROUNDS):
        for way in ways:
            times[way].append(run(way))
    medians = {way: statistics.median(found) for way, found in times.items()}
    parts = [
        f"{way}: {number / medians[way]:8,.1f} ({medians[way] / medians['no journal']:.2f} x)" for way in ways
    ]
    print(f"{what:38} {'   '.join(parts)}")


def _batch(folder: Path, documents: Path, how: str) -> float:
    with _repository(folder, how) as repository:
        return _timed(lambda: ingest(repository, [documents]))


def _singly(folder: Path, documents: Path, how: str) -> float:
    files = sorted(documents.glob("*.yaml"))
    with _repository(folder, how) as repository:
        return _timed(lambda: [ingest(repository, [file]) for file in files])


def _commits(folder: Path, changes: list[Change], how: str) -> float:
    """Commit what is converted and validated already; the rules do not run."""
    with _repository(folder, how) as repository:
        repository.conclude = lambda: False  # type: ignore[method-assign]
        return _timed(lambda: [repository.commit([change]) for change in changes])


def _changes(folder: Path, documents: Path) -> list[Change]:
    """Return the changes by which the documents come in."""
    with _repository(folder, "no journal") as repository:
        ingest(repository, [documents])
        base = repository.store.stamp.base
        found = []
        for file in sorted(documents.glob("*.yaml")):
            graph = graph_of(base, f"report {file.stem}")
            triples = repository.store.graph(graph)
            found.append(Change(Action.ADD, "report", file.stem, "bench", {graph: triples}, file.stem))
        return found


@contextmanager
def _repository(folder: Path, how: str) -> Iterator[Repository]:
    """Give a fresh copy of the empty store, opened in one of the ways."""
    place = folder / "store"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder / "empty", place)
    sync = Disk.sync
    try:
        if how == "no fsync":
            Disk.sync = lambda *_: None  # type: ignore[method-assign]
        with Repository(open_store(place)) if how == "no journal" else open_graph(place) as repository:
            yield repository
    finally:
        Disk.sync = sync  # type: ignore[method-assign]


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
