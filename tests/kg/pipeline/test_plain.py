"""A plain store: made where there is none, refused where there is something else, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from kg.errors import StoreDamagedError, StoreExistsError, StoreLockedError, StoreMismatchError
from kg.pipeline import initialise, open_graph
from kg.pipeline.followers import checkpoints
from kg.pipeline.owner import owner_of
from kg.pipeline.plain import PlainWriter, open_plain, plainly_pooled
from kg.pipeline.updates import TRIALS
from kg.query.pool import Query
from kg.settings import Settings
from kg.store import adopt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.pipeline.plain import PlainStore
    from kg.query.pool import Pool

BASE = "https://example.org/id/"
HERE = "http://127.0.0.1/sparql/update"
SETTINGS = Settings.from_environment({"SERVANDA_QUERY_TIMEOUT": "5", "SERVANDA_QUERY_WORKERS": "1"})


@contextmanager
def opened(folder: Path) -> Iterator[PlainStore]:
    store = open_plain(folder, BASE, "tests")
    try:
        yield store
    finally:
        store.close()


@contextmanager
def writing(folder: Path) -> Iterator[tuple[PlainWriter, PlainStore, Pool]]:
    with opened(folder) as store, plainly_pooled(store, SETTINGS) as pool:
        writer = PlainWriter(store, pool)
        try:
            yield writer, store, pool
        finally:
            writer.close()


def lines(store: PlainStore) -> list[str]:
    return store.store.nquads().decode().splitlines()


def seen(pool: Pool) -> str:
    """Return how many triples queries see in the default graph."""
    query = Query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv", union=False)
    return pool.answer(query).body.decode().split()[1]


def test_one_is_made_where_there_is_nothing_and_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    with opened(folder) as store:
        assert lines(store) == []
        store.store.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        owner = owner_of(folder)
        assert owner is not None
        assert owner.activity == "tests"
    assert owner_of(folder) is None
    with opened(folder) as store:
        assert lines(store) == ['<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .']


def test_a_copy_of_its_folder_is_the_same_store_and_takes_writes_of_its_own(tmp_path: Path) -> None:
    first, second = tmp_path / "plain", tmp_path / "copy"
    with opened(first) as store:
        store.store.update(
            'INSERT DATA { <urn:a> <urn:b> "07", "x"@ar . GRAPH <urn:g> { <urn:a> <urn:b> [] } }'
        )
        before = sorted(lines(store))
    shutil.copytree(first, second)
    with writing(second) as (writer, store, pool):
        assert sorted(lines(store)) == before
        writer.update("INSERT DATA { <urn:c> <urn:d> 1 }", HERE)
        assert seen(pool) == "3"
        assert len(lines(store)) == len(before) + 1
    with opened(first) as store:
        assert sorted(lines(store)) == before


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreExistsError, match="not an empty folder"):
        open_plain(tmp_path, BASE, "tests")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_each_policy_refuses_a_store_of_the_other_and_lets_go_of_it(tmp_path: Path) -> None:
    initialise(tmp_path / "validated", BASE, reference=False).close()
    with pytest.raises(StoreMismatchError, match="'validated', not 'unvalidated'"):
        open_plain(tmp_path / "validated", BASE, "tests")
    open_graph(tmp_path / "validated").close()
    with opened(tmp_path / "plain"):
        pass
    with pytest.raises(
        StoreMismatchError, match=r"'unvalidated', not 'validated': .* is copied to back it up"
    ):
        open_graph(tmp_path / "plain")
    with opened(tmp_path / "plain"):
        pass


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.pipeline.plain import open_plain\n"
        "store = open_plain(Path(sys.argv[1]), 'https://example.org/id/', 'serve', 'http://127.0.0.1:1')\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(tmp_path / "plain")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(
            StoreLockedError, match=r"held by servanda serve \(process \d+ on .*127\.0\.0\.1:1"
        ):
            open_plain(tmp_path / "plain", BASE, "tests")
        process.kill()
    with opened(tmp_path / "plain"):
        pass


def test_the_number_of_the_change_grows_over_restarts(tmp_path: Path) -> None:
    numbers = []
    for _ in range(3):
        with opened(tmp_path / "plain") as store:
            numbers.append(store.sequence)
            store.moved()
            numbers.append(store.sequence)
            assert checkpoints(tmp_path / "plain")[-1][0] == store.sequence
    assert numbers == sorted(set(numbers))


def test_each_kind_of_write_is_seen_once_it_is_made(tmp_path: Path) -> None:
    with writing(tmp_path / "plain") as (writer, store, pool):
        first = writer.update("INSERT DATA { <urn:a> <urn:b> 1, 2 }", HERE)
        assert seen(pool) == "2"
        second = writer.update(
            "INSERT { ?s <urn:c> ?o } WHERE { ?s <urn:b> ?o } ; CLEAR SILENT GRAPH <urn:x>", HERE
        )
        assert (seen(pool), second) == ("4", first + 1)
        third, new = writer.put("urn:g", [(b"<urn:a> <urn:b> <x>, [] .", "text/turtle")], "urn:g/")
        assert (third, new) == (second + 1, True)
        assert writer.add("urn:g", [(b"<urn:a> <urn:b> [] .", "text/turtle")], "urn:g") == (third + 1, False)
        assert len(lines(store)) == 4 + 3
        assert writer.holds("urn:g")
        assert writer.remove("urn:g") == third + 2
        assert writer.remove("urn:g") is None
        assert writer.put(None, [(b"<urn:d> <urn:e> 3 .", "text/turtle")], "urn:base") == (third + 3, False)
        assert (seen(pool), len(lines(store))) == ("1", 1)
        assert pool.sequence == store.sequence == third + 3


def test_relative_iris_are_so_to_where_the_update_was_sent(tmp_path: Path) -> None:
    with writing(tmp_path / "plain") as (writer, store, _):
        writer.update("INSERT DATA { <x> <urn:b> <#y> }", HERE)
        writer.update("INSERT { ?s <urn:c> <z> } WHERE { ?s <urn:b> ?o }", HERE)
        assert lines(store) == [
            "<http://127.0.0.1/sparql/x> <urn:b> <http://127.0.0.1/sparql/update#y> .",
            "<http://127.0.0.1/sparql/x> <urn:c> <http://127.0.0.1/sparql/z> .",
        ]


def test_what_was_tried_is_what_comes_in_and_is_not_made_again(tmp_path: Path) -> None:
    """An update that could do something else the second time has done it once."""
    with writing(tmp_path / "plain") as (writer, store, pool):
        writer.update("INSERT DATA { <urn:a> <urn:b> [ <urn:c> 1 ] }", HERE)
        before = store.store
        for number in range(3):
            writer.update(f"INSERT {{ <urn:x{number}> <urn:id> ?id }} WHERE {{ BIND(UUID() AS ?id) }}", HERE)
        assert store.store is before
        told = pool.answer(Query("SELECT ?id { ?s <urn:id> ?id }", "text/csv", union=False)).body.decode()
        assert sorted(told.split()[1:]) == sorted(
            line.split()[2].strip("<>") for line in lines(store) if "<urn:id>" in line
        )
        assert len(lines(store)) == 5
        assert not list((tmp_path / "plain" / TRIALS).iterdir())


def test_files_that_are_no_store_do_not_take_the_place_of_one(tmp_path: Path) -> None:
    with opened(tmp_path / "plain") as store:
        store.store.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        place = tmp_path / "place"
        place.mkdir()
        (place / "CURRENT").write_bytes(b"nothing\n")
        with pytest.raises(StoreDamagedError):
            adopt(tmp_path / "plain", store.store, place)
        assert len(lines(store)) == 1


def test_a_process_that_is_killed_between_writes_leaves_all_that_was_acknowledged(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from kg.settings import Settings\n"
        "from kg.pipeline.plain import PlainWriter, open_plain, plainly_pooled\n"
        "store = open_plain(Path(sys.argv[1]), 'https://example.org/id/', 'serve')\n"
        "with plainly_pooled(store, Settings.from_environment({'SERVANDA_QUERY_WORKERS': '1'})) as pool:\n"
        "    writer = PlainWriter(store, pool)\n"
        "    for number in range(10_000):\n"
        "        if number % 2: text = f'INSERT DATA {{ <urn:n{number}> <urn:p> {number} }}'\n"
        "        else: text = f'INSERT {{ <urn:n{number}> <urn:p> ?n }} WHERE {{ BIND({number} AS ?n) }}'\n"
        "        print(number, writer.update(text, None), flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    folder = tmp_path / "plain"
    acknowledged = -1
    for wanted in (4, 9):
        told: list[str] = []
        with subprocess.Popen(
            [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, env=environment, text=True
        ) as process:
            assert process.stdout is not None
            killer = threading.Timer(60, process.kill)
            killer.start()
            for line in process.stdout:
                told.append(line)
                if len(told) == wanted:
                    process.kill()
            killer.cancel()
        acknowledged = max(acknowledged, *(int(line.split()[0]) for line in told if line.endswith("\n")))
        with opened(folder) as store:
            held = {line.split()[0] for line in lines(store)}
            assert {f"<urn:n{number}>" for number in range(acknowledged + 1)} <= held
            assert len(held) <= acknowledged + 2
            assert store.sequence > max(int(line.split()[1]) for line in told)
            assert not (folder / TRIALS).exists()
