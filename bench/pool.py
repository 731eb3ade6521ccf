"""What a query costs in the pool of workers, against the same query in this process.

python -m bench.pool [--quads N] [--queries N]

One run on one machine: times of a point query and of a large answer here and there, how long a worker takes
from the order until it is ready, what it holds in memory, and how long a new state takes to take over.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.query.pool import Lane, Limits, Pool, Query, Question
from kg.query.questions import ask, find
from kg.store import ChangeSet, create, open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store import OxigraphStore

_JSON = "application/sparql-results+json"
_POINT = "SELECT ?p ?o { <urn:node:7> ?p ?o }"
_LARGE = "SELECT * { ?s ?p ?o }"
_ROUNDS = 5


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=3_000)
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        states = _states(folder, options.quads)
        lanes = {
            "query": Lane(workers=2, spares=1, limits=Limits(answer=256 << 20)),
            "question": Lane(workers=1),
        }
        begun = time.perf_counter()
        with Pool(states[0], 1, lanes=lanes) as pool:
            _say("pool, from nothing until ready", time.perf_counter() - begun)
            with open_checkpoint(states[0], folder / "store") as here:
                _queries(pool, here, options.queries)
            _throughput(pool, options.queries)
            _workers(pool)
            _states_taken(pool, states)


def _queries(pool: Pool, here: OxigraphStore, number: int) -> None:
    """Compare the same queries here and in the pool, in turns."""
    for what, text, times in (("a point query", _POINT, number), ("a large answer", _LARGE, 5)):
        query = Query(text, _JSON)
        medians: dict[str, list[float]] = {"here": [], "pool": []}
        for _ in range(_ROUNDS):
            medians["here"].append(_median(partial(here.answer, text, _JSON), times))
            medians["pool"].append(_median(partial(pool.answer, query), times))
        inside, outside = statistics.median(medians["here"]), statistics.median(medians["pool"])
        print(
            f"{what + ', ms':42} here {inside * 1e3:8.3f}   pool {outside * 1e3:8.3f}"
            f"   {(outside - inside) * 1e3:+.3f} ({outside / inside:.2f} x)"
        )
    question = find("1")
    inside = _median(lambda: ask(here, question, {}), 50)
    outside = _median(lambda: pool.answer(Question("1")), 50)
    print(f"{'question 1, ms':42} here {inside * 1e3:8.3f}   pool {outside * 1e3:8.3f}")


def _throughput(pool: Pool, number: int) -> None:
    query = Query(_POINT, _JSON)
    for clients in (1, 2, 4, 8):
        with ThreadPoolExecutor(clients) as threads:
            begun = time.perf_counter()
            list(threads.map(lambda _: pool.answer(query), range(number)))
            taken = time.perf_counter() - begun
        print(f"{f'point queries a second, {clients} clients':42} {number / taken:13,.0f}")


def _workers(pool: Pool) -> None:
    """Kill a worker several times, and see how soon the next is ready; then look at what they hold."""
    (zygote, *_) = _children(os.getpid())
    times = []
    for _ in range(_ROUNDS):
        _until(lambda: pool.stats().lanes["query"].ready == 3)  # noqa: PLR2004 - workers and spare
        begun = time.perf_counter()
        os.kill(_children(zygote)[0], signal.SIGKILL)
        _until(lambda: pool.stats().lanes["query"].ready < 3)  # noqa: PLR2004
        _until(lambda: pool.stats().lanes["query"].ready == 3)  # noqa: PLR2004
        times.append(time.perf_counter() - begun)
    _say("worker, from the end of one until another is ready", statistics.median(times))
    for what, members in (("zygote", [zygote]), ("worker", _children(zygote))):
        rss, pss = (statistics.median(_memory(member, line) for member in members) for line in ("Rss", "Pss"))
        print(f"{what + ', MB resident (its share of it)':42} {rss / 1024:13.1f}   ({pss / 1024:.1f})")


def _states_taken(pool: Pool, states: list[Path]) -> None:
    times = []
    for number, state in enumerate(states[1:], start=2):
        begun = time.perf_counter()
        pool.advance(state, number)
        times.append(time.perf_counter() - begun)
        _until(lambda: pool.in_use() == {state})  # noqa: B023 - called at once
    _say("a new state takes over, both lanes", statistics.median(times))


def _states(folder: Path, number: int) -> list[Path]:
    """Return checkpoints of a store of so many quads."""
    with create(folder / "store", "https://example.org/id/") as store:
        for first in range(0, number, 50_000):
            store.apply(ChangeSet(frozenset(_quad(at) for at in range(first, min(first + 50_000, number)))))
        states = []
        for sequence in range(1, _ROUNDS + 2):
            store.apply(ChangeSet(frozenset({_quad(number + sequence)})))
            states.append(folder / f"{sequence:010}")
            store.checkpoint(states[-1])
    return states


def _quad(at: int) -> tuple[URIRef, URIRef, Literal, URIRef]:
    return (
        URIRef(f"urn:node:{at // 10}"),
        URIRef(f"urn:property:{at % 10}"),
        Literal(f"value {at}"),
        URIRef(f"urn:graph:{at // 100}"),
    )


def _median(call: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def _say(what: str, seconds: float) -> None:
    print(f"{what + ', ms':42} {seconds * 1e3:13.1f}")


def _until(held: Callable[[], bool]) -> None:
    while not held():
        time.sleep(0.0005)


def _children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task")
    return sorted(int(child) for task in path.iterdir() for child in (task / "children").read_text().split())


def _memory(process: int, line: str) -> int:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    return next(int(found.split()[1]) for found in text.splitlines() if found.startswith(f"{line}:"))


if __name__ == "__main__":
    main()
