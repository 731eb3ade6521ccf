"""Bring the inference graph up to date after a change: take out what may be stale, conclude anew.

Adding a report may join clusters of events, or deny what another says, so what is concluded anew is what
belongs to the reports whose events share a cluster with those of the reports given, or that these deny.
The outcome is the same as concluding everything from nothing; a test holds it to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.infer.closures import CLOSURES, closure, cluster_triples, clusters
from kg.infer.conduct import conduct_periods
from kg.infer.rules import rules
from kg.model import Triple
from kg.store import ChangeSet, bind, parameters_of
from kg.terms import PROV, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.infer.rules import Rule
    from kg.store import GraphStore

_CHUNK = 500
"""Reports whose conclusions go into the store in one transaction for each rule."""

_PREFIX = f"PREFIX svd: <{SVD}>\nPREFIX prov: <{PROV}>\n"
_ALL_REPORTS = _PREFIX + "SELECT DISTINCT ?report WHERE { ?report svd:voice ?voice }"
_EVENTS = (
    _PREFIX
    + """SELECT ?event WHERE {
  VALUES ?report { UNDEF } # @param report
  ?event svd:describedIn ?report }"""
)
_REPORTS = (
    _PREFIX
    + """SELECT DISTINCT ?report WHERE {
  VALUES ?event { UNDEF } # @param event
  ?event svd:describedIn ?report }"""
)
_DENIED = (
    _PREFIX
    + """PREFIX cito: <http://purl.org/spar/cito/>
SELECT DISTINCT ?report WHERE {
  VALUES ?denying { UNDEF } # @param denying
  {
    ?claim svd:statedIn ?denying ; svd:denies|cito:corrects|cito:retracts ?thing .
    { ?thing svd:statedIn ?report } UNION { ?thing svd:describedIn ?report }
  } UNION { ?denying cito:corrects|cito:retracts ?report } }"""
)
_CONDITIONED = (
    _PREFIX
    + """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
SELECT DISTINCT ?report WHERE {
  VALUES ?telling { UNDEF } # @param telling
  {
    ?claim svd:statedIn ?telling ; svd:assertsConditionMet ?condition .
    ?norm svd:condition|svd:follows ?condition
  } UNION {
    ?claim svd:statedIn ?telling ; svd:assertsConditionMet ?group .
    ?norm svd:ofReadingGroup ?group ; svd:condition|svd:follows ?condition
  } UNION {
    ?claim svd:statedIn ?telling ; svd:assertsFulfilmentOf ?kept .
    ?part eli:is_part_of* ?kept . ?unit svd:inTerm ?part . ?condition svd:conditionNorm ?unit .
    ?norm svd:condition|svd:follows ?condition
  } UNION {
    ?event svd:describedIn ?telling ; svd:eventType ?type . ?type skos:broader* ?kind .
    ?condition svd:conditionEvent ?kind .
    ?norm svd:condition|svd:follows ?condition
  }
  ?assessment svd:againstNorm ?norm ; svd:inReport ?report }"""
)
"""Reports whose claims are held against norms with a condition of which the reports given say something."""
_STALE = (
    _PREFIX
    + """CONSTRUCT { ?node ?predicate ?object } WHERE {
  VALUES ?report { UNDEF } # @param report
  { ?node svd:inReport ?report }
  UNION { ?claim svd:statedIn ?report . ?node a svd:EventAccount ; prov:wasDerivedFrom ?claim }
  UNION { ?event svd:describedIn ?report ; svd:inCluster ?cluster . ?node svd:onCluster ?cluster }
  ?node ?predicate ?object }"""
)
_STALE_LINKS = (
    _PREFIX
    + """CONSTRUCT {
  ?mate svd:inCluster ?cluster . ?cluster svd:laidTo ?accused . ?claim svd:farthestNamedSource ?source ;
    svd:attributableTo ?whom ; svd:correctedBy ?corrected ; svd:retractedBy ?retracted .
  ?condition svd:saidMetBy ?met ; svd:saidUnmetBy ?unmet
} WHERE {
  VALUES ?report { UNDEF } # @param report
  { ?event svd:describedIn ?report ; svd:inCluster ?cluster . ?mate svd:inCluster ?cluster }
  UNION { ?event svd:describedIn ?report ; svd:inCluster ?cluster . ?cluster svd:laidTo ?accused }
  UNION { ?claim svd:statedIn ?report ; svd:farthestNamedSource ?source }
  UNION { ?claim svd:statedIn ?report ; svd:attributableTo ?whom }
  UNION { ?claim svd:statedIn ?report ; svd:correctedBy ?corrected }
  UNION { ?claim svd:statedIn ?report ; svd:retractedBy ?retracted }
  UNION { ?met svd:statedIn ?report . ?condition svd:saidMetBy ?met }
  UNION { ?unmet svd:statedIn ?report . ?condition svd:saidUnmetBy ?unmet } }"""
)
_STALE_TIMES = (
    _PREFIX
    + """CONSTRUCT {
  ?time svd:earliestAnywhere ?first ; svd:latestAnywhere ?last ; svd:inferredPart "zone" ;
    svd:inferenceReason ?why } WHERE {
  VALUES ?report { UNDEF } # @param report
  ?claim svd:statedIn ?report ; svd:time ?time .
  ?time svd:earliestAnywhere|svd:latestAnywhere ?bound .
  OPTIONAL { ?time svd:earliestAnywhere ?first }
  OPTIONAL { ?time svd:latestAnywhere ?last }
  OPTIONAL { ?time svd:inferenceReason ?why } }"""
)
"""What the document said itself is not in the graph of conclusions, so that nothing happens to it."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How many reports were concluded anew, and how many triples the inference graph gained."""

    reports: int
    triples: int


def derive(
    store: GraphStore,
    base: str,
    reports: Iterable[URIRef] | None = None,
    by: Sequence[Rule] | None = None,
) -> Derivation:
    """Bring the inference graph up to date for the reports given; for None, all of it.

    Concludes by the rules given, else by those of the ontology. Returns what was done. Raises nothing of
    its own; calling it twice changes nothing.
    """
    graph = URIRef(f"{base}graph/inference")
    by = rules() if by is None else by
    if reports is None:
        stale = store.graph(graph)
        _replace(store, graph, stale, frozenset())
        concluded = _reference(store, base, graph, by)
        scope = [URIRef(str(row["report"])) for row in store.select(_ALL_REPORTS).mappings()]
    else:
        concluded = 0
        scope = _touched(store, reports)
        for chunk in _chunks(scope):
            _replace(store, graph, conclusions(store, chunk), frozenset())
    concluded += _report_rules(store, base, graph, scope, by)
    return Derivation(len(scope), concluded)


def conclusions(store: GraphStore, reports: Iterable[URIRef]) -> frozenset[Triple]:
    """Return what the rules concluded for the reports, as far as the store still holds them."""
    found: frozenset[Triple] = frozenset()
    for chunk in _chunks(sorted(reports)):
        found |= _read(store, _STALE, chunk) | _read(store, _STALE_LINKS, chunk)
        found |= _read(store, _STALE_TIMES, chunk)
    return found


def denied_by(store: GraphStore, reports: Iterable[URIRef]) -> set[URIRef]:
    """Return the reports of which the reports given deny, correct or take back something."""
    return {
        URIRef(str(row["report"]))
        for chunk in _chunks(sorted(reports))
        for row in store.select(bind(_DENIED, {"denying": chunk})).mappings()
    }


def conditioned_by(store: GraphStore, reports: Iterable[URIRef]) -> set[URIRef]:
    """Return the reports whose verdicts rest on what the reports given say of conditions."""
    return {
        URIRef(str(row["report"]))
        for chunk in _chunks(sorted(reports))
        for row in store.select(bind(_CONDITIONED, {"telling": chunk})).mappings()
    }


def _reference(store: GraphStore, base: str, graph: URIRef, by: Sequence[Rule]) -> int:
    """Conclude from the reference data; each rule sees what those before it concluded."""
    concluded = frozenset[Triple]().union(*(closure(store, wanted) for wanted in CLOSURES))
    _replace(store, graph, frozenset(), concluded)
    for rule in by:
        if rule.scope == "reference":
            found = store.construct(rule.text) - concluded
            _replace(store, graph, frozenset(), found)
            concluded |= found
    periods = conduct_periods(store, base, concluded) - concluded
    _replace(store, graph, frozenset(), periods)
    concluded |= periods
    return len(concluded)


def _report_rules(
    store: GraphStore, base: str, graph: URIRef, scope: Sequence[URIRef], by: Sequence[Rule]
) -> int:
    concluded = 0
    for chunk in _chunks(scope):
        events = (
            URIRef(str(row["event"])) for row in store.select(bind(_EVENTS, {"report": chunk})).mappings()
        )
        triples = cluster_triples(base, clusters(store, events))
        _replace(store, graph, frozenset(), triples)
        concluded += len(triples)
    for rule in by:
        if rule.scope == "report":
            concluded += sum(_conclude(store, base, graph, rule, chunk) for chunk in _chunks(scope))
    return concluded


def _conclude(store: GraphStore, base: str, graph: URIRef, rule: Rule, reports: Sequence[URIRef]) -> int:
    """Run a rule for each report by itself: the engine then walks indexes, and the cost of a report does not
    depend on how many others there are. With many at once it falls back to scans of the whole store.
    """  # noqa: D205 - one thought
    values: dict[str, Sequence[URIRef | Literal]] = {}
    if "base" in parameters_of(rule.text):
        values["base"] = [Literal(base)]
    triples = frozenset[Triple]().union(
        *(
            store.construct(bind(rule.text, values | {"report": [report]}))
            for report in reports
            if _concerns(store, rule, report)
        ),
    )
    _replace(store, graph, frozenset(), triples)
    return len(triples)


def _concerns(store: GraphStore, rule: Rule, report: URIRef) -> bool:
    return not rule.concerns or any(store.select(bind(rule.concerns, {"report": [report]})).mappings())


def _touched(store: GraphStore, reports: Iterable[URIRef]) -> list[URIRef]:
    touched = set(reports)
    touched |= denied_by(store, touched)
    for chunk in _chunks(sorted(touched)):
        events = [
            URIRef(str(row["event"])) for row in store.select(bind(_EVENTS, {"report": chunk})).mappings()
        ]
        clustered = sorted(event for component in clusters(store, events) for event in component)
        for some in _chunks(clustered):
            rows = store.select(bind(_REPORTS, {"event": some}))
            touched.update(URIRef(str(row["report"])) for row in rows.mappings())
    touched |= conditioned_by(store, touched)
    return sorted(touched)


def _read(store: GraphStore, query: str, reports: Sequence[URIRef]) -> frozenset[Triple]:
    return store.construct(bind(query, {"report": reports}))


def _replace(store: GraphStore, graph: URIRef, old: frozenset[Triple], new: frozenset[Triple]) -> None:
    store.apply(
        ChangeSet(
            insert=frozenset((*triple, graph) for triple in new - old),
            delete=frozenset((*triple, graph) for triple in old - new),
        ),
    )


def _chunks(items: Sequence[URIRef]) -> Iterable[Sequence[URIRef]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
