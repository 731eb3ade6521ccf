"""Lists, counts, facets and single items over HTTP, from a read model of any size.

    python -m bench.reading make STORE --reports N
    python -m bench.reading ask STORE [--rounds N] [--clients N]

`make` gives a store of invented reports (`bench.generate`) a read model of N reports: its own rows, made as
always, and copies of them with ids and days of their own. `ask` serves the store and prints medians and
99th percentiles in milliseconds. Such a model is of no use for anything else: make it anew afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from kg.pipeline import open_graph
from kg.pipeline.followers import READ_MODEL, newest_checkpoint
from kg.pipeline.records import position
from kg.query.lookups import Reader
from kg.query.lookups.instants import HIGH, LOW
from kg.read import file
from kg.read.compare import values
from kg.read.pen import Pen
from kg.read.resources import BY_LIST
from kg.read.rows import NO_REPORT, by_report, dictionary, every

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.read.rows import Row

_DAY: Final = 86_400_000_000
_RECORD: Final = re.compile(r"((?:violation|assessment)/)([0-9a-f]+)")
_LISTS: Final = {
    "alleged violations": "alleged-violations",
    "assessments": "assessments",
    "claims": "claims",
    "events": "events",
    "reports": "reports",
}
_FACETS: Final = {
    "alleged violations": "status,basis,term,perpetrator,agreement,scope,source",
    "claims": "modality,perpetrator,place,source",
    "events": "type,place",
    "reports": "publisher,source",
}
"""By which lists are counted: seven of the records."""


def main() -> None:
    """Do what the command asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("make", "ask"))
    parser.add_argument("store", type=Path)
    parser.add_argument("--reports", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=16)
    given = parser.parse_args()
    if given.what == "make":
        open_graph(given.store).close()  # so that it is of this software
        make(given.store, given.reports)
    else:
        ask(given.store, given.rounds, given.clients)


def make(folder: Path, number: int) -> None:
    """Give a store a read model of so many reports."""
    newest = newest_checkpoint(folder)
    if newest is None:
        sys.exit(f"{folder} has no checkpoint")
    sequence, store = newest
    base = store.stamp.base
    reader = Reader.of(store, base)
    started = time.perf_counter()
    found = list(by_report(reader, [NO_REPORT, *every(reader, BY_LIST["reports"])]))
    taken = time.perf_counter() - started
    print(f"rows of {len(found) - 1} reports: {taken / len(found) * 1e3:.1f} ms a report")
    place = folder / READ_MODEL
    place.mkdir(exist_ok=True)
    name = f"model-{sequence}-{secrets.token_hex(4)}.sqlite"
    held = file.create(place / name)
    held.execute("BEGIN")
    held.execute("INSERT INTO meta VALUES ('dictionary', ?)", (dictionary(reader),))
    pen, started = Pen(held, base), time.perf_counter()
    for count in range(number):
        report, rows = found[1 + count % (len(found) - 1)]
        copy = count // (len(found) - 1)
        pen.put(*(_copied(base, report, rows, copy) if copy else (report, rows)))
    pen.put(*found[0])
    pen.close()
    file.stand(held, base, sequence, position(store)[1] or "")
    held.execute("COMMIT")
    file.finish(held)
    (place / "current").write_text(name, encoding="utf-8")
    taken = time.perf_counter() - started
    size = (place / name).stat().st_size
    print(f"{number} reports written: {taken / number * 1e3:.2f} ms each, {size / number:.0f} bytes each")


def _copied(
    base: str, report: str, rows: Mapping[int, list[Row]], copy: int
) -> tuple[str, Mapping[int, list[Row]]]:
    """Return rows of a report as those of another, some days earlier or later."""
    name = report.removeprefix(f"{base}report/")
    other = f"{hashlib.sha256(f'{name} {copy}'.encode()).hexdigest()[:6]}-{name}"
    away = (copy * 37 % 2_000 - 1_000) * _DAY

    def said(text: str) -> str:
        renamed = text.replace(name, other)
        return _RECORD.sub(lambda hit: hit[1] + _mixed(hit[2], copy), renamed)

    def moved(moment: int) -> int:
        return moment if moment in {LOW, HIGH} else moment + away

    made = {
        number: [
            replace(
                row,
                iri=said(row.iri),
                key=said(row.key),
                report=said(row.report),
                part=None if row.part is None else said(row.part),
                body=said(row.body.decode()).encode(),
                marks={(mark, said(value)) for mark, value in row.marks},
                spans={(moved(low), moved(high)) for low, high in row.spans},
            )
            for row in several
        ]
        for number, several in rows.items()
    }
    return said(report), made


def _mixed(digest: str, copy: int) -> str:
    return hashlib.sha256(f"{digest} {copy}".encode()).hexdigest()[: len(digest)]


def ask(folder: Path, rounds: int, clients: int) -> None:
    """Serve the store and measure what is asked of it."""
    newest = newest_checkpoint(folder)
    if newest is None:
        sys.exit(f"{folder} has no checkpoint")
    reader = Reader.of(newest[1], newest[1].stamp.base)
    asked = _requests(reader)
    command = [sys.executable, "-m", "api", "serve", "--store", str(folder), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    try:
        host = _address(server)
        _one_by_one(host, asked, rounds)
        _together(host, [path for _, path in asked], clients)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _address(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        hit = re.search(r"https?://([\w.:]+:\d+)", line)
        if hit:
            threading.Thread(target=lambda: list(server.stdout or ()), daemon=True).start()
            return _ready(hit[1])
    sys.exit("the server did not start")


def _ready(host: str) -> str:
    """Return the address once lists are answered there."""
    for _ in range(600):
        connection = http.client.HTTPConnection(host)
        connection.request("GET", "/api/v1/claims?limit=1")
        if connection.getresponse().status == http.HTTPStatus.OK:
            return host
        time.sleep(0.5)
    sys.exit("the server did not answer")


def _requests(reader: Reader) -> list[tuple[str, str]]:
    """Return what is asked for, each with its name."""
    choice = random.Random(1)  # noqa: S311 - no secret
    found = [("health", "/healthz")]
    for name, path in _LISTS.items():
        resource = BY_LIST[name]
        known = {one: values(reader, resource, one) for one in sorted(resource.listing.filters)}
        names = [one for one in known if known[one]]
        combinations: list[tuple[str, ...]] = [(), *((one,) for one in names)]
        combinations += [tuple(choice.sample(names, min(len(names), k))) for k in (2, 3, 4, 7) for _ in "ab"]
        for chosen in combinations:
            filters = {one: choice.choice(known[one]) for one in chosen}
            if {"from", "to"} <= filters.keys():
                filters["from"], filters["to"] = sorted((filters["from"], filters["to"]))
            said = f"{name}: {', '.join(chosen) or 'all'}"
            query = {one: reader.names.short(value) for one, value in filters.items()}
            found.append((said, f"/api/v1/{path}?{urlencode(query)}"))
            found.append((f"{said}; count", f"/api/v1/{path}?{urlencode({**query, 'count': 'true'})}"))
            if name in _FACETS:
                with_facets = {**query, "count": "true", "facets": _FACETS[name]}
                found.append((f"{said}; facets", f"/api/v1/{path}?{urlencode(with_facets)}"))
        if name != "assessments":
            known_items = choice.sample(every(reader, resource), 5)
            found += [(f"{name}: one", f"/api/v1/{path}/{reader.names.short(one)}") for one in known_items]
    return found


def _one_by_one(host: str, asked: list[tuple[str, str]], rounds: int) -> None:
    connection = http.client.HTTPConnection(host)
    times: dict[str, list[float]] = {}
    for name, path in asked:
        for _ in range(rounds):
            times.setdefault(name, []).append(_timed(connection, path))
    for name, path in asked:
        if name.endswith("all") or (": agreement" in name and name.endswith("agreement")):
            times[f"{name}, deep page"] = [_deep(connection, path) for _ in range(rounds)]
    for name in sorted(times, key=lambda name: -statistics.median(times[name])):
        spent = sorted(times[name])
        print(f"{statistics.median(spent):8.1f} {spent[-1 - len(spent) // 100]:8.1f}  {name}")


def _deep(connection: http.client.HTTPConnection, path: str) -> float:
    """Return how long the tenth page takes."""
    for _ in range(9):
        connection.request("GET", path)
        following = json.loads(connection.getresponse().read())["next"]
        if following is None:
            break
        parts = urlsplit(following)
        path = f"{parts.path}?{parts.query}"
    return _timed(connection, path)


def _timed(connection: http.client.HTTPConnection, path: str) -> float:
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path}: {said[:300]!r}")
    return (time.perf_counter() - started) * 1e3


def _together(host: str, paths: list[str], clients: int) -> None:
    """Print how many requests a second so many clients have answered, and how long they wait."""
    until, times = time.monotonic() + 15, list[float]()
    lists = [path for path in paths if "facets" not in path and "count" not in path]

    def work(seed: int) -> None:
        choice, connection = random.Random(seed), http.client.HTTPConnection(host)  # noqa: S311 - no secret
        while time.monotonic() < until:
            times.append(_timed(connection, choice.choice(lists)))

    several: list[Callable[[], None]] = [lambda seed=seed: work(seed) for seed in range(clients)]  # type: ignore[misc]
    threads = [threading.Thread(target=one) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = sorted(times)
    print(
        f"{clients} clients: {len(spent) / 15:.0f} requests/s, p50 {statistics.median(spent):.1f}, "
        f"p99 {spent[-len(spent) // 100 - 1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
