"""kg.terms names what the ontology declares, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import VANN, Graph, Literal, URIRef
from rdflib.namespace import DefinedNamespace
from rdflib.namespace import Namespace as OpenNamespace

from kg import terms
from kg.terms import (
    BROADER,
    CITO,
    DCTERMS,
    ELI,
    GEO,
    OA,
    ODRL,
    ORG,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SEM,
    SH,
    SKOS,
    SVD,
    VOCABULARY,
    XSD,
    concept,
    scheme,
)

ONTOLOGY = Path(__file__).parents[2] / "ontology"
MODULES = sorted((ONTOLOGY / "modules").glob("*.ttl"))
VOCABULARIES = sorted((ONTOLOGY / "vocabularies").glob("*.ttl"))
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
FOREIGN = (VANN, CITO, DCTERMS, ELI, GEO, OA, ODRL, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SEM, SH, SKOS, XSD)

ADMITS_CANDIDATE = {"asserted", "reported", "alleged", "confirmed", "found-by-court", "found-by-inquiry"}
ADMITS_ALLEGATION = ADMITS_CANDIDATE | {"hedged"}


def graph_of(paths: list[Path]) -> Graph:
    assert paths
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def modules() -> Graph:
    return graph_of(MODULES)


@pytest.fixture(scope="module")
def vocabularies() -> Graph:
    return graph_of(VOCABULARIES)


def members(namespace: type[DefinedNamespace]) -> set[URIRef]:
    return {namespace[name] for name in namespace.__annotations__ if not name.startswith("_")}


def test_svd_names_every_term_that_the_ontology_declares_and_no_other(modules: Graph) -> None:
    declared = {term for kind in KINDS for term in modules.subjects(RDF.type, kind)}
    assert declared
    assert members(SVD) == declared


@pytest.mark.parametrize("namespace", [SVD, ELI, SEM, OA, CITO])
def test_a_misspelt_term_fails_where_it_is_written(namespace: type[DefinedNamespace]) -> None:
    with pytest.raises(AttributeError):
        _ = namespace.Alegation


def test_foreign_terms_in_the_modules_exist_and_are_not_redeclared(modules: Graph) -> None:
    own = str(SVD).removesuffix("#")
    for subject, predicate, value in modules:
        assert str(subject).startswith(own), f"{subject} is not ours to describe"
        for term in (predicate, value):
            if isinstance(term, URIRef) and not str(term).startswith((own, "https://creativecommons.org/")):
                assert any(term in namespace for namespace in FOREIGN), f"{term} is in no known vocabulary"


def test_every_constant_that_is_a_namespace_has_a_prefix() -> None:
    namespaces = {
        str(value)
        for name, value in vars(terms).items()
        if name in terms.__all__ and isinstance(value, type(DefinedNamespace) | OpenNamespace)
    }
    assert namespaces == set(PREFIXES.values())


def test_prefixes_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PREFIXES["svd"] = "https://example.org/"  # type: ignore[index]


def test_each_file_holds_the_one_code_list_that_it_is_named_after() -> None:
    assert VOCABULARIES
    for path in VOCABULARIES:
        graph = Graph().parse(path)
        assert set(graph.subjects(RDF.type, SKOS.ConceptScheme)) == {scheme(path.stem)}
        codes = set(graph.subjects(RDF.type, SKOS.Concept))
        assert codes == {concept(path.stem, str(code)) for code in graph.objects(None, SKOS.notation)}
        assert set(graph.subjects()) == {scheme(path.stem), *codes}
        assert len(set(graph.objects(None, SKOS.prefLabel))) == len(codes) + 1, "labels are distinct"


def test_every_modality_says_what_it_admits(vocabularies: Graph) -> None:
    modalities = set(vocabularies.subjects(SKOS.inScheme, scheme("modality")))
    for flag, wanted in (
        (SVD.admitsCandidate, ADMITS_CANDIDATE),
        (SVD.admitsAllegation, ADMITS_ALLEGATION),
    ):
        assert set(vocabularies.subjects(flag, None)) == modalities
        admitted = set(vocabularies.subjects(flag, Literal(lexical_or_value=True)))
        assert admitted == {concept("modality", code) for code in wanted}


@pytest.mark.parametrize(
    "action",
    [
        "withdraw-forces",
        "withdraw-weapons",
        "return-territory",
        "deploy-peacekeepers",
        "unblock-links",
        "control-transport",
        "exchange-prisoners",
        "return-displaced",
        "establish-centre",
        "plan-route",
        "negotiate",
        "release-detainees",
        "disarm",
        "clear-mines",
        "other",
    ],
)
def test_no_act_contravenes_a_duty_to_bring_something_about(vocabularies: Graph, action: str) -> None:
    assert (concept("action", action), SKOS.inScheme, scheme("action")) in vocabularies
    assert not set(vocabularies.objects(concept("action", action), SVD.contravenedBy))


@pytest.mark.parametrize(
    ("action", "act"),
    [
        ("hold-position", "territorial-seizure"),
        ("cease-hostilities", "armed-clash"),
        ("refrain-from-force", "shelling"),
        ("guarantee-security-of-passage", "blockade"),
        ("allow-humanitarian-access", "obstruction-of-aid"),
        ("keep-demilitarised", "force-buildup"),
    ],
)
def test_an_act_contravenes_an_action_itself_or_by_a_broader_type(
    vocabularies: Graph, action: str, act: str
) -> None:
    types = set(vocabularies.transitive_objects(concept("event-type", act), SKOS.broader))
    assert types & set(vocabularies.objects(concept("action", action), SVD.contravenedBy))


@pytest.mark.parametrize("act", ["withdrawal", "statement", "accusation", "negotiation", "ceasefire-breach"])
def test_talk_and_retreat_contravene_nothing(vocabularies: Graph, act: str) -> None:
    types = vocabularies.transitive_objects(concept("event-type", act), SKOS.broader)
    assert not [action for kind in types for action in vocabularies.subjects(SVD.contravenedBy, kind)]


def test_an_allegation_is_never_a_candidate(modules: Graph) -> None:
    assert (SVD.AllegedViolation, OWL.disjointWith, SVD.CandidateViolation) in modules
    assert concept("status", "candidate") != concept("status", "alleged")


def test_codes_are_built_from_their_list() -> None:
    assert str(concept("reliability", "A")) == f"{VOCABULARY}reliability/A"


def test_the_classes_with_others_below_them_are_known_and_how_many_levels(modules: Graph) -> None:
    def levels(cls: URIRef) -> int:
        return max((1 + levels(below) for below in modules.subjects(RDFS.subClassOf, cls)), default=0)  # type: ignore[arg-type]

    declared = {str(cls): levels(cls) for cls in members(SVD) if (cls, RDF.type, OWL.Class) in modules}
    assert {cls: count for cls, count in declared.items() if count} == {
        str(cls): count for cls, count in BROADER.items()
    }
