"""Writing to a plain SPARQL store: updates, and graphs as wholes; by anybody who can reach it."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from api.conditions import demanded
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.graph_names import PARAMETERS, direct, indirect
from api.lanes import writes
from api.operations.charges import operations_of
from api.routers.documents import Body
from api.routers.graphs_writing import BODY, rdf
from api.routers.updates import REQUEST, UpdateBody, location, requested, told
from api.sequence import HEADER
from api.tags import graph_of, store_of
from kg.errors import NotFoundError
from kg.pipeline.plain import Change

_REWRITTEN: Final = "Servanda-Rewritten"
"""How many terms the engine spelled anew, and the first of them."""
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_DONE: Final = HTTPStatus.NO_CONTENT
_CHANGED: Final[dict[int | str, dict[str, Any]]] = {
    201: {"description": "The graph is new; `Location` is where it can be read."},
    204: {"description": "The graph was changed."},
}
GraphPath = Annotated[str, Path(description="What follows `/graphs/` in the name of a graph.")]


def no_other_site(request: Request) -> None:
    """Raise ProblemError for what a page of another site has a browser send: it needs no key here.

    A name that is not this machine's own may be another site's, which lets it lead here for a moment.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    site = urlsplit(origin)
    known = operations_of(request.app.state.operations).settings.hosts or site.hostname in _HERE
    if site.netloc.lower() != request.headers.get("host", "").lower() or not known:
        raise ProblemError("read-only", "a page of another site writes nothing here")


router = APIRouter(tags=["writing"], dependencies=[Depends(no_other_site)])


@router.post("/sparql/update", operation_id="update", status_code=_DONE, openapi_extra=REQUEST)
@writes
def update(call: CallDep, body: UpdateBody) -> Response:
    """Make a SPARQL update; queries see it when this is answered."""
    text, dataset = requested(call, body)
    with told():
        return _answer(call.plain_writer.update(text, location(call), dataset, demanded(call, store_of)))


@router.put(
    "/graphs",
    operation_id="put_graph",
    status_code=_DONE,
    responses=_CHANGED,
    openapi_extra={"parameters": PARAMETERS, "requestBody": BODY},
)
@writes
def put_graph(call: CallDep, body: Body) -> Response:
    """Let a graph hold what is sent, and nothing else."""
    return _put(call, indirect(call), body)


@router.put(
    "/graphs/{path:path}",
    operation_id="put_graph_by_address",
    status_code=_DONE,
    responses=_CHANGED,
    openapi_extra={"requestBody": BODY},
)
@writes
def put_graph_by_address(call: CallDep, body: Body, path: GraphPath) -> Response:  # noqa: ARG001 - as it was sent
    """Let the graph hold what is sent whose name is the address."""
    return _put(call, direct(call), body)


@router.post(
    "/graphs",
    operation_id="add_to_graph",
    status_code=_DONE,
    responses=_CHANGED,
    openapi_extra={"parameters": PARAMETERS, "requestBody": BODY},
)
@writes
def add_to_graph(call: CallDep, body: Body) -> Response:
    """Add what is sent to a graph; without a parameter, a graph is made, which `Location` names."""
    if not call.request.scope["query_string"]:
        name = f"{call.root}graphs/{uuid4()}"
        demand = demanded(call, graph_of, new=True)
        sequence, _ = call.plain_writer.add(name, rdf(call, body), name, call.root, demand)
        return _answer(sequence, name)
    return _add(call, indirect(call), body)


@router.post(
    "/graphs/{path:path}",
    operation_id="add_to_graph_by_address",
    status_code=_DONE,
    responses=_CHANGED,
    openapi_extra={"requestBody": BODY},
)
@writes
def add_to_graph_by_address(call: CallDep, body: Body, path: GraphPath) -> Response:  # noqa: ARG001 - as it was sent
    """Add what is sent to the graph whose name is the address."""
    return _add(call, direct(call), body)


@router.delete(
    "/graphs", operation_id="delete_graph", status_code=_DONE, openapi_extra={"parameters": PARAMETERS}
)
@writes
def delete_graph(call: CallDep) -> Response:
    """Remove a graph; the default graph is emptied."""
    return _delete(call, indirect(call))


@router.delete("/graphs/{path:path}", operation_id="delete_graph_by_address", status_code=_DONE)
@writes
def delete_graph_by_address(call: CallDep, path: GraphPath) -> Response:  # noqa: ARG001 - as it was sent
    """Remove the graph whose name is the address."""
    return _delete(call, direct(call))


def _put(call: Call, graph: str | None, body: bytes) -> Response:
    sent, demand = rdf(call, body), demanded(call, graph_of)
    sequence, new = call.plain_writer.put(graph, sent, _base(call, graph), call.root, demand)
    return _answer(sequence, str(call.request.url) if new else None)


def _add(call: Call, graph: str | None, body: bytes) -> Response:
    sent, demand = rdf(call, body), demanded(call, graph_of)
    sequence, new = call.plain_writer.add(graph, sent, _base(call, graph), call.root, demand)
    return _answer(sequence, str(call.request.url) if new else None)


def _delete(call: Call, graph: str | None) -> Response:
    sequence = call.plain_writer.remove(graph, demanded(call, graph_of))
    if sequence is None:
        raise NotFoundError(f"there is no graph <{graph}>")
    return _answer(sequence)


def _base(call: Call, graph: str | None) -> str:
    """Return what relative IRIs are relative to: the graph (Graph Store Protocol, §4.1), or the address."""
    return str(call.request.url) if graph is None else graph


def _answer(change: Change, made: str | None = None) -> Response:
    headers = {HEADER: str(int(change)), "Cache-Control": "no-store"}
    if change.rewritten.count:
        headers[_REWRITTEN] = str(change.rewritten)
    if made is None:
        return Response(status_code=_DONE, headers=headers)
    return Response(status_code=HTTPStatus.CREATED, headers={**headers, "Location": made})
