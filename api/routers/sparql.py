"""SPARQL 1.1 Protocol: queries, by GET and POST."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.deps import CallDep
from api.errors import ProblemError
from api.negotiation import GRAPHS, negotiate
from kg.errors import QueryError, QuerySyntaxError, ServandaError
from kg.query.guard import MAX_LENGTH, Checked, check
from kg.store import Dataset

router = APIRouter(tags=["sparql"])

_RESULTS: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv; charset=utf-8": "text/csv",
    "text/tab-separated-values; charset=utf-8": "text/tab-separated-values",
}
"""Types of answers to SELECT and ASK, in the order of preference, and how the store writes each."""
_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_MAX_BODY: Final = 3 * MAX_LENGTH + 16_384
"""Every byte of a query may be percent-encoded, and there are other parameters beside it."""
_UPDATES: Final = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
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
class Asked:
    """A query, and the dataset that the request names for it."""

    query: str
    dataset: Dataset | None


async def read_body(request: Request) -> bytes:
    """Return the body; raise ProblemError once it is longer than any that could be answered."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BODY:
            raise ProblemError("body-too-large", f"the body may have {_MAX_BODY:,} bytes at most")
    return bytes(body)


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
                "required": True,
                "description": "SELECT, ASK, CONSTRUCT or DESCRIBE.",
                "schema": {"type": "string"},
                "example": "SELECT * { ?violation a <https://w3id.org/servanda/ontology#AllegedViolation> }",
            },
            *_PARAMETERS,
        ],
    },
)
def query_by_get(call: CallDep) -> Response:
    """Answer a SPARQL query; the form of the query and `Accept` decide the type of the answer.

    Parameters that the protocol does not know are passed over, because clients add their own.
    """
    return _answer(call, _asked(_pairs(call.request.scope["query_string"])))


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
                _FORM: {
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
def query_by_post(call: CallDep, body: Annotated[bytes, Depends(read_body)]) -> Response:
    """Answer a SPARQL query that is the body, or stands in a form in it."""
    in_address = _pairs(call.request.scope["query_string"])
    kind, _, rest = call.request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', rest, re.IGNORECASE)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8"}:
        raise ProblemError("unsupported-media-type", f"the body is read as UTF-8, not {charset[1]}")
    if kind == _FORM:
        if any(name == "query" for name, _ in in_address):
            raise ProblemError(
                "repeated-parameter", "a query stands in the address and in the form", parameter="query"
            )
        return _answer(call, _asked([*in_address, *_pairs(body)]))
    if kind == _DIRECT:
        return _answer(call, _asked([*in_address, ("query", _text(body))]))
    if kind == _UPDATE:
        raise ProblemError("update-forbidden", "this address only answers queries")
    raise ProblemError(
        "unsupported-media-type",
        f"a query is posted as {_DIRECT} or {_FORM}, not {kind or 'without a type'}",
        allowed=[_DIRECT, _FORM],
    )


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a form or an address, decoded once."""
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise ProblemError("bad-request", "the parameters are not a form in UTF-8") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProblemError("bad-request", "the query is not UTF-8") from error


def _asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    """Return the query and its dataset; raise ProblemError unless there is exactly one query."""
    refused = sorted(_UPDATES.intersection(name for name, _ in pairs))
    if refused:
        raise ProblemError(
            "update-forbidden", f"{refused[0]!r} belongs to updates; this address only answers queries"
        )
    queries = [value for name, value in pairs if name == "query"]
    if not queries:
        raise ProblemError("missing-query", "give a query in the parameter 'query', or as the body")
    if len(queries) > 1:
        raise ProblemError("repeated-parameter", "'query' is given more than once", parameter="query")
    default, named = _graphs(pairs, "default-graph-uri"), _graphs(pairs, "named-graph-uri")
    return Asked(queries[0], Dataset(default, named) if default or named else None)


def _graphs(pairs: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    names = tuple(value for name, value in pairs if name == parameter)
    for name in names:
        if not _ABSOLUTE.fullmatch(name):
            raise ProblemError(
                "invalid-parameter",
                f"{parameter}: {name!r} is no absolute IRI",
                parameter=parameter,
                value=name,
            )
    return names


def _answer(call: CallDep, asked: Asked) -> Response:
    try:
        checked = check(asked.query)
        offer, written = _offer(checked, call.accept)
        answer = call.service.evaluator.answer(asked.query, written, asked.dataset)
    except QuerySyntaxError as error:
        raise ProblemError("query-syntax", str(error), line=error.line, column=error.column) from error
    except ServandaError as error:
        if type(error) is QueryError:
            raise ProblemError("query-failed", str(error)) from error
        raise
    headers = {"Cache-Control": "no-store"} if checked.volatile else {}
    return Response(answer, headers={**headers, "Content-Type": offer})


def _offer(checked: Checked, accept: str | None) -> tuple[str, str]:
    """Return the type of the answer, and the type by which the store knows it."""
    offers = GRAPHS if checked.form.gives_graph else _RESULTS
    offer = negotiate(accept, tuple(offers))
    if offer is None:
        kinds = [kind.partition(";")[0] for kind in offers]
        raise ProblemError(
            "not-acceptable", f"{checked.form.value} is answered as {', '.join(kinds)}", allowed=kinds
        )
    return offer, offers[offer]
