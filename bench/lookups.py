"""Ordinary queries over HTTP: ours beside `oxigraph serve` on the same data, in one run.

python -m bench.lookups [--reports N] [--store DIR] [--seconds S] [--repeats R]

The peer is the package `oxigraph` of PyPI (`pip install oxigraph`). Without it the same queries run in
this process by pyoxigraph, without HTTP: a comparison that is unfair to us.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from bench.client import Connection, ours, oxigraph, peer
from bench.generate import fill
from bench.reports import Reports
from bench.world import make_world
from kg.pipeline import read_graph

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIXES: Final = (
    "PREFIX svd: <https://w3id.org/servanda/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX eli: <http://data.europa.eu/eli/ontology#> "
)
_BASE: Final = "https://w3id.org/servanda/id/"
_LOOKUP: Final = f"SELECT ?title {{ <{_BASE}report/r00000007> dcterms:title ?title }}"
_ORDINARY: Final = {
    "a title": _LOOKUP,
    "all that is said of a report": f"SELECT ?p ?o {{ <{_BASE}report/r00000007> ?p ?o }}",
    "claims of a report": f"SELECT ?c ?g {{ ?c svd:statedIn <{_BASE}report/r00000003> ; svd:gist ?g }}",
    "terms of an agreement": (
        f"SELECT ?t ?n {{ ?t svd:ofAgreement <{_BASE}agreement/accord-1> ; eli:number ?n }}"
    ),
    "allegations, a page": (
        f"SELECT ?v ?p {{ ?v a svd:AllegedViolation ; svd:ofAgreement <{_BASE}agreement/accord-1> ; "
        "svd:allegedPerpetrator ?p } ORDER BY ?v LIMIT 50"
    ),
    "allegations by party": (
        "SELECT ?p (COUNT(*) AS ?n) { ?v a svd:AllegedViolation ; svd:allegedPerpetrator ?p } "
        "GROUP BY ?p ORDER BY ?p"
    ),
    "claims by outlet": (
        "SELECT ?o (COUNT(?c) AS ?n) { ?c svd:statedIn ?r . ?r dcterms:publisher ?o } GROUP BY ?o ORDER BY ?o"
    ),
    "events within a region": (
        "SELECT DISTINCT ?e { ?c svd:aboutEvent ?e ; "
        f"svd:place/svd:adminWithin <{_BASE}place/state-1-land> }} ORDER BY ?e LIMIT 100"
    ),
    "a thousand quotes": (
        "SELECT ?c ?q { ?c svd:evidence/<http://www.w3.org/ns/oa#hasSelector>/"
        "<http://www.w3.org/ns/oa#exact> ?q } LIMIT 1000"
    ),
}
_CONNECTIONS: Final = 8


def main() -> None:
    """Run the comparison and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--store", type=Path, help="a store that bench.generate made")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--repeats", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        place = Path(name)
        store = asked.store or _made(place / "store", asked.reports)
        data = place / "data.nq"
        with read_graph(store) as reading:
            data.write_bytes(reading.store.nquads())
        command = oxigraph()
        print(
            f"{platform.machine()}, Python {platform.python_version()}, "
            f"{_lines(data):,} quads; python -m bench.lookups"
        )
        mine = stack.enter_context(ours(store))
        if command is None:
            print("oxigraph is not installed: beside pyoxigraph in this process, without HTTP\n")
            _compare(mine, _in_process(data), asked.repeats)
        else:
            theirs = stack.enter_context(peer(command, data, place / "peer"))
            with Connection(theirs) as connection:
                _compare(mine, connection.query, asked.repeats)
            _throughput(mine, theirs, asked.seconds)


def _made(folder: Path, reports: int) -> Path:
    world = make_world(1)
    fill(folder, world, Reports(1, world), reports)
    return folder


def _compare(mine: str, theirs: Callable[[str], tuple[int, bytes]], repeats: int) -> None:
    """Ask each query of both in turn, and print the medians."""
    print(f"{'median of ' + str(repeats) + ', ms':34}{'ours':>9}{'peer':>9}{'ratio':>8}")
    ratios = []
    with Connection(mine) as connection:
        for name, text in _ORDINARY.items():
            query = _PREFIXES + text
            times: tuple[list[float], list[float]] = ([], [])
            answers = [_rows(ask(query)) for ask in (connection.query, theirs)]
            for _ in range(repeats):
                for spent, ask in zip(times, (connection.query, theirs), strict=True):
                    start = time.perf_counter()
                    ask(query)
                    spent.append((time.perf_counter() - start) * 1000)
            us, them = map(statistics.median, times)
            ratios.append(us / them)
            same = "" if answers[0] == answers[1] or "LIMIT 1000" in text else "   DIFFERENT ANSWERS"
            print(f"{name:34}{us:9.2f}{them:9.2f}{us / them:8.2f}{same}   ({len(answers[0])} rows)")
    print(f"{'median of the ratios':34}{'':18}{statistics.median(ratios):8.2f}\n")


def _throughput(mine: str, theirs: str, seconds: float) -> None:
    """Print how many lookups a second both answer, asked in turn three times."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(3):
        for rates, url in zip(found, (mine, theirs), strict=True):
            rates.append(_rate(url, seconds / 3))
    us, them = map(statistics.median, found)
    print(f"lookups a second, {_CONNECTIONS} connections{us:16,.0f}{them:9,.0f}{us / them:8.2f}")


def _rate(url: str, seconds: float) -> float:
    counts: list[int] = []
    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=_hammer, args=(url, end, counts)) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _hammer(url: str, end: float, counts: list[int]) -> None:
    done = 0
    with Connection(url) as connection:
        while time.perf_counter() < end:
            status, _ = connection.query(_PREFIXES + _LOOKUP)
            done += status == 200  # noqa: PLR2004
    counts.append(done)


def _rows(answer: tuple[int, bytes]) -> list[str]:
    status, body = answer
    if status != 200:  # noqa: PLR2004
        raise RuntimeError(f"{status}: {body[:300]!r}")
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(body)["results"]["bindings"])


def _lines(file: Path) -> int:
    with file.open("rb") as opened:
        return sum(1 for _ in opened)


def _in_process(data: Path) -> Callable[[str], tuple[int, bytes]]:
    store = ox.Store()
    store.bulk_load(path=str(data), format=ox.RdfFormat.N_QUADS)

    def ask(query: str) -> tuple[int, bytes]:
        found = store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - all of them are SELECT
        return 200, found.serialize(format=ox.QueryResultsFormat.JSON) or b""

    return ask


if __name__ == "__main__":
    main()
