"""What pages of other sites may do: read, with a key or without, and ask queries; no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_READING: Final = frozenset({"GET", "HEAD"})
_QUERIES: Final = "/sparql"


class Reading(CORSMiddleware):
    """Lets pages of any site see what is read; of what changes something they are told nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or _may_be_seen(scope):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _may_be_seen(scope: Scope) -> bool:
    """Return whether it is a request for something to be read, or the question whether it might be made."""
    method = scope["method"]
    if method == "OPTIONS":
        method = Headers(scope=scope).get("access-control-request-method", "GET")
    return method in _READING or (method == "POST" and scope["path"] == _QUERIES)
