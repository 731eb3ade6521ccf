"""What the server says of itself: where things are, whether it lives, and how it is used."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.credentials import SCHEME, demand
from api.deps import HTML, JSON, Call, CallDep
from api.errors import ProblemError
from api.openapi import described
from api.operations.charges import operations_of
from api.operations.headers import policy
from api.operations.metrics import MEDIA_TYPE
from api.operations.operations import Operations
from api.pages.site import home
from api.reference import STYLE, page
from api.schemas.meta import Health, Index, Readiness
from api.trace import trace
from kg.errors import StoreError
from kg.keys import Scope

router = APIRouter(tags=["server"])
_LINKS = {
    "agreements": "/api/v1/agreements",
    "terms": "/api/v1/terms",
    "alleged_violations": "/api/v1/alleged-violations",
    "assessments": "/api/v1/assessments",
    "states": "/api/v1/states",
    "forces": "/api/v1/forces",
    "actors": "/api/v1/actors",
    "regions": "/api/v1/regions",
    "events": "/api/v1/events",
    "claims": "/api/v1/claims",
    "reports": "/api/v1/reports",
    "questions": "/api/v1/questions",
    "changes": "/api/v1/changes",
    "sparql": "/sparql",
    "exports": "/exports",
    "ontology": "/ontology",
    "openapi": "/openapi.json",
    "documentation": "/docs",
}
_POLICY: Final = policy(STYLE)


@router.get(
    "/",
    response_model=Index,
    operation_id="get_index",
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
def get_index(call: CallDep) -> Response:
    """Say what this is and where everything is; to a browser as a page to begin at."""
    held = call.service
    if call.wanted(JSON, HTML) == HTML and not held.plain:
        return home(call)
    root = call.root.rstrip("/")
    return call.one(
        Index,
        {
            "name": "Servanda",
            "description": call.request.app.description,
            "version": held.version,
            "ontology": held.ontology_version,
            "base": held.reader.names.base,
            "store": held.store_version,
            "links": {name: root + path for name, path in _LINKS.items() if _is_served(call, path)},
        },
    )


@router.get("/healthz", response_model=Health, operation_id="get_health")
async def get_health(call: CallDep) -> Response:
    """Say that the process is alive; the store is not asked."""
    return _fresh(call.one(Health, {"status": "ok"}))


@router.get("/readyz", response_model=Readiness, operation_id="get_readiness")
def get_readiness(call: CallDep) -> Response:
    """Say that requests can be answered; 503 until they can, with what is being done in `step`."""
    held = call.service
    vitals = _operations(call).vitals
    step = None if vitals is None else vitals.unready()
    try:
        held.sequence()
    except StoreError:
        step = "the store cannot be read"
    if step is not None:
        raise ProblemError("starting", step, {"Retry-After": "1"}, ready=False, step=step)
    body = {
        "ready": True,
        "version": held.version,
        "store": held.store_version,
        "amiss": [] if vitals is None else vitals.amiss(),
    }
    return _fresh(call.one(Readiness, body))


@router.get(
    "/metrics",
    response_class=Response,
    operation_id="get_metrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    openapi_extra={"security": [{}, {SCHEME: [Scope.READ]}]},
)
def get_metrics(call: CallDep) -> Response:
    """Measure the server and its store, for Prometheus.

    Needs a key that may read, unless it is asked on this machine, by no page of a browser and through no
    proxy.
    """
    if not trace().local or "origin" in call.request.headers:
        demand(call.request, call.service, Scope.READ)
    return _fresh(Response(_operations(call).metrics.text(), media_type=MEDIA_TYPE))


@router.get("/openapi.json", operation_id="get_openapi", include_in_schema=False)
def get_openapi(request: Request) -> Response:
    """Describe every address."""
    return Response(described(request.app), media_type="application/json")


@router.get("/docs", response_class=HTMLResponse, operation_id="get_documentation", include_in_schema=False)
def get_documentation(request: Request) -> HTMLResponse:
    """Show `/openapi.json` as a page that needs nothing from elsewhere."""
    return HTMLResponse(page(request.app.openapi()), headers={"Content-Security-Policy": _POLICY})


def _is_served(call: Call, path: str) -> bool:
    return path in {"/docs", "/openapi.json"} or path in call.service.paths


def _operations(call: Call) -> Operations:
    return operations_of(call.request.app.state.operations)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
