"""The one writer of a journal: what `append` has returned is on the disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from kg.errors import JournalError, StoreExistsError
from kg.journal import head
from kg.journal.disk import DISK, Disk, told
from kg.journal.entry import Action, Draft, Entry
from kg.journal.erasure import rewrite
from kg.journal.line import LineError, Position, decode, encode, pack
from kg.journal.reader import JournalReader
from kg.journal.recover import recover
from kg.journal.segments import Segment, holding, listed, name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

SEGMENT_BYTES = 16 << 20
"""From this size on, a segment is sealed before the next append."""


def now() -> datetime:
    """Return the time of the machine, in UTC."""
    return datetime.now(UTC)


class Journal(JournalReader):
    """A journal to be written to, by one process and one thread at a time; keep others away with a lock."""

    def __init__(
        self,
        folder: Path,
        held: int,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], datetime] = now,
        disk: Disk = DISK,
    ) -> None:
        """Open the journal in a folder; see `open`."""
        super().__init__(folder)
        self._segment_bytes = segment_bytes
        self._clock = clock
        self._disk = disk
        self._handle: int | None = None
        self._refusal = ""
        self._named = True
        self._last_segment, self._position = recover(folder, held, disk)
        self._attach()
        self._witness = head.Witness(folder, self._position, disk)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], datetime] = now,
        disk: Disk = DISK,
    ) -> Self:
        """Return a new journal without entries; makes the folder if need be."""
        with told(folder, "the journal cannot be created"):
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.glob("*.jsonl")):
                raise StoreExistsError(f"{folder}: there is a journal already; open it instead")
            disk.create(folder / name(1), b"")
            disk.sync_folder(folder.parent)
            (folder / head.NAME).unlink(missing_ok=True)
        return cls(folder, 0, segment_bytes=segment_bytes, clock=clock, disk=disk)

    @classmethod
    def open(
        cls,
        folder: Path,
        held: int,
        *,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], datetime] = now,
        disk: Disk = DISK,
    ) -> Self:
        """Return the journal of a folder, ready for the next entry.

        `held` is the highest number that the store has taken in. A write that never ended is cut away, and
        what was written of it is kept beside as `torn-….bin`. `JournalDamagedError` if an entry is wrong, or
        missing though it was acknowledged.
        """
        return cls(folder, held, segment_bytes=segment_bytes, clock=clock, disk=disk)

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash of the last entry; (0, `GENESIS`) if there is none yet."""
        return self._position.sequence, self._position.hash

    def append(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Return the entries as which changes now stand in the journal: all of them, or an error and none.

        `StorageFullError` where there is no room; then the journal is as before. If the disk does not
        confirm a write, or what was written of it cannot be cut away, the journal takes in nothing until it
        is opened again.
        """
        if not drafts:
            return ()
        lines, entries, position = self._lines(drafts)
        handle = self._ready()
        if self._size >= self._segment_bytes:
            handle = self._rotate()
        with told(self._last_segment.path, "nothing was taken in"):
            self._write(handle, lines, position)
        self._witness.say(position)
        return entries

    def erase(self, sequences: Collection[int]) -> None:
        """Take the payloads of entries away for good; the entries stay, and with them the chain.

        Journal the redaction first, an entry that lists the numbers: a payload that is gone without one is
        damage. What was erased before is passed over.
        """
        unknown = sorted(number for number in sequences if not 0 < number <= self._position.sequence)
        if unknown:
            there = f"there are 1 to {self._position.sequence}"
            raise JournalError(f"{self.folder}: there is no entry {unknown[0]} to erase; {there}")
        self._ready()
        segments = listed(self.folder)
        for index in sorted({holding(segments, number) for number in sequences}):
            try:
                rewrite(segments[index], self._before(segments, index), frozenset(sequences), self._disk)
            finally:
                if index == len(segments) - 1:
                    self._attach()

    def discard_torn(self) -> None:
        """Remove what was kept of writes that never ended: it may hold words that were redacted since."""
        for torn in self.folder.glob("torn-*.bin"):
            self._disk.unlink(torn)

    def close(self) -> None:
        """Close the file; the journal takes in nothing more."""
        handle, self._handle = self._handle, None
        self._refusal = "it is closed"
        if handle is not None:
            self._disk.close(handle)
        self._witness.close()

    def __enter__(self) -> Self:
        """Return the journal itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _attach(self) -> None:
        """Open the last segment for writing at its end."""
        handle, self._handle = self._handle, None
        self._refusal = "its last segment could not be opened"
        path = self._last_segment.path
        with told(path, "it cannot be written to"):
            if handle is not None:
                self._disk.close(handle)
            self._handle = self._disk.open(path, os.O_APPEND)
            self._size = os.fstat(self._handle).st_size
        self._refusal = ""

    def _ready(self) -> int:
        """Return the handle of the last segment, which is as it was left; `JournalError` otherwise."""
        path = self._last_segment.path
        if self._handle is not None and not self._refusal:
            with told(path, "nothing was taken in"):
                found = os.fstat(self._handle)
            if found.st_size == self._size and found.st_nlink:
                return self._handle
            self._refusal = "somebody else changed it"
        raise JournalError(f"{path}: the journal takes in nothing: {self._refusal}; open the store again")

    def _write(self, handle: int, data: bytes, position: Position) -> None:
        """Write at the end and wait for the disk; whatever interrupts this leaves a journal that refuses."""
        self._refusal = "the disk did not confirm the last write"
        try:
            self._disk.write_all(handle, data)
        except OSError:
            with contextlib.suppress(OSError):
                self._disk.truncate(handle, self._size)
                self._refusal = ""
            raise
        try:
            self._sync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                self._disk.truncate(handle, self._size)
            raise
        self._size += len(data)
        self._position = position
        self._refusal = ""

    def _sync(self, handle: int) -> None:
        """Make the last write survive a power cut, and the name of a new segment with it."""
        self._disk.sync(handle)
        if not self._named:
            self._disk.sync_folder(self.folder)
            self._named = True

    def _rotate(self) -> int:
        """Return the handle of a new segment, whose name is made to last together with its first entry."""
        first = self._position.sequence + 1
        path = self.folder / name(first)
        with told(path, "nothing was taken in"):
            handle = self._disk.open(path, os.O_APPEND | os.O_CREAT | os.O_EXCL)
        old, self._handle = self._handle, handle
        self._last_segment, self._size, self._named = Segment(path, first), 0, False
        self._refusal = ""
        if old is not None:
            self._disk.close(old)
        return handle

    def _lines(self, drafts: Sequence[Draft]) -> tuple[bytes, tuple[Entry, ...], Position]:
        """Return the lines of changes, their entries, and where the chain will stand."""
        position = self._position
        stamp = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        first = position.sequence + 1
        group = (first, first + len(drafts) - 1) if len(drafts) > 1 else None
        written, entries = [], []
        for draft in drafts:
            try:
                raw = _line(draft, position, stamp, group)
                line = decode(raw)
            except (LineError, UnicodeEncodeError) as error:
                raise JournalError(
                    f"{self.folder}: {draft.document} cannot be journalled: {error}"
                ) from error
            position = position.follow(line)
            written.append(raw)
            entries.append(line.entry)
        return b"".join(written), tuple(entries), position


def _line(draft: Draft, position: Position, stamp: str, group: tuple[int, int] | None) -> bytes:
    """Return the line of a draft; a clock that was set back dates nothing before what is there already."""
    sequence = position.sequence + 1
    if draft.redacts and draft.action is not Action.REDACT:
        raise LineError(f"only a redaction takes payloads away, and this is to {draft.action}", whole=True)
    for number in draft.redacts:
        if not 0 < number < sequence:
            raise LineError(f"it redacts entry {number}, which is none before entry {sequence}", whole=True)
    payload = draft.payload
    entry = Entry(
        sequence=sequence,
        time=max(stamp, position.time),
        action=draft.action,
        kind=draft.kind,
        identifier=draft.identifier,
        revision=draft.revision,
        agent=draft.agent,
        graphs=tuple(draft.graphs),
        content_hash=draft.content_hash,
        reason=draft.reason,
        redacts=tuple(draft.redacts),
        payload_sha256=None if payload is None else hashlib.sha256(payload).hexdigest(),
        payload_bytes=0 if payload is None else len(payload),
        previous=position.hash,
        clock=stamp if stamp < position.time else None,
        behind=position.behind,
        salt=draft.salt,
        group=group,
    )
    return encode(entry, None if payload is None else pack(payload))
