"""How a candidate comes about, and how not: the conflict of `conftest.py`, changed one thing at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.infer import derive, rules
from kg.pipeline import in_memory, ingest
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups.answering import MEETS, denying, meeting
from kg.terms import GEO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Content = Callable[[OxigraphStore], list[bytes]]
    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
CANDIDATES = """SELECT ?group ?event ?who ?place ?time WHERE {
  ?c a svd:CandidateViolation ; svd:ofReadingGroup ?group ; svd:allegedAct ?event ;
    svd:allegedPerpetrator ?who ; svd:territorialScope ?place ; svd:temporalScope ?time ;
    svd:status/skos:notation "candidate" ; svd:basis/skos:notation "rule-inferred" }"""
ALLEGATIONS = """SELECT ?agreement ?term ?who ?basis ?status ?place ?time WHERE {
  ?a a svd:AllegedViolation ; svd:ofAgreement ?agreement ; svd:basis ?basis ; svd:status ?status ;
    svd:territorialScope ?place ; svd:temporalScope ?time .
  OPTIONAL { ?a svd:ofTerm ?term } OPTIONAL { ?a svd:allegedPerpetrator ?who } }"""
THE_CANDIDATE = {
    "group": "agreement/vale-truce/norm/1a",
    "event": "report/acorn-1/event/shelling",
    "who": "actor/elbonia",
    "place": "scope/in",
    "time": "scope/in",
}


def one(place: str = "in", time: str = "in") -> list[dict[str, str]]:
    return [THE_CANDIDATE | {"place": f"scope/{place}", "time": f"scope/{time}"}]


def test_the_conduct_of_a_unit_rises_to_the_bound_state(world: Any, table: Table) -> None:
    store = world.build()
    assert table(store, CANDIDATES) == one()
    assert table(store, ALLEGATIONS) == []


def test_an_act_before_entry_into_force_is_no_candidate(world: Any, table: Table) -> None:
    world.claim["time"]["value"] = "2025-02-26"
    assert table(world.build(), CANDIDATES) == []


def test_an_act_after_the_end_is_no_candidate(world: Any, table: Table) -> None:
    world.norm["until"] = "2025-03-07"
    assert table(world.build(), CANDIDATES) == []


@pytest.mark.parametrize("value", ["2025-02-25/2025-03-02", "2025", "../2025-03-02"])
def test_an_interval_across_a_bound_cannot_be_told(world: Any, table: Table, value: str) -> None:
    world.claim["time"] = {"value": value}
    assert table(world.build(), CANDIDATES) == one(time="unknown")


def test_an_act_without_a_time_is_listed_as_not_assessed(world: Any, table: Table) -> None:
    del world.claim["time"]
    store = world.build()
    assert table(store, CANDIDATES) == []
    assert table(
        store, "SELECT ?claim ?outcome WHERE { ?a svd:assessedClaim ?claim ; svd:outcome ?outcome }"
    ) == [
        {"claim": "report/acorn-1/claim/k1", "outcome": "outcome/not-assessed"},
    ]


def test_a_vague_time_is_no_time(world: Any, table: Table) -> None:
    world.claim["time"] = {"text": "on 10 March"}
    assert table(world.build(), CANDIDATES) == []


def test_an_actor_who_is_not_bound_breaks_nothing(world: Any, table: Table) -> None:
    world.claim["perpetrators"] = ["syldavian-guard"]
    assert table(world.build(), CANDIDATES) == []


def test_a_participant_is_no_perpetrator(world: Any, table: Table) -> None:
    world.claim["participants"] = world.claim.pop("perpetrators")
    assert table(world.build(), CANDIDATES) == []


def test_a_norm_without_a_bearer_binds_nobody(world: Any, table: Table) -> None:
    world.norm["bearers"] = []
    assert table(world.build(), CANDIDATES) == []


@pytest.mark.parametrize("kind", ["permission", "declaration"])
def test_what_is_no_duty_cannot_be_broken(world: Any, table: Table, kind: str) -> None:
    world.norm["kind"] = kind
    assert table(world.build(), CANDIDATES) == []


@pytest.mark.parametrize("modality", ["asserted", "reported", "alleged", "confirmed", "found-by-court"])
def test_an_affirmed_act_is_eligible(world: Any, table: Table, modality: str) -> None:
    world.claim["modality"] = modality
    if modality == "found-by-court":
        world.claim["attribution"] = [{"agent": "court", "verb": "found"}]
    assert table(world.build(), CANDIDATES) == one()


@pytest.mark.parametrize("modality", ["hedged", "predicted", "conditional", "denied"])
def test_an_act_that_is_not_affirmed_is_not(world: Any, table: Table, modality: str) -> None:
    world.claim["modality"] = modality
    if modality == "hedged":
        world.claim["hedges"] = ["probably"]
    assert table(world.build(), CANDIDATES) == []


def test_a_negated_claim_is_not_eligible(world: Any, table: Table) -> None:
    world.claim["polarity"] = "negative"
    assert table(world.build(), CANDIDATES) == []


def test_an_act_of_another_kind_breaks_nothing(world: Any, table: Table) -> None:
    world.documents["report"]["events"][0]["type"] = "mediation"
    assert table(world.build(), CANDIDATES) == []


# in place


def test_a_place_outside_a_stated_zone_is_no_candidate(world: Any, table: Table) -> None:
    world.claim["places"] = ["birch"]
    assert table(world.build(), CANDIDATES) == []


def test_a_place_that_holds_the_zone_cannot_be_told(world: Any, table: Table) -> None:
    world.claim["places"] = ["elbonian-land"]
    assert table(world.build(), CANDIDATES) == one(place="unknown")


def test_no_place_cannot_be_told(world: Any, table: Table) -> None:
    world.claim["places"] = []
    assert table(world.build(), CANDIDATES) == one(place="unknown")


def test_a_zone_without_stated_extent_cannot_be_told(world: Any, table: Table) -> None:
    world.norm["places"] = ["moor"]
    assert table(world.build(), CANDIDATES) == one(place="unknown")


def test_a_zone_said_to_be_stated_of_which_nothing_is_known_cannot_be_told(world: Any, table: Table) -> None:
    zones = world.documents["places"]["places"]
    zones.append({"id": "fen", "type": "agreement-zone", "label": "the Fen", "extent": "stated"})
    world.norm["places"] = ["fen"]
    world.claim["places"] = ["birch"]
    assert table(world.build(), CANDIDATES) == one(place="unknown")


def test_a_norm_without_a_place_holds_everywhere(world: Any, table: Table) -> None:
    world.norm["places"] = []
    world.claim["places"] = ["birch"]
    assert table(world.build(), CANDIDATES) == one()


def test_an_act_in_several_places_is_in_if_one_of_them_is(world: Any, table: Table) -> None:
    world.claim["places"] = ["ash", "birch"]
    assert table(world.build(), CANDIDATES) == one()


def test_containment_rises_through_a_place_between(world: Any, table: Table) -> None:
    world.documents["places"]["places"].append(
        {"id": "ash-mill", "type": "settlement", "label": "Ash Mill", "within": ["ash"]},
    )
    world.claim["places"] = ["ash-mill"]
    assert table(world.build(), CANDIDATES) == one()


SQUARE = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"


@pytest.mark.parametrize(
    ("point", "expected"),
    [("POINT(5 5)", one()), ("POINT(50 50)", []), (None, one(place="unknown"))],
)
def test_geometry_decides_where_zone_and_place_are_drawn(
    world: Any, table: Table, point: str | None, expected: list[dict[str, str]]
) -> None:
    zone = {"id": "square", "type": "agreement-zone", "label": "the Square", "geometry": SQUARE}
    hut = {"id": "hut", "type": "settlement", "label": "Hut"} | ({"geometry": point} if point else {})
    world.documents["places"]["places"] += [zone, hut]
    world.norm["places"] = ["square"]
    world.claim["places"] = ["hut"]
    assert table(world.build(), CANDIDATES) == expected


@pytest.mark.parametrize(
    ("point", "expected"), [("POINT(5 5)", one()), ("POINT(50 50)", one(place="unknown"))]
)
def test_what_lies_within_the_outline_of_any_place_lies_in_it(
    world: Any, table: Table, point: str, expected: list[dict[str, str]]
) -> None:
    district = {"id": "square", "type": "administrative-region", "label": "the Square", "geometry": SQUARE}
    hut = {"id": "hut", "type": "settlement", "label": "Hut", "geometry": point}
    world.documents["places"]["places"] += [district, hut]
    world.norm["places"] = ["square"]
    world.claim["places"] = ["hut"]
    assert table(world.build(), CANDIDATES) == expected


def test_what_lies_within_is_told_as_simple_features_have_it(world: Any) -> None:
    """A point on the edge is neither within nor apart; what crosses itself is in no relation."""
    drawn = {
        "square": ("agreement-zone", SQUARE),
        "court": ("administrative-region", "POLYGON((2 2, 8 2, 8 8, 2 8, 2 2))"),
        "edge": ("settlement", "POINT(0 5)"),
        "inner": ("settlement", "POINT(5 5)"),
        "outer": ("settlement", "POINT(50 50)"),
        "road": ("route", "LINESTRING(1 1, 3 3)"),
        "bow": ("administrative-region", "POLYGON((0 0, 10 10, 10 0, 0 10, 0 0))"),
    }
    world.documents["places"]["places"] += [
        {"id": name, "type": kind, "label": name, "geometry": wkt} for name, (kind, wkt) in drawn.items()
    ]
    rows = (
        world.build()
        .select(f"""SELECT ?one ?how ?other WHERE {{
      VALUES ?how {{ <{GEO.sfWithin}> <{GEO.sfDisjoint}> }} ?one ?how ?other }}""")
        .rows
    )
    told = {tuple(str(term).rpartition("/")[2].rpartition("#")[2] for term in row) for row in rows}
    assert told == {
        ("court", "sfWithin", "square"),
        ("inner", "sfWithin", "square"),
        ("inner", "sfWithin", "court"),
        ("road", "sfWithin", "square"),
        ("outer", "sfDisjoint", "square"),
    }


# rival readings


def readings(world: Any, *places: list[str]) -> None:
    world.norm["readings"] = [
        {"key": f"r{number}", "places": places_} for number, places_ in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([["vale"], []], "in"),
        ([["moor"], []], "disputed"),
        ([["moor"], ["vale"]], "disputed"),
        ([["moor"], ["moor"]], "unknown"),
    ],
)
def test_readings_that_differ_dispute_the_place(
    world: Any, table: Table, places: list[list[str]], expected: str
) -> None:
    readings(world, *places)
    assert table(world.build(), CANDIDATES) == one(place=expected)


def test_a_reading_that_is_left_alone_has_no_rival(world: Any, table: Table) -> None:
    readings(world, ["moor"])
    assert table(world.build(), CANDIDATES) == one(place="unknown")
    world.norm["readings"] = [{"key": "anywhere", "places": []}]
    assert table(world.build(), CANDIDATES) == one()


def test_a_reading_that_puts_the_act_outside_disputes_one_that_does_not(world: Any, table: Table) -> None:
    readings(world, ["vale"], [])
    world.claim["places"] = ["birch"]
    assert table(world.build(), CANDIDATES) == one(place="disputed")


def test_where_every_reading_puts_the_act_outside_there_is_no_candidate(world: Any, table: Table) -> None:
    readings(world, ["vale"], ["ash"])
    world.claim["places"] = ["birch"]
    assert table(world.build(), CANDIDATES) == []


def test_each_reading_may_put_the_act_outside_for_a_reason_of_its_own(world: Any, table: Table) -> None:
    readings(world, ["vale"], [])
    world.claim["places"] = ["birch"]
    world.norm["readings"][1]["until"] = "2025-03-05"
    assert table(world.build(), CANDIDATES) == []


def test_a_reading_under_which_the_act_is_no_breach_disputes_it(world: Any, table: Table) -> None:
    world.norm["readings"] = [{"key": "fire"}, {"key": "stay", "action": "hold-position"}]
    assert table(world.build(), CANDIDATES) == one(place="disputed")


def test_reasons_are_in_words_for_each_reading(world: Any, table: Table) -> None:
    readings(world, ["vale"], ["moor"])
    store = world.build()
    during = "the act lies within the time in which the reading applies, from 2025-03-01"
    unknown = (
        "the act is placed in Ash; whether that is within the Moor cannot be told, "
        "because the extent of the zone is not stated"
    )
    reasons = table(store, "SELECT ?why WHERE { ?c a svd:CandidateViolation ; svd:scopeReason ?why }")
    assert [row["why"] for row in reasons] == [
        "norm 1a, reading r0: the act is placed within the Vale",
        f"norm 1a, reading r0: {during}",
        f"norm 1a, reading r1: {unknown}",
        f"norm 1a, reading r1: {during}",
    ]


# allegations


def allege(world: Any, **fields: Any) -> dict[str, Any]:
    claim = {
        "key": "k2",
        "gist": "Elbonia broke point 1.",
        "quote": "Elbonia broke point 1 of the truce",
        "modality": "alleged",
        "about": "shelling",
        "perpetrators": ["elbonia"],
        "alleges": [{"agreement": "vale-truce", "term": "1"}],
    } | fields
    world.documents["report"]["claims"].append(claim)
    return claim


THE_ALLEGATION = {
    "agreement": "agreement/vale-truce",
    "term": "agreement/vale-truce/term/1",
    "who": "actor/elbonia",
    "basis": "basis/source-asserted",
    "status": "status/alleged",
    "place": "scope/unknown",
    "time": "scope/unknown",
}


def test_what_somebody_alleges_is_no_candidate(world: Any, table: Table) -> None:
    allege(world)
    store = world.build()
    assert table(store, ALLEGATIONS) == [THE_ALLEGATION]
    assert table(store, CANDIDATES) == []


def test_an_allegation_of_another_event_leaves_the_candidate(world: Any, table: Table) -> None:
    world.documents["report"]["events"].append({"key": "raid", "type": "armed-attack", "label": "Raid"})
    allege(world, about="raid")
    store = world.build()
    assert table(store, ALLEGATIONS) == [THE_ALLEGATION]
    assert table(store, CANDIDATES) == one()


def test_an_allegation_in_another_report_of_the_same_event_takes_the_candidate_away(
    world: Any, table: Table
) -> None:
    allege(world)
    other = world.documents["report"] | {
        "id": "acorn-2",
        "claims": [world.documents["report"]["claims"].pop()],
    }
    other["events"] = [
        {
            "key": "shelling",
            "type": "shelling",
            "label": "Shelling of Ash",
            "same_event_as": [
                {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
            ],
        },
    ]
    world.documents["other"] = other
    assert table(world.build(), CANDIDATES) == []
    other["events"][0]["same_event_as"][0]["status"] = "rejected"
    assert table(world.build(), CANDIDATES) == one()


@pytest.mark.parametrize("term", [{"term": "1"}, {}])
def test_the_accused_is_the_party_whose_conduct_it_is(world: Any, table: Table, term: dict[str, str]) -> None:
    allege(world, perpetrators=["elbonian-guns"], alleges={"agreement": "vale-truce"} | term)
    (row,) = table(world.build(), ALLEGATIONS)
    assert row["who"] == "actor/elbonia"


def test_an_accused_who_is_no_party_stays_as_named(world: Any, table: Table) -> None:
    allege(world, perpetrators=["syldavian-guard"])
    (row,) = table(world.build(), ALLEGATIONS)
    assert row["who"] == "actor/syldavian-guard"


def test_an_allegation_may_name_no_term(world: Any, table: Table) -> None:
    allege(world, alleges={"agreement": "vale-truce"})
    store = world.build()
    (row,) = table(store, ALLEGATIONS)
    assert row == {name: value for name, value in THE_ALLEGATION.items() if name != "term"}
    assert table(store, CANDIDATES) == one()


def test_an_allegation_may_name_nobody(world: Any, table: Table) -> None:
    allege(world, perpetrators=[])
    (row,) = table(world.build(), ALLEGATIONS)
    assert "who" not in row


def test_the_word_of_a_party_is_marked_as_such(world: Any, table: Table) -> None:
    allege(world, attribution=[{"agent": "spokesman", "verb": "said"}])
    (row,) = table(world.build(), ALLEGATIONS)
    assert row["basis"] == "basis/party-asserted"


def test_a_mission_that_speaks_for_itself_has_observed(world: Any, table: Table) -> None:
    world.documents["report"]["type"] = "mission"
    allege(world)
    (row,) = table(world.build(), ALLEGATIONS)
    assert row["basis"] == "basis/mission-observed"


def test_a_finding_of_a_court_is_adjudicated(world: Any, table: Table) -> None:
    allege(world, modality="found-by-court", attribution=[{"agent": "court", "verb": "found"}])
    (row,) = table(world.build(), ALLEGATIONS)
    assert (row["basis"], row["status"]) == ("basis/court-finding", "status/adjudicated")


@pytest.mark.parametrize("inquiry", ["in the attribution", "as the publisher", "nowhere"])
def test_a_finding_of_an_inquiry_is_of_the_commission_and_adjudicates_nothing(
    world: Any, table: Table, inquiry: str
) -> None:
    commission = {"id": "panel", "type": "commission-of-inquiry", "label": "Panel of the Vale"}
    world.documents["actors"]["actors"].append(commission)
    allege(world, modality="found-by-inquiry")
    if inquiry == "in the attribution":
        world.documents["report"]["claims"][-1]["attribution"] = [{"agent": "panel", "verb": "found"}]
    elif inquiry == "as the publisher":
        world.documents["report"]["publisher"] = "panel"
        world.documents["report"]["claims"][-1]["attribution"] = []
    if inquiry == "nowhere":
        with pytest.raises(AssertionError, match="FindingOfInquiry"):
            world.build()
        return
    (row,) = table(world.build(), ALLEGATIONS)
    assert (row["basis"], row["status"]) == ("basis/inquiry-finding", "status/alleged")


@pytest.mark.parametrize("court", ["in the attribution", "as the publisher", "as a court order", "nowhere"])
def test_a_finding_of_a_court_needs_the_court(world: Any, court: str) -> None:
    report = world.documents["report"]
    world.claim["modality"] = "found-by-court"
    if court == "in the attribution":
        world.claim["attribution"] = [
            {"agent": "spokesman", "verb": "said"},
            {"agent": "court", "verb": "found"},
        ]
    elif court == "as the publisher":
        report["publisher"] = "court"
    elif court == "as a court order":
        report["type"] = "court-order"
    said = [
        (problem.line is not None, problem.message)
        for outcome in ingest(empty_in_memory(BASE), world.write())
        for problem in outcome.problems
    ]
    needed = "needs the court: in the attribution, as the publisher, or as a court order."
    assert [(line, needed in message) for line, message in said] == (
        [(True, True)] if court == "nowhere" else []
    )


@pytest.mark.parametrize("modality", ["predicted", "conditional"])
def test_a_breach_that_is_only_expected_is_not_alleged(world: Any, table: Table, modality: str) -> None:
    allege(world, modality=modality)
    assert table(world.build(), ALLEGATIONS) == []


def test_a_hedged_allegation_is_an_allegation(world: Any, table: Table) -> None:
    allege(world, modality="hedged", hedges=["probably"])
    assert table(world.build(), ALLEGATIONS) == [THE_ALLEGATION]


def test_an_allegation_with_place_and_time_is_assessed_like_a_candidate(world: Any, table: Table) -> None:
    allege(world, places=["birch"], time={"value": "2025-03-10"})
    (row,) = table(world.build(), ALLEGATIONS)
    assert (row["place"], row["time"]) == ("scope/out", "scope/in")


# denial and fulfilment

DENIALS = f"SELECT DISTINCT ?record ?claim WHERE {{ {denying('r')} ?r svd:basis/skos:notation ?record }}"
KEPT = f"SELECT DISTINCT ?claim WHERE {{ {meeting('r', MEETS)} }}"


def deny(world: Any, **fields: Any) -> None:
    world.documents["report"]["claims"].append(
        {
            "key": "k3",
            "gist": "Elbonia's army denies the shelling.",
            "quote": "Elbonia's army denied it",
            "modality": "denied",
            "attribution": [{"agent": "elbonian-army", "verb": "denied"}],
        }
        | fields,
    )


@pytest.mark.parametrize(
    "fields",
    [{"denies": [{"claim": "k1"}]}, {"denies": {"event": "shelling"}}, {"about": "shelling"}],
    ids=["claim", "event", "about"],
)
def test_a_denial_stands_beside_the_candidate(world: Any, table: Table, fields: dict[str, Any]) -> None:
    deny(world, **fields)
    store = world.build()
    assert table(store, CANDIDATES) == one()
    assert table(store, DENIALS) == [{"record": "rule-inferred", "claim": "report/acorn-1/claim/k3"}]


@pytest.mark.parametrize(
    ("fields", "denied"),
    [
        ({"denies": {"agreement": "vale-truce"}}, True),
        ({"denies": {"agreement": "vale-truce", "term": "1"}}, True),
        ({"denies": {"agreement": "vale-truce"}, "perpetrators": ["elbonia"]}, True),
        ({"denies": {"agreement": "vale-truce"}, "perpetrators": ["ruritania"]}, False),
        (
            {"denies": {"agreement": "vale-truce"}, "attribution": [{"agent": "spokesman", "verb": "said"}]},
            False,
        ),
    ],
)
def test_a_breach_is_denied_for_the_party_named(
    world: Any,
    table: Table,
    fields: dict[str, Any],
    denied: bool,  # noqa: FBT001 - a column of the table
) -> None:
    deny(world, **fields)
    rows = table(world.build(), DENIALS)
    assert rows == ([{"record": "rule-inferred", "claim": "report/acorn-1/claim/k3"}] if denied else [])


def second_agreement(world: Any) -> None:
    """Let Elbonia break another agreement too; its army is bound by the second term of that one."""
    other = json.loads(json.dumps(world.documents["agreement"]))
    other["id"] = "moor-truce"
    army = {"key": "2a", "kind": "obligation", "gist": "The army stays", "bearers": ["elbonian-army"]}
    army["action"] = "hold-position"
    other["terms"].append({"number": "2", "norms": [army]})
    world.documents["second agreement"] = other


@pytest.mark.parametrize("denied", [{"agreement": "moor-truce", "term": "1"}, {"agreement": "moor-truce"}])
def test_a_denial_of_one_agreement_is_none_of_another(
    world: Any, table: Table, denied: dict[str, str]
) -> None:
    second_agreement(world)
    world.claim["modality"] = "hedged"
    world.claim["hedges"] = ["probably"]
    allege(world, alleges=[{"agreement": "vale-truce"}, {"agreement": "moor-truce", "term": "1"}])
    deny(world, denies=[denied])
    store = world.build()
    assert len(table(store, ALLEGATIONS)) == 2
    rows = table(
        store, f"SELECT DISTINCT ?agreement WHERE {{ {denying('r')} ?r svd:ofAgreement ?agreement }}"
    )
    assert rows == [{"agreement": "agreement/moor-truce"}]


@pytest.mark.parametrize(
    ("target", "accused"),
    [
        ({"agreement": "moor-truce", "term": "1"}, "actor/elbonia"),
        ({"agreement": "moor-truce", "term": "2"}, "actor/elbonian-army"),
        ({"agreement": "moor-truce"}, "actor/elbonia"),
    ],
)
def test_one_allegation_is_one_record_against_whom_the_term_addresses(
    world: Any, table: Table, target: dict[str, str], accused: str
) -> None:
    second_agreement(world)
    allege(world, perpetrators=["elbonian-guns"], alleges=target)
    (row,) = table(world.build(), ALLEGATIONS)
    assert row["who"] == accused


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"asserts_fulfilment": {"agreement": "vale-truce", "term": "1"}}, True),
        ({"asserts_fulfilment": {"agreement": "vale-truce"}}, True),
        ({"asserts_fulfilment": {"agreement": "vale-truce"}, "participants": []}, True),
        ({"asserts_fulfilment": {"agreement": "vale-truce"}, "participants": ["ruritania"]}, False),
    ],
)
def test_a_claim_that_a_term_was_kept_stands_beside_the_record(
    world: Any,
    table: Table,
    fields: dict[str, Any],
    beside: bool,  # noqa: FBT001 - a column of the table
) -> None:
    deny(world, **({"modality": "asserted", "participants": ["elbonian-army"]} | fields))
    rows = table(world.build(), KEPT)
    assert rows == ([{"claim": "report/acorn-1/claim/k3"}] if beside else [])


@pytest.mark.parametrize(
    "fields",
    [
        {"denies": {"agreement": "vale-truce"}},
        {"modality": "asserted", "asserts_fulfilment": {"agreement": "vale-truce"}},
    ],
)
def test_a_report_older_than_the_act_says_nothing_of_it(
    world: Any, table: Table, fields: dict[str, Any]
) -> None:
    world.documents["report"]["issued"] = "2025-03-07"
    deny(world, **fields)
    store = world.build()
    assert table(store, DENIALS) + table(store, KEPT) == []


# disagreement


def second_account(world: Any, **fields: Any) -> None:
    report = json.loads(json.dumps(world.documents["report"]))
    report["id"] = "acorn-2"
    report["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
    ]
    report["claims"] = [report["claims"][0] | fields]
    world.documents["second"] = report


DISAGREEMENTS = (
    """SELECT ?slot ?claim WHERE { ?d a svd:Disagreement ; svd:slot ?slot ; svd:position ?claim }"""
)
BOTH = ["report/acorn-1/claim/k1", "report/acorn-2/claim/k1"]


@pytest.mark.parametrize(
    ("fields", "slot"),
    [
        ({"quantities": [{"kind": "killed", "value": "5"}]}, "quantity"),
        ({"quantities": [{"kind": "killed", "value": "5", "comparator": "at-least"}]}, "quantity"),
        ({"time": {"value": "2025-03-13"}}, "time"),
        ({"perpetrators": ["syldavian-guard"]}, "perpetrator"),
        ({"modality": "denied"}, "occurrence"),
    ],
)
def test_accounts_that_cannot_both_be_right_disagree(
    world: Any, table: Table, fields: dict[str, Any], slot: str
) -> None:
    second_account(world, **fields)
    assert table(world.build(), DISAGREEMENTS) == [{"slot": f"slot/{slot}", "claim": claim} for claim in BOTH]


def test_accounts_that_name_different_territory_disagree(world: Any, table: Table) -> None:
    world.claim["in_territory_of"] = ["elbonia"]
    second_account(world, in_territory_of=["elbonia", "ruritania"])
    assert table(world.build(), DISAGREEMENTS) == [
        {"slot": "slot/territory", "claim": claim} for claim in BOTH
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"quantities": [{"kind": "wounded", "value": "5"}]},
        {"quantities": [{"kind": "killed", "value": "3", "comparator": "at-least"}]},
        {"quantities": [{"kind": "killed", "value": "5", "side": "ruritania"}]},
        {"quantities": [{"kind": "killed", "value": "5"}], "modality": "predicted"},
        {"time": {"value": "2025-03"}},
        {"perpetrators": ["elbonia"]},
    ],
)
def test_accounts_that_can_both_be_right_do_not_disagree(
    world: Any, table: Table, fields: dict[str, Any]
) -> None:
    second_account(world, **fields)
    assert table(world.build(), DISAGREEMENTS) == []


# the machinery


def test_running_report_by_report_equals_running_over_all(world: Any, table: Table, content: Content) -> None:
    allege(world, about="shelling", alleges={"agreement": "vale-truce"})
    second_account(world, quantities=[{"kind": "killed", "value": "9"}], perpetrators=["syldavian-guard"])
    third = json.loads(json.dumps(world.documents["second"]))
    third["id"] = "acorn-3"
    third["events"][0]["same_event_as"] = [
        {"event": "acorn-2/shelling", "confidence": "0.8", "reason": "same village"}
    ]
    world.documents["third"] = third
    together = world.build()
    paths = world.write()
    stores = []
    for order in (paths, paths[:-3] + paths[-3:]):
        store = empty_in_memory(BASE)
        for path in order:
            assert not [problem for outcome in ingest(store, [path]) for problem in outcome.problems]
        stores.append(store.store)
    assert content(stores[0]) == content(together)
    assert content(stores[1]) == content(together)
    derive(together, BASE)
    assert content(stores[0]) == content(together)
    derive(together, BASE, [])
    assert content(stores[0]) == content(together)
    assert len(table(together, DISAGREEMENTS)) > 0


def test_a_report_that_joins_two_clusters_makes_one(world: Any, table: Table, content: Content) -> None:
    second_account(world, quantities=[{"kind": "killed", "value": "9"}])
    world.documents["second"]["events"][0]["same_event_as"] = []
    bridge = json.loads(json.dumps(world.documents["second"]))
    bridge["id"] = "bridge"
    bridge["claims"][0]["quantities"] = [{"kind": "killed", "value": "12"}]
    bridge["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same village"},
        {"event": "acorn-2/shelling", "confidence": "0.8", "reason": "same village"},
    ]
    apart = world.build()
    assert table(apart, DISAGREEMENTS) == []
    world.documents["bridge"] = bridge
    paths = world.write()
    assert not [problem for outcome in ingest(in_memory(apart), paths[-1:]) for problem in outcome.problems]
    rows = table(apart, DISAGREEMENTS)
    assert [row["claim"] for row in rows] == [*BOTH, "report/bridge/claim/k1"]
    assert len(table(apart, "SELECT DISTINCT ?k WHERE { ?e svd:inCluster ?k }")) == 1
    assert content(apart) == content(world.build())


def test_every_rule_is_found_and_ordered() -> None:
    names = [rule.name for rule in rules()]
    assert set(names) == {
        "allegation",
        "allegation-in-person",
        "allegation-scope",
        "alleged-without-term",
        "answer-to-charge",
        "assessed-act",
        "assessed-allegation",
        "assessed-measure",
        "assessment-in-matter",
        "assessment-in-person",
        "assessment-in-place",
        "assessment-in-time",
        "assessment-yields",
        "bound-in-time",
        "broader-class",
        "broader-class-of-report",
        "candidate",
        "candidate-evidence",
        "answerable",
        "change-in-effect",
        "changed-by",
        "charge",
        "condition-met",
        "condition-said",
        "conduct-at-time",
        "corrected",
        "denial-of-act",
        "disagreement-on-occurrence",
        "disagreement-on-perpetrator",
        "disagreement-on-quantity",
        "disagreement-on-territory",
        "disagreement-on-time",
        "distance-scope",
        "event-account",
        "exemption",
        "farthest-named-source",
        "laid-to",
        "materiel-scope",
        "name-of-claim",
        "name-of-record",
        "name-of-relation",
        "name-of-term",
        "norm-displaced",
        "number-of-readings",
        "sequence-in-time",
        "quantity-scope",
        "time-anywhere",
    }
    assert len(names) == len(set(names))
    order = ["assessed-act", "assessment-in-place", "candidate", "candidate-evidence", "denial-of-act"]
    assert [name for name in names if name in order] == order
