"""What has changed, for those who follow along."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import Call, CallDep
from api.schemas.changes import ChangePage
from kg.errors import BadParameterError, NotFoundError
from kg.journal import Action, Entry, JournalReader
from kg.pipeline.records import document_iri
from kg.query.lookups import resources

router = APIRouter(prefix="/api/v1", tags=["changes"])
_Since = Annotated[int, Query(ge=0, description="Changes after this one, by its number.")]
_Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]


@router.get("/changes", response_model=ChangePage, operation_id="list_changes")
def list_changes(call: CallDep, since: _Since = 0, limit: _Limit = 100) -> Response:
    """List the changes of the store after one of them, the oldest first.

    To follow the store, ask with `since` set to the last change that you have taken over, and fetch each
    `document`. A `since` that lies beyond the last change is an error: this is not the store you followed.
    """
    folder = call.service.folder
    if folder is None:
        raise NotFoundError("a store in memory keeps no journal of its changes")
    head = call.service.sequence()
    if since > head:
        raise BadParameterError(f"since: there is no change {since} here; the last one is {head}")
    until = min(since + limit, head)
    entries = JournalReader(folder / "journal").entries(since, until)
    items = [_told(call, entry) for entry in entries]
    following = None if until == head else _following(call, until, limit)
    answer = call.one(ChangePage, {"items": items, "next": following, "head": head})
    if following is not None:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _told(call: Call, entry: Entry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "time": entry.time,
        "clock": entry.clock,
        "action": entry.action,
        "kind": entry.kind,
        "id": entry.identifier,
        "revision": entry.revision,
        "content_hash": entry.content_hash,
        "graphs": entry.graphs,
        "iri": document_iri(call.reader.names.base, entry.kind, entry.identifier),
        "document": _document(call, entry),
        "reason": entry.reason,
        "redacts": entry.redacts,
        "hash": entry.hash,
        "previous": entry.previous,
    }


def _document(call: Call, entry: Entry) -> str | None:
    """Return the address of what an entry brought, if that has one."""
    path = f"graph/{entry.kind}/{entry.identifier}"
    if entry.action not in {Action.ADD, Action.REVISE} or resources.document(path) is None:
        return None
    return f"{call.root}doc/{quote(path)}?revision={entry.revision}"


def _following(call: Call, since: int, limit: int) -> str:
    query = urlencode({"since": since, "limit": limit})
    return str(call.request.url.replace(query=query, fragment=""))
