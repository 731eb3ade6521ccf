"""What goes wrong, over HTTP: problem details by RFC 9457, each with a stable type.

A problem's `type` is `https://w3id.org/servanda/problem/` and its name. The names stand in one table.
"""

from __future__ import annotations

import http
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.trace import trace
from kg.errors import (
    AnswerTooLargeError,
    BadParameterError,
    ChangedMeanwhileError,
    DependentsError,
    ForbiddenQueryError,
    GoneError,
    IndexMissingError,
    IndexRefusedError,
    KeysError,
    NotFoundError,
    OverloadedError,
    QueryDiedError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    RdfSyntaxError,
    ServandaError,
    StorageFullError,
    StoreError,
    UnknownQuestionError,
    UnknownReferenceError,
    UnwritableError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

TYPE: Final = "https://w3id.org/servanda/problem/"
MEDIA_TYPE: Final = "application/problem+json"
Extra: TypeAlias = "str | int | Sequence[str] | Sequence[Mapping[str, str | int | None]] | None"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, and a title that is the same each time."""

    status: int
    title: str


PROBLEMS: Final[Mapping[str, Kind]] = {
    "invalid-parameter": Kind(400, "A parameter has a value that it cannot have"),
    "unknown-parameter": Kind(400, "A parameter that this address does not take"),
    "repeated-parameter": Kind(400, "A parameter is given more than once"),
    "unknown-reference": Kind(400, "A parameter names something that is not there"),
    "invalid-cursor": Kind(400, "The cursor does not belong to this list"),
    "missing-query": Kind(400, "No query is given"),
    "missing-graph": Kind(400, "No graph is named"),
    "query-syntax": Kind(400, "The query is not SPARQL"),
    "query-failed": Kind(400, "The query cannot be answered"),
    "service-forbidden": Kind(400, "SERVICE is not allowed"),
    "load-forbidden": Kind(400, "LOAD is not allowed"),
    "update-forbidden": Kind(400, "Updates are not allowed"),
    "query-too-deep": Kind(400, "The query is nested too deeply"),
    "bad-request": Kind(400, "The request cannot be read"),
    "rdf-syntax": Kind(400, "The body is not RDF"),
    "key-in-address": Kind(400, "A key stands in the address"),
    "request-timeout": Kind(408, "The request took too long to come"),
    "unauthorized": Kind(401, "A valid key is needed"),
    "read-only": Kind(403, "Nothing can be written here"),
    "forbidden": Kind(403, "The key does not allow this"),
    "not-found": Kind(404, "There is no such resource"),
    "unknown-question": Kind(404, "There is no such question"),
    "unknown-path": Kind(404, "There is no such address"),
    "method-not-allowed": Kind(405, "The address does not take this method"),
    "depended-on": Kind(409, "Other documents refer to it"),
    "already-taken-in": Kind(409, "The document was taken in already"),
    "changed-meanwhile": Kind(409, "The store was changed meanwhile"),
    "other-history": Kind(409, "The store has another history"),
    "precondition-failed": Kind(412, "The resource is not as the request has it"),
    "precondition-required": Kind(428, "A condition is needed"),
    "refused": Kind(422, "The document is refused"),
    "gone": Kind(410, "The resource was taken back"),
    "not-acceptable": Kind(406, "The answer cannot be had in a form that is accepted"),
    "head-too-long": Kind(431, "The address and the headers of the request are too long"),
    "query-too-long": Kind(413, "The query is too long"),
    "result-too-large": Kind(413, "The answer is too large"),
    "body-too-large": Kind(413, "The body of the request is too large"),
    "unsupported-media-type": Kind(415, "The body of the request is of a type that is not taken"),
    "unknown-host": Kind(421, "The server does not answer under that name"),
    "too-many-requests": Kind(429, "Too much was asked for in too short a time"),
    "update-failed": Kind(500, "The update cannot be made"),
    "internal-error": Kind(500, "Something went wrong here"),
    "not-installed": Kind(501, "A part of the software is not installed here"),
    "unknown-transfer-coding": Kind(501, "The body of the request is sent in a way that is not taken"),
    "store-unavailable": Kind(503, "The store cannot be read"),
    "starting": Kind(503, "The server is not ready yet"),
    "busy": Kind(503, "Too many ask for this at once"),
    "keys-unavailable": Kind(503, "The keys cannot be read"),
    "not-yet": Kind(503, "Queries do not see that change yet"),
    "index-missing": Kind(503, "What words are found in is being made"),
    "index-unavailable": Kind(503, "What words are found in cannot be opened"),
    "overloaded": Kind(503, "Too many wait for an answer"),
    "query-panic": Kind(500, "It made the engine panic"),
    "query-abort": Kind(500, "It made the engine give up"),
    "query-crash": Kind(500, "It ended the process that ran it"),
    "query-stack": Kind(400, "It goes deeper than the engine can follow"),
    "query-killed": Kind(503, "The process that ran it was ended from outside"),
    "query-memory": Kind(503, "It needs more memory than it may have"),
    "query-timeout": Kind(504, "It takes longer than it may"),
    "storage-full": Kind(507, "There is no room for it"),
}

STATUS: Final[tuple[tuple[type[ServandaError], str], ...]] = (
    (DependentsError, "depended-on"),
    (ChangedMeanwhileError, "changed-meanwhile"),
    (RdfSyntaxError, "rdf-syntax"),
    (StorageFullError, "storage-full"),
    (UnknownReferenceError, "unknown-reference"),
    (BadParameterError, "invalid-parameter"),
    (UnknownQuestionError, "unknown-question"),
    (GoneError, "gone"),
    (NotFoundError, "not-found"),
    (QuerySyntaxError, "query-syntax"),
    (UnwritableError, "not-acceptable"),
    (AnswerTooLargeError, "result-too-large"),
    (IndexRefusedError, "index-unavailable"),
    (IndexMissingError, "index-missing"),
    (OverloadedError, "overloaded"),
    (QueryMemoryError, "query-memory"),
    (QueryTimeoutError, "query-timeout"),
    (StoreError, "store-unavailable"),
    (KeysError, "keys-unavailable"),
)
"""Errors of the library and the problems that they are; the first that fits."""

_VAGUE: Final[Mapping[type[ServandaError], str]] = {
    StoreError: "the store cannot be read",
    KeysError: "the keys cannot be read, so none is valid; the server's log says why",
}
"""What is said of errors whose own words tell of the inside."""


class ProblemError(Exception):
    """A problem of the request itself: its name in the table, what is wrong, and what helps to right it."""

    def __init__(
        self, name: str, detail: str, headers: Mapping[str, str] | None = None, **extra: Extra
    ) -> None:
        """Keep all of it."""
        super().__init__(detail)
        self.name = name
        self.detail = detail
        self.headers = headers
        self.extra = extra


def problem(name: str, detail: str, headers: Mapping[str, str] | None = None, **extra: Extra) -> Response:
    """Return the response for a problem of the table, and note it for the log."""
    kind, known = PROBLEMS[name], trace()
    known.verdict = name
    body = {"type": TYPE + name, "title": kind.title, "status": kind.status, "detail": detail}
    body |= {"request_id": known.id} if known.id else {}
    body |= {key: value for key, value in extra.items() if value is not None}
    return Response(
        json.dumps(body, ensure_ascii=False),
        kind.status,
        {**(headers or {}), "Cache-Control": "no-store"},
        MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    """Make the application answer every error with a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(ServandaError, _on_error_of_ours)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_anything)


def answer_to(request: Request, error: Exception) -> Response:
    """Return what an error is answered with."""
    if isinstance(error, ProblemError):
        return _on_problem(request, error)
    return _on_error_of_ours(request, error)


def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - as it was registered
    return problem(error.name, error.detail, error.headers, **error.extra)


def _on_error_of_ours(request: Request, error: Exception) -> Response:
    if isinstance(error, ForbiddenQueryError | QueryDiedError):
        return problem(error.kind, str(error))
    if isinstance(error, UnknownReferenceError):
        return problem(
            "unknown-reference",
            str(error),
            parameter=error.parameter,
            value=error.value,
            suggestions=error.near or None,
        )
    for kind, name in STATUS:
        if isinstance(error, kind):
            if kind in _VAGUE:
                _log.error("%s", error)
            words = "; ".join([_VAGUE.get(kind, str(error)), *getattr(error, "__notes__", ())])
            return problem(name, words, _wait(error), **_more(error))
    return _on_anything(request, error)


def _wait(error: ServandaError) -> Mapping[str, str] | None:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, OverloadedError) else None


def _more(error: ServandaError) -> Mapping[str, Extra]:
    """Return what an error tells besides its words."""
    if isinstance(error, GoneError):
        return {"sequence": error.sequence}
    if isinstance(error, QuerySyntaxError):
        return {"line": error.line, "column": error.column}
    if isinstance(error, RdfSyntaxError):
        return {"line": error.line}
    return {}


def _on_invalid(_: Request, error: Exception) -> Response:
    """Tell the first of FastAPI's own complaints about a parameter."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as it was registered
    first = error.errors()[0]
    where = [str(part) for part in first["loc"][1:]]
    expected = first.get("ctx", {}).get("expected")
    return problem(
        "invalid-parameter",
        f"{'.'.join(where)}: {first['msg']}",
        parameter=".".join(where),
        allowed=None if expected is None else _listed(str(expected)),
    )


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as it was registered
    path = request.scope["path"]
    if error.status_code == http.HTTPStatus.NOT_FOUND:
        return problem("unknown-path", f"there is nothing at {path}; /openapi.json lists what there is")
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(_methods(request, (error.headers or {}).get("Allow", ""))))
        return problem(
            "method-not-allowed",
            f"{path} takes {allowed}, not {request.method}",
            {"Allow": allowed},
        )
    return problem("bad-request", str(error.detail))


def _on_anything(_: Request, error: Exception) -> Response:
    """Answer without saying anything of the inside; that goes to the log."""
    if isinstance(error, ClientDisconnect):  # nobody is there any more to read the answer
        _log.debug("a client left before it had sent its request")
    else:
        _log.error("a request failed", exc_info=error)
    return problem("internal-error", "the request could not be answered; the server's log says why")


def _methods(request: Request, allow: str) -> set[str]:
    """Return the methods that the address takes: FastAPI tells only those of the first route that has it."""
    methods = {method.strip() for method in allow.split(",") if method.strip()}
    methods |= request.app.state.service.paths.get(request.scope["path"], frozenset())
    return methods | {"HEAD"} if "GET" in methods else methods


def _listed(expected: str) -> list[str]:
    """Return the alternatives of a message such as `'in', 'out' or 'disputed'`."""
    return [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
