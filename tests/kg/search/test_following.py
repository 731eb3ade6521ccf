"""The index follows the store: after any change it is what it would be if it were made anew."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest

from bench.generate import as_bytes
from bench.reports import Reports
from bench.world import make_world
from kg.errors import IndexMissingError
from kg.ingest import convert, read_text
from kg.journal import Action
from kg.model import Triple
from kg.pipeline import initialise, open_graph, redact
from kg.pipeline.change import Change
from kg.pipeline.read_model import follow
from kg.pipeline.search_index import follow_words
from kg.pipeline.sources import known_to
from kg.query.lookups import Reader
from kg.search.answers import Request, Sources, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kg.ingest.document import Document
    from kg.pipeline import Repository
    from kg.read.model import ReadModel
    from kg.search.answers import Answer
    from kg.search.index import SearchIndex

BASE = "https://w3id.org/servanda/id/"
NUMBER = 8
MARKED = "Kwyjiboland"


def documents(written: Iterable[Any]) -> list[Document]:
    return [read_text(as_bytes(one), f"{one['id']}.json") for one in written]


class House:
    """A store with what follows it, and invented reports to put into it."""

    def __init__(self, folder: Path) -> None:
        """Make the store with the world of the reports."""
        self.closed = False
        world = make_world(3)
        self.folder = folder
        self.repository: Repository = initialise(folder, BASE, reference=False)
        known = documents(world.documents)
        references = known_to(self.repository.store, BASE, known).including(*known)
        made = Reports(3, world)
        self.written: dict[int, dict[str, Any]] = {
            number: dict(made.report(number)) for number in range(1, NUMBER + 1)
        }
        self.known = {number: documents([one])[0] for number, one in self.written.items()}
        self.references = references.including(*self.known.values())
        self.repository.commit(
            Change.of(convert(one, BASE, references), "test", known=False) for one in known
        )
        self.repository.follow(at_once=True)
        model = follow(self.repository)
        index = follow_words(self.repository, model)
        assert model is not None
        assert index is not None
        self.model: ReadModel = model
        self.index: SearchIndex = index

    def take_in(self, *numbers: int, again: bool = False) -> None:
        """Put reports into the store."""
        changes = [
            Change.of(convert(self.known[number], BASE, self.references), "test", known=again)
            for number in numbers
        ]
        self.repository.commit(changes)
        self.settled()

    def revise(self, number: int, **changed: object) -> None:
        """Put another version of a report into the store."""
        self.written[number] = {**self.written[number], **changed}
        self.known[number] = documents([self.written[number]])[0]
        self.take_in(number, again=True)

    def take_back(self, number: int) -> None:
        """Take a report back."""
        known = self.known[number]
        graph = Change.of(convert(known, BASE, self.references), "test", known=True).graphs
        gone = dict.fromkeys(graph, frozenset[Triple]())
        self.repository.commit(
            [Change(Action.RETRACT, "report", known.identifier, "test", gone, reason="test")]
        )
        self.settled()

    def settled(self) -> None:
        """Wait until both stand where the store does."""
        self.repository.follow(at_once=True)
        until = time.monotonic() + 60
        while self.index.sequence != self.repository.sequence and time.monotonic() < until:
            time.sleep(0.01)
        assert self.index.sequence == self.repository.sequence

    def found(self, text: str, **filters: str) -> Answer:
        """Return what is found."""
        held = Sources(self.index, self.model, Reader.of(self.repository.store, BASE))
        return search(held, Request(text, filters, limit=200), self.repository.sequence)

    def close(self) -> None:
        """Let go of all."""
        self.closed = True
        self.repository.close()
        self.index.close()
        self.model.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "store")
    yield made
    if not made.closed:
        made.close()


def told(folder: Path) -> tuple[object, object]:
    """Return all that an index holds: its entries, and which of them have each word of the text index."""
    name = (folder / "search" / "current").read_text()
    with sqlite3.connect(folder / "search" / name) as held:
        entries = held.execute("SELECT n, iri, report, low, high, marks, parts FROM entry").fetchall()
        held.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, instance)")
        words = held.execute("SELECT term, doc, col, offset FROM temp.vocabulary").fetchall()
    held.close()
    return sorted(entries), sorted(words)


@pytest.mark.slow
def test_after_any_change_it_is_as_if_it_were_made_anew(house: House) -> None:
    house.take_in(1, 2, 3)
    house.take_in(4, 5)
    house.revise(2, title="An altogether different title")
    house.take_back(3)
    house.take_in(6, 7, 8)
    house.take_back(5)
    followed = told(house.folder)
    first = house.index.file
    assert house.index.make() is not None
    assert house.index.file != first, "it was not made anew"
    assert followed == told(house.folder)
    assert house.found("altogether different").total == 1


@pytest.mark.slow
def test_a_text_is_found_while_it_may_be_shown_and_words_that_are_quoted_always(house: House) -> None:
    text = f"{house.written[1]['text']} {MARKED}."
    house.written[1] |= {"text": text, "text_access": "public"}
    house.known[1] = documents([house.written[1]])[0]
    house.take_in(1)
    (hit,) = house.found(MARKED.lower()).items
    assert hit.kind == "text"
    assert hit.matches[0].text[slice(*_of(hit.matches[0].highlights[0]))] == MARKED
    house.revise(1, text_access="quotes-only")
    assert house.found(MARKED).total == 0
    assert {one.kind for one in house.found("", report=house.known[1].identifier).items} <= {
        "claim",
        "report",
    }


@pytest.mark.slow
def test_words_that_were_redacted_are_in_none_of_its_files(house: House) -> None:
    title = f"News from {MARKED}"
    house.written[1] |= {"title": title}
    house.known[1] = documents([house.written[1]])[0]
    house.take_in(1, 2)
    assert house.found(MARKED).total == 1
    before = b"".join(path.read_bytes() for path in (house.folder / "search").iterdir())
    assert MARKED.encode() in before
    assert MARKED[3:].lower().encode() in before, "the words of the index share what they begin with"
    house.close()
    with open_graph(house.folder) as opened:
        redact(opened, "report", house.known[1].identifier, "a test")
        opened.follow(at_once=True)
        model = follow(opened)
        index = follow_words(opened, model)
        assert index is not None
        assert model is not None
        until = time.monotonic() + 60
        while index.sequence != opened.sequence and time.monotonic() < until:
            time.sleep(0.01)
        assert index.sequence == opened.sequence
        index.close()
        model.close()
    for path in (house.folder / "search").iterdir():
        held = path.read_bytes().lower()
        assert MARKED[3:].lower().encode() not in held
        assert house.known[1].identifier.encode() not in held


def _of(place: Any) -> tuple[int, int]:
    return place.start, place.end


@pytest.mark.slow
def test_an_index_that_cannot_be_read_is_made_anew_beside_everything_else(house: House) -> None:
    house.take_in(1, 2)
    (house.folder / "search" / house.index.file).write_bytes(b"no database" * 1000)
    house.index.close()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            assert house.found("", report=house.known[1].identifier).total
            break
        except IndexMissingError:
            house.index.distrust()
            time.sleep(0.2)
    assert house.found("", report=house.known[1].identifier).total
