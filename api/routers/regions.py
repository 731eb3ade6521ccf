"""Regions, zones, routes, settlements and boundaries."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import regions as lookups
from kg.query.lookups import total
from kg.read.schemas.world import RegionPage, RegionWithGeometry

router = APIRouter(prefix="/api/v1", tags=["regions"])


@router.get("/regions.csv", include_in_schema=False)
@router.get("/regions", response_model=RegionPage, operation_id="list_regions")
def list_regions(call: CallDep, query: Annotated[filters.Regions, Query()]) -> Response:
    """List regions, zones, routes, settlements and boundaries."""
    return call.page(RegionPage, lookups.regions, query, partial(total, lookups.REGIONS))


@router.get("/regions/{id:path}", response_model=RegionWithGeometry, operation_id="get_region")
def get_region(call: CallDep, id: IdPath) -> Response:
    """Tell a region with its outline."""
    return call.one(RegionWithGeometry, lookups.region(call.reader, id))
