"""What the commands ask runs in a process of its own, with a limit, and ends at once on Ctrl-C."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import progress
from kg.pipeline.pooled import lanes
from kg.query.pool import alone
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query.pool import Limits, Within

_INTERRUPTED = 130

TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0,
        metavar="SECONDS",
        help="How long it may take; 0: as long as it takes.",
        show_default="as the server has it",
    ),
]


def limits(lane: str, timeout: float | None) -> Limits:
    """Return what a task may take: as in that lane of the server, but for the time if another is given."""
    found = lanes(Settings.from_environment())[lane].limits
    return found if timeout is None else replace(found, seconds=timeout or math.inf, slack=1.0)


def aside(work: Callable[[Within], bytes], most: Limits, what: str, *, writes: bool = False) -> bytes:
    """Return what the work gives, done in a process of its own; progress is shown where it takes a while.

    Raises what `kg.query.pool.alone` raises; on Ctrl-C the process is ended, and so is the command.
    """
    try:
        return alone(work, most, progress(what), writes=writes)
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
