"""Actors, places and agreements as triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef

from kg.ingest import References, convert, read_document, read_text
from kg.store.convert import from_ox, to_ox
from kg.terms import DCTERMS, ELI, GEO, OWL, PROV, RDF, RDFS, SCHEMA, SKOS, SVD, XSD, concept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rdflib.term import Node

    from kg.model import Conversion

BASE = "https://example.org/id/"

ACTORS = """\
kind: actors
id: delta
lang: EN
source: A list.
actors:
  - id: norland
    type: state
    label: {en: Norland, de: Nordland}
    alt_labels: {en: [Kingdom of Norland, The North], fr: Nordie}
    iso3166_alpha2: NO
    iso3166_alpha3: NOR
    gw_code: 0373
    cow_code: 373
    ucdp_actor_id: 64
    same_as: [https://example.com/norland]
  - id: guard
    type: peacekeeping-force
    label: Guard
    alt_labels: [Blue helmets]
    force_of: norland
    mandated_by: {agreement: arda-2031, term: "2.1"}
  - {id: minister, type: official, label: Minister, speaks_for: norland, note: Since 2030.}
  - id: echo
    type: outlet
    label: Echo
    based_in: norland
    reliability: {grade: B, assessor: team, date: 2031-01-02}
"""
PLACES = """\
kind: places
id: delta
authority: Survey of 2030
places:
  - id: fen
    type: administrative-region
    label: Fen
    zone: Asia/Kathmandu
    iso3166_subdivision: NO-01
    within: [upper-arda, {place: moor, authority: Norland}]
    borders: [moor]
    territory_of: kestria
    exclave_of: upper-arda
    geometry: point (46.4   39.2)
  - {id: moor, type: administrative-region, label: Moor}
  - id: buffer
    type: agreement-zone
    label: Buffer
    covers: [fen]
    defined_by: {agreement: arda-2031, term: "1"}
  - {id: line, type: agreement-zone, label: Line, defined_by: {agreement: arda-2031}}
  - {id: drawn, type: agreement-zone, label: Drawn, geometry_file: delta.geojson#d1}
"""
GEOJSON = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "d1"}, "geometry": {"type": "MultiPolygon", "coordinates":
  [[[[46.10, 39, 5], [47, 39], [47, 40], [46.10, 39, 5]]]]}}]}"""
AGREEMENT = """\
kind: agreement
id: delta-2032
type: ceasefire
title: Delta agreement
date: 2032-01-02
entry_into_force: 2032-01-03T00:00
zone: "+03:00"
parties: [kestria, valdonia]
signatories: [kestria]
mediators: [team]
pax_id: 99
see_also: [https://example.org/delta]
note: Signed at night.
texts:
  - {key: ru, lang: ru, status: official, publisher: Ministry, url: https://example.org/ru, complete: true}
  - {key: en, lang: en, status: translation, complete: false, note: Excerpt.}
terms:
  - number: "6.10"
    part_of: "6"
    wordings:
      - {text: ru, words: Стороны, status: verbatim, url: https://example.org/ru#6}
    norms:
      - key: 6a
        kind: obligation
        gist: Both withdraw.
        bearers: [kestria, valdonia]
        owed_to: [kestria]
        action: withdraw-forces
        places: [arda-zone]
        from: 2032-02
        until: {text: until further notice}
        deadline: 2032-03-01
        period: P5Y
        renewal: by five years
        read_by: team
  - number: "6"
    norms:
      - key: 6b
        kind: prohibition
        gist: No advance.
        bearers: [kestria]
        action: hold-position
        places: [arda-zone]
        readings:
          - {key: zone, gist: No advance in the zone.}
          - {key: anywhere, places: [], bearers: [valdonia], from: 2032, kind: declaration}
          - {key: late, read_by: team}
"""


def graph(conversion: Conversion) -> Graph:
    found = Graph()
    for triple in conversion.triples:
        found.add(triple)
    return found


def iri(path: str) -> URIRef:
    return URIRef(BASE + path)


def objects(found: Graph, path: str, predicate: URIRef) -> set[str]:
    return {str(object_).removeprefix(BASE) for object_ in found.objects(iri(path), predicate)}


@pytest.fixture
def actors(converted: Callable[..., Conversion]) -> Graph:
    return graph(converted(ACTORS))


@pytest.fixture
def places(converted: Callable[..., Conversion], tmp_path: Path) -> Graph:
    (tmp_path / "delta.geojson").write_text(GEOJSON, encoding="utf-8")
    return graph(converted(PLACES))


@pytest.fixture
def agreement(converted: Callable[..., Conversion]) -> Graph:
    return graph(converted(AGREEMENT))


def test_an_actor_has_names_in_languages_and_codes(actors: Graph) -> None:
    norland = iri("actor/norland")
    assert actors.value(norland, RDF.type) == SVD.State
    assert set(actors.objects(norland, RDFS.label)) == {
        Literal("Norland", lang="en"),
        Literal("Nordland", lang="de"),
    }
    assert Literal("Nordie", lang="fr") in set(actors.objects(norland, SKOS.altLabel))
    assert len(set(actors.objects(norland, SKOS.altLabel))) == 3
    assert actors.value(norland, SVD.gwCode) == Literal("373", datatype=XSD.integer)
    assert objects(actors, "actor/norland", SVD.iso3166Alpha2) == {"NO"}
    assert objects(actors, "actor/norland", SVD.iso3166Alpha3) == {"NOR"}
    assert objects(actors, "actor/norland", SVD.cowCode) == {"373"}
    assert objects(actors, "actor/norland", SVD.ucdpActorId) == {"64"}
    assert actors.value(norland, OWL.sameAs) == URIRef("https://example.com/norland")
    assert actors.value(iri("actor/guard"), SKOS.altLabel) == Literal("Blue helmets", lang="en")


def test_an_actor_acts_and_speaks_for_others(actors: Graph) -> None:
    assert objects(actors, "actor/guard", SVD.forceOf) == {"actor/norland"}
    assert objects(actors, "actor/guard", SVD.mandatedBy) == {"agreement/arda-2031/term/2.1"}
    assert objects(actors, "actor/minister", SVD.speaksFor) == {"actor/norland"}
    assert objects(actors, "actor/echo", SVD.basedIn) == {"actor/norland"}
    assert actors.value(iri("actor/minister"), SKOS.note) == Literal("Since 2030.", lang="en")


def test_reliability_is_somebody_s_judgement_of_a_day(actors: Graph) -> None:
    node = iri("actor/echo/reliability")
    assert actors.value(node, SVD.assessedSource) == iri("actor/echo")
    assert actors.value(node, SVD.reliability) == concept("reliability", "B")
    assert actors.value(node, PROV.wasAttributedTo) == iri("actor/team")
    assert actors.value(node, DCTERMS.date) == Literal("2031-01-02", datatype=XSD.date)


def test_a_list_of_actors_is_its_own_graph(converted: Callable[..., Conversion]) -> None:
    conversion = converted(ACTORS)
    assert conversion.graph == conversion.document == iri("graph/actors/delta")
    assert (conversion.kind, conversion.identifier) == ("actors", "delta")


def test_containment_is_by_somebody_s_word(places: Graph) -> None:
    assert objects(places, "place/fen/within/upper-arda", SVD.authority) == {"Survey of 2030"}
    assert objects(places, "place/fen/within/moor", SVD.authority) == {"Norland"}
    assert objects(places, "place/fen/within/buffer", SVD.container) == {"place/buffer"}
    assert objects(places, "place/fen/within/buffer", SVD.contained) == {"place/fen"}


def test_borders_hold_both_ways(places: Graph) -> None:
    assert objects(places, "place/fen", GEO.sfTouches) == {"place/moor"}
    assert objects(places, "place/moor", GEO.sfTouches) == {"place/fen"}


def test_a_place_has_an_owner_a_code_and_an_outline(places: Graph) -> None:
    assert objects(places, "place/fen", SVD.territoryOf) == {"actor/kestria"}
    assert objects(places, "place/fen", SVD.exclaveOf) == {"place/upper-arda"}
    assert objects(places, "place/fen", SVD.iso3166Subdivision) == {"NO-01"}
    assert objects(places, "place/fen", SVD.zone) == {"Asia/Kathmandu"}
    assert places.value(iri("place/fen/geometry"), GEO.asWKT) == Literal(
        "POINT (46.4 39.2)", datatype=GEO.wktLiteral
    )
    assert places.value(iri("place/drawn"), GEO.hasGeometry) == iri("place/drawn/geometry")
    drawn = Literal("MULTIPOLYGON (((46.10 39, 47 39, 47 40, 46.10 39)))", datatype=GEO.wktLiteral)
    assert places.value(iri("place/drawn/geometry"), GEO.asWKT) == drawn


def test_only_zones_have_an_extent_and_it_is_stated_only_if_something_states_it(places: Graph) -> None:
    extents = {str(place).removeprefix(BASE): extent for place, extent in places.subject_objects(SVD.extent)}
    assert extents == {
        "place/buffer": concept("extent", "stated"),
        "place/line": concept("extent", "unstated"),
        "place/drawn": concept("extent", "stated"),
    }
    assert objects(places, "place/buffer", SVD.definedBy) == {"agreement/arda-2031/term/1"}
    assert objects(places, "place/line", SVD.definedBy) == {"agreement/arda-2031"}


def test_an_agreement_has_parties_texts_and_a_beginning(agreement: Graph) -> None:
    node = "agreement/delta-2032"
    assert agreement.value(iri(node), RDF.type) == SVD.CeasefireAgreement
    assert objects(agreement, node, SVD.party) == {"actor/kestria", "actor/valdonia"}
    assert objects(agreement, node, SVD.signatory) == {"actor/kestria"}
    assert objects(agreement, node, SVD.mediator) == {"actor/team"}
    assert objects(agreement, node, SVD.entersIntoForce) == {f"{node}/in-force"}
    assert objects(agreement, f"{node}/in-force", SVD.earliest) == {"2032-01-02T21:00:00Z"}
    assert agreement.value(iri(node), DCTERMS.title) == agreement.value(iri(node), RDFS.label)
    assert agreement.value(iri(node), SVD.paxId) == Literal(99)
    assert objects(agreement, node, RDFS.seeAlso) == {"https://example.org/delta"}
    assert objects(agreement, node, ELI.is_realized_by) == {f"{node}/text/ru", f"{node}/text/en"}
    assert objects(agreement, f"{node}/text/ru", SCHEMA.url) == {"https://example.org/ru"}
    assert agreement.value(iri(f"{node}/text/en"), SVD.complete) == Literal("false", datatype=XSD.boolean)
    assert agreement.value(iri(f"{node}/text/en"), SVD.textStatus) == concept("text-status", "translation")


def test_terms_nest_and_all_belong_to_the_agreement(agreement: Graph) -> None:
    node = "agreement/delta-2032"
    assert objects(agreement, f"{node}/term/6.10", ELI.number) == {"6.10"}
    assert objects(agreement, f"{node}/term/6.10", ELI.is_part_of) == {f"{node}/term/6"}
    assert objects(agreement, f"{node}/term/6", ELI.is_part_of) == {node}
    assert objects(agreement, node, ELI.has_part) == {f"{node}/term/6"}
    assert objects(agreement, f"{node}/term/6", ELI.has_part) == {f"{node}/term/6.10"}
    assert objects(agreement, f"{node}/term/6.10", SVD.ofAgreement) == {node}
    assert objects(agreement, f"{node}/term/6", SVD.ordinal) == {"2"}


def test_a_wording_is_in_the_language_of_its_text(agreement: Graph) -> None:
    node = "agreement/delta-2032/text/ru/term/6.10"
    assert agreement.value(iri(node), SVD.wordingText) == Literal("Стороны", lang="ru")
    assert objects(agreement, node, SVD.ofTerm) == {"agreement/delta-2032/term/6.10"}
    assert objects(agreement, node, SVD.inText) == {"agreement/delta-2032/text/ru"}
    assert objects(agreement, node, SCHEMA.url) == {"https://example.org/ru#6"}


def test_a_norm_without_rivals_has_the_one_reading_only(agreement: Graph) -> None:
    group, node = "agreement/delta-2032/norm/6a", "agreement/delta-2032/norm/6a/reading/only"
    assert agreement.value(iri(group), RDFS.label) == Literal("Both withdraw.", lang="en")
    assert objects(agreement, group, SVD.inTerm) == {"agreement/delta-2032/term/6.10"}
    assert agreement.value(iri(node), RDF.type) == SVD.Obligation
    expected = {
        SVD.ofReadingGroup: {group},
        SVD.binds: {"actor/kestria", "actor/valdonia"},
        SVD.owedTo: {"actor/kestria"},
        SVD.action: {str(concept("action", "withdraw-forces"))},
        SVD.appliesInPlace: {"place/arda-zone"},
        SVD.appliesFrom: {f"{node}/from"},
        SVD.appliesUntil: {f"{node}/until"},
        SVD.deadline: {f"{node}/deadline"},
        SVD.periodStated: {"P5Y"},
        SVD.renewal: {"by five years"},
        SVD.readBy: {"actor/team"},
        SVD.key: {"only"},
        SVD.alternativeReadingOf: set(),
    }
    assert {predicate: objects(agreement, node, predicate) for predicate in expected} == expected
    assert objects(agreement, f"{node}/deadline", SVD.latest) == {"2032-03-01T20:59:59Z"}
    assert objects(agreement, f"{node}/until", SVD.precision) == {str(concept("precision", "vague"))}


def test_rival_readings_override_the_norm_and_name_each_other(agreement: Graph) -> None:
    group = "agreement/delta-2032/norm/6b/reading"
    readings = {key: f"{group}/{key}" for key in ("zone", "anywhere", "late")}
    for key, node in readings.items():
        others = {other for name, other in readings.items() if name != key}
        assert objects(agreement, node, SVD.alternativeReadingOf) == others
    assert objects(agreement, readings["zone"], SVD.gist) == {"No advance in the zone."}
    assert objects(agreement, readings["late"], SVD.gist) == {"No advance."}
    assert objects(agreement, readings["zone"], SVD.appliesInPlace) == {"place/arda-zone"}
    assert objects(agreement, readings["anywhere"], SVD.appliesInPlace) == set()
    assert objects(agreement, readings["anywhere"], SVD.binds) == {"actor/valdonia"}
    assert objects(agreement, readings["late"], SVD.binds) == {"actor/kestria"}
    assert objects(agreement, readings["late"], SVD.readBy) == {"actor/team"}
    assert agreement.value(iri(readings["anywhere"]), RDF.type) == SVD.Declaration
    assert agreement.value(iri(readings["late"]), RDF.type) == SVD.Prohibition
    assert objects(agreement, readings["zone"], SVD.appliesFrom) == {"agreement/delta-2032/in-force"}
    assert objects(agreement, readings["anywhere"], SVD.appliesFrom) == {f"{readings['anywhere']}/from"}


def test_without_entry_into_force_a_norm_begins_on_the_day_of_the_agreement(
    converted: Callable[..., Conversion],
) -> None:
    found = graph(converted(AGREEMENT.replace("entry_into_force: 2032-01-03T00:00\n", "")))
    begin = "agreement/delta-2032/norm/6b/reading/zone/from"
    assert objects(found, begin, SVD.earliest) == {"2032-01-01T21:00:00Z"}
    assert objects(found, begin, SVD.inferredPart) == {"start"}
    assert objects(found, "agreement/delta-2032", SVD.entersIntoForce) == set()


@pytest.mark.parametrize("text", [ACTORS, PLACES, AGREEMENT])
def test_a_store_gives_every_triple_back_and_every_one_has_an_origin(
    converted: Callable[..., Conversion], tmp_path: Path, text: str
) -> None:
    (tmp_path / "delta.geojson").write_text(GEOJSON, encoding="utf-8")
    conversion = converted(text)
    store = ox.Store()
    for subject, predicate, object_ in conversion.triples:
        store.add(ox.Quad(to_ox(subject), to_ox(predicate), to_ox(object_)))  # type: ignore[arg-type]
        assert (str(subject), None) in conversion.origins
        assert (str(subject), str(predicate)) in conversion.origins
    back: set[tuple[Node, Node, Node]] = {
        (from_ox(quad.subject), from_ox(quad.predicate), from_ox(quad.object)) for quad in store
    }
    assert back == conversion.triples


def test_documents_that_need_each_other_are_converted_together(
    tmp_path: Path, references: References
) -> None:
    zone = tmp_path / "zone.yaml"
    zone.write_text(
        "kind: places\nid: z\nplaces:\n"
        "  - {id: z1, type: agreement-zone, label: Z, defined_by: {agreement: n}}\n",
        encoding="utf-8",
    )
    text = AGREEMENT.replace("id: delta-2032", "id: n").replace("[arda-zone]", "[z1]")
    documents = [read_document(zone), read_text(text.encode(), "n.yaml")]
    known = references.including(*documents)
    assert all(convert(document, BASE, known).triples for document in documents)
    assert known.agreements["n"] == {"6", "6.10"}
    assert known.places["z1"] == "agreement-zone"
    assert "n" not in references.agreements
