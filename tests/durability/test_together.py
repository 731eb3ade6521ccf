"""Processes that want the same store at the same time: one writes, the other waits or is told who does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from kg.pipeline import open_graph, read_graph
from tests.durability.checker import SETTINGS, check, graph_of, graphs
from tests.durability.harness import ROOT
from tests.durability.world import BASE, REPORTS, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.durability.harness import Children

HELD = re.compile(r"is held by servanda (ingest|read) \(process (\d+) on ")
_PATIENCE = 120


def command(*words: object, store: Path) -> subprocess.Popen[str]:
    """Start the command line on the store."""
    return subprocess.Popen(
        [sys.executable, "-m", "kg", *map(str, words), "--store", str(store)],
        cwd=ROOT,
        env=os.environ | {"SERVANDA_RESERVE": "0", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "store")


def test_a_second_process_is_told_who_holds_the_store(store: Path, tmp_path: Path) -> None:
    (path,) = write(tmp_path, [("first", 1)])
    with open_graph(store, "ingest", settings=SETTINGS):
        refused = command("ingest", path, store=store)
        _, said = refused.communicate(timeout=_PATIENCE)
        held = HELD.search(said)
        assert refused.returncode == 1
        assert held is not None, said
        assert held[2] == str(os.getpid())
        asked = command("ask", "01", store=store)
        assert asked.communicate(timeout=_PATIENCE)
        assert asked.returncode == 0
    let_in = command("ingest", path, store=store)
    assert "added" in let_in.communicate(timeout=_PATIENCE)[0]
    assert let_in.returncode == 0


class Reader(threading.Thread):
    """Reads the store again and again, and keeps what it saw of each report."""

    def __init__(self, store: Path) -> None:
        """Be ready to read."""
        super().__init__()
        self._store = store
        self.ended = threading.Event()
        self.seen: dict[bytes, set[frozenset[bytes]]] = {}
        self.sequences: list[int] = []
        self.failed: list[str] = []

    def run(self) -> None:
        """Read until told to end; every other time by the command line."""
        while not self.ended.is_set():
            try:
                self._read()
            except Exception as error:  # noqa: BLE001 - whatever it is, a reader is not to see it
                self.failed.append(repr(error))
                return
            asked = command("ask", "01", store=self._store)
            _, said = asked.communicate(timeout=_PATIENCE)
            if asked.returncode:
                self.failed.append(said)

    def _read(self) -> None:
        with read_graph(self._store) as reading:
            self.sequences.append(reading.sequence)
            found: dict[bytes, set[bytes]] = {}
            for line in reading.store.nquads().splitlines():
                found.setdefault(graph_of(line), set()).add(line)
        for name, lines in found.items():
            if b"/graph/report/" in name:
                self.seen.setdefault(name, set()).add(frozenset(lines))


def test_two_processes_take_documents_in_while_others_read(store: Path, tmp_path: Path) -> None:
    ones = write(tmp_path / "one", [(name, 1) for name in REPORTS[:3]])
    others = write(tmp_path / "other", [(f"apart-{number}", 1) for number in range(3)])
    reader = Reader(store)
    reader.start()
    waiting: dict[str, list[Path]] = {"one": ones, "other": others}
    try:
        while waiting:
            started = {name: command("ingest", *paths, store=store) for name, paths in waiting.items()}
            pids = {str(process.pid) for process in started.values()} | {str(os.getpid())}
            for name, process in started.items():
                _, said = process.communicate(timeout=_PATIENCE)
                if process.returncode == 0:
                    del waiting[name]
                    continue
                held = HELD.search(said)
                assert held is not None, said
                assert held[1] == "read" or held[2] in pids - {str(process.pid)}
    finally:
        reader.ended.set()
        reader.join()
    assert not reader.failed
    assert reader.sequences == sorted(reader.sequences)
    nothing_is_lost(store, reader, {path.stem for path in ones + others})


def nothing_is_lost(store: Path, reader: Reader, names: set[str]) -> None:
    """Check that the reports are all there, and that a reader never saw a part of one."""
    found = check(store, {})
    assert not found.problems, found.problems
    with open_graph(store, settings=SETTINGS) as opened:
        assert opened.journal is not None
        expected = graphs(opened.journal)
        entries = [entry.sequence for entry in opened.journal.entries()]
    assert entries == [*range(1, len(entries) + 1)]
    assert {name for name in expected if b"/graph/report/" in name} == {
        f"<{BASE}graph/report/{name}>".encode() for name in names
    }
    for name, states in reader.seen.items():
        assert states == {frozenset(expected[name])}, f"a reader saw something else of {name.decode()}"


def test_an_ingest_of_thirty_reports_goes_on_where_it_was_killed(
    children: Children, store: Path, tmp_path: Path
) -> None:
    documents = [(f"late-{number:02}", 1) for number in range(30)]
    plan = [{"do": "batch", "documents": documents, "name": "", "revision": None, "events": ["", ""]}]
    job: dict[str, Any] = {"documents": str(tmp_path / "documents"), "plan": plan}
    whole = children.run(store=str(shutil.copytree(store, tmp_path / "whole")), **job)
    assert whole.done[0]["outcomes"] == ["added"] * 30
    second = [number for number, label in enumerate(whole.steps[0]) if label == "append"][1]
    killed = children.run(store=str(store), kill={"op": 0, "step": second, "when": "before"}, **job)
    assert 0 not in killed.done
    assert 0 < len(killed.acknowledged) < 30
    assert not check(store, killed.acknowledged).problems
    again = children.run(store=str(store), **job)
    outcomes = again.done[0]["outcomes"]
    assert outcomes.count("unchanged") == len(killed.acknowledged)
    assert outcomes.count("added") == 30 - len(killed.acknowledged)
    assert not check(store, killed.acknowledged | again.acknowledged).problems
