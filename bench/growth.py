"""What a change costs in stores of several sizes: whether it grows with what the store holds.

python -m bench.growth [--sizes 100 300 1000] [--seed S] [--repeats R] [--processor] [--out FOLDER]

Each report has four claims, of which one alleges a breach, and comes in alone, by the path by which every
document does, in a process that is open: read, converted, held against the shapes, journalled with its fsync,
stored, concluded of. Then the same is sent again, then revised, then taken back. `--processor` counts
the processor's time of this process, which others on the machine disturb less. `--out` gets `growth.json` and
`growth.svg`.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.generate import as_bytes, fill
from bench.reports import Reports
from bench.world import make_world
from kg.pipeline import ingest, open_graph, retract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.world import Written
    from kg.pipeline import Repository

_CLAIMS: Final = 4
_WARMING: Final = 3
"""Reports that come in before those measured: the first conclude the reference data, and start processes."""
_COLOURS: Final = {
    "report": "#1b6ca8",
    "rules": "#c0392b",
    "known": "#7f8c8d",
    "revision": "#27ae60",
    "retraction": "#8e44ad",
}
_WIDE: Final = 640
_HIGH: Final = 400
_MARGIN: Final = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds that a change took in a store of so many reports, each the median of several."""

    reports: int
    report: float
    """One that comes in, whole."""
    rules: float
    """The rules for it, of that."""
    known: float
    """The same again."""
    revision: float
    retraction: float


def main() -> None:
    """Measure, and print and keep what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--processor", action="store_true", help="count the time of the processor")
    parser.add_argument("--out", type=Path, help="a folder for growth.json and growth.svg")
    asked = parser.parse_args()
    found, clock = [], time.process_time if asked.processor else time.perf_counter
    for size in sorted(asked.sizes):
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(Path(folder), size, asked.seed, asked.repeats, clock))
    told = (
        json.dumps(
            {
                "time": "processor" if asked.processor else "elapsed",
                **summary(found, asked.seed, asked.repeats),
            },
            indent=1,
        )
        + "\n"
    )
    print(told, end="")
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "growth.json").write_text(told, encoding="utf-8")
        (asked.out / "growth.svg").write_text(plot(found), encoding="utf-8")


def measure(folder: Path, size: int, seed: int, repeats: int, clock: Callable[[], float]) -> Measured:
    """Make a store of so many reports in the folder, and change it report by report."""
    world = make_world(seed)
    reports = Reports(seed, world)
    fill(folder / "store", world, reports, size)
    with open_graph(folder / "store") as repository:
        changes = [
            _change(repository, folder / "report.json", document, clock)
            for document in islice(_alleging(reports, size), _WARMING + repeats)
        ][_WARMING:]
    medians = [round(1_000 * statistics.median(each), 1) for each in zip(*changes, strict=True)]
    return Measured(size, *medians)


def summary(found: Sequence[Measured], seed: int, repeats: int) -> dict[str, object]:
    """Return what was measured, and how the largest store stands to the smallest."""
    first, last = found[0], found[-1]
    return {
        "machine": {"python": platform.python_version(), "processor": platform.machine()},
        "seed": seed,
        "repeats": repeats,
        "milliseconds": [asdict(one) for one in found],
        f"ratio {last.reports}:{first.reports}": {
            name: round(getattr(last, name) / getattr(first, name), 2) for name in _COLOURS
        },
    }


def plot(found: Sequence[Measured]) -> str:
    """Return the measurements as a picture: reports held to the right, milliseconds upwards."""
    most = max(getattr(one, name) for one in found for name in _COLOURS)
    widest = found[-1].reports

    def at(one: Measured, name: str) -> str:
        across = _MARGIN + (_WIDE - 2 * _MARGIN) * one.reports / widest
        up = _HIGH - _MARGIN - (_HIGH - 2 * _MARGIN) * getattr(one, name) / most
        return f"{across:.0f},{up:.0f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" font-size="12">',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
        f'<path d="M{_MARGIN},{_MARGIN} V{_HIGH - _MARGIN} H{_WIDE - _MARGIN}" stroke="black" fill="none"/>',
        f'<text x="{_MARGIN}" y="{_MARGIN - 8}">{most:,.0f} ms</text>',
        f'<text x="{_WIDE - _MARGIN}" y="{_HIGH - _MARGIN + 18}" text-anchor="end">{widest:,} reports</text>',
    ]
    for row, (name, colour) in enumerate(_COLOURS.items()):
        points = " ".join(at(one, name) for one in found)
        lines.append(f'<polyline points="{points}" stroke="{colour}" fill="none" stroke-width="2"/>')
        lines.append(f'<text x="{_MARGIN + 90 * row}" y="{_HIGH - 14}" fill="{colour}">{name}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _alleging(reports: Reports, size: int) -> Iterator[Written]:
    """Yield reports after the first so many that have four claims, of which one alleges a breach.

    They tell of events of their own: those of which others tell may not be there.
    """
    for number in count(size + 1):
        document = reports.report(number)
        alone = not any("same_event_as" in event for event in document["events"])
        alleging = sum("alleges" in claim for claim in document["claims"])
        if alone and len(document["claims"]) == _CLAIMS and alleging == 1:
            yield document


def _change(
    repository: Repository, path: Path, document: Written, clock: Callable[[], float]
) -> tuple[float, ...]:
    """Let a report come in, come again, be revised and be taken back; return the seconds of each."""
    rules: list[float] = []
    conclude = repository.conclude
    repository.conclude = lambda: _timed(conclude, rules, clock)  # type: ignore[method-assign]
    path.write_bytes(as_bytes(document))
    added = _took(repository, path, "added", clock)
    known = _took(repository, path, "unchanged", clock)
    path.write_bytes(as_bytes(document | {"title": f"{document['title']} (revised)"}))
    revised = _took(repository, path, "revised", clock)
    started = clock()
    retract(repository, "report", document["id"], "measured")
    gone = clock() - started
    repository.conclude = conclude  # type: ignore[method-assign]
    return added, rules[0], known, revised, gone


def _took(repository: Repository, path: Path, status: str, clock: Callable[[], float]) -> float:
    started = clock()
    (outcome,) = ingest(repository, [path])
    took = clock() - started
    if outcome.status != status:
        raise RuntimeError(f"{outcome.identifier} is {outcome.status}, not {status}: {outcome.problems}")
    return took


def _timed(conclude: Callable[[], bool], into: list[float], clock: Callable[[], float]) -> bool:
    started = clock()
    done = conclude()
    into.append(clock() - started)
    return done


if __name__ == "__main__":
    main()
