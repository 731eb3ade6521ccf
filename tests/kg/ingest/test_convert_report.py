"""A report as triples: what each field becomes, whatever the order in which it is written."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import yaml
from rdflib import Graph, Literal, URIRef

from kg.ingest import References, convert, read_document, read_text
from kg.store.convert import from_ox, to_ox
from kg.terms import CITO, DCTERMS, OA, PROV, RDF, RDFS, SVD, XSD, concept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Conversion

BASE = "https://example.org/id/"
REPORT = f"{BASE}report/road"
TEXT = (
    "«It seems that» the army closed the road on 25\u00a0August,\n"
    "with at least 3 guns and no resistance. It seems that it rained."
)
DOCUMENT: dict[str, Any] = {
    "kind": "report",
    "id": "road",
    "type": "mission",
    "title": "Die Straße",
    "language": "de-AT",
    "issued": "2031-08-27",
    "url": "https://example.org/road",
    "retrieved": "2031-08-28",
    "archived_at": "https://archive.example.org/road",
    "licence": "https://creativecommons.org/licenses/by/4.0/",
    "alternate_of": "earlier",
    "annotator": "team",
    "annotated": "2031-09-01",
    "zone": "+04:00",
    "text": TEXT,
    "events": [
        {
            "key": "closure",
            "type": "road-closure",
            "label": {"en": "Closure", "DE": "Sperre"},
            "same_event_as": [
                {"event": "earlier/closure", "confidence": "0.80", "reason": "same road and day"}
            ],
        },
        {"key": "guns", "type": "armed-attack", "label": "Guns", "part_of": "closure"},
    ],
    "claims": [
        {
            "key": "c1",
            "gist": "The army closed the road.",
            "quote": "the army closed the road on 25 August",
            "modality": "hedged",
            "hedges": ["It seems that"],
            "about": "closure",
            "perpetrators": ["kestrian-army"],
            "participants": ["kestria"],
            "targets": ["valdonia"],
            "places": ["upper-arda"],
            "along": ["arda-road"],
            "in_territory_of": "valdonia",
            "time": {
                "value": "2031-08-25",
                "text": "on 25 August",
                "inferred": ["year"],
                "reason": "issued then",
            },
            "quantities": [
                {"kind": "weapons", "value": "3", "comparator": "at-least"},
                {"kind": "killed", "value": "2.50", "side": "valdonia", "civilian": "true"},
            ],
            "absences": {"of": "armed-resistance", "by": "valdonia", "qualifier": "any"},
            "attribution": [
                {"agent": "river-post", "verb": "wrote", "report": "Road closed"},
                {"agent": "residents", "verb": "said", "carried_over": "true"},
            ],
            "alleges": {"agreement": "arda-2031", "term": "2.1"},
            "credibility": "3",
            "confidence": "0.90",
            "disputes": ["c2"],
            "confirms": ["earlier/c1"],
            "lang": "en",
            "translation": {"de": "das Heer sperrte die Straße"},
        },
        {
            "key": "c2",
            "gist": "Nothing happened.",
            "quotes": ["it rained", "no resistance"],
            "modality": "denied",
            "if": "guns",
            "denies": [{"claim": "c1"}, {"event": "earlier/closure"}, {"agreement": "arda-2031"}],
            "asserts_fulfilment": [{"agreement": "arda-2031", "term": "1"}],
            "mentions": ["arda-2031"],
            "time": {"text": "25 August"},
        },
    ],
    "remarks": [{"key": "r1", "kind": "ambiguity", "gist": "Which army?", "quotes": ["the army"]}],
}


def written(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def graph(conversion: Conversion) -> Graph:
    found = Graph()
    for triple in conversion.triples:
        found.add(triple)
    return found


@pytest.fixture
def report(converted: Callable[..., Conversion]) -> Graph:
    return graph(converted(written(DOCUMENT)))


def node(path: str) -> URIRef:
    return URIRef(f"{REPORT}{path}")


def actor(name: str) -> URIRef:
    return URIRef(f"{BASE}actor/{name}")


def about(report: Graph, path: str) -> dict[str, set[str]]:
    """Return what is said of a node: local names of predicates to values."""
    found: dict[str, set[str]] = {}
    for predicate, object_ in report.predicate_objects(node(path)):
        found.setdefault(re.split(r"[#/]", str(predicate))[-1], set()).add(str(object_).removeprefix(BASE))
    return found


def test_the_report_itself(report: Graph) -> None:
    said = about(report, "")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert (said["type"], said["textSha256"]) == ({str(SVD.MissionReport)}, {digest})
    assert said["identifier"] == {"road"}
    assert report.value(node(""), DCTERMS.title) == Literal("Die Straße", lang="de-at")
    assert report.value(node(""), DCTERMS.language) == Literal("de-AT")
    assert report.value(node(""), DCTERMS.issued) == Literal("2031-08-27", datatype=XSD.date)
    assert report.value(node(""), DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert said["url"] == {"https://example.org/road"}
    assert said["archivedAt"] == {"https://archive.example.org/road"}
    assert said["retrievedOn"] == {"2031-08-28"}
    assert said["alternateOf"] == {"report/earlier"}
    assert said["text"] == {TEXT}
    assert report.value(node(""), SVD.textAccess) == concept("text-access", "public")
    assert report.value(node(""), SVD.textExtent) == concept("text-extent", "full")
    assert report.value(node(""), SVD.textFidelity) == concept("text-fidelity", "exact")


def test_without_a_publisher_the_report_has_a_voice_of_its_own(report: Graph) -> None:
    assert report.value(node(""), SVD.voice) == node("/voice")
    assert report.value(node("/voice"), RDF.type) == SVD.ReportVoice
    assert report.value(node(""), DCTERMS.publisher) is None


def test_with_a_publisher_the_voice_is_the_publisher_s(converted: Callable[..., Conversion]) -> None:
    report = graph(converted(written({**DOCUMENT, "publisher": "river-post"})))
    assert report.value(node(""), SVD.voice) == actor("river-post")
    assert report.value(node("/claim/c2"), SVD.accordingTo) == actor("river-post")
    assert (node("/voice"), None, None) not in report


def test_the_annotation_is_signed(report: Graph) -> None:
    assert about(report, "/annotation") == {
        "type": {str(SVD.Annotation)},
        "wasAssociatedWith": {"actor/team"},
        "annotatedOn": {"2031-09-01"},
    }
    assert report.value(node("/claim/c1"), PROV.wasGeneratedBy) == node("/annotation")


def test_events_carry_no_who_where_or_when(report: Graph) -> None:
    assert about(report, "/event/guns") == {
        "type": {str(SVD.Event)},
        "key": {"guns"},
        "eventType": {str(concept("event-type", "armed-attack"))},
        "label": {"Guns"},
        "describedIn": {"report/road"},
        "subEventOf": {"report/road/event/closure"},
    }
    assert set(report.objects(node("/event/closure"), RDFS.label)) == {
        Literal("Closure", lang="en"),
        Literal("Sperre", lang="de"),
    }


def test_that_two_events_are_one_is_a_signed_assertion(report: Graph) -> None:
    said = about(report, "/same-event/closure/1")
    assert said["relatesEvent"] == {"report/road/event/closure", "report/earlier/event/closure"}
    assert said["wasAttributedTo"] == {"actor/team"}
    assert report.value(node("/same-event/closure/1"), SVD.confidence) == Literal("0.8", datatype=XSD.decimal)
    assert said["assertionStatus"] == {str(concept("assertion-status", "accepted"))}


def test_a_claim_says_who_where_what_and_of_which_term(report: Graph) -> None:
    said = about(report, "/claim/c1")
    assert said["perpetrator"] == {"actor/kestrian-army"}
    assert said["participant"] == {"actor/kestria"}
    assert said["target"] == {"actor/valdonia"}
    assert said["place"] == {"place/upper-arda"}
    assert said["along"] == {"place/arda-road"}
    assert said["inTerritoryOf"] == {"actor/valdonia"}
    assert said["aboutEvent"] == {"report/road/event/closure"}
    assert said["allegesBreachOf"] == {"agreement/arda-2031/term/2.1"}
    assert said["modality"] == {str(concept("modality", "hedged"))}
    assert said["polarity"] == {str(concept("polarity", "affirmative"))}
    assert said["credibility"] == {str(concept("credibility", "3"))}
    assert report.value(node("/claim/c1"), SVD.extractionConfidence) == Literal("0.9", datatype=XSD.decimal)
    assert report.value(node("/claim/c1"), SVD.ordinal) == Literal(1)
    assert report.value(node("/claim/c1"), CITO.disputes) == node("/claim/c2")
    assert said["confirms"] == {"report/earlier/claim/c1"}


def test_a_denial_is_negative_and_says_what_it_denies(report: Graph) -> None:
    said = about(report, "/claim/c2")
    assert said["polarity"] == {str(concept("polarity", "negative"))}
    assert said["denies"] == {"report/road/claim/c1", "report/earlier/event/closure"}
    assert said["deniesBreachOf"] == {"agreement/arda-2031"}
    assert said["assertsFulfilmentOf"] == {"agreement/arda-2031/term/1"}
    assert said["mentionsAgreement"] == {"agreement/arda-2031"}
    assert said["conditionalOn"] == {"report/road/event/guns"}


def test_a_denial_says_whose_conduct_or_that_it_is_the_act_beside_what_it_denies(
    converted: Callable[..., Conversion],
) -> None:
    denies = [
        {"claim": "c1", "for": "kestria"},
        {"claim": "road/c1", "for": ["river-post"]},
        {"event": "earlier/closure", "act": True},
        {"agreement": "arda-2031", "act": False},
    ]
    claim = {**DOCUMENT["claims"][1], "denies": denies}
    said = graph(converted(written({**DOCUMENT, "claims": [DOCUMENT["claims"][0], claim]})))
    assert about(said, "/claim/c2")["denies"] == {"report/road/claim/c1", "report/earlier/event/closure"}
    assert about(said, "/claim/c2")["qualifiedDenial"] == {
        "report/road/claim/c2/denial/1",
        "report/road/claim/c2/denial/2",
    }
    assert about(said, "/claim/c2/denial/1") == {
        "type": {str(SVD.Denial)},
        "deniedThing": {"report/earlier/event/closure"},
        "deniesAct": {"true"},
    }
    assert about(said, "/claim/c2/denial/2") == {
        "type": {str(SVD.Denial)},
        "deniedThing": {"report/road/claim/c1"},
        "deniedConductOf": {"actor/kestria", "actor/river-post"},
    }


def test_the_chain_begins_with_the_report_s_own_voice(report: Graph) -> None:
    steps = [about(report, f"/claim/c1/attribution/{number}") for number in (1, 2, 3)]
    assert [step["agent"] for step in steps] == [
        {"report/road/voice"},
        {"actor/river-post"},
        {"actor/residents"},
    ]
    assert [step["verb"] for step in steps] == [{"reports"}, {"wrote"}, {"said"}]
    assert [step["carriedOver"] for step in steps] == [{"false"}, {"false"}, {"true"}]
    assert [step["step"] for step in steps] == [{"1"}, {"2"}, {"3"}]
    assert about(report, "/claim/c1")["accordingTo"] == {"actor/residents"}
    assert about(report, "/claim/c2")["accordingTo"] == {"report/road/voice"}
    (cited,) = steps[1]["entity"]
    assert report.value(URIRef(BASE + cited), DCTERMS.title) == Literal("Road closed", lang="en")
    assert report.value(URIRef(BASE + cited), RDF.type) == SVD.CitedReport


def test_quotes_are_the_original_code_points_with_their_place(report: Graph) -> None:
    quote = "the army closed the road on 25\u00a0August"
    start = TEXT.index(quote)
    assert report.value(node("/claim/c1/evidence/1/quote"), OA.exact) == Literal(quote)
    assert report.value(node("/claim/c1/evidence/1/quote"), OA.prefix) == Literal(TEXT[:start])
    after = TEXT[start + len(quote) :][:32]
    assert report.value(node("/claim/c1/evidence/1/quote"), OA.suffix) == Literal(after)
    assert report.value(node("/claim/c1/evidence/1/position"), OA.start) == Literal(start)
    assert report.value(node("/claim/c1/evidence/1/position"), OA.end) == Literal(start + len(quote))
    assert report.value(node("/claim/c1/evidence/1"), DCTERMS.language) == Literal("en")
    assert report.value(node("/claim/c1/evidence/1"), SVD.translation) == Literal(
        "das Heer sperrte die Straße", lang="de"
    )
    assert report.value(node("/claim/c2/evidence/1"), DCTERMS.language) == Literal("de-AT")


def test_the_hedge_is_the_one_before_the_quote(report: Graph) -> None:
    assert report.value(node("/claim/c1/hedge/1/position"), OA.start) == Literal(1)


def test_evidence_is_numbered_by_its_place_in_the_text(report: Graph) -> None:
    exact = [str(report.value(node(f"/claim/c2/evidence/{number}/quote"), OA.exact)) for number in (1, 2)]
    assert exact == ["no resistance", "it rained"]


def test_times_are_pairs_in_utc_with_what_was_inferred(report: Graph) -> None:
    said = about(report, "/claim/c1/time")
    assert (said["earliest"], said["latest"]) == ({"2031-08-24T20:00:00Z"}, {"2031-08-25T19:59:59Z"})
    assert (said["wording"], said["edtf"], said["zone"]) == ({"on 25 August"}, {"2031-08-25"}, {"+04:00"})
    assert (said["inferredPart"], said["inferenceReason"]) == ({"year"}, {"issued then"})
    assert said["zoneAssumed"] == {"false"}
    assert about(report, "/claim/c2/time") == {
        "type": {str(SVD.TimeExpression)},
        "wording": {"25 August"},
        "precision": {str(concept("precision", "vague"))},
    }


def test_quantities_have_the_bounds_of_their_comparator(report: Graph) -> None:
    found = {
        str(report.value(quantity, SVD.quantityKind)).rpartition("/")[2]: {
            name: report.value(quantity, predicate)
            for name, predicate in (("value", SVD.value), ("low", SVD.low), ("high", SVD.high))
        }
        for quantity in report.objects(node("/claim/c1"), SVD.quantity)
    }
    half = Literal("2.5", datatype=XSD.decimal)
    assert found["weapons"] == {"value": Literal(3), "low": Literal(3), "high": None}
    assert found["killed"] == {"value": half, "low": half, "high": half}


@pytest.mark.parametrize(
    ("quantity", "comparator", "bounds"),
    [
        ({"value": 5}, "exactly", (5, 5, 5)),
        ({"value": 5, "comparator": "at-most"}, "at-most", (5, None, 5)),
        ({"value": 5, "comparator": "about"}, "about", (5, None, None)),
        ({"low": 3, "high": 7}, "about", (None, 3, 7)),
        ({"value": 5, "low": 3, "high": 7}, "about", (5, 3, 7)),
        ({"value": 0}, "exactly", (0, 0, 0)),
        ({"value": "007"}, "exactly", (7, 7, 7)),
    ],
)
def test_bounds(
    converted: Callable[..., Conversion],
    quantity: dict[str, Any],
    comparator: str,
    bounds: tuple[int | None, ...],
) -> None:
    claim = {**DOCUMENT["claims"][1], "denies": [], "quantities": {"kind": "killed", **quantity}}
    document = {**DOCUMENT, "claims": [claim]}
    said = graph(converted(written(document)))
    subject = node("/claim/c2/quantity/1")
    expected = [None if number is None else Literal(number) for number in bounds]
    assert [said.value(subject, predicate) for predicate in (SVD.value, SVD.low, SVD.high)] == expected
    assert said.value(subject, SVD.comparator) == concept("comparator", comparator)


def test_what_is_absent_is_said_with_its_limit(report: Graph) -> None:
    assert about(report, "/claim/c1/absence/1") == {
        "type": {str(SVD.Absence)},
        "eventType": {str(concept("event-type", "armed-resistance"))},
        "participant": {"actor/valdonia"},
        "qualifier": {"any"},
    }


def test_remarks_are_signed_and_point_at_words(report: Graph) -> None:
    said = about(report, "/remark/r1")
    assert said["wasAttributedTo"] == {"actor/team"}
    assert said["remarksOn"] == {"report/road"}
    assert said["evidence"] == {"report/road/remark/r1/evidence/1"}
    assert report.value(node("/remark/r1/evidence/1/quote"), OA.exact) == Literal("the army")


def test_without_a_licence_only_what_is_quoted_can_be_read(converted: Callable[..., Conversion]) -> None:
    document = {key: value for key, value in DOCUMENT.items() if key != "licence"}
    report = graph(converted(written(document)))
    masked = str(report.value(node(""), SVD.text))
    assert len(masked) == len(TEXT)
    assert masked == (
        "·It seems that··the army closed the road on 25\u00a0August"
        + "·" * 27 + "no resistance" + "·" * 16 + "it rained·"
    )  # fmt: skip
    assert report.value(node(""), SVD.textAccess) == concept("text-access", "quotes-only")
    assert not list(report.subject_objects(OA.prefix))
    assert not list(report.subject_objects(OA.suffix))


def test_a_row_of_a_data_set_is_evidence_without_a_text(converted: Callable[..., Conversion]) -> None:
    document = {
        "kind": "report", "id": "road", "type": "dataset", "title": "Rows",
        "language": "en", "annotator": "team",
        "claims": [{"key": "c1", "gist": "g", "modality": "reported",
                    "row": {"dataset": "GED", "version": "25.10", "id": "17", "url": "https://example.org/17"}}],
    }  # fmt: skip
    report = graph(converted(written(document)))
    assert about(report, "/claim/c1/evidence/1") == {
        "type": {str(SVD.RowEvidence)},
        "dataset": {"GED"},
        "datasetVersion": {"25.10"},
        "rowId": {"17"},
        "url": {"https://example.org/17"},
    }
    assert report.value(node(""), SVD.text) is None


def reordered(value: Any) -> Any:
    """Return the document with every list and mapping the other way round, the chain of attribution apart."""
    if isinstance(value, dict):
        turned = {key: value[key] if key == "attribution" else reordered(value[key]) for key in value}
        return dict(reversed(turned.items()))
    return [reordered(item) for item in reversed(value)] if isinstance(value, list) else value


def test_the_order_of_lists_changes_nothing_but_ordinals(converted: Callable[..., Conversion]) -> None:
    def unordered(document: dict[str, Any]) -> set[object]:
        return {triple for triple in converted(written(document)).triples if triple[1] != SVD.ordinal}

    assert unordered(reordered(DOCUMENT)) == unordered(DOCUMENT)


def test_layout_and_notation_do_not_change_the_content(converted: Callable[..., Conversion]) -> None:
    plain = converted(written(DOCUMENT))
    shuffled = dict(reversed(DOCUMENT.items()))
    flowing = converted(yaml.safe_dump(shuffled, default_flow_style=True, width=1000))
    as_json = converted(json.dumps(DOCUMENT, indent=1), "b.json")
    assert plain.content_hash == flowing.content_hash == as_json.content_hash
    assert plain.triples == flowing.triples == as_json.triples
    other = converted(written({**DOCUMENT, "text": TEXT + " "}))
    assert other.content_hash != plain.content_hash


def test_a_text_in_a_file_or_in_the_document_is_the_same_content(tmp_path: Path) -> None:
    (tmp_path / "road.txt").write_bytes(TEXT.encode())
    outside = {**DOCUMENT, "text_file": "road.txt"}
    del outside["text"]
    one = read_text(written(DOCUMENT).encode(), "a.yaml", tmp_path)
    other = read_text(written(outside).encode(), "b.yaml", tmp_path)
    assert one.content_hash == other.content_hash
    assert one.text == other.text


def test_line_breaks_of_a_text_file_are_kept_as_they_are(tmp_path: Path, references: References) -> None:
    text = "\ufeffOne.\r\nThe army\r\nclosed the road.\r\n"
    (tmp_path / "road.txt").write_bytes(text.encode())
    document = {**DOCUMENT, "text_file": "road.txt", "events": [], "remarks": []}
    del document["text"]
    document["claims"] = [{"key": "c1", "gist": "g", "quote": "army closed", "modality": "asserted"}]
    (tmp_path / "a.yaml").write_text(written(document), encoding="utf-8")
    report = graph(convert(read_document(tmp_path / "a.yaml"), BASE, references))
    assert str(report.value(node(""), SVD.text)) == text
    assert str(report.value(node("/claim/c1/evidence/1/quote"), OA.exact)) == "army\r\nclosed"
    assert report.value(node("/claim/c1/evidence/1/position"), OA.start) == Literal(text.index("army"))


def test_a_store_gives_every_triple_back_unchanged(converted: Callable[..., Conversion]) -> None:
    triples = converted(written(DOCUMENT)).triples
    store = ox.Store()
    for subject, predicate, object_ in triples:
        store.add(ox.Quad(to_ox(subject), to_ox(predicate), to_ox(object_)))  # type: ignore[arg-type]
    back = {(from_ox(quad.subject), from_ox(quad.predicate), from_ox(quad.object)) for quad in store}
    assert back == triples
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in store)


def test_every_subject_and_statement_has_a_field_of_origin(converted: Callable[..., Conversion]) -> None:
    conversion = converted(written(DOCUMENT))
    for subject, predicate, _ in conversion.triples:
        assert (str(subject), None) in conversion.origins
        assert (str(subject), str(predicate)) in conversion.origins
    assert conversion.origins[f"{REPORT}/claim/c1", str(SVD.modality)] == "claims[0].modality"
    assert conversion.origins[f"{REPORT}/claim/c2/evidence/1", None] == "claims[1].quotes[1]"
    assert conversion.document == URIRef(REPORT)
    assert conversion.graph == URIRef(f"{BASE}graph/report/road")


def test_a_document_says_what_it_describes_and_what_it_needs() -> None:
    document = read_text(written(DOCUMENT).encode(), "a.yaml")
    assert {(declared.kind, declared.identifier) for declared in document.declares()} == {
        ("report", "road"), ("event", "road/closure"), ("event", "road/guns"),
        ("claim", "road/c1"), ("claim", "road/c2"),
    }  # fmt: skip
    needed = {(reference.kind, reference.identifier, reference.field) for reference in document.refers()}
    assert ("actor", "kestrian-army", "claims[0].perpetrators[0]") in needed
    assert ("term", "arda-2031#2.1", "claims[0].alleges.term") in needed
    assert ("agreement", "arda-2031", "claims[0].alleges.agreement") in needed
    assert ("event", "earlier/closure", "events[0].same_event_as[0].event") in needed
    assert ("claim", "earlier/c1", "claims[0].confirms[0]") in needed
    assert not any(identifier.startswith("road") for _, identifier, _ in needed)


def test_full_iris_name_the_same_things(converted: Callable[..., Conversion]) -> None:
    text = written(DOCUMENT)
    for kind, name in (("actor", "kestrian-army"), ("place", "upper-arda"), ("agreement", "arda-2031")):
        text = re.sub(rf"(?<![\w/]){name}\b", f"{BASE}{kind}/{name}", text)
    text = text.replace("earlier/closure", f"{BASE}report/earlier/event/closure")
    text = text.replace("earlier/c1", f"{BASE}report/earlier/claim/c1")
    assert converted(text).triples == converted(written(DOCUMENT)).triples
