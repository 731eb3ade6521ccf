"""Statistics: figures of what is alleged, never of what is so."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CSV, HIDDEN, JSON, CallDep, chosen
from api.schemas.statistics import Groups, Statistics
from api.sequence import HEADER
from kg.errors import IndexMissingError
from kg.read.figures import figures_at, picture

router = APIRouter(prefix="/api/v1", tags=["search"])
_SVG: Final = "image/svg+xml"
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_SVG: {"schema": {"type": "string"}}, "text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/statistics.csv", include_in_schema=False)
@router.get("/statistics.svg", include_in_schema=False)
@router.get("/statistics", response_model=Groups, operation_id="statistics", responses=_RESPONSES)
def get_statistics(call: CallDep, query: Annotated[Statistics, Query()]) -> Response:
    """Count alleged violations, candidates and claims by agreement, term, state, region, source or time."""
    if call.service.read is None:
        raise IndexMissingError("this store has no read model")
    given = {name: value for name, value in query.chosen().items() if name != "by"}
    filters = call.filters(given)
    found = figures_at(call.service.read, call.reader, query.by, filters, call.service.sequence())
    headers = {HEADER: str(found.sequence), HIDDEN: str(found.hidden)}
    ending = call.request.url.path.rpartition(".")[2]
    wanted = {"csv": CSV, "svg": _SVG}.get(ending) or chosen(call.accept, (JSON, CSV, _SVG))
    if wanted == _SVG:
        return Response(picture(query.by, found.groups, found.hidden), headers=headers, media_type=_SVG)
    body = {"items": found.groups, "next": None, "hidden": found.hidden}
    return call.listed(Groups, {**body, "hidden_claims": found.hidden_claims}, None, headers)
