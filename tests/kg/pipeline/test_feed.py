"""Followers of deltas: told of every change once, after the rules; never in the way of who writes."""

from __future__ import annotations

import errno
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.journal import Action, Journal
from kg.pipeline.change import Change
from kg.pipeline.owner import Hold
from kg.pipeline.repository import Repository, in_memory
from kg.store import create, memory, open_store
from kg.terms import RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.model import Delta

BASE = "https://example.org/"


def report(name: str, words: str = "x") -> Change:
    node = URIRef(f"{BASE}report/{name}")
    said = frozenset({(node, RDF.type, SVD.NewsReport), (node, SVD.gist, Literal(words))})
    return Change(Action.ADD, "report", name, "tester", {URIRef(f"{BASE}graph/report/{name}"): said}, words)


def retraction(name: str) -> Change:
    graph = URIRef(f"{BASE}graph/report/{name}")
    return Change(Action.RETRACT, "report", name, "tester", {graph: frozenset()}, reason="wrong")


class Told:
    """Keeps what it is told; waits before, or fails, where that is wanted."""

    def __init__(self, sequence: int = 0) -> None:
        """Stand at a change."""
        self.name = "the list of a test"
        self.sequence = sequence
        self.deltas: list[Delta] = []
        self.may = threading.Event()
        self.may.set()
        self.failing = False
        self.asked = 0

    def process(self, delta: Delta) -> None:
        """Keep it."""
        self.asked += 1
        self.may.wait(20)
        if self.failing:
            raise RuntimeError("no")
        self.deltas.append(delta)
        self.sequence = delta.sequence


def comes(follower: Told, sequence: int) -> bool:
    until = time.monotonic() + 20
    while follower.sequence != sequence and time.monotonic() < until:
        time.sleep(0.005)
    return follower.sequence == sequence


@pytest.fixture
def repository() -> Iterator[Repository]:
    with in_memory(memory(BASE)) as made:
        yield made


def test_it_is_told_what_changed_and_what_that_was_about(repository: Repository) -> None:
    follower = Told()
    repository.track(follower)
    (entry,) = repository.commit([report("one")])
    assert comes(follower, 1)
    (delta,) = follower.deltas
    assert (delta.first, delta.sequence, delta.hash) == (1, 1, entry.hash)
    assert delta.documents == {("add", "report", "one")}
    assert delta.graphs == {f"{BASE}graph/report/one"}
    assert delta.touched is not None
    assert {f"{BASE}report/one", str(SVD.NewsReport)} <= delta.touched
    assert delta.added >= 2
    repository.commit([retraction("one")])
    assert comes(follower, 2)
    gone = follower.deltas[1]
    assert gone.documents == {("retract", "report", "one")}
    assert gone.touched is not None
    assert f"{BASE}report/one" in gone.touched
    assert gone.removed >= 2


def test_a_slow_one_keeps_nobody_waiting_and_gets_what_it_missed_at_once(repository: Repository) -> None:
    slow, quick = Told(), Told()
    slow.may.clear()
    repository.track(slow)
    repository.track(quick)
    for number in range(1, 6):
        repository.commit([report(f"r{number}")])
        assert comes(quick, number)
    assert repository.sequence == 5
    assert slow.sequence == 0
    slow.may.set()
    assert comes(slow, 5)
    assert len(slow.deltas) <= 2
    seen = frozenset[tuple[str, str, str]]().union(*(delta.documents for delta in slow.deltas))
    assert seen == {("add", "report", f"r{number}") for number in range(1, 6)}
    known = [delta.touched for delta in slow.deltas]
    assert all(touched is not None for touched in known)


def test_a_broken_one_loses_no_change_and_is_asked_again(repository: Repository) -> None:
    broken, sound = Told(), Told()
    broken.failing = True
    repository.track(broken)
    repository.track(sound)
    repository.commit([report("one")])
    repository.commit([report("two")])
    assert comes(sound, 2)
    assert broken.sequence == 0
    broken.failing = False
    assert comes(broken, 2)
    seen = frozenset[tuple[str, str, str]]().union(*(delta.documents for delta in broken.deltas))
    assert seen == {("add", "report", "one"), ("add", "report", "two")}


def test_one_that_a_crash_left_behind_is_told_what_it_missed_from_the_journal(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = create(folder, BASE, beside=lambda: Journal.create(folder / "journal").close())
    with Repository(store, Journal.open(folder / "journal", 0), (), Hold(folder, "test")) as made:
        for name in ("one", "two", "three"):
            made.commit([report(name)])
    behind, new, level = Told(1), Told(), Told(3)
    again = open_store(folder)
    with Repository(again, Journal.open(folder / "journal", 3), (), Hold(folder, "test")) as opened:
        for follower in (behind, new, level):
            opened.track(follower)
        assert comes(behind, 3)
        assert comes(new, 3)
        (missed,) = behind.deltas
        assert (missed.first, missed.sequence, missed.hash) == (2, 3, opened.last_hash)
        assert missed.documents == {("add", "report", "two"), ("add", "report", "three")}
        assert missed.touched is None
        opened.commit([report("four")])
        assert comes(level, 4)
        assert level.deltas[0].first == 4
    assert not level.asked - 1


def test_when_a_store_is_closed_followers_come_to_its_end() -> None:
    follower = Told()
    with in_memory(memory(BASE)) as made:
        made.track(follower)
        for number in range(20):
            made.commit([report(f"r{number}")])
    assert follower.sequence == 20


def test_what_the_system_refuses_is_logged_with_what_to_do(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(Told):
        def process(self, delta: Delta) -> None:
            """Fail as on a disk without room."""
            self.sequence = delta.sequence - 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    follower = Full()
    repository.track(follower)
    repository.commit([report("one")])
    until = time.monotonic() + 20
    while not caplog.messages and time.monotonic() < until:
        time.sleep(0.005)
    assert "no room on the disk for the list of a test" in caplog.text
    assert "make room" in caplog.text
