"""What the parts of the server share that look after its running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.errors import ProblemError
from api.operations.budget import Budget
from api.operations.metrics import Metrics
from api.operations.settings import ServerSettings

if TYPE_CHECKING:
    from api.operations.logs import Log
    from api.operations.vitals import Vitals
    from api.trace import Trace

_FAULTS_OF_OURS: Final = frozenset(
    {
        "ok",
        "too-many-requests",
        "overloaded",
        "busy",
        "starting",
        "internal-error",
        "store-unavailable",
        "keys-unavailable",
        "index-missing",
        "index-unavailable",
        "client-gone",
    },
)
"""Verdicts that are no errors of whoever asked."""


class Operations:
    """Settings, budgets and measurements of one server; for the thread of its event loop."""

    def __init__(
        self,
        software: str,
        settings: ServerSettings | None = None,
        log: Log | None = None,
    ) -> None:
        """Begin with full budgets; there is nothing to look at yet. Without a log no request is logged."""
        self.settings = settings or ServerSettings()
        self.step = "starting"
        """What is being done until requests can be answered, in words."""
        self.vitals: Vitals | None = None
        """The means to look at the store, once it is open."""
        self.log = log
        """Where each request is told of when it has ended."""
        self.metrics = Metrics(software, lambda: self.vitals, lambda: 0 if log is None else log.dropped)
        self._seconds = Budget(self.settings.client_seconds)
        self._errors = Budget(self.settings.client_errors)

    def admit(self, known: Trace, key: str | None) -> None:
        """Let a request pass whose client, or whose key if it has one, pays for it.

        Raises ProblemError, with the seconds to wait, where its budget is used up.
        """
        if known.local and not self.settings.local_too:
            return
        known.charged = f"address {known.client}" if key is None else f"key {key}"
        for budget, what in ((self._seconds, "query time"), (self._errors, "failed queries")):
            wait = budget.wait(known.charged)
            if wait:
                raise ProblemError(
                    "too-many-requests",
                    f"you have used up your share of {what}; ask again in {wait} seconds",
                    {"Retry-After": str(wait)},
                )

    def settle(self, known: Trace, seconds: float) -> None:
        """Take what a request has cost from the budget that pays for it."""
        if known.charged is None or known.verdict == "too-many-requests":
            return
        self._seconds.charge(known.charged, seconds)
        if known.verdict not in _FAULTS_OF_OURS:
            self._errors.charge(known.charged, 1)
