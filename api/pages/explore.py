"""Where, when and who: alleged violations and candidates as a map, a time line, a graph, facets and a table.

All rest on the same filters, which are those of the list and stand in the address.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from api.deps import GEOJSON, HIDDEN
from api.pages import parts
from api.pages.forms import facets, fields
from api.pages.rendering import page
from api.pages.timeline import timeline
from api.pages.view import view_of
from api.resources import BY_PATH
from api.sequence import HEADER
from kg.errors import IndexMissingError
from kg.export.filters import FILTERS
from kg.export.geography import middle
from kg.query import credibility
from kg.query.lookups.labels import labels
from kg.query.lookups.listing import as_sparql
from kg.query.lookups.outlines import outlines
from kg.query.lookups.regions import containers
from kg.query.period import ZONE
from kg.read.figures import figures_at
from kg.read.places import whereabouts_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.deps import Call
    from api.pages.view import View
    from api.schemas.explore import Explore
    from kg.export.geography import Point
    from kg.query.lookups import Reader
    from kg.read.model import ReadModel
    from kg.read.places import Here, Whereabouts


_FACETS: Final = "status,basis,agreement,term,perpetrator,place,source,scope"
_ROWS: Final = 50
"""Places that the table beside the map has; the file has all."""
_POINTS: Final = 20_000
_PROFILE: Final = "actors"
_LITE: Final = "https://lite.gephi.org/?file="


def explored(call: Call, query: Explore) -> Response:
    """Return the page: a picture, the time line, counts of the filters' values, and a page of the list."""
    view, records = view_of(call), query.records()
    row = BY_PATH["alleged-violations"]
    given = {"count": True, "facets": _FACETS}
    model = _model(call)
    found = parts.a_list(call, row.lists, records.model_copy(update=given))
    chosen = records.chosen()
    filters = call.filters(chosen)
    months = figures_at(model, call.reader, "month", filters, call.service.sequence())
    said = {
        "query": query,
        "found": found,
        "chosen": chosen,
        "fields": fields(view, records),
        "facets": facets(call, view, found.get("facets") or {}),
        "line": timeline(
            months.groups, lambda start, end: _address(chosen | {"from": start, "to": end}, query.view)
        ),
        "where": _where(call, view, model, filters) if query.view == "map" else None,
        "graph": _graph(view, chosen) if query.view == "graph" else None,
        "looks": [(look, _address(chosen, look)) for look in ("map", "graph")],
        "everything": _address({}, query.view),
        "hidden_shown": _address(chosen | {credibility.NAME: credibility.ALL}, query.view),
        "takes": _takes(chosen),
        "sparql": as_sparql(call.reader, row.lists.listing, filters),
    }
    return page(call, "explore.html", view.t("explore"), said, sequence=found["sequence"])


def geojson(call: Call, query: Explore) -> Response:
    """Return the places as GeoJSON (RFC 7946): of each the middle, and how many records name it."""
    view = view_of(call)
    filters = call.filters(query.records().chosen())
    found = _found(call, _model(call), filters)
    hidden = call.hidden(BY_PATH["alleged-violations"].lists.model, filters)
    shown = found.places[:_POINTS]
    known = _places(call.reader, tuple(one.iri for one in shown), call.service.sequence())
    names = labels(call.reader, [one.iri for one in shown])
    features = [
        {
            "type": "Feature",
            "id": one.iri,
            "geometry": {"type": "Point", "coordinates": [*point]},
            "properties": _told(call, view, one, names),
        }
        for one in shown
        if (point := known[one.iri]) is not None
    ]
    said = {
        "type": "FeatureCollection",
        "features": features,
        "places_without_outline": len(shown) - len(features),
        "places_left_off": len(found.places) - len(shown),
        "alleged_nowhere": found.alleged_nowhere,
        "candidates_nowhere": found.candidates_nowhere,
        "hidden": int(hidden[HIDDEN]),
    }
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Response(body, headers={HEADER: str(found.sequence), **hidden}, media_type=GEOJSON)


def _model(call: Call) -> ReadModel:
    if call.service.read is None:
        raise IndexMissingError("this store has no read model, from which what is explored is counted")
    return call.service.read


def _found(call: Call, model: ReadModel, filters: Mapping[str, str]) -> Whereabouts:
    def within(iris: Sequence[str]) -> Mapping[str, list[str]]:
        return _containers(call.reader, tuple(iris), call.service.sequence())

    return whereabouts_at(model, call.reader, filters, within, call.service.sequence())


def _where(call: Call, view: View, model: ReadModel, filters: Mapping[str, str]) -> dict[str, Any]:
    found = _found(call, model, filters)
    shown = found.places[:_ROWS]
    names = labels(call.reader, [one.iri for one in shown])
    return {
        "places": [_told(call, view, one, names) for one in shown],
        "number": len(found.places),
        "nowhere": found.alleged_nowhere + found.candidates_nowhere,
        "nowhere_alleged": found.alleged_nowhere,
        "nowhere_candidates": found.candidates_nowhere,
    }


def _told(call: Call, view: View, one: Here, names: Mapping[str, str]) -> dict[str, Any]:
    place = call.reader.names.short(one.iri)
    return {
        "place": place,
        "label": names.get(one.iri, place),
        "page": view.href(one.iri),
        "alleged": one.alleged,
        "alleged_denied": one.alleged_denied,
        "candidates": one.candidates,
        "candidates_denied": one.candidates_denied,
    }


def _graph(view: View, chosen: Mapping[str, str]) -> dict[str, Any]:
    """Return the addresses of the same as a graph, and which filters graphs do not take."""
    every = {*FILTERS, ZONE, credibility.NAME}
    taken = {name: value for name, value in chosen.items() if name in every}
    given = "?" + urlencode(taken) if taken else ""
    files = {kind: f"/exports/{_PROFILE}.{kind}{given}" for kind in ("gexf", "json", "svg", "csv.zip")}
    return {
        "files": files,
        "nodelink": f"/exports/{_PROFILE}.nodelink.json{given}",
        "lite": _LITE + quote(view.root + files["json"], safe=""),
        "untaken": sorted(chosen.keys() - taken.keys()),
    }


def _address(chosen: Mapping[str, str], look: str) -> str:
    given = {name: value for name, value in chosen.items() if value}
    return "/explore?" + urlencode({**given, "view": look})


def _takes(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses by which programs get what the page shows."""
    given = "?" + urlencode(chosen) if chosen else ""
    months = "?" + urlencode({**chosen, "by": "month"})
    return {
        "json": f"/api/v1/alleged-violations{given}",
        "csv": f"/api/v1/alleged-violations.csv{given}",
        "atom": f"/api/v1/alleged-violations.atom{given}",
        "geojson": f"/explore.geojson{given}",
        "months": f"/api/v1/statistics.csv{months}",
    }


@lru_cache(8)
def _places(reader: Reader, iris: tuple[str, ...], _sequence: int) -> dict[str, Point | None]:
    """Return the middle of each place, as of a change."""
    drawn = outlines(reader, iris)
    return {iri: middle(drawn[iri]) if iri in drawn else None for iri in iris}


@lru_cache(8)
def _containers(reader: Reader, iris: tuple[str, ...], _sequence: int) -> Mapping[str, list[str]]:
    return containers(reader, iris)
