"""How far an import is, how fast it goes, and when it will have ended: told while it is waited for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MINUTE: Final = 60
_HOUR: Final = 3600
_STAGES: Final = ("read and checked", "written")


class Pace:
    """Is called with how many rows are done, of how many if that is known, and tells of it every so often."""

    def __init__(
        self, tell: Callable[[str], None], every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Tell by a function, not more often than every so many seconds."""
        self._tell = tell
        self._every = every
        self._clock = clock
        self._stage = 0
        self._done = 0
        self._begun = self._told = clock()

    def __call__(self, done: int, total: int | None) -> None:
        """Note how far it is; fewer rows than before are those of the next stage, or of the next file."""
        now = self._clock()
        if done < self._done:
            self._stage = 1 - self._stage
            self._begun = now
        self._done = done
        if now - self._told >= self._every:
            self._told = now
            self._tell(sentence(done, total, now - self._begun, self._stage))


def sentence(done: int, total: int | None, seconds: float, stage: int = 0) -> str:
    """Return how far it is, in words; how many rows a file will have had is an estimate while it is read.

    >>> sentence(12_000, 300_000, 20)
    'rows read and checked: 12,000 of about 300,000; 600 a second; 8 min left'
    >>> sentence(500, None, 0)
    'rows read and checked: 500'
    >>> sentence(900, 1000, 9, 1)
    'rows written: 900 of 1,000; 100 a second; 1 s left'
    """
    about = "about " if stage == 0 else ""
    known = f" of {about}{total:,}" if total is not None else ""
    parts = [f"rows {_STAGES[stage]}: {done:,}{known}"]
    if done and seconds > 0:
        rate = done / seconds
        parts.append(f"{rate:,.0f} a second" if rate >= 1 else f"{rate * _MINUTE:,.1f} a minute")
        if total is not None and total >= done:
            parts.append(f"{_duration((total - done) / rate)} left")
    return "; ".join(parts)


def _duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> _duration(40), _duration(100), _duration(9000)
    ('40 s', '2 min', '2 h 30 min')
    """
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    hours, rest = divmod(int(seconds), _HOUR)
    return f"{hours} h {rest // _MINUTE} min"
