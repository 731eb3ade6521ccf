"""What agreements do to each other: the truce of `conftest.py`, and a protocol that changes it term by term.

The truce of 1 March 2025 forbids fire in the Vale (1), flights (2), mines (3) and recruitment (4). The
protocol of 1 June amends point 1, which its own point 1 replaces: no fire in the parish of Birch either. It
suspends the ban on flights from 1 to 14 July, repeals that on mines, and amends that on recruitment without
saying what it then asks. All times are in UTC. What each act comes to was found by hand.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rdflib.term import URIRef

from kg.infer import derive, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

BASE = "https://w3id.org/servanda/id/"
BOTH = ["elbonia", "ruritania"]
HELD = """SELECT ?claim ?agreement ?norm ?time WHERE {
  ?held svd:assessedClaim/svd:key ?claim ; svd:againstNorm ?reading ; svd:temporalScope/skos:notation ?time .
  ?reading svd:ofReadingGroup/svd:key ?norm ;
    svd:ofAgreement/<http://purl.org/dc/terms/identifier> ?agreement }"""
CANDIDATES = """SELECT ?act ?agreement ?time WHERE {
  ?c a svd:CandidateViolation ; svd:allegedAct/svd:key ?act ; svd:temporalScope/skos:notation ?time ;
    svd:ofAgreement/<http://purl.org/dc/terms/identifier> ?agreement }"""
ALLEGED = """SELECT ?claim ?place ?time ?why WHERE {
  ?a a svd:AllegedViolation ; svd:supportedBy/svd:key ?claim ; svd:territorialScope/skos:notation ?place ;
    svd:temporalScope/skos:notation ?time ; svd:scopeReason ?why }"""
REASONS = """SELECT ?claim ?why WHERE { ?a svd:assessedClaim/svd:key ?claim ; svd:scopeReason ?why
  FILTER (CONTAINS(?why, " by vale-") || CONTAINS(?why, "in which the reading applies") ) }"""


def norm(key: str, action: str, places: list[str], **fields: Any) -> dict[str, Any]:
    gist = f"Rule {key}"
    return {
        "key": key,
        "kind": "prohibition",
        "gist": gist,
        "bearers": BOTH,
        "action": action,
        "places": places,
        **fields,
    }


def term(number: str, *norms: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"number": number, "norms": list(norms), **fields}


def act(world: Any, key: str, kind: str, day: str, **fields: Any) -> None:
    report = world.documents["report"]
    report["events"].append({"key": key, "type": kind, "label": key})
    report["claims"].append(
        {
            **world.claim,
            "key": key,
            "about": key,
            "time": day,
            "quantities": [],
            **fields,
        },
    )


@pytest.fixture
def vale(world: Any) -> Any:
    """Return the conflict with the truce in four terms and no act."""
    truce = world.documents["agreement"]
    truce |= {"zone": "Z", "entry_into_force": "2025-03-01T00:00"}
    truce["terms"] += [
        term("2", norm("2a", "refrain-from-overflight", [])),
        term("3", norm("3a", "refrain-from-laying-mines", []), part_of="2"),
        term("4", norm("4a", "refrain-from-recruitment", [])),
    ]
    truce["terms"][2].pop("part_of")
    world.documents["report"] |= {"zone": "Z", "issued": "2025-12-01"}
    return world


@pytest.fixture
def protocol(vale: Any) -> Any:
    """Return the conflict with the protocol besides."""
    vale.documents["protocol"] = {
        "kind": "agreement",
        "id": "vale-protocol",
        "type": "agreement",
        "title": "Protocol to the Truce of the Vale",
        "date": "2025-05-20",
        "entry_into_force": "2025-06-01T00:00",
        "zone": "Z",
        "parties": BOTH,
        "terms": [term("1", norm("p1", "cease-hostilities", ["vale", "birch"]))],
        "amends": [
            {"agreement": "vale-truce", "term": "1", "by": "1", "words": "Point 1 shall read"},
            {"agreement": "vale-truce", "term": "4"},
        ],
        "repeals": {"agreement": "vale-truce", "term": "3", "words": "Point 3 is repealed"},
        "suspends": {
            "agreement": "vale-truce",
            "term": "2",
            "from": "2025-07-01T00:00",
            "until": "2025-07-14T23:59:59",
            "words": "Point 2 is suspended",
        },
    }
    return vale


ACTS: list[tuple[str, str, str, set[tuple[str, str, str]]]] = [
    # act, kind, day; agreement, norm, and the verdict on time
    ("before", "shelling", "2025-05-10", {("vale-truce", "1a", "in"), ("vale-protocol", "p1", "out")}),
    ("after", "shelling", "2025-06-10", {("vale-truce", "1a", "out"), ("vale-protocol", "p1", "in")}),
    (
        "across",
        "shelling",
        "2025-05-31/2025-06-02",
        {("vale-truce", "1a", "unknown"), ("vale-protocol", "p1", "unknown")},
    ),
    ("flight", "overflight", "2025-06-20", {("vale-truce", "2a", "in")}),
    ("pause", "overflight", "2025-07-05", {("vale-truce", "2a", "out")}),
    ("again", "overflight", "2025-07-20", {("vale-truce", "2a", "in")}),
    ("edge", "overflight", "2025-07-14/2025-07-15", {("vale-truce", "2a", "unknown")}),
    ("mines", "mine-laying", "2025-05-31", {("vale-truce", "3a", "in")}),
    ("late-mines", "mine-laying", "2025-06-01", {("vale-truce", "3a", "out")}),
    ("draft", "recruitment", "2025-05-10", {("vale-truce", "4a", "in")}),
    ("late-draft", "recruitment", "2025-06-10", {("vale-truce", "4a", "unknown")}),
]


def test_an_act_is_judged_by_the_text_in_force_at_the_time(protocol: Any, table: Table) -> None:
    for key, kind, day, _ in ACTS:
        act(protocol, key, kind, day)
    protocol.documents["report"]["claims"].pop(0)
    store = protocol.build()
    held = {(row["claim"], row["agreement"], row["norm"], row["time"]) for row in table(store, HELD)}
    assert held == {(key, *verdict) for key, _, _, verdicts in ACTS for verdict in verdicts}
    candidates = {(row["act"], row["agreement"], row["time"]) for row in table(store, CANDIDATES)}
    assert candidates == {
        (key, agreement, time)
        for key, _, _, verdicts in ACTS
        for agreement, _, time in verdicts
        if time != "out"
    }
    reasons: dict[str, list[str]] = {}
    for row in table(store, REASONS):
        reasons.setdefault(row["claim"], []).append(row["why"])
    since = "from 2025-06-01T00:00:00Z"
    assert reasons["after"] == [
        f"norm 1a: at the time of the act term 1 was amended by vale-protocol, term 1, {since}",
        f"norm p1: the act lies within the time in which the reading applies, {since}",
    ]
    assert reasons["pause"] == [
        (
            "norm 2a: at the time of the act term 2 was suspended by vale-protocol, "
            "from 2025-07-01T00:00:00Z until 2025-07-14T23:59:59Z"
        ),
    ]
    assert reasons["late-mines"] == [
        f"norm 3a: at the time of the act term 3 was repealed by vale-protocol, {since}"
    ]
    assert reasons["late-draft"] == [
        (
            f"norm 4a: at the time of the act term 4 was amended by vale-protocol, {since}; "
            "what it asked from then on is not told; it is read so, no words are given that say it"
        ),
    ]
    assert reasons["edge"] == [
        (
            "norm 2a: whether term 2 was suspended by vale-protocol, "
            "from 2025-07-01T00:00:00Z until 2025-07-14T23:59:59Z, at the time of the act, cannot be told: "
            "the time stated reaches across"
        ),
    ]


def test_an_alleged_breach_of_a_term_is_judged_by_the_text_in_force(protocol: Any, table: Table) -> None:
    broken = {
        "alleges": [{"agreement": "vale-truce", "term": "1"}],
        "modality": "alleged",
        "places": ["birch"],
    }
    act(protocol, "old", "shelling", "2025-05-10", **broken)
    act(protocol, "new", "shelling", "2025-06-10", **broken)
    protocol.documents["report"]["claims"].pop(0)
    store = protocol.build()
    verdicts = {(row["claim"], row["place"], row["time"]) for row in table(store, ALLEGED)}
    assert verdicts == {("old", "out", "in"), ("new", "in", "in")}
    assert table(store, CANDIDATES) == [], "what is alleged of the term is no candidate of what replaced it"


def test_a_change_is_told_the_same_from_either_side(protocol: Any, table: Table) -> None:
    passive = copy.deepcopy(protocol.documents)
    for active, field in (("amends", "amended_by"), ("repeals", "repealed_by"), ("suspends", "suspended_by")):
        said = protocol.documents["protocol"].pop(active)
        protocol.documents["agreement"][field] = [
            {
                **{name: value for name, value in change.items() if name not in {"term", "by", "agreement"}},
                "agreement": "vale-protocol",
                "of": change["term"],
                **({"term": change["by"]} if "by" in change else {}),
            }
            for change in (said if isinstance(said, list) else [said])
        ]
    for key, kind, day, _ in ACTS:
        act(protocol, key, kind, day)
    first = protocol.build()
    protocol.documents = passive
    for key, kind, day, _ in ACTS:
        act(protocol, key, kind, day)
    second = protocol.build()
    for query in (HELD, CANDIDATES):
        assert table(first, query) == table(second, query)
    links = """SELECT ?one ?relation ?other WHERE { ?one ?relation ?other .
      FILTER (?relation IN (eli:amends, eli:amended_by, eli:repeals, eli:repealed_by, svd:suspends,
        svd:suspendedBy, svd:replaces, eli:date_no_longer_in_force)) }"""
    assert table(first, links) == table(second, links) != []


def test_an_agreement_that_is_superseded_ends_with_its_annexes_and_not_with_those_made_under_it(
    vale: Any, table: Table
) -> None:
    for name, more in (("annex", {}), ("local", {"part_of": "vale-truce", "places": ["birch"]})):
        vale.documents[name] = {
            "kind": "agreement",
            "id": f"vale-{name}",
            "type": "ceasefire",
            "title": name,
            "date": "2025-03-01",
            "entry_into_force": "2025-03-01T00:00Z",
            "parties": BOTH,
            "terms": [{"number": "1", "norms": [{**norm("n1", "refrain-from-overflight", [])}]}],
            **more,
        }
        if name == "local":
            vale.documents[name]["terms"][0]["norms"][0].pop("places")
    vale.documents["agreement"]["annexes"] = ["vale-annex"]
    vale.documents["peace"] = {
        "kind": "agreement",
        "id": "vale-peace",
        "type": "peace-agreement",
        "title": "Peace of the Vale",
        "date": "2025-08-01",
        "parties": BOTH,
        "supersedes": "vale-truce",
    }
    act(vale, "early", "overflight", "2025-07-20", places=["birch"])
    act(vale, "day", "overflight", "2025-08-01", places=["birch"])
    act(vale, "late", "overflight", "2025-08-03", places=["ash"])
    vale.documents["report"]["claims"].pop(0)
    store = vale.build()
    held = {(row["claim"], row["agreement"], row["time"]) for row in table(store, HELD)}
    assert held == {
        ("early", "vale-truce", "in"),
        ("early", "vale-annex", "in"),
        ("early", "vale-local", "in"),
        ("day", "vale-truce", "unknown"),
        ("day", "vale-annex", "unknown"),
        ("day", "vale-local", "in"),
        ("late", "vale-truce", "out"),
        ("late", "vale-annex", "out"),
        ("late", "vale-local", "in"),
    }
    places = """SELECT ?claim ?place WHERE { ?a svd:assessedClaim/svd:key ?claim ;
      svd:territorialScope/skos:notation ?place ; svd:againstNorm/svd:ofAgreement <%s> }"""
    local = places % "https://w3id.org/servanda/id/agreement/vale-local"
    assert {(row["claim"], row["place"]) for row in table(store, local)} == {
        ("early", "in"),
        ("day", "in"),
        ("late", "out"),
    }, "a norm that states no place applies where its agreement does"
    ended = "SELECT ?text ?day WHERE { ?text eli:date_no_longer_in_force ?day }"
    assert {(row["text"].rpartition("/")[2], row["day"]) for row in table(store, ended)} == {
        ("vale-truce", "2025-08-01"),
        ("vale-annex", "2025-08-01"),
    }


def test_who_calls_an_act_a_breach_of_an_agreement_speaks_of_its_annex_and_of_what_replaces_its_terms(
    protocol: Any, table: Table
) -> None:
    """And of nothing else: neither of what was made under it, nor of what another agreement says besides."""
    for name, more in (("annex", {}), ("local", {"part_of": "vale-truce"})):
        protocol.documents[name] = {
            "kind": "agreement",
            "id": f"vale-{name}",
            "type": "ceasefire",
            "title": name,
            "date": "2025-03-01",
            "parties": BOTH,
            "terms": [{"number": "1", "norms": [norm("n1", "cease-hostilities", [])]}],
            **more,
        }
    protocol.documents["agreement"]["annexes"] = ["vale-annex"]
    protocol.documents["protocol"]["terms"].append(term("2", norm("p2", "refrain-from-force", [])))
    act(protocol, "guns", "shelling", "2025-06-10", alleges={"agreement": "vale-truce"}, modality="alleged")
    protocol.documents["report"]["claims"].pop(0)
    found = """SELECT ?norm ?claim WHERE { ?c a svd:CandidateViolation ; svd:ofReadingGroup ?group .
      ?group svd:key ?key . ?c svd:ofAgreement/<http://purl.org/dc/terms/identifier> ?agreement .
      OPTIONAL { ?c svd:allegedWithoutTermBy/svd:key ?said }
      BIND (CONCAT(?agreement, " ", ?key) AS ?norm) BIND (COALESCE(?said, "nobody") AS ?claim) }"""
    assert {row["norm"]: row["claim"] for row in table(protocol.build(), found)} == {
        "vale-protocol p1": "guns",
        "vale-annex n1": "guns",
        "vale-protocol p2": "nobody",
        "vale-local n1": "nobody",
    }


def test_an_act_without_a_time_is_not_assessed_whatever_was_changed(protocol: Any, table: Table) -> None:
    act(protocol, "sometime", "mine-laying", "2025-06-10")
    protocol.documents["report"]["claims"][-1].pop("time")
    protocol.documents["report"]["claims"].pop(0)
    store = protocol.build()
    assert table(
        store, "SELECT ?o WHERE { ?a svd:assessedClaim/svd:key 'sometime' ; svd:outcome/skos:notation ?o }"
    ) == [{"o": "not-assessed"}]
    assert table(store, CANDIDATES) == []


def test_rules_that_are_asked_only_where_something_changed_conclude_the_same_everywhere(
    protocol: Any,
) -> None:
    for key, kind, day, _ in ACTS:
        act(protocol, key, kind, day)
    store = protocol.build()
    graph = store.graph(URIRef(f"{BASE}graph/inference"))
    derive(store, BASE, by=[replace(rule, concerns="") for rule in rules()])
    assert store.graph(URIRef(f"{BASE}graph/inference")) == graph
