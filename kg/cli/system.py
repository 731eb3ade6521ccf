"""Text that is none, told in a sentence, and output that nobody takes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def of_the_text(error: UnicodeDecodeError) -> str:
    """Return where bytes are no text, as a sentence."""
    line = error.object[: error.start].count(b"\n") + 1
    return f"what was given is not UTF-8: byte {error.start}, on line {line}; save it as UTF-8 first"


def forget_output() -> None:
    """Send what is still to be printed nowhere, so that nothing more is said of it as the program ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
