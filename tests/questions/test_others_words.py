"""Who asks in the words of SEM, PROV, ODRL, ELI or ORG gets rows, or docs/query.md says why not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import OxigraphStore

PAGE = Path(__file__).parents[2] / "docs" / "query.md"
PREFIXES = """PREFIX sem: <http://semanticweb.cs.vu.nl/2009/11/sem/> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/> PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX org: <http://www.w3.org/ns/org#> PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX time: <http://www.w3.org/2006/time#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX eventKG-s: <http://eventKG.l3s.uni-hannover.de/schema/>
PREFIX schema: <https://schema.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> """
ASKED = (
    *("?e a sem:Event ; sem:hasActor/rdfs:label ?who", "?e sem:hasPlace/rdfs:label ?where"),
    *("?e sem:hasTimeStamp ?when", "?e sem:eventType/skos:prefLabel ?what", "?e sem:accordingTo ?who"),
    *("?p a sem:Place", "?a a sem:Actor", "?e sem:hasBeginTimeStamp ?when", "?e sem:hasSubEvent ?part"),
    *("?x sem:roleType ?role", "?a a sem:Authority", "?e sem:hasEarliestBeginTimeStamp ?when"),
    *("?a a prov:Agent ; rdfs:label ?name", "?c prov:wasAttributedTo ?who", "?r prov:wasDerivedFrom ?c"),
    *("?c prov:qualifiedAttribution/prov:agent ?who", "?x a prov:Activity", "?x a prov:Entity"),
    *("?x prov:wasGeneratedBy ?y", "?x prov:wasRevisionOf ?y", "?x prov:hadPrimarySource ?y"),
    *("?x prov:wasQuotedFrom ?y", "?x prov:actedOnBehalfOf ?y", "?x a prov:Organization"),
    *("?r a odrl:Rule", "?r a odrl:Duty ; odrl:assignee/rdfs:label ?who", "?r a odrl:Prohibition"),
    *("?r a odrl:Permission", "?r odrl:action/skos:prefLabel ?what", "?r odrl:assigner ?who"),
    *("?r odrl:target ?what", "?r odrl:constraint ?what", "?p a odrl:Policy", "?p odrl:obligation ?r"),
    *("?p a odrl:Party", "?a a eli:LegalResource", "?t a eli:LegalResourceSubdivision"),
    *("?t a eli:LegalExpression", "?a eli:is_realized_by ?t", "?t eli:is_part_of ?a", "?t eli:number ?n"),
    *(
        "?a eli:date_document ?d",
        "?a eli:date_no_longer_in_force ?d",
        "?a eli:amends ?b",
        "?a eli:repeals ?b",
    ),
    *("?a eli:has_annex ?b", "?a eli:title ?t", "?a eli:language ?l", "?a eli:passed_by ?b"),
    *("?a eli:first_date_entry_in_force ?d", "?f a org:Organization ; rdfs:label ?name"),
    *("?m a org:Membership", "?m org:member ?f", "?m org:organization ?s", "?f org:memberOf ?s"),
    *("?f org:unitOf ?s", "?f org:subOrganizationOf ?s", "?f org:changedBy ?e", "?m org:memberDuring ?t"),
    *("?e org:originalOrganization ?f", "?f org:classification ?k", "?q oa:hasSelector/oa:exact ?words"),
    *("?x a oa:Annotation", "?f a geo:Feature", "?f geo:hasGeometry/geo:asWKT ?w", "?f geo:sfWithin ?g"),
    *("?t a sem:EventType", "?a sem:actorType ?t", "?p sem:placeType ?t", "?e sem:hasTime ?t"),
    *("?e sem:eventType/rdfs:label ?what", "?e sem:hasEndTimeStamp ?when", "?r a eventKG-s:Relation"),
    *("?e sem:hasPlace/geo:hasGeometry/geo:asWKT ?w", "?r odrl:uid ?u", "?r odrl:action/odrl:includedIn ?a"),
    *("?p odrl:prohibition ?r", "?p odrl:permission ?r", "?r odrl:consequence ?d"),
    *("?c prov:qualifiedAttribution/prov:hadRole ?r", "?e prov:startedAtTime ?t", "?a a prov:Person"),
    *("?x prov:wasInfluencedBy ?y", "?x prov:generatedAtTime ?t", "?x prov:atLocation ?y"),
    *("?a oa:hasTarget/oa:hasSource ?r", "?a oa:hasBody ?b", "?a oa:motivatedBy ?b", "?s oa:prefix ?w"),
    *("?q oa:hasSource ?r ; oa:hasSelector/oa:start ?n", "?t a time:TemporalEntity", "?x time:hasTime ?t"),
    *("?t time:hasBeginning/time:inXSDDateTimeStamp ?b", "?t time:hasEnd ?b", "?a time:intervalBefore ?b"),
    *("?a foaf:name ?n", "?a a foaf:Agent", "?a owl:sameAs ?b", "?a schema:sameAs ?b", "?p wgs:lat ?n"),
    *("?a eli:in_force ?f", "?a eli:cites ?b", "?a eli:has_part ?b", "?p geo:hasDefaultGeometry ?g"),
    *("?r a schema:ClaimReview", "?c schema:appearance ?r", "?r schema:author ?a"),
    *("?r a schema:NewsArticle", "?r schema:url ?u", "?r schema:datePublished ?d", "?r schema:headline ?t"),
)


def test_a_pattern_in_the_words_of_others_has_rows_or_the_page_says_why_not(
    stores: Mapping[str, OxigraphStore],
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    empty = [
        pattern
        for pattern in ASKED
        if not stores["demo"].select(f"{PREFIXES}SELECT * WHERE {{ {pattern} }} LIMIT 1").rows
    ]
    assert len(ASKED) - len(empty) >= 30
    for pattern in empty:
        words = re.findall(rf"\b(?:{'|'.join(re.findall('PREFIX ([^:]+):', PREFIXES))}):\w+", pattern)
        assert all(word in page for word in words), pattern
