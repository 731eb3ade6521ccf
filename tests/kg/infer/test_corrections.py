"""What a publisher or source corrects or takes back: the conflict of `conftest.py`, and later reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import derive
from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups.claims import claim
from kg.query.lookups.reader import Reader
from kg.query.questions import ask, find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
RECORDS = "SELECT ?claim WHERE { ?r svd:status ?any ; svd:supportedBy ?claim }"
OLD = "report/acorn-1/claim/k1"


def later(fields: dict[str, Any], of_claim: dict[str, Any]) -> dict[str, Any]:
    """Return a later report of the same paper, with one claim."""
    return {
        "kind": "report",
        "id": "acorn-2",
        "type": "news",
        "title": "Correction",
        "language": "en",
        "publisher": "acorn",
        "annotator": "monitor",
        "text": "We were wrong about the guns.",
        "claims": [
            {
                "key": "w",
                "gist": "It was wrong.",
                "quote": "We were wrong",
                "modality": "asserted",
                **of_claim,
            }
        ],
        **fields,
    }


def build(world: Any, *more: dict[str, Any]) -> OxigraphStore:
    """Return the store with the reports besides, each in a change of its own."""
    made = empty_in_memory(BASE)
    problems = [str(problem) for outcome in ingest(made, world.write()) for problem in outcome.problems]
    for document in more:
        world.documents = {document["id"]: document}
        problems += [str(problem) for outcome in ingest(made, world.write()) for problem in outcome.problems]
    assert not problems, "\n".join(problems)
    graph = URIRef(f"{BASE}graph/inference")
    concluded = made.store.graph(graph)
    derive(made.store, BASE)
    assert made.store.graph(graph) == concluded, "one change after the other concludes what all at once do"
    return made.store


@pytest.mark.parametrize(
    ("fields", "of_claim", "stands"),
    [
        ({}, {}, True),
        ({}, {"corrects": ["acorn-1/k1"]}, False),
        ({}, {"retracts": "acorn-1/k1"}, False),
        ({"corrects": "acorn-1"}, {}, False),
        ({"retracts": ["acorn-1"]}, {}, False),
        ({"publisher": "spokesman"}, {"corrects": ["acorn-1/k1"]}, True),
        ({"publisher": "spokesman", "retracts": "acorn-1"}, {}, True),
        (
            {"publisher": "spokesman"},
            {"retracts": "acorn-1/k1", "attribution": [{"agent": "acorn", "verb": "wrote"}]},
            False,
        ),
    ],
)
def test_what_is_corrected_or_taken_back_by_whose_word_it_was_supports_nothing(
    world: Any, table: Table, fields: dict[str, Any], of_claim: dict[str, Any], *, stands: bool
) -> None:
    world.claim["alleges"] = {"agreement": "vale-truce", "term": "1"}
    store = build(world, later(fields, of_claim))
    assert table(store, RECORDS) == ([{"claim": OLD}] if stands else [])
    kept = table(store, "SELECT ?gist WHERE { ?claim svd:key 'k1' ; svd:gist ?gist }")
    assert kept == [{"gist": "Elbonian guns shelled Ash on 10 March and killed four."}]


def test_the_old_claim_tells_what_corrects_it(world: Any) -> None:
    reader = Reader.of(build(world, later({}, {"corrects": ["acorn-1/k1"]})), BASE)
    assert claim(reader, "acorn-1/k1").corrected_by == ("acorn-2/w",)
    assert claim(reader, "acorn-2/w").corrects == ("acorn-1/k1",)


@pytest.mark.parametrize(
    ("fields", "of_claim", "by"),
    [
        ({}, {}, "nothing"),
        ({}, {"corrects": ["acorn-1/k1"]}, "acorn-2/w"),
        ({}, {"retracts": "acorn-1/k1"}, "acorn-2/w"),
        ({"retracts": ["acorn-1"]}, {}, "acorn-2"),
        ({"corrects": "acorn-1"}, {"retracts": "acorn-1/k1"}, "acorn-2, acorn-2/w"),
    ],
)
def test_what_happened_and_casualties_say_by_whose_own_word_they_no_longer_stand(
    world: Any, fields: dict[str, Any], of_claim: dict[str, Any], by: str
) -> None:
    store = build(world, later(fields, of_claim))
    for question in ("2", "7"):
        answer = ask(store, find(question), {})
        assert [(row["claim"], row["taken_back_by"]) for row in answer.rows] == [("k1", by)]


def test_a_candidate_goes_with_the_claim_and_comes_from_the_corrected_one(world: Any, table: Table) -> None:
    new = later({"zone": "Z"}, {"corrects": ["acorn-1/k1"], "about": "e", "perpetrators": ["ruritania"]})
    new["events"] = [{"key": "e", "type": "shelling", "label": "Shelling of Ash"}]
    new["claims"][0] |= {"places": ["ash"], "time": "2025-03-10"}
    query = "SELECT ?who WHERE { ?c a svd:CandidateViolation ; svd:allegedPerpetrator ?who }"
    assert table(build(world, new), query) == [{"who": "actor/ruritania"}]


def test_a_denial_that_was_taken_back_denies_nothing(world: Any, table: Table) -> None:
    denial = {"key": "d", "gist": "Denied.", "quote": "Elbonia's army denied it", "modality": "denied"}
    spoke = [{"agent": "elbonian-army", "verb": "denied"}]
    world.documents["report"]["claims"].append({**denial, "attribution": spoke, "denies": [{"claim": "k1"}]})
    query = "SELECT ?denial WHERE { ?r svd:deniedBy ?denial }"
    documents = dict(world.documents)
    assert len(table(build(world), query)) == 1
    world.documents = documents
    assert table(build(world, later({}, {"retracts": "acorn-1/d"})), query) == []


SAME = {"event": "acorn-1/shelling", "confidence": "1", "reason": "The paper says so."}
DISAGREEMENTS = "SELECT ?slot WHERE { ?d a svd:Disagreement ; svd:slot ?slot }"


@pytest.mark.parametrize(
    ("relation", "slots"),
    [({}, {"perpetrator", "quantity", "territory", "time"}), ({"corrects": ["acorn-1/k1"]}, set())],
)
def test_what_stands_instead_does_not_disagree_with_what_was_corrected(
    world: Any, table: Table, relation: dict[str, Any], slots: set[str]
) -> None:
    world.claim["in_territory_of"] = ["elbonia"]
    told = {
        "about": "shelling",
        "perpetrators": ["syldavian-guard"],
        "in_territory_of": ["ruritania"],
        "time": "2025-03-20",
        "quantities": [{"kind": "killed", "value": "5"}],
        **relation,
    }
    event = {"key": "shelling", "type": "shelling", "label": "Shelling", "same_event_as": SAME}
    found = table(build(world, later({"events": [event]}, told)), DISAGREEMENTS)
    assert {row["slot"].rpartition("/")[2] for row in found} == slots


@pytest.mark.parametrize(
    ("cleared", "slots"),
    [
        ([], {"occurrence"}),
        (["elbonian-army"], {"occurrence"}),
        (["elbonia"], {"occurrence"}),
        (["syldavian-guard"], set()),
    ],
)
def test_that_one_side_did_not_do_it_does_not_deny_that_another_did(
    world: Any, table: Table, cleared: list[str], slots: set[str]
) -> None:
    world.claim["perpetrators"] = ["elbonian-army"]
    event = {"key": "shelling", "type": "shelling", "label": "Shelling", "same_event_as": SAME}
    told = {"about": "shelling", "polarity": "negative", "perpetrators": cleared}
    found = table(build(world, later({"events": [event]}, told)), DISAGREEMENTS)
    assert {row["slot"].rpartition("/")[2] for row in found} == slots


@pytest.mark.parametrize(("relation", "many"), [({}, 1), ({"retracts": "acorn-1/k1"}, 0)])
def test_what_was_taken_back_is_no_account_of_an_event(
    world: Any, table: Table, relation: dict[str, Any], many: int
) -> None:
    query = "SELECT ?a WHERE { ?a a svd:EventAccount . FILTER (STRENDS(STR(?a), 'k1/account')) }"
    assert len(table(build(world, later({}, relation)), query)) == many
