"""What is alleged, what a rule found, and what could not be assessed."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import assessments, total
from kg.query.lookups import violations as lookups
from kg.read.schemas.violations import AssessmentPage, Violation, ViolationPage

router = APIRouter(prefix="/api/v1", tags=["alleged violations"])


@router.get("/alleged-violations.csv", include_in_schema=False)
@router.get("/alleged-violations", response_model=ViolationPage, operation_id="list_alleged_violations")
def list_alleged_violations(call: CallDep, query: Annotated[filters.Violations, Query()]) -> Response:
    """List alleged violations by report, then candidates.

    `count=true` counts the three kinds apart: alleged, candidates, and acts that could not be assessed.
    """
    return call.page(ViolationPage, lookups.violations, query, assessments.counts)


@router.get("/alleged-violations/{id:path}", response_model=Violation, operation_id="get_alleged_violation")
def get_alleged_violation(call: CallDep, id: IdPath) -> Response:
    """Tell one alleged violation or candidate, by IRI or by the hash that is its last part."""
    return call.item(Violation, id, lookups.violation)


@router.get("/assessments.csv", include_in_schema=False)
@router.get("/assessments", response_model=AssessmentPage, operation_id="list_assessments")
def list_assessments(call: CallDep, query: Annotated[filters.Assessments, Query()]) -> Response:
    """List claims held against readings of norms; `outcome=not-assessed` for those that state no time."""
    return call.page(AssessmentPage, assessments.assessments, query, partial(total, assessments.ASSESSMENTS))
