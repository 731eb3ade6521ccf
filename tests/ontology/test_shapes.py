"""Every shape names what exists, and every constraint can be seen to bite."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest
from pyshacl.entrypoints import meta_validate
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS

from kg.terms import CITO, DCTERMS, ELI, GEO, OA, ORG, PROV, SCHEMA, SEM, SVD, VOCABULARY
from kg.validate.gate import Candidate
from kg.validate.shacl import load_shapes, validate
from tests.kg.validate.deciding import engine_finds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from kg.model import Triple

ONTOLOGY = Path(__file__).parents[2] / "ontology"
MODULES = sorted(path.stem for path in (ONTOLOGY / "modules").glob("*.ttl"))
COUNTEREXAMPLES = sorted(
    path for module in MODULES for path in (ONTOLOGY / "counterexamples" / module).glob("*.ttl")
)

EXTERNAL = {
    RDFS.label,
    RDFS.seeAlso,
    SKOS.Concept,
    SKOS.inScheme,
    CITO.confirms,
    CITO.corrects,
    CITO.disputes,
    CITO.retracts,
    DCTERMS.date,
    DCTERMS.identifier,
    DCTERMS.issued,
    DCTERMS.language,
    DCTERMS.license,
    DCTERMS.publisher,
    DCTERMS.source,
    DCTERMS.title,
    ELI.date_document,
    ELI.has_annex,
    ELI.has_part,
    ELI.is_part_of,
    ELI.is_realized_by,
    ELI.number,
    ELI.realizes,
    GEO.Geometry,
    GEO.asWKT,
    GEO.hasGeometry,
    GEO.sfTouches,
    DCTERMS.creator,
    OA.FragmentSelector,
    OA.TextPositionSelector,
    RDF.value,
    OA.TextQuoteSelector,
    OA.end,
    OA.exact,
    OA.hasSelector,
    OA.hasSource,
    OA.hasTarget,
    OA.prefix,
    OA.start,
    OA.suffix,
    ORG.hasMember,
    ORG.ChangeEvent,
    ORG.member,
    ORG.organization,
    ORG.originalOrganization,
    ORG.resultingOrganization,
    PROV.agent,
    PROV.alternateOf,
    PROV.endedAtTime,
    PROV.entity,
    PROV.generatedAtTime,
    PROV.invalidatedAtTime,
    PROV.qualifiedAttribution,
    PROV.specializationOf,
    PROV.wasAssociatedWith,
    PROV.wasAttributedTo,
    PROV.wasGeneratedBy,
    PROV.wasInfluencedBy,
    PROV.wasInvalidatedBy,
    PROV.wasRevisionOf,
    SCHEMA.url,
    SEM.subEventOf,
}
"""What the shapes may name beside the ontology's own terms and codes."""

NAMING = {
    SH.targetClass,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH["class"],
    SH.hasValue,
    SH.equals,
    SH.disjoint,
    SH.lessThan,
    SH.lessThanOrEquals,
}
LISTS = {SH["or"], SH.xone}
REFERRING = {SH.node, SH["not"], SH.qualifiedValueShape}
TARGETS = {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
STRUCTURE = {
    RDF.type,
    RDFS.label,
    RDFS.comment,
    SH.message,
    SH.path,
    SH.property,
    SH.qualifiedValueShape,
    *TARGETS,
}
COMPONENTS = {
    SH["class"]: SH.ClassConstraintComponent,
    SH["in"]: SH.InConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH.disjoint: SH.DisjointConstraintComponent,
    SH.equals: SH.EqualsConstraintComponent,
    SH.hasValue: SH.HasValueConstraintComponent,
    SH.lessThan: SH.LessThanConstraintComponent,
    SH.lessThanOrEquals: SH.LessThanOrEqualsConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH.maxInclusive: SH.MaxInclusiveConstraintComponent,
    SH.maxLength: SH.MaxLengthConstraintComponent,
    SH.minCount: SH.MinCountConstraintComponent,
    SH.minInclusive: SH.MinInclusiveConstraintComponent,
    SH.minLength: SH.MinLengthConstraintComponent,
    SH.node: SH.NodeConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.qualifiedMinCount: SH.QualifiedMinCountConstraintComponent,
    SH.sparql: SH.SPARQLConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent,
    SH.xone: SH.XoneConstraintComponent,
}


class Result(NamedTuple):
    """What broke, where, and which constraint of which shape says so; of a query also the value found."""

    focus: Node
    path: str
    shape: Node
    component: Node
    found: Node | None


@cache
def shapes() -> Graph:
    return load_shapes(ONTOLOGY / "shapes")


@cache
def vocabulary() -> frozenset[Triple]:
    """Return the class hierarchy and what the code lists say of their codes."""
    files = [*(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")]
    assert len(files) > len(MODULES)
    kept = {RDF.type, RDFS.subClassOf, SKOS.inScheme}
    return frozenset(triple for file in files for triple in Graph().parse(file) if triple[1] in kept)


@cache
def surroundings() -> frozenset[Triple]:
    """Return what is known of the examples, where a counter-example mentions them."""
    files = sorted((ONTOLOGY / "examples").glob("*.ttl"))
    assert files
    kept = {RDF.type, SVD.ofAgreement}
    return frozenset(triple for file in files for triple in Graph().parse(file) if triple[1] in kept)


def instances(shape: Node, graph: Graph) -> set[tuple[Node, Node]]:
    """Return each target of a shape with each node that it reaches."""
    found = set()
    for target in shapes().objects(shape, SH.targetClass):
        for cls in graph.transitive_subjects(RDFS.subClassOf, target):
            found |= {(target, node) for node in graph.subjects(RDF.type, cls)}
    for target in shapes().objects(shape, SH.targetSubjectsOf):
        found |= {(target, node) for node in graph.subjects(target, None)}
    for target in shapes().objects(shape, SH.targetObjectsOf):
        found |= {(target, node) for node in graph.objects(None, target)}
    return found


def path_text(graph: Graph, path: Node | None) -> str:
    """Return a path of SHACL as text, whatever its blank nodes are called."""
    if path is None:
        return ""
    if isinstance(path, URIRef):
        return path.n3()
    if (path, RDF.first, None) in graph:
        return f"( {' '.join(path_text(graph, step) for step in graph.items(path))} )"
    ((kind, inner),) = graph.predicate_objects(path)
    return f"[ {kind.n3()} {path_text(graph, inner)} ]"


def results(report: Graph) -> set[Result]:
    found = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        assert focus is not None
        assert shape is not None
        assert component is not None
        path = path_text(report, report.value(result, SH.resultPath))
        by_query = component == SH.SPARQLConstraintComponent
        found.add(
            Result(focus, path, shape, component, report.value(result, SH.value) if by_query else None),
        )
    return found


def take_report(data: Graph) -> Graph:
    """Take the expected report, with every blank node below it, out of the data and return it."""
    (report,) = data.subjects(RDF.type, SH.ValidationReport)
    expected = Graph()
    waiting: list[Node] = [report]
    while waiting:
        node = waiting.pop()
        for triple in list(data.triples((node, None, None))):
            expected.add(triple)
            data.remove(triple)
            if isinstance(triple[2], BNode):
                waiting.append(triple[2])
    return expected


@cache
def counterexample(path: Path) -> tuple[Graph, set[Result]]:
    """Return the data, together with the examples that the file builds upon, and the results expected."""
    data = Graph().parse(path)
    expected = results(take_report(data))
    for base in re.findall(r"^# base: (\S+)$", path.read_text("utf-8"), re.MULTILINE):
        data.parse(path.parent / base)
    return data, expected


def leaned_on() -> set[Node]:
    """Return the shapes that others call: what they find is said by the caller."""
    found = {
        shape
        for predicate in LISTS
        for head in shapes().objects(None, predicate)
        for shape in shapes().items(head)
    }
    found |= {shape for predicate in REFERRING for shape in shapes().objects(None, predicate)}
    return found | {part for shape in found for part in shapes().objects(shape, SH.property)}


def every_shape() -> set[Node]:
    return {*shapes().subjects(RDF.type, SH.NodeShape), *shapes().subjects(RDF.type, SH.PropertyShape)}


def declared() -> set[tuple[Node, URIRef]]:
    """Return every constraint that can speak for itself, as its shape and its component."""
    return {
        (shape, COMPONENTS[cast("URIRef", predicate)])
        for shape in every_shape() - leaned_on()
        for predicate in shapes().predicates(shape)
        if predicate not in STRUCTURE
    }


def named() -> Iterable[Node]:
    """Yield every IRI that the shapes expect of the data."""
    for predicate in NAMING:
        yield from shapes().objects(None, predicate)
    for head in shapes().objects(None, SH["in"]):
        yield from (item for item in shapes().items(head) if isinstance(item, URIRef))
    for path in shapes().objects(None, SH.path):
        iris = re.findall(r"<([^>]*)>", path_text(shapes(), path))
        yield from (URIRef(iri) for iri in iris if not iri.startswith(str(SH)))
    prefixes = {
        str(shapes().value(declaration, SH.prefix)): str(shapes().value(declaration, SH.namespace))
        for declaration in shapes().objects(None, SH.declare)
    }
    for query in shapes().objects(None, SH.select):
        used = re.findall(r"(?<![?$\w])(\w+):(\w+)", str(query))
        assert used, query
        yield from (URIRef(prefixes[prefix] + name) for prefix, name in used)


@pytest.mark.slow
def test_the_shapes_are_themselves_valid_shacl() -> None:
    # The alternatives within the steps of one path nest deeper than pySHACL follows unless told.
    data = Graph()
    data += shapes()
    conforms, _, text = meta_validate(data, inference="none", max_validation_depth=30)
    assert conforms, text


def test_every_shape_has_an_iri_and_every_constraint_a_sentence() -> None:
    assert len(every_shape()) > 300
    assert not [shape for shape in every_shape() if isinstance(shape, BNode)]
    speakers = {
        speaker
        for shape, component in declared()
        for speaker in (
            shapes().objects(shape, SH.sparql) if component == SH.SPARQLConstraintComponent else [shape]
        )
    }
    for speaker in speakers | set(shapes().subjects(RDF.type, SH.PropertyShape)):
        (message,) = shapes().objects(speaker, SH.message)
        assert isinstance(message, Literal)
        assert message.language == "en"
        assert re.fullmatch(r"[A-Z].*\.", str(message)), message


def test_every_module_has_shapes_and_no_shape_stands_in_two_files() -> None:
    files = {path.stem: Graph().parse(path) for path in sorted((ONTOLOGY / "shapes").glob("*.ttl"))}
    assert sorted(files) == sorted([*MODULES, "style"])
    seen: dict[Node, str] = {}
    for name, graph in files.items():
        for shape in set(graph.subjects(RDF.type, None)):
            assert shape not in seen, f"{shape} stands in {seen[shape]} and in {name}"
            seen[shape] = name


def test_every_shape_is_reached() -> None:
    parts = set(shapes().objects(None, SH.property))
    aimed = {shape for target in TARGETS for shape in shapes().subjects(target, None)}
    assert every_shape() == parts | aimed | leaned_on()
    assert set(shapes().objects(None, SH.property)) <= set(shapes().subjects(RDF.type, SH.PropertyShape))
    queries = set(shapes().subjects(RDF.type, SH.SPARQLConstraint))
    assert set(shapes().objects(None, SH.sparql)) == queries


def test_whatever_the_shapes_name_exists() -> None:
    ontology = Graph()
    for path in [*(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")]:
        ontology.parse(path)
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, SKOS.Concept, SKOS.ConceptScheme)
    known = {term for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    names = set(named())
    assert len(names) > 150
    assert names <= known | EXTERNAL
    assert names >= EXTERNAL


def test_the_codes_allowed_are_the_list_but_for_those_refused() -> None:
    refused = {
        "AllegedViolation-basis": {"basis/rule-inferred"},
        "AllegedViolation-status": {"status/candidate"},
        "CandidateViolation-territorialScope": {"scope/out"},
        "CandidateViolation-temporalScope": {"scope/out"},
        "CandidateViolation-materialScope": {"scope/out"},
        "CandidateViolation-personalScope": {"scope/out"},
    }
    for name, codes in refused.items():
        shape = URIRef(f"https://w3id.org/servanda/shapes#{name}")
        head = shapes().value(shape, SH["in"])
        assert head is not None
        scheme = URIRef(VOCABULARY + min(codes).split("/")[0])
        whole = {code for code, p, o in vocabulary() if p == SKOS.inScheme and o == scheme}
        assert whole
        assert set(shapes().items(head)) == whole - {URIRef(VOCABULARY + code) for code in codes}


def test_every_module_has_counterexamples() -> None:
    assert MODULES
    assert {path.parent.name for path in COUNTEREXAMPLES} == set(MODULES)


@pytest.mark.parametrize("path", COUNTEREXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_counterexample_fails_with_exactly_the_report_it_carries(path: Path) -> None:
    data, expected = counterexample(path)
    assert expected
    report = validate(data, vocabulary() | surroundings(), shapes())
    assert results(Graph().parse(data=report.turtle, format="turtle")) == expected
    assert not report.conforms
    candidate = Candidate(path.stem, frozenset(data), vocabulary() | surroundings())
    assert engine_finds(ONTOLOGY / "shapes", candidate) == {
        result.focus_node.n3() for result in report.results
    }


def test_every_constraint_is_broken_by_some_counterexample() -> None:
    assert COUNTEREXAMPLES
    broken = {(r.shape, r.component) for path in COUNTEREXAMPLES for r in counterexample(path)[1]}
    assert broken == declared()


def test_every_target_is_aimed_at_by_some_counterexample() -> None:
    aimed = {(shape, target) for kind in TARGETS for shape, target in shapes().subject_objects(kind)}
    hit = set()
    for path in COUNTEREXAMPLES:
        data, expected = counterexample(path)
        graph = Graph()
        graph += data
        graph += vocabulary()
        broken = {(r.shape, r.focus) for r in expected}
        for shape in {shape for shape, _ in aimed}:
            parts = {shape, *shapes().objects(shape, SH.property)}
            hit |= {
                (shape, target)
                for target, node in instances(shape, graph)
                if any((part, node) in broken for part in parts)
            }
    assert aimed
    assert hit == aimed
