"""What answers assistants over HTTP, made when the first of them asks: what it needs takes long to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.errors import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from api.assistants.serving import OverHttp
    from kg.query.lookups import Reader


class Assistants:
    """Answers what assistants ask of one application."""

    def __init__(self, application: ASGIApp, reader: Reader, version: str) -> None:
        """Prepare to answer from an application, whose graph that is."""
        self._application = application
        self._reader = reader
        self._version = version
        self._made: OverHttp | None = None

    async def over_http(self) -> OverHttp:
        """Return what answers; raise ProblemError where the extra is not installed."""
        if self._made is None:
            # Others are answered while it loads.
            answering = await run_in_threadpool(_loaded)
            if self._made is None:
                self._made = answering(self._application, self._reader, self._version)
        return self._made

    async def close(self) -> None:
        """Answer no more."""
        if self._made is not None:
            await self._made.close()


def _loaded() -> type[OverHttp]:
    try:
        from api.assistants.serving import OverHttp  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ProblemError(
            "not-installed",
            f"this server has no tools for assistants: they come with the extra `mcp` ({error.name} is "
            "missing)",
        ) from error
    return OverHttp
