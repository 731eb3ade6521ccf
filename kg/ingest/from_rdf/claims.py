"""Claims from triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.ingest.from_rdf.media import read_media
from kg.ingest.from_rdf.times import read_time
from kg.ingest.from_rdf.view import (
    agreement_or_term,
    bare,
    code,
    labels,
    member,
    members,
    name,
    names,
    terms,
    word,
)
from kg.terms import CITO, DCTERMS, PROV, RDF, SCHEMA, SVD

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.ingest.from_rdf.quotations import Quotes
    from kg.ingest.from_rdf.view import Fields, Table, View
    from kg.ingest.outline import Path, Value

_QUANTITY = (
    ("kind", SVD.quantityKind, code("quantity-kind")),
    ("value", SVD.value, word),
    ("low", SVD.low, word),
    ("high", SVD.high, word),
    ("comparator", SVD.comparator, code("comparator")),
    ("unit", SVD.unit, word),
    ("side", SVD.side, name("actor")),
    ("civilian", SVD.civilian, word),
    ("from", SVD.measuredFrom, name("place")),
    ("group", SVD.countedGroup, code("casualty-group")),
)
_ABSENCE = (
    ("of", SVD.eventType, code("event-type")),
    ("by", SVD.participant, name("actor")),
    ("qualifier", SVD.qualifier, word),
)
_OBJECT = (
    ("category", SVD.materielCategory, code("weapon-category")),
    ("model", SVD.model, word),
    ("calibre", SVD.calibre, word),
)
_STEP = (
    ("agent", PROV.agent, name("actor")),
    ("verb", SVD.verb, word),
    ("carried_over", SVD.carriedOver, word),
)
_ROW = (
    ("dataset", SVD.dataset, word),
    ("version", SVD.datasetVersion, word),
    ("id", SVD.rowId, word),
    ("url", SCHEMA.url, word),
)
_DENIAL = (
    ("for", SVD.deniedConductOf, names("actor")),
    ("act", SVD.deniesAct, word),
)
_BOUNDS = {"exactly": {"low", "high"}, "at-least": {"low"}, "at-most": {"high"}, "about": set[str]()}


class Claims:
    """Reads the claims of one report."""

    def __init__(self, view: View, report: str, quotes: Quotes) -> None:
        """Take the report's id and its quotations."""
        self.view = view
        self.report = report
        self.quotes = quotes
        self.table: Table = (
            ("gist", SVD.gist, word),
            ("modality", SVD.modality, code("modality")),
            ("polarity", SVD.polarity, code("polarity")),
            ("credibility", SVD.credibility, code("credibility")),
            ("confidence", SVD.extractionConfidence, word),
            ("perpetrators", SVD.perpetrator, names("actor")),
            ("participants", SVD.participant, names("actor")),
            ("targets", SVD.target, names("actor")),
            ("in_territory_of", SVD.inTerritoryOf, names("actor")),
            ("places", SVD.place, names("place")),
            ("along", SVD.along, names("place")),
            ("alleges", SVD.allegesBreachOf, terms),
            ("asserts_fulfilment", SVD.assertsFulfilmentOf, terms),
            ("mentions", SVD.mentionsAgreement, names("agreement")),
            ("confirms", CITO.confirms, members("claim", report)),
            ("disputes", CITO.disputes, members("claim", report)),
            ("corrects", CITO.corrects, members("claim", report)),
            ("retracts", CITO.retracts, members("claim", report)),
        )

    def all(self) -> list[Value]:
        """Return the claims in the order of their ordinals."""
        nodes = sorted(self.view.of_type(SVD.Claim), key=self.view.ordinal)
        return [self._claim(node, ("claims", index)) for index, node in enumerate(nodes)]

    def _claim(self, node: Node, path: Path) -> Fields:
        view, of = self.view, f"report/{self.report}"
        found = view.fill(node, path, self.table)
        view.note((*path, "key"), node)
        found["key"] = view.key(node, "claim", of)
        for field, predicate in (("about", SVD.aboutEvent), ("if", SVD.conditionalOn)):
            view.note((*path, field), node, predicate)
            event = view.one(node, predicate)
            if event is not None:
                found[field] = view.key(event, "event", of)
        time = view.one(node, SVD.time)
        if time is not None:
            found["time"] = read_time(view, time, (*path, "time"))
        self._evidence(node, found, path)
        found["media"] = read_media(view, node, (*path, "media"))
        self._parts(node, found, path)
        found["attribution"] = self._attribution(node, (*path, "attribution"))
        view.note((*path, "condition_met"), node, SVD.assertsConditionMet)
        met: list[Value] = [_met(view, item) for item in view.many(node, SVD.assertsConditionMet)]
        if met:
            found["condition_met"] = met
        found["denies"] = self._denied(node, (*path, "denies"))
        return found

    def _evidence(self, node: Node, found: Fields, path: Path) -> None:
        """Add the words or the row that make the claim, and the words that weaken it."""
        view = self.view
        quoted = self.quotes.of(node, SVD.evidence)
        view.note((*path, "translation"), quoted[0] if quoted else node, SVD.translation)
        view.note((*path, "lang"), quoted[0] if quoted else node, DCTERMS.language)
        if len(quoted) == 1:
            found["quote"] = self.quotes.read(quoted[0], (*path, "quote"))
            if translations := view.many(quoted[0], SVD.translation):
                found["translation"] = labels(view, translations)
        elif quoted:
            found["quotes"] = self.quotes.all(node, SVD.evidence, (*path, "quotes"))
        found["hedges"] = self.quotes.all(node, SVD.hedge, (*path, "hedges"))
        for evidence in view.many(node, SVD.evidence):
            if SVD.RowEvidence in view.many(evidence, RDF.type):
                found["row"] = view.fill(evidence, (*path, "row"), _ROW)
        if language := self.quotes.foreign_language(node):
            found["lang"] = language

    def _parts(self, node: Node, found: Fields, path: Path) -> None:
        """Add what is counted, and what is said not to have been there."""
        view = self.view
        counted, absent = view.many(node, SVD.quantity), view.many(node, SVD.absence)
        quantities = [
            _plainly(view.fill(part, (*path, "quantities", index), _QUANTITY))
            for index, part in enumerate(counted)
        ]
        absences = [
            view.fill(part, (*path, "absences", index), _ABSENCE) for index, part in enumerate(absent)
        ]
        found["quantities"], found["absences"] = [*quantities], [*absences]
        found["objects"] = [
            view.fill(part, (*path, "objects", index), _OBJECT)
            for index, part in enumerate(view.many(node, SVD.ofMateriel))
        ]

    def _attribution(self, node: Node, path: Path) -> list[Value]:
        """Return the steps after the report's own."""
        view = self.view

        def number(step: Node) -> tuple[int, str]:
            text = view.text(step, SVD.step)
            return (int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 9999, str(step))  # noqa: PLR2004

        listed: list[Value] = []
        for index, step in enumerate(sorted(view.many(node, PROV.qualifiedAttribution), key=number)[1:]):
            found = view.fill(step, (*path, index), _STEP)
            cited = view.one(step, PROV.entity)
            if cited is not None and (title := view.text(cited, DCTERMS.title)):
                view.note((*path, index, "report"), cited, DCTERMS.title)
                found["report"] = title
            listed.append(found)
        return listed

    def _denied(self, node: Node, path: Path) -> list[Value]:
        """Return the claims, events and breaches that are denied, with whose conduct."""
        view = self.view
        listed: list[Value] = []
        qualified = {view.one(part, SVD.deniedThing): part for part in view.many(node, SVD.qualifiedDenial)}
        for other in view.many(node, SVD.denies):
            here = (*path, len(listed))
            view.note(here, node, SVD.denies)
            kind = "event" if "/event/" in str(other) else "claim"
            said: Fields = {kind: member(view, kind, self.report, other)}
            listed.append(said | self._qualified(qualified.get(other), here))
        for breach in view.many(node, SVD.deniesBreachOf):
            here = (*path, len(listed))
            view.note(here, node, SVD.deniesBreachOf)
            listed.append(agreement_or_term(view, breach) | self._qualified(qualified.get(breach), here))
        return listed

    def _qualified(self, part: Node | None, path: Path) -> Fields:
        """Return whose conduct is denied, or that it is the act as such."""
        return {} if part is None else self.view.fill(part, path, _DENIAL)


def _plainly(quantity: Fields) -> Fields:
    """Return the quantity without the bounds that follow from its value."""
    value = quantity.get("value")
    implied = _BOUNDS.get(str(quantity.get("comparator")))
    stated = {field for field in ("low", "high") if field in quantity}
    if value is None or stated != implied or any(quantity[field] != value for field in stated):
        return quantity
    return {field: said for field, said in quantity.items() if field not in stated}


def _met(view: View, node: Node) -> Fields:
    """Return the norm, and the condition, that a claim says was met."""
    whole, _, key = str(node).partition("/norm/")
    norm, _, condition = key.partition("/condition/")
    found: Fields = {"agreement": bare(view, "agreement", URIRef(whole)), "norm": norm}
    return found | ({"condition": condition} if condition else {})
