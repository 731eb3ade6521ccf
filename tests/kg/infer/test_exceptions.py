"""What a norm does not apply to: the conflict of `conftest.py` with exceptions, changed one thing at a time.

Beside it stand the Red Band, which the parties designated as a group that the truce does not protect, its
wing the Red Wing, and the villagers of Ash. Elbonia keeps a river patrol, a force of its army.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.headline import headline
from kg.infer import derive, rules
from kg.pipeline import in_memory, ingest
from kg.query import ask, find
from kg.store import ChangeSet
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
BANDS = {"words": "operations against designated groups", "targets": ["red-band"]}
SELF_DEFENCE = "acts of self-defence"
MORE_ACTORS = [
    {"id": "red-band", "type": "non-state-armed-group", "label": "Red Band"},
    {"id": "red-wing", "type": "non-state-armed-group", "label": "Red Wing", "force_of": "red-band"},
    {"id": "blue-band", "type": "non-state-armed-group", "label": "Blue Band"},
    {"id": "bands", "type": "non-state-armed-group", "label": "Bands of the Vale"},
    {"id": "villagers", "type": "institution", "label": "Villagers of Ash"},
    {"id": "river-patrol", "type": "armed-force", "label": "River patrol", "force_of": "elbonian-army"},
    {"id": "elbonian-police", "type": "armed-force", "label": "Elbonian police", "force_of": "elbonia"},
    {"id": "ruritanian-guns", "type": "armed-force", "label": "Ruritanian guns", "force_of": "ruritania"},
]
CANDIDATES = """SELECT ?event ?who ?place ?time ?matter WHERE {
  ?c a svd:CandidateViolation ; svd:allegedAct ?event ; svd:allegedPerpetrator ?who ;
    svd:territorialScope ?place ; svd:temporalScope ?time ; svd:materialScope ?matter }"""
HELD = "SELECT ?claim ?matter WHERE { ?a svd:assessedClaim ?claim ; svd:materialScope ?matter }"
REASONS = "SELECT ?why WHERE { ?a svd:assessedClaim ?claim ; svd:scopeReason ?why }"


@pytest.fixture
def vale(world: Any) -> Any:
    """Return the conflict with the bands and the patrol."""
    world.documents["actors"]["actors"] += MORE_ACTORS
    return world


def candidate(matter: str, event: str = "shelling", who: str = "elbonia") -> dict[str, str]:
    return {
        "event": f"report/acorn-1/event/{event}",
        "who": f"actor/{who}",
        "place": "scope/in",
        "time": "scope/in",
        "matter": f"scope/{matter}",
    }


def reasons(store: OxigraphStore, table: Table) -> list[str]:
    return [row["why"] for row in table(store, REASONS) if "exception" in row["why"]]


Cases = list[tuple[dict[str, Any], str]]


def hold(world: Any, table: Table, unless: list[Any], cases: Cases) -> OxigraphStore:
    """Hold acts against one norm, and see that each gets its verdict, and no candidate if it is out.

    A case is what the claim of an act states in place of that of `conftest.py` (`type` is the event's), and
    the verdict on matter.
    """
    world.norm["places"] = []
    world.norm["unless"] = unless
    report = world.documents["report"]
    claim, event = report["claims"].pop(), report["events"].pop()
    for number, (fields, _) in enumerate(cases):
        stated = {name: value for name, value in fields.items() if name != "type"}
        report["events"].append({**event, "key": f"e{number}", "type": fields.get("type", event["type"])})
        report["claims"].append({**claim, "key": f"k{number}", "about": f"e{number}"} | stated)
    store: OxigraphStore = world.build()
    assert table(store, HELD) == [
        {"claim": f"report/acorn-1/claim/k{number}", "matter": f"scope/{expected}"}
        for number, (_, expected) in enumerate(cases)
    ]
    assert table(store, CANDIDATES) == [
        candidate(expected, f"e{number}") for number, (_, expected) in enumerate(cases) if expected != "out"
    ]
    return store


# no exception, and words only


def test_a_norm_without_exceptions_applies_and_nothing_is_said_of_it(vale: Any, table: Table) -> None:
    store = hold(vale, table, [], [({}, "in"), ({"targets": ["red-band"]}, "in")])
    assert reasons(store, table) == []


@pytest.mark.parametrize("unless", [SELF_DEFENCE, [SELF_DEFENCE], {"words": SELF_DEFENCE}])
def test_an_exception_in_words_only_is_always_unknown(vale: Any, table: Table, unless: Any) -> None:
    assert reasons(hold(vale, table, unless, [({}, "unknown")]), table) == [
        (
            "norm 1a: whether the exception “acts of self-defence” covers the act cannot be told: "
            "it is given in words only"
        ),
    ]


# by one criterion


def test_by_whom_it_was_done_to(vale: Any, table: Table) -> None:
    cases: Cases = [
        ({"targets": ["red-band"]}, "out"),
        ({"targets": ["red-wing"]}, "out"),
        ({"targets": ["red-band", "red-wing"]}, "out"),
        ({"targets": ["villagers"]}, "in"),
        ({"targets": ["villagers", "blue-band"]}, "in"),
        ({"targets": []}, "unknown"),
        ({"targets": ["red-band", "villagers"]}, "unknown"),
    ]
    told = reasons(hold(vale, table, [BANDS], cases), table)
    exception = "the exception “operations against designated groups”"
    assert sorted(told) == [
        f"norm 1a: {exception} covers the act: by the claim it was done to Red Band",
        f"norm 1a: {exception} covers the act: by the claim it was done to Red Band, Red Wing",
        f"norm 1a: {exception} covers the act: by the claim it was done to Red Wing",
        (
            f"norm 1a: {exception} does not cover the act: by the claim it was done to Blue Band, "
            "Villagers of Ash, not to one who is exempt"
        ),
        (
            f"norm 1a: {exception} does not cover the act: by the claim it was done to Villagers of Ash, "
            "not to one who is exempt"
        ),
        (
            f"norm 1a: whether {exception} covers the act cannot be told: by the claim it was done to "
            "Red Band, Villagers of Ash, not all of whom are surely exempt"
        ),
        (
            f"norm 1a: whether {exception} covers the act cannot be told: "
            "the claim does not say to whom it was done"
        ),
    ]


def test_a_target_of_which_an_exempt_one_is_a_part_may_mean_that_one(vale: Any, table: Table) -> None:
    wing = {"words": "the Red Wing", "targets": ["red-wing"]}
    cases: Cases = [
        ({"targets": ["red-band"]}, "unknown"),
        ({"targets": ["red-band", "villagers"]}, "unknown"),
    ]
    told = reasons(hold(vale, table, [wing], cases), table)
    assert any("it was done to Red Band, which may mean one who is exempt" in why for why in told)


def test_by_whom_it_was_done(vale: Any, table: Table) -> None:
    cases: Cases = [
        ({"perpetrators": ["river-patrol"]}, "out"),
        ({"perpetrators": ["elbonian-guns"]}, "in"),
        ({"perpetrators": ["elbonian-police"]}, "in"),
        ({"perpetrators": ["elbonian-army"]}, "unknown"),
        ({"perpetrators": ["elbonia"]}, "unknown"),
        ({"perpetrators": ["river-patrol", "elbonian-guns"]}, "unknown"),
        ({"perpetrators": ["elbonian-police", "elbonian-guns"]}, "in"),
    ]
    hold(vale, table, [{"words": "patrols that were agreed on", "actors": ["river-patrol"]}], cases)


def test_the_force_of_an_exempt_actor_is_exempt(vale: Any, table: Table) -> None:
    cases: Cases = [
        ({"perpetrators": ["river-patrol"]}, "out"),
        ({"perpetrators": ["elbonian-army"]}, "out"),
        ({"perpetrators": ["elbonian-police"]}, "in"),
    ]
    hold(vale, table, [{"words": "the army", "actors": ["elbonian-army"]}], cases)


def test_that_one_side_is_exempt_says_nothing_of_the_other(vale: Any, table: Table) -> None:
    vale.norm["unless"] = [{"words": "patrols that were agreed on", "actors": ["river-patrol"]}]
    vale.claim["perpetrators"] = ["river-patrol", "ruritanian-guns"]
    assert table(vale.build(), CANDIDATES) == [candidate("in", who="ruritania")]


@pytest.mark.parametrize(
    ("acts", "types"),
    [
        (["shelling"], {"shelling": "out", "air-strike": "in", "use-of-force": "unknown"}),
        (["use-of-force"], {"shelling": "out", "use-of-force": "out", "attack-on-civilians": "out"}),
        (
            ["air-strike", "armed-attack"],
            {"air-strike": "out", "attack-on-civilians": "out", "shelling": "in"},
        ),
        (["attack-on-civilians"], {"armed-attack": "unknown", "use-of-force": "unknown", "shelling": "in"}),
    ],
)
def test_by_the_kind_of_act_and_what_is_narrower(
    vale: Any, table: Table, acts: list[str], types: dict[str, str]
) -> None:
    cases: Cases = [({"type": type_}, expected) for type_, expected in types.items()]
    hold(vale, table, [{"words": "such acts", "acts": acts}], cases)


ROADS = [
    {"id": "mill-road", "type": "route", "label": "Mill road", "within": ["ash"]},
    {"id": "lost-road", "type": "route", "label": "Lost road"},
]


@pytest.mark.parametrize(
    ("exempt", "cases"),
    [
        (
            ["ash"],
            [
                (["ash"], [], "out"),
                (["ash", "birch"], [], "unknown"),
                (["birch"], [], "in"),
                (["elbonian-land"], [], "unknown"),
                ([], [], "unknown"),
                ([], ["mill-road"], "out"),
                (["birch"], ["mill-road"], "unknown"),
            ],
        ),
        (["elbonian-land"], [(["ash"], [], "out"), (["ash", "birch"], [], "unknown")]),
        (["birch", "ash"], [(["ash"], [], "out"), (["ash", "birch"], [], "out")]),
        (["moor"], [(["ash"], [], "unknown"), (["moor"], [], "out")]),
        (["ruritanian-land"], [(["ash", "elbonian-land"], [], "in"), (["birch"], [], "out")]),
        (
            ["mill-road"],
            [
                (["ash"], ["mill-road"], "out"),
                (["ash"], [], "unknown"),
                (["ash"], ["lost-road"], "unknown"),
            ],
        ),
        (
            ["birch"],
            [(["ash"], ["lost-road"], "in"), ([], ["lost-road"], "unknown"), ([], ["mill-road"], "in")],
        ),
    ],
)
def test_by_the_places_and_roads(
    vale: Any, table: Table, exempt: list[str], cases: list[tuple[list[str], list[str], str]]
) -> None:
    vale.documents["places"]["places"] += ROADS
    held: Cases = [({"places": places, "along": along}, expected) for places, along, expected in cases]
    hold(vale, table, [{"words": "there", "places": exempt}], held)


def test_by_place_where_outlines_are_known(vale: Any, table: Table) -> None:
    square = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"
    vale.documents["places"]["places"] += [
        {"id": "square", "type": "agreement-zone", "label": "the Square", "geometry": square},
        {"id": "hut", "type": "settlement", "label": "Hut", "geometry": "POINT(5 5)"},
        {"id": "inn", "type": "settlement", "label": "Inn", "geometry": "POINT(50 50)"},
    ]
    cases: Cases = [
        ({"places": ["hut"]}, "out"),
        ({"places": ["inn"]}, "in"),
        ({"places": ["hut", "inn"]}, "unknown"),
        ({"places": ["ash"]}, "unknown"),
    ]
    hold(vale, table, [{"words": "the Square", "places": ["square"]}], cases)


# together


def test_all_criteria_of_one_exception_have_to_hold(vale: Any, table: Table) -> None:
    cases: Cases = [
        ({"perpetrators": [who], "targets": targets}, expected)
        for who, targets, expected in (
            ("river-patrol", ["red-band"], "out"),
            ("river-patrol", ["villagers"], "in"),
            ("elbonian-police", ["red-band"], "in"),
            ("elbonian-police", [], "in"),
            ("river-patrol", [], "unknown"),
            ("elbonia", ["red-band"], "unknown"),
            ("elbonia", ["villagers"], "in"),
        )
    ]
    hold(vale, table, [BANDS | {"actors": ["river-patrol"]}], cases)


def test_exceptions_are_alternatives(vale: Any, table: Table) -> None:
    cases: Cases = [
        ({"perpetrators": [who], "targets": targets}, expected)
        for who, targets, expected in (
            ("river-patrol", ["villagers"], "out"),
            ("elbonian-police", ["red-band"], "out"),
            ("elbonian-police", ["villagers"], "in"),
            ("elbonian-police", [], "unknown"),
            ("elbonia", ["villagers"], "unknown"),
        )
    ]
    hold(vale, table, [BANDS, {"words": "agreed patrols", "actors": ["river-patrol"]}], cases)


def test_one_that_covers_outweighs_one_that_may_and_that_one_that_does_not(vale: Any, table: Table) -> None:
    cases: Cases = [({"targets": ["red-band"]}, "out"), ({"targets": ["villagers"]}, "unknown")]
    hold(vale, table, [SELF_DEFENCE, BANDS], cases)


# readings


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (([BANDS], None, None), None),
        (([BANDS], None, []), "disputed"),
        (([BANDS], [], []), "in"),
        (([], [BANDS], [SELF_DEFENCE]), "disputed"),
        (([SELF_DEFENCE], None, None), "unknown"),
        (([SELF_DEFENCE], None, []), "disputed"),
    ],
)
def test_a_reading_has_its_own_exceptions_or_those_of_the_norm(
    vale: Any, table: Table, stated: tuple[list[Any], Any, Any], expected: str | None
) -> None:
    vale.norm["unless"], first, second = stated
    vale.norm["readings"] = [
        {"key": "one"} | ({} if first is None else {"unless": first}),
        {"key": "two"} | ({} if second is None else {"unless": second}),
    ]
    vale.claim["targets"] = ["red-band"]
    assert table(vale.build(), CANDIDATES) == ([] if expected is None else [candidate(expected)])


def test_each_reading_may_put_the_act_out_for_a_reason_of_its_own(vale: Any, table: Table) -> None:
    vale.norm["readings"] = [{"key": "one", "unless": [BANDS]}, {"key": "two", "until": "2025-03-05"}]
    vale.claim["targets"] = ["red-band"]
    assert table(vale.build(), CANDIDATES) == []


def test_a_reading_under_which_the_act_is_no_breach_disputes_the_matter(vale: Any, table: Table) -> None:
    vale.norm["readings"] = [{"key": "fire"}, {"key": "stay", "action": "hold-position"}]
    store = vale.build()
    assert table(store, CANDIDATES) == [candidate("disputed") | {"place": "scope/disputed"}]
    why = table(store, "SELECT ?why WHERE { ?c a svd:CandidateViolation ; svd:scopeReason ?why }")
    assert {"why": "norm 1a: by another of its readings an act of this kind is no breach"} in why


# several claims of one act


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["red-band"], ["red-wing"], None),
        (["red-band"], ["villagers"], "disputed"),
        (["red-band"], [], "unknown"),
        (["villagers"], [], "in"),
    ],
)
def test_claims_of_one_act_are_each_held_against_the_exception(
    vale: Any, table: Table, first: list[str], second: list[str], expected: str | None
) -> None:
    vale.norm["unless"] = [BANDS]
    other = {**vale.claim, "key": "k2", "quote": "shelled Ash on 10 March", "targets": second}
    vale.claim["targets"] = first
    vale.documents["report"]["claims"].append(other)
    assert table(vale.build(), CANDIDATES) == ([] if expected is None else [candidate(expected)])


# allegations

ALLEGATIONS = """SELECT ?term ?matter WHERE {
  ?a a svd:AllegedViolation ; svd:materialScope ?matter . OPTIONAL { ?a svd:ofTerm ?term } }"""


def allege(world: Any, **fields: Any) -> None:
    world.documents["report"]["claims"].append(
        {
            "key": "k2",
            "gist": "Elbonia broke point 1.",
            "quote": "Elbonia broke point 1 of the truce",
            "modality": "alleged",
            "about": "shelling",
            "perpetrators": ["elbonia"],
            "alleges": [{"agreement": "vale-truce", "term": "1"}],
        }
        | fields,
    )


@pytest.mark.parametrize(
    ("targets", "expected"), [(["red-band"], "out"), (["villagers"], "in"), ([], "unknown")]
)
def test_an_exception_is_told_beside_an_allegation_and_never_hides_it(
    vale: Any, table: Table, targets: list[str], expected: str
) -> None:
    vale.norm["unless"] = [BANDS]
    allege(vale, targets=targets)
    store = vale.build()
    term = "agreement/vale-truce/term/1"
    assert table(store, ALLEGATIONS) == [{"term": term, "matter": f"scope/{expected}"}]
    told = table(store, "SELECT ?why WHERE { ?a a svd:AllegedViolation ; svd:scopeReason ?why }")
    assert any("operations against designated groups" in row["why"] for row in told)


def test_an_allegation_without_an_act_may_fall_under_an_exception_by_kind_of_act(
    vale: Any, table: Table
) -> None:
    vale.norm["unless"] = [{"words": "air strikes", "acts": ["air-strike"]}]
    allege(vale, about=None)
    assert {row["matter"] for row in table(vale.build(), ALLEGATIONS)} == {"scope/unknown"}


@pytest.mark.parametrize(
    "fields",
    [
        {"alleges": [{"agreement": "vale-truce"}]},
        {"perpetrators": []},
        {"perpetrators": ["syldavian-guard"]},
    ],
)
def test_without_a_norm_to_hold_it_against_the_matter_is_unknown_with_its_reason(
    vale: Any, table: Table, fields: dict[str, Any]
) -> None:
    allege(vale, **fields)
    store = vale.build()
    assert [row["matter"] for row in table(store, ALLEGATIONS)] == ["scope/unknown"]
    told = table(store, "SELECT ?why WHERE { ?a a svd:AllegedViolation ; svd:scopeReason ?why }")
    assert len(told) == 1
    assert "no reading to hold the act against" in told[0]["why"]


# the graph that holds it


def test_every_record_and_every_assessment_has_one_verdict_on_matter(vale: Any) -> None:
    vale.norm["unless"] = [BANDS, SELF_DEFENCE]
    allege(vale, alleges=[{"agreement": "vale-truce"}])
    counted = """SELECT ?of (COUNT(?matter) AS ?verdicts) WHERE {
      VALUES ?class { svd:AllegedViolation svd:CandidateViolation svd:Assessment }
      ?of a ?class . OPTIONAL { ?of svd:materialScope ?matter } } GROUP BY ?of"""
    rows = vale.build().select(f"PREFIX svd: <https://w3id.org/servanda/ontology#> {counted}").mappings()
    found = [int(str(row["verdicts"])) for row in rows]
    assert found
    assert set(found) == {1}


def test_which_exception_covers_or_may_is_linked(vale: Any) -> None:
    vale.norm["unless"] = [SELF_DEFENCE, BANDS, {"words": "villages", "targets": ["villagers"]}]
    vale.claim["targets"] = ["red-wing"]
    linked = """SELECT ?how ?words WHERE { VALUES ?how { svd:exemptedBy svd:perhapsExemptedBy }
      ?a ?how ?e . ?e svd:exceptionText ?words . ?norm svd:exception ?e }"""
    store = vale.build()
    rows = store.select(f"PREFIX svd: <https://w3id.org/servanda/ontology#> {linked}").mappings()
    assert {(str(row["how"]).rpartition("#")[2], str(row["words"])) for row in rows} == {
        ("exemptedBy", "operations against designated groups"),
        ("perhapsExemptedBy", "acts of self-defence"),
    }


def test_a_rule_that_is_asked_only_where_it_may_conclude_concludes_the_same_everywhere(vale: Any) -> None:
    assert "exemption" in {rule.name for rule in rules() if rule.concerns}
    vale.norm["unless"] = [BANDS, SELF_DEFENCE]
    store = vale.build()
    graph = store.graph(URIRef(f"{BASE}graph/inference"))
    derive(store, BASE, by=[replace(rule, concerns="") for rule in rules()])
    assert store.graph(URIRef(f"{BASE}graph/inference")) == graph


def test_an_exception_that_is_taken_out_of_the_document_no_longer_counts(vale: Any, table: Table) -> None:
    vale.norm["unless"] = [BANDS]
    vale.claim["targets"] = ["red-band"]
    store = vale.build()
    assert table(store, CANDIDATES) == []
    vale.norm["unless"] = []
    outcomes = ingest(in_memory(store), vale.write())
    assert not [problem for outcome_ in outcomes for problem in outcome_.problems]
    assert table(store, CANDIDATES) == [candidate("in")]
    assert table(store, "SELECT ?e WHERE { ?e a svd:Exception }") == []


def test_records_of_before_there_were_exceptions_are_answered_with_no_verdict_on_matter(vale: Any) -> None:
    store = vale.build()
    graph = URIRef(f"{BASE}graph/inference")
    older = frozenset((*t, graph) for t in store.graph(graph) if t[1] == SVD.materialScope)
    assert older
    store.apply(ChangeSet(insert=frozenset(), delete=older))
    (row,) = ask(store, find("01-alleged-violations"), {}).rows
    assert (row["status"], row["material_scope"]) == ("candidate", "unknown")
    assert "territorial in, temporal in, material unknown" in headline(store)
