"""What comes back from validation: whose nodes are judged, in which order, and in which words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH, SKOS, XSD

from kg import resources
from kg.errors import ServandaError
from kg.terms import DCTERMS, OA, PROV, SVD, VOCABULARY
from kg.validate.shacl import ShaclReport, ShaclResult, load_shapes, validate

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Triple

HERE = "https://w3id.org/servanda/id/"
SHAPES = "https://w3id.org/servanda/shapes#"
TOY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix t: <urn:toy:> .
t:Ball a sh:NodeShape ; sh:targetClass t:Ball ; sh:property t:Ball-colour , t:Ball-owner .
t:Ball-colour a sh:PropertyShape ; sh:path t:colour ; sh:minCount 1 ; sh:in ( "red" "blue" ) ;
    sh:message "A ball is red or blue."@en .
t:Ball-owner a sh:PropertyShape ;
    sh:path ( [ sh:inversePath t:has ] [ sh:alternativePath ( t:name [ sh:zeroOrOnePath t:nick ] ) ] ) ;
    sh:maxCount 0 ;
    sh:message "A ball's owner is nobody."@en .
"""

SENTENCE = "On August 26, it seems, soldiers occupied 10 square kilometers along the road. "
REPORT = f"""
@prefix dcterms: <{DCTERMS}> .
@prefix oa: <{OA}> .
@prefix prov: <{PROV}> .
@prefix rdfs: <{RDFS}> .
@prefix svd: <{SVD}> .
@prefix xsd: <{XSD}> .
@prefix actor: <{HERE}actor/> .
@prefix claim: <{HERE}report/x/claim/c> .
@prefix event: <{HERE}report/x/event/e> .
@prefix place: <{HERE}place/> .
@prefix report: <{HERE}report/> .
@prefix x: <{HERE}report/x/> .
@base <{VOCABULARY}> .

report:x a svd:NewsReport ;
    dcterms:identifier "x" ; dcterms:title "X"@en ; dcterms:language "en" ; svd:voice actor:outlet ;
    svd:text "TEXT" ; svd:textSha256 "{"0" * 64}" ; svd:textExtent <text-extent/full> ;
    svd:textFidelity <text-fidelity/exact> ; svd:textAccess <text-access/public> .
x:annotation a svd:Annotation ; prov:wasAssociatedWith actor:analyst .
"""
CLAIM = r"""
event:NUMBER a svd:Event ; svd:key "eNUMBER" ; rdfs:label "an event"@en ;
    svd:eventType <event-type/incursion> ; svd:describedIn report:x .
claim:NUMBER a svd:Claim ; svd:key "cNUMBER" ; svd:ordinal NUMBER ; svd:gist "It was so."@en ;
    svd:statedIn report:x ; svd:aboutEvent event:NUMBER ; svd:modality <modality/hedged> ;
    svd:polarity <polarity/affirmative> ; svd:perpetrator actor:army ; svd:place place:road ;
    svd:time claim:NUMBER\/time ; svd:quantity claim:NUMBER\/quantity\/1 ;
    svd:evidence claim:NUMBER\/evidence\/1 ; svd:hedge claim:NUMBER\/hedge\/1 ;
    prov:qualifiedAttribution claim:NUMBER\/attribution\/1 , claim:NUMBER\/attribution\/2 ;
    svd:accordingTo actor:army ; prov:wasGeneratedBy x:annotation .
claim:NUMBER\/time a svd:TimeExpression ; svd:wording "On August 26" ; svd:edtf "2021-08-26" ;
    svd:earliest "2021-08-26T00:00:00Z"^^xsd:dateTime ; svd:latest "2021-08-26T23:59:59Z"^^xsd:dateTime ;
    svd:precision <precision/day> ; svd:zone "Z" ; svd:zoneAssumed true .
claim:NUMBER\/quantity\/1 a svd:Quantity ; svd:quantityKind <quantity-kind/area> ;
    svd:comparator <comparator/exactly> ; svd:value 10 ; svd:low 10 ; svd:high 10 ; svd:unit "km2" .
claim:NUMBER\/attribution\/1 a svd:AttributionStep ; svd:step 1 ; prov:agent actor:outlet .
claim:NUMBER\/attribution\/2 a svd:AttributionStep ; svd:step 2 ; prov:agent actor:army .
"""
QUOTE = r"""
claim:NUMBER\/KIND\/1 a svd:Quotation ; oa:hasSource report:x ; oa:hasSelector claim:NUMBER\/KIND\/1\/quote ,
    claim:NUMBER\/KIND\/1\/position .
claim:NUMBER\/KIND\/1\/quote a oa:TextQuoteSelector ; oa:exact "WORDS" .
claim:NUMBER\/KIND\/1\/position a oa:TextPositionSelector ; oa:start START ; oa:end END .
"""


def node(name: str) -> URIRef:
    return URIRef(f"urn:toy:{name}")


def triples(text: str) -> frozenset[Triple]:
    return frozenset(Graph().parse(data=f"@prefix t: <urn:toy:> .\n{text}", format="turtle"))


@pytest.fixture
def toy() -> Graph:
    return Graph().parse(data=TOY, format="turtle")


def test_what_conforms_has_no_results_and_says_so_in_turtle(toy: Graph) -> None:
    report = validate(triples('t:b a t:Ball ; t:colour "red" .'), (), toy)
    assert report == ShaclReport(conforms=True, results=(), turtle=report.turtle)
    graph = Graph().parse(data=report.turtle, format="turtle")
    (root,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(root, SH.conforms) == Literal(True)  # noqa: FBT003 (a literal takes its value)


def test_a_result_says_what_broke_where_and_what_would_be_right(toy: Graph) -> None:
    report = validate(triples('t:b a t:Ball ; t:colour "green" .'), (), toy)
    assert not report.conforms
    assert report.results == (
        ShaclResult(
            focus_node=node("b"),
            path="urn:toy:colour",
            source_shape=node("Ball-colour"),
            component=SH.InConstraintComponent,
            severity=SH.Violation,
            value=Literal("green"),
            message="A ball is red or blue.",
        ),
    )


def test_a_long_path_is_told_as_sparql_writes_it_and_reported_as_shacl_does(toy: Graph) -> None:
    data = triples('t:b a t:Ball ; t:colour "red" . t:x t:has t:b ; t:name "Ann" .')
    report = validate(data, (), toy)
    (result,) = report.results
    assert result.path == "^<urn:toy:has>/(<urn:toy:name>|<urn:toy:nick>?)"
    found = Graph().parse(data=report.turtle, format="turtle")
    (start,) = found.objects(None, SH.resultPath)
    assert [type(step) for step in found.items(start)] == [BNode, BNode]
    assert (None, SH.inversePath, node("has")) in found
    assert (None, SH.zeroOrOnePath, node("nick")) in found


def test_nodes_of_the_context_are_not_judged(toy: Graph) -> None:
    bad = triples("t:b a t:Ball .")
    assert not validate(bad, (), toy).conforms
    assert validate(triples('t:c a t:Ball ; t:colour "red" .'), bad, toy).conforms


def test_nodes_that_only_the_context_types_are_not_judged_either(toy: Graph) -> None:
    data = triples('t:c a t:Ball ; t:colour "red" . t:b t:near t:c .')
    assert validate(data, triples("t:b a t:Ball ."), toy).conforms


def test_what_the_context_says_of_a_class_counts(toy: Graph) -> None:
    data = triples("t:b a t:Football .")
    assert validate(data, (), toy).conforms
    hierarchy = {(node("Football"), RDFS.subClassOf, node("Ball"))}
    (result,) = validate(data, hierarchy, toy).results
    assert result.component == SH.MinCountConstraintComponent
    assert result.value is None


def test_a_typed_string_is_the_plain_string_that_it_is(toy: Graph) -> None:
    data = {
        (node("b"), RDF.type, node("Ball")),
        (node("b"), node("colour"), Literal("red", datatype=XSD.string)),
    }
    assert validate(iter(data), iter(()), toy).conforms


def test_the_report_does_not_depend_on_the_order_of_the_triples(toy: Graph) -> None:
    data = sorted(
        triples("""
            t:b a t:Ball ; t:colour "green" , "say \\"no\\"\\n" .
            t:a a t:Ball .
            t:o t:has t:b ; t:name "Ann" .
        """),
    )
    forwards, backwards = validate(data, (), toy), validate(reversed(data), (), toy)
    assert forwards == backwards
    assert [str(result.focus_node) for result in forwards.results] == ["urn:toy:a", *["urn:toy:b"] * 3]
    found = Graph().parse(data=forwards.turtle, format="turtle")
    assert set(found.objects(None, SH.value)) == {Literal("green"), Literal('say "no"\n')}


def test_neither_the_data_nor_the_shapes_are_changed_by_a_second_validation(toy: Graph) -> None:
    data = triples("t:b a t:Ball .")
    first = validate(data, (), toy)
    size = len(toy)
    assert validate(data, (), toy) == first
    assert len(toy) == size


def test_shapes_that_cannot_be_evaluated_are_an_error_and_no_verdict() -> None:
    shapes = Graph().parse(
        data=TOY
        + """
        t:Bad a sh:NodeShape ; sh:targetClass t:Ball ; sh:sparql t:Bad-query .
        t:Bad-query sh:message "No."@en ; sh:select "SELECT $this WHERE { VALUES ?x { 1 } $this ?p ?o }" .
        """,
        format="turtle",
    )
    with pytest.raises(ServandaError, match="cannot be evaluated"):
        validate(triples('t:b a t:Ball ; t:colour "red" .'), (), shapes)


def test_a_folder_of_shapes_is_read_once_and_without_the_style(tmp_path: Path) -> None:
    (tmp_path / "toy.ttl").write_text(TOY, "utf-8")
    (tmp_path / "style.ttl").write_text("<urn:a> <urn:b> <urn:c> .", "utf-8")
    shapes = load_shapes(tmp_path)
    assert (node("Ball"), RDF.type, SH.NodeShape) in shapes
    assert (None, URIRef("urn:b"), None) not in shapes
    assert load_shapes(tmp_path) is shapes


def test_a_folder_without_shapes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_shapes(tmp_path)


def test_what_a_query_over_a_report_finds_is_what_the_result_is_about() -> None:
    report = URIRef(f"{HERE}report/x")
    data = long_report(3) | {(report, SVD.voice, URIRef(f"{HERE}actor/other"))}
    data -= {(report, SVD.voice, URIRef(f"{HERE}actor/outlet"))}
    results = validate(data, surroundings(), shapes()).results
    about = {result.about for result in results if result.source_shape == URIRef(f"{SHAPES}AttributionEnds")}
    assert about == {URIRef(f"{report}/claim/c{n}") for n in range(3)}
    (voice,) = [result for result in results if result.source_shape == URIRef(f"{SHAPES}Report-voice")]
    assert voice.about == voice.focus_node == report


def test_a_report_of_twenty_claims_is_validated_well_within_a_second_and_a_half() -> None:
    data, context = long_report(20), surroundings()
    validate(long_report(1), context, shapes())
    start = time.process_time()
    report = validate(data, context, shapes())
    took = time.process_time() - start
    assert report.results == ()
    assert took < 1.5


def shapes() -> Graph:
    return load_shapes(resources.ontology() / "shapes")


def surroundings() -> frozenset[Triple]:
    """Return the class hierarchy, the codes, and the types of what the report below mentions."""
    known: set[Triple] = {
        (URIRef(f"{HERE}actor/outlet"), RDF.type, SVD.Outlet),
        (URIRef(f"{HERE}actor/army"), RDF.type, SVD.ArmedForce),
        (URIRef(f"{HERE}actor/analyst"), RDF.type, SVD.Analyst),
        (URIRef(f"{HERE}place/road"), RDF.type, SVD.Route),
    }
    for folder in ("modules", "vocabularies"):
        for file in resources.turtle(resources.ontology() / folder):
            graph = Graph().parse(data=file.read_text("utf-8"), format="turtle")
            wanted = {RDFS.subClassOf} if folder == "modules" else {RDF.type, SKOS.inScheme}
            known |= {triple for triple in graph if triple[1] in wanted}
    return frozenset(known)


def long_report(claims: int) -> frozenset[Triple]:
    """Return a report of so many claims, each with quotes, an event, a time, a number and two steps."""
    text = REPORT.replace("TEXT", SENTENCE * claims)
    for number in range(claims):
        text += CLAIM.replace("NUMBER", str(number))
        for kind, words in (("evidence", SENTENCE.strip()), ("hedge", "it seems")):
            start = number * len(SENTENCE) + SENTENCE.index(words)
            quote = QUOTE.replace("NUMBER", str(number)).replace("KIND", kind).replace("WORDS", words)
            text += quote.replace("START", str(start)).replace("END", str(start + len(words)))
    return frozenset(Graph().parse(data=text, format="turtle"))
