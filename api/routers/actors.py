"""States, forces and all others who act or speak."""
# ruff: noqa: A002 (the parameter is named as in the path)

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.deps import CallDep, IdPath
from api.schemas import filters
from kg.query.lookups import actors as lookups
from kg.query.lookups import total
from kg.read.schemas.world import Actor, ActorPage

router = APIRouter(prefix="/api/v1", tags=["actors"])


@router.get("/states.csv", include_in_schema=False)
@router.get("/states", response_model=ActorPage, operation_id="list_states")
def list_states(call: CallDep, query: Annotated[filters.Paging, Query()]) -> Response:
    """List states."""
    find = partial(lookups.actors, listing=lookups.STATES)
    return call.page(ActorPage, find, query, partial(total, lookups.STATES))


@router.get("/states/{id:path}", response_model=Actor, operation_id="get_state")
def get_state(call: CallDep, id: IdPath) -> Response:
    """Tell a state."""
    return call.one(Actor, lookups.actor(call.reader, id, lookups.STATES))


@router.get("/forces.csv", include_in_schema=False)
@router.get("/forces", response_model=ActorPage, operation_id="list_forces")
def list_forces(call: CallDep, query: Annotated[filters.Forces, Query()]) -> Response:
    """List armed, peacekeeping and border forces, and non-state armed groups."""
    find = partial(lookups.actors, listing=lookups.FORCES)
    return call.page(ActorPage, find, query, partial(total, lookups.FORCES))


@router.get("/forces/{id:path}", response_model=Actor, operation_id="get_force")
def get_force(call: CallDep, id: IdPath) -> Response:
    """Tell a force."""
    return call.one(Actor, lookups.actor(call.reader, id, lookups.FORCES))


@router.get("/actors.csv", include_in_schema=False)
@router.get("/actors", response_model=ActorPage, operation_id="list_actors")
def list_actors(call: CallDep, query: Annotated[filters.Forces, Query()]) -> Response:
    """List all who act or speak: states and forces too, outlets, officials, institutions, authorities."""
    return call.page(ActorPage, lookups.actors, query, partial(total, lookups.ACTORS))


@router.get("/actors/{id:path}", response_model=Actor, operation_id="get_actor")
def get_actor(call: CallDep, id: IdPath) -> Response:
    """Tell anybody who acts or speaks."""
    return call.one(Actor, lookups.actor(call.reader, id))
