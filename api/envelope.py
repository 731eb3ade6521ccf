"""What every answer passes on its way out: one look at its head, to which each part adds its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.compression import Stream, is_worthwhile, zipped
from api.conditional import KEPT, tagged
from api.cors import Reading
from api.errors import problem
from api.fields import joined
from api.preferences import minimum, stands_at
from api.sequence import HEADER
from kg.errors import ServandaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.fields import Fields

_NOT_MODIFIED: Final = 304
_SEQUENCE: Final = HEADER.lower().encode()
_VARY: Final = b"Accept, Authorization, Accept-Encoding"


class Envelope:
    """Gives every answer what HTTP wants of it, whoever makes it.

    A request that prefers to see a change is held back for it. Its answer gets the number of the last
    change that the store held when it came; an entity tag, or 304 for who has the answer already; gzip for
    who takes it; leave to be read by pages of other sites; and no body where only its head was asked for.
    """

    def __init__(self, app: ASGIApp, version: str, made: Callable[[], int], seen: Callable[[], int]) -> None:
        """Wrap an application that serves data of that version.

        The functions tell the last change that was made, and the last that queries see.
        """
        self._app = app
        self._version = version.encode()
        self._made = made
        self._seen = seen
        self._reading = Reading(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = joined(scope["headers"])
        permission = self._reading.preflight(scope, asked)
        if permission is not None:
            await permission(scope, receive, send)
            return
        answer = _Answer(scope, asked, send, self._version, self._reading)
        wanted = minimum(asked[b"prefer"].decode("latin-1")) if b"prefer" in asked else None
        if wanted is not None and not await stands_at(*wanted, self._made, self._seen):
            refusal = problem(
                "not-yet",
                f"queries do not see change {wanted[0]} yet; they stand at {self._seen()}",
                {"Retry-After": "1"},
                sequence=self._seen(),
            )
            await refusal(scope, receive, answer.send)
            return
        answer.applied = None if wanted is None else wanted[0]
        answer.number = self._number()
        inside = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self._app(inside, receive, answer.send)

    def _number(self) -> int | None:
        try:
            return self._made()
        except ServandaError:  # the answer itself will say so
            return None


class _Answer:
    """Sends one answer; its head waits for the first bytes of its body."""

    def __init__(self, scope: Scope, asked: Fields, send: Send, version: bytes, reading: Reading) -> None:
        self.applied: int | None = None
        """The change that the request preferred to see."""
        self.number: int | None = None
        """The last change that the store held when it came."""
        self._scope = scope
        self._asked = asked
        self._send = send
        self._version = version
        self._reading = reading
        self._start: Message | None = None
        self._stream: Stream | None = None
        self._bodiless = scope["method"] == "HEAD"

    async def send(self, message: Message) -> None:
        """Take a message of the application, and pass on what becomes of it."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] == "http.response.body":
            body, more = message.get("body", b""), message.get("more_body", False)
            if self._start is not None:
                body = await self._begin(self._start, body, more=more)
                self._start = None
            elif self._stream is not None:
                body = self._stream.packed(body, more=more)
            message = {**message, "body": b"" if self._bodiless else body}
        await self._send(message)

    async def _begin(self, start: Message, body: bytes, *, more: bool) -> bytes:
        """Send the head of the answer; return the first bytes of its body."""
        status, head = start["status"], joined(start["headers"])
        if self.number is not None:
            head.setdefault(_SEQUENCE, b"%d" % self.number)
        if self.applied is not None:
            head[b"preference-applied"] = b"min-seq=%d" % self.applied
        head[b"vary"] = _VARY
        if tagged(self._scope, self._asked, status, head, self._version):
            status, self._bodiless = _NOT_MODIFIED, True
            head = {name: value for name, value in head.items() if name in KEPT}
        elif is_worthwhile(self._asked, status, head, len(body), more=more):
            head[b"content-encoding"] = b"gzip"
            if more:
                head.pop(b"content-length", None)
                self._stream = Stream()
                body = self._stream.packed(body, more=more)
            else:
                body = await zipped(body)
                head[b"content-length"] = b"%d" % len(body)
        self._reading.show(self._scope, self._asked, head)
        await self._send({**start, "status": status, "headers": list(head.items())})
        return body
