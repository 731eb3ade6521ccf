"""What goes wrong between journal and store, and what an ended process leaves, is made good."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg.errors import StorageFullError, StoreError
from kg.pipeline import ingest, initialise, open_graph, redact
from kg.pipeline.updates import TRIALS
from kg.pipeline.upkeep.rebuild import rebuild
from kg.pipeline.upkeep.verify import verify
from kg.settings import Settings
from kg.validate.apart import Apart
from kg.validate.gate import gate
from tests.durability.world import BASE, REFERENCE, write

if TYPE_CHECKING:
    from pathlib import Path

    from kg.pipeline import Repository

SETTINGS = Settings(base=BASE, agent="ann", reserve=0)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("unforeseen")
    with initialise(place / "store", BASE, reference=False, settings=SETTINGS) as made:
        ingest(made, write(place / "documents", [(name, 1) for name in REFERENCE]))
    return place / "store"


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "store")


def fail_once(opened: Repository, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store fail at the next change that it is to take."""
    alter = opened.store.alter

    def failing(*_: object) -> None:
        monkeypatch.setattr(opened.store, "alter", alter)
        raise error

    monkeypatch.setattr(opened.store, "alter", failing)


def held(opened: Repository, name: str) -> int:
    return len(opened.store.graph(URIRef(f"{BASE}graph/report/{name}")))


@pytest.mark.parametrize(
    "error", [RuntimeError("nobody knows why"), StorageFullError("no room on the disk"), MemoryError()]
)
def test_what_the_journal_has_and_the_store_could_not_take_is_there_before_the_next_change(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    first, other = write(tmp_path / "documents", [("first", 1), ("other", 1)])
    with open_graph(folder, settings=SETTINGS) as opened:
        before = opened.sequence
        fail_once(opened, error, monkeypatch)
        with pytest.raises(type(error)) as caught:
            ingest(opened, [first])
        assert "in the journal; they are completed before the next one" in caught.value.__notes__[0]
        assert "completed" not in str(opened.failed)
        assert held(opened, "first") == 0
        (done,) = ingest(opened, [other])
        assert (done.status, done.sequence) == ("added", before + 2)
        assert not opened.failed
        assert held(opened, "first") == held(opened, "other") > 0
        assert [outcome.status for outcome in ingest(opened, [first])] == ["unchanged"]
    assert verify(folder).sound


def test_as_long_as_the_store_cannot_take_it_nothing_more_is_journalled(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = write(tmp_path / "documents", [("first", 1), ("other", 1)])
    with open_graph(folder, settings=SETTINGS) as opened:
        fail_once(opened, StoreError("it is broken"), monkeypatch)
        with pytest.raises(StoreError, match="it is broken"):
            ingest(opened, [first])
        journal = opened.journal
        assert journal is not None
        head = journal.head
        fail_once(opened, StoreError("it is broken still"), monkeypatch)
        with pytest.raises(StoreError, match="nothing more is taken in: it is broken"):
            ingest(opened, [other])
        assert journal.head == head
    with open_graph(folder, settings=SETTINGS) as opened:
        assert held(opened, "first") > 0
        assert held(opened, "other") == 0


def test_a_change_that_does_not_follow_is_not_taken(folder: Path, tmp_path: Path) -> None:
    with open_graph(folder, settings=SETTINGS) as opened:
        ingest(opened, write(tmp_path / "documents", [("first", 1)]))
        journal = opened.journal
        assert journal is not None
        last = list(journal.records())[-1:]
        with pytest.raises(StoreError, match=r"change (\d+) does not follow change \1"):
            opened.take(last)


def test_a_rebuild_does_not_keep_torn_bytes_of_what_was_redacted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_graph(folder, settings=SETTINGS) as opened:
        ingest(opened, write(tmp_path / "documents", [("first", 1)]))
        torn = folder / "journal" / "torn-0000000009-1.bin"
        torn.write_bytes(b"words that never came to the journal")
        monkeypatch.setattr("kg.pipeline.withdraw.purge", lambda _: None)  # it ends before that
        redact(opened, "report", "first", "a person is at risk")
    monkeypatch.undo()
    rebuild(folder)
    assert not torn.exists()


def test_copies_on_which_updates_were_tried_do_not_outlast_an_opening(folder: Path) -> None:
    left = folder / TRIALS / "abc" / "copy"
    left.mkdir(parents=True)
    (left / "000001.log").write_bytes(b"words")
    open_graph(folder, settings=SETTINGS).close()
    assert not (folder / TRIALS).exists()


def test_documents_are_written_after_those_that_they_refer_to(folder: Path, tmp_path: Path) -> None:
    """So that what is in refers to nothing that is not, wherever in the writing a process is ended."""
    paths = write(tmp_path / "documents", [("denial", 1), ("first", 1)])
    with open_graph(folder, settings=SETTINGS) as opened:
        denial, first = ingest(opened, paths)
        assert (denial.identifier, first.identifier) == ("denial", "first")
        assert (first.sequence or 0) < (denial.sequence or 0)


def test_a_validator_that_is_killed_costs_one_document_of_its_batch_and_no_other(
    folder: Path, tmp_path: Path
) -> None:
    documents = []
    for name in ("one", "two", "three"):
        document = tmp_path / f"{name}.yaml"
        document.write_text(
            f"kind: actors\nid: {name}\nactors:\n  - {{id: {name}-a, type: state, label: A}}\n"
        )
        documents.append(document)
    engine = gate().engine
    assert isinstance(engine, Apart)
    engine.failing(b"")
    assert engine._child is not None  # noqa: SLF001 - whom to kill
    os.kill(engine._child._process.pid, signal.SIGKILL)  # noqa: SLF001
    with open_graph(folder, settings=SETTINGS) as opened:
        outcomes = ingest(opened, documents)
        (refused,) = [outcome for outcome in outcomes if outcome.status == "refused"]
        assert [problem.rule for problem in refused.problems] == ["shape/undecided"]
        assert "SIGKILL" in refused.problems[0].message
        assert refused.problems[0].file == str(refused.path)
        assert sorted(outcome.status for outcome in outcomes) == ["added", "added", "refused"]
        assert sorted(outcome.status for outcome in ingest(opened, documents)) == [
            "added",
            *["unchanged"] * 2,
        ]
