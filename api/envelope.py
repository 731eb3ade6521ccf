"""What every answer passes on its way out: one look at its head, to which each part adds its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.compression import Stream, is_worthwhile, zipped
from api.conditional import FAILED, KEPT, NOT_MODIFIED, evaluated, tagged
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
    from api.tags import Tags
    from kg.pipeline.version import Standing, Version

_SEQUENCE: Final = HEADER.lower().encode()
_VARY: Final = b"Accept, Authorization, Accept-Encoding"
_LANGUAGE: Final = b"Accept-Language"
"""What pages vary by besides."""


class Envelope:
    """Gives every answer what HTTP wants of it, whoever makes it.

    A request that prefers to see a change is held back for it. Its answer gets the number of the last
    change that the store held when it came; an entity tag, or 304 for who has the answer already; gzip for
    who takes it; leave to be read by pages of other sites; and no body where only its head was asked for.
    """

    def __init__(
        self,
        app: ASGIApp,
        tags: Tags,
        standing: Standing,
        made: Callable[[], int],
        seen: Callable[[], int],
    ) -> None:
        """Wrap an application that serves a store, of which the version is told while it is changed.

        The functions tell the last change that was made, and the last that queries see.
        """
        self._app = app
        self._tags = tags
        self._standing = standing
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
        answer = _Answer(scope, asked, send, self._tags, self._standing, self._reading)
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

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of
        self, scope: Scope, asked: Fields, send: Send, tags: Tags, standing: Standing, reading: Reading
    ) -> None:
        self.applied: int | None = None
        """The change that the request preferred to see."""
        self.number: int | None = None
        """The last change that the store held when it came."""
        self._scope = scope
        self._asked = asked
        self._send = send
        self._tags = tags
        self._standing = standing
        self._before = standing.now
        self._reading = reading
        self._start: Message | None = None
        self._stream: Stream | None = None
        self._bodiless = scope["method"] == "HEAD"
        self._refused = False

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
            elif self._refused:
                body = b""
            elif self._stream is not None:
                body = self._stream.packed(body, more=more)
            message = {**message, "body": b"" if self._bodiless else body}
        await self._send(message)

    async def _begin(self, start: Message, body: bytes, *, more: bool) -> bytes:
        """Send the head of the answer; return the first bytes of its body."""
        status, head = start["status"], joined(start["headers"])
        version = self._version(head)
        if self.number is not None:
            head.setdefault(_SEQUENCE, b"%d" % self.number)
        if self.applied is not None:
            head[b"preference-applied"] = b"min-seq=%d" % self.applied
        head[b"vary"] = _VARY + b", " + _LANGUAGE if head.get(b"vary") == _LANGUAGE else _VARY
        tagged(self._scope, status, head, self._tags, version)
        packed = is_worthwhile(self._asked, status, head, len(body), more=more)
        status = evaluated(self._scope, self._asked, status, head, packed=packed)
        if status == NOT_MODIFIED:
            self._bodiless = True
            head = {name: value for name, value in head.items() if name in KEPT}
        elif status == FAILED and start["status"] != FAILED:
            head, body = self._refusal(head)
            self._refused = True
        elif packed:
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

    def _version(self, head: Fields) -> Version | None:
        """Return the version of the store that an answer tells of; None where that is not sure.

        An answer says itself at which change it stands, or else it was read from the store, which then has
        to be as it was when the request came.
        """
        if _SEQUENCE in head:
            return self._standing.at(int(head[_SEQUENCE]))
        now = self._standing.now
        return now if now == self._before else None

    def _refusal(self, head: Fields) -> tuple[Fields, bytes]:
        """Return head and body of the answer to who demands another version of what is read."""
        tag = head[b"etag"].decode("latin-1") if b"etag" in head else None
        said = {} if tag is None else {"ETag": tag}
        made = problem("precondition-failed", "what was asked for is in another version", said, etag=tag)
        kept = {name: value for name, value in head.items() if name in {b"vary", _SEQUENCE}}
        return {**kept, **joined(made.raw_headers)}, bytes(made.body)
