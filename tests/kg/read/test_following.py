"""The model follows the store: after any change it is what it would be if it were made anew."""

from __future__ import annotations

import random
import re
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.generate import as_bytes
from bench.reports import Reports
from bench.world import make_world
from kg.ingest import convert, read_text
from kg.journal import Action
from kg.model import Delta, Triple
from kg.pipeline import initialise, open_graph, redact, review
from kg.pipeline.change import Change
from kg.pipeline.followers import SERVING, newest_checkpoint
from kg.pipeline.read_model import compare, follow, model_at, read_model_of
from kg.pipeline.review import Verdict
from kg.pipeline.sources import known_to
from kg.query.lookups import Reader
from kg.query.lookups.listing import Selection
from kg.query.lookups.violations import violations
from kg.read import file
from kg.read.current import Current
from kg.read.packing import Block, Packer
from kg.read.pen import Pen
from kg.read.resources import RESOURCES
from tests.kg.read.conftest import in_small_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pyroaring import BitMap

    from kg.ingest.document import Document
    from kg.ingest.references import References
    from kg.pipeline import Repository
    from kg.read.model import ReadModel

BASE = "https://w3id.org/servanda/id/"
NUMBER = 24


def documents(written: Iterable[object]) -> list[Document]:
    return [read_text(as_bytes(one), f"{one['id']}.json") for one in written]  # type: ignore[index,arg-type]


class House:
    """A store with its model, and invented reports to put into it."""

    def __init__(self, folder: Path) -> None:
        """Make the store with the world of the reports."""
        world = make_world(3)
        self.folder = folder
        self.reports = Reports(3, world)
        self.repository: Repository = initialise(folder, BASE, reference=False)
        known = documents(world.documents)
        references = known_to(self.repository.store, BASE, known).including(*known)
        self.known = {number: documents([self.reports.report(number)])[0] for number in range(1, NUMBER + 1)}
        self.references = references.including(*self.known.values())
        self.repository.commit(
            Change.of(convert(one, BASE, references), "test", known=False) for one in known
        )
        self.repository.follow(at_once=True)
        model = follow(self.repository)
        assert model is not None
        self.model: ReadModel = model

    def commit(self, written: Iterable[Document], references: References, *, again: bool = False) -> None:
        """Put documents into the store, and let a checkpoint be made."""
        changes = [Change.of(convert(one, BASE, references), "test", known=again) for one in written]
        self.repository.commit(changes)
        self.repository.follow(at_once=True)

    def take_in(self, *numbers: int, again: bool = False) -> None:
        """Put reports into the store."""
        self.commit([self.known[number] for number in numbers], self.references, again=again)

    def take_back(self, number: int) -> None:
        """Take a report back, and whatever else refers to it stays as it is."""
        name = self.known[number].identifier
        graph = Change.of(convert(self.known[number], BASE, self.references), "test", known=True).graphs
        gone = dict.fromkeys(graph, frozenset[Triple]())
        change = Change(Action.RETRACT, "report", name, "test", gone, reason="test")
        self.repository.commit([change])
        self.repository.follow(at_once=True)

    def settled(self) -> ReadModel:
        """Return the model once it stands where the store does."""
        return settled(self.model, self.repository)


def settled(model: ReadModel, repository: Repository) -> ReadModel:
    """Return a model once it stands where the store does."""
    until = time.monotonic() + 60
    while model.sequence != repository.sequence and time.monotonic() < until:
        time.sleep(0.01)
    assert model.sequence == repository.sequence
    return model


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    in_small_pieces(monkeypatch)
    made = House(tmp_path / "store")
    yield made
    made.repository.close()
    made.model.close()


def blocks(folder: Path) -> Iterator[tuple[str, int, Block]]:
    """Yield all blocks of a model, each with its report and number."""
    with sqlite3.connect(current(folder)) as held:
        packer = Packer(file.dictionary(held))
        for name, number, data in held.execute("SELECT iri, b, data FROM block"):
            yield name, number, packer.open(f"{BASE}{name}" if name else "", data).block()
    held.close()


def told(folder: Path) -> tuple[object, ...]:
    """Return all that a model tells, whatever numbers it uses for it: rows, bitmaps, on what rows rest."""
    dims = {file.dimension(r.number, name): name for r in RESOURCES for name in file.PLAIN}
    found, iris, reports = {}, {}, {}
    marked: set[object] = set()
    with sqlite3.connect(current(folder)) as held:
        names = dict(held.execute("SELECT v, iri FROM name").fetchall())
    held.close()
    for report, number, block in blocks(folder):
        reports[number] = report
        for place, stretch in block.lists.items():
            for row, entry in enumerate(stretch.entries, stretch.first):
                assert (place, row) not in iris
                iris[place, row] = entry.iri
                found[place, entry.iri] = (report, entry.key, entry.spans, entry.body, block.rests)
        marked |= {(report, dim, value if dim in dims else names[value]) for dim, value in block.marks}
    bits: dict[object, set[object]] = {}
    seen: set[object] = set()
    with sqlite3.connect(current(folder)) as held:
        for dim, value, data in held.execute("SELECT dim, val, data FROM bits"):
            if dims.get(dim) != file.STRIDE:
                key = (dim, value if dim in dims else names[value])
                for row in file.told(data):
                    bits.setdefault(key, set()).add(iris[file.list_of(dim), row])
                    seen.add((found[file.list_of(dim), iris[file.list_of(dim), row]][0], *key))
        found_at = {(digest, reports[b]) for digest, b in held.execute("SELECT h, b FROM at")}
        bounds = {
            (side, moment, iris[side // 2, row])
            for side, moment, row in held.execute("SELECT side, moment, n FROM bound")
        }
        charged = {
            (iris[0, row], began, frozenset(names[int(charge)] for charge in charges.split()))
            for row, began, charges in held.execute("SELECT n, began, charges FROM charged")
        }
        answering = {
            (iris[2, row], until, key)
            for row, until, key in held.execute("SELECT n, until, key FROM answering")
        }
        assert_in_order(held, iris)
    held.close()
    assert seen == marked
    return found, bits, found_at, bounds, charged, answering


def assert_in_order(held: sqlite3.Connection, iris: Mapping[tuple[int, int], str]) -> None:
    """Every row is in one run, every run in the stride that its beginning tells."""
    placed: set[tuple[int, int]] = set()
    for place, size, form, name in held.execute("SELECT p, size, form, iri FROM place JOIN block USING(b)"):
        prefix = form.replace("<", name.removeprefix("report/"))
        number, first = place >> file.LIST_BITS, place % (1 << file.LIST_BITS)
        run = (number, prefix, place)
        assert held.execute("SELECT 1 FROM run WHERE (list, prefix, p)=(?, ?, ?)", run).fetchone()
        (stride,) = held.execute(
            "SELECT v FROM stride WHERE list=? AND prefix<=? ORDER BY prefix DESC LIMIT 1", (number, prefix)
        ).fetchone()
        rows = set(range(first, first + size))
        assert rows <= set(file.bits(held, file.dimension(number, file.STRIDE), stride))
        assert placed.isdisjoint((number, row) for row in rows)
        placed |= {(number, row) for row in rows}
    assert placed == iris.keys()
    strided = 0
    for resource in RESOURCES:
        strides = file.values(held, file.dimension(resource.number, file.STRIDE))
        strided += sum(len(rows) for several in strides.values() for rows in several)
    assert strided == len(iris)
    counted = held.execute("SELECT list, count(*) FROM run GROUP BY list ORDER BY list").fetchall()
    assert (
        counted
        == held.execute(
            "SELECT list, sum(runs) FROM stride GROUP BY list HAVING sum(runs) > 0 ORDER BY list"
        ).fetchall()
    )


def assert_as_if_anew(house: House, tmp_path: Path) -> None:
    house.settled()
    before = told(house.folder)
    anew = read_model_of(house.folder, BASE)
    kept = house.folder / "read"
    aside = tmp_path / "aside"
    kept.rename(aside)
    try:
        anew.make()
        expected = told(house.folder)
    finally:
        anew.close()
        for item in kept.iterdir():
            item.unlink()
        kept.rmdir()
        aside.rename(kept)
    for was, is_ in zip(before, expected, strict=True):
        assert was == is_


def test_a_random_history_leaves_what_making_anew_would(house: House, tmp_path: Path) -> None:
    choice = random.Random(11)  # noqa: S311 - no secret
    house.take_in(1)
    assert_as_if_anew(house, tmp_path)
    waiting, held = list(range(2, NUMBER + 1)), [1]
    gone: list[int] = []
    choice.shuffle(waiting)
    for _ in range(14):
        what = choice.choice(("add", "add", "add", "revise", "retract", "return"))
        if what == "add" and waiting:
            some = [waiting.pop() for _ in range(min(len(waiting), choice.randint(1, 4)))]
            house.take_in(*some)
            held += some
        elif what == "retract" and len(held) > 1:
            some = [held.pop(choice.randrange(len(held)))]
            house.take_back(some[0])
            gone += some
        elif what == "return" and gone:
            held.append(gone.pop())
            house.take_in(held[-1], again=True)
        assert_as_if_anew(house, tmp_path)


def test_what_reviewers_say_is_told_each_time_that_they_say_it_and_take_it_back(
    house: House, tmp_path: Path
) -> None:
    house.take_in(*range(1, 9))
    held, _ = violations(Reader.of(house.repository.store, BASE), Selection({}, 2))
    assert len(held) == 2
    standing: list[str] = []
    for step in range(8):
        if len(standing) > step % 3:
            review.withdraw(house.repository, standing.pop(), "M. Keller", "hasty")
        else:
            verdict = Verdict(held[step % 2].id, "disputed", "M. Keller", "by the days")
            standing.append(review.decide(house.repository, verdict).identifier)
        house.repository.follow(at_once=True)
        assert_as_if_anew(house, tmp_path)


def current(folder: Path) -> Path:
    return folder / "read" / (folder / "read" / "current").read_text()


def test_changes_are_followed_by_rewriting_what_they_touch_and_not_by_making_anew(house: House) -> None:
    house.take_in(1, 2)
    house.settled()
    before = current(house.folder)
    house.take_in(3)
    house.take_back(2)
    house.settled()
    assert current(house.folder) == before


@pytest.mark.slow
def test_rows_are_written_anew_that_name_what_changed_and_not_all_that_tell_of_its_report(
    house: House,
) -> None:
    house.take_in(*range(1, NUMBER + 1))
    house.settled()
    tellers = {(name, rest) for name, _, block in blocks(house.folder) for rest in block.rests}
    bodies: dict[str, bytes] = {}
    for name, _, block in blocks(house.folder):
        entries = (entry.body for stretch in block.lists.values() for entry in stretch.entries)
        bodies[name] = b"".join((bodies.get(name, b""), *entries))
    checked = set()
    for name, report in tellers:
        short = report.removeprefix(f"{BASE}report/")
        ids = {one.decode() for one in re.findall(rf'"{short}/(\w+)"'.encode(), bodies[name])}
        for key in ("c1", "c2", "c3", "c4", "c5"):
            told_anew = rewritten(house, f"{report}/claim/{key}/evidence/1")
            assert (f"{BASE}{name}" in told_anew) is (key in ids)
            checked.add(key in ids)
        assert f"{BASE}{name}" in rewritten(house, report)
    assert checked == {True, False}


def rewritten(house: House, iri: str) -> set[str]:
    """Return the reports whose rows are written anew if quads about something came."""
    about = frozenset({iri})
    delta = Delta(1, 1, "", frozenset(), frozenset(), about, 1, 0, about)
    with closing(file.opened(current(house.folder))) as held:
        reader = Reader.of(house.repository.store, BASE)
        return house.model._touched(reader, held, delta)  # noqa: SLF001 - what of a delta concerns it


def test_what_commands_write_is_followed_by_the_trail_that_they_leave(house: House, tmp_path: Path) -> None:
    house.take_in(1, 2)
    house.settled()
    before, trail = current(house.folder), house.folder / "read" / "trail"
    for numbers in ((3, 4), (5,)):
        house.repository.close()
        house.model.close()
        house.repository = open_graph(house.folder)
        house.take_in(*numbers)
        if numbers == (3, 4):
            house.take_back(2)
        house.repository.close()
        assert trail.exists()
        if numbers == (5,):
            trail.write_bytes(trail.read_bytes()[:-9])
        served(house)
        assert_as_if_anew(house, tmp_path)
        assert (current(house.folder) == before) is (numbers == (3, 4))
        assert not trail.exists()


def served(house: House) -> None:
    """Let the process keep the store as a server does."""
    house.repository = open_graph(house.folder, SERVING)
    model = follow(house.repository)
    assert model is not None
    house.model = model


@pytest.mark.slow
def test_who_reads_is_given_the_model_as_a_server_brings_it_there_and_makes_it_where_nobody_does(
    house: House,
) -> None:
    house.take_in(1, 2)
    house.settled()
    house.repository.close()
    house.model.close()
    with open_graph(house.folder) as house.repository:
        house.take_in(3)
        behind = current(house.folder)
        with model_at(house.folder, BASE, house.repository.sequence) as model:
            assert model.sequence == house.repository.sequence
        made = current(house.folder)
        assert made != behind
    served(house)
    comes = house.repository.sequence + 1
    coming = threading.Timer(0.5, house.take_in, (4,))
    coming.start()
    begun = time.monotonic()
    with model_at(house.folder, BASE, comes) as model, model.view(comes) as view:
        assert view is not None
        assert time.monotonic() - begun < 4
    coming.join()
    house.settled()
    assert current(house.folder) == made


def test_a_change_of_reference_data_makes_a_new_file(house: House) -> None:
    house.take_in(1)
    house.settled()
    before = current(house.folder)
    world = documents(make_world(4).documents)[:1]
    house.commit(world, house.references, again=True)
    house.settled()
    assert current(house.folder) != before
    until = time.monotonic() + 10
    while len(files := list((house.folder / "read").glob("model-*.sqlite"))) > 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert files == [current(house.folder)]


def test_a_model_that_is_gone_or_damaged_or_of_other_software_is_made_anew(house: House) -> None:
    house.take_in(1)
    house.settled()
    for spoil in ("remove", "damage", "another's"):
        if spoil == "remove":
            for item in (house.folder / "read").iterdir():
                item.unlink()
        elif spoil == "damage":
            current(house.folder).write_bytes(b"no database" * 1000)
        else:
            with sqlite3.connect(current(house.folder)) as held:
                held.execute("UPDATE meta SET v='x' WHERE k='software'")
            held.close()
        opened = read_model_of(house.folder, BASE)
        assert opened.sequence == 0
        with opened.view(1) as view:
            assert view is None
        assert opened.make()
        with opened.view(house.repository.sequence) as view:
            assert view is not None
        opened.close()


@pytest.mark.parametrize(
    "said",
    [b"mod\xefl-7-00000000.sqlite", b"model-7-0000\x0000.sqlite", b"../model", b"m" * 5_000, b"", b"/"],
)
def test_a_name_that_is_damaged_names_no_file(said: bytes, tmp_path: Path) -> None:
    (tmp_path / "current").write_bytes(said)
    asked: list[Path] = []

    def position(path: Path) -> tuple[int, str]:
        asked.append(path)
        return 7, "hash"

    held = Current(tmp_path, sqlite3.connect, lambda opened: opened.close(), position)
    assert (held.name, held.sequence, asked) == ("", 0, [])


def test_a_model_whose_writer_is_killed_is_an_older_whole_one(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take_in(1)
    original = Pen._merge  # noqa: SLF001 - where a bitmap is about to be written
    left = 0

    def killed(pen: Pen, key: tuple[int, int], come: BitMap, gone: BitMap) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KilledError
        original(pen, key, come, gone)

    for number, left in enumerate((0, 1, 20), 2):  # noqa: B007 - it is counted down
        sequence = house.settled().sequence
        before = told(house.folder)
        monkeypatch.setattr(Pen, "_merge", killed)
        house.take_in(number)
        time.sleep(0.5)
        assert house.model.sequence == sequence
        assert told(house.folder) == before
        monkeypatch.undo()
    assert_as_if_anew(house, tmp_path)


class KilledError(Exception):
    """What ends a step halfway."""


def bodies(folder: Path) -> list[bytes]:
    """Return all answers that a model holds."""
    return [
        entry.body
        for _, _, block in blocks(folder)
        for stretch in block.lists.values()
        for entry in stretch.entries
    ]


def test_words_that_were_redacted_are_in_none_of_its_files(tmp_path: Path) -> None:
    made = House(tmp_path / "store")
    made.take_in(1, 2)
    made.settled()
    words = str(made.reports.report(1)["claims"][0]["gist"]).encode()
    assert any(words in body for body in bodies(made.folder))
    made.repository.close()
    made.model.close()
    with open_graph(made.folder) as opened:
        redact(opened, "report", made.known[1].identifier, "a test")
        opened.follow(at_once=True)
        model = follow(opened)
        assert model is not None
        until = time.monotonic() + 30
        while model.sequence != opened.sequence and time.monotonic() < until:
            time.sleep(0.01)
        assert model.sequence == opened.sequence
        model.close()
    for path in (made.folder / "read").iterdir():
        assert words not in path.read_bytes()
        assert made.known[1].identifier.encode() not in path.read_bytes()
    assert not any(words in body for body in bodies(made.folder))


def test_verify_names_the_first_row_that_is_not_as_the_store_has_it(house: House) -> None:
    house.take_in(1, 2, 3)
    house.settled()
    newest = newest_checkpoint(house.folder)
    assert newest is not None
    with newest[1] as store:
        assert compare(house.folder, store, newest[0], 6) is None
        with sqlite3.connect(current(house.folder)) as held:
            packer = Packer(file.dictionary(held))
            name, number, block = min(blocks(house.folder), key=lambda one: one[0])
            stretch = block.lists[2]
            iri = stretch.entries[0].iri
            spoilt = (replace(stretch.entries[0], body=b"{}"), *stretch.entries[1:])
            lists = {**block.lists, 2: replace(stretch, entries=spoilt)}
            data = packer.pack(f"{BASE}{name}", replace(block, lists=lists))
            held.execute("UPDATE block SET data=? WHERE b=?", (data, number))
        held.close()
        found = compare(house.folder, store, newest[0], 6)
    assert found is not None
    assert "the list of claims" in found
    assert iri in found
