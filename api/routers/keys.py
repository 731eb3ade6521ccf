"""What a key allows, told to who has it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.credentials import needs
from api.deps import CallDep
from api.schemas.keys import HeldKey
from api.trace import trace
from kg.keys import Key, Scope

router = APIRouter(prefix="/api/v1", tags=["keys"])


@router.get("/key", response_model=HeldKey, operation_id="get_key")
def get_key(call: CallDep, key: Annotated[Key, Depends(needs(Scope.READ))]) -> Response:
    """Tell what the key of the request allows, and until when."""
    trace().rests_on = repr(key)
    return call.one(HeldKey, key)
