"""The addresses of the application, asked from within it in the name of who asked for a tool."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from api.sequence import HEADER
from api.trace import trace
from kg.keys import is_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Scope

_OK: Final = 200
_KEPT: Final = frozenset({b"host", b"authorization", b"accept-language"})
"""Headers of who asks that count for what is asked in their name too."""
_NOBODY: Final[Mapping[str, Any]] = {
    "scheme": "http",
    "server": ("localhost", 80),
    "client": None,
    "headers": [(b"host", b"localhost")],
}


class RefusedError(Exception):
    """What was asked for cannot be answered; the sentence says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its body, and the change of the store at which it stands."""

    body: Any
    sequence: int | None

    @property
    def cursor(self) -> str | None:
        """What the next page of a list begins with; None on the last."""
        following = self.body.get("next") if isinstance(self.body, dict) else None
        return dict(parse_qsl(urlsplit(following).query)).get("cursor") if following else None


class Asking:
    """Asks an application for what is at its addresses, with the rights and limits of who asks."""

    def __init__(self, application: ASGIApp, scope: Scope | None = None) -> None:
        """Ask in the name of a request; without one in that of whoever runs this process."""
        self._application = application
        self._by = _NOBODY if scope is None else scope

    async def __call__(
        self, path: str, parameters: Mapping[str, object], accept: str = "application/json"
    ) -> Told:
        """Return the answer of an address; raise RefusedError with the words of a problem."""
        given = [(name, _said(value)) for name, value in parameters.items() if value is not None]
        if any(is_token(text) for text in (*path.split("/"), *(value for _, value in given))):
            raise RefusedError("a key is never an argument: it belongs into the header Authorization")
        status, headers, body = await self._answer(path, urlencode(given), accept)
        told = json.loads(body) if b"json" in headers.get(b"content-type", b"") else body.decode()
        if status != _OK:
            raise RefusedError(_problem(status, told))
        at = headers.get(HEADER.lower().encode())
        return Told(told, None if at is None else int(at))

    async def _answer(self, path: str, query: str, accept: str) -> tuple[int, dict[bytes, bytes], bytes]:
        """Return status, headers and body of what is at an address."""
        kept = [(name, value) for name, value in self._by["headers"] if name in _KEPT]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": self._by["scheme"],
            "server": self._by["server"],
            "client": self._by["client"],
            "root_path": "",
            "path": path,
            "raw_path": quote(path, safe="/").encode(),
            "query_string": query.encode(),
            "headers": [*kept, (b"accept", accept.encode())],
            "state": {},
        }
        known, route = trace(), trace().route
        pieces: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            pieces.append(message)

        await self._application(scope, receive, send)
        known.route = route
        start = pieces[0]
        body = b"".join(piece.get("body", b"") for piece in pieces[1:])
        return start["status"], {name.lower(): value for name, value in start["headers"]}, body


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _problem(status: int, told: object) -> str:
    """Return what a problem says, with its name."""
    if not isinstance(told, dict):
        return f"it could not be answered (status {status})"
    name = str(told.get("type", "")).rpartition("/")[2]
    return f"{told.get('detail') or told.get('title')} ({name})"
