"""The IRIs of terms and codes lead somewhere: to RDF that any tool loads, or to a page for people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg.terms import SVD, VOCABULARY

if TYPE_CHECKING:
    import httpx

ONTOLOGY = "https://w3id.org/servanda/ontology"
ROOT = Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "ontology" / "modules").glob("*.ttl"))
LISTS = sorted(path.stem for path in (ROOT / "ontology" / "vocabularies").glob("*.ttl"))
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def told(http: httpx.Client, address: str) -> Graph:
    answer = http.get(address)
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.text, format="turtle")


def in_english(graph: Graph) -> set[tuple[object, ...]]:
    """Return what is said but for labels in other languages, which are published beside it."""
    return {triple for triple in graph if getattr(triple[2], "language", None) in {None, "en"}}


def test_labels_in_other_languages_come_with_the_terms(http: httpx.Client) -> None:
    for address, subject, predicate in (
        ("/ontology", SVD.AllegedViolation, RDFS.label),
        ("/vocabulary/modality", URIRef(f"{VOCABULARY}modality/hedged"), SKOS.prefLabel),
    ):
        labels = {getattr(label, "language", "") for label in told(http, address).objects(subject, predicate)}
        assert labels == {"en", "ar", "es", "fr", "ru", "uk"}
    assert 'lang="uk">із застереженням' in http.get("/vocabulary", headers=BROWSER).text


def test_the_ontology_comes_under_one_header_and_imports_nothing(http: httpx.Client) -> None:
    graph = told(http, "/ontology")
    assert set(graph.subjects(RDF.type, OWL.Ontology)) == {URIRef(ONTOLOGY)}
    assert not list(graph.objects(None, OWL.imports))
    declared = set(graph.subjects(RDF.type, OWL.Class))
    assert SVD.Claim in declared
    assert not [cls for cls in graph.objects(None, RDFS.subClassOf) if cls not in declared]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_and_its_version_iri_lead_to_its_terms(http: httpx.Client, name: str) -> None:
    graph = told(http, f"/ontology/{name}")
    assert in_english(graph) == set(Graph().parse(ROOT / "ontology" / "modules" / f"{name}.ttl"))
    version = graph.value(URIRef(f"{ONTOLOGY}/{name}"), OWL.versionIRI)
    assert set(told(http, str(version).removeprefix("https://w3id.org/servanda"))) == set(graph)


def test_a_version_that_is_not_kept_is_not_there(http: httpx.Client) -> None:
    assert "stands at 0.2.0" in http.get("/ontology/0.1.0").json()["detail"]
    assert http.get("/ontology/0.1.0").status_code == 404
    assert set(told(http, "/ontology/0.2.0")) == set(told(http, "/ontology"))
    missing = http.get("/ontology/weather")
    assert missing.status_code == 404
    assert "its modules are actors" in missing.json()["detail"]


@pytest.mark.parametrize("name", LISTS)
def test_a_code_list_and_each_of_its_codes_lead_to_what_they_mean(http: httpx.Client, name: str) -> None:
    graph = told(http, f"/vocabulary/{name}")
    assert in_english(graph) == set(Graph().parse(ROOT / "ontology" / "vocabularies" / f"{name}.ttl"))
    code = min(map(str, graph.subjects(SKOS.inScheme, URIRef(VOCABULARY + name))))
    alone = told(http, code.removeprefix("https://w3id.org/servanda"))
    assert set(alone.subjects()) == {URIRef(code)}
    assert alone.value(URIRef(code), SKOS.definition) is not None


def test_a_code_that_is_not_there_is_not_made_up(http: httpx.Client) -> None:
    answer = http.get("/vocabulary/modality/hedgd")
    assert answer.status_code == 404
    assert "modality/hedged" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("page", "shown"), [("/ontology", "EventAccount"), ("/vocabulary", "modality/hedged")]
)
def test_people_get_a_page_with_every_term(http: httpx.Client, page: str, shown: str) -> None:
    answer = http.get(page, headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    anchors = re.findall(r' id="([^"]+)"', answer.text)
    assert len(anchors) == len(set(anchors))
    assert shown in anchors
    named = set(told(http, page).subjects(RDF.type, OWL.Class if page == "/ontology" else SKOS.Concept))
    ours = {str(term) for term in named if str(term).startswith("https://w3id.org/servanda")}
    assert {iri.removeprefix(str(SVD)).removeprefix(VOCABULARY) for iri in ours} <= set(anchors)


def test_people_who_follow_a_part_land_on_the_page(http: httpx.Client) -> None:
    for address, place in (
        ("/ontology/reports", "/ontology#reports"),
        ("/ontology/0.2.0", "/ontology"),
        ("/vocabulary/modality/hedged", "/vocabulary#modality/hedged"),
    ):
        answer = http.get(address, headers=BROWSER, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, place)


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_an_address_may_end_in_the_syntax(http: httpx.Client, extension: str) -> None:
    for address in ("/ontology", "/ontology/places", "/vocabulary/basis"):
        answer = http.get(f"{address}.{extension}", headers=BROWSER)
        assert answer.status_code == 200
        assert "html" not in answer.headers["content-type"]


def test_the_description_of_the_data_is_at_its_well_known_place(http: httpx.Client) -> None:
    answer = http.get("/.well-known/void", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sparql")


def test_the_rules_for_w3id_lead_where_a_server_answers(http: httpx.Client) -> None:
    text = (ROOT / "deploy" / "w3id" / ".htaccess").read_text("utf-8")
    rules = [line.split()[1:3] for line in text.splitlines() if line.startswith("RewriteRule")]
    for path in (
        "ontology",
        "ontology.ttl",
        "ontology/reports/0.2.0",
        "vocabulary/basis",
        "id/actor/armenia",
    ):
        matching = [(re.match(rule, path), target) for rule, target in rules if re.match(rule, path)]
        found, target = matching[0]
        assert found is not None
        address = target.replace("%{ENV:HOST}", "").replace("$1", found[1] or "")
        assert http.get(address, follow_redirects=True).status_code == 200, path


def test_the_header_says_how_to_cite_the_ontology(http: httpx.Client) -> None:
    graph = told(http, "/ontology")
    vann = "http://purl.org/vocab/vann/"
    root = URIRef(ONTOLOGY)
    assert graph.value(root, URIRef(f"{vann}preferredNamespacePrefix")) == Literal("svd")
    assert graph.value(root, OWL.priorVersion) == URIRef(f"{ONTOLOGY}/0.1.0")
