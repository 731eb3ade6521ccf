"""Whatever fails under a journal, and whenever: what was acknowledged is there, or is named as lost.

Each run is drawn from its number: a history of appends, erasures and openings, a call of the disk at which
something happens to it, and often a power cut after that or a bit that flips. `SERVANDA_FAULTS` says how
many.
"""
# ruff: noqa: S311 (drawn by number, no secrets)
# ruff: noqa: PT017 (an error is judged, not expected)

from __future__ import annotations

import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import JournalDamagedError, JournalError, StorageFullError
from kg.journal import Action, Draft, Journal, verify
from tests.durability.faults import Fault, FaultyDisk, KilledError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.journal import Entry

RUNS = int(os.environ.get("SERVANDA_FAULTS", "300"))
_BLOCK = 50
_WHATS = ("kill", "kill", "io", "full", "lie")


@dataclass
class History:
    """What was said to a journal, and what it said to that."""

    acknowledged: list[Entry] = field(default_factory=list)
    payloads: list[bytes | None] = field(default_factory=list)
    unsure: list[tuple[Draft, ...]] = field(default_factory=list)
    """What was appended after the last acknowledged, with an error or no answer: one of it may be there."""
    erasing: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    """Of these it was said that they are gone; of `erasing`, that they may be."""


def _draft(chance: random.Random) -> Draft:
    payload = chance.randbytes(chance.choice((0, 30, 700, 9000))) if chance.random() < 0.9 else None
    action = chance.choice((Action.ADD, Action.REVISE, Action.RETRACT))
    return Draft(action, "report", f"r{chance.randint(1, 9)}", 1, "a", ("urn:x:g",), payload=payload)


def _run(folder: Path, chance: random.Random, disk: FaultyDisk, said: History) -> None:
    """Do a history; the disk may raise KilledError, and any error of ours leads to opening anew."""
    segment_bytes = chance.choice((1, 4000, 1 << 20))
    journal = Journal.create(folder, segment_bytes=segment_bytes, disk=disk)
    for _ in range(chance.randint(1, 9)):
        step = chance.random()
        try:
            if step < 0.12:
                journal.close()
                journal = Journal.open(folder, len(said.acknowledged), segment_bytes=segment_bytes, disk=disk)
                _settle(journal, said)
            elif step < 0.27 and said.acknowledged:
                number = chance.randint(1, len(said.acknowledged))
                redaction = Draft(Action.REDACT, "report", "r", 1, "a", (), redacts=(number,))
                _append(journal, (redaction,), said)
                said.erasing.add(number)
                journal.erase([number])
                said.erased.add(number)
            else:
                _append(journal, tuple(_draft(chance) for _ in range(chance.choice((1, 1, 2, 4)))), said)
        except (JournalError, StorageFullError):
            with suppress(JournalError):
                journal.close()
            journal = Journal.open(folder, len(said.acknowledged), segment_bytes=segment_bytes, disk=disk)
            _settle(journal, said)
    journal.close()


def _append(journal: Journal, drafts: tuple[Draft, ...], said: History) -> None:
    said.unsure.append(drafts)
    said.acknowledged += journal.append(drafts)
    said.payloads += [draft.payload for draft in drafts]
    said.unsure.clear()


def _settle(journal: Journal, said: History) -> None:
    """Hold a journal that was opened against what was said, and take for acknowledged what it holds."""
    found = list(journal.records())
    assert not _same(found, said)
    said.acknowledged += [entry for entry, _ in found[len(said.acknowledged) :]]
    said.payloads += [payload for _, payload in found[len(said.payloads) :]]
    said.unsure.clear()


def _same(found: list[tuple[Entry, bytes | None]], said: History) -> set[int]:
    """Fail unless what is found was acknowledged; what was not is there whole, as one append, or not.

    Returns the entries that were erased and have a payload all the same.
    """
    known = len(said.acknowledged)
    back = set()
    assert [entry for entry, _ in found[:known]] == said.acknowledged[: len(found)]
    for number, (_, payload) in enumerate(found[:known], 1):
        if number not in said.erasing or payload is not None:
            assert payload == said.payloads[number - 1]
        if number in said.erased and payload is not None:
            back.add(number)
    more = [payload for _, payload in found[known:]]
    assert more in [[], *([draft.payload for draft in drafts] for drafts in said.unsure)]
    return back


def _flip(folder: Path, chance: random.Random) -> bool:
    path = chance.choice([path for path in sorted(folder.iterdir()) if path.stat().st_size])
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return path.suffix == ".jsonl"


def one(folder: Path, number: int) -> tuple[str, bool]:
    """Do a run; return what happened and whether a loss was named. A wrong outcome fails."""
    plain = FaultyDisk(folder / "plain", None, random.Random(number))
    _run(folder / "plain", random.Random(number), plain, History())
    chance = random.Random(f"fault {number}")
    fault = Fault(chance.randint(1, plain.calls + 1), chance.choice(_WHATS))
    place, said = folder / "journal", History()
    disk = FaultyDisk(place, fault, random.Random(number))
    with suppress(KilledError, JournalError, StorageFullError):
        _run(place, random.Random(number), disk, said)
    disk.release()
    cut = chance.random() < 0.7
    if cut:
        disk.cut_power(chance)
    flipped = chance.random() < 0.15 and any(path.stat().st_size for path in place.iterdir())
    flipped = flipped and _flip(place, chance)
    what = f"{fault.what}{' and a power cut' * cut}{' and a flipped bit' * flipped}"
    held = chance.choice((0, len(said.acknowledged) // 2, len(said.acknowledged)))
    return what, _judge(place, held, said, may_lose=flipped or (cut and fault.what in {"lie", "io"}))


def _judge(folder: Path, held: int, said: History, *, may_lose: bool) -> bool:
    """Open what is left; return whether a loss was named, which is an error where nothing may be lost."""
    try:
        with Journal.open(folder, held) as journal:
            found = list(journal.records())
            back = _same(found, said)
            lost = len(found) < len(said.acknowledged)
            assert may_lose or not (back or lost)
            assert lost or back <= set(verify(folder).pending)
            journal.append([Draft(Action.ADD, "report", "next", 1, "a", ("urn:x:g",), payload=b"x")])
        report = verify(folder)
        assert may_lose or report.sound, report
        named = not report.sound
    except JournalDamagedError as error:
        assert may_lose or not said.acknowledged, error
        assert error.file
        return True
    except JournalError:
        # There never was a journal: it was being made.
        assert not said.acknowledged
        assert not list(folder.glob("*.jsonl"))
        named = False
    return named


@pytest.mark.parametrize("block", range(RUNS // _BLOCK))
def test_what_was_acknowledged_is_there_or_named_as_lost(
    tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    happened: dict[str, int] = {}
    named = 0
    for number in range(block * _BLOCK, (block + 1) * _BLOCK):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            what, lost = one(folder, number)
        except BaseException as error:
            error.add_note(f"run {number}")
            raise
        happened[what] = happened.get(what, 0) + 1
        named += lost
    assert len(happened) > 5
    assert named < _BLOCK // 2


class Careless(FaultyDisk):
    """A disk whose syncs do nothing, and nobody knows."""

    def sync(self, handle: int) -> None:  # noqa: ARG002 - nothing is done to it
        """Do nothing."""
        self._call()


def test_without_syncs_the_same_check_finds_what_is_lost(tmp_path: Path, monkeypatch: Any) -> None:
    """The control: were it to find nothing, the runs above would prove nothing."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    caught = 0
    for number in range(30):
        folder = tmp_path / str(number)
        folder.mkdir()
        said, chance = History(), random.Random(number)
        disk = Careless(folder / "journal", None, chance)
        _run(folder / "journal", random.Random(number), disk, said)
        disk.cut_power(chance)
        try:
            _judge(folder / "journal", 0, said, may_lose=False)
        except AssertionError:
            caught += 1
    assert caught > 10
