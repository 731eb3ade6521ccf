"""What norms measure: the conflict of `conftest.py`, and a withdrawal by calibre, as Minsk II has it.

From the line along the meridian of 37° E, artillery of 100 mm and more is to be 25 km away, rocket launchers
35 km, and Tornado-S, Uragan, Smerch and missiles 70 km, by 15 March 2025. Near, Middle and Far lie on the
parallel of 48° N, 15, 30 and 50 km east of the line; the Parish is a square from 15 to 45 km; of Nowhere
nothing is known. What each act comes to was found by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from geographiclib.geodesic import Geodesic

from kg.distances import distance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

LINE = "LINESTRING (37 46, 37 50)"
HELD = """SELECT ?claim ?norm ?place ?matter WHERE {
  ?held svd:assessedClaim/svd:key ?claim ; svd:againstNorm/svd:ofReadingGroup/svd:key ?norm ;
    svd:territorialScope/skos:notation ?place ; svd:materialScope/skos:notation ?matter }"""
CANDIDATES = """SELECT ?act ?norm ?place ?matter WHERE {
  ?c a svd:CandidateViolation ; svd:allegedAct/svd:key ?act ; svd:ofReadingGroup/svd:key ?norm ;
    svd:territorialScope/skos:notation ?place ; svd:materialScope/skos:notation ?matter }"""
WHY = """SELECT ?claim ?why WHERE {
  ?held svd:assessedClaim/svd:key ?claim ; svd:scopeReason ?why ;
    svd:againstNorm/svd:ofReadingGroup/svd:key "artillery" .
  FILTER (CONTAINS(?why, "km") || CONTAINS(?why, "weapons")) }"""


def east(kilometres: float) -> float:
    """Return the longitude on 48° N that lies so far from the line, found by halving."""
    low, high = 37.0, 38.5
    for _ in range(60):
        middle = (low + high) / 2
        found = distance(f"POINT ({middle} 48)", LINE)
        assert found is not None
        low, high = (middle, high) if found.nearest < kilometres else (low, middle)
    return round(low, 6)


def withdrawal(key: str, kilometres: int, *objects: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "obligation",
        "gist": f"Withdraw {key}",
        "bearers": ["elbonia", "ruritania"],
        "action": "withdraw-weapons",
        "objects": list(objects),
        "distance": {"at_least": kilometres, "from": "front"},
        "deadline": "2025-03-15",
    }


@pytest.fixture
def front(world: Any) -> Any:
    """Return the conflict with the line, the places and the withdrawal, and no act."""
    west, right = east(15), east(45)
    square = f"POLYGON (({west} 48, {right} 48, {right} 48.01, {west} 48.01, {west} 48))"
    world.documents["places"]["places"] += [
        {
            "id": "front",
            "type": "boundary",
            "label": "the Front",
            "geometry": LINE,
            "defined_by": {"agreement": "vale-truce"},
        },
        {"id": "near", "type": "settlement", "label": "Near", "geometry": f"POINT ({east(15)} 48)"},
        {"id": "middle", "type": "settlement", "label": "Middle", "geometry": f"POINT ({east(30)} 48)"},
        {"id": "far", "type": "settlement", "label": "Far", "geometry": f"POINT ({east(50)} 48)"},
        {"id": "parish", "type": "administrative-region", "label": "the Parish", "geometry": square},
        {"id": "nowhere", "type": "settlement", "label": "Nowhere"},
    ]
    world.documents["agreement"]["terms"] = [
        {
            "number": "2",
            "norms": [
                withdrawal("artillery", 25, {"category": "artillery", "calibre": {"at_least": 100}}),
                withdrawal("rockets", 35, {"category": "multiple-rocket-launcher"}),
                withdrawal(
                    "missiles",
                    70,
                    {"category": "multiple-rocket-launcher", "models": ["Tornado-S", "Uragan", "Smerch"]},
                    {"category": "tactical-missile-system"},
                ),
            ],
        },
    ]
    world.documents["report"]["claims"][0]["time"] = "2025-04-01"
    return world


def seen(world: Any, key: str, *objects: dict[str, Any], **fields: Any) -> None:
    report = world.documents["report"]
    report["events"].append({"key": key, "type": "weapon-presence", "label": key})
    stated = {"key": key, "about": key, "objects": list(objects), "quantities": [], **fields}
    report["claims"].append({**report["claims"][0], **stated})


HOWITZER = {"category": "howitzer", "model": "D-30", "calibre": 122}
GRAD = {"category": "multiple-rocket-launcher", "model": "BM-21 Grad", "calibre": 122}
SMERCH = {"category": "multiple-rocket-launcher", "model": "BM-30 Smerch"}
MORTAR = {"category": "mortar", "calibre": 82}
LAUNCHER = {"category": "multiple-rocket-launcher"}
# act, what, where; and the verdicts on place and matter by artillery, rockets and missiles
ACTS: list[tuple[str, list[dict[str, Any]], str, str]] = [
    ("howitzer-near", [HOWITZER], "near", "in/in in/out in/out"),
    ("howitzer-middle", [HOWITZER], "middle", "out/in in/out in/out"),
    ("grad-middle", [GRAD], "middle", "out/out in/in in/out"),
    ("grad-far", [GRAD], "far", "out/out out/in in/out"),
    ("smerch-far", [SMERCH], "far", "out/out out/in in/in"),
    ("launcher-far", [LAUNCHER], "far", "out/out out/in in/unknown"),
    ("mortar-near", [MORTAR], "near", "in/out in/out in/out"),
    ("both-near", [MORTAR, HOWITZER], "near", "in/in in/out in/out"),
    ("gun-near", [{"category": "gun"}], "near", "in/unknown in/out in/out"),
    ("arms-near", [], "near", "in/unknown in/unknown in/unknown"),
    ("howitzer-parish", [HOWITZER], "parish", "unknown/in unknown/out in/out"),
    ("howitzer-nowhere", [HOWITZER], "nowhere", "unknown/in unknown/out unknown/out"),
]


def by_norm(verdicts: str) -> list[tuple[str, ...]]:
    norms = ("artillery", "rockets", "missiles")
    return [(norm, *pair.split("/")) for norm, pair in zip(norms, verdicts.split(), strict=True)]


def test_a_withdrawal_is_judged_by_calibre_and_distance(front: Any, table: Table) -> None:
    for key, objects, place, _ in ACTS:
        seen(front, key, *objects, places=[place])
    front.documents["report"]["claims"].pop(0)
    store = front.build()
    held = {(row["claim"], row["norm"], row["place"], row["matter"]) for row in table(store, HELD)}
    expected = {(key, *verdicts) for key, _, _, by in ACTS for verdicts in by_norm(by)}
    assert held == expected
    candidates = {(row["act"], row["norm"], row["place"], row["matter"]) for row in table(store, CANDIDATES)}
    assert candidates == {row for row in expected if "out" not in row}
    why: dict[str, set[str]] = {}
    for row in table(store, WHY):
        why.setdefault(row["claim"], set()).add(row["why"])
    asked = "the norm asks for at least 25 km from the Front"
    assert why["howitzer-near"] == {
        f"norm artillery: the act is placed in Near, 15 km; {asked}",
        "norm artillery: the norm is about weapons such as the claim states: howitzer, D-30, 122 mm",
    }
    assert why["mortar-near"] == {
        f"norm artillery: the act is placed in Near, 15 km; {asked}",
        "norm artillery: the norm is not about weapons such as the claim states: mortar, 82 mm",
    }
    assert f"norm artillery: the act is placed in the Parish, 15 to 45 km; {asked}" in why["howitzer-parish"]
    assert (
        "norm artillery: the act is placed in Nowhere; how far that is cannot be told, because the outlines "
        f"are not known; {asked}"
    ) in why["howitzer-nowhere"]
    assert "norm artillery: the claim does not say which weapons" in why["arms-near"]


def test_the_distance_that_a_claim_states_counts_before_the_map(front: Any, table: Table) -> None:
    def stated(**number: Any) -> list[dict[str, Any]]:
        return [{"kind": "length", "unit": "km", "from": "front", **number}]

    seen(front, "ten", HOWITZER, places=["far"], quantities=stated(value=10))
    seen(front, "forty", HOWITZER, places=["near"], quantities=stated(value=40))
    seen(
        front,
        "metres",
        HOWITZER,
        quantities=[{"kind": "length", "unit": "m", "from": "front", "value": 9000}],
    )
    seen(front, "at-most", HOWITZER, quantities=stated(value=24, comparator="at-most"))
    seen(front, "about", HOWITZER, quantities=stated(value=24, comparator="about"))
    seen(front, "range", HOWITZER, quantities=stated(low=20, high=30))
    seen(front, "very-limit", HOWITZER, quantities=stated(value=25))
    front.documents["report"]["claims"].pop(0)
    held = {(row["claim"], row["place"]) for row in table(front.build(), HELD) if row["norm"] == "artillery"}
    assert held == {
        ("ten", "in"),
        ("forty", "out"),
        ("metres", "in"),
        ("at-most", "in"),
        ("about", "unknown"),
        ("range", "unknown"),
        ("very-limit", "out"),
    }


def test_before_the_deadline_and_without_a_measure_presence_shows_nothing(front: Any, table: Table) -> None:
    seen(front, "early", HOWITZER, places=["near"], time="2025-03-10")
    front.documents["report"]["claims"].pop(0)
    plain = withdrawal("plain", 1)
    for field in ("objects", "distance"):
        plain.pop(field)
    front.documents["agreement"]["terms"][0]["norms"].append(plain)
    store = front.build()
    assert table(store, CANDIDATES) == []
    assert {row["norm"] for row in table(store, HELD)} == {"artillery", "rockets", "missiles"}


def test_a_number_beyond_what_a_norm_admits(front: Any, table: Table) -> None:
    norm = withdrawal("few", 25) | {"quantity": {"kind": "weapons", "at_most": 10}}
    norm.pop("objects")
    front.documents["agreement"]["terms"][0]["norms"] = [norm]
    for key, number in (
        ("eleven", {"value": 11}),
        ("ten", {"value": 10}),
        ("many", {"value": 11, "comparator": "at-least"}),
        ("about", {"value": 12, "comparator": "about"}),
    ):
        seen(front, key, places=["near"], quantities=[{"kind": "weapons", **number}])
    seen(front, "some", places=["near"])
    front.documents["report"]["claims"].pop(0)
    held = {(row["claim"], row["matter"]) for row in table(front.build(), HELD)}
    assert held == {
        ("eleven", "in"),
        ("ten", "out"),
        ("many", "in"),
        ("about", "unknown"),
        ("some", "unknown"),
    }


def test_the_reason_tells_a_number_as_the_claim_puts_it(front: Any, table: Table) -> None:
    """Without "about" and "at least", of 12 where 10 are admitted it would seem plain that it is beyond."""
    norm = withdrawal("artillery", 25) | {"quantity": {"kind": "weapons", "at_most": 10}}
    norm.pop("objects")
    front.documents["agreement"]["terms"][0]["norms"] = [norm]
    told: dict[str, tuple[dict[str, Any], str]] = {
        "about": ({"value": 12, "comparator": "about"}, "about 12"),
        "least": ({"value": 10, "comparator": "at-least"}, "at least 10"),
        "most": ({"value": 12, "comparator": "at-most"}, "at most 12"),
        "plain": ({"value": 12}, "12"),
        "range": ({"low": 9, "high": 12}, "9 to 12"),
    }
    for key, (number, _) in told.items():
        far = {"kind": "length", "unit": "km", "from": "front", **number}
        seen(front, key, places=["near"], quantities=[{"kind": "weapons", **number}, far])
    front.documents["report"]["claims"].pop(0)
    store = front.build()
    query = """SELECT ?claim ?why WHERE { ?held svd:assessedClaim/svd:key ?claim ; svd:scopeReason ?why .
      FILTER (CONTAINS(?why, "%s")) }"""
    shown = {row["claim"]: row["why"] for row in table(store, query % "admitted")}
    for key, (_, words) in told.items():
        assert f"the claim states {words} (weapons), and at most 10 are admitted" in shown[key]
    far = {row["claim"]: row["why"] for row in table(store, query % "asks for")}
    asked = "; the norm asks for at least 25 km from the Front"
    about = {"about": f"about 12 km, which may be less or more{asked}"}
    for key, (_, words) in told.items():
        assert far[key].endswith(f": by the claim it was {about.get(key, f'{words} km{asked}')}")


def test_what_lies_just_beyond_a_limit_is_not_shown_as_the_limit(front: Any, table: Table) -> None:
    places = front.documents["places"]["places"]
    places.append({**places[-1], "id": "brink", "label": "Brink", "geometry": "POINT (37.334786 48)"})
    seen(front, "brink", HOWITZER, places=["brink"])
    stated = {"kind": "length", "unit": "m", "from": "front", "value": 24960}
    seen(front, "stated", HOWITZER, quantities=[stated])
    front.documents["report"]["claims"].pop(0)
    store = front.build()
    why = {row["claim"]: row["why"] for row in table(store, WHY) if "asks for" in row["why"]}
    asked = "the norm asks for at least 25 km from the Front"
    assert why == {
        "brink": f"norm artillery: the act is placed in Brink, 24.983 km; {asked}",
        "stated": f"norm artillery: by the claim it was 24.96 km; {asked}",
    }


def test_distances_are_geodesic_and_of_outlines_the_least_and_the_greatest() -> None:
    found = distance("POINT (38 48)", "POINT (37 48)")
    assert found is not None
    assert found.nearest == pytest.approx(Geodesic.WGS84.Inverse(48, 38, 48, 37)["s12"] / 1000, abs=0.001)
    inside = distance("POINT (1 1)", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))")
    hole = distance(
        "POINT (1 1)", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (0.5 0.5, 1.5 0.5, 1.5 1.5, 0.5 1.5, 0.5 0.5))"
    )
    assert (inside and inside.nearest, hole and round(hole.nearest)) == (0.0, 55)
    across = distance("LINESTRING (179.9 0, -179.9 0)", "POINT (-179.9 0.1)")
    assert across is not None
    assert across.nearest == pytest.approx(11.06, abs=0.1)
    crossing = distance("LINESTRING (0 0, 2 2)", "LINESTRING (0 2, 2 0)")
    assert crossing is not None
    assert (crossing.nearest, crossing.farthest > 150) == (0.0, True)
    for odd in ("", "POINT EMPTY", "POINT (1)", "CIRCLE (1 2)", "POINT (a b)"):
        assert distance(odd, "POINT (1 1)") is None
