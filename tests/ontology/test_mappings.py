"""Mappings are one table, said again in OWL and SKOS; a class is never matched as if it were a code."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
import yaml
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

ONTOLOGY = Path(__file__).parents[2] / "ontology"
TABLE = ONTOLOGY / "mappings" / "servanda.sssom.tsv"
FILES = sorted((ONTOLOGY / "mappings").glob("*.ttl"))
CODE = "https://w3id.org/servanda/vocabulary/"
SEM, PROV, TIME = (
    "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "http://www.w3.org/ns/prov-o#",
    "http://www.w3.org/2006/time",
)
ACLED, UCDP, PAX = "https://acleddata.com/", "https://ucdp.uu.se/", "https://www.peaceagreements.org/"
CAMEO_BOOK = "https://parusanalytics.com/eventdata/data.dir/cameo.html"
PLOVER_BOOK = "https://github.com/openeventdata/PLOVER"
SOURCES = {SEM, PROV, TIME, ACLED, CAMEO_BOOK, PLOVER_BOOK, UCDP, "http://www.wikidata.org/entity/Q2013", PAX}


# As the lists have them: CAMEO.eventcodes.txt of GDELT, and the table CAMEO2PLOVER, draft 0.8 of 2021.
CAMEO = {
    "045": "Mediate",
    "046": "Engage in negotiation",
    "057": "Sign formal agreement",
    "0841": "Return, release person(s)",
    "0871": "Declare truce, ceasefire",
    "0874": "Retreat or surrender militarily",
    "112": "Accuse, not specified below",
    "154": "Mobilize or increase armed forces",
    "181": "Abduct, hijack, or take hostage",
    "183": "Conduct suicide, car, or other non-military bombing, not spec below",
    "190": "Use conventional military force, not specified below",
    "191": "Impose blockade, restrict movement",
    "192": "Occupy territory",
    "193": "Fight with small arms and light weapons",
    "194": "Fight with artillery and tanks",
    "195": "Employ aerial weapons",
    "196": "Violate ceasefire",
}
PLOVER = {
    "045": "CONSULT",
    "046": "CONSULT",
    "057": "SUPPORT",
    "0841": "RETREAT",
    "0871": "RETREAT",
    "0874": "RETREAT",
    "112": "ACCUSE",
    "154": "MOBILIZE",
    "181": "ASSAULT",
    "190": "ASSAULT",
    "191": "COERCE",
    "192": "COERCE",
    "196": "ASSAULT",
}


@cache
def table() -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the prefixes of the table, and its rows."""
    lines = TABLE.read_text("utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[2:] for line in lines if line.startswith("#")))
    rows = list(csv.DictReader([line for line in lines if not line.startswith("#")], delimiter="\t"))
    return head["curie_map"], rows


def whole(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return table()[0][prefix] + local


@cache
def known() -> frozenset[str]:
    graph = Graph()
    for path in (*(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")):
        graph.parse(path)
    return frozenset(str(subject) for subject in graph.subjects(RDF.type, None))


def test_each_neighbour_is_mapped() -> None:
    assert {row["object_source"] for row in table()[1]} >= SOURCES


@pytest.mark.parametrize(
    "slot",
    ["subject_id", "predicate_id", "object_id", "object_type", "mapping_justification", "object_source"],
)
def test_what_sssom_takes_for_a_reference_is_one(slot: str) -> None:
    prefixes = set(table()[0])
    for row in table()[1]:
        prefix, colon, _ = row[slot].partition(":")
        said = row[slot] in {"", "rdfs literal"} and slot in {"object_id", "object_type"}
        assert said or (colon and prefix in prefixes | {"http", "https"}), row


def test_each_row_is_about_a_term_or_code_of_ours_and_says_how_it_was_made() -> None:
    for row in table()[1]:
        assert whole(row["subject_id"]) in known(), row
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        assert bool(row["object_id"]) != (row["object_type"] == "rdfs literal"), row
        assert row["object_label"], row
    seen = [
        (row["subject_id"], row["predicate_id"], row["object_id"], row["object_label"]) for row in table()[1]
    ]
    assert len(seen) == len(set(seen))


def test_codes_are_matched_in_skos_and_classes_and_properties_in_owl() -> None:
    for row in table()[1]:
        of_code = whole(row["subject_id"]).startswith(CODE)
        assert whole(row["predicate_id"]).startswith(str(SKOS)) == of_code, row


def test_a_code_is_an_exact_match_only_where_both_sides_define_the_same() -> None:
    exact = {
        (row["subject_id"], row["object_source"], row["object_label"])
        for row in table()[1]
        if row["predicate_id"] == "skos:exactMatch"
    }
    assert exact == {("svdv:event-type/air-strike", ACLED, "Air/drone strike")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_what_the_table_says_of_its_neighbour(path: Path) -> None:
    graph = Graph().parse(path)
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    source = str(graph.value(header, DCTERMS.references))
    wanted = {
        tuple(URIRef(whole(row[part])) for part in ("subject_id", "predicate_id", "object_id"))
        for row in table()[1]
        if row["object_source"] == source and row["object_id"]
    }
    assert wanted
    assert {triple for triple in graph if triple[0] != header} == wanted


def test_every_row_with_an_iri_stands_in_some_file() -> None:
    told = {str(it) for path in FILES for it in Graph().parse(path).objects(None, DCTERMS.references)}
    assert told == {row["object_source"] for row in table()[1] if row["object_id"]}


def test_codes_of_other_lists_are_called_as_there_and_the_edition_is_named() -> None:
    rows = table()[1]
    cameo = {row["subject_id"]: row["object_label"] for row in rows if row["object_source"] == CAMEO_BOOK}
    for label in cameo.values():
        code, _, words = label.partition(" ")
        assert CAMEO[code] == words
    told = [(row["subject_id"], row["object_label"]) for row in rows if row["object_source"] == PLOVER_BOOK]
    assert {(code, label) for code, label in told if code in cameo} == {
        (code, PLOVER[label.split()[0]]) for code, label in cameo.items() if label.split()[0] in PLOVER
    }
    for row in rows:
        assert row["object_source_version"] or row["object_source"] not in SOURCES - {SEM, PROV, TIME}
