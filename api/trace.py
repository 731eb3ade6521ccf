"""What becomes known of a request while it is answered: for the answer itself, the log and the metrics."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(slots=True)
class Trace:
    """One request; the parts that answer it add what they find out.

    It holds nothing that tells what was asked: neither the address's parameters nor a body, nor a key.
    """

    id: str
    """By which the answer, the log and whoever asked name it."""
    client: str = ""
    """The network address that asked, as far as it can be trusted; never logged as it is."""
    local: bool = False
    """Whether it came from this machine, and through no proxy."""
    route: str = "unmatched"
    """The template of the address, such as `/api/v1/claims/{id}`."""
    verdict: str = "ok"
    """The name of the problem that was answered, else `ok`."""
    key: str | None = None
    """The id of the key that was used, which opens nothing."""
    scope: str | None = None
    """What that key allows."""
    rests_on: str = ""
    """What the answer depends on besides the store and the request, such as a profile of export."""
    charged: str | None = None
    """Whose budget pays for the request; None where nobody's does."""


CURRENT: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)
"""The request that is being answered; None outside of any."""


def trace() -> Trace:
    """Return what is known of the request that is being answered; outside of any, of one without a name."""
    return CURRENT.get() or Trace("")
