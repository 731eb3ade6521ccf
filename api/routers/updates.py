"""SPARQL 1.1 Protocol: updates of the graphs of documents, for who may do everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.conditions import demanded
from api.credentials import needs
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.forms import BOM, FORM, iris, media_type, pairs, read, utf8
from api.lanes import writes
from api.operations.charges import operations_of
from api.routers.documents import became, refused, signature
from api.schemas.documents import Updated
from api.sequence import HEADER
from api.tags import store_of
from kg.errors import QueryError, QuerySyntaxError
from kg.keys import Key, Scope
from kg.model import bounded
from kg.query.guard import MAX_UPDATE
from kg.store import Dataset

router = APIRouter(tags=["writing"])

UPDATE: Final = "application/sparql-update"
REQUEST: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "using-graph-uri",
            "in": "query",
            "description": "Graphs whose merge is the default graph of the update's patterns.",
            "schema": {"type": "array", "items": {"type": "string"}},
        },
        {
            "name": "using-named-graph-uri",
            "in": "query",
            "description": "Graphs that GRAPH sees in them.",
            "schema": {"type": "array", "items": {"type": "string"}},
        },
    ],
    "requestBody": {
        "required": True,
        "content": {
            UPDATE: {"schema": {"type": "string"}, "example": "CLEAR GRAPH <urn:example>"},
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["update"],
                    "properties": {"update": {"type": "string"}},
                },
            },
        },
    },
}
"""What OpenAPI says of the request."""
_MAX_BODY: Final = 3 * MAX_UPDATE
_QUERIES: Final = frozenset({"query", "default-graph-uri", "named-graph-uri"})


async def read_update(request: Request) -> bytes:
    """Return the body; raise ProblemError once it is longer than any that could be made."""
    return await read(request, _MAX_BODY)


UpdateBody = Annotated[bytes, Depends(read_update)]


@router.post("/sparql/update", operation_id="update", response_model=Updated, openapi_extra=REQUEST)
@writes
def update(call: CallDep, key: Annotated[Key, Depends(needs(Scope.ADMIN))], body: UpdateBody) -> Response:
    """Make a SPARQL update of graphs of documents: all of it, or nothing where any is refused.

    Off unless `SERVANDA_UPDATE` is 1. Each graph that the update changes is named in it, and has to be a
    document afterwards; what is left without triples is taken back. Patterns see the graphs that GRAPH or
    USING name, since an update has no union of all.
    """
    if not operations_of(call.request.app.state.operations).settings.update:
        raise ProblemError(
            "read-only", "updates are off here; SERVANDA_UPDATE=1 lets who may do everything make them"
        )
    text, dataset = requested(call, body)
    with told():
        demand = demanded(call, store_of)
        outcomes = call.writer.update(text, location(call), signature(key), dataset, demand)
    problems = bounded(problem for outcome in outcomes for problem in outcome.problems)
    if problems:
        return refused(call, problems, next((one.report for one in outcomes if one.report), None))
    changed = [one.sequence for one in outcomes if one.sequence is not None]
    said = {"documents": [became(call, one) for one in outcomes]}
    headers = {"Cache-Control": "no-store", **({HEADER: str(max(changed))} if changed else {})}
    return Response(Updated.model_validate(said).model_dump_json(), 200, headers, "application/json")


def requested(call: Call, body: bytes) -> tuple[str, Dataset | None]:
    """Return the update of a request, and the dataset that the request names for its patterns.

    Raises ProblemError unless there is exactly one update (SPARQL 1.1 Protocol, §2.2).
    """
    given = pairs(call.request.scope["query_string"])
    kind = media_type(call.request)
    if any(name == "update" for name, _ in given):
        raise ProblemError(
            "bad-request", "an update is the body, or stands in a form in it; not in the address"
        )
    if kind == FORM:
        given += pairs(body)
    elif kind == UPDATE:
        given.append(("update", utf8(body, "the update")))
    else:
        raise ProblemError(
            "unsupported-media-type",
            f"an update is posted as {UPDATE} or {FORM}, not {kind or 'without a type'}",
            allowed=[UPDATE, FORM],
        )
    others = sorted(_QUERIES.intersection(name for name, _ in given))
    if others:
        raise ProblemError("invalid-parameter", f"{others[0]!r} belongs to queries", parameter=others[0])
    updates = [value.removeprefix(BOM) for name, value in given if name == "update"]
    if len(updates) != 1:
        raise ProblemError("bad-request", f"one update is needed, and {len(updates)} are given")
    default, named = iris(given, "using-graph-uri"), iris(given, "using-named-graph-uri")
    return updates[0], Dataset(default, named) if default or named else None


@contextmanager
def told() -> Iterator[None]:
    """Raise what is wrong with an update as the problem that it is (SPARQL 1.1 Protocol, §2.2.5)."""
    try:
        yield
    except QuerySyntaxError as error:
        raise ProblemError("query-syntax", str(error), line=error.line, column=error.column) from error
    except QueryError as error:
        if type(error) is QueryError:
            raise ProblemError("update-failed", str(error)) from error
        raise


def location(call: Call) -> str:
    """Return what relative IRIs of an update are relative to: the address to which it was sent."""
    return f"{call.root}sparql/update"
