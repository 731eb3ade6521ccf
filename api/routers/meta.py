"""What the server says of itself: where things are, whether it lives, and how it is used."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.deps import CallDep
from api.reference import page
from api.schemas.meta import Health, Index, Readiness

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
    "ontology": "/ontology",
    "openapi": "/openapi.json",
    "documentation": "/docs",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@router.get("/", response_model=Index, operation_id="get_index")
def get_index(call: CallDep) -> Response:
    """Say what this is and where everything is."""
    held = call.service
    root = str(call.request.base_url).rstrip("/")
    return call.one(
        Index,
        {
            "name": "Servanda",
            "description": call.request.app.description,
            "version": held.version,
            "ontology": held.ontology_version,
            "base": held.reader.names.base,
            "store": held.store_version,
            "links": {name: root + path for name, path in _LINKS.items()},
        },
    )


@router.get("/healthz", response_model=Health, operation_id="get_health")
def get_health(call: CallDep) -> Response:
    """Say that the process answers."""
    return _fresh(call.one(Health, {"status": "ok"}))


@router.get("/readyz", response_model=Readiness, operation_id="get_readiness")
def get_readiness(call: CallDep) -> Response:
    """Say that the store answers; 503 if it does not."""
    held = call.service
    held.reader.version()
    body = {"status": "ready", "version": held.version, "store": held.store_version}
    return _fresh(call.one(Readiness, body))


@router.get("/docs", response_class=HTMLResponse, operation_id="get_documentation", include_in_schema=False)
def get_documentation(request: Request) -> HTMLResponse:
    """Show `/openapi.json` as a page that needs nothing from elsewhere."""
    return HTMLResponse(page(request.app.openapi()), headers={"Content-Security-Policy": _POLICY})


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
