"""Search: words in quotes, names and texts that may be shown."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.deps import CSV, HIDDEN, HTML, JSON, CallDep
from api.pages.forms import filled
from api.pages.search import search_page
from api.schemas.search import HitPage, Search, Suggest, Suggestions
from api.sequence import HEADER
from kg.errors import IndexMissingError
from kg.search.answers import Request, Sources, search
from kg.search.suggesting import KINDS, suggest

router = APIRouter(prefix="/api/v1", tags=["search"], dependencies=[Depends(filled)])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}


@router.get("/search.csv", include_in_schema=False)
@router.get("/search.html", include_in_schema=False)
@router.get("/search", response_model=HitPage, operation_id="search", responses=_PAGE)
def search_words(call: CallDep, query: Annotated[Search, Query()]) -> Response:
    """Find words in quotes, gists, titles, names, wordings of terms and texts that may be shown."""
    wanted = call.wanted(JSON, CSV, HTML)
    if wanted == HTML and not query.q.strip():
        return search_page(call, query)
    chosen = query.chosen()
    key = {"q": query.q, "order": query.order, **chosen}
    facets = tuple(dict.fromkeys(name.strip() for name in (query.facets or "").split(",") if name.strip()))
    request = Request(
        query.q,
        call.filters(chosen),
        query.limit,
        call.after(query.cursor, key),
        query.order == "newest",
        facets,
    )
    if call.service.search is None:
        raise IndexMissingError("this store has no search index")
    held = Sources(call.service.search, call.service.read, call.reader)
    found = search(held, request, call.service.sequence())
    following = call.following(found.next_after, key)
    body: dict[str, Any] = {
        "items": found.items,
        "next": following,
        "counts": {"total": found.total, "is_all": found.is_all},
        "facets": found.facets,
        "hidden": found.hidden,
    }
    headers = {HEADER: str(found.sequence), HIDDEN: str(found.hidden)}
    if wanted == HTML:
        said = HitPage.model_validate(body, from_attributes=True).model_dump_json(by_alias=True)
        return search_page(call, query, said, headers[HEADER])
    return call.listed(HitPage, body, following, headers)


@router.get("/suggest.csv", include_in_schema=False)
@router.get("/suggest", response_model=Suggestions, operation_id="suggest")
def suggest_names(call: CallDep, query: Annotated[Suggest, Query()]) -> Response:
    """Say which actors, agreements and places may be meant, while a name is typed."""
    if call.service.search is None:
        raise IndexMissingError("this store has no search index")
    kinds = KINDS if query.kind is None else (query.kind,)
    at = call.service.sequence()
    items, sequence = suggest(call.service.search, call.reader, query.prefix, kinds, query.limit, at)
    return call.listed(Suggestions, {"items": items, "next": None}, None, {HEADER: str(sequence)})
