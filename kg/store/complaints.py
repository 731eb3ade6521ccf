"""What the engine says of its files, as errors of ours."""

from __future__ import annotations

import re
from contextlib import contextmanager
from traceback import clear_frames
from typing import TYPE_CHECKING

from kg.errors import QueryError, StoreDamagedError
from kg.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELSEWHERE = re.compile(r"https?\b|connect|resolve|socket", re.IGNORECASE)
"""What the engine says of calls to other machines, where a query was let through that makes one."""
_OF_FILES = re.compile(r"io error|corruption|no such file|while \w+ (?:a |the )?\w* ?file", re.IGNORECASE)
"""What it says of files, in whose names anything may stand."""
_DAMAGED = re.compile(r"corrupt|checksum|mismatch|string store|term buffer|whole buffer", re.IGNORECASE)
"""What the engine says of bytes that it cannot have written; anything else at run time is about the query."""


@contextmanager
def complaints() -> Iterator[None]:
    """Raise what the engine says of its files as errors of ours."""
    try:
        yield
    except OSError as error:
        refused = refusal("the store", error)
        if refused is not None:
            raise refused from error
        if _ELSEWHERE.search(str(error)) and not _OF_FILES.search(str(error)):
            raise QueryError(str(error)) from error
        raise _damaged(error) from error
    except RuntimeError as error:
        if not _DAMAGED.search(str(error)):
            raise
        raise _damaged(error) from error


def let_go(error: BaseException) -> None:
    """Take from the frames that an error came through what they read from, which keeps files open."""
    told: BaseException | None = error
    while told is not None:
        clear_frames(told.__traceback__)
        told = told.__cause__


def _damaged(error: Exception) -> StoreDamagedError:
    return StoreDamagedError(
        f"the store cannot be read or written: {error}; servanda verify says more, "
        "and servanda rebuild makes it anew from its journal",
    )
