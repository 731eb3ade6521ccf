"""A denial belongs to who is denied: it stands beside the records against him, and beside no other's."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory
from kg.query.lookups.answering import denying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]
    Content = Callable[[OxigraphStore], list[bytes]]

BASE = "https://w3id.org/servanda/id/"
DENIED = f"""SELECT DISTINCT ?key ?who WHERE {{
  {denying("r")} ?r svd:allegedPerpetrator ?who . ?claim svd:key ?key }}"""
ELBONIA, RURITANIA = "actor/elbonia", "actor/ruritania"

MORE_ACTORS = [
    {"id": "elbonian-navy", "type": "armed-force", "label": "Elbonian navy", "force_of": "elbonia"},
    {"id": "ruritanian-guard", "type": "armed-force", "label": "Ruritanian guard", "force_of": "ruritania"},
    {"id": "elbonian-ministry", "type": "official", "label": "Ministry of Elbonia", "speaks_for": "elbonia"},
    {"id": "guns-major", "type": "official", "label": "Major of the guns", "speaks_for": "elbonian-guns"},
    {"id": "residents", "type": "collective-source", "label": "residents of Ash"},
]


@pytest.fixture
def two_accused(world: Any) -> Any:
    """Let the one claim lay the shelling to guns of Elbonia and to guards of Ruritania."""
    world.documents["actors"]["actors"] += MORE_ACTORS
    world.claim["perpetrators"] = ["elbonian-guns", "ruritanian-guard"]
    return world


def deny(world: Any, *by: str, **fields: Any) -> dict[str, Any]:
    claim = {
        "key": "k3",
        "gist": "It is denied.",
        "quote": "Elbonia's army denied it",
        "modality": "denied",
        "attribution": [{"agent": agent, "verb": "denied"} for agent in by],
    } | fields
    world.documents["report"]["claims"].append(claim)
    return claim


def allege(world: Any, **fields: Any) -> None:
    world.documents["report"]["claims"].append(
        {
            "key": "k2",
            "gist": "Point 1 was broken.",
            "quote": "Elbonia broke point 1 of the truce",
            "modality": "alleged",
            "about": "shelling",
            "perpetrators": ["elbonian-guns", "ruritanian-guard"],
            "alleges": {"agreement": "vale-truce", "term": "1"},
        }
        | fields,
    )


def denied(store: OxigraphStore, table: Table) -> dict[str, list[str]]:
    """Return by the key of each denying claim the parties whose records it stands beside."""
    found: dict[str, list[str]] = {}
    for row in table(store, DENIED):
        found.setdefault(row["key"], []).append(row["who"])
    return {key: sorted(set(whose)) for key, whose in found.items()}


def held(world: Any, table: Table, cases: Iterable[tuple[Mapping[str, Any], list[str]]]) -> None:
    """Deny once for each case in one report, and hold each denial to whose it has to be."""
    wanted = {}
    for number, (fields, whose) in enumerate(cases):
        key = f"d{number}"
        by = fields.get("by", "syldavia")
        deny(world, *([by] if isinstance(by, str) else by), key=key, **without(fields, "by"))
        if whose:
            wanted[key] = whose
    assert denied(world.build(), table) == wanted


def without(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if field != name}


WAYS: tuple[dict[str, Any], ...] = (
    {"denies": {"claim": "k1"}},
    {"denies": {"event": "shelling"}},
    {"about": "shelling"},
)
WAY_IDS = ("claim", "event", "about")


@pytest.mark.parametrize("way", WAYS, ids=WAY_IDS)
def test_a_denial_is_for_the_accused_that_its_source_speaks_for_else_of_the_act(
    two_accused: Any, table: Table, way: dict[str, Any]
) -> None:
    voices: list[tuple[tuple[str, ...], list[str]]] = [
        (("elbonia",), [ELBONIA]),
        (("elbonian-guns",), [ELBONIA]),
        (("elbonian-army",), [ELBONIA]),
        (("elbonian-ministry",), [ELBONIA]),
        (("guns-major",), [ELBONIA]),
        (("ruritania",), [RURITANIA]),
        (("spokesman",), [RURITANIA]),
        (("elbonian-navy",), [ELBONIA]),
        (("spokesman", "elbonian-ministry"), [ELBONIA]),
        (("spokesman", "residents"), [RURITANIA]),
        (("syldavia",), [ELBONIA, RURITANIA]),
        (("court",), [ELBONIA, RURITANIA]),
        (("residents",), [ELBONIA, RURITANIA]),
        ((), [ELBONIA, RURITANIA]),
    ]
    held(two_accused, table, (({"by": by} | way, whose) for by, whose in voices))


@pytest.mark.parametrize("way", WAYS, ids=WAY_IDS)
def test_a_denial_that_names_whose_conduct_it_was_not_is_for_those(
    two_accused: Any, table: Table, way: dict[str, Any]
) -> None:
    named = [
        (["elbonia"], [ELBONIA]),
        (["elbonian-guns"], [ELBONIA]),
        (["ruritania"], [RURITANIA]),
        (["elbonian-navy"], []),
        (["syldavia"], []),
        (["elbonia", "ruritanian-guard"], [ELBONIA, RURITANIA]),
    ]
    held(
        two_accused,
        table,
        (
            ({"by": by, "perpetrators": names} | way, whose)
            for by in ("elbonia", "syldavia")
            for names, whose in named
        ),
    )


def test_a_document_can_say_whose_conduct_is_denied_or_that_the_act_is(
    two_accused: Any, table: Table
) -> None:
    said: list[tuple[dict[str, Any], list[str]]] = [
        ({"for": "ruritania"}, [RURITANIA]),
        ({"for": ["elbonian-army"]}, [ELBONIA]),
        ({"for": ["elbonian-army", "ruritanian-guard"]}, [ELBONIA, RURITANIA]),
        ({"for": ["syldavia"]}, []),
        ({"act": True}, [ELBONIA, RURITANIA]),
        ({"act": False}, [ELBONIA]),
    ]
    held(
        two_accused,
        table,
        (
            (
                {
                    "by": "elbonia",
                    "about": "shelling",
                    "perpetrators": perpetrators,
                    "denies": thing | words,
                },
                whose,
            )
            for thing in ({"claim": "k1"}, {"event": "shelling"})
            for perpetrators in ([], ["elbonia"])
            for words, whose in said
        ),
    )


def test_of_an_allegation_against_two_only_his_record_is_denied_whose_conduct_it_is(
    two_accused: Any, table: Table
) -> None:
    allege(two_accused)
    denies = {"denies": {"claim": "k2"}}
    held(
        two_accused,
        table,
        [
            ({"by": "elbonia"} | denies, [ELBONIA]),
            ({"by": "ruritania"} | denies, [RURITANIA]),
            ({"by": "syldavia"} | denies, [ELBONIA, RURITANIA]),
            ({"by": "elbonia", "denies": {"claim": "k2", "for": "ruritania"}}, [RURITANIA]),
            ({"by": "elbonia", "denies": {"claim": "k2", "act": True}}, [ELBONIA, RURITANIA]),
            ({"by": "elbonia", "perpetrators": ["ruritania"]} | denies, [RURITANIA]),
        ],
    )


def test_two_accused_who_answer_to_one_state_have_one_record_that_either_may_deny(
    two_accused: Any, table: Table
) -> None:
    two_accused.claim["perpetrators"] = ["elbonian-guns", "elbonian-navy"]
    voices = ("elbonia", "elbonian-navy", "guns-major")
    held(two_accused, table, (({"by": by, "denies": {"claim": "k1"}}, [ELBONIA]) for by in voices))


@pytest.mark.parametrize("thing", [{"claim": "k1"}, {"agreement": "vale-truce"}], ids=["claim", "breach"])
def test_one_force_does_not_deny_for_another_of_the_same_state(
    two_accused: Any, table: Table, thing: dict[str, str]
) -> None:
    two_accused.norm["bearers"] = ["elbonian-army", "elbonian-navy"]
    two_accused.claim["perpetrators"] = ["elbonian-guns", "elbonian-navy"]
    army, navy = "actor/elbonian-army", "actor/elbonian-navy"
    held(
        two_accused,
        table,
        (
            ({"by": by, "denies": thing}, whose)
            for by, whose in [
                ("elbonian-navy", [navy]),
                ("elbonian-army", [army]),
                ("guns-major", [army]),
                ("elbonia", [army, navy]),
                ("syldavia", [army, navy] if "claim" in thing else []),
            ]
        ),
    )


def test_a_breach_is_denied_for_those_whom_the_denial_clears(two_accused: Any, table: Table) -> None:
    truce = {"agreement": "vale-truce"}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"denies": truce}, [ELBONIA]),
        ({"denies": truce | {"for": "ruritania"}}, [RURITANIA]),
        ({"denies": truce | {"term": "1", "for": ["ruritanian-guard"]}}, [RURITANIA]),
        ({"denies": truce, "perpetrators": ["ruritania"]}, [RURITANIA]),
        ({"denies": truce | {"for": "elbonia"}, "perpetrators": ["ruritania"]}, [ELBONIA]),
        ({"denies": truce, "perpetrators": ["elbonian-navy"]}, []),
    ]
    held(
        two_accused,
        table,
        (
            ({"by": by} | fields, whose)
            for by in ("elbonian-ministry", "elbonian-army")
            for fields, whose in cases
        ),
    )


def account(world: Any, name: str, **fields: Any) -> dict[str, Any]:
    """Add another report of the same shelling."""
    report: dict[str, Any] = json.loads(json.dumps(world.documents["report"]))
    report["id"] = name
    report["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
    ]
    report["claims"] = [report["claims"][0] | fields]
    world.documents[name] = report
    return report


def test_where_reports_blame_different_sides_each_denies_his_own_part_of_the_one_event(
    two_accused: Any, table: Table
) -> None:
    two_accused.claim["perpetrators"] = ["elbonian-guns"]
    account(two_accused, "acorn-2", perpetrators=["ruritanian-guard"])
    held(
        two_accused,
        table,
        (
            ({"by": by, "denies": {"event": event}}, whose)
            for event in ("acorn-1/shelling", "acorn-2/shelling")
            for by, whose in [("elbonia", [ELBONIA]), ("spokesman", [RURITANIA])]
        ),
    )


def test_who_is_accused_of_nothing_denies_the_act_of_others(two_accused: Any, table: Table) -> None:
    two_accused.claim["perpetrators"] = ["elbonian-guns"]
    held(two_accused, table, [({"by": "ruritania", "denies": {"event": "shelling"}}, [ELBONIA])])


def test_who_denies_his_part_does_not_deny_what_nobody_is_accused_of(two_accused: Any, table: Table) -> None:
    allege(two_accused, perpetrators=[])
    deny(two_accused, "syldavia", perpetrators=["elbonia"], denies={"claim": "k2"})
    deny(two_accused, "syldavia", key="k4", denies={"claim": "k2"})
    rows = table(two_accused.build(), "SELECT ?d WHERE { ?r svd:deniedBy ?d . ?r a svd:AllegedViolation }")
    assert rows == [{"d": "report/acorn-1/claim/k4"}]


def test_what_is_only_expected_denies_nothing(two_accused: Any, table: Table) -> None:
    denies = {"claim": "k1", "act": True}
    held(
        two_accused,
        table,
        [({"modality": modality, "denies": denies}, []) for modality in ("predicted", "conditional")],
    )


# alleged without a term

WITHOUT_TERM = (
    "SELECT ?key ?agreement WHERE { ?c svd:allegedWithoutTermBy ?claim ; svd:ofAgreement ?agreement ; "
    f"svd:allegedPerpetrator <{BASE}actor/elbonia> . ?claim svd:key ?key }}"
)


def test_a_candidate_says_who_alleges_its_act_to_be_a_breach_without_a_term(world: Any, table: Table) -> None:
    world.documents["moor"] = json.loads(json.dumps(world.documents["agreement"])) | {"id": "moor-truce"}
    world.documents["report"]["events"].append({"key": "raid", "type": "armed-attack", "label": "Raid"})
    cases: dict[str, dict[str, Any]] = {
        "as-named": {},
        "by-the-state": {"perpetrators": ["elbonia"]},
        "by-the-army": {"perpetrators": ["elbonian-army"]},
        "by-nobody": {"perpetrators": []},
        "asserted": {"modality": "asserted"},
        "hedged": {"modality": "hedged", "hedges": ["probably"]},
        "of-the-other": {"alleges": {"agreement": "moor-truce"}},
        "not-by-ruritania": {"perpetrators": ["ruritania"]},
        "not-by-syldavia": {"perpetrators": ["syldavian-guard"]},
        "not-predicted": {"modality": "predicted"},
        "not-conditional": {"modality": "conditional"},
        "not-negative": {"polarity": "negative"},
        "not-without-an-act": {"about": None},
        "not-of-another-act": {"about": "raid"},
    }
    for key, fields in cases.items():
        said = {"key": key, "perpetrators": ["elbonian-guns"], "alleges": {"agreement": "vale-truce"}}
        allege(world, **(said | fields))
    store = world.build()
    vale = ["as-named", "asserted", "by-nobody", "by-the-army", "by-the-state", "hedged"]
    assert table(store, WITHOUT_TERM) == sorted(
        [
            {"key": "of-the-other", "agreement": "agreement/moor-truce"},
            *({"key": key, "agreement": "agreement/vale-truce"} for key in vale),
        ],
        key=lambda row: sorted(row.items()),
    )
    kept = """SELECT DISTINCT ?status ?basis WHERE {
      ?c a svd:CandidateViolation ; svd:status/skos:notation ?status ; svd:basis/skos:notation ?basis }"""
    assert table(store, kept) == [{"status": "candidate", "basis": "rule-inferred"}]


def test_an_allegation_that_names_the_term_leaves_no_candidate_to_say_so_of(world: Any, table: Table) -> None:
    allege(world, perpetrators=["elbonia"])
    allege(world, key="k4", perpetrators=["elbonia"], alleges={"agreement": "vale-truce"})
    store = world.build()
    assert table(store, "SELECT ?c WHERE { ?c a svd:CandidateViolation }") == []
    assert table(store, WITHOUT_TERM) == []


def test_a_denial_of_the_word_without_a_term_stands_beside_the_candidate_too(
    two_accused: Any, table: Table
) -> None:
    two_accused.claim["perpetrators"] = ["elbonian-guns"]
    allege(two_accused, perpetrators=["elbonia", "ruritania"], alleges={"agreement": "vale-truce"})
    deny(two_accused, "elbonia", denies={"claim": "k2"})
    deny(two_accused, "ruritania", key="k4", denies={"claim": "k2"})
    beside = "SELECT ?key WHERE { ?c a svd:CandidateViolation ; svd:deniedBy ?d . ?d svd:key ?key }"
    assert table(two_accused.build(), beside) == [{"key": "k3"}]


# the machinery


def test_in_whatever_order_reports_come_the_graph_is_that_of_all_at_once(
    two_accused: Any, table: Table, content: Content
) -> None:
    world = two_accused
    account(world, "acorn-2", perpetrators=["ruritanian-guard"])
    alleging = account(world, "acorn-3", alleges={"agreement": "vale-truce"})
    alleging["events"][0]["same_event_as"][0]["event"] = "acorn-2/shelling"
    denying = account(world, "acorn-4")
    denying["events"] = []
    denying["claims"] = [
        {
            "key": "k1",
            "gist": "It is denied.",
            "quote": "Elbonia's army denied it",
            "modality": "denied",
            "attribution": [{"agent": "elbonia", "verb": "denied"}],
            "denies": [{"event": "acorn-2/shelling"}, {"claim": "acorn-3/k1"}],
        },
    ]
    together = world.build()
    assert len(table(together, WITHOUT_TERM)) > 1
    assert set(map(tuple, denied(together, table).values())) == {(ELBONIA,)}
    paths = world.write()
    reports = [path for path in paths if path.stem not in {"actors", "places", "agreement"}]
    needs = {"acorn-2": {"report"}, "acorn-3": {"acorn-2"}, "acorn-4": {"acorn-2", "acorn-3"}}
    orders = [order for order in permutations(reports) if in_order(order, needs)]
    orders += [tuple(reports)]
    for order in orders:
        made = empty_in_memory(BASE)
        for path in (*[path for path in paths if path not in reports], *order):
            assert not [problem for outcome in ingest(made, [path]) for problem in outcome.problems]
        assert content(made.store) == content(together)


def in_order(order: Iterable[Any], needs: Mapping[str, set[str]]) -> bool:
    before: set[str] = set()
    for path in order:
        if not needs.get(path.stem, set()) <= before:
            return False
        before.add(path.stem)
    return True
