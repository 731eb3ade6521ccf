"""The texts of reports, held against files."""
# ruff: noqa: A002 (the parameter is named as in the path)

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.credentials import needs
from api.deps import CallDep, IdPath
from api.lanes import writes
from api.routers.documents import Body
from api.schemas.documents import Proof
from kg.keys import Key, Scope

router = APIRouter(prefix="/api/v1", tags=["reports"])

_BYTES: Final = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_AdminKey = Annotated[Key, Depends(needs(Scope.ADMIN))]


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
