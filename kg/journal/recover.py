"""What opening a journal for writing looks at: that nothing acknowledged is missing, and where to go on."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kg.journal import head
from kg.journal.disk import Disk, told
from kg.journal.line import LineError, Position
from kg.journal.segments import (
    Segment,
    damaged,
    expect,
    holding,
    is_torn,
    listed,
    locate,
    rest,
    sealed,
    short,
    walk,
)

if TYPE_CHECKING:
    from pathlib import Path


def recover(folder: Path, held: int, disk: Disk) -> tuple[Segment, Position]:
    """Return the last segment and where the chain stands, once a torn end is cut away and kept aside.

    `JournalDamagedError` if anything is missing that the witness or the store (`held`) knows of.
    """
    segments = listed(folder)
    position = Position()
    for segment in segments[:-1]:
        expect(segment, position)
        position = sealed(segment, position)
    last = segments[-1]
    expect(last, position)
    witness = head.read(folder)
    acknowledged = max(held, witness.sequence if witness else 0)
    position, end, tail = _scan(last, position, acknowledged)
    if position.group and not position.is_whole:  # a part of it was acknowledged, and so was all
        acknowledged = max(acknowledged, position.group[1])
    if position.sequence < acknowledged:
        raise short(segments, position, acknowledged)
    if witness and witness.sequence:
        _confirm(segments[holding(segments, witness.sequence)], witness)
    with told(folder, "the journal cannot be made ready for writing"):
        for left in sorted(folder.glob("*.tmp")):
            disk.unlink(left)
        if tail:
            _set_aside(folder, position.sequence + 1, tail, disk)
        handle = disk.open(last.path, 0)
        try:
            disk.truncate(handle, end)
            disk.sync(handle)
        finally:
            disk.close(handle)
        disk.sync_folder(folder)
    return last, position


def _scan(segment: Segment, position: Position, acknowledged: int) -> tuple[Position, int, bytes]:
    """Return where the chain stands after the last good entry, where that ends, and what is torn.

    Of what was appended as one all is good or, unless any of it was acknowledged, nothing.
    """
    whole, end, wrong = position, 0, None
    try:
        for step in walk(segment, position):
            position = step.position
            if position.is_whole or position.sequence <= acknowledged:
                whole, end = position, step.end
    except LineError as error:
        wrong = error
    tail = rest(segment, end)
    if wrong is not None and not is_torn(tail, whole, acknowledged):
        raise damaged(segment, position.sequence + 1, wrong) from wrong
    return whole, end, tail


def _confirm(segment: Segment, witness: Position) -> None:
    step = locate(segment, witness.sequence)
    if step is None or step.position.hash != witness.hash:
        raise damaged(segment, witness.sequence, f"it is another one than {head.NAME} says")


def _set_aside(folder: Path, sequence: int, tail: bytes, disk: Disk) -> None:
    names = (folder / f"torn-{sequence:010}-{number}.bin" for number in itertools.count(1))
    disk.create(next(path for path in names if not path.exists()), tail)
