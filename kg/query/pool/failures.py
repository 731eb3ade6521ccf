"""What went wrong in a worker, told as JSON and raised again in the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.errors import (
    AnswerTooLargeError,
    BadParameterError,
    ExportError,
    ForbiddenQueryError,
    QueryError,
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    RdfSyntaxError,
    ServandaError,
    StoreDamagedError,
    UnknownQuestionError,
    UnknownReferenceError,
    UnwritableError,
    ValidatorsDisagreeError,
)

if TYPE_CHECKING:
    from kg.query.pool.limits import Limits
    from kg.query.pool.wire import Head

_PLAIN: Final[dict[str, type[ServandaError]]] = {
    kind.__name__: kind
    for kind in (
        AnswerTooLargeError,
        BadParameterError,
        ExportError,
        QueryError,
        StoreDamagedError,
        UnknownQuestionError,
        UnwritableError,
        ValidatorsDisagreeError,
    )
}
"""The errors that have nothing but their sentence, by their names."""
_LONGEST: Final = 4000
"""How much of a sentence is passed on."""


def told(error: BaseException) -> Head:
    """Return what a worker says of an error; what nobody expected is named by its class alone."""
    said = {"error": type(error).__name__, "message": str(error)[:_LONGEST]}
    if isinstance(error, QuerySyntaxError | RdfSyntaxError):
        return {**said, "line": error.line, "column": getattr(error, "column", None)}
    if isinstance(error, ForbiddenQueryError):
        return {**said, "kind": error.kind}
    if isinstance(error, UnknownReferenceError):
        return {
            **said,
            "parameter": error.parameter,
            "kind": error.kind,
            "value": error.value[:_LONGEST],
            "near": list(error.near),
        }
    if type(error).__name__ in _PLAIN or isinstance(error, ValueError | MemoryError):
        return said
    name = type(error).__name__
    if name == "PanicException":
        return {"error": "Panic", "message": ""}
    return {"error": "QueryError", "message": f"the query failed in a way that was not foreseen ({name})"}


def raised(head: Head, limits: Limits) -> Exception:
    """Return the error that a worker told."""
    name, message = str(head.get("error")), str(head.get("message"))[:_LONGEST]
    if name == "QuerySyntaxError":
        return QuerySyntaxError(message, _number(head.get("line")), _number(head.get("column")))
    if name == "RdfSyntaxError":
        return RdfSyntaxError(message, _number(head.get("line")))
    if name == "ForbiddenQueryError":
        return ForbiddenQueryError(str(head.get("kind")), message)
    if name == "UnknownReferenceError":
        near = head.get("near")
        names = tuple(str(item) for item in near) if isinstance(near, list) else ()
        parameter, kind, value = (str(head.get(key)) for key in ("parameter", "kind", "value"))
        return UnknownReferenceError(parameter, kind, value, names)
    if name in {"MemoryError", "ValueError"}:
        return no_memory(limits) if name == "MemoryError" else ValueError(message)
    return _PLAIN.get(name, QueryError)(message)


def no_memory(limits: Limits) -> QueryMemoryError:
    """Return the error of a query that needed more memory than it may have."""
    return QueryMemoryError(
        f"{limits.what} needs more than the {limits.memory >> 20:,} MB of memory it may have"
    )


def no_time(limits: Limits, *, by_clock: bool = False) -> QueryTimeoutError:
    """Return the error of a query that took longer than it may."""
    most = limits.patience if by_clock else limits.seconds
    return QueryTimeoutError(f"{limits.what} takes longer than the {most:g} seconds it may have")


def too_large(most: int) -> AnswerTooLargeError:
    """Return the error of an answer that is larger than answers may be."""
    return AnswerTooLargeError(f"the answer has more than the {most:,} bytes it may have; ask for less of it")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
