"""What is altered, missing or out of order is named, and never handed out as if it were right."""

from __future__ import annotations

import hashlib
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import JournalDamagedError
from kg.journal import Journal, JournalReader, verify

if TYPE_CHECKING:
    from collections.abc import Callable

SEGMENTS = ("0000000001.jsonl", "0000000003.jsonl", "0000000005.jsonl")


def everything(grown: Any) -> tuple[object, ...]:
    """Open the journal for writing and read all of it."""
    with Journal.open(grown.folder, 6) as journal:
        return tuple(journal.records())


def names_it(grown: Any, sequence: int | None, file: str) -> str:
    """Check that verifying, reading and opening for writing all name the damage; return the message."""
    report = verify(grown.folder)
    assert report.damage is not None
    assert (report.damage.sequence, report.damage.file) == (sequence, file)
    assert file in str(report.damage)
    assert not report.sound
    if sequence is not None:
        assert report.entries == sequence - 1
    with pytest.raises(JournalDamagedError):
        tuple(JournalReader(grown.folder).records())
    with pytest.raises(JournalDamagedError):
        everything(grown)
    return str(report.damage)


def test_an_undamaged_journal_is_sound(grown: Any) -> None:
    report = verify(grown.folder)
    assert report.sound
    assert (report.entries, report.head) == (6, grown.records[-1][0].hash)
    assert (report.redacted, report.pending, report.unfinished, report.aside) == ((), (), 0, ())
    assert sorted(grown.files()) == [*SEGMENTS, "head.json"]


def test_a_flip_of_any_bit_is_named_or_changes_nothing(grown: Any) -> None:
    """One bit of every other byte, drawn at random; those that do not matter are slack in the compression."""
    files = grown.files()
    generator = random.Random(20261122)  # noqa: S311 - drawn the same each time
    harmless = []
    for file, first in zip(SEGMENTS, (1, 3, 5), strict=True):
        data = files[file]
        for offset in range(generator.randrange(2), len(data), 2):
            flipped = bytearray(data)
            flipped[offset] ^= 1 << generator.randrange(8)
            (grown.folder / file).write_bytes(flipped)
            report = verify(grown.folder)
            if report.damage is None:
                harmless.append((file, offset))
                assert tuple(JournalReader(grown.folder).records()) == grown.records
                assert report.unfinished == 0
            else:
                sequence = first + data[:offset].count(b"\n")
                assert (report.damage.sequence, report.damage.file) == (sequence, file), offset
                assert report.entries == sequence - 1
        (grown.folder / file).write_bytes(data)
    assert len(harmless) < 40


@pytest.mark.usefixtures("unsynced")
def test_a_flip_is_never_read_as_something_else_by_a_writer_without_witness(grown: Any) -> None:
    files = grown.files()
    generator = random.Random(7)  # noqa: S311 - drawn the same each time
    refused = cut = 0
    for _ in range(250):
        file = generator.choice(SEGMENTS)
        flipped = bytearray(files[file])
        flipped[generator.randrange(len(flipped))] ^= 1 << generator.randrange(8)
        grown.put(
            {name: data for name, data in files.items() if name != "head.json"} | {file: bytes(flipped)}
        )
        try:
            with Journal.open(grown.folder, 0) as journal:
                found = tuple(journal.records())
        except JournalDamagedError:
            refused += 1
        else:
            assert found == grown.records[: len(found)]
            if len(found) < 6:
                cut += 1
                assert len(found) == 4
                assert (grown.folder / "torn-0000000005-1.bin").read_bytes() in bytes(flipped)
    assert refused > 150
    assert cut > 5


@pytest.mark.parametrize("file", SEGMENTS)
def test_a_missing_segment_is_named(grown: Any, file: str) -> None:
    (grown.folder / file).unlink()
    sequence = int(file[:10])
    if file == SEGMENTS[-1]:
        message = names_it(grown, sequence, SEGMENTS[1])
        assert "ends at entry 4, but entry 6 was acknowledged" in message
        assert f"either the end of this file is missing, or {file} beside it" in message
    else:
        message = names_it(grown, sequence, file)
        assert f"{file} is missing: entry {sequence} should be the first in it" in message
    assert "restore the segment from a backup, then run: servanda verify" in message


def test_the_store_alone_knows_that_the_last_segment_is_missing(grown: Any) -> None:
    (grown.folder / SEGMENTS[-1]).unlink()
    (grown.folder / "head.json").unlink()
    for held in (5, 6):
        with pytest.raises(JournalDamagedError, match=f"entry {held} was acknowledged"):
            Journal.open(grown.folder, held)
    Journal.open(grown.folder, 4).close()


def test_a_folder_without_segments_names_the_first(grown: Any) -> None:
    grown.put({})
    with pytest.raises(JournalDamagedError, match=r"0000000001\.jsonl is missing"):
        Journal.open(grown.folder, 0)
    with pytest.raises(JournalDamagedError, match=r"0000000001\.jsonl is missing"):
        JournalReader(grown.folder)


def test_an_emptied_segment_is_named(grown: Any) -> None:
    (grown.folder / SEGMENTS[1]).write_bytes(b"")
    assert "line 1: entry 3 should stand here, but the file is empty" in names_it(grown, 3, SEGMENTS[1])


def test_a_sealed_segment_that_breaks_off_is_named(grown: Any) -> None:
    for cut in (1, 200):
        files = grown.files()
        (grown.folder / SEGMENTS[0]).write_bytes(files[SEGMENTS[0]][:-cut])
        assert "line 2: entry 2 should stand here, but it breaks off" in names_it(grown, 2, SEGMENTS[0])
        grown.put(files)


def test_a_segment_under_another_name_is_named(grown: Any) -> None:
    files = grown.files()
    grown.put(files | {SEGMENTS[0]: files[SEGMENTS[1]], SEGMENTS[1]: files[SEGMENTS[0]]})
    assert "entry 1 should stand here, but it is entry 3" in names_it(grown, 1, SEGMENTS[0])
    grown.put(files | {"0000000007.jsonl": files[SEGMENTS[0]]})
    assert "entry 7 should stand here, but it is entry 1" in names_it(grown, 7, "0000000007.jsonl")
    grown.put(files | {"0000000004.jsonl": files[SEGMENTS[1]]})
    assert "the segment before it reaches to entry 4" in names_it_loosely(grown)
    grown.put(files | {"3.jsonl": b""})
    assert "no segment has such a name" in names_it_loosely(grown)


def names_it_loosely(grown: Any) -> str:
    """Check that verifying and opening find the same damage; return the message."""
    report = verify(grown.folder)
    with pytest.raises(JournalDamagedError) as caught:
        everything(grown)
    assert str(report.damage) == str(caught.value)
    return str(caught.value)


def lines_of(grown: Any) -> list[bytes]:
    """Return the six lines of the journal."""
    files = grown.files()
    return [line for file in SEGMENTS for line in files[file].splitlines(keepends=True)]


def put_lines(grown: Any, lines: list[bytes]) -> None:
    """Write the lines into one segment."""
    grown.put({SEGMENTS[0]: b"".join(lines), "head.json": grown.files()["head.json"]})


def swap(lines: list[bytes]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def drop(lines: list[bytes]) -> None:
    del lines[2]


def double(lines: list[bytes]) -> None:
    lines.insert(2, lines[1])


def blank(lines: list[bytes]) -> None:
    lines.insert(2, b"\n")


def space(lines: list[bytes]) -> None:
    lines[2] = lines[2].replace(b'":', b'": ', 1)


def carry(lines: list[bytes]) -> None:
    lines[2] = lines[2].replace(b"\n", b"\r\n")


@pytest.mark.parametrize("alter", [swap, drop, double, blank, space, carry])
def test_lines_out_of_order_or_written_otherwise_are_named(
    grown: Any, alter: Callable[[list[bytes]], None]
) -> None:
    lines = lines_of(grown)
    put_lines(grown, lines)
    assert everything(grown) == grown.records
    alter(lines)
    put_lines(grown, lines)
    names_it(grown, 3, SEGMENTS[0])


@pytest.mark.parametrize("alter", [drop, double, blank])
def test_a_reader_that_finds_another_entry_than_it_counted_names_the_first_wrong_one(
    grown: Any, alter: Callable[[list[bytes]], None]
) -> None:
    lines = lines_of(grown)
    alter(lines)
    put_lines(grown, lines)
    with pytest.raises(JournalDamagedError) as caught:
        JournalReader(grown.folder).record(5)
    assert (caught.value.sequence, caught.value.file) == (3, SEGMENTS[0])


def edited(line: bytes, **changes: object) -> bytes:
    """Return a line with other fields, and the hash that they ought to have."""
    found = json.loads(line)
    entry = found["entry"] | changes
    canonical = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    payload = json.dumps(found["payload"])
    return f'{{"entry":{canonical},"hash":"{digest}","payload":{payload}}}\n'.encode()


def test_an_edited_line_with_its_hash_made_to_fit_breaks_the_chain_at_the_next(grown: Any) -> None:
    lines = lines_of(grown)
    assert edited(lines[2]) == lines[2]
    lines[2] = edited(lines[2], agent="Nobody")
    put_lines(grown, lines)
    assert "it names another hash for the entry before it" in names_it(grown, 4, SEGMENTS[0])


def test_an_edited_last_line_contradicts_the_witness(grown: Any) -> None:
    lines = lines_of(grown)
    lines[5] = edited(lines[5], agent="Nobody")
    put_lines(grown, lines)
    with pytest.raises(JournalDamagedError, match=r"head\.json"):
        everything(grown)
    report = verify(grown.folder)
    assert report.damage is not None
    assert report.damage.sequence == 6


def test_a_chain_that_was_written_anew_contradicts_the_witness(grown: Any) -> None:
    lines = lines_of(grown)
    for index in range(2, 6):
        previous = json.loads(lines[index - 1])["hash"]
        lines[index] = edited(lines[index], agent="Nobody", previous=previous)
    put_lines(grown, lines)
    with pytest.raises(JournalDamagedError, match=r"head\.json"):
        everything(grown)
    with pytest.raises(JournalDamagedError, match=r"head\.json"):
        _ = JournalReader(grown.folder).head


def test_another_payload_is_named(grown: Any) -> None:
    lines = lines_of(grown)
    third, fourth = json.loads(lines[2])["payload"], json.loads(lines[3])["payload"]
    for payload in (f'"{fourth}"', '"AAAA"', '""', '"KLUv/SAA"'):
        lines[2] = lines_of(grown)[2].replace(f'"{third}"'.encode(), payload.encode())
        put = grown.files()
        put_lines(grown, lines)
        report = verify(grown.folder)
        assert report.damage is not None
        assert (report.damage.sequence, report.entries) == (3, 2)
        with pytest.raises(JournalDamagedError, match="its payload"):
            JournalReader(grown.folder).record(3)
        assert len(list(JournalReader(grown.folder).entries())) == 6
        grown.put(put)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"sequence": True}, "sequence is not a number from 1"),
        ({"revision": 1.0}, "revision is not a number from 1"),
        ({"time": "2026-11-22"}, "time is not a time"),
        ({"time": "2001-01-01T00:00:00.000000Z"}, "dated before the entry before it"),
        ({"action": "forge"}, "action is not one of add, revise, retract, redact"),
        ({"graphs": "urn:x:g"}, "graphs is not a list of IRIs"),
        ({"previous": "0"}, "previous is not 64 hexadecimal digits"),
        ({"payload_sha256": None}, "a payload that its fields do not name"),
        ({"colour": "red"}, "its fields are not action, agent"),
    ],
)
def test_fields_that_are_not_an_entry_are_named(
    grown: Any, changes: dict[str, object], complaint: str
) -> None:
    lines = lines_of(grown)
    lines[3] = edited(lines[3], **changes)
    put_lines(grown, lines)
    assert complaint in names_it(grown, 4, SEGMENTS[0])


def test_hostile_json_is_an_error_and_no_crash(grown: Any) -> None:
    lines = lines_of(grown)
    for inside in (b"[" * 100_000, b"9" * 10_000, b'{"a":' * 50_000, b"\xff", b'"\\ud800"'):
        digest = hashlib.sha256(inside).hexdigest().encode()
        lines[3] = b'{"entry":' + inside + b',"hash":"' + digest + b'","payload":null}\n'
        put_lines(grown, lines)
        names_it(grown, 4, SEGMENTS[0])


def test_without_witness_or_with_a_spoilt_one_the_journal_is_read_all_the_same(grown: Any) -> None:
    files = grown.files()
    witness = files["head.json"]
    spoilt = [bytes([*witness[:at], witness[at] ^ 1, *witness[at + 1 :]]) for at in range(len(witness))]
    for text in (b"", b"[]", b"{}", b"null", b"\xff", witness[:-1], *spoilt):
        (grown.folder / "head.json").write_bytes(text)
        assert verify(grown.folder).sound
        assert JournalReader(grown.folder).head[0] == 6
    (grown.folder / "head.json").unlink()
    assert everything(grown) == grown.records
    assert grown.files() == files


def test_a_witness_that_says_too_little_is_no_damage(grown: Any, draft: Any) -> None:
    stale = grown.files()["head.json"]
    with Journal.open(grown.folder, 6) as journal:
        journal.append([draft(7)])
    (grown.folder / "head.json").write_bytes(stale)
    assert verify(grown.folder).entries == 7
    with Journal.open(grown.folder, 6) as journal:
        assert journal.head[0] == 7


def test_a_witness_of_another_journal_is_damage(grown: Any) -> None:
    shorter = grown.folder.with_name("other")
    with Journal.create(shorter) as journal:
        journal.append([])
    other = shorter.with_name("third")
    with Journal.create(other) as journal:
        pass
    assert (other / "head.json").read_bytes() == (shorter / "head.json").read_bytes()
    (shorter / "head.json").write_bytes(grown.files()["head.json"])
    with pytest.raises(JournalDamagedError, match="ends at entry 0, but entry 6 was acknowledged"):
        Journal.open(shorter, 0)
    with pytest.raises(JournalDamagedError, match="ends at entry 0, but entry 6 was acknowledged"):
        list(JournalReader(shorter).entries())
