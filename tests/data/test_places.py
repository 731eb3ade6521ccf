"""The places, held to their outlines and to what is known of them by hand."""

from __future__ import annotations

import json
from graphlib import TopologicalSorter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from shapely.geometry import shape

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reference" / "places"


def places(name: str) -> dict[str, dict[str, Any]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    listed = yaml.load(text, Loader=yaml.BaseLoader)["places"]  # noqa: S506 - text, lists and mappings only
    assert len({place["id"] for place in listed}) == len(listed)
    return {place["id"]: place for place in listed}


DOCUMENTS = {path.name: places(path.name) for path in sorted(FOLDER.glob("*.yaml"))}
REGIONS = DOCUMENTS["am-az.yaml"]
EVERY = {identifier: place for document in DOCUMENTS.values() for identifier, place in document.items()}
FEATURES = json.loads((FOLDER / "am-az.geojson").read_text(encoding="utf-8"))["features"]
OUTLINES = {feature["properties"]["id"]: shape(feature["geometry"]) for feature in FEATURES}


def containers(place: dict[str, Any]) -> list[str]:
    return [entry if isinstance(entry, str) else entry["place"] for entry in place.get("within", [])]


def ancestors(identifier: str) -> set[str]:
    direct = containers(EVERY[identifier])
    return set(direct).union(*(ancestors(container) for container in direct))


INSIDE = {identifier: ancestors(identifier) for identifier in REGIONS}


def test_no_place_stands_in_two_documents() -> None:
    assert sum(len(document) for document in DOCUMENTS.values()) == len(EVERY)


def test_every_region_has_one_outline_and_every_outline_one_region() -> None:
    assert len(FEATURES) == len(OUTLINES) == len(REGIONS) == 92
    for identifier, place in REGIONS.items():
        assert place["geometry_file"] == f"am-az.geojson#{identifier}"
        assert OUTLINES[identifier].is_valid


def test_containment_has_no_cycle_and_no_loose_end() -> None:
    order = TopologicalSorter({identifier: containers(place) for identifier, place in EVERY.items()})
    assert set(order.static_order()) == set(EVERY)


def test_regions_lie_in_the_country_of_their_code() -> None:
    countries = {"AM": "armenia", "AZ": "azerbaijan"}
    for identifier, place in REGIONS.items():
        if "iso3166_subdivision" in place:
            assert countries[place["iso3166_subdivision"][:2]] in INSIDE[identifier]
        else:
            assert place["territory_of"] == identifier


def test_outlines_lie_in_the_outlines_of_their_containers() -> None:
    for identifier, above in INSIDE.items():
        for container in above:
            outside = OUTLINES[identifier].difference(OUTLINES[container]).area
            assert outside < 1e-6 * OUTLINES[identifier].area, (identifier, container)


def test_borders_are_mutual() -> None:
    for identifier, place in REGIONS.items():
        for other in place.get("borders", []):
            assert identifier in REGIONS[other]["borders"], (identifier, other)


def test_borders_are_those_of_the_outlines() -> None:
    computed = {
        frozenset(pair)
        for pair in combinations(REGIONS, 2)
        if pair[0] not in INSIDE[pair[1]]
        and pair[1] not in INSIDE[pair[0]]
        and OUTLINES[pair[0]].boundary.intersection(OUTLINES[pair[1]].boundary).length > 0
    }
    stated = {
        frozenset((identifier, other)) for identifier, place in REGIONS.items() for other in place["borders"]
    }
    assert stated == computed


def test_syunik_and_vayots_dzor_alone_border_both_nakhchivan_and_the_rest_of_azerbaijan() -> None:
    exclave = {identifier for identifier, above in INSIDE.items() if "nakhchivan" in above}
    mainland = {identifier for identifier, above in INSIDE.items() if "azerbaijan" in above}
    mainland -= exclave | {"nakhchivan"}
    both = {
        identifier
        for identifier, above in INSIDE.items()
        if "armenia" in above
        and exclave.intersection(REGIONS[identifier]["borders"])
        and mainland.intersection(REGIONS[identifier]["borders"])
    }
    assert both == {"syunik", "vayots-dzor"}


def test_the_neighbours_of_syunik_across_the_border() -> None:
    across = {other for other in REGIONS["syunik"]["borders"] if "azerbaijan" in INSIDE[other]}
    assert across == {
        "kalbajar", "lachin", "qubadli", "zangilan", "ordubad", "julfa", "shahbuz", "nakhchivan",
    }  # fmt: skip


def test_nakhchivan_touches_no_other_part_of_azerbaijan() -> None:
    assert REGIONS["nakhchivan"]["exclave_of"] == "azerbaijan"
    assert set(REGIONS["nakhchivan"]["borders"]) == {"ararat", "armenia", "syunik", "vayots-dzor"}


def test_city_and_district_of_one_name_are_two_places() -> None:
    for name in ("shusha", "shaki", "yevlakh", "lankaran"):
        assert name not in EVERY
        assert not OUTLINES[f"{name}-city"].equals(OUTLINES[f"{name}-district"])
    assert {REGIONS[f"shusha-{kind}"]["iso3166_subdivision"] for kind in ("city", "district")} == {"AZ-SUS"}


@pytest.mark.parametrize(
    "identifier", ["nagorno-karabakh", "nk-conflict-zone", "nk-line-of-contact", "lachin-corridor"]
)
def test_what_the_statement_does_not_delimit_is_not_drawn(identifier: str) -> None:
    place = EVERY[identifier]
    assert place["type"] == "agreement-zone"
    assert place["extent"] == "unstated"
    assert not {"geometry", "geometry_file", "within", "covers", "borders"} & set(place)


def test_only_the_regions_are_drawn() -> None:
    drawn = {identifier for identifier, place in EVERY.items() if {"geometry", "geometry_file"} & set(place)}
    assert drawn == set(REGIONS)


@pytest.mark.parametrize("identifier", ["syunik-highway", "goris-kapan-road", "armenia-azerbaijan-border"])
def test_a_road_or_line_whose_course_is_disputed_is_within_nothing(identifier: str) -> None:
    assert containers(EVERY[identifier]) == []
