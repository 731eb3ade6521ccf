"""Tasks that are waited for without a thread for each: in turn, not for ever, and given up at any time."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from kg.errors import OverloadedError, QueryTimeoutError
from kg.query.pool import Lane, Limits, Pool, Query
from kg.store import ChangeSet, create
from tests.pace import LATE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.query.pool import Answered
    from kg.query.pool.underway import Underway

SHORT = Query("SELECT ?o { <urn:n7> <urn:next> ?o }", "text/csv")
ENDLESS = Query(
    "SELECT (COUNT(*) AS ?n) { ?a <urn:next> ?b . ?c <urn:next> ?d . ?e <urn:next> ?f }", "text/csv"
)
LANE = Lane(workers=1, spares=1, limits=Limits(seconds=1.0), queue_length=3, queue_seconds=0.5)
ANSWER = b"o\r\nurn:n6"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("underway")
    with create(folder / "store", "https://example.org/id/") as store:
        graph, edge = URIRef("urn:graph"), URIRef("urn:next")
        nodes = [URIRef(f"urn:n{number}") for number in range(2000)]
        store.apply(ChangeSet(frozenset((node, edge, nodes[at - 1], graph) for at, node in enumerate(nodes))))
        store.checkpoint(folder / "state")
    return folder / "state"


@pytest.fixture
def pool(checkpoint: Path) -> Iterator[Pool]:
    with Pool(checkpoint, 1, lanes={"query": LANE}) as opened:
        yield opened


class Waiter:
    """Begins a task, and waits for it as an event loop would."""

    def __init__(self, pool: Pool, task: Query = SHORT) -> None:
        """Begin it."""
        self.called = threading.Event()
        self.task: Underway = pool.begin(task, self.called.set)

    def begun(self) -> None:
        """Wait until a worker has the task."""
        while seconds := self.task.wait():
            self.called.wait(seconds)

    def answer(self) -> Answered | None:
        """Wait for the answer."""
        self.begun()
        if self.task.handle is not None:
            with selectors.DefaultSelector() as selector:
                selector.register(self.task.handle, selectors.EVENT_READ)
                selector.select(max(0.0, self.task.deadline - time.monotonic()))
        return self.task.finish()


def body(answered: Answered | None) -> bytes:
    assert answered is not None
    return answered.body.strip()


def free(pool: Pool) -> bool:
    lane = pool.stats().lanes["query"]
    return (lane.busy, lane.waiting) == (0, 0)


def test_one_that_finds_a_worker_free_has_it_at_once(pool: Pool) -> None:
    waiter = Waiter(pool)
    assert waiter.task.wait() == 0.0
    assert not waiter.called.is_set()
    assert body(waiter.answer()) == ANSWER
    assert free(pool)


def test_many_are_answered_one_after_the_other(pool: Pool) -> None:
    waiters = [Waiter(pool) for _ in range(4)]
    assert [waiter.task.wait() > 0 for waiter in waiters] == [False, True, True, True]
    assert pool.stats().lanes["query"].waiting == 3
    for waiter in waiters:
        assert body(waiter.answer()) == ANSWER
    assert [waiter.called.is_set() for waiter in waiters] == [False, True, True, True]
    assert free(pool)


def test_who_waits_on_a_thread_has_no_advantage(pool: Pool) -> None:
    first, second = Waiter(pool), Waiter(pool)
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(pool.answer(SHORT).body))
    thread.start()
    until = time.monotonic() + 5
    while pool.stats().lanes["query"].waiting < 2:
        assert time.monotonic() < until
    first.begun()
    body(first.answer())
    assert second.called.wait(1)
    assert not got
    assert body(second.answer()) == ANSWER
    thread.join()
    assert got[0].strip() == ANSWER


def test_more_than_may_wait_are_turned_away(pool: Pool) -> None:
    waiters = [Waiter(pool) for _ in range(4)]
    with pytest.raises(OverloadedError, match="3 wait for an answer already"):
        Waiter(pool)
    for waiter in waiters:
        waiter.task.abandon()
    assert body(Waiter(pool).answer()) == ANSWER


def test_nobody_waits_for_a_worker_for_ever(pool: Pool) -> None:
    long, waiter = Waiter(pool, ENDLESS), Waiter(pool)
    long.begun()
    start = time.monotonic()
    with pytest.raises(OverloadedError, match=r"nobody was free within 0\.5 seconds"):
        waiter.answer()
    assert 0.4 < time.monotonic() - start < LATE
    with pytest.raises(QueryTimeoutError):
        long.answer()
    assert body(Waiter(pool).answer()) == ANSWER


def test_what_is_given_up_while_it_waits_takes_no_worker(pool: Pool) -> None:
    first, second, third = Waiter(pool), Waiter(pool), Waiter(pool)
    second.task.abandon()
    assert body(first.answer()) == ANSWER
    assert not second.called.is_set()
    assert body(third.answer()) == ANSWER
    assert free(pool)


def test_what_is_given_up_when_it_was_just_called_lets_the_next_one_pass(pool: Pool) -> None:
    first, second, third = Waiter(pool), Waiter(pool), Waiter(pool)
    assert body(first.answer()) == ANSWER
    assert second.called.is_set()
    second.task.abandon()
    assert third.called.is_set()
    assert body(third.answer()) == ANSWER
    assert free(pool)
    assert not pool.stats().lanes["query"].ended


def test_what_is_given_up_while_a_worker_has_it_is_ended(pool: Pool) -> None:
    long = Waiter(pool, ENDLESS)
    long.begun()
    long.task.abandon()
    assert pool.stats().lanes["query"].ended == {"abandoned": 1}
    assert body(Waiter(pool).answer()) == ANSWER


def test_a_worker_that_dies_before_it_has_the_task_is_told_as_no_answer(pool: Pool) -> None:
    (process,) = {item.process for item in pool._keeper.turnstiles["query"]._ready[-1:]}  # noqa: SLF001
    assert process is not None
    waiter = Waiter(pool)
    os.kill(process, signal.SIGKILL)
    time.sleep(0.1)
    assert waiter.answer() is None  # who asks again, on a thread, has one
    assert body(Waiter(pool).answer()) == ANSWER


def test_a_pool_that_closes_turns_away_who_waits(checkpoint: Path) -> None:
    with Pool(checkpoint, 1, lanes={"query": LANE}) as pool:
        long, waiter = Waiter(pool, ENDLESS), Waiter(pool)
        long.begun()
        assert waiter.task.wait() > 0
    assert waiter.called.is_set()
    with pytest.raises(OverloadedError, match="the service ends"):
        waiter.answer()
    long.task.abandon()


def test_a_lane_on_demand_has_no_process_until_the_first_task_comes(checkpoint: Path) -> None:
    lanes = {"query": LANE, "question": replace(LANE, on_demand=True, queue_seconds=0.01)}
    with Pool(checkpoint, 1, lanes=lanes) as pool:
        before = pool.stats().lanes["question"]
        assert (before.wanted, before.zygotes, before.ready + before.starting) == (False, 0, 0)
        assert body(pool.answer(SHORT)) == ANSWER
        assert pool.stats().lanes["question"].zygotes == 0
        task = replace(SHORT, lane="question")
        assert body(pool.answer(task)) == ANSWER  # it waits longer than it would for workers that are busy
        after = pool.stats().lanes["question"]
        assert (after.wanted, after.zygotes) == (True, 1)


def test_the_time_in_the_queue_of_a_lane_that_is_opened_counts_from_its_first_worker(
    checkpoint: Path,
) -> None:
    lanes = {"query": LANE, "question": replace(LANE, on_demand=True)}
    with Pool(checkpoint, 1, lanes=lanes) as pool:
        waiters = [Waiter(pool, replace(SHORT, lane="question")) for _ in range(2)]
        tickets = [waiter.task._ticket for waiter in waiters]  # noqa: SLF001
        entered = [ticket.until for ticket in tickets]
        assert waiters[0].called.wait(LATE)
        assert all(ticket.until > before for ticket, before in zip(tickets, entered, strict=True))
        assert [body(waiter.answer()) for waiter in waiters] == [ANSWER] * 2


def test_a_lane_on_demand_goes_along_to_a_newer_checkpoint(checkpoint: Path) -> None:
    lanes = {"query": LANE, "question": replace(LANE, on_demand=True)}
    newer = checkpoint.with_name("newer")
    shutil.copytree(checkpoint, newer)
    with Pool(checkpoint, 1, lanes=lanes) as pool:
        pool.advance(newer, 2)
        assert pool.stats().lanes["question"].zygotes == 0
        task = replace(SHORT, lane="question")
        assert pool.answer(task).sequence == 2
        shutil.copytree(checkpoint, checkpoint.with_name("newest"))
        pool.advance(checkpoint.with_name("newest"), 3)
        assert pool.answer(task).sequence == 3
        until = time.monotonic() + 5
        while pool.in_use() != {checkpoint.with_name("newest")}:
            assert time.monotonic() < until
            time.sleep(0.01)
