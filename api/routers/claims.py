"""Claims: what somebody says, in which words, on whose word."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import claims as lookups
from kg.query.lookups import total
from kg.read.schemas.accounts import Claim, ClaimPage

router = APIRouter(prefix="/api/v1", tags=["claims"])


@router.get("/claims.csv", include_in_schema=False)
@router.get("/claims", response_model=ClaimPage, operation_id="list_claims")
def list_claims(call: CallDep, query: Annotated[filters.Claims, Query()]) -> Response:
    """List claims in the order of their reports."""
    return call.page(ClaimPage, lookups.claims, query, partial(total, lookups.CLAIMS))


@router.get("/claims/{id:path}", response_model=Claim, operation_id="get_claim")
def get_claim(call: CallDep, id: IdPath) -> Response:
    """Tell a claim, by `report/key` or IRI."""
    return call.item(Claim, id, lookups.claim)
