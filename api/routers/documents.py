"""Taking documents in over HTTP: the one write path, for those who have a key."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from api.conditions import demanded, unconditional
from api.credentials import needs
from api.deps import Call, CallDep
from api.errors import ProblemError, answer_to, problem
from api.lanes import writes
from api.negotiation import GRAPHS, negotiate
from api.schemas.documents import Taken, TakenOfSeveral
from api.sequence import HEADER
from api.tags import graph_of
from api.trace import trace
from kg.keys import Key, Scope
from kg.model import Problem
from kg.pipeline import Outcome
from kg.pipeline.bundles import BUNDLES, BundleError, documents_of
from kg.pipeline.uploads import MOST
from kg.store import parse_triples, serialise
from kg.terms import PREFIXES

router = APIRouter(prefix="/api/v1", tags=["writing"])

_ENDINGS: Final = {
    "application/json": ".json",
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
    "text/x-yaml": ".yaml",
}
"""The types of documents, and the endings of names that mean the same."""
_LINES: Final = "application/x-ndjson"
_REPORTS: Final = ("application/problem+json", *GRAPHS)
"""The types in which a refusal is told: every problem, or the SHACL validation report as a graph."""
_BODY: Final = {
    "required": True,
    "content": {kind: {"schema": {"type": "object"}} for kind in ("application/json", "application/yaml")},
}
_SEVERAL: Final = {
    name: said
    for name, said in TakenOfSeveral.model_json_schema(ref_template="#/components/schemas/{model}").items()
    if name != "$defs"
}
"""A line of an answer about several."""
_BODIES: Final = {
    "required": True,
    "content": {
        **{kind: {"schema": {"type": "object"}} for kind in ("application/json", "application/yaml")},
        **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in BUNDLES},
    },
}
_AGAIN = Annotated[bool, Query(description="Take in again what was retracted with the same content.")]
Strict = Annotated[bool, Query(description="Refuse what would be accepted with a warning.")]
IngestKey = Annotated[Key, Depends(needs(Scope.INGEST))]


async def read_upload(request: Request) -> bytes:
    """Return the body of a request; raise ProblemError as soon as it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST:
            raise ProblemError("body-too-large", f"an upload may have {MOST:,} bytes at most")
    return bytes(body)


Body = Annotated[bytes, Depends(read_upload)]


@router.post(
    "/documents",
    operation_id="add_document",
    response_model=Taken,
    responses={
        200: {"content": {_LINES: {"schema": _SEVERAL}}},
        201: {"model": Taken},
    },
    openapi_extra={"requestBody": _BODIES},
)
@writes
def add_document(
    call: CallDep, key: IngestKey, body: Body, *, again: _AGAIN = False, strict: Strict = False
) -> Response:
    """Take in a document of any kind: a report, an agreement, actors or places.

    201 where it is new, 200 where it is a new revision or changes nothing, 422 with its problems where it
    is refused. What is acknowledged is on the disk.

    Several documents, as lines of JSON or in a tar or zip archive, are answered with 200 and a line of JSON
    for each, in their order, as soon as it is known what became of it. They come in some at a time, and those
    may refer to each other; what is refused keeps no other out that does not refer to it. No conditions can
    be set for them.
    """
    if media_type_of(call) in BUNDLES:
        return _several(call, key, body, again=again, strict=strict)
    demand, name, agent = demanded(call, graph_of), name_of(call), signature(key)
    outcome = call.writer.document(body, name, agent, again=again, strict=strict, demand=demand)
    return taken(call, outcome)


@router.post(
    "/reports",
    operation_id="add_report",
    response_model=Taken,
    responses={201: {"model": Taken}},
    openapi_extra={"requestBody": _BODY},
)
@writes
def add_report(
    call: CallDep, key: IngestKey, body: Body, *, again: _AGAIN = False, strict: Strict = False
) -> Response:
    """Take in a report, as `add_document` does."""
    demand, name, agent = demanded(call, graph_of), name_of(call), signature(key)
    outcome = call.writer.document(
        body, name, agent, again=again, kind="report", strict=strict, demand=demand
    )
    return taken(call, outcome)


@router.post(
    "/validate", operation_id="validate_document", response_model=Taken, openapi_extra={"requestBody": _BODY}
)
@writes
def validate_document(
    call: CallDep,
    key: IngestKey,  # noqa: ARG001 - it is needed
    body: Body,
    *,
    strict: Strict = False,
) -> Response:
    """Say what is wrong with a document, and what would be right; nothing is written."""
    return taken(call, call.writer.check(body, name_of(call), strict=strict))


def _several(call: Call, key: Key, body: bytes, *, again: bool, strict: bool) -> Response:
    """Take in several documents; the answer tells line by line what became of each."""
    unconditional(call, "a condition speaks of one document, and these are several: send it by itself")
    demanded(call, graph_of, new=False)
    try:
        documents = documents_of(body, media_type_of(call))
    except BundleError as error:
        raise ProblemError("bad-request", str(error)) from error
    found = call.writer.documents(documents, signature(key), again=again, strict=strict)
    first = next(found)  # what is wrong with the store is told with its own status
    if isinstance(first, Exception):
        raise first

    def lines() -> Iterator[str]:
        for number, (outcome, (name, _)) in enumerate(zip(chain([first], found), documents, strict=True)):
            told = {"index": number, "name": name, **line_of(call, outcome)}
            yield json.dumps(told, ensure_ascii=False) + "\n"

    return StreamingResponse(lines(), 200, {"Cache-Control": "no-store"}, _LINES)


def line_of(call: Call, outcome: Outcome | Exception) -> dict[str, Any]:
    """Return what is told of one document of several."""
    if isinstance(outcome, Exception):
        return {"status": "failed", "problem": json.loads(bytes(answer_to(call.request, outcome).body))}
    if outcome.status != "refused":
        return Taken.model_validate(became(call, outcome)).model_dump()
    return {
        "status": "refused",
        "kind": outcome.kind,
        "id": outcome.identifier,
        "problems": [_told(found) for found in outcome.problems],
        "warnings": [_told(found) for found in outcome.warnings],
    }


def signature(key: Key) -> str:
    """Return how the journal names who has a key."""
    return f"{key.name} (key {key.id})"


def taken(call: Call, outcome: Outcome) -> Response:
    """Return the answer that tells what became of a document."""
    if outcome.status == "refused":
        return refused(call, outcome.problems, outcome.report, outcome.warnings)
    address = f"/doc/graph/{outcome.kind}/{outcome.identifier}"
    headers = {"Cache-Control": "no-store"}
    if outcome.sequence is not None:
        headers[HEADER] = str(outcome.sequence)
    if outcome.status in {"added", "revised"}:
        headers["Location"] = str(call.request.url.replace(path=address, query="", fragment=""))
    return Response(
        Taken.model_validate(became(call, outcome)).model_dump_json(),
        201 if outcome.status == "added" else 200,
        headers,
        "application/json",
    )


def became(call: Call, outcome: Outcome) -> dict[str, Any]:
    """Return what became of a document that was not refused, as the fields of `Taken`."""
    return {
        "status": outcome.status,
        "kind": outcome.kind,
        "id": outcome.identifier,
        "graph": f"{call.reader.names.base}graph/{outcome.kind}/{outcome.identifier}",
        "sequence": outcome.sequence,
        "warnings": [_told(warning) for warning in outcome.warnings],
        "etag": _tag(call, outcome),
    }


def _tag(call: Call, outcome: Outcome) -> str | None:
    """Return the tag of the graph of a document that was taken in, unless it has been changed again."""
    if outcome.status == "valid" or outcome.kind is None or outcome.identifier is None:
        return None
    version = call.writer.version(outcome.kind, outcome.identifier)
    if version is None or outcome.sequence not in {None, version.sequence}:
        return None
    graph = f"{call.reader.names.base}graph/{outcome.kind}/{outcome.identifier}"
    return call.service.tags.usual(graph_of(graph), version)


def refused(
    call: Call, problems: Sequence[Problem], report: str | None = None, warnings: Sequence[Problem] = ()
) -> Response:
    """Return the problems; as the SHACL report alone where that is asked for and there is one."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    offer = None if report is None else negotiate(call.accept, _REPORTS)
    if report is not None and offer is not None and offer in GRAPHS:
        triples = parse_triples(report.encode(), "text/turtle")
        trace().verdict = "refused"
        return Response(serialise(triples, GRAPHS[offer], PREFIXES), 422, {**headers, "Content-Type": offer})
    detail = "; ".join(str(found) for found in problems[:3])
    doubts = [_told(found) for found in warnings]
    told = [_told(found) for found in problems]
    return problem("refused", detail, headers, problems=told, warnings=doubts or None)


def _told(found: Problem) -> dict[str, str | int | None]:
    """Return a problem as fields; of a document that was sent as a graph, its name too."""
    graph: dict[str, str | int | None] = {"graph": found.file[1:-1]} if found.file.startswith("<") else {}
    return graph | {
        "line": found.line,
        "field": found.field,
        "message": found.message,
        "rule": found.rule,
        "hint": found.hint,
    }


def name_of(call: Call) -> str:
    """Return a name for the document of a request, with the ending that its type has.

    Raises ProblemError for what is neither JSON nor YAML.
    """
    kind = media_type_of(call)
    if kind not in _ENDINGS:
        raise ProblemError(
            "unsupported-media-type",
            f"a document is sent as JSON or YAML, not {kind or 'without a type'}; RDF is put into /graphs",
            allowed=list(_ENDINGS),
        )
    return f"document{_ENDINGS[kind]}"


def media_type_of(call: Call) -> str:
    """Return the type of what a request brings, without its parameters."""
    return call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
