"""Events, as claims tell them."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import events as lookups
from kg.query.lookups import total
from kg.read.schemas.accounts import Event, EventPage

router = APIRouter(prefix="/api/v1", tags=["events"])


@router.get("/events.csv", include_in_schema=False)
@router.get("/events", response_model=EventPage, operation_id="list_events")
def list_events(call: CallDep, query: Annotated[filters.Events, Query()]) -> Response:
    """List events; every value comes with the claims that state it."""
    return call.page(EventPage, lookups.events, query, partial(total, lookups.EVENTS))


@router.get("/events/{id:path}", response_model=Event, operation_id="get_event")
def get_event(call: CallDep, id: IdPath) -> Response:
    """Tell an event, by `report/key` or IRI."""
    return call.item(Event, id, lookups.event)
