"""No answer lets the accused be taken for the accuser, or who tells of an act for who alleges a breach."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from kg.headline import headline
from kg.query import ask, find
from kg.query.lookups import Reader, Selection, assessments, claims, events, violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import OxigraphStore

BASE = "https://w3id.org/servanda/id/"
CALLED = (
    "the term found by a rule; a source alleges a breach of the agreement by the same act, and names no term"
)
ALONE = "found by a rule, alleged by nobody"


def allege(world: Any, **fields: Any) -> None:
    world.documents["report"]["claims"].append(
        {
            "key": "k2",
            "gist": "Elbonia broke the truce by it.",
            "quote": "Elbonia broke point 1 of the truce",
            "modality": "alleged",
            "about": "shelling",
            "perpetrators": ["elbonia"],
            "attribution": [{"agent": "spokesman", "verb": "said"}],
            "alleges": {"agreement": "vale-truce"},
        }
        | fields
    )


def deny(world: Any, **fields: Any) -> None:
    world.documents["report"]["claims"].append(
        {
            "key": "k3",
            "gist": "Elbonia's army denies it.",
            "quote": "Elbonia's army denied it",
            "modality": "denied",
            "attribution": [{"agent": "elbonian-army", "verb": "denied"}],
        }
        | fields
    )


def words(store: OxigraphStore) -> str:
    """Return the headline answer without its line breaks."""
    return " ".join(headline(store).split())


def rows(store: OxigraphStore, number: int, **given: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in ask(store, find(str(number)), given).rows]


# candidates


def test_the_sources_of_a_candidate_are_said_to_tell_of_the_act_only(world: Any) -> None:
    store = world.build()
    said = words(store)
    assert f"1 candidate: {ALONE}" in said
    assert "the act, not a breach, according to The Daily Acorn (reported)" in said
    assert "alleged according to" not in said
    assert "against Elbonia" in said
    assert "by Elbonia" not in said
    (row,) = rows(store, 1)
    assert (row["sources_say"], row["alleged_without_term"]) == ("the act only", "none")


def test_the_sources_of_an_allegation_are_said_to_allege_it(world: Any) -> None:
    allege(world, alleges={"agreement": "vale-truce", "term": "1"})
    store = world.build()
    assert "alleged according to Spokesman of Ruritania, through The Daily Acorn (alleged)" in words(store)
    assert "the act, not a breach" not in words(store)
    (row,) = rows(store, 1)
    assert (row["sources_say"], row["alleged_without_term"]) == ("a breach", "none")


def test_an_act_that_a_source_calls_a_breach_without_a_term_is_not_alleged_by_nobody(world: Any) -> None:
    allege(world)
    store = world.build()
    said = words(store)
    assert f"1 candidate: {CALLED}" in said
    assert "alleged by nobody" not in said
    assert "no term named, by Spokesman of Ruritania, through The Daily Acorn (alleged)" in said
    found = {row["status"]: row["alleged_without_term"] for row in rows(store, 1)}
    assert found == {"alleged": "none", "candidate": "acorn-1/k2"}
    reader = Reader.of(store, BASE)
    items, _ = violations.violations(reader, Selection())
    listed = {item.status: [word.claim for word in item.alleged_without_term] for item in items}
    assert listed == {"alleged": [], "candidate": ["acorn-1/k2"]}
    assert asdict(assessments.counts(reader, {})) == {
        "alleged": 1,
        "candidates": 1,
        "candidates_alleged_without_term": 1,
        "not_assessed": 1,
    }


def test_the_two_kinds_of_candidate_are_counted_apart(world: Any) -> None:
    allege(world)
    other = json.loads(json.dumps(world.documents["report"]))
    other["id"] = "acorn-2"
    other["claims"] = other["claims"][:1]
    world.documents["second"] = other
    said = words(world.build())
    assert f"1 candidate: {ALONE}" in said
    assert f"1 candidate: {CALLED}" in said


# denials


def test_who_is_named_by_a_denial_is_nowhere_said_to_have_done_it(world: Any) -> None:
    """A denial of all that the claim says, in the same fields."""
    deny(
        world,
        **{name: world.claim[name] for name in ("about", "perpetrators", "places", "time", "quantities")},
    )
    world.claim["perpetrators"] = []
    world.claim["quantities"] = []
    world.documents["report"]["text"] += " It was not on 10 March."
    store = world.build()
    event = events.event(Reader.of(store, BASE), "acorn-1/shelling")
    assert event.perpetrators == ()
    assert event.quantities == ()
    assert [claim.id for claim in event.claims] == ["acorn-1/k1", "acorn-1/k3"]
    for number in (2, 3, 7, 8, 20, 21, 22, 23, 24):
        assert not [row for row in rows(store, number) if row.get("claim") == "k3"], number
    assert {(row["claim"], row["role"]) for row in rows(store, 6)} == {("k3", "absent")}


def test_who_denies_an_event_is_no_source_of_it(world: Any) -> None:
    deny(world, about="shelling")
    second = json.loads(json.dumps(world.documents["report"]))
    second["id"] = "acorn-2"
    second["publisher"] = "acorn"
    second["claims"] = second["claims"][:1]
    second["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
    ]
    world.documents["second"] = second
    found = rows(world.build(), 23)
    assert [(row["origin"], row["independent_origins"], row["claims"]) for row in found] == [
        ("The Daily Acorn", 1, 2)
    ]


@pytest.mark.parametrize("modality", ["predicted", "conditional"])
def test_what_is_only_expected_did_not_happen(world: Any, modality: str) -> None:
    world.claim["modality"] = modality
    store = world.build()
    for number in (2, 3, 7, 8, 20, 24):
        assert not rows(store, number), number


def test_a_claim_tells_whose_conduct_it_denies(world: Any) -> None:
    deny(world, denies=[{"claim": "k1", "for": "elbonian-guns"}, {"event": "shelling", "act": True}])
    claim = claims.claim(Reader.of(world.build(), BASE), "acorn-1/k3")
    assert [(part.of, [actor.id for actor in part.conduct_of], part.act) for part in claim.denials] == [
        ("acorn-1/k1", ["elbonian-guns"], False),
        ("acorn-1/shelling", [], True),
    ]


# accusations


def test_an_accusation_names_somebody_or_alleges_a_breach(world: Any) -> None:
    """Of the claims about the act that Elbonia denies, those that only count its dead accuse nobody."""
    counted = world.claim | {"key": "dead", "perpetrators": []}
    world.documents["report"]["claims"].append(counted)
    allege(world, key="nobody", perpetrators=[])
    deny(world, denies={"event": "shelling"})
    found = rows(world.build(), 13)
    assert [(row["accusing_claim"], row["named_as"], row["accused"]) for row in found] == [
        ("k1", "Elbonian guns", "Elbonia"),
        ("nobody", "none named", "Elbonia"),
    ]
    assert {row["accused_by"] for row in found} == {
        "The Daily Acorn",
        "Spokesman of Ruritania via The Daily Acorn",
    }
    assert {row["denied_by"] for row in found} == {"Elbonian army via The Daily Acorn"}


@pytest.mark.parametrize(
    ("said", "accused"),
    [
        ({"denies": {"claim": "k1"}}, ["Elbonia"]),
        ({"denies": {"claim": "k1"}, "perpetrators": ["ruritania"]}, []),
        ({"denies": {"claim": "k1", "for": "ruritania"}}, []),
        ({"denies": {"claim": "k1", "act": True}, "perpetrators": ["ruritania"]}, ["Elbonia"]),
        ({"denies": {"claim": "k1"}, "attribution": [{"agent": "spokesman", "verb": "said"}]}, []),
        ({"denies": {"claim": "k1"}, "modality": "predicted"}, []),
    ],
)
def test_an_accusation_is_denied_by_the_accused_only_if_his_voice_denies_his_part(
    world: Any, said: dict[str, Any], accused: list[str]
) -> None:
    deny(world, **said)
    assert [row["accused"] for row in rows(world.build(), 13)] == accused


def test_an_accusation_of_no_act_can_be_denied_by_the_accused(world: Any) -> None:
    allege(world, about=None)
    deny(world, denies={"claim": "k2"})
    (row,) = rows(world.build(), 13)
    assert (row["accusing_claim"], row["accused"], row["event"]) == ("k2", "Elbonia", "not stated")
