"""Reports and their texts."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from api.schemas.accounts import ReportPage, ReportWithText
from kg.query.lookups import reports as lookups
from kg.query.lookups import total

router = APIRouter(prefix="/api/v1", tags=["reports"])


@router.get("/reports.csv", include_in_schema=False)
@router.get("/reports", response_model=ReportPage, operation_id="list_reports")
def list_reports(call: CallDep, query: Annotated[filters.Reports, Query()]) -> Response:
    """List reports, without their texts."""
    return call.page(ReportPage, lookups.reports, query, partial(total, lookups.REPORTS))


@router.get("/reports/{id:path}", response_model=ReportWithText, operation_id="get_report")
def get_report(call: CallDep, id: IdPath) -> Response:
    """Tell a report with its text, to which the positions of all quotes refer."""
    return call.one(ReportWithText, lookups.report(call.reader, id))
