"""The files of a journal: named by their first entry, without gaps, and only the last one grows."""

from __future__ import annotations

import io
import itertools
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import JournalDamagedError, JournalError
from kg.journal.line import Line, LineError, Position, decode
from kg.refusals import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_NAME = re.compile(r"([0-9]{10})\.jsonl")
_CHUNK = 1 << 16
HELP = "restore the segment from a backup, then run: servanda verify"


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the journal and the number of the first entry in it."""

    path: Path
    first: int


@dataclass(frozen=True, slots=True)
class Step:
    """A line that was read: where the chain stands after it, and the offset at which it ends."""

    line: Line
    position: Position
    end: int


def name(first: int) -> str:
    """Return the name of the segment that begins with an entry.

    >>> name(42)
    '0000000042.jsonl'
    """
    return f"{first:010}.jsonl"


def listed(folder: Path) -> tuple[Segment, ...]:
    """Return the segments in order, at least one; `JournalError` where there is no journal."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(".jsonl"))
    except OSError as error:
        raise JournalError(f"{folder}: no journal can be read here: {reason(error)}") from error
    found = []
    for text in names:
        match = _NAME.fullmatch(text)
        if not match:
            raise JournalDamagedError(
                f"{folder / text}: no segment has such a name; they are named by their first entry, as "
                f"{name(1)}: name it as it was, or move it away",
                file=text,
            )
        found.append(Segment(folder / text, int(match[1])))
    if not found or found[0].first != 1:
        raise missing(folder, 1)
    return tuple(found)


def missing(folder: Path, sequence: int) -> JournalDamagedError:
    """Return the error that a segment is not there."""
    return JournalDamagedError(
        f"{folder / name(sequence)} is missing: entry {sequence} should be the first in it; {HELP}",
        sequence,
        name(sequence),
    )


def expect(segment: Segment, position: Position) -> None:
    """Check that a segment is the next one: `JournalDamagedError` names the file that should be there."""
    expected = position.sequence + 1
    if segment.first > expected:
        raise missing(segment.path.parent, expected)
    if segment.first < expected:
        raise JournalDamagedError(
            f"{segment.path}: entry {segment.first} should be the first in it, but the segment before it "
            f"reaches to entry {position.sequence}; {HELP}",
            segment.first,
            segment.path.name,
        )


def damaged(segment: Segment, sequence: int, reason: object) -> JournalDamagedError:
    """Return the error that an entry of a segment is wrong."""
    line = sequence - segment.first + 1
    return JournalDamagedError(
        f"{segment.path}, line {line}: entry {sequence} should stand here, but {reason}; {HELP}",
        sequence,
        segment.path.name,
    )


def short(segments: Sequence[Segment], position: Position, acknowledged: int) -> JournalDamagedError:
    """Return the error that the journal ends before an entry that was acknowledged."""
    place = segments[holding(segments, position.sequence + 1)].path
    following = position.sequence + 1
    return JournalDamagedError(
        f"{place}: the journal ends at entry {position.sequence}, but entry {acknowledged} was acknowledged; "
        f"either the end of this file is missing, or {name(following)} beside it; {HELP}",
        following,
        place.name,
    )


def unreadable(segment: Segment, error: OSError) -> JournalError:
    """Return the error that the operating system does not let a segment be read."""
    return JournalError(f"{segment.path} cannot be read: {reason(error)}")


def walk(segment: Segment, position: Position, offset: int = 0) -> Iterator[Step]:
    """Return the lines from an offset on, each checked against the one before; `LineError` at a wrong one."""
    try:
        with segment.path.open("rb") as file:
            file.seek(offset)
            for raw in file:
                line = decode(raw)
                position = position.follow(line)
                offset += len(raw)
                yield Step(line, position, offset)
    except OSError as error:
        raise unreadable(segment, error) from error


def rest(segment: Segment, offset: int) -> bytes:
    """Return the bytes of a segment from an offset on."""
    try:
        with segment.path.open("rb") as file:
            file.seek(offset)
            return file.read()
    except OSError as error:
        raise unreadable(segment, error) from error


def is_torn(tail: bytes, position: Position, acknowledged: int) -> bool:
    """Tell whether what stands behind a position is left of a write that never ended.

    Then no line of it is complete, unless it was appended as one with the first, and none was acknowledged.
    """
    first = 0 if acknowledged > position.sequence else position.sequence + 1
    for raw in io.BytesIO(tail):
        try:
            group = decode(raw).entry.group
        except LineError as error:
            if error.whole:
                return False
        else:
            if group is None or group[0] != first:
                return False
    return True


def locate(segment: Segment, sequence: int) -> Step | None:
    """Return the line of an entry, found by counting lines; None if another stands there, or none."""
    at = sequence - segment.first
    try:
        with segment.path.open("rb") as file:
            for raw in itertools.islice(file, at, at + 1):
                line = decode(raw)
                entry = line.entry
                if entry.sequence == sequence:
                    return Step(line, Position.after(line), file.tell())
    except LineError:
        return None
    except OSError as error:
        raise unreadable(segment, error) from error
    return None


def last_line(segment: Segment) -> tuple[bytes, bool]:
    """Return the last line that ends, empty if there is none, and whether the file ends with it."""
    try:
        with segment.path.open("rb") as file:
            size, width = file.seek(0, os.SEEK_END), _CHUNK
            while True:
                start = max(0, size - width)
                file.seek(start)
                data = file.read(size - start)
                end = data.rfind(b"\n") + 1
                begin = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
                if begin or not start:
                    return data[begin:end], end == len(data)
                width *= 8
    except OSError as error:
        raise unreadable(segment, error) from error


def sealed(segment: Segment, position: Position) -> Position:
    """Return where the chain stands after a segment that grows no more; looks at its first and last line."""
    raw, ends = last_line(segment)
    try:
        next(walk(segment, position), None)
        line = decode(raw)
    except LineError:
        return walked(segment, position)
    last = Position.after(line)
    return last if ends and last.is_whole else walked(segment, position)


def walked(segment: Segment, position: Position) -> Position:
    """Return where the chain stands after a segment that grows no more; reads every line of it."""
    try:
        for step in walk(segment, position):
            position = step.position
    except LineError as error:
        raise damaged(segment, position.sequence + 1, error) from error
    if position.sequence < segment.first:
        raise damaged(segment, segment.first, "the file is empty")
    return position


def holding(segments: Sequence[Segment], sequence: int) -> int:
    """Return the index of the segment in which an entry stands, or would stand."""
    return max(index for index, segment in enumerate(segments) if index == 0 or segment.first <= sequence)
