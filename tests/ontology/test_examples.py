"""The examples conform, and say enough for that to mean something."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.paths import Path as PropertyPath

from kg.store import ChangeSet, OxigraphStore, bind, memory
from kg.terms import SVD
from kg.validate.gate import Candidate, read_alike
from kg.validate.shacl import load_shapes, validate
from tests.kg.validate.deciding import engine_finds

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.model import Triple

ONTOLOGY = Path(__file__).parents[2] / "ontology"
BASE = "https://w3id.org/servanda/id/"
MODULES = sorted(path.stem for path in (ONTOLOGY / "modules").glob("*.ttl"))
EXAMPLES = sorted((ONTOLOGY / "examples").glob("*.ttl"))
CONTEXT = (ONTOLOGY / "shapes" / "context.rq").read_text("utf-8")


@cache
def shapes() -> Graph:
    return load_shapes(ONTOLOGY / "shapes")


@cache
def example(path: Path) -> frozenset[Triple]:
    return frozenset(Graph().parse(path))


@cache
def hierarchy() -> frozenset[Triple]:
    files = sorted((ONTOLOGY / "modules").glob("*.ttl"))
    return frozenset(
        triple for file in files for triple in Graph().parse(file).triples((None, RDFS.subClassOf, None))
    )


@cache
def store() -> OxigraphStore:
    """Return a store that holds the ontology, the code lists and every example."""
    store = memory(BASE)
    files = [*EXAMPLES, *(ONTOLOGY / "modules").glob("*.ttl"), *(ONTOLOGY / "vocabularies").glob("*.ttl")]
    insert = {
        (*triple, URIRef(f"{BASE}graph/{file.stem}")) for file in files for triple in Graph().parse(file)
    }
    store.apply(ChangeSet(insert=frozenset(insert)))
    return store


def context(data: frozenset[Triple]) -> frozenset[Triple]:
    """Return what the store has to say of what the data mentions and does not describe."""
    described = {s for s, _, _ in data}
    mentioned = sorted({o for _, _, o in data if isinstance(o, URIRef) and o not in described})
    return store().construct(bind(CONTEXT, {"mentioned": mentioned}))


def everything() -> Graph:
    graph = Graph()
    for path in EXAMPLES:
        graph += example(path)
    graph += hierarchy()
    return graph


def targets(shape: Node, graph: Graph) -> dict[Node, set[Node]]:
    """Return the nodes that each target of a shape reaches."""
    found: dict[Node, set[Node]] = {}
    for target in shapes().objects(shape, SH.targetClass):
        classes = set(graph.transitive_subjects(RDFS.subClassOf, target))
        found[target] = {node for cls in classes for node in graph.subjects(RDF.type, cls)}
    for target in shapes().objects(shape, SH.targetSubjectsOf):
        found[target] = set(graph.subjects(target, None))
    for target in shapes().objects(shape, SH.targetObjectsOf):
        found[target] = set(graph.objects(None, target))
    return found


def property_path(path: Node) -> URIRef | PropertyPath:
    if isinstance(path, URIRef):
        return path
    for kind, inner in shapes().predicate_objects(path):
        if kind == SH.inversePath:
            return InvPath(property_path(inner))
        if kind == SH.alternativePath:
            return AlternativePath(*(property_path(step) for step in shapes().items(inner)))
        if kind == SH.zeroOrOnePath:
            return MulPath(property_path(inner), "?")
    return SequencePath(*(property_path(step) for step in shapes().items(path)))


def test_every_module_has_an_example() -> None:
    assert MODULES
    assert [path.stem for path in EXAMPLES] == MODULES


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_conforms_with_the_context_that_the_query_selects(path: Path) -> None:
    assert example(path)
    report = validate(example(path), context(example(path)) | hierarchy(), shapes())
    assert report.results == ()
    assert report.conforms
    candidate = Candidate(path.stem, example(path), context(example(path)) | hierarchy())
    assert engine_finds(ONTOLOGY / "shapes", candidate) == set()
    assert read_alike(candidate.triples)


def test_every_target_has_an_instance_in_the_examples() -> None:
    graph = everything()
    aimed = 0
    for shape in shapes().subjects(RDF.type, SH.NodeShape):
        for target, nodes in targets(shape, graph).items():
            if target != SVD.PeaceAgreement:
                assert nodes, f"no example has {target}, at which {shape} aims"
            aimed += 1
    assert aimed > 50


def test_every_property_shape_sees_a_value_in_the_examples() -> None:
    graph = everything()
    seen = 0
    for shape, part in shapes().subject_objects(SH.property):
        nodes = {node for reached in targets(shape, graph).values() for node in reached}
        if not nodes or str(shapes().value(part, SH.maxCount)) == "0":
            continue
        path = property_path(cast("Node", shapes().value(part, SH.path)))
        assert any(node for node in nodes for _ in graph.objects(node, path)), part
        seen += 1
    assert seen > 200


def test_of_another_report_the_context_tells_the_type_and_nothing_else() -> None:
    claim, event = URIRef(f"{BASE}report/rows/claim/c1"), URIRef(f"{BASE}report/rows/event/seizure")
    told = store().construct(bind(CONTEXT, {"mentioned": [claim, event]}))
    assert {s for s, _, _ in told} == {claim, event}
    assert {p for _, p, _ in told} == {RDF.type}
    assert (claim, RDF.type, SVD.Claim) in told


def test_the_context_tells_superclasses_lists_forces_speakers_parties_and_agreements() -> None:
    names = {
        "actor/az-armed-forces": {RDF.type, SVD.forceOf},
        "actor/am-foreign-minister": {RDF.type, SVD.speaksFor},
        "agreement/nk-2020-11-10": {RDF.type, SVD.party},
        "agreement/nk-2020-11-10/term/1": {RDF.type, SVD.ofAgreement},
    }
    told = store().construct(bind(CONTEXT, {"mentioned": [URIRef(BASE + name) for name in names]}))
    assert {name: {p for s, p, _ in told if s == URIRef(BASE + name)} for name in names} == names
    assert (URIRef(f"{BASE}actor/az-armed-forces"), RDF.type, SVD.Actor) in told
    code = URIRef("https://w3id.org/servanda/vocabulary/modality/hedged")
    scheme = URIRef("https://w3id.org/servanda/vocabulary/modality")
    assert store().construct(bind(CONTEXT, {"mentioned": [code]})) == {
        (code, RDF.type, SKOS.Concept),
        (code, SKOS.inScheme, scheme),
    }


def test_the_context_of_nothing_is_empty() -> None:
    assert store().construct(bind(CONTEXT, {"mentioned": []})) == frozenset()
