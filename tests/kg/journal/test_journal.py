"""A journal gives back what it was given, in order, and every entry names the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kg.errors import JournalError, StoreExistsError
from kg.journal import GENESIS, Action, Draft, Journal, JournalReader, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Drafting = Callable[..., Draft]


def test_what_was_appended_is_read_back(tmp_path: Path, draft: Drafting) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        first = journal.append([draft(1)])
        others = journal.append(
            [draft(2, payload=None, reason="line\nbreak \u2028 🕊"), draft(3, payload=b"")]
        )
        assert [entry.sequence for entry in (*first, *others)] == [1, 2, 3]
        assert journal.head == (3, others[-1].hash)
    reader = JournalReader(tmp_path / "journal")
    assert tuple(reader.entries()) == (*first, *others)
    assert [payload for _, payload in reader.records()] == [draft(1).payload, None, b""]
    assert reader.record(2) == (others[0], None)
    assert reader.head == (3, others[-1].hash)
    assert others[0].reason == "line\nbreak \u2028 🕊"
    assert first[0].agent == "Kō, archivist"
    assert first[0].document == "report r1"


def test_an_entry_is_one_line_of_json_whose_fields_are_hashed_as_they_stand(
    tmp_path: Path, draft: Drafting
) -> None:
    moment = datetime(2026, 11, 22, 17, 30, 0, 123456, tzinfo=UTC)
    with Journal.create(tmp_path / "journal", clock=lambda: moment) as journal:
        (entry,) = journal.append([draft(1, content_hash=None, payload=None, graphs=())])
    canonical = (
        '{"action":"add","agent":"Kō, archivist","content_hash":null,"graphs":[],"identifier":"r1",'
        '"kind":"report","payload_bytes":0,"payload_sha256":null,"previous":"' + "0" * 64 + '","reason":null,'
        '"redacts":[],"revision":1,"sequence":1,"time":"2026-11-22T17:30:00.123456Z"}'
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = (tmp_path / "journal" / "0000000001.jsonl").read_text(encoding="utf-8")
    assert text == f'{{"entry":{canonical},"hash":"{digest}","payload":null}}\n'
    assert entry.hash == digest
    assert json.loads(text)["entry"]["sequence"] == 1


def test_every_entry_names_the_hash_of_the_one_before(tmp_path: Path, draft: Drafting) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        entries = [*journal.append([draft(1), draft(2)]), *journal.append([draft(3)])]
    assert [entry.previous for entry in entries] == [GENESIS, entries[0].hash, entries[1].hash]


def test_a_new_segment_is_begun_when_the_last_is_large_enough(tmp_path: Path, draft: Drafting) -> None:
    folder = tmp_path / "journal"
    with Journal.create(folder, segment_bytes=1) as journal:
        entries = [
            *journal.append([draft(1), draft(2)]),
            *journal.append([draft(3)]),
            *journal.append([draft(4)]),
        ]
        assert [path.name for path in journal.files] == [
            "0000000001.jsonl",
            "0000000003.jsonl",
            "0000000004.jsonl",
        ]
        for after in range(6):
            for until in range(6):
                assert list(journal.entries(after, until)) == entries[after:until]
            assert list(journal.entries(after)) == entries[after:]
    assert verify(folder).entries == 4


def test_a_journal_goes_on_where_it_was_left(tmp_path: Path, draft: Drafting) -> None:
    folder = tmp_path / "journal"
    with Journal.create(folder) as journal:
        first = journal.append([draft(1)])
    with Journal.open(folder, 1) as journal:
        assert journal.head == (1, first[0].hash)
        second = journal.append([draft(2)])
    assert tuple(JournalReader(folder).entries()) == (*first, *second)
    assert sorted(path.name for path in folder.iterdir()) == ["0000000001.jsonl", "head.json"]


def test_time_never_goes_backwards(tmp_path: Path, draft: Drafting) -> None:
    start = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    ticks = iter([start, start - timedelta(hours=1), start - timedelta(days=9), start + timedelta(seconds=1)])
    folder = tmp_path / "journal"
    with Journal.create(folder, clock=lambda: next(ticks)) as journal:
        journal.append([draft(1)])
        journal.append([draft(2)])
    with Journal.open(folder, 2, clock=lambda: next(ticks)) as journal:
        journal.append([draft(3)])
        journal.append([draft(4)])
        assert [entry.time for entry in journal.entries()] == [
            "2026-11-22T17:30:00.000000Z",
            "2026-11-22T17:30:00.000000Z",
            "2026-11-22T17:30:00.000000Z",
            "2026-11-22T17:30:01.000000Z",
        ]


def test_an_empty_journal_has_the_genesis_hash(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        assert journal.append([]) == ()
        assert journal.head == (0, GENESIS)
        assert list(journal.records()) == []
    assert JournalReader(tmp_path / "journal").head == (0, GENESIS)
    report = verify(tmp_path / "journal")
    assert (report.entries, report.head, report.redacted, report.damage) == (0, GENESIS, (), None)


def test_there_is_no_reading_where_no_journal_is(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no journal can be read here"):
        JournalReader(tmp_path / "journal")
    with pytest.raises(JournalError, match="no journal can be read here"):
        verify(tmp_path / "journal")


def test_a_journal_is_not_created_over_another(tmp_path: Path) -> None:
    Journal.create(tmp_path / "journal").close()
    with pytest.raises(StoreExistsError, match="open it instead"):
        Journal.create(tmp_path / "journal")


def test_asking_for_an_entry_that_is_not_there_says_which_are(tmp_path: Path, draft: Drafting) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        journal.append([draft(1), draft(2)])
        for number in (-1, 0, 3):
            with pytest.raises(JournalError, match=f"no entry {number}; there are 1 to 2"):
                journal.record(number)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"identifier": "\ud800"}, "report .* cannot be journalled"),
        ({"agent": None}, "its field agent is not text"),
        ({"revision": 0}, "its field revision is not a number from 1"),
        ({"redacts": (1,)}, "only a redaction takes payloads away"),
        ({"action": Action.REDACT, "redacts": (2,)}, "it redacts entry 2, which is none before entry 2"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    tmp_path: Path, draft: Drafting, changes: dict[str, object], complaint: str
) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        (entry,) = journal.append([draft(1)])
        with pytest.raises(JournalError, match=complaint):
            journal.append([draft(2, **changes)])
        assert journal.head == (1, entry.hash)
        journal.append([draft(2)])


def test_a_closed_journal_takes_in_nothing(tmp_path: Path, draft: Drafting) -> None:
    journal = Journal.create(tmp_path / "journal")
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="it is closed"):
        journal.append([draft(1)])


def test_a_second_writer_is_noticed(tmp_path: Path, draft: Drafting) -> None:
    folder = tmp_path / "journal"
    with Journal.create(folder) as journal, Journal.open(folder, 0) as other:
        other.append([draft(1)])
        with pytest.raises(JournalError, match="somebody else changed it"):
            journal.append([draft(2)])
    assert verify(folder).entries == 1
