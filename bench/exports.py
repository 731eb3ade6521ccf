"""Whole exports of a large store: seconds and peak of memory of the real command, each in its own process.

python -m bench.exports --store DIR [--reports N] [--profiles actors,agreements,...]

A store that is not there is made of invented reports first, which takes much longer than the exports. Each
profile is exported twice: the second time the places are taken from what the first has kept.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path

from bench.generate import fill
from bench.reports import Reports
from bench.world import make_world

_PROFILES = "actors,agreements,citations,claims,places"
_COUNTS = re.compile(r"([\d,]+) nodes and ([\d,]+) edges")


def main() -> None:
    """Make the store if need be, and print a line for each export."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--reports", type=int, default=5_000)
    parser.add_argument("--profiles", default=_PROFILES)
    given = parser.parse_args()
    if not given.store.exists():
        world = make_world(1, 8)
        fill(given.store, world, Reports(1, world), given.reports)
    print(f"{platform.machine()}, Python {platform.python_version()}\n")
    print(f"{'profile':<12}{'nodes':>10}{'edges':>11}{'seconds':>10}{'again':>8}{'MB':>7}{'file MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for profile in given.profiles.split(","):
            target = Path(folder) / f"{profile}.gexf"
            seconds, memory, said = run(given.store, profile, target)
            again, _, _ = run(given.store, profile, target)
            counts = _COUNTS.search(said)
            nodes, edges = counts.groups() if counts else ("?", "?")
            size = target.stat().st_size / 1e6
            print(
                f"{profile:<12}{nodes:>10}{edges:>11}{seconds:>10.1f}{again:>8.1f}{memory:>7}{size:>9.1f}",
                flush=True,
            )


def run(store: Path, profile: str, target: Path) -> tuple[float, int, str]:
    """Return seconds, megabytes at the peak and what the command said; raise RuntimeError if it failed."""
    command = [sys.executable, "-m", "kg", "export", profile, "-o", str(target), "--store", str(store)]
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        actions = [(os.POSIX_SPAWN_DUP2, told.fileno(), 2)]
        process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        told.seek(0)
        said = told.read().decode()
    if status:
        raise RuntimeError(f"{profile}: {said}")
    return time.perf_counter() - begun, usage.ru_maxrss // 1024, said


if __name__ == "__main__":
    main()
