"""Answers that were given at the present change of the store, and may be given again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from kg.store.base import Dataset

Asked: TypeAlias = "tuple[str, str, Dataset | None, str | None]"
"""A query, the media type of its answer, its dataset, and its base."""
_PART: Final = 16
"""No answer takes more than one part in so many of the room."""
_OVERHEAD: Final = 500
"""Bytes that it takes to keep an answer, besides query and answer."""


class Answers:
    """Keeps answers, those that were asked for last, until the store changes; for any number of threads.

    >>> answers = Answers(1_000_000)
    >>> answers.keep(("ASK {}", "text/csv", None, None), b"true", 7)
    >>> answers.find(("ASK {}", "text/csv", None, None), 7)
    b'true'
    >>> answers.find(("ASK {}", "text/csv", None, None), 8) is None
    True
    """

    def __init__(self, room: int) -> None:
        """Keep at most so many bytes; 0: nothing."""
        self._room = room
        self._taken = 0
        self._sequence = 0
        self._held: OrderedDict[Asked, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, asked: Asked, sequence: int) -> bytes | None:
        """Return the answer as it was given at that change; None if it was not, or is not kept."""
        with self._lock:
            if sequence != self._sequence or asked not in self._held:
                return None
            self._held.move_to_end(asked)
            return self._held[asked]

    def keep(self, asked: Asked, answer: bytes, sequence: int) -> None:
        """Keep an answer that was given at that change; those of earlier ones go."""
        size = _size(asked, answer)
        with self._lock:
            if sequence > self._sequence:
                self._held.clear()
                self._taken, self._sequence = 0, sequence
            if sequence < self._sequence or size > self._room // _PART or asked in self._held:
                return
            self._held[asked] = answer
            self._taken += size
            while self._taken > self._room:
                self._taken -= _size(*self._held.popitem(last=False))


def _size(asked: Asked, answer: bytes) -> int:
    return 4 * len(asked[0]) + len(answer) + _OVERHEAD
