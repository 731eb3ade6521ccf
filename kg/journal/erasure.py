"""A segment without some of its payloads: written beside it, then put in its place in one step."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from kg.journal.disk import Disk, told
from kg.journal.line import LineError, Position, encode
from kg.journal.segments import Segment, damaged, rest, walk

if TYPE_CHECKING:
    from collections.abc import Collection


def rewrite(segment: Segment, position: Position, sequences: Collection[int], disk: Disk) -> None:
    """Take the payloads of some entries out of a segment; every line is checked, and the rest stays."""
    data, lines, start, changed = rest(segment, 0), [], 0, False
    try:
        for step in walk(segment, position):
            entry, position = step.line.entry, step.position
            erases = entry.sequence in sequences and step.line.packed is not None
            lines.append(encode(entry, None) if erases else data[start : step.end])
            start, changed = step.end, changed or erases
    except LineError as error:
        raise damaged(segment, position.sequence + 1, error) from error
    if changed:
        _replace(segment, b"".join(lines), disk)


def _replace(segment: Segment, data: bytes, disk: Disk) -> None:
    path = segment.path
    temporary = path.with_name(f"{path.name}.tmp")
    with told(path, "nothing was erased"):
        try:
            handle = disk.open(temporary, os.O_CREAT | os.O_TRUNC)
            try:
                disk.write_all(handle, data)
                disk.sync(handle)
            finally:
                disk.close(handle)
            shutil.copymode(path, temporary)
            disk.replace(path, temporary)
        except OSError:
            with contextlib.suppress(OSError):
                disk.unlink(temporary)
            raise
    with told(path, "the erasure may not survive a power cut; erase again"):
        disk.sync_folder(path.parent)
