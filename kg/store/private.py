"""Files of a store are for their owner alone: 0600, in folders of 0700, whatever the umask was before.

A store holds words that not everybody may read: texts of which others see only quotes, what was refused,
keys. The engine makes its files itself, so it is the process that is told.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHERS: Final = 0o077
FILE: Final = 0o600
"""The mode of a file of a store."""
FOLDER: Final = 0o700
"""The mode of a folder of a store."""


def be_private() -> None:
    """Let nobody else read or enter what this process, and those that it begins, make from now on."""
    os.umask(_OTHERS)


@contextmanager
def private() -> Iterator[None]:
    """Give a block in which what is made is for its owner alone."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)
