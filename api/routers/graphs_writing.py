"""SPARQL 1.1 Graph Store Protocol: writing graphs, which are documents, through the one write path."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.conditions import demanded
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.forms import parts
from api.graph_names import PARAMETERS, direct, indirect
from api.lanes import writes
from api.multipart import MULTIPART
from api.routers.documents import Body, IngestKey, signature, taken
from api.schemas.documents import Taken
from api.sequence import HEADER
from api.tags import graph_of
from kg.errors import BadParameterError
from kg.pipeline.uploads import contexts_at
from kg.store import SYNTAXES

router = APIRouter(tags=["writing"])
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        **{kind: {"schema": {"type": "object" if "json" in kind else "string"}} for kind in SYNTAXES},
        MULTIPART: {},  # parts of any of these; no schema can say that
    },
}
_CHANGED: Final[dict[int | str, dict[str, Any]]] = {
    201: {"model": Taken, "description": "The graph is new."},
    200: {"model": Taken, "description": "The graph was changed."},
}
GraphPath = Annotated[str, Path(description="What follows `graph/` in the IRI of a graph.")]
_Reason = Annotated[
    str, Query(min_length=1, description="Why the document is taken back; it stays in the journal.")
]


@router.put(
    "/graphs",
    operation_id="put_graph",
    responses=_CHANGED,
    openapi_extra={"parameters": PARAMETERS, "requestBody": BODY},
)
@writes
def put_graph(call: CallDep, key: IngestKey, body: Body) -> Response:
    """Let the graph of a document hold what is sent, and nothing else: the document in RDF.

    The RDF is read as the document that says it; what no document says is refused.
    """
    return _write(call, _document(indirect(call)), body, signature(key), merge=False)


@router.put(
    "/graphs/{path:path}",
    operation_id="put_graph_by_address",
    responses=_CHANGED,
    openapi_extra={"requestBody": BODY},
)
@writes
def put_graph_by_address(call: CallDep, key: IngestKey, body: Body, path: GraphPath) -> Response:  # noqa: ARG001
    """Let the graph that the address stands for hold what is sent, as `put_graph`."""
    return _write(call, direct(call), body, signature(key), merge=False)


@router.post(
    "/graphs",
    operation_id="add_to_graph",
    responses=_CHANGED,
    openapi_extra={"parameters": PARAMETERS, "requestBody": BODY},
)
@writes
def add_to_graph(call: CallDep, key: IngestKey, body: Body) -> Response:
    """Add what is sent to the graph of a document; together they have to be a document."""
    return _write(call, _document(indirect(call)), body, signature(key), merge=True)


@router.post(
    "/graphs/{path:path}",
    operation_id="add_to_graph_by_address",
    responses=_CHANGED,
    openapi_extra={"requestBody": BODY},
)
@writes
def add_to_graph_by_address(call: CallDep, key: IngestKey, body: Body, path: GraphPath) -> Response:  # noqa: ARG001
    """Add what is sent to the graph that the address stands for, as `add_to_graph`."""
    return _write(call, direct(call), body, signature(key), merge=True)


@router.delete(
    "/graphs",
    operation_id="delete_graph",
    status_code=HTTPStatus.NO_CONTENT,
    openapi_extra={"parameters": PARAMETERS},
)
@writes
def delete_graph(call: CallDep, key: IngestKey, reason: _Reason = "deleted over HTTP") -> Response:
    """Retract the document that a graph holds; its history stays. 409 where others refer to it."""
    return _retract(call, _document(indirect(call)), reason, signature(key))


@router.delete(
    "/graphs/{path:path}", operation_id="delete_graph_by_address", status_code=HTTPStatus.NO_CONTENT
)
@writes
def delete_graph_by_address(
    call: CallDep,
    key: IngestKey,
    path: GraphPath,  # noqa: ARG001 - read as it was sent
    reason: _Reason = "deleted over HTTP",
) -> Response:
    """Retract the document whose graph the address stands for, as `delete_graph`."""
    return _retract(call, direct(call), reason, signature(key))


def _write(call: Call, graph: str, body: bytes, agent: str, *, merge: bool) -> Response:
    sent = rdf(call, body)
    _named(call, graph)
    demand, contexts = demanded(call, graph_of), contexts_at(call.root)
    outcome = call.writer.graph(sent, graph, agent, merge=merge, contexts=contexts, demand=demand)
    return taken(call, outcome)


def rdf(call: Call, body: bytes) -> list[tuple[bytes, str]]:
    """Return the parts of a body that is RDF; raise ProblemError for any other."""
    sent = parts(call.request, body)
    for _, kind in sent:
        if kind not in SYNTAXES:
            raise ProblemError(
                "unsupported-media-type",
                f"a graph is sent as RDF, not {kind or 'without a type'}",
                allowed=[*SYNTAXES, MULTIPART],
            )
    return sent


def _retract(call: Call, graph: str, reason: str, agent: str) -> Response:
    kind, identifier = _named(call, graph)
    entry = call.writer.retract(kind, identifier, reason, agent, demanded(call, graph_of))
    return Response(
        status_code=HTTPStatus.NO_CONTENT,
        headers={HEADER: str(entry.sequence), "Cache-Control": "no-store"},
    )


def _document(graph: str | None) -> str:
    if graph is None:
        raise ProblemError("read-only", "the default graph is the union of all graphs; name one of them")
    return graph


def _named(call: Call, graph: str) -> tuple[str, str]:
    """Return the kind and id of the document that a graph is of; raise ProblemError for other graphs."""
    try:
        return call.writer.document_of(graph)
    except BadParameterError as error:
        raise ProblemError("read-only", str(error)) from error
