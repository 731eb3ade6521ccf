"""Lists are drawn as GeoJSON, narrowed to boxes and to what lies within a place, and given whole as lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from shapely.geometry import box, shape

from api.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

pytestmark = pytest.mark.slow

DRAWN = {
    "alleged-violations": ("place",),
    "claims": ("places", "along"),
    "events": ("places",),
    "regions": ("iri",),
}
"""The lists that can be drawn, with the fields that name places."""
BOXES = (
    "44.5,38.8,48,41.9",
    "46.3,39,46.6,39.4",
    "-10,40,5,50",
    "46,39,46,39",
    "100,-90,47,90",
    "-180,-90,180,90",
)


def items(http: httpx.Client, path: str, **given: str) -> list[dict[str, Any]]:
    """Return all items of a list, page by page as JSON."""
    found: list[dict[str, Any]] = []
    params: dict[str, str] | None = {"limit": "20", **given}
    address = f"/api/v1/{path}"
    while address:
        said = http.get(address, params=params).raise_for_status().json()
        found += said["items"]
        address, params = said["next"], None
    return found


def places(item: dict[str, Any], fields: tuple[str, ...]) -> Iterator[str]:
    for field in fields:
        held = item[field]
        yield from [held] if isinstance(held, str) else (one["iri"] for one in held)


@pytest.fixture(scope="module")
def regions(http: httpx.Client) -> dict[str, dict[str, Any]]:
    """Give every region with its outline, by IRI."""
    return {one["iri"]: http.get(f"/api/v1/regions/{one['id']}").json() for one in items(http, "regions")}


def test_every_list_is_given_whole_line_by_line(http: httpx.Client) -> None:
    for path in (row.path for row in RESOURCES):
        expected = items(http, path)
        for address, accept in (
            (f"{path}.ndjson", None),
            (path, "application/x-ndjson"),
            (f"{path}?f=ndjson", None),
        ):
            answer = http.get(f"/api/v1/{address}", headers={"Accept": accept} if accept else {})
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"] == "application/x-ndjson"
            assert [json.loads(line) for line in answer.text.splitlines()] == expected, address
        part = http.get(f"/api/v1/{path}.ndjson?limit=1")
        assert [json.loads(line) for line in part.text.splitlines()] == expected[:1]
        assert ("next" in part.links) is (len(expected) > 1)
    assert len(items(http, "claims")) > 20


def test_lines_keep_to_the_filters_and_tell_no_counts(http: httpx.Client) -> None:
    given = {"perpetrator": "azerbaijan"}
    answer = http.get("/api/v1/claims.ndjson", params=given)
    assert [json.loads(line) for line in answer.text.splitlines()] == items(http, "claims", **given)
    for asked in ({"count": "true"}, {"facets": "modality"}):
        refused = http.get("/api/v1/claims.ndjson", params=asked)
        assert refused.status_code == 400
        assert "count and facets" in refused.json()["detail"]


def test_what_has_a_place_is_a_feature_where_its_places_are_drawn(
    http: httpx.Client, regions: dict[str, dict[str, Any]]
) -> None:
    for path, fields in DRAWN.items():
        page = http.get(f"/api/v1/{path}?count=true").json()
        for address, accept in (
            (f"{path}.geojson", None),
            (path, "application/geo+json"),
            (f"{path}?f=geojson", None),
        ):
            answer = http.get(
                f"/api/v1/{address}",
                params={"count": "true"} if "?" not in address else None,
                headers={"Accept": accept} if accept else {},
            )
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"] == "application/geo+json"
            said = answer.json()
            assert said["type"] == "FeatureCollection"
            assert [one["properties"] for one in said["features"]] == page["items"]
            for one in said["features"]:
                drawn = [
                    shapely.from_wkt(wkt)
                    for iri in dict.fromkeys(places(one["properties"], fields))
                    if (wkt := regions[iri]["geometry"])
                ]
                assert one["id"] == one["properties"]["id"]
                assert (one["geometry"] is None) is (not drawn)
                if drawn:
                    made = shape(one["geometry"])
                    assert list(getattr(made, "geoms", [made])) == drawn or made == drawn[0]
    assert any(region["geometry"] for region in regions.values())


def test_a_box_passes_what_shapely_finds_to_meet_it(
    http: httpx.Client, regions: dict[str, dict[str, Any]]
) -> None:
    passed = 0
    for text in BOXES:
        west, south, east, north = map(float, text.split(","))
        halves = (
            [box(west, south, east, north)]
            if west <= east
            else [box(west, south, 180, north), box(-180, south, east, north)]
        )
        met = {
            iri
            for iri, region in regions.items()
            if region["geometry"]
            and any(shapely.from_wkt(region["geometry"]).intersects(half) for half in halves)
        }
        for path, fields in DRAWN.items():
            expected = [
                one["iri"] if "iri" in one else one["id"]
                for one in items(http, path)
                if met.intersection(places(one, fields))
            ]
            found = [one["iri"] if "iri" in one else one["id"] for one in items(http, path, bbox=text)]
            assert found == expected, (path, text)
            passed += len(found)
    assert passed


def test_within_a_place_is_what_lies_in_it_and_not_the_place_itself(
    http: httpx.Client, regions: dict[str, dict[str, Any]]
) -> None:
    named = {
        iri for path, fields in DRAWN.items() for one in items(http, path) for iri in places(one, fields)
    }
    outer = {name for iri in named for name in regions[iri]["within_all"]}
    assert outer
    for name in sorted(outer)[:4]:
        inner = {iri for iri, region in regions.items() if name in region["within_all"]}
        for path, fields in list(DRAWN.items())[:3]:
            expected = [one["id"] for one in items(http, path) if inner.intersection(places(one, fields))]
            assert [one["id"] for one in items(http, path, within=name)] == expected, (path, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "a,b,c,d",
        "1,2,3,4,5",
        "nan,0,1,1",
        "inf,0,1,1",
        "-181,0,1,1",
        "0,-91,1,1",
        "0,10,1,5",
        "1e1,0,20,1",
    ],
)
def test_what_is_no_box_is_refused_in_words_about_it(http: httpx.Client, text: str) -> None:
    for path in (*DRAWN, "assessments"):
        answer = http.get(f"/api/v1/{path}", params={"bbox": text})
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["detail"].startswith("bbox: "), answer.text


def test_what_has_no_place_is_not_drawn(http: httpx.Client) -> None:
    for path in {row.path for row in RESOURCES} - set(DRAWN):
        assert http.get(f"/api/v1/{path}.geojson").status_code == 404
        refused = http.get(f"/api/v1/{path}?f=geojson")
        assert refused.status_code == 406
        assert "application/geo+json" not in refused.json()["allowed"]
