"""Which graph a request of the Graph Store Protocol is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from api.errors import ProblemError
from api.forms import absolute, iris, pairs

if TYPE_CHECKING:
    from api.deps import Call

_SLASH: Final = re.compile("%2F", re.IGNORECASE)
PARAMETERS: Final = [
    {
        "name": "graph",
        "in": "query",
        "description": "The IRI of a named graph.",
        "schema": {"type": "string"},
        "example": "https://w3id.org/servanda/id/graph/ontology",
    },
    {
        "name": "default",
        "in": "query",
        "description": "The default graph; the parameter needs no value, and any is passed over.",
        "schema": {"type": "string"},
        "allowEmptyValue": True,
    },
]
"""The parameters that name a graph, as OpenAPI describes them."""


def indirect(call: Call) -> str | None:
    """Return the graph that the parameters name, None for the default graph.

    Raises ProblemError unless they name exactly one.
    """
    given = pairs(call.request.scope["query_string"])
    named = iris(given, "graph")
    default = any(name == "default" for name, _ in given)
    if default and named:
        raise ProblemError("invalid-parameter", "give either 'graph' or 'default'", parameter="default")
    if not (default or named):
        raise ProblemError("missing-graph", "give the graph's IRI as 'graph', or 'default'")
    return named[0] if named else None


def direct(call: Call) -> str:
    """Return the graph that the address names by itself.

    In a store that Servanda fills, `/graphs/report/radio` stands for `report/radio` below `graph/` of the
    store's base, where no name has an encoded slash; in a plain one, an address is the name of its graph.
    """
    request = call.request
    path = request.scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")
    if call.service.plain:
        name = f"{request.url.scheme}://{request.url.netloc}{path}"
    else:
        plain = _SLASH.sub("/", path.removeprefix("/graphs/"))  # clients that are generated encode it
        name = f"{call.reader.names.base}graph/{plain}"
    if not absolute(name):
        raise ProblemError("bad-request", f"{name!r} is no IRI")
    return name
