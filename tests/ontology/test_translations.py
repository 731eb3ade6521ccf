"""Labels in other languages are of terms and codes that there are, and marked as ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Literal

ONTOLOGY = Path(__file__).parents[2] / "ontology"
LANGUAGES = {"ar", "es", "fr", "ru", "uk"}
HEADER = URIRef("https://w3id.org/servanda/ontology/translations")


@pytest.fixture(scope="module")
def labels() -> list[tuple[str, str, Literal]]:
    graph = Graph().parse(ONTOLOGY / "translations.ttl")
    return [
        (str(subject), str(predicate), value)
        for subject, predicate, value in graph
        if subject != HEADER and isinstance(value, Literal)
    ]


def test_it_is_said_whose_translations_these_are() -> None:
    graph = Graph().parse(ONTOLOGY / "translations.ttl")
    assert str(graph.value(HEADER, DCTERMS.source)) == "The Servanda authors"


def test_each_is_a_label_of_a_term_or_a_code_once_in_each_language(
    labels: list[tuple[str, str, Literal]],
) -> None:
    known = Graph()
    for path in (*(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")):
        known.parse(path)
    for subject, predicate, _ in labels:
        is_class = (URIRef(subject), RDF.type, OWL.Class) in known
        assert is_class or (URIRef(subject), RDF.type, SKOS.Concept) in known, subject
        assert predicate == str(RDFS.label if is_class else SKOS.prefLabel)
    for subject in {subject for subject, _, _ in labels}:
        assert sorted(str(one.language) for it, _, one in labels if it == subject) == sorted(LANGUAGES)


def test_no_two_of_a_list_are_called_the_same_in_a_language(labels: list[tuple[str, str, Literal]]) -> None:
    named = Counter((subject.rpartition("/")[0], label.language, str(label)) for subject, _, label in labels)
    assert not [name for name, count in named.items() if count > 1]


def test_what_is_alleged_or_a_candidate_is_never_called_a_violation_and_no_more(
    labels: list[tuple[str, str, Literal]],
) -> None:
    for subject, _, label in labels:
        if subject.endswith(("#AllegedViolation", "#CandidateViolation")):
            assert len(str(label).split()) > 1, label
