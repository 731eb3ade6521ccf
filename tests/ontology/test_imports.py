"""The modules fit together, and no file under ontology/ names a term that nobody declared."""

from __future__ import annotations

import re
from functools import cache
from graphlib import TopologicalSorter
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

ONTOLOGY = Path(__file__).parents[2] / "ontology"
ROOT = ONTOLOGY / "servanda.ttl"
EXTERNAL = ONTOLOGY / "external.ttl"
MODULES = sorted((ONTOLOGY / "modules").glob("*.ttl"))
MAPPINGS = sorted((ONTOLOGY / "mappings").glob("*.ttl"))
VOCABULARIES = sorted((ONTOLOGY / "vocabularies").glob("*.ttl"))
FILES = sorted(path for kind in ("*.ttl", "*.rq") for path in ONTOLOGY.rglob(kind))

BASE = "https://w3id.org/servanda/ontology"
TERM = BASE + "#"
CODE = "https://w3id.org/servanda/vocabulary/"
NAMES = {"actors", "agreements", "events", "history", "places", "reports", "violations"}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)

PREFIX_LINE = re.compile(r"(?:@prefix|\bPREFIX)\s+([\w-]*):\s*<([^>]*)>\s*\.?", re.IGNORECASE)
FULL_IRI = re.compile(r"<([^<>\s\"{}]+)>")


@cache
def graph(path: Path) -> Graph:
    return Graph().parse(path)


def module_iri(path: Path) -> URIRef:
    return URIRef(f"{BASE}/{path.stem}")


def imports(path: Path) -> set[str]:
    return {str(iri) for iri in graph(path).objects(None, OWL.imports)}


def defined(path: Path) -> set[str]:
    return {str(term) for kind in KINDS for term in graph(path).subjects(RDF.type, kind)}


def named(path: Path) -> set[str]:
    """Return every IRI under our two namespaces that the text of a file names, in full or by prefix."""
    text = path.read_text(encoding="utf-8")
    prefixes = dict(PREFIX_LINE.findall(text))
    body = PREFIX_LINE.sub("", text)
    found = set(FULL_IRI.findall(body))
    for prefix, namespace in prefixes.items():
        if namespace.startswith((TERM, CODE)):
            local = re.compile(rf"(?<![\w:/#-]){re.escape(prefix)}:([\w-]*[\w])")
            found |= {namespace + name for name in local.findall(body)}
    return {iri for iri in found if iri.startswith((TERM, CODE))}


def within(path: Path, *folder: str) -> bool:
    return path.is_relative_to(ONTOLOGY.joinpath(*folder))


def test_the_root_imports_every_module_and_nothing_else() -> None:
    assert {path.stem for path in MODULES} == NAMES
    assert imports(ROOT) == {str(module_iri(path)) for path in (*MODULES, EXTERNAL)}
    assert set(graph(ROOT).subjects()) == {URIRef(BASE)}, "the root is a header and its imports"


def test_imports_resolve_here_and_never_go_round() -> None:
    known = {str(module_iri(path)) for path in (*MODULES, EXTERNAL)}
    needs = {str(module_iri(path)): imports(path) for path in (*MODULES, EXTERNAL)}
    assert set().union(*needs.values()) <= known
    assert set(TopologicalSorter(needs).static_order()) == known


def test_no_module_imports_a_mapping() -> None:
    assert MAPPINGS
    for path in MAPPINGS:
        (header,) = graph(path).subjects(RDF.type, OWL.Ontology)
        assert header == URIRef(f"{BASE}/mappings/{path.stem}")
        assert not imports(path)
        assert not defined(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_what_it_uses_and_uses_what_it_imports(path: Path) -> None:
    used = {iri for iri in named(path) if iri.startswith(TERM)} - defined(path)
    homes = {str(module_iri(home)) for home in MODULES for term in used if term in defined(home)}
    assert homes | {str(module_iri(EXTERNAL))} == imports(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_says_its_own_name_and_defines_its_own_terms(path: Path) -> None:
    iri = module_iri(path)
    assert set(graph(path).subjects(RDF.type, OWL.Ontology)) == {iri}
    assert set(graph(path).objects(None, RDFS.isDefinedBy)) == {iri}
    assert {str(subject) for subject in graph(path).subjects()} == defined(path) | {str(iri)}


KINDS_OF_FOREIGN = {*KINDS, OWL.AnnotationProperty}


def test_terms_of_others_are_said_to_be_of_one_kind_and_nothing_else_is_said_of_them() -> None:
    said = set(graph(EXTERNAL)) - set(graph(EXTERNAL).triples((module_iri(EXTERNAL), None, None)))
    assert {predicate for _, predicate, _ in said} == {RDF.type}
    assert {kind for _, _, kind in said} == KINDS_OF_FOREIGN
    assert len({subject for subject, _, _ in said}) == len(said), "of one kind"
    assert not [subject for subject, _, _ in said if str(subject).startswith(TERM)]


def test_every_term_of_others_that_a_module_uses_is_declared() -> None:
    builtin = (str(OWL), str(RDF), str(RDFS), "http://www.w3.org/2001/XMLSchema#")
    declared = set(graph(EXTERNAL).subjects(RDF.type, None))
    for path in (ROOT, *MODULES, *VOCABULARIES):
        for _, predicate, value in graph(path):
            types = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, RDF.type}
            for term in (predicate, *([value] if predicate in types else [])):
                if not str(term).startswith((*builtin, BASE)):
                    assert term in declared, f"{path.stem}: {term}"


DISJOINT = ("Actor", "Agreement", "Claim", "Event", "Norm", "Region", "Report")


@pytest.mark.parametrize(("one", "other"), list(combinations(DISJOINT, 2)))
def test_what_is_said_and_who_says_it_of_what_are_never_the_same_thing(one: str, other: str) -> None:
    pairs = {
        frozenset((str(subject), str(value)))
        for path in MODULES
        for subject, _, value in graph(path).triples((None, OWL.disjointWith, None))
    }
    assert frozenset((TERM + one, TERM + other)) in pairs


def test_no_two_terms_have_the_same_label() -> None:
    labels = [str(label).lower() for path in MODULES for label in graph(path).objects(None, RDFS.label)]
    assert sorted(labels) == sorted(set(labels))


def test_no_term_is_defined_twice() -> None:
    everywhere = [term for path in MODULES for term in defined(path)]
    assert everywhere
    assert len(everywhere) == len(set(everywhere))


@pytest.mark.parametrize(
    "path",
    [ROOT, EXTERNAL, ONTOLOGY / "translations.ttl", ONTOLOGY / "versions.ttl", *MODULES, *MAPPINGS],
    ids=lambda path: path.stem,
)
def test_every_file_has_the_version_of_the_root(path: Path) -> None:
    version = graph(ROOT).value(URIRef(BASE), OWL.versionInfo)
    (header,) = graph(path).subjects(RDF.type, OWL.Ontology)
    assert version is not None
    assert graph(path).value(header, OWL.versionInfo) == version
    assert graph(path).value(header, OWL.versionIRI) == URIRef(f"{header}/{version}")


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_every_code_list_has_the_version_of_the_root(path: Path) -> None:
    (header,) = graph(path).subjects(RDF.type, SKOS.ConceptScheme)
    assert graph(path).value(header, OWL.versionInfo) == graph(ROOT).value(URIRef(BASE), OWL.versionInfo)


def test_terms_and_codes_are_found_in_text() -> None:
    assert TERM + "Claim" in named(ONTOLOGY / "modules" / "reports.ttl")
    assert CODE + "event-type/incursion" in named(ONTOLOGY / "vocabularies" / "action.ttl")
    assert TERM + "contravenedBy" in named(ONTOLOGY / "vocabularies" / "action.ttl")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ONTOLOGY)))
def test_every_term_named_anywhere_is_declared(path: Path) -> None:
    if within(path, "counterexamples", "style"):
        return  # toy ontologies, which declare terms of their own
    declared = {term for module in MODULES for term in defined(module)}
    assert {iri for iri in named(path) if iri.startswith(TERM)} <= declared


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ONTOLOGY)))
def test_every_code_named_anywhere_is_declared(path: Path) -> None:
    if within(path, "counterexamples"):
        return  # a code that does not exist is one of the ways to be wrong
    declared = {str(code) for vocabulary in VOCABULARIES for code in graph(vocabulary).subjects()}
    assert {iri for iri in named(path) if iri.startswith(CODE)} <= declared


def test_the_readme_names_every_module_and_code_list() -> None:
    readme = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    for path in (*MODULES, *VOCABULARIES, *MAPPINGS):
        assert f"`{path.stem}`" in readme
