"""Good queries while others attack: how many are right, how long they take, and how long attacks last.

python -m bench.attack [--seconds S] [--reports N] [--attackers A] [--clients C] [--limit L] [--budget B]

The attackers send the corpus of `tests/attacks` over and over; 120 seconds are what is promised about.
Everybody has an address of his own, as behind a proxy, so that the budget of query time is each one's.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.client import Connection, ours
from bench.generate import fill
from bench.reports import Reports
from bench.world import make_world
from tests.attacks.cases import cases

_BASE: Final = "https://w3id.org/servanda/id/"
_SVD: Final = "https://w3id.org/servanda/ontology#"
_GOOD: Final = (
    f"SELECT ?p ?o {{ <{_BASE}report/r00000007> ?p ?o }} ORDER BY ?p ?o",
    f"SELECT ?c ?g {{ ?c <{_SVD}statedIn> <{_BASE}report/r00000003> ; <{_SVD}gist> ?g }} ORDER BY ?c",
    f"SELECT ?t {{ ?t <{_SVD}ofAgreement> <{_BASE}agreement/accord-1> }} ORDER BY ?t LIMIT 50",
)
_NOBODY: Final = "http://127.0.0.1:9"
_PAUSE: Final = 0.005


@dataclass
class Tally:
    """What became of requests."""

    seconds: list[float] = field(default_factory=list)
    became: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Attack, and print what became of everybody."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--attackers", type=int, default=1)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--limit", type=int, default=2)
    parser.add_argument("--budget", type=int, default=60, help="seconds of query time a minute and client")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        world = make_world(1)
        fill(Path(name) / "store", world, Reports(1, world), asked.reports)
        limits = {"SERVANDA_QUERY_TIMEOUT": str(asked.limit), "SERVANDA_QUERY_MEMORY": "256"}
        budgets = {
            "SERVANDA_PROXY": "127.0.0.1",
            "SERVANDA_CLIENT_SECONDS": str(asked.budget),
            "SERVANDA_CLIENT_ERRORS": "0",
        }
        print(
            f"{platform.machine()}, Python {platform.python_version()}; python -m bench.attack "
            f"--seconds {asked.seconds:g} --attackers {asked.attackers} --limit {asked.limit} "
            f"--budget {asked.budget}"
        )
        with ours(Path(name) / "store", limits | budgets) as url:
            expected = _expected(url)
            for attackers, seconds in ((0, asked.seconds / 4), (asked.attackers, asked.seconds)):
                again, anew, bad = _run(url, expected, asked.clients, attackers, seconds)
                print(f"{attackers} attackers")
                _print("  good queries, again", again)
                _print("  good queries, anew", anew)
                _print("  attacks", bad)


def _expected(url: str) -> dict[str, bytes]:
    with Connection(url) as connection:
        return {query: connection.query(query)[1] for query in _GOOD}


def _run(
    url: str, expected: dict[str, bytes], clients: int, attackers: int, seconds: float
) -> tuple[Tally, Tally, Tally]:
    """Return what became of good queries, asked again and anew in turn, and of attacks."""
    again, anew, bad = Tally(), Tally(), Tally()
    end = time.monotonic() + seconds
    threads = [
        *(
            threading.Thread(target=_ask, args=(url, expected, end, anew if number % 2 else again, number))
            for number in range(clients)
        ),
        *(threading.Thread(target=_attack, args=(url, end, bad, number)) for number in range(attackers)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return again, anew, bad


def _ask(url: str, expected: dict[str, bytes], end: float, tally: Tally, number: int) -> None:
    """Ask until the end; every other client asks what nobody has asked before, word for word."""
    with Connection(url, client=f"198.51.100.{number + 1}") as connection:
        while time.monotonic() < end:
            for query, wanted in expected.items():
                start = time.monotonic()
                try:
                    status, body = connection.query(f"{query} #{start}" if number % 2 else query)
                except OSError:
                    tally.became["lost"] += 1
                    continue
                tally.seconds.append(time.monotonic() - start)
                right = "right" if body == wanted else "wrong"
                tally.became[right if status == 200 else f"lost ({status})"] += 1  # noqa: PLR2004
            time.sleep(_PAUSE)


def _attack(url: str, end: float, tally: Tally, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - no secret
    bombs = [case.payload({"CANARY": _NOBODY}) for case in cases("B")]
    with Connection(url, client=f"203.0.113.{number + 1}") as connection:
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                status, _ = connection.post(chance.choice(bombs), "*/*")
            except OSError:
                tally.became["connection closed"] += 1
            else:
                tally.became[str(status)] += 1
            tally.seconds.append(time.monotonic() - start)


def _print(what: str, tally: Tally) -> None:
    times = sorted(tally.seconds) or [0.0]
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    became = ", ".join(f"{name}: {number:,}" for name, number in sorted(tally.became.items()))
    print(
        f"{what:30} {len(times):7,}   p50 {cuts[49] * 1000:8.1f} ms   p99 {cuts[98] * 1000:8.1f} ms   "
        f"max {times[-1] * 1000:8.1f} ms   {became}"
    )


if __name__ == "__main__":
    main()
