"""Search: words in quotes, names and texts that may be shown."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.deps import HTML, JSON, CallDep
from api.pages.forms import filled
from api.pages.search import search_page
from api.schemas.search import HitPage, Search, Suggest, Suggestions
from api.sequence import HEADER
from kg.errors import IndexMissingError
from kg.query.period import ZONE
from kg.search.answers import Request, Sources, search
from kg.search.suggesting import KINDS, suggest

router = APIRouter(prefix="/api/v1", tags=["search"], dependencies=[Depends(filled)])
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}


@router.get("/search.html", include_in_schema=False)
@router.get("/search", response_model=HitPage, operation_id="search", responses=_PAGE)
def search_words(call: CallDep, query: Annotated[Search, Query()]) -> Response:
    """Find words in quotes, gists, titles, names, wordings of terms and texts that may be shown."""
    wanted = call.wanted(JSON, HTML)
    if wanted == HTML and not query.q.strip():
        return search_page(call, query)
    chosen = query.chosen()
    key = {"q": query.q, "order": query.order, **chosen}
    facets = tuple(dict.fromkeys(name.strip() for name in (query.facets or "").split(",") if name.strip()))
    request = Request(
        query.q,
        {ZONE: call.service.zone, **chosen},
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
    body = HitPage.model_validate(
        {
            "items": found.items,
            "next": following,
            "counts": {"total": found.total, "is_all": found.is_all},
            "facets": found.facets,
        },
        from_attributes=True,
    )
    said = body.model_dump_json(by_alias=True, exclude={"facets"} if found.facets is None else None)
    headers = {HEADER: str(found.sequence)}
    if following is not None:
        headers["Link"] = f'<{following}>; rel="next"'
    if wanted == HTML:
        return search_page(call, query, said, headers[HEADER])
    return Response(said, headers=headers, media_type="application/json")


@router.get("/suggest", response_model=Suggestions, operation_id="suggest")
def suggest_names(call: CallDep, query: Annotated[Suggest, Query()]) -> Response:
    """Say which actors, agreements and places may be meant, while a name is typed."""
    if call.service.search is None:
        raise IndexMissingError("this store has no search index")
    kinds = KINDS if query.kind is None else (query.kind,)
    at = call.service.sequence()
    items, sequence = suggest(call.service.search, call.reader, query.prefix, kinds, query.limit, at)
    body = Suggestions.model_validate({"items": items, "next": None}, from_attributes=True)
    return Response(body.model_dump_json(), headers={HEADER: str(sequence)}, media_type="application/json")
