"""Linked data: every IRI of the graph leads to what the graph says of it."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.deps import HTML, HTML_ENDING, Call, CallDep
from api.errors import ProblemError
from api.negotiation import GRAPHS, negotiate
from api.pages import resources as pages
from api.tags import graph_of, stamp
from kg.errors import GoneError, NotFoundError
from kg.model import Triple
from kg.pipeline import history
from kg.pipeline.version import Version
from kg.query.lookups import resources
from kg.query.lookups.context import context
from kg.store import serialise
from kg.terms import PREFIXES

router = APIRouter(tags=["linked data"])

EXTENSIONS: Final = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples; charset=utf-8",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig; charset=utf-8",
    "nq": "application/n-quads; charset=utf-8",
}
"""What an address may end in, and the type that it then has."""
_SAFE: Final = "/:@!$&'()*+,;=~"
DESCRIPTION: Final[dict[str, Any]] = {
    "description": "What the graph says.",
    "content": {kind.partition(";")[0]: {"schema": {}} for kind in GRAPHS},
}
"""What an address answers that gives RDF, for `/openapi.json`."""
_REDIRECT: Final = {"description": "See the address in `Location`."}
_EARLIER: Final = 5
"""Revisions before one, of which the nearest that may be read is held against it."""
_ALLOWED: Final = ("report/…", "agreement/…", "graph/actors/…", "graph/places/…")
PathPath = Annotated[str, Path(description="What follows the base in the IRI, such as `actor/armenia`.")]

Number = Annotated[
    int | None,
    Query(ge=1, description="Of a document: its revision of this number, whatever came after."),
]


@router.get(
    "/id/{path:path}",
    status_code=303,
    response_class=Response,
    operation_id="get_identifier",
    responses={303: _REDIRECT},
)
def get_identifier(call: CallDep, path: PathPath, revision: Number = None) -> Response:  # noqa: ARG001
    """Lead from an IRI to its description: the resource itself cannot be sent, what is said of it can."""
    query = call.request.url.query
    address = "/doc/" + quote(path, safe=_SAFE) + (f"?{query}" if query else "")
    return Response(status_code=303, headers={"Location": address})


@router.get(
    "/doc/{path:path}",
    response_class=Response,
    operation_id="get_description",
    responses={
        200: {
            **DESCRIPTION,
            "content": {**DESCRIPTION["content"], "text/html": {"schema": {"type": "string"}}},
        }
    },
)
def get_description(call: CallDep, path: PathPath, revision: Number = None) -> Response:
    """Say what the graph says of a resource, by `Accept`, or by `.ttl`, `.nt`, `.jsonld` and the like.

    A report or an agreement is told whole, as its document came in, and so is the graph of any document
    (`graph/actors/states`); `revision` asks for what one of its revisions said. Of anything else all is
    told that is said of it directly, what the rules concluded included. A browser gets a page.
    """
    stem, offer = (path.removesuffix(HTML_ENDING), HTML) if path.endswith(HTML_ENDING) else named(path)
    if revision is not None:
        said, offer = _revision(call, stem, revision), offer or _offer(call)
        if offer == HTML:
            return pages.described(call, stem, said, _before(call, stem, revision))
        return written(said, offer)
    try:
        return _described(call, stem, offer)
    except NotFoundError as error:
        if stem == path or isinstance(error, GoneError):
            raise
    # A key may end as an extension does: then the address is that of the thing itself.
    return _described(call, path, None)


@router.get(
    "/context.jsonld",
    response_class=Response,
    operation_id="get_context",
    responses={200: {"description": "The context.", "content": {"application/ld+json": {"schema": {}}}}},
)
def get_context(call: CallDep) -> Response:
    """Give the terms of the ontology by their short names, as a JSON-LD context to be put into a document."""
    body = json.dumps(context(call.reader), ensure_ascii=False, indent=1)
    return Response(body, headers={"Content-Type": "application/ld+json"})


def _revision(call: Call, path: str, number: int) -> frozenset[Triple]:
    """Return what a revision of the document said that the path stands for."""
    document = resources.document(path)
    if document is None:
        raise ProblemError(
            "invalid-parameter",
            f"only a whole document has revisions: {', '.join(_ALLOWED)}",
            parameter="revision",
            value=str(number),
        )
    held = call.service
    if held.folder is None:
        raise NotFoundError("a store in memory keeps no revisions")
    return history.revision(held.folder, held.reader.names.base, *document, number)


def _before(call: Call, path: str, number: int) -> tuple[int, frozenset[Triple]] | None:
    """Return the nearest earlier revision that may be read, of a few; None where there is none."""
    for earlier in range(number - 1, max(0, number - 1 - _EARLIER), -1):
        with suppress(NotFoundError, GoneError):
            return earlier, _revision(call, path, earlier)
    return None


def _described(call: Call, path: str, offer: str | None) -> Response:
    """Return what the graph says of a resource; a whole document has a tag of its own, but no page has."""
    if (offer or _offer(call)) == HTML:
        return pages.described(call, path)
    before = _version(call, path)
    said = resources.description(call.reader, path)
    offer = offer or _offer(call)
    answer = written(said, offer)
    if before is not None and _version(call, path) == before:
        held, graph = call.service, graph_of(_graph(call, path))
        stamp(answer, held.tags.strong(graph, "doc", offer, before), before, held.standing.since)
    return answer


def _graph(call: Call, path: str) -> str:
    """Return the graph of the document that a path stands for."""
    kind, identifier = resources.document(path) or ("", "")
    return f"{call.reader.names.base}graph/{kind}/{identifier}"


def _version(call: Call, path: str) -> Version | None:
    """Return the version of the document that the path stands for; None if it stands for none."""
    document = resources.document(path)
    return None if document is None or call.service.writer is None else call.service.writer.version(*document)


def named(path: str) -> tuple[str, str | None]:
    """Return the path without its extension, and the type that this stands for."""
    stem, _, extension = path.rpartition(".")
    return (stem, EXTENSIONS[extension]) if stem and extension in EXTENSIONS else (path, None)


def _offer(call: Call) -> str:
    offer = negotiate(call.accept, (*GRAPHS, HTML))
    if offer is None:
        kinds = [kind.partition(";")[0] for kind in (*GRAPHS, HTML)]
        raise ProblemError("not-acceptable", f"this is written as {', '.join(kinds)}", allowed=kinds)
    return offer


def written(triples: Iterable[Triple], offer: str) -> Response:
    """Return triples as an answer of the type; raise ProblemError where that syntax cannot hold them."""
    try:
        body = serialise(triples, GRAPHS[offer], PREFIXES)
    except ValueError as error:
        raise ProblemError("not-acceptable", f"this cannot be written as {GRAPHS[offer]}: {error}") from error
    return Response(body, headers={"Content-Type": offer})
