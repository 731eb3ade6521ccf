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

NAME = "head.json"
_WIDTH = 192


class Witness:
    """The witness of a journal that is open for writing; the journal does not depend on it."""

    def __init__(self, folder: Path, position: Position) -> None:
        """Write the witness anew."""
        self._folder = folder
        self._handle: int | None = None
        self.say(position)

    def say(self, position: Position) -> None:
        """Write down how far the journal was acknowledged, if the disk lets us."""
        text = _text(position)
        with contextlib.suppress(OSError):
            if self._handle is None:
                self._handle = self._begin(text)
            elif os.pwrite(self._handle, text, 0) < len(text):
                self.close()

    def close(self) -> None:
        """Close the file."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _begin(self, text: bytes) -> int:
        temporary = self._folder / f"{NAME}.tmp"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        try:
            if os.write(handle, text) == len(text):
                temporary.replace(self._folder / NAME)
                return handle
        except OSError:
            os.close(handle)
            raise
        os.close(handle)
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
