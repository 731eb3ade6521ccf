"""Reading a journal, beside its writer: every entry is checked against the chain before it is handed out."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

from kg.errors import JournalError
from kg.journal import head
from kg.journal.line import LineError, Position, decode, unpack
from kg.journal.segments import (
    Segment,
    Step,
    damaged,
    expect,
    holding,
    is_torn,
    last_line,
    listed,
    locate,
    rest,
    sealed,
    short,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.journal.entry import Entry


class JournalReader:
    """A journal to be read; takes no lock and never sees half an entry.

    What ends the last file and is no whole entry is a write under way or one that was cut off, and is passed
    over, unless the witness knows of more entries. An entry can be seen a moment before it is on the disk.
    """

    def __init__(self, folder: Path) -> None:
        """Look for the journal in a folder; `JournalError` if there is none."""
        listed(folder)
        self.folder = folder

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash of the last whole entry; (0, `GENESIS`) if there is none yet."""
        witness = head.read(self.folder)
        position = self._last(witness)
        self._attest(witness, position)
        return position.sequence, position.hash

    @property
    def files(self) -> tuple[Path, ...]:
        """The segments, in order; all but the last are changed by nothing but an erasure."""
        return tuple(segment.path for segment in listed(self.folder))

    @property
    def unfinished(self) -> int:
        """Number of bytes after the last whole entry: a write under way, or one that was cut off."""
        segments = listed(self.folder)
        end = 0
        for step in self._segment(segments[-1], self._before(segments, len(segments) - 1), 0, last=True):
            end = step.end
        return len(rest(segments[-1], end))

    def entries(self, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """Return the entries numbered above `after` and up to `until`, in order, without their payloads."""
        for _, step in self._steps(after, until):
            yield step.line.entry

    def marked(self, after: int = 0, until: int | None = None) -> Iterator[tuple[Entry, bool]]:
        """Return the entries as `entries` does, each with whether it had a payload that was taken away."""
        for _, step in self._steps(after, until):
            entry = step.line.entry
            yield entry, entry.payload_sha256 is not None and step.line.packed is None

    def records(self, after: int = 0, until: int | None = None) -> Iterator[tuple[Entry, bytes | None]]:
        """Return the entries with their payloads, checked; None where there is none, or none any more."""
        for segment, step in self._steps(after, until):
            try:
                payload = unpack(step.line)
            except LineError as error:
                raise damaged(segment, step.position.sequence, error) from error
            yield step.line.entry, payload

    def record(self, sequence: int) -> tuple[Entry, bytes | None]:
        """Return an entry and its payload; `JournalError` if the journal holds none of that number."""
        found = next(self.records(sequence - 1, sequence), None) if sequence > 0 else None
        if found is None:
            raise JournalError(f"{self.folder}: there is no entry {sequence}; there are 1 to {self.head[0]}")
        return found

    def erased(self, entry: Entry) -> bool:
        """Tell whether an entry had a payload that was taken away."""
        if entry.payload_sha256 is None:
            return False
        _, step = next(self._steps(entry.sequence - 1, entry.sequence))
        return step.line.packed is None

    def _steps(self, after: int, until: int | None) -> Iterator[tuple[Segment, Step]]:
        if until is not None and until <= after:
            return
        witness = head.read(self.folder)
        segments = listed(self.folder)
        index, position, offset = self._start(segments, max(after, 0))
        for segment in segments[index:]:
            if not offset:
                expect(segment, position)
            acknowledged = witness.sequence if witness else 0
            for step in self._segment(segment, position, offset, acknowledged, last=segment is segments[-1]):
                position = step.position
                if witness and witness.sequence == position.sequence:
                    self._attest(witness, position)
                if position.sequence > after:
                    yield segment, step
                if position.sequence == until:
                    return
            offset = 0
        self._attest(witness, position)

    def _start(self, segments: tuple[Segment, ...], after: int) -> tuple[int, Position, int]:
        """Return the segment, position and offset from which to read on: behind `after` if it is there."""
        index = holding(segments, after)
        step = locate(segments[index], after) if after else None
        if step:
            return index, step.position, step.end
        return index, self._before(segments, index), 0

    def _before(self, segments: tuple[Segment, ...], index: int) -> Position:
        """Return where the chain stands before a segment, as the end of the one before it says."""
        if not index:
            return Position()
        segment = segments[index - 1]
        raw, _ = last_line(segment)
        try:
            line = decode(raw)
        except LineError:
            return sealed(segment, self._before(segments, index - 1))
        return Position.after(line)

    def _segment(
        self, segment: Segment, position: Position, offset: int, acknowledged: int = 0, *, last: bool
    ) -> Iterator[Step]:
        """Return the lines of a segment; an unfinished end is passed over in the last one, else damage.

        What was appended as one and never acknowledged is unfinished as long as one line of it lacks.
        """
        while True:
            begun: list[Step] = []
            try:
                for step in walk(segment, position, offset):
                    begun.append(step)
                    if not last or step.position.is_whole or step.position.sequence <= acknowledged:
                        yield from begun
                        position, offset = step.position, step.end
                        begun.clear()
            except LineError as error:
                tail = rest(segment, offset)
                if last and self._came(tail, position):
                    continue
                if last and is_torn(tail, position, acknowledged):
                    return
                yield from begun
                raise damaged(segment, position.sequence + len(begun) + 1, error) from error
            if not last and position.sequence < segment.first:
                raise damaged(segment, segment.first, "the file is empty")
            return

    def _came(self, tail: bytes, position: Position) -> bool:
        """Tell whether the next line, and all that was appended with it, has been written in the meantime."""
        with contextlib.suppress(LineError):
            for raw in io.BytesIO(tail):
                position = position.follow(decode(raw))
                if position.is_whole:
                    return True
        return False

    def _last(self, witness: Position | None) -> Position:
        segments = listed(self.folder)
        for index in reversed(range(len(segments))):
            raw, _ = last_line(segments[index])
            if not raw:
                continue
            with contextlib.suppress(LineError):
                position = Position.after(decode(raw))
                if position.group is None or (witness and witness.hash == position.hash):
                    return position
            position = self._before(segments, index)
            for step in self._segment(segments[index], position, 0, last=index == len(segments) - 1):
                position = step.position
            return position
        return Position()

    def _attest(self, witness: Position | None, position: Position) -> None:
        """Check the last entry that was read, or the very one that the witness names, against the witness."""
        if witness is None or witness.sequence < position.sequence:
            return
        if witness.sequence > position.sequence:
            raise short(listed(self.folder), position, witness.sequence)
        if witness.hash != position.hash:
            segment = listed(self.folder)
            place = segment[holding(segment, position.sequence)]
            raise damaged(place, position.sequence, f"it has another hash than {head.NAME} says")
