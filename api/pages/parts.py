"""What pages are made of: the answers that programs get, as values."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from api.resources import BY_PATH
from api.sequence import HEADER
from kg.query import credibility
from kg.query.lookups.listing import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from api.deps import Call
    from api.resources import Lists, Row
    from api.schemas.filters import Paging

_REFERENCE: Final = frozenset({"agreements", "terms", "actors", "states", "forces", "regions"})
"""Lists that the store is asked for each time; what pages show of them is kept as long as it stands still."""
_WHOLE: Final = {credibility.NAME: credibility.ALL}
_MOST: Final = 128
_kept: Final[dict[tuple[object, ...], dict[str, Any]]] = {}
"""Parts of these lists, by store, list, filters and change; those kept longest are let go first."""


def told(answer: Response) -> dict[str, Any]:
    """Return what a JSON answer says; `sequence` is the change at which it is so, where that is told."""
    said: dict[str, Any] = json.loads(bytes(answer.body))
    said["sequence"] = answer.headers.get(HEADER)
    return said


def a_list(call: Call, lists: Lists, query: Paging, fixed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a page of a list as programs get it."""
    inner = replace(call, told=True)
    return told(inner.page(lists.model, lists.find, query, lists.count, fixed))


def some(  # noqa: PLR0913 - what a list is asked for
    call: Call,
    path: str,
    *,
    limit: int = 20,
    count: bool = False,
    facets: str | None = None,
    whole: bool = False,
    **filters: str,
) -> dict[str, Any]:
    """Return the first items of a list under filters, wherever the request itself leads.

    The page of one resource asks for the `whole`: it hides nothing of it, however that is judged.
    """
    lists = BY_PATH[path].lists
    given: dict[str, object] = {"limit": limit, "count": count, **(_WHOLE if whole else {}), **filters}
    if facets is not None:
        given["facets"] = facets
    if path not in _REFERENCE:
        return a_list(call, lists, lists.filters.model_validate(given))
    key = (call.reader, path, tuple(sorted(given.items(), key=str)), call.service.sequence())
    found = _kept.get(key)
    if found is None:
        found = a_list(call, lists, lists.filters.model_validate(given))
        while len(_kept) >= _MOST:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def several(
    call: Call, path: str, pages: int, *, whole: bool = False, **filters: str
) -> tuple[list[dict[str, Any]], bool]:
    """Return the items of so many pages of a list at most, and whether there are more."""
    lists = BY_PATH[path].lists
    given = {"limit": MAX_PAGE, **(_WHOLE if whole else {}), **filters}
    query, found = lists.filters.model_validate(given), []
    for _ in range(pages):
        said = a_list(call, lists, query)
        found += said["items"]
        if said["next"] is None:
            return found, False
        cursor = dict(parse_qsl(urlsplit(said["next"]).query))["cursor"]
        query = query.model_copy(update={"cursor": cursor})
    return found, True


def one(call: Call, row: Row, name: str) -> dict[str, Any]:
    """Return one resource as programs get it; raises NotFoundError as the lookup does."""
    if row.items is None:
        raise TypeError(f"there is no address of one {row.kind}")
    return told(call.item(row.items.model, name, row.items.find))
