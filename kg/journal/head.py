"""The witness: a small file beside the segments that says how far the journal was acknowledged.

It is overwritten after each append and never synced: after a power cut it may say too little, never too much.
Where it is missing or does not check, it says nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING

from kg.journal.line import Position

if TYPE_CHECKING:
    from pathlib import Path

    from kg.journal.disk import Disk

NAME = "head.json"
_WIDTH = 192


class Witness:
    """The witness of a journal that is open for writing; the journal does not depend on it."""

    def __init__(self, folder: Path, position: Position, disk: Disk) -> None:
        """Write the witness anew."""
        self._folder = folder
        self._disk = disk
        self._handle: int | None = None
        self.say(position)

    def say(self, position: Position) -> None:
        """Write down how far the journal was acknowledged, if the disk lets us."""
        text = _text(position)
        with contextlib.suppress(OSError):
            if self._handle is None:
                self._handle = self._begin(text)
            elif self._disk.write_at(self._handle, text, 0) < len(text):
                self.close()

    def close(self) -> None:
        """Close the file."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._disk.close(handle)

    def _begin(self, text: bytes) -> int:
        temporary = self._folder / f"{NAME}.tmp"
        handle = self._disk.open(temporary, os.O_CREAT | os.O_TRUNC)
        try:
            if self._disk.write(handle, text) == len(text):
                self._disk.replace(self._folder / NAME, temporary)
                return handle
        except OSError:
            self._disk.close(handle)
            raise
        self._disk.close(handle)
        raise OSError


def read(folder: Path) -> Position | None:
    """Return the entry that was acknowledged last as far as the witness knows, or None if it says nothing."""
    try:
        text = (folder / NAME).read_bytes()
        found = json.loads(text)
        position = Position(found["sequence"], found["hash"])
        right = type(position.sequence) is int and text == _text(position)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return position if right else None


def _text(position: Position) -> bytes:
    """Return the witness's words, always of the same length."""
    check = hashlib.sha256(f"{position.sequence} {position.hash}".encode()).hexdigest()
    text = json.dumps({"sequence": position.sequence, "hash": position.hash, "check": check})
    return text.ljust(_WIDTH).encode() + b"\n"
