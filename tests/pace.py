"""How late something may come in a test: whatever else the machine does, a test must not fail for it.

How quick things are is measured where nothing else runs, by `make bench`; a test tells what ends from what
never would.
"""

from typing import Final

LATE: Final = 30.0
"""Seconds more than promised after which what was to end is held not to end."""
