"""SPARQL 1.1 Graph Store Protocol: reading graphs as wholes, by parameter and by address."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.deps import Call, CallDep
from api.graph_names import PARAMETERS, direct, indirect
from api.lanes import answers
from api.negotiation import GRAPHS, NEWER, negotiate
from api.self_description import described, not_acceptable
from api.sequence import HEADER
from api.tags import graph_of, stamp
from kg.errors import BadParameterError, NotFoundError
from kg.pipeline.version import Version
from kg.query.lookups import resources
from kg.store import Dataset, serialise

router = APIRouter(tags=["graphs"])
_GRAPH: Final = {
    "description": "The graph.",
    "content": {kind.partition(";")[0]: {"schema": {}} for kind in GRAPHS},
}
_OFFERS: Final = (*GRAPHS, *(kind for kind in NEWER if kind.rpartition(";")[0] in GRAPHS))
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_THERE: Final = "ASK { GRAPH ?graph { } FILTER (?graph = <%s>) }"
_RESULT: Final = "text/csv"
GraphPath = Annotated[str, Path(description="What follows `graph/` in the IRI of a graph.")]


@router.get(
    "/graphs",
    operation_id="get_graph",
    response_class=Response,
    responses={200: _GRAPH},
    openapi_extra={"parameters": PARAMETERS},
)
@answers
def get_graph(call: CallDep) -> Response:
    """Give a graph whole: the one that `graph` names, or the `default` graph.

    An address without any parameter tells which graphs there are, as the description of the service.
    """
    if not call.request.scope["query_string"]:
        return described(call)
    return _graph(call, indirect(call))


@router.get(
    "/graphs/{path:path}",
    operation_id="get_graph_by_address",
    response_class=Response,
    responses={200: _GRAPH},
)
@answers
def get_graph_by_address(call: CallDep, path: GraphPath) -> Response:  # noqa: ARG001 - read as it was sent
    """Give the graph whole that the address stands for."""
    return _graph(call, direct(call))


def _graph(call: Call, name: str | None) -> Response:
    """Return the graph of that name, None for the default graph; raise NotFoundError if there is none."""
    offer = negotiate(call.accept, _OFFERS)
    if offer is None:
        raise not_acceptable()
    evaluator, kind = call.service.evaluator, NEWER.get(offer) or GRAPHS[offer]
    body, sequence = evaluator.answer(_WHOLE, kind, None if name is None else Dataset((name,)))
    if name is not None and body == serialise((), kind.partition(";")[0], {}):
        # A plain store has graphs without triples; in the others, what holds nothing is not there.
        there = evaluator.answer(_THERE % name, _RESULT)[0].strip() if call.service.plain else b"false"
        if there != b"true":
            near = "" if call.service.plain else resources.graphs_near(call.reader, name)
            raise NotFoundError(f"there is no graph <{name}>{near}")
    answer = Response(body, headers={"Content-Type": offer, HEADER: str(sequence)})
    version = _version(call, name)
    if version is not None and version.sequence <= sequence:  # else it was changed since it was read
        tag = call.service.tags.strong(graph_of(name), "graphs", offer, version)
        stamp(answer, tag, version, call.service.standing.since)
    return answer


def _version(call: Call, name: str | None) -> Version | None:
    """Return the version of a graph that can be written; None for any other, and where there is none."""
    held = call.service
    if held.plain_writer is not None:
        return held.plain_writer.version(name)
    if held.writer is None or name is None:
        return None
    try:
        return held.writer.version(*held.writer.document_of(name))
    except BadParameterError:
        return None
