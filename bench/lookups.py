"""Ordinary queries over HTTP: ours beside `oxigraph serve` on the same data, in one run.

python -m bench.lookups [--reports N] [--store DIR] [--seconds S] [--repeats R]

Ours is asked in two ways: *anew*, a text that nobody has sent before, so that a worker answers; and
*again*, a text whose answer is kept. The peer keeps no answers.

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
    print(f"{'median of ' + str(repeats) + ', ms':34}{'anew':>9}{'again':>9}{'peer':>9}{'ratios':>14}")
    ratios: tuple[list[float], list[float]] = ([], [])
    with Connection(mine) as connection:
        for name, text in _ORDINARY.items():
            query = _PREFIXES + text
            times: tuple[list[float], list[float], list[float]] = ([], [], [])
            answers = [_rows(ask(query)) for ask in (connection.query, theirs)]
            for number in range(repeats):
                wordings = (f"{query} #{number}", query, query)
                asking = zip(times, (connection.query, connection.query, theirs), wordings, strict=True)
                for spent, ask, wording in asking:
                    start = time.perf_counter()
                    ask(wording)
                    spent.append((time.perf_counter() - start) * 1000)
            anew, again, them = map(statistics.median, times)
            ratios[0].append(anew / them)
            ratios[1].append(again / them)
            same = "" if answers[0] == answers[1] or "LIMIT 1000" in text else "   DIFFERENT ANSWERS"
            told = f"{anew:9.2f}{again:9.2f}{them:9.2f}{anew / them:7.2f}{again / them:7.2f}"
            print(f"{name:34}{told}{same}   ({len(answers[0])} rows)")
    both = "".join(f"{statistics.median(found):7.2f}" for found in ratios)
    print(f"{'median of the ratios':34}{'':27}{both}\n")


def _throughput(mine: str, theirs: str, seconds: float) -> None:
    """Print how many lookups a second both answer, asked in turn three times."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(3):
        for rates, url, new in zip(found, (mine, mine, theirs), (True, False, False), strict=True):
            rates.append(_rate(url, seconds / 3, new=new))
    anew, again, them = map(statistics.median, found)
    told = f"{anew:9,.0f}{again:9,.0f}{them:9,.0f}{anew / them:7.2f}{again / them:7.2f}"
    print(f"lookups a second, {_CONNECTIONS} connections  {told}")


def _rate(url: str, seconds: float, *, new: bool) -> float:
    counts: list[int] = []
    begun = time.perf_counter()
    end = begun + seconds
    threads = [
        threading.Thread(target=_hammer, args=(url, end, counts, f" #{number}." if new else ""))
        for number in range(_CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _hammer(url: str, end: float, counts: list[int], mark: str) -> None:
    """Ask until the end; with a mark, a new text each time."""
    done = 0
    with Connection(url) as connection:
        while time.perf_counter() < end:
            wording = f"{mark}{end}.{done}" if mark else ""
            status, _ = connection.query(_PREFIXES + _LOOKUP + wording)
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
