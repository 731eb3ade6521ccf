"""What has changed, for those who follow along."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import ATOM, CSV, HTML, JSON, Call, CallDep
from api.errors import ProblemError
from api.pages.changes import changes_feed, changes_page
from api.schemas.changes import ChangePage
from kg.errors import NotFoundError, OtherHistoryError
from kg.journal import Action, Entry, JournalReader
from kg.pipeline.following import following
from kg.pipeline.records import document_iri, published_hash
from kg.query.lookups import resources

router = APIRouter(prefix="/api/v1", tags=["changes"])
_Since = Annotated[int, Query(ge=0, description="Changes after this one, by its number.")]
_Hash = Annotated[
    str | None,
    Query(
        pattern="^[0-9a-f]{64}$",
        description="The hash of the change `since`, as it was told; 409 where it has another here.",
    ),
]
_Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]


@router.get("/changes.csv", include_in_schema=False)
@router.get("/changes.html", include_in_schema=False)
@router.get("/changes.atom", include_in_schema=False)
@router.get(
    "/changes",
    response_model=ChangePage,
    operation_id="list_changes",
    responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in ("text/html", ATOM)}}},
)
def list_changes(call: CallDep, since: _Since = 0, hash: _Hash = None, limit: _Limit = 100) -> Response:  # noqa: A002 - named as in the address
    """List the changes of the store after one of them, the oldest first.

    To follow the store, ask with `since` set to the last change that you have taken over and `hash` to its
    hash, and fetch each `document`. Where that change is another here, as after a backup was restored, the
    answer is 409, `other-history`. A `since` beyond the last change, without a hash, is an error.
    """
    folder = call.service.folder
    if folder is None:
        raise NotFoundError("a store in memory keeps no journal of its changes")
    wanted = call.wanted(JSON, CSV, HTML, ATOM)
    if wanted in {HTML, ATOM}:
        return changes_page(call, folder) if wanted == HTML else changes_feed(call, folder)
    try:
        found = following(JournalReader(folder / "journal"), since, hash, limit, call.service.sequence())
    except OtherHistoryError as error:
        raise ProblemError("other-history", str(error), sequence=error.sequence, hash=error.hash) from error
    marked, head = tuple(found.entries), found.head
    more = None
    if marked and (last := marked[-1][0]).sequence < head:
        more = _following(call, last.sequence, last.hash, limit)
    items = [_told(call, entry, redacted=redacted) for entry, redacted in marked]
    body = {"items": items, "next": more, "head": head, "head_hash": found.head_hash}
    return call.listed(ChangePage, body, more)


def _told(call: Call, entry: Entry, *, redacted: bool) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "time": entry.time,
        "clock": entry.clock,
        "action": entry.action,
        "kind": entry.kind,
        "id": entry.identifier,
        "revision": entry.revision,
        "content_hash": published_hash(entry, call.service.secret, redacted=redacted),
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


def _following(call: Call, since: int, known: str, limit: int) -> str:
    query = urlencode({"since": since, "hash": known, "limit": limit})
    return str(call.request.url.replace(query=query, fragment=""))
