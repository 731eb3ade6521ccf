"""The description of the interface: FastAPI's, with the problems that are really answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from fastapi.utils import is_body_allowed_for_status_code
from pydantic import BaseModel
from starlette.responses import JSONResponse

from api.errors import MEDIA_TYPE
from api.negotiation import GRAPHS
from api.schemas.base import Problem
from api.tables import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant
    from fastapi.routing import RouteContext

TAGS: Final = [
    {"name": "agreements", "description": "Agreements, their terms and the norms found in them."},
    {
        "name": "alleged violations",
        "description": "What is alleged, what a rule found of terms that nobody named, and what could not be "
        "assessed, each apart. None of it is a finding of fact.",
    },
    {"name": "reports", "description": "Where everything comes from, with the texts that quotes point into."},
    {"name": "claims", "description": "What somebody says, in which words, on whose word."},
    {"name": "events", "description": "What claims are about; every value comes with its claims."},
    {"name": "actors", "description": "States, forces, and all others who act or speak."},
    {"name": "regions", "description": "Regions, zones of agreements, routes, settlements and boundaries."},
    {"name": "search", "description": "Words in quotes, names and texts, and what names begin with."},
    {"name": "questions", "description": "Questions that the graph answers, each runnable."},
    {"name": "writing", "description": "Documents and graphs that are taken in; with a key."},
    {
        "name": "datasets",
        "description": "Tables of datasets: sent, followed, and their damaged rows; with a key.",
    },
    {"name": "quarantine", "description": "What was refused, and waits for a correction; with a key."},
    {"name": "changes", "description": "What changed in the store, for who follows it."},
    {"name": "sparql", "description": "SPARQL 1.1 over the union of all graphs, for queries only."},
    {
        "name": "exports",
        "description": "Graphs for Gephi and its like, each a named profile, narrowed by filters.",
    },
    {"name": "graphs", "description": "Graphs as wholes, by the SPARQL 1.1 Graph Store Protocol."},
    {
        "name": "linked data",
        "description": "Every IRI of the graph, answered with what is said of it, as RDF.",
    },
    {"name": "keys", "description": "Who may do more than read what everybody may."},
    {"name": "server", "description": "What the server says of itself."},
]
_PROBLEM: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MEANINGS: Final = {
    "400": "A parameter or the query is not right; the problem says which and what would be.",
    "401": "No key, or none that is valid.",
    "403": "The key does not allow this.",
    "404": "There is no such resource; the problem names the nearest.",
    "406": "No type that is accepted can be given.",
    "410": "The resource was taken back; the problem says when and why.",
    "409": "Other documents refer to it, or the history is another; the problem says which.",
    "412": "It is not in the version that a condition of the request wants; `etag` is its tag.",
    "413": "Query, body or answer are too long.",
    "415": "The body is of a type that is not taken.",
    "422": "The document is refused; `problems` has each of them.",
    "428": "A condition is needed: `If-Match`, `If-None-Match` or `If-Unmodified-Since`.",
    "429": "The share of query time is used up; `Retry-After` says for how long.",
    "501": "A part of the software is not installed here.",
    "503": "The store, or the keys, cannot be read, or too many ask for this at once.",
    "504": "It takes longer than it may.",
    "507": "There is no room for it.",
}
_WRITING: Final = frozenset(
    {
        "add_document",
        "add_report",
        "add_to_graph",
        "add_to_graph_by_address",
        "delete_graph",
        "delete_graph_by_address",
        "discard_document",
        "put_graph",
        "put_graph_by_address",
        "resubmit_document",
        "update",
    }
)
"""Operations that take conditions."""
_CONDITIONS: Final = {
    "If-Match": "Tags, or `*`: write only over one of these versions, or over whatever is there.",
    "If-None-Match": "`*`: write only what is not there yet. Tags: not over these versions.",
    "If-Unmodified-Since": "An HTTP date: write only over what was not changed after it.",
}
_MORE: Final = {
    "list_changes": ("409",),
    "query_by_get": ("406", "413", "429", "503", "504"),
    "query_by_post": ("406", "413", "415", "429", "503", "504"),
    "get_graph": ("404", "406", "413", "429", "503", "504"),
    "get_graph_by_address": ("406", "413", "429", "503", "504"),
    "list_questions": ("429",),
    "list_exports": ("429",),
    "get_export": ("404", "413", "429", "503", "504"),
    "get_standard": ("404", "429", "503"),
    "get_table": ("404", "429", "501", "503"),
    "get_all_quads": ("413", "429", "503", "504"),
    "ask_question": ("406", "413", "429", "503", "504"),
    "get_description": ("406", "410"),
    "get_ontology": ("404", "406"),
    "get_readiness": ("503",),
    **dict.fromkeys(
        ("add_document", "add_report", "validate_document"), ("413", "415", "422", "503", "504", "507")
    ),
    **dict.fromkeys(
        ("put_graph", "put_graph_by_address", "add_to_graph", "add_to_graph_by_address"),
        ("413", "415", "422", "503", "504", "507"),
    ),
    **dict.fromkeys(("delete_graph", "delete_graph_by_address"), ("404", "409", "503", "507")),
    **dict.fromkeys(("list_quarantine", "get_quarantined"), ("503",)),
    "list_same_event_proposals": ("404",),
    "decide_same_event": ("404", "422", "503", "507"),
    "add_dataset": ("404", "413", "503", "507"),
    "resubmit_document": ("409", "413", "415", "422", "503", "504", "507"),
    "discard_document": ("409", "503", "507"),
    "prove_text": ("413", "503"),
    "update": ("409", "413", "415", "422", "503", "504", "507"),
}


_JSON: Final = "application/json"
_CSV: Final = "text/csv"
_OWN: Final = frozenset(
    {
        "query_by_get",
        "query_by_post",
        "get_graph",
        "get_graph_by_address",
        "get_description",
        "get_export",
        "get_standard",
        "get_table",
    }
)
"""Operations that settle by themselves in which type they answer."""
_PAGE: Final = ("text/html",)
_NOT_DESCRIBED: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"GET {path}": _PAGE for path in ("/docs", "/about", "/data", "/explore", "/query", "/sign-in")},
    **{f"GET {path}": _PAGE for path in ("/annotate", "/desk", "/desk/events")},
    **{f"GET /desk/{what}": _PAGE for what in ("quality", "tables", "tables/{name}")},
    **{f"GET /desk/{kind}/{{name}}": _PAGE for kind in ("quarantine", "record")},
    **{f"POST /annotate/{what}": (_JSON,) for what in ("check", "submit", "quote", "text")},
    "GET /openapi.json": (_JSON,),
    **{f"{method} /reconcile": (_JSON, "text/javascript") for method in ("GET", "POST")},
    **{
        f"GET /reconcile/suggest/{kind}": (_JSON, "text/javascript")
        for kind in ("entity", "type", "property")
    },
    "GET /reconcile/properties": (_JSON, "text/javascript"),
    "GET /reconcile/preview": _PAGE,
}
"""The types of what the description leaves out: of pages, and of services that describe themselves."""
_TABLE: Final = " As a table: with `Accept: text/csv`, or with `.csv` at the end of the path."


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the application."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=TAGS,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        schemas = made["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = Problem.model_json_schema()
        for schema in schemas.values():
            _untitled(schema.get("properties", {}))
        for path, operation in _operations(made):
            _untitled(operation)
            _tables(operation, schemas)
            _problems(path, operation)
        app.openapi_schema = made
    return app.openapi_schema


def described(app: FastAPI) -> bytes:
    """Return the description as it is sent: it stays the same, and is put into words once."""
    made: bytes | None = getattr(app.state, "described", None)
    if made is None:
        made = app.state.described = bytes(JSONResponse(describe(app)).body)
    return made


def routes_of(app: FastAPI) -> dict[str, RouteContext]:
    """Return the route of each operation that is described, such as `GET /graphs`."""
    return {
        f"{method} {route.path_format}": route
        for route in iter_route_contexts(app.routes)
        if getattr(route, "include_in_schema", False) and hasattr(route, "dependant")
        for method in sorted(route.methods or ())
    }


def paths(routes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the methods of each path among operations such as `GET /graphs`."""
    found: dict[str, frozenset[str]] = {}
    for operation in routes:
        method, path = operation.split(" ")
        found[path] = found.get(path, frozenset()) | {method}
    return found


def query_parameters(routes: Mapping[str, RouteContext]) -> dict[str, frozenset[str]]:
    """Return the query parameters of each operation, such as `GET /graphs`, but of those that take any.

    They are those that the description names, without the seconds that it takes to make it.
    """
    found: dict[str, frozenset[str]] = {"GET /docs": frozenset(), "GET /openapi.json": frozenset()}
    for operation, route in routes.items():
        if route.operation_id not in {"ask_question", "query_by_get", "query_by_post", "update"}:
            more = (route.openapi_extra or {}).get("parameters", ())
            names = (one["name"] for one in more if one["in"] == "query")
            found[operation] = frozenset((*_queried(route.dependant), *names))
    return found


def offers(routes: Mapping[str, RouteContext]) -> dict[str, tuple[str, ...]]:
    """Return the types in which each operation answers, such as `GET /graphs`, the preferred one first.

    Those that take documents may tell a refusal as RDF. Operations without an answer that has a type are
    left out, and those whose types depend on what is asked for, or are settled by the address.
    """
    found = dict(_NOT_DESCRIBED)
    for operation, route in routes.items():
        if route.operation_id not in _OWN:
            types = list(_answered(route))
            if types and "422" in _MORE.get(route.operation_id, ()):
                types += [MEDIA_TYPE, *(kind.partition(";")[0] for kind in GRAPHS)]
            if types:
                found[operation] = tuple(dict.fromkeys(types))
    return found


def _queried(dependant: Dependant) -> Iterator[str]:
    """Yield the query parameters of what a route depends on; of a model that holds several, its fields."""
    for one in dependant.query_params:
        annotation = one.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (field.alias or name for name, field in annotation.model_fields.items())
        else:
            yield one.alias
    for below in dependant.dependencies:
        yield from _queried(below)


def _answered(route: RouteContext) -> Iterator[str]:
    """Yield the types of the answers of a route that are no problems."""
    kind = route.response_class
    kind = getattr(kind, "value", kind)  # one that was not chosen is within a placeholder
    if kind.media_type and is_body_allowed_for_status_code(route.status_code):
        yield kind.media_type
    for status, response in route.responses.items():
        if str(status)[0] == "2":
            yield from response.get("content", ())
    if not frozenset(LISTS).isdisjoint(getattr(route.response_model, "model_fields", ())):
        yield _CSV


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        for operation in item.values():
            yield path, operation


def _untitled(described: object) -> None:
    """Take away the titles that parameters and properties get of their names: a title is a schema's own."""
    if isinstance(described, dict):
        if isinstance(described.get("title"), str):
            del described["title"]
        for within in described.values():
            _untitled(within)
    elif isinstance(described, list):
        for within in described:
            _untitled(within)


def _tables(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """Say of a list that it can be had as a table."""
    content = operation["responses"].get("200", {}).get("content", {})
    reference = content.get(_JSON, {}).get("schema", {}).get("$ref", "")
    if not frozenset(LISTS).isdisjoint(schemas.get(reference.rpartition("/")[2], {}).get("properties", ())):
        content[_CSV] = {"schema": {"type": "string"}}
        operation["description"] += _TABLE


def _problems(path: str, operation: dict[str, Any]) -> None:
    """Put the problems that the operation may answer in the place of those that FastAPI supposes."""
    responses = operation["responses"]
    responses.pop("422", None)
    statuses = {"400", *_MORE.get(operation["operationId"], ())}
    if operation["operationId"] in _WRITING:
        statuses |= {"412", "428"}
        operation["parameters"] = [
            *operation.get("parameters", ()),
            *(
                {
                    "name": name,
                    "in": "header",
                    "required": False,
                    "description": words,
                    "schema": {"type": "string"},
                }
                for name, words in _CONDITIONS.items()
            ),
        ]
    if operation.get("security"):
        statuses |= {"401", "403", "503"}
    if "{" in path:
        statuses.add("404")
    if any(status[0] == "2" and one.get("content") for status, one in responses.items()):
        statuses.add("406")
    for status in sorted(statuses):
        responses[status] = {"description": _MEANINGS[status], "content": _PROBLEM}
