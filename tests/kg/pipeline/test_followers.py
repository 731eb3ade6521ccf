"""Checkpoints: whole, at once in their place, and there as long as somebody reads them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rdflib.term import Literal, URIRef

from kg.errors import StorageFullError
from kg.pipeline.followers import Checkpoints, checkpoints, newest_checkpoint
from kg.store import ChangeSet, create

if TYPE_CHECKING:
    from pathlib import Path

    from kg.store import OxigraphStore

GRAPH, PREDICATE = URIRef("urn:g"), URIRef("urn:p")


def grow(store: OxigraphStore, number: int) -> None:
    quads = ((URIRef(f"urn:{number}/{n}"), PREDICATE, Literal("word " * 40), GRAPH) for n in range(400))
    store.apply(ChangeSet(insert=frozenset(quads)))


def test_two_are_kept_and_older_ones_go(tmp_path: Path) -> None:
    with create(tmp_path / "store", "urn:base/") as store:
        follower = Checkpoints(tmp_path / "store")
        for number in range(1, 6):
            grow(store, number)
            follower.follow(store, number)
        assert [number for number, _ in checkpoints(tmp_path / "store")] == [4, 5]
        assert not list((tmp_path / "store" / "checkpoints").glob("*.part"))


def test_one_that_a_process_reads_stays_until_it_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    script = (
        "import sys; from pathlib import Path; from kg.pipeline.followers import newest_checkpoint\n"
        "number, store = newest_checkpoint(Path(sys.argv[1]))\n"
        "print(number, flush=True); sys.stdin.readline()\n"
        "print(len(store.quads()), flush=True); store.close(); sys.stdin.readline()"
    )
    with create(folder, "urn:base/") as store:
        follower = Checkpoints(folder)
        grow(store, 1)
        follower.follow(store, 1)
        command = [sys.executable, "-c", script, str(folder)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
            assert reader.stdin is not None
            assert reader.stdout is not None
            assert reader.stdout.readline() == "1\n"
            for number in range(2, 6):
                grow(store, number)
                follower.follow(store, number)
            assert [number for number, _ in checkpoints(folder)] == [1, 4, 5]
            reader.stdin.write("go on\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == "400\n"
            grow(store, 6)
            follower.follow(store, 6)
            assert [number for number, _ in checkpoints(folder)] == [5, 6]
            reader.stdin.write("end\n")


def test_where_there_is_no_room_for_one_that_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "store"

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with create(folder, "urn:base/") as store:
        monkeypatch.setattr("pathlib.Path.mkdir", full)
        with pytest.raises(StorageFullError):
            Checkpoints(folder).follow(store, 1)
        monkeypatch.undo()
        assert newest_checkpoint(folder) is None
