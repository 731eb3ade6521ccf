"""Tables of datasets: streamed to the disk, taken in beside all else, and told of at an address."""

import shutil
from dataclasses import asdict
from pathlib import Path as Folder
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.conditions import unconditional
from api.deps import CSV, Call, CallDep
from api.errors import ProblemError
from api.routers.documents import IngestKey, signature
from api.schemas.datasets import DatasetImport, DatasetImports, DatasetOrder
from kg.errors import NotFoundError
from kg.keys import Key, Scope
from kg.pipeline.imports import MOST, Import, Imports

router = APIRouter(prefix="/api/v1", tags=["datasets"])

_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_Id = Annotated[str, Path(description="The `id` of a table that was sent.")]


@router.post(
    "/datasets",
    operation_id="add_dataset",
    response_model=DatasetImport,
    status_code=202,
    openapi_extra={"requestBody": _BODY},
)
async def add_dataset(
    call: CallDep, key: IngestKey, order: Annotated[DatasetOrder, Query()], request: Request
) -> Response:
    """Take in the rows of a table: CSV, TSV, either of them gzipped or zipped, or XLSX.

    It is kept on the disk as it comes, and 202 is answered when all of it has; `Location` tells how far it is
    and what became of it. Tables are taken in one after another, and others write meanwhile. What a server
    that was ended had under way is begun anew when it is back.
    """
    unconditional(call, "a condition speaks of one document, and the rows of a table are many")
    imports = imports_of(call)
    asked = order.order()
    place = await call.service.in_thread(imports.place)
    try:
        await _received(call, request, place / "table")
        record = await call.service.in_thread(imports.add, place, asked, key.id, signature(key))
    finally:
        await call.service.in_thread(lambda: shutil.rmtree(place, ignore_errors=True))
    answer = call.one(DatasetImport, _told(call, record))
    answer.status_code = 202
    answer.headers["Location"] = _address(call, record.id)
    return _fresh(answer)


async def _received(call: Call, request: Request, path: Folder) -> None:
    """Write what comes to the disk; raise ProblemError as soon as it is too large, and for nothing."""
    size, imports = 0, imports_of(call)
    with path.open("xb", buffering=0) as file:
        async for piece in request.stream():
            size += len(piece)
            if size > MOST:
                raise ProblemError("body-too-large", f"a table may have {MOST:,} bytes at most")
            if piece:
                await call.service.in_thread(imports.keep, file, piece)
    if not size:
        raise ProblemError("bad-request", "the body is the table, and there is none")


@router.get("/datasets.csv", include_in_schema=False)
@router.get("/datasets", response_model=DatasetImports, operation_id="list_datasets")
def list_datasets(call: CallDep, key: IngestKey) -> Response:
    """List the tables that were sent with the key, the newest first; with an `admin`'s, those of all."""
    found = [record for record in imports_of(call).all() if may_see(key, record)]
    items = [_told(call, record) for record in reversed(found)]
    return _fresh(call.listed(DatasetImports, {"tables": items}))


@router.get("/datasets/{id}", response_model=DatasetImport, operation_id="get_dataset")
def get_dataset(call: CallDep, key: IngestKey, id: _Id) -> Response:  # noqa: A002 - as in the path
    """Tell of a table that was sent how far it is, and what became of it."""
    return _fresh(call.one(DatasetImport, _told(call, seen(call, key, id))))


@router.get(
    "/datasets/{id}/damaged",
    operation_id="get_damaged_rows",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def get_damaged_rows(call: CallDep, key: IngestKey, id: _Id) -> Response:  # noqa: A002 - as in the path
    """Give the rows of a table that stayed out, each with row, column, rule and what would be right."""
    return _fresh(Response(imports_of(call).damaged(seen(call, key, id)), media_type=CSV))


def imports_of(call: Call) -> Imports:
    """Return the tables that are sent; raise ProblemError where none are taken."""
    if call.writer.imports is None:
        raise ProblemError("read-only", "the store that is served here takes no tables in")
    return call.writer.imports


def may_see(key: Key, record: Import) -> bool:
    """Return whether who has a key may see what became of a table: who sent it, and who may administer."""
    return key.scope == Scope.ADMIN or key.id == record.key


def seen(call: Call, key: Key, identifier: str) -> Import:
    """Return a record that the key may see; raise NotFoundError for others, as if they were not there."""
    record = imports_of(call).one(identifier)
    if not may_see(key, record):
        raise NotFoundError(f"no table {identifier!r} was sent")
    return record


def _told(call: Call, record: Import) -> dict[str, Any]:
    said = asdict(record)
    order = said.pop("order")
    damaged = None if record.damaged is None else f"{_address(call, record.id)}/damaged"
    return said | {
        "format": order["format"],
        "name": order["name"],
        "check": order["dry"],
        "by": record.agent,
        "damaged": damaged,
    }


def _address(call: Call, identifier: str) -> str:
    return str(call.request.url.replace(path=f"/api/v1/datasets/{identifier}", query="", fragment=""))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
