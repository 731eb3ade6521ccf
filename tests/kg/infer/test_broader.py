"""What is asked for by a broader class, in other words or by a name is there, and says whose word it is."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from rdflib import Graph
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import URIRef

from kg import resources
from kg.infer import derive
from kg.pipeline import ingest, withdraw
from kg.pipeline.setup import empty_in_memory
from kg.terms import SVD
from tests.kg.infer.conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

PARTS = {
    SVD.AttributionStep,
    SVD.Annotation,
    SVD.Change,
    SVD.Document,
    SVD.Quotation,
    SVD.Review,
    SVD.Revision,
    SVD.EventAccount,
}
"""Classes of parts and of bookkeeping, whose broader classes are left to a path."""
LEFT_OUT = {"http://www.w3.org/ns/prov#Entity", "https://schema.org/Claim"}
ACCOUNTS = """PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?claim ?source ?who ?where ?when ?label WHERE {
  ?account a sem:Event ; sem:hasActor ?who ; sem:hasPlace ?where ; sem:hasTimeStamp ?when ;
    sem:accordingTo ?source ; prov:wasDerivedFrom ?claim ; rdfs:label ?label }"""


def asked(store: OxigraphStore, pattern: str) -> set[str]:
    query = f"PREFIX rdfs: <{RDFS}> SELECT DISTINCT ?it WHERE {{ {pattern} }}"
    return {str(row["it"]) for row in store.select(query).mappings()}


def ontology() -> Graph:
    graph = Graph()
    for item in resources.turtle(resources.ontology() / "modules"):
        graph.parse(data=item.read_text(encoding="utf-8"), format="turtle")
    return graph


def test_whoever_asks_for_a_broader_class_gets_all_of_it(world: Any) -> None:
    world.documents["report"].pop("publisher")
    world.claim["alleges"] = {"agreement": "vale-truce"}
    world.claim["attribution"] = [{"agent": "elbonia", "verb": "said", "report": "a leaflet"}]
    store = world.build()
    classes = ontology()
    declared = set(classes.subjects(RDF.type, OWL.Class))
    seen = Counter[str]()
    for broader in {*classes.objects(None, RDFS.subClassOf)} - {URIRef(iri) for iri in LEFT_OUT}:
        below = set(classes.transitive_subjects(RDFS.subClassOf, broader)) - PARTS
        if below == {broader} or not declared & below:
            continue
        wanted = {it for cls in below for it in asked(store, f"?it a <{cls}>")}
        found = asked(store, f"?it a <{broader}>")
        accounts = asked(store, f"?it a <{SVD.EventAccount}>")
        assert found - accounts == wanted - accounts, broader
        seen[str(broader)] = len(found)
    assert seen[str(SVD.Actor)] > seen["http://www.w3.org/ns/org#Organization"] > 0
    for name in ("http://www.w3.org/ns/prov#Agent", "http://www.w3.org/ns/odrl/2/Duty", str(SVD.Report)):
        assert seen[name] > 0, name
    assert seen[str(SVD.ViolationRecord)] == 2, "what is alleged, and the term that a rule found"


def test_no_statement_stands_in_two_graphs(world: Any) -> None:
    store = world.build()
    twice = Counter(quad[:3] for quad in store.quads())
    assert not [triple for triple, count in twice.items() if count > 1]


def test_a_norm_is_told_in_the_words_of_odrl(world: Any, table: Table) -> None:
    rows = table(
        world.build(),
        """PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
        SELECT DISTINCT ?who ?what WHERE { ?duty a odrl:Duty ; odrl:assignee ?who ; odrl:action ?what }""",
    )
    assert {row["who"] for row in rows} == {"actor/elbonia", "actor/ruritania"}


def test_an_account_of_an_event_says_whose_word_it_is(world: Any, table: Table) -> None:
    assert table(world.build(), ACCOUNTS) == [
        {
            "claim": "report/acorn-1/claim/k1",
            "source": "actor/acorn",
            "who": "actor/elbonian-guns",
            "where": "place/ash",
            "when": "2025-03-10",
            "label": "According to the Daily Acorn: Shelling of Ash",
        }
    ]


def test_nothing_has_an_actor_or_a_place_in_sem_but_what_names_its_source(world: Any) -> None:
    store = world.build()
    for predicate in ("hasActor", "hasPlace", "hasTimeStamp"):
        sem = "http://semanticweb.cs.vu.nl/2009/11/sem/"
        told = asked(store, f"?it <{sem}{predicate}> ?any")
        assert told
        assert told == asked(
            store, f"?it a <{SVD.EventAccount}> ; <{sem}{predicate}> ?a ; <{sem}accordingTo> ?b"
        )
        assert not told & asked(store, f"?it a <{SVD.Event}>")


@pytest.mark.parametrize("modality", ["hedged", "denied", "predicted", "conditional"])
def test_what_is_not_said_plainly_is_no_account(world: Any, table: Table, modality: str) -> None:
    world.claim["modality"] = modality
    if modality == "hedged":
        world.claim["hedges"] = ["killing"]
    if modality == "denied":
        world.claim["polarity"] = "negative"
    if modality == "conditional":
        world.documents["report"]["events"].append(
            {"key": "other", "type": "shelling", "label": "Another shelling"}
        )
        world.claim["if"] = "other"
    store = world.build()
    assert table(store, ACCOUNTS) == []
    assert not asked(store, f"?it a <{SVD.EventAccount}>")


def test_a_claim_is_attributed_to_each_who_says_so(world: Any, table: Table) -> None:
    world.claim["attribution"] = [{"agent": "elbonia", "verb": "said"}]
    rows = table(
        world.build(),
        """PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?agent WHERE { ?claim a svd:Claim ; prov:wasAttributedTo ?agent . ?agent a prov:Agent }""",
    )
    assert [row["agent"] for row in rows] == ["actor/acorn", "actor/elbonia"]


def test_what_people_look_at_has_a_name_and_none_reads_as_a_fact(world: Any, table: Table) -> None:
    world.claim["alleges"] = {"agreement": "vale-truce"}
    store = world.build()
    for cls in (
        *("Actor", "Region", "Agreement", "AgreementText", "Term", "Norm", "ReadingGroup"),
        *("Report", "Claim", "Event", "EventAccount", "ViolationRecord"),
    ):
        things = asked(store, f"?it a <{SVD[cls]}>")
        named = asked(store, f"?it a <{SVD[cls]}> ; rdfs:label ?label")
        assert things, cls
        assert things == named, cls
    names = {
        kind: {
            row["label"]
            for row in table(store, f"SELECT ?label WHERE {{ ?it a svd:{kind} ; rdfs:label ?label }}")
        }
        for kind in ("Claim", "ViolationRecord")
    }
    assert all(name.startswith("According to ") for name in names["Claim"])
    assert all(name.startswith(("Alleged ", "Candidate, ")) for name in names["ViolationRecord"])


def test_accounts_and_names_follow_the_report(world: Any, table: Table) -> None:
    before = world.build()
    second = json.loads(json.dumps(world.documents["report"]))
    second["id"] = "acorn-2"
    world.documents["second"] = second
    paths = world.write()
    made = empty_in_memory(BASE)
    assert not [problem for outcome in ingest(made, paths) for problem in outcome.problems]
    world.documents["second"]["claims"][0]["perpetrators"] = ["elbonia"]
    world.documents["second"]["claims"][0]["modality"] = "hedged"
    world.documents["second"]["claims"][0]["hedges"] = ["killing"]
    assert not [problem for outcome in ingest(made, world.write()) for problem in outcome.problems]
    assert [row["claim"] for row in table(made.store, ACCOUNTS)] == ["report/acorn-1/claim/k1"]
    revised = made.store.graph(URIRef(f"{BASE}graph/inference"))
    derive(made.store, BASE)
    assert made.store.graph(URIRef(f"{BASE}graph/inference")) == revised
    withdraw.retract(made, "report", "acorn-2", "mistaken", agent="somebody")
    inference = URIRef(f"{BASE}graph/inference")
    assert made.store.graph(inference) == before.graph(inference)
