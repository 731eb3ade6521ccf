"""Lists as NDJSON: an item a line, from the first to the last, however many there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from api.deps import NDJSON
from api.errors import ProblemError
from kg.query.lookups.listing import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.responses import Response

    from api.deps import Call
    from api.resources import Lists
    from api.schemas.filters import Paging


def lines(call: Call, lists: Lists, query: Paging, fixed: Mapping[str, str] | None) -> Response:
    """Return the items of a list under its filters to the end; with `limit`, the page that JSON gives.

    They are read page by page while they are sent, each as it is when its page is read, and in the order of
    the list. Where one cannot be read any more the answer breaks off, so that no client takes it as whole.
    """
    if query.count or getattr(query, "facets", None) is not None:
        raise ProblemError("bad-request", "count and facets: they are told in JSON, and no line is for them")
    selection = call.selection(query, fixed)
    headers = {"Cache-Control": "no-store", **call.hidden(lists.model, selection.filters)}
    if "limit" in query.model_fields_set:
        bodies, after = call.piece(lists.model, lists.find, selection)
        address = call.following(after, selection.filters)
        if address is not None:
            headers["Link"] = f'<{address}>; rel="next"'
        return StreamingResponse(iter([_written(bodies)]), 200, headers, NDJSON)
    selection = replace(selection, limit=MAX_PAGE)
    first = call.piece(lists.model, lists.find, selection)  # what is wrong is told with its own status

    def told() -> Iterator[bytes]:
        bodies, after = first
        yield _written(bodies)
        while after is not None:
            bodies, after = call.piece(lists.model, lists.find, replace(selection, after=after))
            yield _written(bodies)

    return StreamingResponse(told(), 200, headers, NDJSON)


def _written(bodies: Sequence[bytes]) -> bytes:
    return b"".join(body + b"\n" for body in bodies)
