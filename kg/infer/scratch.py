"""What the rules read of a few reports, in a store in memory: concluding costs what these reports cost.

Beside the reference data, which stays, a scratch store holds the reports to conclude of; those with which
they share events; of others the claims that deny something of theirs, or speak of what is held against
somebody in them; and of others the records of what they themselves speak of. Nothing is looked up but by an
index: who answers whom, by the charges that are concluded of either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from rdflib.term import Literal, URIRef

from kg.infer.closures import CLOSURES, closure, cluster_triples, clusters
from kg.infer.conduct import conduct_periods
from kg.infer.containment import within_outlines
from kg.infer.needs import are_met
from kg.store import ChangeSet, memory, parameters_of
from kg.store.oxigraph import into
from kg.terms import CITO, DCTERMS, ELI, PROV, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.infer.needs import Stands
    from kg.infer.rules import Rule
    from kg.store import OxigraphStore
    from kg.store.oxigraph import Held, Term

MENDING: Final = (CITO.corrects, CITO.retracts)
"""How a claim or a report corrects or takes back another."""
_REFERENCE: Final = URIRef("urn:servanda:reference")
"""The graph of what is concluded of reference data alone."""
_CONCLUDED: Final = URIRef("urn:servanda:concluded")
"""The graph of what is concluded of the reports."""
_REPLIES: Final = (SVD.deniesBreachOf, SVD.assertsFulfilmentOf)
"""How a claim speaks of an agreement or a term, and so of what is held against somebody."""
_ANSWERS: Final = (SVD.deniesCharge, SVD.meetsCharge)
"""What is concluded of such a claim: which charges it answers."""
_JOINING: Final = ("svd:answersActsUntil", "svd:actBegan")
"""What rules of earlier versions read that put such claims beside records; states of then do by them."""
_ONCE_JOINING: Final = (
    ("deniesBreachOf", "svd:deniedBy"),
    ("assertsFulfilmentOf", "svd:fulfilmentAssertedBy"),
)
"""What rules read that did so without charges, still earlier."""
_ONCE_WITHIN: Final = "place-within-zone"
"""The rule of earlier versions that found which places lie within zones, and within zones only."""
_PARTS: Final = frozenset({str(SVD.qualifiedDenial), str(SVD.time)})
"""How a claim is tied to what is part of it and read with it."""
BESIDE: Final = frozenset({str(SVD.deniedBy), str(SVD.fulfilmentAssertedBy)})
"""How a record of another report is told of such a claim, by these rules, and of one that denies its act."""


def is_joining(rule: Rule) -> bool:
    """Return whether a rule puts claims that answer charges beside the records with these."""
    return all(name in rule.text for name in _JOINING)


class Scratch:
    """Reference data with all that is concluded of it alone; reports are laid beside it, and cleared away."""

    def __init__(self, store: OxigraphStore, base: str, by: Sequence[Rule]) -> None:
        """Take the reference data of a store, and conclude from it by the rules."""
        self.base = base
        self.by = by
        self.store = memory(base)
        self.inference = URIRef(f"{base}graph/inference")
        apart = (f"{base}graph/report/", f"{base}graph/review/", f"{base}graph/commits", str(self.inference))
        for name in store.named_graphs():
            if not name.value.startswith(apart):
                self.store.put(store.held(graph=name))
        triples = frozenset(triple for wanted in CLOSURES for triple in closure(self.store, wanted))
        if all(rule.name != _ONCE_WITHIN for rule in by):
            triples |= within_outlines(self.store)
        self.store.apply(ChangeSet(insert=frozenset((*triple, _REFERENCE) for triple in triples)))
        for rule in by:
            if rule.scope == "reference":
                self.store.put(self.store.concluded(rule.text, _REFERENCE))
        periods = conduct_periods(self.store, base, self.store.graph(_REFERENCE))
        self.store.apply(ChangeSet(insert=frozenset((*triple, _REFERENCE) for triple in periods)))

    def reference(self) -> list[Held]:
        """Return what is concluded of the reference data, as quads of the graph of conclusions."""
        return into(self.store.held(graph=_REFERENCE), self.inference)


class Layout:
    """Reports laid into a scratch store from the store that holds them, until the end of a `with`."""

    concluded: Final = _CONCLUDED
    """The graph of what is concluded here."""

    def __init__(self, scratch: Scratch, store: OxigraphStore, reports: Iterable[URIRef]) -> None:
        """Lay out the reports, those with which they share events, and who denies what they say."""
        self._scratch = scratch
        self._beside = scratch.store
        self._store = store
        self._mine = frozenset(reports)
        self._whole: set[Term] = set()
        """Graphs of reports that are laid out."""
        self._used: set[Term] = set()
        """Graphs in the scratch store that are to be cleared."""
        self._foreign: set[Term] = set()
        """What is described here by others: what is concluded of it is not the reports' own."""
        self._elsewhere: set[Term] = set()
        """Records of other reports."""
        self._claims: set[Term] = set()
        """Claims of the reports that are laid out whole."""
        self._answered = self._replied = False
        self._unput: list[Held] = []
        """What is to be put into the scratch store with what comes next."""
        self._joined: list[Held] = []
        """Which events are one."""
        self._there: set[Stands] = set()
        """What rules need and has been seen to stand here."""
        self.reports = self._lay()

    def __enter__(self) -> Self:
        """Return the layout itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the scratch store of it."""
        self._beside.clear([*self._used, _CONCLUDED])

    def conclude(self, *, anew: bool) -> list[Held]:
        """Return all that the rules conclude of the reports, as quads of the graph of conclusions.

        `anew`: every report is concluded of, so that nobody has to be told of other reports' records.
        """
        found = into(self._joined, self._scratch.inference)
        for rule in self._rules(anew=anew):
            found += self.apply(rule)
        return found

    def _rules(self, *, anew: bool) -> Iterator[Rule]:
        """Yield the rules about reports in their order, each once what it reads of others is laid out."""
        for rule in self._scratch.by:
            if rule.scope != "report":
                continue
            if is_joining(rule):
                self._lay_answers(both=not anew)
            elif any(read in rule.text and told in rule.text for read, told in _ONCE_JOINING):
                self._lay_replies(both=not anew)
            yield rule

    def apply(self, rule: Rule) -> list[Held]:
        """Return what a rule concludes of the reports, and keep it for the rules that come after it."""
        values = self._values(rule)
        if values is None:
            return []
        found = self._beside.concluded(rule.text, _CONCLUDED, values)
        if found:
            self._beside.put(found)
        return into(self._own(found), self._scratch.inference)

    def _values(self, rule: Rule) -> dict[str, Sequence[URIRef | Literal]] | None:
        """Return the parameters of a rule; None where it concerns none of the reports."""
        if not are_met(rule.needs, self._stands):
            return None
        if rule.concerns and not self._beside.texts(rule.concerns, {"report": self.reports}):
            return None
        values: dict[str, Sequence[URIRef | Literal]] = {"report": self.reports}
        if "base" in parameters_of(rule.text):
            values["base"] = [Literal(self._scratch.base)]
        return values

    def _stands(self, need: Stands) -> bool:
        """Return whether something needed stands here, which then stays so until the end."""
        if need not in self._there and self._beside.holds(predicate=need.predicate, object_=need.object):
            self._there.add(need)
        return need in self._there

    def _own(self, found: Sequence[Held]) -> list[Held]:
        """Return what is concluded of the reports themselves, and of other reports because of them."""
        mine = {str(report) for report in self._mine}
        self._foreign.update(
            quad.subject
            for quad in found
            if (quad.predicate.value == str(SVD.inReport) and quad.object.value not in mine)
            or (quad.predicate.value == str(PROV.wasDerivedFrom) and quad.object in self._foreign)
        )
        return [
            quad
            for quad in found
            if quad.subject not in self._foreign
            or (quad.subject in self._elsewhere and quad.predicate.value in BESIDE)
        ]

    def _lay(self) -> list[URIRef]:
        """Lay out what can be told before anything is concluded; return the reports that are whole."""
        for report in self._mine:
            self._lay_report(report, foreign=False)
        self._put_all()
        components = clusters(self._store, self._events(self._mine))
        joined = {event for component in components for event in component}
        mates = {
            URIRef(quad.object.value) for event in joined for quad in self._store.held(event, SVD.describedIn)
        } - self._mine
        for mate in mates:
            self._lay_report(mate, foreign=True)
        self._put_all()
        triples = cluster_triples(self._scratch.base, components)
        self._beside.apply(ChangeSet(insert=frozenset((*triple, _CONCLUDED) for triple in triples)))
        self._joined = self._beside.held(graph=_CONCLUDED)
        reports = [*sorted(self._mine), *sorted(mates)]
        self._claims = {
            quad.subject
            for report in reports
            for quad in self._beside.held(predicate=SVD.statedIn, object_=report)
        }
        for claim in self._claims:
            for way in (SVD.denies, *MENDING):
                self._lay_claims(way, claim)
        for event in joined:
            self._lay_claims(SVD.denies, event)
        self._lay_corrections(reports)
        self._put_all()
        self._lay_words()
        self._put_all()
        return reports

    def _events(self, reports: Iterable[URIRef]) -> set[URIRef]:
        return {
            URIRef(quad.subject.value)
            for report in reports
            for quad in self._beside.held(predicate=SVD.describedIn, object_=report)
        }

    def _lay_report(self, report: URIRef, *, foreign: bool) -> None:
        for graph in {quad.graph_name for quad in self._store.held(report, SVD.voice)} - self._whole:
            quads = self._store.held(graph=graph)
            self._put(quads)
            self._whole.add(graph)
            if foreign:
                self._foreign.update(quad.subject for quad in quads)

    def _lay_claims(self, predicate: URIRef, thing: URIRef | Term) -> None:
        """Lay out the claims of other reports that say this of a thing."""
        for said in self._store.held(predicate=predicate, object_=thing):
            self._lay_claim(said.subject)

    def _lay_claim(self, claim: Term) -> bool:
        """Lay out a claim, its time, and who published it when; return whether it is of another report."""
        stated = self._store.held(claim, SVD.statedIn)
        if not stated or stated[0].graph_name in self._whole:
            return False
        if claim in self._foreign:
            return True
        self._foreign.add(claim)
        quads = self._store.held(claim)
        for quad in tuple(quads):
            if quad.predicate.value in _PARTS:
                quads += self._store.held(quad.object)
        for way in (DCTERMS.issued, SVD.voice):
            quads += self._store.held(stated[0].object, way)
        self._put(quads)
        return True

    def _lay_corrections(self, reports: Iterable[URIRef]) -> None:
        """Lay out which other reports correct or take back these, and by whom they were published."""
        for said in [q for report in reports for way in MENDING for q in self._store.held(None, way, report)]:
            if said.graph_name not in self._whole:
                self._foreign.add(said.subject)
                self._put([said, *self._store.held(said.subject, SVD.voice)])

    def _lay_words(self) -> None:
        """Lay out the claims of other reports that say whether conditions were met, and who denies them."""
        inference = self._scratch.inference
        conditions = {
            quad.object for way in (SVD.condition, SVD.follows) for quad in self._beside.held(None, way)
        }
        for condition in conditions:
            for way in (SVD.saidMetBy, SVD.saidUnmetBy):
                for said in self._store.held(condition, way, graph=inference):
                    if self._lay_claim(said.object):
                        self._put([said])
                        self._lay_claims(SVD.denies, said.object)
                        for about in self._store.held(said.object, SVD.aboutEvent):
                            self._lay_claims(SVD.denies, about.object)

    def _lay_answers(self, *, both: bool) -> None:
        """Lay out who answers the charges of the reports' records, once these are concluded.

        `both`: also the records of others whose charges these reports answer. All are found by the charge,
        so that it costs what answers what, however much is said of an agreement.
        """
        if self._answered:
            return
        self._answered = True
        charges = self._own_objects(SVD.inReport, (SVD.charge,))
        self._lay_charged(_ANSWERS, charges, SVD.answersActsUntil, self._claims)
        if both:
            before = {
                quad.subject for report in self._mine for quad in self._concluded(None, SVD.inReport, report)
            }
            answered = self._own_objects(SVD.statedIn, _ANSWERS)
            self._elsewhere |= self._lay_charged((SVD.charge,), answered, SVD.actBegan, before)
        self._put_all()

    def _lay_charged(
        self, ways: Sequence[URIRef], charges: Iterable[Term], when: URIRef, own: set[Term]
    ) -> set[Term]:
        """Lay out what of others has to do with charges in some ways, and when; return it."""
        found = [
            quad
            for charge in charges
            for way in ways
            for quad in self._concluded(None, way, charge)
            if quad.subject not in own
        ]
        others = {quad.subject for quad in found}
        self._put(found)
        self._put([quad for other in others for quad in self._concluded(other, when)])
        self._foreign |= others
        return others

    def _own_objects(self, way: URIRef, predicates: Sequence[URIRef]) -> set[Term]:
        """Return what is said by some predicates of what belongs to the reports in one way."""
        return {
            quad.object
            for report in self._mine
            for own in self._beside.held(predicate=way, object_=report)
            for predicate in predicates
            for quad in self._beside.held(own.subject, predicate)
        }

    def _concluded(
        self, subject: Term | None, predicate: URIRef, object_: URIRef | Term | None = None
    ) -> list[Held]:
        """Return what the store holds as concluded."""
        return self._store.held(subject, predicate, object_, self._scratch.inference)

    def _lay_replies(self, *, both: bool) -> None:
        """Lay out who speaks of what the reports hold against somebody, once that is concluded.

        `both`: also what others hold against somebody of which these reports speak so.
        """
        if self._replied:
            return
        self._replied = True
        for target in self._targets():
            for predicate in _REPLIES:
                self._lay_claims(predicate, target)
        self._put_all()
        if both:
            spoken_of = {
                quad.object
                for report in self._mine
                for claim in self._beside.held(predicate=SVD.statedIn, object_=report)
                for predicate in _REPLIES
                for quad in self._beside.held(claim.subject, predicate)
            }
            for target in spoken_of:
                self._lay_records(target)
            self._put_all()

    def _targets(self) -> set[Term]:
        """Return the agreements and terms of the reports' records, and the terms that hold these."""
        found: set[Term] = set()
        for report in self._mine:
            for record in self._beside.held(predicate=SVD.inReport, object_=report):
                for predicate in (SVD.ofAgreement, SVD.ofTerm):
                    found |= {quad.object for quad in self._beside.held(record.subject, predicate)}
        return self._along(found, inwards=False)

    def _lay_records(self, target: Term) -> None:
        """Lay out the records of other reports about an agreement or a term, and when their acts were."""
        mine = {str(report) for report in self._mine}
        about = self._store.held(predicate=SVD.ofAgreement, object_=target)
        for part in self._along({target}, inwards=True):
            about += self._store.held(predicate=SVD.ofTerm, object_=part)
        for record in {
            quad.subject for quad in about if quad.graph_name.value == str(self._scratch.inference)
        }:
            quads = self._store.held(record)
            if record in self._elsewhere or any(
                quad.predicate.value == str(SVD.inReport) and quad.object.value in mine for quad in quads
            ):
                continue
            self._elsewhere.add(record)
            self._foreign.add(record)
            for claim in [quad.object for quad in quads if quad.predicate.value == str(SVD.supportedBy)]:
                times = self._store.held(claim, SVD.time)
                if not any(quad.graph_name in self._whole for quad in times):
                    quads += times + [quad for time in times for quad in self._store.held(time.object)]
            self._put(quads)

    def _along(self, terms: set[Term], *, inwards: bool) -> set[Term]:
        """Return the terms with those that hold them or that they replace, or the other way round."""
        found, fringe = set(terms), set(terms)
        while fringe:
            pairs = [(term, way) for term in fringe for way in (ELI.is_part_of, SVD.replaces)]
            reached = (
                {quad.subject for term, way in pairs for quad in self._beside.held(None, way, term)}
                if inwards
                else {quad.object for term, way in pairs for quad in self._beside.held(term, way)}
            )
            fringe = reached - found
            found |= fringe
        return found

    def _put(self, quads: Sequence[Held]) -> None:
        """Take quads for the scratch store; conclusions of others beside those that are made there."""
        concluded = [quad for quad in quads if quad.graph_name.value == str(self._scratch.inference)]
        said = [quad for quad in quads if quad.graph_name.value != str(self._scratch.inference)]
        self._unput += into(concluded, _CONCLUDED)
        self._unput += said
        self._used.update(quad.graph_name for quad in said)

    def _put_all(self) -> None:
        """Put into the scratch store what was taken for it, at once."""
        self._beside.put(self._unput)
        self._unput = []
