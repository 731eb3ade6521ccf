"""Reports and their texts."""
# ruff: noqa: A002 (the parameter is named as in the path)

from dataclasses import asdict
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.credentials import needs
from api.deps import CallDep, IdPath
from api.lanes import writes
from api.routers.documents import Body
from api.schemas import filters
from api.schemas.documents import Proof
from kg.keys import Key, Scope
from kg.query.lookups import reports as lookups
from kg.query.lookups import total
from kg.read.schemas.accounts import ReportPage, ReportWithText

router = APIRouter(prefix="/api/v1", tags=["reports"])

_BYTES: Final = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_AdminKey = Annotated[Key, Depends(needs(Scope.ADMIN))]


@router.get("/reports.csv", include_in_schema=False)
@router.get("/reports", response_model=ReportPage, operation_id="list_reports")
def list_reports(call: CallDep, query: Annotated[filters.Reports, Query()]) -> Response:
    """List reports, without their texts."""
    return call.page(ReportPage, lookups.reports, query, partial(total, lookups.REPORTS))


@router.get("/reports/{id:path}", response_model=ReportWithText, operation_id="get_report")
def get_report(call: CallDep, id: IdPath) -> Response:
    """Tell a report with its text, to which the positions of all quotes refer."""
    return call.one(ReportWithText, lookups.report(call.reader, id))


@router.post(
    "/reports/{id:path}/proof",
    operation_id="prove_text",
    response_model=Proof,
    openapi_extra={"requestBody": _BYTES},
)
@writes
def prove_text(
    call: CallDep,
    key: _AdminKey,  # noqa: ARG001 - it is needed
    body: Body,
    id: IdPath,
) -> Response:
    """Say whether the bytes sent are the text of a report, also where it may be quoted only.

    It needs a key with the scope `admin`: whoever may ask could guess words that are not shown.
    """
    answer = call.one(Proof, asdict(call.writer.prove(id, body)))
    answer.headers["Cache-Control"] = "no-store"
    return answer
