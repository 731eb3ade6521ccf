"""What stands before the application: every request passes here, also while the store is being opened."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse

from api.deps import refuse_keys
from api.errors import ProblemError, problem
from api.operations.client import believed, client_of, is_local, is_of_here, request_id
from api.operations.headers import secured
from api.operations.logs import LOGGER
from api.operations.opening import opening
from api.trace import CURRENT, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.operations.operations import Operations

_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_NOT_OF_HERE: Final = (
    "this server answers under the names of this machine, such as localhost; SERVANDA_HOSTS says which others"
)
_UNKNOWN_HOST: Final = "this server does not answer under the name that was asked for"
_CODINGS: Final = frozenset({"", "identity"})
_OF_CROWDS: Final = frozenset({"overloaded"})
"""What is told of clients that are refused, and never of a request: it is logged once a second."""


class Front:
    """Gives each request a name, refuses what no route should see, and tells how it ended.

    The application behind it comes when the store is open; until then health and readiness are answered
    here, and nothing else.
    """

    def __init__(self, operations: Operations) -> None:
        """Stand alone; `application` is set once there is one."""
        self.application: ASGIApp | None = None
        self._operations = operations
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in scope["headers"]:
            headers[name.decode("latin-1")].append(value.decode("latin-1"))
        known = self._known(scope, headers)
        exchange = _Exchange(known, receive, send, self._operations.settings.body, _has_body(headers))
        token = CURRENT.set(known)
        self._operations.metrics.running.inc()
        try:
            await self._answer(scope, headers, exchange)
        except Exception as error:  # noqa: BLE001 - whatever it is, the server goes on
            if known.verdict != "internal-error" and not exchange.gone:
                LOGGER.error("a request failed", exc_info=error)
            if exchange.status is None:
                failed = problem("internal-error", "the request could not be answered")
                await failed(scope, exchange.receive, exchange.send)
        finally:
            self._operations.metrics.running.dec()
            self._ended(scope, exchange)
            CURRENT.reset(token)

    def unreadable(self, name: str, detail: str) -> bytes:
        """Return the whole answer to what cannot be read as a request; it is counted and logged as one."""
        known = Trace(request_id(()))
        token = CURRENT.set(known)
        try:
            answer = problem(name, detail, {"Connection": "close"})
        finally:
            CURRENT.reset(token)
        body = bytes(answer.body)
        phrase = HTTPStatus(answer.status_code).phrase
        head = [f"HTTP/1.1 {answer.status_code} {phrase}".encode()]
        head += [field + b": " + value for field, value in secured(answer.raw_headers, known.id)]
        self._operations.metrics.ended(known, answer.status_code, 0.0)
        if name in _OF_CROWDS:
            LOGGER.warning("connections are refused: %s", name)
        else:
            self._tell(known, None, answer.status_code, 0.0, len(body))
        return b"\r\n".join((*head, b"", body))

    async def _answer(self, scope: Scope, headers: Mapping[str, Sequence[str]], exchange: _Exchange) -> None:
        try:
            self._check(scope, headers, exchange.known)
            application = self.application or self._while_starting(scope, headers)
            await application(scope, exchange.receive, exchange.send)
        except ProblemError as error:
            if exchange.status is not None:
                raise
            refusal = problem(error.name, error.detail, error.headers, **error.extra)
            if "origin" in headers:
                refusal.headers["Access-Control-Allow-Origin"] = "*"
            await refusal(scope, exchange.receive, exchange.send)

    def _known(self, scope: Scope, headers: Mapping[str, Sequence[str]]) -> Trace:
        """Return what can be told of a request at its beginning."""
        settings = self._operations.settings
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = headers.get("x-forwarded-for", ())
        if believed(peer, settings.proxies):
            scheme = headers.get("x-forwarded-proto", ("",))[-1]
            scope["scheme"] = scheme if scheme in {"http", "https"} else scope["scheme"]
        return Trace(
            request_id(headers.get("x-request-id", ())),
            client_of(peer, forwarded, settings.proxies),
            is_local(peer, headers),
        )

    def _check(self, scope: Scope, headers: Mapping[str, Sequence[str]], known: Trace) -> None:
        """Raise ProblemError for a request that no route should see."""
        settings = self._operations.settings
        if scope["method"] not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise ProblemError("method-not-allowed", "nothing here takes this method", {"Allow": allowed})
        _check_host(headers, scope["http_version"], settings.hosts, known)
        _check_framing(headers, scope["http_version"])
        refuse_keys([(part, "") for part in scope["path"].split("/")])
        codings = {
            part.strip().lower() for line in headers.get("content-encoding", ()) for part in line.split(",")
        }
        if not codings <= _CODINGS:
            raise ProblemError(
                "unsupported-media-type",
                "the body of a request is taken as it is, not compressed",
                {"Accept-Encoding": "identity"},
            )
        length = headers.get("content-length", ("0",))[-1]
        if length.isdigit() and int(length) > settings.body:
            raise _too_large(settings.body)

    def _while_starting(self, scope: Scope, given: Mapping[str, Sequence[str]]) -> Response:
        step = self._operations.step
        path = scope["path"] if scope["method"] in {"GET", "HEAD"} else ""
        if path == "/healthz":
            return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
        headers = {"Retry-After": "1", "Access-Control-Allow-Origin": "*"}
        words = f"the store is being opened ({step}); ask again in a moment"
        if path == "/readyz":
            return problem("starting", words, headers, ready=False, step=step)
        shown = opening(", ".join(given.get("accept", ())) or None, step) if path else None
        if shown is not None:
            return shown
        return problem("starting", words, headers)

    def _ended(self, scope: Scope, exchange: _Exchange) -> None:
        """Count, settle and log a request that has ended."""
        known, now = exchange.known, time.perf_counter()
        if exchange.gone or exchange.status is None:
            known.verdict = "client-gone"
        seconds = now - exchange.begun
        self._operations.settle(known, (exchange.answered or now) - exchange.begun)
        self._operations.metrics.ended(known, exchange.status, seconds)
        if exchange.gone:
            LOGGER.debug("a client left before it had sent its request")
        else:
            self._tell(known, scope["method"], exchange.status, seconds, exchange.sent)

    def _tell(self, known: Trace, method: str | None, status: int | None, seconds: float, sent: int) -> None:
        """Log a request that has ended."""
        if self._operations.log is not None:
            self._operations.log.request(
                {
                    "id": known.id,
                    "method": method if method in _METHODS else "other",
                    "route": known.route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                    "bytes": sent,
                    "verdict": known.verdict,
                    "key": known.key,
                    "scope": known.scope,
                    "client": self._hashed(known.client),
                },
            )

    def _hashed(self, client: str) -> str | None:
        """Return a word for a client that is the same until the server ends, and leads back to nobody.

        None where there is to be none, or where it is not known.
        """
        if not (self._operations.settings.log_clients and client):
            return None
        return hashlib.blake2b(client.encode(), key=self._salt, digest_size=8).hexdigest()


class _Exchange:
    """One request and its answer, as they pass."""

    def __init__(self, known: Trace, receive: Receive, send: Send, most: int, body: bool) -> None:  # noqa: FBT001
        """Begin; `most` is how many bytes the request may have, `body` whether it has any."""
        self.known = known
        self.begun = time.perf_counter()
        self.answered: float | None = None
        """When the answer was there, and only had to be sent."""
        self.status: int | None = None
        self.sent = 0
        self._receive = receive
        self._send = send
        self._left = most
        self._most = most
        self._unread = body
        self.gone = False
        """Whether the client left before it had sent the whole request."""

    async def receive(self) -> Message:
        """Return the next part of the request; raise ProblemError once there are too many bytes of it."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _too_large(self._most)
            self._unread = bool(message.get("more_body", False))
        elif self._unread:
            self.gone = True
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer, with the headers that each has."""
        if message["type"] == "http.response.start":
            self.answered = time.perf_counter()
            self.status = message["status"]
            headers = secured(message["headers"], self.known.id, self.status)
            if self._unread:  # what nobody wants to read is not waited for
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            self.sent += len(message.get("body", b""))
        await self._send(message)


def _has_body(headers: Mapping[str, Sequence[str]]) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", ("0",))[-1] != "0"


def _check_host(
    headers: Mapping[str, Sequence[str]], version: str, hosts: frozenset[str], known: Trace
) -> None:
    """Raise ProblemError unless a request names one host, under which the server answers."""
    named = headers.get("host", ())
    if len(named) > 1 or not (named or version == "1.0"):
        raise ProblemError("bad-request", "a request names one host")  # RFC 9112, §3.2
    host = named[0].lower() if named else ""
    if not _is_served(host, hosts, known):
        raise ProblemError("unknown-host", _UNKNOWN_HOST if hosts else _NOT_OF_HERE)


def _check_framing(headers: Mapping[str, Sequence[str]], version: str) -> None:
    """Raise ProblemError where programs on the way could read the request in different ways."""
    if len(headers.get("content-type", ())) > 1:
        raise ProblemError("bad-request", "a request has one header Content-Type")  # RFC 9110, §5.3
    if version == "1.0" and "transfer-encoding" in headers:  # RFC 9112, §6.1
        raise ProblemError("bad-request", "no request of HTTP/1.0 is sent chunked")
    lines = ",".join(headers.get("transfer-encoding", ()))
    if lines and [part.strip().lower() for part in lines.split(",")] != ["chunked"]:  # RFC 9112, §6.1
        raise ProblemError("unknown-transfer-coding", "the body of a request is sent chunked, or as it is")


def _is_served(host: str, hosts: frozenset[str], known: Trace) -> bool:
    """Return whether the server answers under a name, with its port or without.

    Where none is set, it answers under those of this machine alone: the page of another site can make a
    browser here ask for any name that leads to this address, and must not get to read the answer.
    """
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if host and (known.local or not hosts) and is_of_here(host):
        return True
    return bool({host, name, "*"} & hosts) or not (host or hosts)


def _too_large(most: int) -> ProblemError:
    return ProblemError("body-too-large", f"the body may have {most:,} bytes at most")
