"""Who takes long lets others pass: set aside at the lowest priority, and ended where there are too many."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from kg.errors import OverloadedError, QueryTimeoutError
from kg.query.pool import Answered, Lane, Limits, Pool, Query
from kg.store import ChangeSet, create
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1024 * 1024
SHORT = Query("SELECT ?o { <urn:n7> <urn:next> ?o }", "text/csv")
ENDLESS = Query(
    "SELECT (COUNT(*) AS ?n) { ?a <urn:next> ?b . ?c <urn:next> ?d . ?e <urn:next> ?f }", "text/csv"
)
SECONDS = 4.0
LIMITS = Limits(seconds=SECONDS, memory=192 * MIB)
ONE_ASIDE = {"query": Lane(workers=1, spares=1, limits=LIMITS, aside=1, brief=0.05, patience=0.3)}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aside")
    with create(folder / "store", "https://example.org/id/") as store:
        graph, edge = URIRef("urn:graph"), URIRef("urn:next")
        nodes = [URIRef(f"urn:n{number}") for number in range(2000)]
        store.apply(ChangeSet(frozenset((node, edge, nodes[at - 1], graph) for at, node in enumerate(nodes))))
        store.checkpoint(folder / "state")
    return folder / "state"


@pytest.fixture
def pool(checkpoint: Path) -> Iterator[Pool]:
    with Pool(checkpoint, 1, lanes=ONE_ASIDE) as opened:
        yield opened


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as executor:
        yield executor


def begun(pool: Pool, clients: ThreadPoolExecutor, running: int) -> Future[Answered]:
    """Ask an endless query, and return once so many tasks have a worker."""
    asked = clients.submit(pool.answer, ENDLESS)
    until = time.monotonic() + LATE
    while sum((pool.stats().lanes["query"].busy, pool.stats().lanes["query"].aside)) < running:
        assert time.monotonic() < until
        time.sleep(0.002)
    return asked


def test_a_short_query_does_not_wait_for_a_long_one(pool: Pool, clients: ThreadPoolExecutor) -> None:
    long = begun(pool, clients, 1)
    for _ in range(3):
        assert pool.answer(SHORT).body.strip() == b"o\r\nurn:n6"
    assert not long.done()
    lane = pool.stats().lanes["query"]
    assert (lane.aside, lane.ended.get("gave way", 0)) == (1, 0)
    with pytest.raises(QueryTimeoutError):
        long.result()


def test_what_is_set_aside_keeps_its_time_and_runs_at_the_lowest_priority(
    pool: Pool, clients: ThreadPoolExecutor
) -> None:
    start = time.monotonic()
    long = begun(pool, clients, 1)
    pool.answer(SHORT)
    (process,) = pool._keeper.turnstiles["query"]._aside  # noqa: SLF001 - nobody else knows which it is
    assert process.thread is not None
    assert os.getpriority(os.PRIO_PROCESS, process.thread) == 19
    with pytest.raises(QueryTimeoutError):
        long.result()
    assert SECONDS <= time.monotonic() - start < SECONDS + LATE


def test_nobody_is_set_aside_while_nobody_waits(pool: Pool, clients: ThreadPoolExecutor) -> None:
    long = begun(pool, clients, 1)
    time.sleep(0.3)
    assert pool.stats().lanes["query"].aside == 0
    with pytest.raises(QueryTimeoutError):
        long.result()


def test_where_too_many_take_long_the_one_that_has_run_longest_gives_way(
    pool: Pool, clients: ThreadPoolExecutor
) -> None:
    first = begun(pool, clients, 1)
    pool.answer(SHORT)  # sets it aside
    second = begun(pool, clients, 2)
    assert pool.answer(SHORT).body
    with pytest.raises(OverloadedError, match="others waited") as given:
        first.result()
    assert given.value.retry_after == 1
    assert not second.done()
    assert pool.stats().lanes["query"].ended["gave way"] == 1
    with pytest.raises(QueryTimeoutError):
        second.result()


def test_short_queries_go_on_while_many_ask_without_end(pool: Pool, clients: ThreadPoolExecutor) -> None:
    over = threading.Event()
    outcomes: list[str] = []

    def attack() -> None:
        while not over.is_set():
            try:
                pool.answer(ENDLESS)
            except (OverloadedError, QueryTimeoutError) as error:
                outcomes.append(type(error).__name__)

    attackers = [clients.submit(attack) for _ in range(4)]
    waited = []
    for _ in range(10):
        start = time.monotonic()
        assert pool.answer(SHORT).body.strip() == b"o\r\nurn:n6"
        waited.append(time.monotonic() - start)
        time.sleep(0.02)
    over.set()
    for attacker in attackers:
        attacker.result()
    assert max(waited) < 5  # as long as anybody may wait for a worker
    assert "OverloadedError" in outcomes


def test_a_worker_that_was_set_aside_is_replaced(pool: Pool, clients: ThreadPoolExecutor) -> None:
    lasting = Query("SELECT (COUNT(*) AS ?n) { ?a <urn:next> ?b . ?c <urn:next> ?d }", "text/csv")
    limits = Limits(seconds=SECONDS + LATE, memory=1024 * MIB)
    long = clients.submit(pool.answer, lasting, limits)
    while pool.stats().lanes["query"].busy < 1:
        time.sleep(0.001)
    for _ in range(3):
        pool.answer(SHORT)
    assert long.result().body.strip() == b"n\r\n4000000"
    until = time.monotonic() + LATE
    while (lane := pool.stats().lanes["query"]).ready < 2 or lane.aside:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert lane.ended.get("aside", 0) <= 1


def test_one_that_dies_slowly_at_the_lowest_priority_takes_nobody_along(checkpoint: Path) -> None:
    limits = Limits(seconds=2.5, memory=1024 * MIB)
    lanes = {"query": Lane(workers=1, spares=1, limits=limits, aside=1, queue_seconds=10)}
    hungry = Query(
        "SELECT ?x { ?a <urn:next> ?b . ?c <urn:next> ?d BIND(CONCAT(STR(?a), STR(?c)) AS ?x) } ORDER BY ?x",
        "text/csv",
    )
    others = []
    with Pool(checkpoint, 1, lanes=lanes) as pool, ThreadPoolExecutor(1) as clients:
        heavy = clients.submit(pool.answer, hungry)
        time.sleep(0.2)
        pool.answer(SHORT)  # sets it aside
        time.sleep(1.5)
        try:
            others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
            with pytest.raises(QueryTimeoutError):
                heavy.result()
            died = time.monotonic()
            while time.monotonic() < died + 3:
                assert pool.answer(SHORT).body.strip() == b"o\r\nurn:n6"
                time.sleep(0.05)
        finally:
            for other in others:
                other.kill()
                other.wait()
        assert pool.stats().lanes["query"].zygotes == 1
