"""What has changed, for those who follow along."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import Call, CallDep
from api.errors import ProblemError
from api.schemas.changes import ChangePage
from kg.errors import BadParameterError, NotFoundError
from kg.journal import GENESIS, Action, Entry, JournalReader
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
@router.get("/changes", response_model=ChangePage, operation_id="list_changes")
def list_changes(call: CallDep, since: _Since = 0, hash: _Hash = None, limit: _Limit = 100) -> Response:  # noqa: A002 - named as in the address
    """List the changes of the store after one of them, the oldest first.

    To follow the store, ask with `since` set to the last change that you have taken over and `hash` to its
    hash, and fetch each `document`. Where that change is another here, as after a backup was restored, the
    answer is 409, `other-history`. A `since` beyond the last change, without a hash, is an error.
    """
    folder = call.service.folder
    if folder is None:
        raise NotFoundError("a store in memory keeps no journal of its changes")
    journal, head = JournalReader(folder / "journal"), call.service.sequence()
    last = _hash(journal, head)
    if since > head:
        if hash is not None:
            raise _other_history(f"there is no change {since} here; the last one is {head}", head, last)
        raise BadParameterError(f"since: there is no change {since} here; the last one is {head}")
    until = min(since + limit, head)
    entries = tuple(journal.entries(since, until))
    known = entries[0].previous if entries else last
    if hash not in {None, known}:
        raise _other_history(f"change {since} has the hash {known} here", head, last)
    items = [_told(call, entry) for entry in entries]
    following = None if until == head else _following(call, until, entries[-1].hash, limit)
    body = {"items": items, "next": following, "head": head, "head_hash": last}
    return call.listed(ChangePage, body, following)


def _hash(journal: JournalReader, sequence: int) -> str:
    """Return the hash of a change; that before the first is all zeros."""
    return next((entry.hash for entry in journal.entries(sequence - 1, sequence)), GENESIS)


def _other_history(why: str, head: int, last: str) -> ProblemError:
    return ProblemError(
        "other-history",
        f"{why}: a backup was restored, or it is another store; begin anew, or find the last "
        "change that both have by asking with earlier ones",
        sequence=head,
        hash=last,
    )


def _told(call: Call, entry: Entry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "time": entry.time,
        "clock": entry.clock,
        "action": entry.action,
        "kind": entry.kind,
        "id": entry.identifier,
        "revision": entry.revision,
        "content_hash": published_hash(entry, call.service.secret),
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
