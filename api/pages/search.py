"""The page of what was searched for and found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from api.pages.rendering import page
from api.pages.view import view_of
from kg.query import credibility

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.deps import Call
    from api.schemas.search import Search


def search_page(call: Call, query: Search, said: str | None = None, sequence: str | None = None) -> Response:
    """Return the page of what was found, as programs are told it; without that, the form alone."""
    found: dict[str, Any] | None = None if said is None else json.loads(said)
    given = {**call.request.query_params, credibility.NAME: credibility.ALL}
    given.pop("cursor", None)
    shown = f"/api/v1/search?{urlencode(given)}"
    title = view_of(call).t("search_for", words=query.q) if query.q else view_of(call).t("search")
    return page(
        call, "search.html", title, {"query": query, "found": found, "hidden_shown": shown}, sequence=sequence
    )
