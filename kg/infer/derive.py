"""Bring the inference graph up to date after a change: take out what may be stale, conclude anew.

Adding a report may join clusters of events, or deny what another says, so what is concluded anew is what
belongs to the reports whose events share a cluster with those of the reports given, or that these deny.
The outcome is the same as concluding everything from nothing; a test holds it to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.infer.alone import Alone, is_spoken_of, own_subjects
from kg.infer.closures import clusters
from kg.infer.rules import rules
from kg.infer.scratch import BESIDE, MENDING, Layout, Scratch, is_joining
from kg.store import bind, blocks
from kg.store.oxigraph import AT_ONCE, ntriples
from kg.terms import PROV, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.infer.rules import Rule
    from kg.store import OxigraphStore
    from kg.store.oxigraph import Held, Term

_BLOCK: Final = 50
"""Reports of which is concluded together."""
_CLAIMS: Final = 4000
"""Claims of which is concluded together: reports of rows have thousands each."""
_OF_OTHERS: Final = frozenset(
    (
        "answer-to-charge",
        "condition-said",
        "conduct-at-time",
        "corrected",
        "farthest-named-source",
        "time-anywhere",
    )
)
"""The rules whose conclusions of one report are read of another that is not laid out whole."""
_ANSWERING: Final = frozenset({str(SVD.deniesCharge), str(SVD.meetsCharge)})
_PREFIX: Final = f"PREFIX svd: <{SVD}>\n"
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


@dataclass(frozen=True, slots=True)
class Derivation:
    """How many reports were concluded anew, and how many triples the inference graph gained."""

    reports: int
    triples: int


class Conclusions:
    """The conclusions of one store; keeps what is concluded of reference data from one change to the next."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._scratch: Scratch | None = None

    def forget(self) -> None:
        """Forget what was concluded of reference data, because it changes, or the rules do."""
        self._scratch = None

    def derive(
        self,
        store: OxigraphStore,
        base: str,
        reports: Iterable[URIRef] | None = None,
        by: Sequence[Rule] | None = None,
    ) -> Derivation:
        """Bring the inference graph up to date for the reports given; for None, all of it.

        Concludes by the rules given, else by those of the ontology. Returns what was done. Raises nothing
        of its own; calling it twice changes nothing.
        """
        by = tuple(rules() if by is None else by)
        if reports is None or self._scratch is None or self._scratch.by != by:
            self._scratch = Scratch(store, base, by)
        scratch = self._scratch
        if reports is None:
            store.clear([scratch.inference])
            reference = scratch.reference()
            store.put(reference)
            scope = sorted({URIRef(quad.subject.value) for quad in store.held(predicate=SVD.voice)})
            return Derivation(len(scope), len(reference) + _conclude(store, scratch, scope, anew=True))
        scope = _touched(store, reports)
        return Derivation(len(scope), _conclude(store, scratch, scope, anew=False))

    def derive_new(  # noqa: PLR0913, PLR0917 - what is known of a batch
        self,
        store: OxigraphStore,
        base: str,
        reports: Sequence[URIRef],
        nquads: bytes,
        graphs: Sequence[URIRef],
        by: Sequence[Rule],
    ) -> Derivation:
        """Conclude of reports that the store has just taken in, to which nothing in it refers.

        The N-Quads are all that their graphs hold. What is concluded is put in at once, and not as a
        transaction: who is interrupted concludes of them by `derive`.
        """
        if self._scratch is None or self._scratch.by != tuple(by):
            self._scratch = Scratch(store, base, tuple(by))
        with Alone(self._scratch, store, reports, nquads, graphs) as laid:
            new = laid.lines()
        store.load_triples(new, self._scratch.inference, own_subjects(new, base))
        if is_spoken_of(self._scratch):
            others = conditioned_by(store, set(reports)) - set(reports)
            if others:
                self.derive(store, base, sorted(others), by)
        return Derivation(len(reports), new.count(b"\n"))

    def renew(self, store: OxigraphStore, base: str, by: Sequence[Rule]) -> None:
        """Conclude of the reference data after something came of which no report can speak yet."""
        self._scratch = Scratch(store, base, tuple(by))
        store.load_triples(ntriples(self._scratch.reference()), self._scratch.inference, ())


def derive(
    store: OxigraphStore,
    base: str,
    reports: Iterable[URIRef] | None = None,
    by: Sequence[Rule] | None = None,
) -> Derivation:
    """Do what `Conclusions.derive` does, once."""
    return Conclusions().derive(store, base, reports, by)


def conclusions(store: OxigraphStore, base: str, reports: Iterable[URIRef]) -> set[Held]:
    """Return what the rules concluded for the reports, as far as the store still holds them.

    That is all of the graph of conclusions about what they describe, what is concluded in or derived from
    it, and the clusters of their events.
    """
    graph = URIRef(f"{base}graph/inference")
    found: set[Held] = set()
    for report in reports:
        found.update(quad for node in _about(store, graph, report) for quad in store.held(node, graph=graph))
        found |= _said_of_conditions(store, graph, report)
    for cluster in {quad.object for quad in found if quad.predicate.value == str(SVD.inCluster)}:
        found.update(store.held(predicate=SVD.inCluster, object_=cluster, graph=graph))
        found.update(store.held(cluster, graph=graph))
        for on in store.held(predicate=SVD.onCluster, object_=cluster, graph=graph):
            found.update(store.held(on.subject, graph=graph))
    return found


def _about(store: OxigraphStore, graph: URIRef, report: URIRef) -> set[Term]:
    """Return all that a report describes, and what was concluded in it or derived from its claims."""
    found = {
        quad.subject
        for place in {quad.graph_name for quad in store.held(report, SVD.voice)}
        for quad in store.held(graph=place)
    }
    found |= {quad.subject for quad in store.held(predicate=SVD.inReport, object_=report, graph=graph)}
    for claim in store.held(predicate=SVD.statedIn, object_=report):
        derived = store.held(predicate=PROV.wasDerivedFrom, object_=claim.subject, graph=graph)
        found |= {quad.subject for quad in derived}
    return found


def _answers(store: OxigraphStore, graph: URIRef, old: Iterable[Held]) -> set[Held]:
    """Return beside which records those claims stand, of all that was concluded, that answer charges."""
    claims = {quad.subject for quad in old if quad.predicate.value in _ANSWERING}
    return {
        quad
        for claim in claims
        for beside in BESIDE
        for quad in store.held(predicate=URIRef(beside), object_=claim, graph=graph)
    }


def _said_of_conditions(store: OxigraphStore, graph: URIRef, report: URIRef) -> set[Held]:
    """Return what was concluded of conditions from the claims of a report."""
    return {
        quad
        for claim in store.held(predicate=SVD.statedIn, object_=report)
        for said in (SVD.saidMetBy, SVD.saidUnmetBy)
        for quad in store.held(predicate=said, object_=claim.subject, graph=graph)
    }


def denied_by(store: OxigraphStore, reports: Iterable[URIRef]) -> set[URIRef]:
    """Return the reports of which the reports given deny, correct or take back a claim, an event or all.

    What a claim denied that is taken back is not denied any more, so its report is among them.
    """
    denied: set[Term] = set()
    mended: set[Term] = set()
    for report in reports:
        saying: list[URIRef | Term] = [report]
        saying += [quad.subject for quad in store.held(predicate=SVD.statedIn, object_=report)]
        denied |= {quad.object for said in saying for quad in store.held(said, SVD.denies)}
        mended |= {quad.object for said in saying for way in MENDING for quad in store.held(said, way)}
    for thing in mended:
        taken = [thing, *(quad.subject for quad in store.held(predicate=SVD.statedIn, object_=thing))]
        denied |= {quad.object for claim in taken for quad in store.held(claim, SVD.denies)}
    found = {
        URIRef(quad.object.value)
        for thing in denied | mended
        for where in (SVD.statedIn, SVD.describedIn)
        for quad in store.held(thing, where)
    }
    return found | {URIRef(thing.value) for thing in mended if store.held(thing, SVD.voice)}


def conditioned_by(store: OxigraphStore, reports: Iterable[URIRef]) -> set[URIRef]:
    """Return the reports whose verdicts rest on what the reports given say of conditions."""
    if not any(store.holds(predicate=way) for way in (SVD.condition, SVD.follows)):
        return set()
    return {
        URIRef(str(row["report"]))
        for chunk in blocks(sorted(reports), _BLOCK)
        for row in store.select(bind(_CONDITIONED, {"telling": chunk})).mappings()
    }


def _conclude(store: OxigraphStore, scratch: Scratch, scope: Sequence[URIRef], *, anew: bool) -> int:
    """Conclude of the reports, block by block, and return how many triples there are more.

    What any report may read of any other comes first, where they do not all stand in one block.
    """
    before = [rule for rule in scratch.by if rule.name in _OF_OTHERS]
    joining = any(map(is_joining, scratch.by))
    concluded = 0
    together = tuple(_weighed(store, scope))
    if len(together) > 1:
        for block in together:
            with Layout(scratch, store, block) as laid:
                store.put([quad for rule in before for quad in laid.apply(rule)])
    for block in together:
        old = conclusions(store, scratch.base, block)
        if joining and not anew:
            old |= _answers(store, scratch.inference, old)
        with Layout(scratch, store, block) as laid:
            new = set(laid.conclude(anew=anew))
        come, gone = new - old, old - new
        if len(come) > AT_ONCE:  # who is interrupted concludes of these reports again
            store.pour(come)
            come = set()
        store.alter(come, gone)
        concluded += len(new)
    return concluded


def _weighed(store: OxigraphStore, scope: Sequence[URIRef]) -> Iterator[list[URIRef]]:
    """Yield the reports in blocks that do not hold more than so many claims, unless one alone does."""
    block: list[URIRef] = []
    claims = 0
    for report in scope:
        more = len(store.held(predicate=SVD.statedIn, object_=report))
        if block and (len(block) == _BLOCK or claims + more > _CLAIMS):
            yield block
            block, claims = [], 0
        block.append(report)
        claims += more
    if block:
        yield block


def _touched(store: OxigraphStore, reports: Iterable[URIRef]) -> list[URIRef]:
    touched = set(reports)
    touched |= denied_by(store, touched)
    events = [
        URIRef(quad.subject.value)
        for report in touched
        for quad in store.held(predicate=SVD.describedIn, object_=report)
    ]
    for component in clusters(store, events):
        for event in component:
            touched.update(URIRef(quad.object.value) for quad in store.held(event, SVD.describedIn))
    return sorted(touched | conditioned_by(store, touched))
