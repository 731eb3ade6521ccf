"""The list of states, held to what is known of it by hand."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCUMENT = Path(__file__).resolve().parents[2] / "data" / "reference" / "actors" / "states.yaml"
TEXT = DOCUMENT.read_text(encoding="utf-8")
ACTORS: list[dict[str, Any]] = yaml.load(TEXT, Loader=yaml.BaseLoader)["actors"]  # noqa: S506 - builds text only
BY_ID = {actor["id"]: actor for actor in ACTORS}
STATES = [actor for actor in ACTORS if actor["type"] == "state"]


def test_all_states_are_there() -> None:
    assert len(STATES) == 195
    assert [state["label"] for state in STATES if "iso3166_alpha2" not in state] == ["Kosovo"]


@pytest.mark.parametrize("field", ["id", "label", "iso3166_alpha2", "iso3166_alpha3", "gw_code", "cow_code"])
def test_no_code_stands_for_two(field: str) -> None:
    counts = Counter(actor[field] for actor in ACTORS if field in actor)
    assert [code for code, count in counts.items() if count > 1] == []


def test_codes_have_their_form() -> None:
    for actor in ACTORS:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", actor["id"])
        assert re.fullmatch(r"[A-Z]{2}", actor.get("iso3166_alpha2", "AA"))
        assert re.fullmatch(r"[A-Z]{3}", actor.get("iso3166_alpha3", "AAA"))
        assert re.fullmatch(r"[0-9]{1,3}", actor["gw_code"])
        assert re.fullmatch(r"[0-9]{1,3}", actor.get("cow_code", "1"))


@pytest.mark.parametrize(
    ("name", "alpha2", "alpha3", "gleditsch_ward", "correlates_of_war"),
    [
        ("armenia", "AM", "ARM", "371", "371"),
        ("azerbaijan", "AZ", "AZE", "373", "373"),
        ("russia", "RU", "RUS", "365", "365"),
        ("georgia", "GE", "GEO", "372", "372"),
        ("germany", "DE", "DEU", "260", "255"),
        ("yemen", "YE", "YEM", "678", "679"),
        ("serbia", "RS", "SRB", "340", "345"),
        ("vietnam", "VN", "VNM", "816", "816"),
        ("north-korea", "KP", "PRK", "731", "731"),
        ("republic-of-the-congo", "CG", "COG", "484", "484"),
        ("democratic-republic-of-the-congo", "CD", "COD", "490", "490"),
        ("tonga", "TO", "TON", "972", "955"),
        ("nauru", "NR", "NRU", "971", "970"),
        ("kiribati", "KI", "KIR", "970", "946"),
        ("norway", "NO", "NOR", "385", "385"),
        ("turkey", "TR", "TUR", "640", "640"),
        ("iran", "IR", "IRN", "630", "630"),
        ("united-states", "US", "USA", "2", "2"),
    ],
)
def test_codes_known_by_hand(
    name: str, alpha2: str, alpha3: str, gleditsch_ward: str, correlates_of_war: str
) -> None:
    state = BY_ID[name]
    assert (state["iso3166_alpha2"], state["iso3166_alpha3"]) == (alpha2, alpha3)
    assert (state["gw_code"], state["cow_code"]) == (gleditsch_ward, correlates_of_war)


def test_the_parties_carry_their_number_in_the_uppsala_list() -> None:
    numbers = {actor["id"]: actor["ucdp_actor_id"] for actor in ACTORS if "ucdp_actor_id" in actor}
    assert numbers == {"armenia": "62", "azerbaijan": "64", "russia": "57"}


def test_russia_goes_by_its_short_name() -> None:
    assert BY_ID["russia"]["label"] == "Russia"
    assert BY_ID["russia"]["alt_labels"] == ["Russian Federation"]


def test_a_territory_that_is_no_state_is_not_listed() -> None:
    assert not {"greenland", "hong-kong", "antarctica", "puerto-rico"} & set(BY_ID)


def test_what_only_one_list_holds_is_not_called_a_state() -> None:
    assert {actor["id"] for actor in ACTORS if "cow_code" not in actor} == {"abkhazia", "south-ossetia"}
    assert {BY_ID[name]["type"] for name in ("abkhazia", "south-ossetia")} == {"de-facto-authority"}
