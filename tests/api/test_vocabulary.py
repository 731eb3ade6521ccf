"""The IRIs of terms and codes lead somewhere: to RDF that any tool loads, or to a page for people."""

from __future__ import annotations

import re
from html import unescape
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, cast
from xml.etree.ElementTree import fromstring

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

from api.class_diagram import COLUMNS, SHARED
from api.terms_page import ontology_page
from kg.query.lookups.examples import Example
from kg.query.lookups.vocabulary import Entry, Section, Version
from kg.terms import SVD, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    import httpx
    from rdflib.term import Node

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
    page = http.get("/vocabulary", headers=BROWSER).text
    assert 'lang="uk">із застереженням' in page
    for title in ('lang="uk">модальності', 'lang="fr">modalités', 'lang="ar" dir="rtl">صيغ القول'):
        assert title in page


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


BESIDE = sorted(
    str(subject)
    for path in (*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "ontology" / "mappings").glob("*.ttl"))
    for subject in Graph().parse(path).subjects(RDF.type, OWL.Ontology)
    if str(subject) != ONTOLOGY
)


@pytest.mark.parametrize("iri", BESIDE)
def test_whatever_is_declared_an_ontology_is_found_at_its_iri(http: httpx.Client, iri: str) -> None:
    assert len(BESIDE) >= 11
    address = iri.removeprefix("https://w3id.org/servanda")
    graph = told(http, address)
    assert set(graph.subjects(RDF.type, OWL.Ontology)) <= {URIRef(iri)}
    assert graph
    for version in graph.objects(URIRef(iri), OWL.versionIRI):
        assert set(told(http, str(version).removeprefix("https://w3id.org/servanda"))) == set(graph)
    assert http.get(address, headers=BROWSER).status_code in {200, 303}
    assert http.get(f"{address}/9.9.9").status_code == 404


def test_mappings_come_together_as_triples_and_as_a_table(http: httpx.Client) -> None:
    graph = told(http, "/ontology/mappings")
    assert (SVD.Actor, RDFS.seeAlso, URIRef("http://semanticweb.cs.vu.nl/2009/11/sem/Actor")) in graph
    answer = http.get("/ontology/mappings", headers={"accept": "text/tab-separated-values"})
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert answer.text.startswith("# mapping_set_id: https://w3id.org/servanda/ontology/mappings\n")
    assert http.get("/ontology/mappings/sem", headers={"accept": "text/csv"}).status_code == 406


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


@pytest.fixture(scope="module")
def page(http: httpx.Client) -> str:
    return http.get("/ontology", headers=BROWSER).text


def drawing(page: str) -> Element:
    [svg] = re.findall(r"<svg .*?</svg>", page, re.DOTALL)
    return fromstring(svg)  # noqa: S314 - our own


def test_the_page_has_a_diagram_examples_every_module_and_a_changelog(page: str) -> None:
    places = [page.index(f'<h2 id="{name}">') for name in ("diagram", "examples", *MODULES, "changelog")]
    assert places == sorted(places)


def test_nothing_on_the_page_runs_or_is_fetched(page: str) -> None:
    assert not re.search(r"<script|<link|<img|<image|<use|<iframe|<object|\sstyle=|\son\w+=", page)
    assert not re.search(r"\ssrc=|@import|url\(|javascript:", page)
    assert all(address.startswith("#") for address in re.findall(r'href="([^"]*)"', page))
    anchors = set(re.findall(r' id="([^"]+)"', page))
    assert {address[1:] for address in re.findall(r'href="([^"]*)"', page)} <= anchors


def test_the_diagram_shows_the_chief_classes_with_their_narrower_ones(http: httpx.Client, page: str) -> None:
    shown = {text.strip(",") for text in drawing(page).itertext()}
    graph = told(http, "/ontology")
    for name in (
        "Agreement",
        "Term",
        "Norm",
        "Actor",
        "Region",
        "Report",
        "Claim",
        "Event",
        "ViolationRecord",
    ):
        assert name in shown
        narrower = graph.subjects(RDFS.subClassOf, SVD[name])
        assert {str(one).removeprefix(str(SVD)) for one in narrower} <= shown


def test_the_diagram_shows_every_property_that_leads_from_chief_class_to_chief_class(
    http: httpx.Client, page: str
) -> None:
    shown = {text.strip(",") for text in drawing(page).itertext()}
    graph = told(http, "/ontology")
    chief = {SVD[name] for _, names in COLUMNS for name in names}
    between = {
        str(one).removeprefix(str(SVD))
        for one in graph.subjects(RDF.type, OWL.ObjectProperty)
        if graph.value(one, RDFS.domain) in chief and graph.value(one, RDFS.range) in chief
    }
    assert {"perpetrator", "aboutEvent", "supportedBy", "binds"} <= between
    assert between <= shown
    assert {"allegesBreachOf", "evidence", "inTerm"} <= shown


def test_the_diagram_stays_within_its_frame(page: str) -> None:
    svg = drawing(page)
    width, height = map(int, svg.attrib["viewBox"].split()[2:])
    for element in svg.iter():
        assert 0 <= float(element.get("x", 0)) <= width
        assert 0 <= float(element.get("y", 0)) <= height
        for axis, number in re.findall(r"([HV])([\d.]+)", element.get("d", "")):
            assert float(number) <= (width if axis == "H" else height)


def test_what_the_diagram_says_of_shared_properties_is_what_the_shapes_ask_for() -> None:
    shapes = Graph()
    for folder in ("modules", "shapes"):
        for path in sorted((ROOT / "ontology" / folder).glob("*.ttl")):
            shapes.parse(path)
    asked = """SELECT DISTINCT ?class ?property ?kind WHERE {
        ?shape sh:targetClass ?class ; sh:property ?stated . ?stated sh:path ?property .
        { ?stated (sh:node|sh:or|sh:xone|rdf:first|rdf:rest)*/sh:class ?kind }
        UNION { ?property rdfs:range ?kind }
    }"""
    rows = cast("Iterable[tuple[Node, ...]]", shapes.query(asked, initNs={"sh": SH}))
    asked_for = {tuple(map(str, row)) for row in rows}
    shown = {
        (str(SVD[source]), str(SVD[name]), str(SVD[target]))
        for name, ends in SHARED.items()
        for source, target in product(*ends)
    }
    assert shown <= asked_for


def test_an_example_is_turtle_and_stands_in_the_graphs_that_conform(page: str) -> None:
    conforming = Graph()
    for path in sorted((ROOT / "ontology" / "examples").glob("*.ttl")):
        conforming.parse(path)
    shown = [unescape(text) for text in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)]
    assert len(shown) >= 2
    for text in shown:
        example = set(Graph().parse(data=text, format="turtle"))
        assert example
        assert example <= set(conforming)


def test_the_changelog_is_that_of_the_ontology_and_names_terms_that_there_are(
    http: httpx.Client, page: str
) -> None:
    graph = told(http, "/ontology")
    changelog = page[page.index('<h2 id="changelog">') :]
    assert re.findall(r'<h3 id="version-([^"]*)">', changelog) == ["0.2.0", "0.1.0"]
    notes = {str(note) for note in graph.objects(None, SKOS.changeNote)}
    assert {unescape(note) for note in re.findall(r"<li>(.*?)</li>", changelog)} == notes
    declared = set(graph.subjects(RDF.type, None))
    renamed = {str(SVD) + "addresses", str(SVD) + "concerns"}
    named = {str(SVD) + name for note in notes for name in re.findall(r"svd:(\w+)", note)}
    assert {str(term) for term in declared} & renamed == set()
    assert named - renamed <= {str(term) for term in declared}


def test_every_version_before_the_one_that_stands_has_its_notes(http: httpx.Client) -> None:
    graph = told(http, "/ontology")
    root = URIRef(ONTOLOGY)
    for version in (graph.value(root, OWL.versionIRI), graph.value(root, OWL.priorVersion)):
        assert list(graph.objects(version, SKOS.changeNote))


def test_whatever_the_ontology_holds_is_shown_as_text() -> None:
    bad = "\"><script>alert('1')</script>&"
    claim = Entry(bad, "Claim", "class", bad, bad, (bad,), (bad,), (bad,), (bad,), ((bad, bad),))
    odd = Entry(bad, bad, "class", bad, bad, (bad,), ("svd:Claim",), (), (), ())
    link = Entry(bad, f"x{bad}", "property", bad, bad, (), (), ("svd:Claim",), ("svd:Claim",), ())
    section = Section(bad, bad, bad, bad, (claim, odd, link))
    page = ontology_page(bad, [section], [Example(bad, bad)], [Version(bad, bad, (bad,))])
    assert "<script" not in page
    assert bad in "".join(drawing(page).itertext())
    assert not re.search(r"&(?!(?:amp|lt|gt|quot|#x27);)", page)


def test_the_page_is_sent_again_only_if_it_changed(http: httpx.Client) -> None:
    first = http.get("/ontology", headers=BROWSER)
    again = http.get("/ontology", headers={**BROWSER, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert http.get("/ontology").headers["etag"] != first.headers["etag"]
    assert http.get("/ontology", headers=BROWSER).content == first.content
