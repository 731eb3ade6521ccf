"""On what a norm depends, and after what it has to be done: the conflict of `conftest.py`, with more claims.

Ruritania shall withdraw from the Moor (norm 1b); if it withdraws, Elbonia shall cease fire (norm 1a). Within
14 days of the withdrawal Elbonia shall let convoys pass (norm 1c).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import derive
from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
IF = {"words": "if Ruritania withdraws from the Moor", "norm": "1b"}
HELD = """SELECT ?claim ?matter WHERE {
  ?a svd:assessedClaim ?claim ; svd:againstNorm/svd:ofReadingGroup/svd:key "1a" ;
    svd:materialScope ?matter }"""
TIMES = """SELECT ?claim ?time WHERE {
  ?a svd:assessedClaim ?claim ; svd:againstNorm/svd:ofReadingGroup/svd:key "1c" ;
    svd:temporalScope ?time }"""
REASONS = """SELECT ?why WHERE {
  ?a svd:againstNorm/svd:ofReadingGroup/svd:key "%s" ; svd:scopeReason ?why .
  FILTER (CONTAINS(?why, "“")) }"""
MET = {"agreement": "vale-truce", "norm": "1a"}
TRUTH = "the condition “if Ruritania withdraws from the Moor”"


@pytest.fixture
def moor(world: Any) -> Any:
    """Return the conflict with the withdrawal, what depends on it, and what follows it."""
    world.documents["agreement"]["zone"] = world.documents["report"]["zone"] = "Z"
    world.norm.update({"places": [], "if": [IF]})
    term = world.documents["agreement"]["terms"][0]
    withdrawal = {
        "key": "1b",
        "kind": "obligation",
        "gist": "Ruritania withdraws from the Moor",
        "bearers": ["ruritania"],
        "action": "withdraw-forces",
    }
    world.documents["agreement"]["terms"].append({"number": "2", "norms": [withdrawal]})
    convoys = {
        "key": "1c",
        "kind": "obligation",
        "gist": "Elbonia lets convoys pass",
        "bearers": ["elbonia"],
        "action": "allow-humanitarian-access",
        "after": {"norm": "1b", "period": "P14D"},
    }
    term["norms"].append(convoys)
    world.documents["reports"] = []
    return world


def says(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a report of its own that makes one claim."""
    return {
        "kind": "report",
        "id": name,
        "type": "news",
        "title": "Of the Moor",
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "zone": "Z",
        "text": f"The word of {name} stands.",
        "events": fields.pop("events", []),
        "claims": [
            {"key": "w", "gist": "So it is.", "quote": f"The word of {name}", "modality": "asserted"} | fields
        ],
    }


def build(world: Any, *more: dict[str, Any]) -> OxigraphStore:
    """Return the store with the reports besides, each in a change of its own, in that order."""
    world.documents.pop("reports", None)
    store: OxigraphStore
    made = empty_in_memory(BASE)
    problems = [str(problem) for outcome in ingest(made, world.write()) for problem in outcome.problems]
    for document in more:
        world.documents = {document["id"]: document}
        problems += [str(problem) for outcome in ingest(made, world.write()) for problem in outcome.problems]
    assert not problems, "\n".join(problems)
    store = made.store
    graph = URIRef(f"{BASE}graph/inference")
    concluded = store.graph(graph)
    derive(store, BASE)
    assert store.graph(graph) == concluded, "one change after the other concludes what all at once do"
    return store


def verdict(store: OxigraphStore, table: Table) -> str:
    (row,) = table(store, HELD)
    return row["matter"].removeprefix("scope/")


def test_a_condition_that_nobody_claims_met_leaves_it_open(moor: Any, table: Table) -> None:
    store = build(moor)
    assert verdict(store, table) == "unknown"
    assert table(store, REASONS % "1a") == [
        {"why": f"norm 1a: {TRUTH} is not known to have been met before the act: no claim says so"}
    ]
    assert len(table(store, "SELECT ?c WHERE { ?c a svd:CandidateViolation }")) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"condition_met": MET}, "in"),
        ({"condition_met": {**MET, "condition": "1"}}, "in"),
        ({"asserts_fulfilment": {"agreement": "vale-truce", "term": "2"}}, "in"),
        ({"asserts_fulfilment": {"agreement": "vale-truce"}}, "unknown"),
        ({"asserts_fulfilment": {"agreement": "vale-truce", "term": "1"}}, "unknown"),
        ({"condition_met": MET, "time": "2025-03-09"}, "in"),
        ({"condition_met": MET, "time": "2025-03-10"}, "in"),
        ({"condition_met": MET, "time": "2025-03-11"}, "unknown"),
        ({"condition_met": MET, "modality": "predicted"}, "unknown"),
        ({"condition_met": MET, "modality": "denied"}, "unknown"),
        ({"condition_met": MET, "polarity": "negative"}, "unknown"),
    ],
)
def test_a_claim_says_whether_it_was_met(
    moor: Any, table: Table, fields: dict[str, Any], expected: str
) -> None:
    assert verdict(build(moor, says("word", dict(fields))), table) == expected


def test_the_reason_tells_whose_word_it_is(moor: Any, table: Table) -> None:
    word = says("word", {"condition_met": MET, "attribution": [{"agent": "spokesman", "verb": "said"}]})
    later = says("later", {"condition_met": MET, "time": "2025-04"})
    assert table(build(moor, word, later), REASONS % "1a") == [
        {"why": (f"norm 1a: {TRUTH} was met according to Spokesman of Ruritania (word/claim/w)")}
    ]


def test_where_claims_differ_it_is_disputed_in_whatever_order_they_come(moor: Any, table: Table) -> None:
    yes = says("yes", {"condition_met": MET})
    nays = [
        says("no", {"condition_met": MET, "modality": "denied"}),
        says("no", {"modality": "denied", "denies": {"claim": "yes/w"}}),
    ]
    documents = dict(moor.documents)
    for no in nays:
        for order in itertools.permutations([yes, no]):
            if order[0] is no and "denies" in no["claims"][0]:
                continue
            moor.documents = dict(documents)
            store = build(moor, *order)
            assert verdict(store, table) == "disputed"
            assert table(store, REASONS % "1a") == [
                {
                    "why": (
                        f"norm 1a: {TRUTH} was met according to The Daily Acorn (yes/claim/w); "
                        "it was not met according to The Daily Acorn (no/claim/w)"
                    )
                }
            ]


def test_all_conditions_have_to_be_met(moor: Any, table: Table) -> None:
    moor.norm["if"] = [IF, "if the mission has arrived"]
    first = says("word", {"condition_met": {**MET, "condition": "1"}})
    second = says("more", {"condition_met": {**MET, "condition": "2"}})
    documents = dict(moor.documents)
    assert verdict(build(moor, first), table) == "unknown"
    moor.documents = dict(documents)
    assert verdict(build(moor, first, second), table) == "in"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"participants": ["ruritania"], "places": ["moor"]}, "in"),
        ({"participants": ["syldavian-guard"], "places": ["moor"]}, "unknown"),
        ({"participants": ["ruritania"], "places": ["birch"]}, "unknown"),
        ({"places": ["moor"]}, "unknown"),
        ({"participants": ["ruritania"], "places": ["moor"], "modality": "predicted"}, "unknown"),
        ({"participants": ["ruritania"], "places": ["moor"], "time": "2025-03-11"}, "unknown"),
    ],
)
def test_an_event_may_be_the_condition(moor: Any, table: Table, more: dict[str, Any], expected: str) -> None:
    event = {"event": "withdrawal", "actors": ["ruritania"], "places": ["moor"]}
    moor.norm["if"] = {"words": "once Ruritania has left the Moor"} | event
    left = {"key": "e", "type": "withdrawal", "label": "Departure"}
    told = says("told", {"events": [left], "about": "e", "time": "2025-03-02", **more})
    assert verdict(build(moor, told), table) == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2025-02-19", "unknown"),
        ("2025-02-19T23:59", "unknown"),
        ("2025-01", "unknown"),
        ("2024", "unknown"),
        ("2025-02-01/2025-02-19", "unknown"),
        ("2025-02-20", "in"),
        ("2025-02", "in"),
        ("2025", "in"),
        ("2025-02-01/2025-02-21", "in"),
        ("2025-02-01/..", "in"),
        (None, "in"),
    ],
)
def test_an_event_before_the_day_of_the_agreement_is_not_its_condition(
    moor: Any, table: Table, time: str | None, expected: str
) -> None:
    """The truce is of 20 February 2025; what its parties call met, they may call so whenever it was."""
    event = {"event": "withdrawal", "actors": ["ruritania"], "places": ["moor"]}
    moor.norm["if"] = {"words": "once Ruritania has left the Moor"} | event
    left = {"key": "e", "type": "withdrawal", "label": "Departure"}
    fields = {"events": [left], "about": "e", "participants": ["ruritania"], "places": ["moor"]}
    when = {"time": time} if time else {}
    documents = dict(moor.documents)
    assert verdict(build(moor, says("told", fields | when)), table) == expected
    moor.documents = documents
    assert verdict(build(moor, says("told", {"condition_met": MET} | when)), table) == "in"


def test_the_time_allowed_does_not_run_from_an_event_before_the_agreement(moor: Any, table: Table) -> None:
    moor.documents["agreement"]["terms"][0]["norms"][1]["after"] = {"event": "withdrawal", "period": "P1D"}
    moor.documents["report"]["events"][0]["type"] = "obstruction-of-aid"
    left = {"key": "e", "type": "withdrawal", "label": "Departure"}
    fields: dict[str, Any] = {"events": [left], "about": "e", "participants": ["ruritania"]}
    documents = dict(moor.documents)
    assert table(build(moor, says("told", fields | {"time": "2025-02-19"})), TIMES)[0]["time"] == (
        "scope/unknown"
    )
    moor.documents = documents
    assert table(build(moor, says("told", fields | {"time": "2025-02-21"})), TIMES)[0]["time"] == "scope/in"


def test_a_reading_may_depend_on_nothing(moor: Any, table: Table) -> None:
    moor.norm["readings"] = [{"key": "strict"}, {"key": "wide", "if": []}]
    store = build(moor)
    assert [row["matter"] for row in table(store, HELD)] == ["scope/in", "scope/unknown"]
    query = "SELECT ?matter WHERE { ?c a svd:CandidateViolation ; svd:materialScope ?matter }"
    assert table(store, query) == [{"matter": "scope/disputed"}]


@pytest.mark.parametrize(
    ("starts", "acts"),
    [
        ([], {"2025-03-10": "unknown", "2026": "unknown"}),
        (
            ["2025-03-01"],
            {"2025-03-10": "out", "2025-03-14": "out", "2025-03-15": "unknown", "2025-03-16": "in"},
        ),
        (["2025-03-01T12:00"], {"2025-03-15T11:59": "out", "2025-03-15T12:02": "in"}),
        (["2025-03"], {"2025-03-14": "out", "2025-04-01": "unknown", "2025-04-15": "in"}),
        (
            ["2025-03-01", "2025-04-01"],
            {"2025-03-10": "out", "2025-03-20": "disputed", "2025-05-01": "in"},
        ),
        ([None], {"2025-03-10": "unknown"}),
    ],
)
def test_the_time_allowed_runs_from_where_claims_say_it_began(
    moor: Any, table: Table, starts: list[str | None], acts: dict[str, str]
) -> None:
    report = moor.documents["report"]
    claim, event = report["claims"].pop(), report["events"].pop()
    for number, when in enumerate(acts):
        key = f"e{number}"
        report["events"].append({**event, "key": key, "type": "obstruction-of-aid"})
        report["claims"].append({**claim, "key": f"k{number}", "about": key, "time": when})
    kept = {"asserts_fulfilment": {"agreement": "vale-truce", "term": "2"}}
    words = [
        says(f"word-{number}", dict(kept) | ({"time": start} if start else {}))
        for number, start in enumerate(starts)
    ]
    store = build(moor, *words)
    assert [row["time"] for row in table(store, TIMES)] == [f"scope/{expected}" for expected in acts.values()]


def test_the_reason_of_a_sequence_tells_where_it_began_and_on_whose_word(moor: Any, table: Table) -> None:
    event = moor.documents["report"]["events"][0]
    event["type"] = "obstruction-of-aid"
    kept = {"asserts_fulfilment": {"agreement": "vale-truce", "term": "2"}, "time": "2025-03-01"}
    assert table(build(moor, says("word", kept)), REASONS % "1c") == [
        {
            "why": (
                "norm 1c: within P14D, “after norm 1b”: the act came before the time allowed was over; "
                "until then the duty cannot be broken; it began on 2025-03-01 "
                "according to The Daily Acorn (word/claim/w)"
            )
        }
    ]


KEPT = {"asserts_fulfilment": {"agreement": "vale-truce", "term": "2"}, "time": "2025-02-21"}
LEFT = {"events": [{"key": "e", "type": "withdrawal", "label": "Departure"}], "about": "e"}


@pytest.mark.parametrize(
    ("denial", "day", "expected"),
    [
        ({"denies": {"claim": "word/w"}}, "2025-03-10", "disputed"),
        ({"denies": {"event": "word/e"}}, "2025-03-10", "disputed"),
        ({"condition_met": {**MET, "norm": "1c"}}, "2025-03-10", "disputed"),
        ({"denies": {"claim": "word/w"}}, "2025-02-25", "out"),
        ({"denies": {"claim": "word/w"}, "modality": "predicted"}, "2025-03-10", "in"),
    ],
)
def test_whether_the_time_allowed_ever_began_is_disputed_where_one_side_denies_it(
    moor: Any, table: Table, denial: dict[str, Any], day: str, expected: str
) -> None:
    """Who denies the start says that the duty never fell due; before the time was over both say so."""
    moor.documents["report"]["events"][0]["type"] = "obstruction-of-aid"
    moor.claim["time"] = day
    no = {"modality": "denied", "polarity": "negative", **denial}
    store = build(moor, says("word", KEPT | LEFT), says("no", no))
    assert [row["time"] for row in table(store, TIMES)] == [f"scope/{expected}"]
    if expected != "in":
        (row,) = table(store, REASONS % "1c")
        assert row["why"].endswith("; it did not take place according to The Daily Acorn (no/claim/w)")


def test_that_it_did_not_take_place_is_told_where_nobody_says_when_it_did(moor: Any, table: Table) -> None:
    moor.documents["report"]["events"][0]["type"] = "obstruction-of-aid"
    no = {"modality": "denied", "condition_met": {**MET, "norm": "1c"}}
    store = build(moor, says("no", no))
    assert [row["time"] for row in table(store, TIMES)] == ["scope/unknown"]
    (row,) = table(store, REASONS % "1c")
    assert row["why"].endswith(
        "no claim says when that was, so whether the time allowed was over cannot be told; "
        "it did not take place according to The Daily Acorn (no/claim/w)"
    )


def test_who_denies_the_event_denies_that_the_condition_was_met(moor: Any, table: Table) -> None:
    yes = says("yes", {"condition_met": MET} | LEFT)
    no = says("no", {"modality": "denied", "denies": {"event": "yes/e"}})
    assert verdict(build(moor, yes, no), table) == "disputed"


@pytest.mark.parametrize("back", [{"retracts": "no/w"}, {"corrects": "no/w"}])
def test_a_denial_that_was_taken_back_makes_no_condition_disputed(
    moor: Any, table: Table, back: dict[str, Any]
) -> None:
    moor.documents["report"]["events"][0]["type"] = "obstruction-of-aid"
    no = {"modality": "denied", "denies": {"claim": "word/w"}}
    store = build(moor, says("word", KEPT | LEFT), says("no", no), says("back", dict(back)))
    assert [row["time"] for row in table(store, TIMES)] == ["scope/in"]
    assert "did not take place" not in table(store, REASONS % "1c")[0]["why"]


def test_of_a_retracted_denial_a_condition_hears_nothing_more(moor: Any, table: Table) -> None:
    yes = says("yes", {"condition_met": MET})
    no = says("no", {"modality": "denied", "denies": {"claim": "yes/w"}})
    assert verdict(build(moor, yes, no, says("back", {}) | {"retracts": "no"}), table) == "in"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("if", {"norm": "1b"}, "document/missing-field"),
        ("if", {"words": "if", "norm": "9z"}, "reference/unknown"),
        ("if", {"words": "if", "event": "leaving"}, "code/unknown"),
        ("if", {"words": "if", "actors": ["elbonia"]}, "document/missing-field"),
        ("after", {"norm": "1b"}, "document/missing-field"),
        ("after", {"norm": "1b", "period": "two weeks"}, "document/bad-duration"),
        ("after", {"norm": "1b", "period": "P"}, "document/bad-duration"),
        ("after", {"period": "P14D"}, "document/missing-field"),
    ],
)
def test_what_is_no_condition_is_refused(moor: Any, field: str, value: Any, rule: str) -> None:
    moor.norm[field] = value
    moor.documents.pop("reports")
    outcomes = ingest(empty_in_memory(BASE), moor.write())
    found = [p for outcome in outcomes for p in outcome.problems if p.file.endswith("agreement.json")]
    assert {(problem.rule, problem.line is not None) for problem in found} == {(rule, True)}
