"""The page of each resource and of each list: what programs get, in the template of its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from api.deps import ENDINGS
from api.pages import parts
from api.pages.differences import differences
from api.pages.filling import MORE
from api.pages.forms import facets, fields
from api.pages.rendering import page
from api.pages.sentences import title_of
from api.pages.view import SAFE, view_of
from api.resources import BY_PATH
from kg.errors import NotFoundError
from kg.query import credibility
from kg.query.lookups import resources
from kg.query.lookups.facts import facts as facts_of
from kg.query.lookups.listing import as_sparql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from api.deps import Call
    from api.resources import Lists, Row
    from api.schemas.filters import Paging
    from kg.model import Triple

_PAGES: Final = tuple(
    (re.compile(pattern), BY_PATH[path])
    for pattern, path in (
        (r"agreement/[^/]+", "agreements"),
        (r"agreement/[^/]+/term/[^/]+", "terms"),
        (r"report/[^/]+", "reports"),
        (r"report/[^/]+/claim/[^/]+", "claims"),
        (r"report/[^/]+/event/[^/]+", "events"),
        (r"report/[^/]+/voice", "actors"),
        (r"actor/[^/]+", "actors"),
        (r"place/[^/]+", "regions"),
        (r"violation/[^/]+", "alleged-violations"),
    )
)
"""Which IRIs have a page of their kind, by what follows the base."""
_FACETS: Final[Mapping[str, str]] = {
    "violation": "status,basis,perpetrator,agreement,scope",
    "claim": "modality,perpetrator,source,place",
    "event": "type,place",
    "report": "publisher",
}
"""By which filters the lists of pages are counted."""


def listed(
    call: Call, row: Row, lists: Lists, query: Paging, fixed: Mapping[str, str] | None = None
) -> Response:
    """Return the page of a list: its filters as a form, counts of their values, and a line for each item."""
    kind = (
        "violation"
        if lists.name.startswith("alleged")
        else "term"
        if lists.name.startswith("terms")
        else row.kind
    )
    given: dict[str, object] = {"count": True}
    counted = _FACETS.get(kind) if call.service.read is not None else None
    if counted is not None and "facets" in type(query).model_fields:
        given["facets"] = getattr(query, "facets", None) or counted
    said = parts.a_list(call, lists, query.model_copy(update=given), fixed)
    view = view_of(call)
    return page(
        call,
        "list.html",
        view.t(f"list_{kind}"),
        {
            "kind": kind,
            "lists": lists,
            "found": said,
            "fields": fields(view, query),
            "chosen": query.chosen(),
            "facets": facets(call, view, said.get("facets") or {}),
            "json": _other(call, ""),
            "csv": _other(call, ".csv"),
            "atom": _other(call, ".atom"),
            "hidden_shown": _other(call, "", {credibility.NAME: credibility.ALL}),
            "sparql": as_sparql(call.reader, lists.listing, call.filters(query.chosen(), fixed)),
        },
        sequence=said["sequence"],
    )


def told(call: Call, row: Row, name: str) -> Response:
    """Return the page of one resource."""
    item = parts.one(call, row, name)
    kind = "actor" if row.tag == "actors" else row.kind
    more = MORE[kind](call, item) if kind in MORE else {}
    said = {"kind": kind, "item": item, "json": f"/api/v1/{row.path}/{item['id']}", **more}
    return page(call, f"{kind}.html", title_of(view_of(call), kind, item), said, sequence=item["sequence"])


def described(
    call: Call,
    path: str,
    revised: frozenset[Triple] | None = None,
    before: tuple[int, frozenset[Triple]] | None = None,
) -> Response:
    """Return the page of what an IRI names, by what follows the base; of anything else a table of statements.

    `revised` is what a revision of the document said, if one was asked for, and `before` the number of an
    earlier one and what that said, if there is one that may be read.

    Raises NotFoundError, and GoneError for what was taken back.
    """
    if revised is None:
        for pattern, row in _PAGES:
            match = pattern.fullmatch(path)
            if match is not None:
                name = str(call.reader.names.base) + path
                try:
                    return told(call, row, name)
                except NotFoundError:
                    break  # what is not there may be gone, or stand under another kind
    triples = resources.description(call.reader, path) if revised is None else revised
    query = call.request.url.query
    turtle = f"/doc/{quote(path, safe=SAFE)}.ttl" + (f"?{query}" if query else "")
    changed = None if before is None or revised is None else differences(before[1], revised)
    said = {
        "facts": facts_of(triples),
        "turtle": turtle,
        "iri": str(call.reader.names.base) + path,
        "changes": changed,
        "earlier": None if before is None else before[0],
    }
    return page(call, "thing.html", path, said)


def _other(call: Call, ending: str, changed: Mapping[str, str] | None = None) -> str:
    """Return the address of the same list in another type, or under a filter that is changed."""
    given: list[tuple[str, Any]] = call.request.query_params.multi_items()
    path = call.request.url.path
    for known in ENDINGS:
        path = path.removesuffix(known)
    left = {"cursor", "facets", "f", *(changed or ())}
    kept = [(name, value) for name, value in given if name not in left]
    kept += (changed or {}).items()
    return path + ending + (f"?{urlencode(kept)}" if kept else "")
