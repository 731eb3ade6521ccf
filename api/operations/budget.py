"""How much each client may use: a bucket each, which time fills and use empties."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MINUTE: Final = 60.0
_BURST: Final = 2
"""Minutes' worth that a client who has been quiet may use at once."""
_KNOWN: Final = 10_000
_LEAST: Final = 1e-9


class Budget:
    """So much a minute for each client, and twice that after a pause; for one thread.

    What a use costs is known when it has ended, so a client may go into debt and then waits it off. At most
    so many clients are kept in mind: when there are more, the one that has been quiet longest is forgotten,
    and begins anew.
    """

    def __init__(
        self, rate: float, clients: int = _KNOWN, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Give each client `rate` a minute; 0 gives everybody any amount."""
        self._rate = rate
        self._burst = rate * _BURST
        self._clients = clients
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many clients are kept in mind."""
        return len(self._levels)

    def wait(self, client: str) -> int:
        """Return in how many seconds the client may ask again; 0 if it may now."""
        level = self._level(client)
        if not self._rate or level >= -_LEAST:
            return 0
        return max(1, math.ceil(-level / self._rate * _MINUTE - _LEAST))

    def charge(self, client: str, amount: float) -> None:
        """Take from the client's bucket what a use has cost."""
        if not self._rate or amount <= 0:
            return
        self._levels[client] = (self._level(client) - amount, self._clock())
        self._levels.move_to_end(client)
        while len(self._levels) > self._clients:
            self._levels.popitem(last=False)

    def _level(self, client: str) -> float:
        """Return what is left to the client now."""
        held = self._levels.get(client)
        if held is None:
            return self._burst
        level, then = held
        return min(self._burst, level + (self._clock() - then) * self._rate / _MINUTE)
