"""SPARQL 1.1 Protocol: queries, by GET and POST, and what the service says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.deps import Call, CallDep, refuse_keys
from api.errors import ProblemError
from api.forms import BOM, FORM, iris, media_type, pairs, read, utf8
from api.negotiation import GRAPHS, NEWER, negotiate
from api.self_description import described
from api.sequence import HEADER
from api.waiting import answered
from kg.errors import QueryError
from kg.query.guard import MAX_LENGTH, Checked, checked_once
from kg.store import Dataset
from kg.store.versions import speaks

router = APIRouter(tags=["sparql"])

_RESULTS: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv; charset=utf-8": "text/csv",
    "text/tab-separated-values; charset=utf-8": "text/tab-separated-values",
}
"""Types of answers to SELECT and ASK, in the order of preference, and how the store writes each."""
_MEMBERS: Final = ("application/sparql-results+", "application/json")
"""How the types of tables begin in which RDF 1.2 stands in members and attributes of its own."""
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_MAX_BODY: Final = 3 * MAX_LENGTH + 16_384
"""Every byte of a query may be percent-encoded, and there are other parameters beside it."""
_AT_ONCE: Final = 2048
"""How long a request may be to be looked at while everybody waits."""
_KEPT: Final = 1024
"""Of how many such requests is remembered what they want: programs ask the same again."""
_UPDATES: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_PARAMETERS: Final = [
    {
        "name": "default-graph-uri",
        "in": "query",
        "description": "Graphs whose merge is the default graph; without any, all graphs.",
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    {
        "name": "named-graph-uri",
        "in": "query",
        "description": "Graphs that GRAPH sees.",
        "schema": {"type": "array", "items": {"type": "string"}},
    },
]
_ANSWERS: Final = {
    "description": "The whole answer.",
    "content": {kind.partition(";")[0]: {"schema": {}} for kind in (*_RESULTS, *GRAPHS)},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request wants that may be answered."""

    query: str
    dataset: Dataset | None
    """Which the request names for it."""
    offer: str
    """The type of the answer."""
    written: str
    """The type by which the store knows that."""
    volatile: bool
    """Whether it is answered differently each time."""


async def read_body(request: Request) -> bytes:
    """Return the body; raise ProblemError once it is longer than any that could be answered."""
    return await read(request, _MAX_BODY)


@router.get(
    "/sparql",
    operation_id="query_by_get",
    response_class=Response,
    responses={200: _ANSWERS},
    openapi_extra={
        "parameters": [
            {
                "name": "query",
                "in": "query",
                "required": False,
                "description": "SELECT, ASK, CONSTRUCT or DESCRIBE; without any, the service is described.",
                "schema": {"type": "string"},
                "example": "SELECT * { ?violation a <https://w3id.org/servanda/ontology#AllegedViolation> }",
            },
            *_PARAMETERS,
        ],
    },
)
async def query_by_get(call: CallDep) -> Response:
    """Answer a SPARQL query; the form of the query and `Accept` decide the type of the answer.

    Parameters that the protocol does not know are passed over, because clients add their own. An address
    without any parameter describes the service: what it can, what it holds, and what a query may take.
    """
    return await answer_get(call)


@router.post(
    "/sparql",
    operation_id="query_by_post",
    response_class=Response,
    responses={200: _ANSWERS},
    openapi_extra={
        "parameters": _PARAMETERS,
        "requestBody": {
            "required": True,
            "content": {
                _DIRECT: {"schema": {"type": "string"}, "example": "ASK { ?s ?p ?o }"},
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["query"],
                        "properties": {"query": {"type": "string"}},
                    },
                },
            },
        },
    },
)
async def query_by_post(call: CallDep, body: Annotated[bytes, Depends(read_body)]) -> Response:
    """Answer a SPARQL query that is the body, or stands in a form in it."""
    return await answer_post(call, body)


async def answer_get(call: Call) -> Response:
    """Answer a request without a body."""
    address, accept = call.request.scope["query_string"], call.accept
    if not address:
        return await call.service.in_thread(described, call)
    depth = call.service.evaluator.depth
    if len(address) + len(accept or "") > _AT_ONCE:
        return await _answer(call, await call.service.in_thread(_in_address, address, accept, depth))
    return await _answer(call, _remembered(address, accept, depth))


async def answer_query(call: Call, query: str, accept: str) -> Response:
    """Answer a query that came another way than by the protocol, in a type that is accepted."""
    depth = call.service.evaluator.depth
    return await _answer(call, await call.service.in_thread(_wanted, [("query", query)], accept, depth))


async def answer_post(call: Call, body: bytes) -> Response:
    """Answer a request with a body."""
    kind, in_address = media_type(call.request), pairs(call.request.scope["query_string"])
    refuse_keys(in_address)
    if kind == FORM:
        if any(name == "query" for name, _ in in_address):
            raise ProblemError(
                "repeated-parameter", "a query stands in the address and in the form", parameter="query"
            )
        given = [*in_address, *pairs(body)]
    elif kind == _DIRECT:
        given = [*in_address, ("query", utf8(body))]
    elif kind == _UPDATE:
        raise ProblemError("update-forbidden", "this address only answers queries")
    else:
        raise ProblemError(
            "unsupported-media-type",
            f"a query is posted as {_DIRECT} or {FORM}, not {kind or 'without a type'}",
            allowed=[_DIRECT, FORM],
        )
    accept, depth = call.accept, call.service.evaluator.depth
    if len(body) <= _AT_ONCE:
        return await _answer(call, _wanted(given, accept, depth))
    return await _answer(call, await call.service.in_thread(_wanted, given, accept, depth))


def _in_address(address: bytes, accept: str | None, depth: int) -> Wanted:
    """Return what a request without a body wants; raises what `_wanted` raises."""
    given = pairs(address)
    refuse_keys(given)
    return _wanted(given, accept, depth)


_remembered: Final = lru_cache(_KEPT)(_in_address)


def _wanted(given: Sequence[tuple[str, str]], accept: str | None, depth: int) -> Wanted:
    """Return what a request with these parameters wants, if it may.

    Raises ProblemError unless there is exactly one query, which can be answered as is accepted, or for one
    that may not be run.
    """
    refused = sorted(_UPDATES.intersection(name for name, _ in given))
    if refused:
        raise ProblemError(
            "update-forbidden", f"{refused[0]!r} belongs to updates; this address only answers queries"
        )
    queries = [value.removeprefix(BOM) for name, value in given if name == "query"]
    if not queries:
        raise ProblemError("missing-query", "give a query in the parameter 'query', or as the body")
    if len(queries) > 1:
        raise ProblemError("repeated-parameter", "'query' is given more than once", parameter="query")
    default, named = iris(given, "default-graph-uri"), iris(given, "named-graph-uri")
    checked = checked_once(queries[0], depth)
    offer, written = _offer(queries[0], checked, accept)
    dataset = Dataset(default, named) if default or named else None
    return Wanted(queries[0], dataset, offer, written, checked.volatile)


async def _answer(call: Call, wanted: Wanted) -> Response:
    try:
        asked = (wanted.query, wanted.written, wanted.dataset, f"{call.root}sparql")
        answer, sequence = await answered(call.service, *asked)
    except QueryError as error:
        if type(error) is QueryError:
            raise ProblemError("query-failed", str(error)) from error
        raise
    headers = {"Cache-Control": "no-store"} if wanted.volatile else {}
    return Response(answer, headers={**headers, "Content-Type": wanted.offer, HEADER: str(sequence)})


def _offer(query: str, checked: Checked, accept: str | None) -> tuple[str, str]:
    """Return the type of the answer, and the type by which the store knows it."""
    offers = GRAPHS if checked.form.gives_graph else _RESULTS
    newer = {kind: written for kind, written in NEWER.items() if kind.rpartition(";")[0] in offers}
    known = {kind.rpartition(";")[0]: kind for kind in newer}
    first = [kind for older in offers for kind in (known.get(older), older) if kind is not None]
    offer = negotiate(accept, first if speaks(query) else (*offers, *newer))
    if offer is None:
        kinds = [kind.partition(";")[0] for kind in offers]
        raise ProblemError(
            "not-acceptable", f"{checked.form.value} is answered as {', '.join(kinds)}", allowed=kinds
        )
    written = newer.get(offer) or offers[offer]
    if offer in newer and offer.startswith(_MEMBERS) and "version" not in (accept or ""):
        offer = offer.rpartition(";")[0]  # who speaks 1.2 in the query only may compare the whole type
    return offer, written
