"""The addresses of every kind of resource: its list, one of it, and lists below one."""
# ruff: noqa: A002 (the parameter is named as in the path)

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.deps import ATOM, CSV, ENDINGS, GEOJSON, GEOJSON_ENDING, HTML, JSON, NDJSON, Call, CallDep, IdPath
from api.features import features
from api.lines import lines
from api.pages.feeds import feed
from api.pages.forms import filled
from api.pages.resources import listed, told
from api.resources import RESOURCES, Items, Lists, Row
from api.schemas.filters import Paging

router = APIRouter(prefix="/api/v1", dependencies=[Depends(filled)])
_ITEM: Final = "/{id:path}"
_TEXT: Final = {"schema": {"type": "string"}}
_PAGE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/html": _TEXT}}}
_LINES: Final = (
    "\n\nAs NDJSON, with `Accept: application/x-ndjson` or `.ndjson`: every item of the list, one a line; "
    "with `limit`, a page."
)
_DRAWN: Final = (
    "\n\nAs GeoJSON, with `Accept: application/geo+json` or `.geojson`: a feature for each item of the page, "
    "drawn where its places have outlines."
)


def _add(row: Row) -> None:
    """Add the addresses of a kind of resource; those below an item come before the item itself."""
    path = f"/{row.path}"
    _add_list(row.tag, path, row.lists, _all_of(row))
    for below, lists in row.below:
        _add_list(row.tag, f"{path}{_ITEM}/{below}", lists, _those_of(row, lists))
    if row.items is not None:
        items = row.items
        router.add_api_route(
            path + _ITEM,
            _one_of(row, items),
            response_model=items.model,
            operation_id=f"get_{items.name}",
            description=items.says,
            responses=_PAGE,
            tags=[row.tag],
        )


def _add_list(tag: str, path: str, lists: Lists, endpoint: Callable[..., Any]) -> None:
    for ending in ENDINGS:
        if ending != GEOJSON_ENDING or lists.places:
            router.add_api_route(path + ending, endpoint, include_in_schema=False)
    drawn = {GEOJSON: {"schema": {"type": "object"}}} if lists.places else {}
    content = {"text/html": _TEXT, ATOM: _TEXT, NDJSON: _TEXT, **drawn}
    router.add_api_route(
        path,
        endpoint,
        response_model=lists.model,
        operation_id=f"list_{lists.name}",
        description=lists.says + _LINES + (_DRAWN if lists.places else ""),
        responses={200: {"content": content}},
        tags=[tag],
    )


def _all_of(row: Row) -> Callable[..., Response]:
    lists = row.lists
    filters = lists.filters

    def list_all(call: CallDep, query: Annotated[filters, Query()]) -> Response:  # type: ignore[valid-type]
        return _answered(call, row, lists, query)

    return list_all


def _those_of(row: Row, lists: Lists) -> Callable[..., Response]:
    filters = lists.filters

    def list_below(
        call: CallDep,
        id: IdPath,
        query: Annotated[filters, Query()],  # type: ignore[valid-type]
    ) -> Response:
        fixed = {row.kind: str(call.reader.find(row.kind, id))}
        return _answered(call, row, lists, query, fixed)

    return list_below


def _answered(
    call: Call, row: Row, lists: Lists, query: Paging, fixed: Mapping[str, str] | None = None
) -> Response:
    wanted = call.wanted(JSON, CSV, HTML, ATOM, NDJSON, *((GEOJSON,) if lists.places else ()))
    if wanted == HTML:
        return listed(call, row, lists, query, fixed)
    if wanted == NDJSON:
        return lines(call, lists, query, fixed)
    if wanted == GEOJSON:
        return features(call, lists, query, fixed)
    if wanted == ATOM:
        return feed(call, row, lists, query, fixed)
    return call.page(lists.model, lists.find, query, lists.count, fixed)


def _one_of(row: Row, items: Items) -> Callable[..., Response]:
    def get_one(call: CallDep, id: IdPath) -> Response:
        if call.wanted(JSON, HTML) == HTML:
            return told(call, row, id)
        return call.item(items.model, id, items.find)

    return get_one


for _row in RESOURCES:
    _add(_row)
