"""A payload can be taken away for good; the entry stays, and the chain holds."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import JournalDamagedError, JournalError
from kg.journal import Action, Journal, JournalReader, verify

SEGMENTS = ("0000000001.jsonl", "0000000003.jsonl", "0000000005.jsonl", "0000000007.jsonl")


def redact(grown: Any, draft: Any, *sequences: int) -> Journal:
    """Open the journal and journal a redaction, which begins the fourth segment."""
    journal = Journal.open(grown.folder, 6, segment_bytes=1)
    journal.append([draft(9, action=Action.REDACT, redacts=sequences, payload=None, reason="names a child")])
    return journal


def test_an_erased_payload_is_gone_from_the_files_and_the_chain_holds(grown: Any, draft: Any) -> None:
    packed = json.loads((grown.folder / SEGMENTS[0]).read_text(encoding="utf-8").splitlines()[1])["payload"]
    assert len(base64.b64decode(packed)) > 20
    with redact(grown, draft, 2, 5) as journal:
        before = grown.files()
        assert verify(grown.folder).pending == (2, 5)
        journal.erase({2, 5})
        after = grown.files()
        assert sorted(after) == [*SEGMENTS, "head.json"]
        assert sorted(name for name in after if after[name] != before[name]) == [SEGMENTS[0], SEGMENTS[2]]
        assert not [name for name, data in after.items() if packed.encode() in data]
        records = list(journal.records())
        assert [entry for entry, _ in records[:6]] == [entry for entry, _ in grown.records]
        assert [entry.sequence for entry, payload in records if payload is None] == [2, 5, 7]
        assert [entry.sequence for entry, _ in records if journal.erased(entry)] == [2, 5]
    report = verify(grown.folder)
    assert report.sound
    assert report.entries == 7
    assert report.redacted == ((2, 7), (5, 7))
    assert report.pending == ()


def test_erasing_again_changes_nothing(grown: Any, draft: Any) -> None:
    with redact(grown, draft, 2) as journal:
        journal.erase([2])
        once = grown.files()
        journal.erase([2])
        journal.erase([])
        assert grown.files() == once


def test_the_journal_goes_on_after_an_erasure_in_its_last_segment(tmp_path: Path, draft: Any) -> None:
    with Journal.create(tmp_path / "journal") as journal:
        journal.append([draft(1), draft(2), draft(3, action=Action.REDACT, redacts=(1,), payload=None)])
        reading = JournalReader(tmp_path / "journal").records()
        assert next(reading)[1] == draft(1).payload
        journal.erase([1])
        journal.append([draft(4)])
        assert [entry.sequence for entry, _ in reading][:2] == [2, 3]
        assert [payload is None for _, payload in journal.records()] == [True, False, True, False]
    report = verify(tmp_path / "journal")
    assert (report.entries, report.redacted, report.damage) == (4, ((1, 3),), None)


def test_a_payload_that_is_gone_without_a_redaction_is_damage(grown: Any, draft: Any) -> None:
    with redact(grown, draft, 2) as journal:
        journal.erase([2, 4])
    report = verify(grown.folder)
    assert report.redacted == ((2, 7), (4, None))
    assert report.damage is not None
    assert (report.damage.sequence, report.damage.file) == (4, SEGMENTS[1])
    assert "line 2: the payload of entry 4 is gone, and no later entry redacts it" in str(report.damage)


@pytest.mark.parametrize("number", [-1, 0, 8])
def test_an_entry_that_is_not_there_is_not_erased(grown: Any, draft: Any, number: int) -> None:
    with redact(grown, draft, 2) as journal:
        before = grown.files()
        with pytest.raises(JournalError, match=f"there is no entry {number} to erase; there are 1 to 7"):
            journal.erase([2, number])
        assert grown.files() == before


def test_a_damaged_segment_is_not_rewritten(grown: Any, draft: Any) -> None:
    with redact(grown, draft, 1) as journal:
        path = grown.folder / SEGMENTS[0]
        data = path.read_bytes().replace(b'"identifier":"r2"', b'"identifier":"r8"')
        path.write_bytes(data)
        with pytest.raises(
            JournalDamagedError, match="line 2: entry 2 should stand here, but its hash is not"
        ):
            journal.erase([1])
        assert path.read_bytes() == data


@pytest.mark.parametrize("sequence", [1, 7])
def test_an_erasure_killed_half_way_leaves_the_segment_as_it_was(
    grown: Any, draft: Any, monkeypatch: pytest.MonkeyPatch, sequence: int
) -> None:
    """The process dies when the new segment is written and not yet in its place."""

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with Journal.open(grown.folder, 6, segment_bytes=1) as journal:
        journal.append([draft(7), draft(8, action=Action.REDACT, redacts=(sequence,), payload=None)])
        before = {name: data for name, data in grown.files().items() if name != "head.json"}
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", die)
            with pytest.raises(Killed):
                journal.erase([sequence])
    left = {name: data for name, data in grown.files().items() if name != "head.json"}
    name = SEGMENTS[0] if sequence == 1 else SEGMENTS[3]
    assert set(left) - set(before) == {f"{name}.tmp"}
    report = verify(grown.folder)
    assert report.sound
    assert report.pending == (sequence,)
    with Journal.open(grown.folder, 8) as journal:
        assert {name: data for name, data in grown.files().items() if name != "head.json"} == before
        journal.erase([sequence])
        journal.append([draft(9)])
    report = verify(grown.folder)
    assert (report.entries, report.redacted, report.damage) == (9, ((sequence, 8),), None)


def test_an_erasure_that_the_disk_refuses_says_so_and_leaves_nothing_behind(
    grown: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with redact(grown, draft, 2) as journal:
        before = grown.files()
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", refuse)
            with pytest.raises(
                JournalError, match=r"0000000001\.jsonl: nothing was erased: the disk gives errors"
            ):
                journal.erase([2])
        assert grown.files() == before
        journal.erase([2])
    assert verify(grown.folder).redacted == ((2, 7),)
