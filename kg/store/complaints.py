"""What the engine says of its files, as errors of ours."""

from __future__ import annotations

import re
import resource
from contextlib import contextmanager
from traceback import clear_frames
from typing import TYPE_CHECKING, Final

from kg.errors import QueryError, StorageFullError, StoreDamagedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELSEWHERE = re.compile(r"https?\b|connect|resolve|socket", re.IGNORECASE)
"""What the engine says of calls to other machines, where a query was let through that makes one."""
_OF_FILES = re.compile(r"io error|corruption|no such file|while \w+ (?:a |the )?\w* ?file", re.IGNORECASE)
"""What it says of files, in whose names anything may stand."""
_DAMAGED = re.compile(r"corrupt|checksum|mismatch|string store|term buffer|whole buffer", re.IGNORECASE)
"""What the engine says of bytes that it cannot have written; anything else at run time is about the query."""
FULL = re.compile(r"no space left|disk quota|file too large", re.IGNORECASE)

_FEW: Final = re.compile(r"file descriptors|too many open files", re.IGNORECASE)
"""What it says where the process may not open as many files as it needs."""


@contextmanager
def complaints() -> Iterator[None]:
    """Raise what the engine says of its files as errors of ours."""
    try:
        yield
    except OSError as error:
        if FULL.search(str(error)):
            raise StorageFullError(f"no room on the disk: {error}") from error
        few = few_files("the store", str(error))
        if few is not None:
            raise few from error
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


def few_files(what: str, why: str) -> StoreError | None:
    """Return the error for a process that may not open as many files as it needs; None: `why` is another."""
    if not _FEW.search(why):
        return None
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return StoreError(
        f"{what} cannot be opened: this process may have {allowed} files open at once, which is too few; "
        "nothing is damaged: allow more, as `ulimit -n 1024` does"
    )


def _damaged(error: Exception) -> StoreDamagedError:
    return StoreDamagedError(
        f"the store cannot be read or written: {error}; servanda verify says more, "
        "and servanda rebuild makes it anew from its journal",
    )
