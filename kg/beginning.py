"""A Ctrl-C while the command line is still being read in: it ends the process, and nothing is said of it."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def ended_by_interrupts() -> Iterator[None]:
    """Let a Ctrl-C end the process as the system does, and not as an error of whatever it meets."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
