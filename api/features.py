"""Lists as GeoJSON (RFC 7946): a feature for each item, drawn where its places are."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from api.deps import GEOJSON, HIDDEN
from api.sequence import HEADER
from kg.outlines import geojson
from kg.query.lookups.outlines import outlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.deps import Call
    from api.resources import Lists
    from api.schemas.filters import Paging


def features(call: Call, lists: Lists, query: Paging, fixed: Mapping[str, str] | None) -> Response:
    """Return a page of a list as a collection of features, with `next` and counts as in JSON."""
    answer = replace(call, told=True).page(lists.model, lists.find, query, lists.count, fixed)
    said: dict[str, Any] = json.loads(bytes(answer.body))
    items = said.pop("items")
    drawn = {
        iri: made
        for iri, wkt in outlines(
            call.reader, {iri for one in items for iri in _places(one, lists.places)}
        ).items()
        if (made := geojson(wkt)) is not None
    }
    found = [
        {
            "type": "Feature",
            "id": one["id"],
            "geometry": _geometry([drawn[iri] for iri in _places(one, lists.places) if iri in drawn]),
            "properties": one,
        }
        for one in items
    ]
    body = json.dumps({"type": "FeatureCollection", "features": found, **said}, ensure_ascii=False)
    headers = {name: answer.headers[name] for name in (HEADER, "Link", HIDDEN) if name in answer.headers}
    return Response(body, headers=headers, media_type=GEOJSON)


def _places(item: Mapping[str, Any], fields: tuple[str, ...]) -> Iterator[str]:
    """Yield the places of an item, each once."""
    seen = set()
    for field in fields:
        held = item[field]
        for iri in [held] if isinstance(held, str) else [one["iri"] for one in held]:
            if iri not in seen:
                seen.add(iri)
                yield iri


def _geometry(drawn: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return one geometry for several; None, as the standard has it, where nothing is drawn."""
    if len(drawn) > 1:
        return {"type": "GeometryCollection", "geometries": drawn}
    return drawn[0] if drawn else None
