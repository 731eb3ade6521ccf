"""The ontology keeps its own style, and every rule of that style can be seen to bite."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import pyshacl
import pytest
from rdflib import BNode, Graph
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

if TYPE_CHECKING:
    from rdflib.term import Node, URIRef

ONTOLOGY = Path(__file__).parents[2] / "ontology"
STYLE = ONTOLOGY / "shapes" / "style.ttl"
COUNTEREXAMPLES = sorted((ONTOLOGY / "counterexamples" / "style").glob("*.ttl"))

COMPONENTS = {
    SH["class"]: SH.ClassConstraintComponent,
    SH.datatype: SH.DatatypeConstraintComponent,
    SH["in"]: SH.InConstraintComponent,
    SH.languageIn: SH.LanguageInConstraintComponent,
    SH.maxCount: SH.MaxCountConstraintComponent,
    SH.minCount: SH.MinCountConstraintComponent,
    SH.nodeKind: SH.NodeKindConstraintComponent,
    SH["or"]: SH.OrConstraintComponent,
    SH.pattern: SH.PatternConstraintComponent,
    SH.sparql: SH.SPARQLConstraintComponent,
    SH.uniqueLang: SH.UniqueLangConstraintComponent,
    SH.xone: SH.XoneConstraintComponent,
}
STRUCTURE = {RDF.type, SH.message, SH.path, SH.property, SH.targetClass, SH.targetSubjectsOf}
ANY_BLANK_NODE = BNode("blank")


class Result(NamedTuple):
    """What broke, where, and which constraint of which shape says so."""

    focus: Node
    path: Node | None
    shape: Node
    component: Node


@cache
def style() -> Graph:
    return Graph().parse(STYLE)


def results(report: Graph) -> set[Result]:
    """Return the results in a validation report; blank nodes, which two graphs cannot share, are one."""
    found = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        assert focus is not None
        assert shape is not None
        assert component is not None
        focus = ANY_BLANK_NODE if isinstance(focus, BNode) else focus
        found.add(Result(focus, report.value(result, SH.resultPath), shape, component))
    return found


def take_report(data: Graph) -> Graph:
    """Take the expected report out of the data and return it."""
    (report,) = data.subjects(RDF.type, SH.ValidationReport)
    expected = Graph()
    for node in (report, *data.objects(report, SH.result)):
        for triple in list(data.triples((node, None, None))):
            expected.add(triple)
            data.remove(triple)
    return expected


def validate(data: Graph) -> tuple[bool, Graph, str]:
    conforms, report, text = pyshacl.validate(data, shacl_graph=style(), meta_shacl=False)
    return conforms, cast("Graph", report), text


def operands() -> set[Node]:
    """Return the shapes that stand only inside a sh:or or sh:xone: what they find is said there."""
    lists = [*style().objects(None, SH["or"]), *style().objects(None, SH.xone)]
    return {shape for head in lists for shape in Collection(style(), head)}


def shapes() -> set[Node]:
    return {*style().subjects(RDF.type, SH.NodeShape), *style().subjects(RDF.type, SH.PropertyShape)}


def declared() -> set[tuple[Node, URIRef]]:
    """Return every constraint of style.ttl as its shape and its component."""
    return {
        (shape, COMPONENTS[cast("URIRef", predicate)])
        for shape in shapes() - operands()
        for predicate in style().predicates(shape)
        if predicate not in STRUCTURE
    }


def expected(path: Path) -> tuple[Graph, set[Result]]:
    data = Graph().parse(path)
    report = take_report(data)
    return data, results(report)


def test_style_is_itself_valid_shacl() -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=style(), meta_shacl=True)
    assert conforms, text


def test_every_shape_has_an_iri_and_every_constraint_a_sentence() -> None:
    assert len(shapes()) > 20
    assert not [shape for shape in shapes() if isinstance(shape, BNode)]
    for shape, component in declared():
        if component == SH.SPARQLConstraintComponent:
            speakers = list(style().objects(shape, SH.sparql))
        else:
            speakers = [shape]
        for speaker in speakers:
            message = style().value(speaker, SH.message)
            assert message is not None, f"{shape} has no message"
            assert str(message).endswith("."), message


def test_every_property_shape_is_used() -> None:
    used = {*style().objects(None, SH.property), *operands()}
    assert used == set(style().subjects(RDF.type, SH.PropertyShape))


@pytest.mark.slow
def test_the_ontology_and_its_code_lists_keep_the_style() -> None:
    modules = sorted((ONTOLOGY / "modules").glob("*.ttl"))
    vocabularies = sorted((ONTOLOGY / "vocabularies").glob("*.ttl"))
    mappings = sorted((ONTOLOGY / "mappings").glob("*.ttl"))
    assert modules
    assert vocabularies
    assert mappings
    data = Graph()
    for path in (ONTOLOGY / "servanda.ttl", *modules, *vocabularies, *mappings):
        data.parse(path)
    for target in style().objects(None, SH.targetClass):
        assert (None, RDF.type, target) in data, f"nothing to check for {target}"
    for target in style().objects(None, SH.targetSubjectsOf):
        assert (None, target, None) in data, f"nothing to check for {target}"
    conforms, _, text = validate(data)
    assert conforms, text


@pytest.mark.parametrize("path", COUNTEREXAMPLES, ids=lambda path: path.stem)
def test_a_counterexample_fails_with_exactly_the_report_it_carries(path: Path) -> None:
    data, wanted = expected(path)
    conforms, report, _ = validate(data)
    assert wanted
    assert results(report) == wanted
    assert not conforms


def test_every_constraint_is_broken_by_some_counterexample() -> None:
    assert COUNTEREXAMPLES
    broken = {(r.shape, r.component) for path in COUNTEREXAMPLES for r in expected(path)[1]}
    assert broken == declared()
