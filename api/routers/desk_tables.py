"""Tables of incidents and datasets for people: sent, looked at as they would come in, and taken in."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import forms
from api.deps import CSV, Call, CallDep
from api.errors import ProblemError
from api.lanes import answers
from api.multipart import FormError, Part, apart
from api.pages.quality import quality_page
from api.pages.tables import table_page, tables_page
from api.routers.datasets import imports_of, may_see, seen
from api.routers.documents import signature
from api.schemas.datasets import DatasetOrder
from api.signed_in import Somebody, by_form, looking
from kg.errors import NotFoundError
from kg.keys import Scope
from kg.pipeline.imports import Import, Order

router = APIRouter(prefix="/desk", include_in_schema=False)
_Id = Annotated[str, Path()]
_MOST: Final = 48 * 2**20
"""Bytes of a form with its table; larger ones are sent to `/api/v1/datasets`, which streams them."""
_SMALL: Final = 64 * 1024
_FIELDS: Final = ("format", "dataset", "title", "publisher", "version", "zone")


@router.get("/tables", operation_id="get_tables")
def get_tables(call: CallDep) -> Response:
    """Show the form that takes a table, and what was sent."""
    who = looking(call, Scope.INGEST)
    return tables_page(call, who, _sent(call, who))


@router.post("/tables", operation_id="send_table")
async def send_table(call: CallDep) -> Response:
    """Take a table that is to be looked at, or to come in at once."""
    looking(call, Scope.INGEST)
    body = await forms.read(call.request, _MOST)
    return await call.service.in_thread(_received, call, body)


@router.get("/tables/{name}", operation_id="get_table_sent")
def get_table_sent(call: CallDep, name: _Id) -> Response:
    """Tell how far a table is, and what became, or would become, of its rows."""
    who = looking(call, Scope.INGEST)
    record = seen(call, who.key, name)
    return table_page(call, who, record, at_hand=imports_of(call).is_at_hand(record))


@router.post("/tables/{name}", operation_id="take_table")
async def take_table(call: CallDep, name: _Id) -> Response:
    """Take in a table that was checked, as it was checked."""
    given = dict(forms.pairs(await forms.read(call.request, _SMALL)))
    return await call.service.in_thread(_taken, call, name, given)


@router.get("/tables/{name}/damaged.csv", operation_id="get_rows_that_stayed_out")
def get_rows_that_stayed_out(call: CallDep, name: _Id) -> Response:
    """Give the rows of a table that stayed out, each with what is wrong."""
    who = looking(call, Scope.INGEST)
    found = imports_of(call).damaged(seen(call, who.key, name))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="damaged.csv"',
    }
    return Response(found, headers=headers, media_type=CSV)


@router.get("/quality", operation_id="get_quality")
@answers
def get_quality(call: CallDep) -> Response:
    """Tell how good the data is: what was refused, what is doubted, which names are linked to nothing."""
    who = looking(call, Scope.INGEST)
    return quality_page(call, who, _sent(call, who))


def _sent(call: Call, who: Somebody) -> list[Import]:
    return [record for record in imports_of(call).all() if may_see(who.key, record)]


def _received(call: Call, body: bytes) -> Response:
    parts = _parts(call, body)
    given = {part.name: _words(part) for part in parts if part.file is None}
    who = by_form(call, Scope.INGEST, given)
    table = next((part for part in parts if part.name == "file" and part.file is not None), None)
    if table is None or not table.content:
        return tables_page(call, who, _sent(call, who), given, "tables_no_file")
    order = _order(given, table.file or "")
    if isinstance(order, str):
        return tables_page(call, who, _sent(call, who), given, order)
    imports = imports_of(call)
    place = imports.place()
    try:
        with (place / "table").open("xb", buffering=0) as file:
            imports.keep(file, table.content)
        record = imports.add(place, order, who.key.id, signature(who.key))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return _led(record)


def _taken(call: Call, name: str, given: Mapping[str, str]) -> Response:
    who = by_form(call, Scope.INGEST, given)
    record = seen(call, who.key, name)
    return _led(imports_of(call).take_checked(record, who.key.id, signature(who.key)))


def _parts(call: Call, body: bytes) -> list[Part]:
    try:
        return apart(call.request.headers.get("content-type", ""), body)
    except FormError as error:
        raise ProblemError("bad-request", f"this is not what the form of a table sends: {error}") from error


def _words(part: Part) -> str:
    return forms.utf8(part.content, f"the field {part.name!r}").strip()


def _order(given: Mapping[str, str], file: str) -> Order | str:
    """Return what is asked of a table, or in words what is wrong with that."""
    asked: dict[str, Any] = {name: given[name] for name in _FIELDS if given.get(name)}
    name = file.replace("\\", "/").rpartition("/")[2].strip()
    dry = given.get("does") != "take"
    try:
        wanted = DatasetOrder(**{"format": ""} | asked | ({"name": name} if name else {}), check=dry)
        return replace(wanted.order(), keep=dry)
    except ValidationError as error:
        return "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())
    except NotFoundError as error:
        return str(error)


def _led(record: Import) -> Response:
    return RedirectResponse(f"/desk/tables/{record.id}", 303, {"Cache-Control": "no-store"})
