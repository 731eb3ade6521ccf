"""Each term, code list and code has one label in each other language, of its own, and marked as ours."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from unicodedata import combining, normalize
from unicodedata import name as name_of

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Literal

ONTOLOGY = Path(__file__).parents[2] / "ontology"
LANGUAGES = {"ar", "es", "fr", "ru", "uk"}
HEADER = URIRef("https://w3id.org/servanda/ontology/translations")
LABELLED = {OWL.Class: RDFS.label, SKOS.ConceptScheme: SKOS.prefLabel, SKOS.Concept: SKOS.prefLabel}
SCRIPTS = {"ar": "ARABIC", "es": "LATIN", "fr": "LATIN", "ru": "CYRILLIC", "uk": "CYRILLIC"}
FOREIGN = {"ru": set("іїєґ"), "uk": set("ыэёъ")}

# How each language says that something is alleged, and not so.
ALLEGED = {
    "ar": ("مزعوم",),
    "es": ("presunt", "alegad"),
    "fr": ("allégu",),
    "ru": ("предполагаем", "заявлено"),
    "uk": ("стверджуван", "заявлено"),
}


@pytest.fixture(scope="module")
def known() -> Graph:
    graph = Graph()
    for path in (*(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def english(known: Graph) -> dict[str, str]:
    """Return the English label of each property of the modules."""
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    properties = {one for kind in kinds for one in known.subjects(RDF.type, kind)}
    return {
        str(one): str(label)
        for one in properties
        for label in known.objects(one, RDFS.label)
        if isinstance(label, Literal) and label.language == "en"
    }


@pytest.fixture(scope="module")
def kinds(known: Graph) -> dict[str, URIRef]:
    """Return the kind of each class, code list and code that has an English label."""
    return {
        str(subject): kind
        for kind, predicate in LABELLED.items()
        for subject in known.subjects(RDF.type, kind)
        for label in known.objects(subject, predicate)
        if isinstance(label, Literal) and label.language == "en"
    }


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


def test_each_is_a_label_of_a_term_a_list_or_a_code_once_in_each_language(
    labels: list[tuple[str, str, Literal]], kinds: dict[str, URIRef], english: dict[str, str]
) -> None:
    for subject, predicate, label in labels:
        assert subject in english or subject in kinds, subject
        assert predicate == str(RDFS.label if subject in english else LABELLED[kinds[subject]]), subject
        assert str(label) == str(label).strip() != "", subject
    found = Counter((subject, label.language) for subject, _, label in labels)
    assert found == Counter(
        (subject, language) for subject in {subject for subject, _ in found} for language in LANGUAGES
    )


def test_every_class_code_list_and_code_has_a_label_in_each_language(
    labels: list[tuple[str, str, Literal]], kinds: dict[str, URIRef]
) -> None:
    assert set(kinds.values()) == set(LABELLED)
    told = {(subject, label.language) for subject, _, label in labels}
    assert not [(one, language) for one in kinds for language in LANGUAGES if (one, language) not in told]


def bare(label: str) -> str:
    """Return a label as most people write it: without case, and without the marks that Arabic leaves out."""
    spelled = normalize("NFKD", label.casefold())
    return "".join(sign for sign in spelled if not combining(sign))


def test_no_two_classes_lists_or_codes_of_a_list_are_called_the_same_in_a_language(
    labels: list[tuple[str, str, Literal]], kinds: dict[str, URIRef]
) -> None:
    named = Counter(
        (kinds[subject], subject.rpartition("/")[0], label.language, bare(label))
        for subject, _, label in labels
        if subject in kinds
    )
    assert not [name for name, count in named.items() if count > 1]


def test_a_label_is_written_in_the_letters_of_its_language(
    labels: list[tuple[str, str, Literal]], kinds: dict[str, URIRef]
) -> None:
    for subject, _, label in labels:
        language = str(label.language)
        letters = {letter for letter in str(label).casefold() if letter.isalpha()}
        if subject in kinds:  # a property may name a standard, as SHA-256
            assert all(name_of(one).startswith(SCRIPTS[language]) for one in letters), (subject, label)
        assert not letters & FOREIGN.get(language, set()), (subject, label)


def test_what_is_alleged_or_a_candidate_is_never_called_a_violation_and_no_more(
    labels: list[tuple[str, str, Literal]],
) -> None:
    for subject, _, label in labels:
        if subject.endswith(("#AllegedViolation", "#CandidateViolation", "#ViolationRecord")):
            assert len(str(label).split()) > 1, label


def test_every_property_has_a_label_in_each_language(
    labels: list[tuple[str, str, Literal]], english: dict[str, str]
) -> None:
    assert english
    told = {(subject, label.language) for subject, _, label in labels if str(label).strip()}
    assert not [(one, language) for one in english for language in LANGUAGES if (one, language) not in told]


def test_no_property_is_called_as_another_term_in_a_language(
    labels: list[tuple[str, str, Literal]], known: Graph, english: dict[str, str]
) -> None:
    called: defaultdict[tuple[str | None, str], set[str]] = defaultdict(set)
    properties = set()
    for subject, predicate, label in labels:
        if predicate == str(RDFS.label):
            name = (label.language, bare(label))
            called[name].add(str(known.value(URIRef(subject), RDFS.label)).casefold())
            if subject in english:
                properties.add(name)
    assert not {name: called[name] for name in properties if len(called[name]) > 1}


def test_what_is_called_alleged_in_english_is_so_in_each_language(
    labels: list[tuple[str, str, Literal]], known: Graph
) -> None:
    named = known.subject_objects(RDFS.label)
    alleged = {str(one) for one, label in named if "alleged" in str(label).casefold().split()}
    assert alleged
    for subject, _, label in labels:
        if subject in alleged:
            words = ALLEGED[str(label.language)]
            assert any(word in str(label).casefold() for word in words), (subject, label)
