"""What pages of other sites may do: read, with a key or without, and ask queries; no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware

from api.deps import HIDDEN
from api.sequence import HEADER

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Scope

    from api.fields import Fields

_READING: Final = frozenset({"GET", "HEAD"})
_QUERIES: Final = frozenset({"/sparql", "/mcp", "/reconcile"})
"""What is posted to these only asks."""
_ASKED: Final = b"access-control-request-method"


class Reading:
    """Lets pages of any site see what is read; of what changes something they are told nothing."""

    def __init__(self, app: ASGIApp) -> None:
        """State the rules, by which an application is read."""
        self._rules = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=[
                "ETag",
                "Link",
                HEADER,
                "Servanda-Counts",
                HIDDEN,
                "Servanda-Left-Out",
                "Preference-Applied",
                "Retry-After",
                "X-Request-Id",
            ],
        )
        said = self._rules.simple_headers
        self._said = {name.lower().encode(): value.encode() for name, value in said.items()}

    def preflight(self, scope: Scope, asked: Fields) -> Response | None:
        """Return the answer to a browser that asks whether a page may ask; None for another request."""
        if scope["method"] != "OPTIONS" or b"origin" not in asked or _ASKED not in asked:
            return None
        return self._rules.preflight_response(Headers(scope=scope)) if _may_be_seen(scope, asked) else None

    def show(self, scope: Scope, asked: Fields, head: Fields) -> None:
        """Say in the head of an answer that pages may see it, if they may."""
        if _may_be_seen(scope, asked):
            head[b"vary"] += b", Origin"
            if b"origin" in asked:
                head.update(self._said)


def _may_be_seen(scope: Scope, asked: Fields) -> bool:
    """Return whether it is a request for something to be read, or the question whether it might be made."""
    method = scope["method"]
    if method == "OPTIONS":
        method = asked.get(_ASKED, b"GET").decode("latin-1")
    return method in _READING or (method == "POST" and scope["path"] in _QUERIES)
