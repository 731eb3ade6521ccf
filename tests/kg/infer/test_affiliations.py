"""Whose force, when: the conflict of `conftest.py` with a militia that changes sides.

The hill militia belonged to Ruritania until 31 May 2025, and belongs to Elbonia since 1 June. Its dragoons
are its own. The joint patrol belongs to both states at once; the free band is disputed to be Elbonia's; the
drifters belong to Ruritania, nobody says since when, and since 1 June to Elbonia. All clocks go by UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import derive
from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups.actors import actor
from kg.query.lookups.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
MILITIA = {
    "id": "hill-militia",
    "type": "non-state-armed-group",
    "label": "Hill militia",
    "force_of": [
        {"actor": "ruritania", "until": "2025-05-31"},
        {"actor": "elbonia", "from": "2025-06-01"},
    ],
    "known_as": [
        {"name": "Northern Guard", "until": "2025-05-31"},
        {"name": "Hill militia", "from": "2025-06-01"},
    ],
}
FORCES = [
    MILITIA,
    {"id": "dragoons", "type": "armed-force", "label": "Hill dragoons", "force_of": "hill-militia"},
    {
        "id": "joint-patrol",
        "type": "armed-force",
        "label": "Joint patrol",
        "force_of": ["elbonia", "ruritania"],
    },
    {
        "id": "free-band",
        "type": "non-state-armed-group",
        "label": "Free band",
        "force_of": {"actor": "elbonia", "disputed": "true"},
        "predecessors": {"actor": "hill-militia", "how": "split", "when": "2025-04"},
    },
    {
        "id": "drifters",
        "type": "non-state-armed-group",
        "label": "Drifters",
        "force_of": ["ruritania", {"actor": "elbonia", "from": "2025-06-01"}],
    },
]
CASES: list[tuple[str, str | None, dict[str, str]]] = [
    # who shelled, when, and the verdict on each party against whom it is a candidate
    ("hill-militia", "2025-03-10", {"ruritania": "in"}),
    ("hill-militia", "2025-05-30", {"ruritania": "in"}),
    ("hill-militia", "2025-05-31", {"ruritania": "unknown"}),
    ("hill-militia", "2025-06-01", {"elbonia": "unknown"}),
    ("hill-militia", "2025-06-02", {"elbonia": "in"}),
    ("hill-militia", "2025-05", {"ruritania": "unknown"}),
    ("hill-militia", "2025-05-20/2025-06-20", {"elbonia": "unknown", "ruritania": "unknown"}),
    ("dragoons", "2025-03-10", {"ruritania": "in"}),
    ("dragoons", "2025-07-01", {"elbonia": "in"}),
    ("joint-patrol", "2025-03-10", {"elbonia": "in", "ruritania": "in"}),
    ("free-band", "2025-03-10", {"elbonia": "disputed"}),
    ("drifters", "2025-03-10", {"ruritania": "in"}),
    ("drifters", "2025-06-01", {"elbonia": "unknown", "ruritania": "unknown"}),
    ("drifters", "2025-07-01", {"elbonia": "in", "ruritania": "unknown"}),
    ("hill-militia", None, {}),
]
CANDIDATES = """SELECT ?event ?who ?person WHERE {
  ?c a svd:CandidateViolation ; svd:allegedAct ?event ; svd:allegedPerpetrator ?who ;
    svd:personalScope ?person }"""


def tell(world: Any, cases: list[tuple[str, str | None, dict[str, Any]]]) -> None:
    """Let one report tell of an act for each case."""
    world.documents["actors"]["zone"] = "Z"
    world.documents["actors"]["actors"] += FORCES
    world.documents["agreement"]["zone"] = world.documents["report"]["zone"] = "Z"
    world.norm["places"] = []
    report = world.documents["report"]
    claim, event = report["claims"].pop(), report["events"].pop()
    for number, (who, when, more) in enumerate(cases):
        report["events"].append({**event, "key": f"e{number}"})
        told = {**claim, "key": f"k{number}", "about": f"e{number}", "perpetrators": [who], **more}
        del told["time"]
        report["claims"].append(told | ({"time": when} if when else {}))


@pytest.fixture
def hills(world: Any) -> OxigraphStore:
    tell(world, [(who, when, {}) for who, when, _ in CASES])
    store: OxigraphStore = world.build()
    return store


def test_the_time_of_the_claim_decides_whose_conduct_it_was(hills: OxigraphStore, table: Table) -> None:
    assert table(hills, CANDIDATES) == sorted(
        (
            {"event": f"report/acorn-1/event/e{number}", "who": f"actor/{who}", "person": f"scope/{person}"}
            for number, (_, _, expected) in enumerate(CASES)
            for who, person in expected.items()
        ),
        key=lambda row: sorted(row.items()),
    )


def test_the_reason_names_the_affiliation_and_its_dates(hills: OxigraphStore, table: Table) -> None:
    reasons = """SELECT ?why WHERE {
      ?c svd:conductInClaim ?claim ; svd:attributedTo ?whom ; svd:scopeReason ?why .
      FILTER (STRENDS(STR(?claim), "/%s") && STRENDS(STR(?whom), "/elbonia")) }"""
    stated = "Hill militia is stated to be a force of Elbonia from 2025-06-01"
    told = {
        "k0": f"at the time stated, what Hill militia did was not the conduct of Elbonia: {stated}",
        "k3": f"whether what Hill militia did was the conduct of Elbonia cannot be told: {stated}",
        "k4": f"at the time stated, what Hill militia did was the conduct of Elbonia: {stated}",
        "k8": f"at the time stated, what Hill dragoons did was the conduct of Elbonia: {stated}",
        "k10": (
            "whether what Free band did was the conduct of Elbonia is disputed: "
            "that Free band is a force of Elbonia is disputed"
        ),
        "k14": (
            "whether what Hill militia did was the conduct of Elbonia cannot be told, "
            f"because the claim states no time: {stated}"
        ),
    }
    for claim, why in told.items():
        assert table(hills, reasons % claim) == [{"why": why}]


def test_an_act_of_before_is_held_against_the_norm_and_out(hills: OxigraphStore, table: Table) -> None:
    query = """SELECT ?who ?person WHERE {
      ?a svd:assessedClaim <%sreport/acorn-1/claim/k0> ; svd:boundActor ?who ;
      svd:personalScope ?person }"""
    assert table(hills, query % BASE) == [
        {"who": "actor/ruritania", "person": "scope/in"},
        {"who": "actor/elbonia", "person": "scope/out"},
    ]


def test_reports_one_by_one_conclude_what_all_at_once_do(hills: OxigraphStore) -> None:
    graph = URIRef(f"{BASE}graph/inference")
    before = hills.graph(graph)
    derive(hills, BASE, None)
    assert hills.graph(graph) == before


def test_an_allegation_accuses_whose_force_it_was_then(world: Any, table: Table) -> None:
    alleges = {"alleges": [{"agreement": "vale-truce", "term": "1"}]}
    tell(
        world,
        [
            ("hill-militia", "2025-03-10", alleges),
            ("hill-militia", "2025-06-01", alleges),
            ("hill-militia", "2025-07-01", alleges),
            ("free-band", "2025-07-01", alleges),
        ],
    )
    query = """SELECT ?claim ?who ?person WHERE { ?a a svd:AllegedViolation ; svd:supportedBy ?claim ;
      svd:namedPerpetrator ?named ; svd:allegedPerpetrator ?who ; svd:personalScope ?person }"""
    store = world.build()
    claim = "report/acorn-1/claim/k"
    assert table(store, query) == [
        {"claim": f"{claim}0", "who": "actor/ruritania", "person": "scope/in"},
        {"claim": f"{claim}1", "who": "actor/elbonia", "person": "scope/unknown"},
        {"claim": f"{claim}2", "who": "actor/elbonia", "person": "scope/in"},
        {"claim": f"{claim}3", "who": "actor/elbonia", "person": "scope/disputed"},
    ]
    assert table(store, CANDIDATES) == []


def test_an_exemption_of_a_force_goes_by_the_time_too(world: Any, table: Table) -> None:
    world.norm["unless"] = [{"words": "operations against Ruritania's own", "targets": ["ruritania"]}]
    hit = {"targets": ["hill-militia"]}
    tell(
        world,
        [
            ("elbonian-army", "2025-03-10", hit),
            ("elbonian-army", "2025-05-31", hit),
            ("elbonian-army", "2025-07-01", hit),
            ("elbonian-army", "2025-07-01", {"targets": ["ruritania"]}),
        ],
    )
    held = "SELECT ?claim ?matter WHERE { ?a svd:assessedClaim ?claim ; svd:materialScope ?matter }"
    assert [row["matter"] for row in table(world.build(), held)] == [
        "scope/out",
        "scope/unknown",
        "scope/in",
        "scope/out",
    ]


def test_an_exempt_force_is_exempt_while_it_is_one(world: Any, table: Table) -> None:
    world.norm["unless"] = [{"words": "patrols of Elbonia", "actors": ["elbonia"]}]
    tell(world, [("hill-militia", when, {}) for when in ("2025-03-10", "2025-06-01", "2025-07-01")])
    held = """SELECT ?claim ?who ?matter WHERE {
      ?a svd:assessedClaim ?claim ; svd:boundActor ?who ; svd:materialScope ?matter }"""
    found = {(row["claim"][-2:], row["who"][6:]): row["matter"][6:] for row in table(world.build(), held)}
    assert found == {
        ("k0", "elbonia"): "in",
        ("k0", "ruritania"): "in",
        ("k1", "elbonia"): "unknown",
        ("k1", "ruritania"): "unknown",
        ("k2", "elbonia"): "out",
        ("k2", "ruritania"): "out",
    }


def test_a_denial_of_whose_force_it_was_then_stands_beside_the_record(world: Any, table: Table) -> None:
    tell(world, [("hill-militia", "2025-07-01", {}), ("hill-militia", "2025-03-10", {})])
    report = world.documents["report"]
    quote = "Elbonia's army denied it"
    for number in range(2):
        report["claims"].append(
            {
                "key": f"d{number}",
                "gist": "Denied.",
                "quote": quote,
                "modality": "denied",
                "denies": [{"claim": f"k{number}", "for": "elbonia"}],
            }
        )
    query = "SELECT ?claim ?denial WHERE { ?c svd:supportedBy ?claim . ?c svd:deniedBy ?denial }"
    assert table(world.build(), query) == [
        {"claim": "report/acorn-1/claim/k0", "denial": "report/acorn-1/claim/d0"}
    ]


def test_an_actor_tells_its_affiliations_names_and_predecessors(hills: OxigraphStore) -> None:
    reader = Reader.of(hills, BASE)
    militia = actor(reader, "hill-militia")
    assert militia.force_of is None
    assert {
        (found.actor.id, found.from_ and found.from_.edtf, found.until and found.until.edtf, found.disputed)
        for found in militia.affiliations
        if found.actor
    } == {("ruritania", None, "2025-05-31", False), ("elbonia", "2025-06-01", None, False)}
    assert sorted((found.name or "") for found in militia.known_as) == ["Hill militia", "Northern Guard"]
    assert "Northern Guard" in militia.alt_labels
    (came,) = actor(reader, "free-band").predecessors
    assert came.actor is not None
    assert (came.actor.id, came.how, came.when and came.when.edtf) == ("hill-militia", "split", "2025-04")
    assert len(actor(reader, "joint-patrol").affiliations) == 2


def test_a_change_is_named_by_both_sides(hills: OxigraphStore, table: Table) -> None:
    query = """PREFIX org: <http://www.w3.org/ns/org#> SELECT ?before ?after ?how WHERE {
      ?before org:changedBy ?change . ?after org:resultedFrom ?change . ?change svd:succession ?how }"""
    assert table(hills, query) == [
        {"before": "actor/hill-militia", "after": "actor/free-band", "how": "succession/split"}
    ]


@pytest.mark.parametrize(
    ("force_of", "rule"),
    [
        ({"actor": "elbonia", "from": "2025-06-01", "until": "2025-05-01"}, "time/reversed"),
        ({"actor": "elbonya"}, "reference/unknown"),
        ({"actor": "elbonia", "since": "2025"}, "document/unknown-field"),
        ({"actor": "elbonia", "from": "June"}, "time/not-a-time"),
        ({"from": "2025"}, "document/missing-field"),
    ],
)
def test_a_wrong_affiliation_is_refused(world: Any, force_of: Any, rule: str) -> None:
    world.documents["actors"]["actors"].append({**MILITIA, "force_of": force_of})
    problems = [
        problem for outcome in ingest(empty_in_memory(BASE), world.write()) for problem in outcome.problems
    ]
    at_fault = [problem for problem in problems if problem.file.endswith("actors.json")]
    assert {(problem.rule, problem.line is not None) for problem in at_fault} >= {(rule, True)}
    assert {problem.rule for problem in at_fault if problem.severity == "error"} == {rule}
