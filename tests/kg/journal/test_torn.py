"""A write that never ended is cut away and kept aside; what was acknowledged is never cut away."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import JournalDamagedError, JournalError, StorageFullError
from kg.journal import Journal, JournalReader, disk, verify

if TYPE_CHECKING:
    from pathlib import Path

SEGMENT = "0000000001.jsonl"


@pytest.fixture
def torn(tmp_path: Path, draft: Any) -> tuple[Path, bytes, bytes, bytes]:
    """Write twice two entries; return the folder, what each append wrote, and the earlier witness."""
    folder = tmp_path / "journal"
    with Journal.create(folder) as journal:
        journal.append([draft(1), draft(2)])
        before, witness = (folder / SEGMENT).read_bytes(), (folder / "head.json").read_bytes()
        journal.append([draft(3), draft(4)])
    return folder, before, (folder / SEGMENT).read_bytes()[len(before) :], witness


@pytest.mark.usefixtures("unsynced")
def test_a_cut_at_any_byte_of_the_last_append_costs_all_of_it_and_no_earlier_entry(
    torn: tuple[Path, bytes, bytes, bytes], draft: Any
) -> None:
    folder, before, appended, witness = torn
    records = tuple(JournalReader(folder).records())
    assert len(appended) > 800
    for cut in range(len(appended)):
        (folder / SEGMENT).write_bytes(before + appended[:cut])
        (folder / "head.json").write_bytes(witness)
        reader = JournalReader(folder)
        assert tuple(reader.records()) == records[:2]
        assert reader.head[0] == 2
        assert reader.unfinished == cut
        with Journal.open(folder, 2) as journal:
            assert tuple(journal.records()) == records[:2]
        assert (folder / SEGMENT).read_bytes() == before
        kept = sorted(folder.glob("torn-*"))
        assert [path.read_bytes() for path in kept] == ([appended[:cut]] if cut else [])
        for path in kept:
            assert path.name == "torn-0000000003-1.bin"
            path.unlink()
    with Journal.open(folder, 2) as journal:
        journal.append([draft(4)])
    assert verify(folder).entries == 3


def test_a_cut_of_what_was_acknowledged_is_damage(torn: tuple[Path, bytes, bytes, bytes]) -> None:
    folder, before, appended, witness = torn
    acknowledged = (folder / "head.json").read_bytes()
    for cut in [*range(0, len(appended), 5), appended.index(b"\n"), len(appended) - 1]:
        whole = 2 + appended[:cut].count(b"\n")
        data = before + appended[:cut]
        (folder / SEGMENT).write_bytes(data)
        (folder / "head.json").write_bytes(acknowledged)
        with pytest.raises(JournalDamagedError, match="but entry 4 was acknowledged") as caught:
            Journal.open(folder, 0)
        assert (caught.value.sequence, caught.value.file) == (whole + 1, SEGMENT)
        with pytest.raises(JournalDamagedError, match="but entry 4 was acknowledged"):
            list(JournalReader(folder).entries())
        with pytest.raises(JournalDamagedError, match="but entry 4 was acknowledged"):
            _ = JournalReader(folder).head
        report = verify(folder)
        assert report.entries == whole
        assert report.damage is not None
        (folder / "head.json").write_bytes(witness)
        with pytest.raises(JournalDamagedError, match="but entry 4 was acknowledged"):
            Journal.open(folder, 4)
        assert (folder / SEGMENT).read_bytes() == data
    assert not list(folder.glob("torn-*"))


def test_torn_bytes_are_kept_under_a_name_of_their_own(torn: tuple[Path, bytes, bytes, bytes]) -> None:
    folder, before, appended, witness = torn
    for number in (1, 2, 3):
        (folder / SEGMENT).write_bytes(before + appended[: 10 * number])
        (folder / "head.json").write_bytes(witness)
        assert verify(folder).unfinished == 10 * number
        Journal.open(folder, 2).close()
        assert (folder / f"torn-0000000003-{number}.bin").read_bytes() == appended[: 10 * number]
    report = verify(folder)
    assert report.sound
    assert report.aside == tuple(f"torn-0000000003-{number}.bin" for number in (1, 2, 3))


def test_holes_that_a_power_cut_left_are_torn_bytes(torn: tuple[Path, bytes, bytes, bytes]) -> None:
    """Blocks that never reached the disk read as zeros, though the end of the write is there."""
    folder, before, appended, witness = torn
    second = appended.index(b"\n") + 1
    for start, end in ((0, second + 100), (100, second + 10), (second + 300, len(appended) - 5)):
        hole = appended[:start] + bytes(end - start) + appended[end:]
        (folder / SEGMENT).write_bytes(before + hole)
        (folder / "head.json").write_bytes(witness)
        assert JournalReader(folder).head[0] == 2
        with Journal.open(folder, 2) as journal:
            assert journal.head[0] == 2


def test_a_hole_before_a_whole_line_of_the_same_append_is_torn_unless_it_was_acknowledged(
    torn: tuple[Path, bytes, bytes, bytes],
) -> None:
    folder, before, appended, witness = torn
    (folder / SEGMENT).write_bytes(before + bytes(100) + appended[100:])
    wrong = "line 3: entry 3 should stand here, but it is not in the form"
    with pytest.raises(JournalDamagedError, match=wrong):
        list(JournalReader(folder).entries())
    with pytest.raises(JournalDamagedError, match=wrong):
        Journal.open(folder, 0)
    (folder / "head.json").write_bytes(witness)
    with pytest.raises(JournalDamagedError, match=wrong):
        Journal.open(folder, 4)
    assert JournalReader(folder).head[0] == 2
    with Journal.open(folder, 2) as journal:
        assert journal.head[0] == 2
    assert (folder / "torn-0000000003-1.bin").read_bytes() == bytes(100) + appended[100:]


def test_a_wrong_line_before_a_whole_one_is_damage_and_no_torn_write(tmp_path: Path, draft: Any) -> None:
    folder = tmp_path / "journal"
    with Journal.create(folder) as journal:
        journal.append([draft(1), draft(2)])
        before, witness = (folder / SEGMENT).read_bytes(), (folder / "head.json").read_bytes()
        journal.append([draft(3)])
        journal.append([draft(4)])
    appended = (folder / SEGMENT).read_bytes()[len(before) :]
    (folder / SEGMENT).write_bytes(before + b"\x00" + appended[1:])
    (folder / "head.json").write_bytes(witness)
    with pytest.raises(
        JournalDamagedError, match="line 3: entry 3 should stand here, but it is not in the form"
    ):
        Journal.open(folder, 2)


def test_a_new_segment_in_which_nothing_stands_yet_is_no_damage(grown: Any, draft: Any) -> None:
    for left in (b"", b'{"entry":{"act'):
        (grown.folder / "0000000007.jsonl").write_bytes(left)
        assert JournalReader(grown.folder).head == (6, grown.records[-1][0].hash)
        assert tuple(JournalReader(grown.folder).records()) == grown.records
        Journal.open(grown.folder, 6).close()
    with Journal.open(grown.folder, 6) as journal:
        journal.append([draft(7)])
        assert journal.files[-1].name == "0000000007.jsonl"
    assert verify(grown.folder).entries == 7


WRITER = """
import sys
from pathlib import Path
from kg.journal import Action, Draft, Journal
with Journal.open(Path(sys.argv[1]), int(sys.argv[2]), segment_bytes=20_000) as journal:
    while True:
        drafts = [Draft(Action.ADD, "report", "r", 1, "a", ("urn:x:g",), payload=b"x" * 3000)] * 3
        for entry in journal.append(drafts):
            sys.stdout.write(f"{entry.sequence} {entry.hash}\\n")
        sys.stdout.flush()
"""


def test_what_a_killed_writer_had_acknowledged_is_there(tmp_path: Path) -> None:
    """A reader beside it sees whole entries in order; after the kill all that was acknowledged is there."""
    folder = tmp_path / "journal"
    Journal.create(folder).close()
    held, seen = 0, 0
    for round_ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(held)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            acknowledged = dict(process.stdout.readline().split() for _ in range(30 * round_ + 3))
            numbers = [entry.sequence for entry in JournalReader(folder).entries(after=seen)]
            assert numbers == list(range(seen + 1, seen + 1 + len(numbers)))
            seen += len(numbers)
            process.kill()
            acknowledged |= dict(line.split() for line in process.stdout if line.endswith("\n"))
        with Journal.open(folder, held) as journal:
            hashes = {str(entry.sequence): entry.hash for entry in journal.entries()}
            assert acknowledged.items() <= hashes.items()
            held = journal.head[0]
            assert held >= seen
    assert verify(folder).sound
    assert len(JournalReader(folder).files) > 2


def test_a_line_that_comes_while_it_is_read_is_read_whole(torn: tuple[Path, bytes, bytes, bytes]) -> None:
    folder, before, appended, witness = torn
    (folder / "head.json").write_bytes(witness)
    for cut in (1, 300, appended.index(b"\n"), len(appended) - 1):
        (folder / SEGMENT).write_bytes(before + appended[:cut])
        entries = JournalReader(folder).entries()
        assert next(entries).sequence == 1
        with (folder / SEGMENT).open("ab") as file:
            file.write(appended[cut:])
        assert [entry.sequence for entry in entries] == [2, 3, 4]


def test_a_line_that_was_withdrawn_and_replaced_while_it_is_read_is_read_as_it_is_now(
    torn: tuple[Path, bytes, bytes, bytes], draft: Any
) -> None:
    folder, before, appended, witness = torn
    (folder / "head.json").write_bytes(witness)
    (folder / SEGMENT).write_bytes(before + appended[:300])
    entries = JournalReader(folder).entries()
    assert next(entries).sequence == 1
    with Journal.open(folder, 2) as journal:
        replaced = journal.append([draft(8), draft(9)])
    assert tuple(entries)[1:] == replaced


FULL = """
import resource, sys
from pathlib import Path
from kg.errors import StorageFullError
from kg.journal import Action, Draft, Journal, JournalReader, verify
def draft(size):
    payload = bytes(i * i * 31 % 251 ^ i % 7 for i in range(size))
    return Draft(Action.ADD, "report", "r", 1, "a", ("urn:x:g",), payload=payload)
folder = Path(sys.argv[1])
journal = Journal.create(folder, segment_bytes=int(sys.argv[2]))
journal.append([draft(10)])
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for room in (0, 1, 500, 1000):
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    size = journal.files[-1].stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(size + room, 200), hard))
    try:
        journal.append([draft(10), draft(200_000)])
    except StorageFullError as error:
        assert "make room, then try again" in str(error), error
        assert str(journal.files[-1]) in str(error), error
    else:
        raise SystemExit("it was taken in")
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.stat().st_size}
    assert after == files, sorted(after)
    assert list(journal.entries()) == list(JournalReader(folder).entries())
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    journal.append([draft(20)])
journal.append([draft(200_000)])
report = verify(folder)
assert report.sound and report.entries == 6, report
journal.close()
assert Journal.open(folder, 6).head[0] == 6
sys.stdout.write("went on")
"""


@pytest.mark.parametrize("segment_bytes", [1, 1 << 24])
def test_a_full_disk_takes_in_nothing_and_the_journal_goes_on_when_there_is_room(
    tmp_path: Path, segment_bytes: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "journal"), str(segment_bytes)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("went on", "")


def test_a_disk_that_does_not_confirm_stops_the_journal_until_it_is_opened_again(
    tmp_path: Path, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    folder = tmp_path / "journal"
    with Journal.create(folder) as journal:
        journal.append([draft(1)])
        with monkeypatch.context() as patch:
            patch.setattr(disk.Disk, "sync", fail)
            with pytest.raises(JournalError, match="nothing was taken in: the disk gives errors"):
                journal.append([draft(2)])
        with pytest.raises(
            JournalError, match="the disk did not confirm the last write; open the store again"
        ):
            journal.append([draft(2)])
        assert journal.head[0] == 1
    with Journal.open(folder, 1) as journal:
        journal.append([draft(2)])
    assert verify(folder).entries == 2


def test_an_end_that_cannot_be_cut_away_stops_the_journal_until_it_is_opened_again(
    tmp_path: Path, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_: disk.Disk, handle: int, data: bytes) -> None:
        os.write(handle, data[:100])
        raise OSError(28, "No space left on device")

    def fail(*_: int) -> None:
        raise OSError(5, "Input/output error")

    folder = tmp_path / "journal"
    with Journal.create(folder) as journal:
        journal.append([draft(1)])
        with monkeypatch.context() as patch:
            patch.setattr(disk.Disk, "write_all", half)
            patch.setattr(os, "ftruncate", fail)
            with pytest.raises(StorageFullError, match="nothing was taken in: No space left on device"):
                journal.append([draft(2)])
        with pytest.raises(JournalError, match="open the store again"):
            journal.append([draft(2)])
    with Journal.open(folder, 1) as journal:
        journal.append([draft(2)])
    assert verify(folder).entries == 2
    assert (folder / "torn-0000000002-1.bin").stat().st_size == 100
