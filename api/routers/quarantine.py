"""What was refused: listed, inspected, resubmitted with corrections, or discarded; with a key."""

from dataclasses import asdict
from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from api.conditions import demanded
from api.credentials import needs
from api.deps import Call, CallDep
from api.errors import ProblemError
from api.lanes import writes
from api.routers.documents import Body, IngestKey, Strict, name_of, signature, taken
from api.schemas.documents import Taken
from api.schemas.quarantine import Inspected, Quarantine
from api.tags import item_of, stamp
from kg.keys import Key, Scope
from kg.pipeline import quarantine
from kg.pipeline.item import Item
from kg.pipeline.version import Demand, Version

router = APIRouter(prefix="/api/v1", tags=["quarantine"])

_BODY: Any = {
    "required": True,
    "content": {kind: {"schema": {"type": "object"}} for kind in ("application/json", "application/yaml")},
}
_Status = Annotated[
    Literal["open", "resolved", "discarded", "damaged"] | None,
    Query(description="Only those of which this became."),
]
_Name = Annotated[str, Path(description="The `id` of an item.")]
_Reason = Annotated[str, Query(pattern=r"\S", description="Why it is not to be taken in.")]
_AdminKey = Annotated[Key, Depends(needs(Scope.ADMIN))]
_AGAIN = Annotated[bool, Query(description="Take in again what was retracted with the same content.")]


@router.get("/quarantine.csv", include_in_schema=False)
@router.get("/quarantine", response_model=Quarantine, operation_id="list_quarantine")
def list_quarantine(call: CallDep, key: IngestKey, status: _Status = None) -> Response:  # noqa: ARG001 - it is needed
    """List what was refused when it was to be ingested, the oldest first."""
    found = quarantine.items(call.writer.folder, status)
    return _fresh(call.listed(Quarantine, {"items": [_told(item) for item in found]}))


@router.get("/quarantine/{name}", response_model=Inspected, operation_id="get_quarantined")
def get_quarantined(call: CallDep, key: _AdminKey, name: _Name) -> Response:  # noqa: ARG001 - it is needed
    """Tell what is wrong with a document that was refused, and give its words.

    It needs a key with the scope `admin`: somebody else sent the words, and what is wrong quotes them.
    """
    folder, before = call.writer.folder, call.writer.version_of_item(name)
    said = _told(quarantine.item(folder, name)) | {
        "words": quarantine.words_of(folder, name),
        "problems": quarantine.problems_of(folder, name),
        "report": quarantine.report_of(folder, name),
    }
    answer = _fresh(call.one(Inspected, said))
    if call.writer.version_of_item(name) == before:
        held, resource = call.service, item_of(name)
        stamp(answer, held.tags.usual(resource, before), before, held.standing.since)
    return answer


@router.post(
    "/quarantine/{name}",
    operation_id="resubmit_document",
    response_model=Taken,
    responses={201: {"model": Taken}},
    openapi_extra={"requestBody": _BODY},
)
@writes
def resubmit_document(  # noqa: PLR0913 - parameters of a request
    call: CallDep,
    key: IngestKey,
    body: Body,
    name: _Name,
    *,
    again: _AGAIN = False,
    strict: Strict = False,
) -> Response:
    """Take in the corrected document of an item, which is then resolved; as `add_document`.

    What is refused again changes nothing: the answer has the new problems, the item its own.
    """
    demand, file = _undecided(call, name), name_of(call)
    outcome = call.writer.resubmit(
        name, body, file, signature(key), again=again, strict=strict, demand=demand
    )
    return taken(call, outcome)


@router.delete("/quarantine/{name}", operation_id="discard_document", status_code=HTTPStatus.NO_CONTENT)
@writes
def discard_document(call: CallDep, key: IngestKey, name: _Name, reason: _Reason) -> Response:
    """Mark an item as not to be taken in, and why; its words stay."""
    call.writer.discard(name, f"{reason} ({signature(key)})", _undecided(call, name))
    return _fresh(Response(status_code=HTTPStatus.NO_CONTENT))


def _told(item: Item) -> dict[str, Any]:
    """Return what is told of an item: nothing of where files lie on the server."""
    said = asdict(item)
    del said["document"], said["sha256"]
    return said | {"file": None if item.file is None else PurePath(item.file).name}


def _undecided(call: Call, name: str) -> Demand:
    """Return what is demanded of an item by the request, and that its document was not taken in."""
    demand = demanded(call, item_of)

    def undecided(item: str | None, version: Version | None) -> None:
        demand(item, version)
        if quarantine.item(call.writer.folder, name).status == "resolved":
            raise ProblemError(
                "already-taken-in",
                f"the document of {name} was taken in; to revise it, send it as a document",
            )

    return undecided


def _fresh(response: Response) -> Response:
    """Have nobody keep an answer: what waits changes without a change of the store."""
    response.headers["Cache-Control"] = "no-store"
    return response
