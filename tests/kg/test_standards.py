"""What sources say is handed on in other standards, and read there by their own programs, never as a fact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from nanopub import Nanopub  # type: ignore[attr-defined]
from prov.model import ProvAttribution, ProvDocument
from rdflib import Dataset, URIRef
from rdflib.namespace import PROV, RDF

from kg.errors import BadParameterError, NotFoundError
from kg.pipeline import open_graph
from kg.pipeline.review import Verdict, decide
from kg.query.lookups import Reader, Selection
from kg.query.lookups.claims import claims
from kg.query.lookups.reports import report, reports
from kg.query.lookups.violations import violations
from kg.standards.names import STANDARDS
from kg.standards.writing import written
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
SEED = "seed-syunik-highway-2021"
REASON = "The text names the road."


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path]) -> Iterator[Reader]:
    """Give the demonstration store with all accounts, in which every record is reviewed."""
    place = demonstration(tmp_path_factory.mktemp("standards") / "store", accounts=True)
    with open_graph(place) as opened:
        told = Reader.of(opened.store, opened.store.stamp.base)
        for one in violations(told, Selection({}, 200))[0]:
            decide(opened, Verdict(one.id, "disputed", "Mary Keller", REASON, "en"))
        yield told


def quotes(reader: Reader, name: str) -> list[tuple[str, str, int | None, int | None]]:
    """Return each quote of the claims of a report, with where it stands."""
    return [
        (claim.iri, piece.quote, piece.start, piece.end)
        for claim in claims(reader, Selection({"report": name}, 200))[0]
        for piece in claim.evidence
        if piece.quote
    ]


def every(reader: Reader) -> list[Any]:
    return list(reports(reader, Selection({}, 200))[0])


def test_annotations_have_the_exact_words_where_they_stand(reader: Reader) -> None:
    for one in every(reader):
        page = json.loads(written(reader, "annotations", one.id))
        assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
        found = []
        for item in page["items"]:
            assert item["type"] == "Annotation"
            assert item["target"]["source"] == one.iri
            words, place = item["target"]["selector"]
            (claim,) = [body["source"] for body in item["body"] if body["type"] == "SpecificResource"]
            found.append((claim, words["exact"], place["start"], place["end"]))
            text = report(reader, one.id).text or ""
            if one.text_access == "public":
                assert text[place["start"] : place["end"]] == words["exact"]
        assert found == quotes(reader, one.id)
        assert len({item["id"] for item in page["items"]}) == len(page["items"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library that checks it
def test_each_claim_is_a_nanopublication_that_asserts_that_it_was_made(reader: Reader) -> None:
    whole = Dataset()
    whole.parse(data=written(reader, "nanopublications", SEED), format="trig")
    of_report = claims(reader, Selection({"report": SEED}, 200))[0]
    for claim in of_report:
        one = Dataset()
        for graph in whole.graphs():
            if str(graph.identifier).startswith(f"{claim.iri}/nanopub#"):
                copied = one.graph(graph.identifier)
                for triple in graph:
                    copied.add(triple)
        assert Nanopub(rdf=one).is_valid
        assertion = one.graph(URIRef(f"{claim.iri}/nanopub#assertion"))
        assert set(assertion.subjects(RDF.type)) == {URIRef(claim.iri)}
        assert set(assertion.objects(None, RDF.type)) == {SVD.Claim}
        of_the_claim = {RDF.type, SVD.statedIn, SVD.modality, SVD.polarity, SVD.gist}
        assert set(assertion.predicates()) <= of_the_claim | {PROV.wasQuotedFrom, PROV.value}
        provenance = one.graph(URIRef(f"{claim.iri}/nanopub#provenance"))
        agents = [step.agent.iri for step in claim.attribution if step.agent]
        assert sorted(map(str, provenance.objects(None, PROV.agent))) == sorted(agents)
        said = [piece.quote for piece in claim.evidence if piece.quote]
        assert sorted(map(str, assertion.objects(None, PROV.value))) == sorted(said)
    kind = URIRef("http://www.nanopub.org/nschema#Nanopublication")
    assert len(set(whole.quads((None, RDF.type, kind, None)))) == len(of_report)


def test_provenance_is_read_by_the_library_of_the_standard_and_comes_back(reader: Reader) -> None:
    text = written(reader, "provenance", SEED)
    document = ProvDocument.deserialize(content=text, format="json")
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document
    attributed = {
        (str(record.args[0].uri), str(record.args[1].uri))
        for record in document.get_records(ProvAttribution)
        if record.get_attribute("svd:step")
    }
    expected = {
        (claim.iri, step.agent.iri)
        for claim in claims(reader, Selection({"report": SEED}, 200))[0]
        for step in claim.attribution
        if step.agent
    }
    assert attributed == expected
    said = json.loads(text)["entity"]
    assert sorted(one["prov:value"] for one in said.values() if "prov:value" in one) == sorted(
        quote for _, quote, *_ in quotes(reader, SEED)
    )
    assert all(name.startswith("id:report/") for name in said)


def test_only_what_somebody_alleges_is_reviewed_as_a_claim(reader: Reader) -> None:
    records = violations(reader, Selection({}, 200))[0]
    alleged = [one for one in records if one.basis != "rule-inferred"]
    assert 0 < len(alleged) < len(records)
    graph = json.loads(written(reader, "claim-reviews", None))["@graph"]
    assert {one["url"] for one in graph} == {one.id for one in alleged}
    assert len(graph) == sum(len(one.evidence) for one in alleged)
    for one in graph:
        assert one["@type"] == "ClaimReview"
        assert one["author"] == {"@type": "Person", "name": "Mary Keller"}
        assert one["reviewBody"] == REASON
        assert "not a finding of fact" in one["reviewRating"]["alternateName"]
        assert "ratingValue" not in one["reviewRating"]
        assert one["itemReviewed"]["@type"] == "Claim"
        assert one["itemReviewed"]["author"]["name"]
        assert one["itemReviewed"]["appearance"]["@type"] == "CreativeWork"
    mine = json.loads(written(reader, "claim-reviews", SEED))["@graph"]
    assert {one["url"] for one in mine} == {one.id for one in alleged if one.report and one.report.id == SEED}


def test_what_is_had_of_one_report_wants_to_know_which(reader: Reader) -> None:
    for one in STANDARDS.values():
        if one.of_report:
            with pytest.raises(BadParameterError, match="report"):
                written(reader, one.name, None)
        with pytest.raises(NotFoundError):
            written(reader, one.name, "nowhere")
