"""Templates filled in: one environment that escapes everything, and the answer that a page is."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from api.deps import HTML
from api.operations.headers import policy
from api.pages.codes import codes_of
from api.pages.sentences import said_of
from api.pages.view import view_of
from api.sequence import HEADER
from api.trace import trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.deps import Call, Service

_POLICY: Final = policy()
_NAV: Final = (
    ("violations", "/api/v1/alleged-violations"),
    ("explore", "/explore"),
    ("agreements", "/api/v1/agreements"),
    ("reports", "/api/v1/reports"),
    ("claims", "/api/v1/claims"),
    ("events", "/api/v1/events"),
    ("actors", "/api/v1/actors"),
    ("places", "/api/v1/regions"),
    ("questions", "/api/v1/questions"),
    ("query", "/query"),
    ("changes", "/api/v1/changes"),
    ("annotate", "/annotate"),
    ("desk", "/desk"),
    ("data", "/data"),
    ("about", "/about"),
)


@cache
def environment() -> Environment:
    """Return what fills in templates: what comes from data is escaped, and what is missing is an error."""
    return Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def prepare(service: Service) -> None:
    """Read and compile what every page needs, so that nobody's first page waits for it."""
    codes_of(service.reader, service.ontology_version)
    for name in environment().list_templates():
        environment().get_template(name)


def page(  # noqa: PLR0913 - what a page is made of
    call: Call,
    template: str,
    title: str,
    said: Mapping[str, Any],
    *,
    status: int = 200,
    sequence: str | None = None,
    private: bool = False,
) -> Response:
    """Return a page: a template filled in with what programs would be told, as they would be told it.

    What is private, because it is for who signed in, is kept by nobody.
    """
    view = view_of(call)
    standing = call.service.standing.now
    trace().rests_on += f" page in {view.language}"
    body = (
        environment()
        .get_template(template)
        .render(
            view=view,
            t=view.t,
            sentence=partial(said_of, view),
            title=title,
            nav=_NAV,
            here=call.request.url.path,
            address=_canonical(call),
            root=call.root.rstrip("/"),
            standing=standing,
            searchable=is_served(call, "/api/v1/search"),
            **said,
        )
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "Content-Language": view.interface,
        "Vary": "Accept-Language",
    }
    if sequence is not None:
        headers[HEADER] = sequence
    if private:
        headers["Cache-Control"] = "no-store"
    return Response(body, status, headers, HTML)


def is_served(call: Call, path: str) -> bool:
    """Return whether there is that address."""
    return path in call.service.paths


def _canonical(call: Call) -> str:
    """Return the address of the page without what only says where in a list it is."""
    return str(call.request.url.remove_query_params(["cursor"]).replace(fragment=""))
