"""Progress on a terminal, which is shown where there is enough of it to wait for."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import RenderableType

_A_WHILE = 1.0
"""Seconds after which progress is shown."""


class _Late(Progress):
    """Progress that is not shown until there was enough of it to wait for."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of Progress
        self._begun = time.monotonic()
        super().__init__(**options)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is shown now."""
        return super().get_renderables() if time.monotonic() - self._begun > _A_WHILE else ()


@contextmanager
def late(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows on standard error how many of how many are done."""
    with _Late(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
