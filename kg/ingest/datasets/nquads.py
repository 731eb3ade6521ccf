"""Rows as N-Quads: the triples that a document of the same content would have, written as text.

Nothing here makes a term. What is written is held against the converter of documents by a test, quad by quad.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.ingest.converters.actors import TYPES as ACTOR_TYPES
from kg.ingest.converters.places import TYPES as PLACE_TYPES
from kg.ingest.converters.report import TYPES as REPORT_TYPES
from kg.ingest.datasets.record import OWN_VERB, Figure
from kg.ingest.fields import IRI
from kg.ingest.names import Names
from kg.ingest.times import read_time
from kg.terms import DCTERMS, GEO, PROV, RDF, RDFS, SCHEMA, SKOS, SVD, VOCABULARY, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import URIRef

    from kg.ingest.datasets.record import Named, Record, Source, Statement, When

_ESCAPED: Final = re.compile('[\\\\"\n\r\x01]')
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\x01": "\\u0001"}
_OPEN: Final = "\x01"
"""Stands where the place of a claim in its report is to be: no text that is written holds it."""
ANNOTATOR: Final = "servanda-importer"
"""The id of the analyst in whose name rows are converted."""


def _string(value: str) -> str:
    return f'"{_ESCAPED.sub(lambda found: _ESCAPES[found.group()], value)}"'


def _tagged(value: str, language: str) -> str:
    return f"{_string(value)}@{language.lower()}"


def _typed(value: str, datatype: URIRef) -> str:
    return f'"{value}"^^<{datatype}>'


def _number(value: str) -> str:
    return _typed(value, XSD.decimal) if "." in value else _typed(str(int(value)), XSD.integer)


def _code(scheme: str, code: str) -> str:
    return f"<{VOCABULARY}{scheme}/{code}>"


@lru_cache(maxsize=50_000)
def _iri(names: Names, kind: str, name: str) -> str:
    return f"<{names.of(kind, name)}>"


_FALSE: Final = _typed("false", XSD.boolean)
_TRUE: Final = _typed("true", XSD.boolean)
_A: Final = f"<{RDF.type}>"
_ASSERTION_STATUS: Final = f"<{SVD.assertionStatus}>"
_CONFIDENCE: Final = f"<{SVD.confidence}>"
_MENTIONS_AGREEMENT: Final = f"<{SVD.mentionsAgreement}>"
_REASON: Final = f"<{SVD.reason}>"
_RELATES_EVENT: Final = f"<{SVD.relatesEvent}>"
_SAME_EVENT_CLASS: Final = f"<{SVD.SameEventAssertion}>"
_WAS_ATTRIBUTED_TO: Final = f"<{PROV.wasAttributedTo}>"
_ABOUT_EVENT: Final = f"<{SVD.aboutEvent}>"
_ABSENCE: Final = f"<{SVD.absence}>"
_ABSENCE_CLASS: Final = f"<{SVD.Absence}>"
_ACCORDING_TO: Final = f"<{SVD.accordingTo}>"
_AGENT: Final = f"<{PROV.agent}>"
_ANNOTATION_CLASS: Final = f"<{SVD.Annotation}>"
_AS_WKT: Final = f"<{GEO.asWKT}>"
_ATTRIBUTION_STEP_CLASS: Final = f"<{SVD.AttributionStep}>"
_AUTHORITY: Final = f"<{SVD.authority}>"
_CALIBRE: Final = f"<{SVD.calibre}>"
_CARRIED_OVER: Final = f"<{SVD.carriedOver}>"
_CITED_REPORT_CLASS: Final = f"<{SVD.CitedReport}>"
_CIVILIAN: Final = f"<{SVD.civilian}>"
_CLAIM_CLASS: Final = f"<{SVD.Claim}>"
_COMPARATOR: Final = f"<{SVD.comparator}>"
_CONTAINED: Final = f"<{SVD.contained}>"
_CONTAINER: Final = f"<{SVD.container}>"
_CONTAINMENT_CLASS: Final = f"<{SVD.Containment}>"
_CREDIBILITY: Final = f"<{SVD.credibility}>"
_DATASET: Final = f"<{SVD.dataset}>"
_DATASET_VERSION: Final = f"<{SVD.datasetVersion}>"
_DESCRIBED_IN: Final = f"<{SVD.describedIn}>"
_EARLIEST: Final = f"<{SVD.earliest}>"
_EDTF: Final = f"<{SVD.edtf}>"
_ENTITY: Final = f"<{PROV.entity}>"
_EVENT_CLASS: Final = f"<{SVD.Event}>"
_EVENT_TYPE: Final = f"<{SVD.eventType}>"
_EVIDENCE: Final = f"<{SVD.evidence}>"
_EXTRACTION_CONFIDENCE: Final = f"<{SVD.extractionConfidence}>"
_GEOMETRY_CLASS: Final = f"<{GEO.Geometry}>"
_GIST: Final = f"<{SVD.gist}>"
_HAS_GEOMETRY: Final = f"<{GEO.hasGeometry}>"
_HIGH: Final = f"<{SVD.high}>"
_IDENTIFIER: Final = f"<{DCTERMS.identifier}>"
_INFERENCE_REASON: Final = f"<{SVD.inferenceReason}>"
_INFERRED_PART: Final = f"<{SVD.inferredPart}>"
_IN_TERRITORY_OF: Final = f"<{SVD.inTerritoryOf}>"
_ISSUED: Final = f"<{DCTERMS.issued}>"
_KEY: Final = f"<{SVD.key}>"
_LABEL: Final = f"<{RDFS.label}>"
_LANGUAGE: Final = f"<{DCTERMS.language}>"
_LATEST: Final = f"<{SVD.latest}>"
_LICENSE: Final = f"<{DCTERMS.license}>"
_LOW: Final = f"<{SVD.low}>"
_MATERIEL_CATEGORY: Final = f"<{SVD.materielCategory}>"
_MATERIEL_CLASS: Final = f"<{SVD.Materiel}>"
_MODALITY: Final = f"<{SVD.modality}>"
_MODEL: Final = f"<{SVD.model}>"
_NOTE: Final = f"<{SKOS.note}>"
_OF_MATERIEL: Final = f"<{SVD.ofMateriel}>"
_ORDINAL: Final = f"<{SVD.ordinal}>"
_PARTICIPANT: Final = f"<{SVD.participant}>"
_PERPETRATOR: Final = f"<{SVD.perpetrator}>"
_PLACE: Final = f"<{SVD.place}>"
_POLARITY: Final = f"<{SVD.polarity}>"
_PRECISION: Final = f"<{SVD.precision}>"
_PUBLISHER: Final = f"<{DCTERMS.publisher}>"
_QUALIFIED_ATTRIBUTION: Final = f"<{PROV.qualifiedAttribution}>"
_QUANTITY: Final = f"<{SVD.quantity}>"
_QUANTITY_CLASS: Final = f"<{SVD.Quantity}>"
_QUANTITY_KIND: Final = f"<{SVD.quantityKind}>"
_ROW_EVIDENCE_CLASS: Final = f"<{SVD.RowEvidence}>"
_ROW_ID: Final = f"<{SVD.rowId}>"
_SIDE: Final = f"<{SVD.side}>"
_SOURCE: Final = f"<{DCTERMS.source}>"
_STATED_IN: Final = f"<{SVD.statedIn}>"
_STEP: Final = f"<{SVD.step}>"
_TARGET: Final = f"<{SVD.target}>"
_TERRITORY_OF: Final = f"<{SVD.territoryOf}>"
_FORCE_OF: Final = f"<{SVD.forceOf}>"
_TIME: Final = f"<{SVD.time}>"
_TIME_EXPRESSION_CLASS: Final = f"<{SVD.TimeExpression}>"
_TITLE: Final = f"<{DCTERMS.title}>"
_UNIT: Final = f"<{SVD.unit}>"
_URL: Final = f"<{SCHEMA.url}>"
_VALUE: Final = f"<{SVD.value}>"
_VERB: Final = f"<{SVD.verb}>"
_VOICE: Final = f"<{SVD.voice}>"
_WAS_ASSOCIATED_WITH: Final = f"<{PROV.wasAssociatedWith}>"
_WAS_GENERATED_BY: Final = f"<{PROV.wasGeneratedBy}>"
_WORDING: Final = f"<{SVD.wording}>"
_ZONE: Final = f"<{SVD.zone}>"
_ZONE_ASSUMED: Final = f"<{SVD.zoneAssumed}>"
_TEXT_CODES: Final = {"iso3166_alpha2": SVD.iso3166Alpha2, "iso3166_alpha3": SVD.iso3166Alpha3}
_WHOLE_CODES: Final = {"gw_code": SVD.gwCode, "cow_code": SVD.cowCode, "ucdp_actor_id": SVD.ucdpActorId}


class Pen:
    """Writes what belongs to one report: lines of N-Quads of its graph."""

    def __init__(self, base: str, source: Source, report: str) -> None:
        """Write to the graph of the report of that id, of rows of a dataset."""
        names = Names(base)
        self._source = source
        self._names = names
        self.report = str(names.of("report", report))
        self._id = report
        self.graph_name = names.graph("report", report)
        self.graph = str(self.graph_name)
        self._end = f" <{self.graph}> .\n"

    def numbered(self, rows: Mapping[str, Iterable[str]]) -> Iterator[str]:
        """Yield the lines of rows, by the keys of their events, with the places of claims in the report."""
        ordinal = 1
        stated = f" {_STATED_IN} "
        for key in sorted(rows, key=lambda one: (int(one) if one.isdigit() else 0, one)):
            lines = sorted(rows[key])
            yield from lines
            for line in lines:
                if stated in line:
                    claim = line.partition(" ")[0]
                    yield f"{claim} {_ORDINAL} {_number(str(ordinal))} <{self.graph}>"
                    ordinal += 1

    def head(self, title: str) -> str:
        """Return the lines of the report itself, its voice and its annotation."""
        source, report = self._source, f"<{self.report}>"
        annotation = f"<{self.report}/annotation>"
        publisher = self._of("actor", source.publisher.id)
        said = [
            (report, _A, f"<{REPORT_TYPES[source.kind]}>"),
            (report, _IDENTIFIER, _string(self._id)),
            (report, _TITLE, _tagged(title, source.language)),
            (report, _LANGUAGE, _string(source.language)),
            (report, _PUBLISHER, publisher),
            (report, _VOICE, publisher),
            (annotation, _A, _ANNOTATION_CLASS),
            (annotation, _WAS_ASSOCIATED_WITH, self._of("actor", ANNOTATOR)),
        ]
        if source.issued:
            said.append((report, _ISSUED, _typed(source.issued, XSD.date)))
        if source.url:
            said.append((report, _URL, f"<{source.url}>"))
        if source.licence:
            licence = f"<{source.licence}>" if re.fullmatch(IRI, source.licence) else _string(source.licence)
            said.append((report, _LICENSE, licence))
        return self._lines(said)

    def record(self, record: Record, ordinal: int) -> str:
        """Return the lines of a row, whose first claim has that place among the claims of the report."""
        return placed(self.row(record), ordinal)

    def row(self, record: Record) -> str:
        """Return the lines of a row whose claims have no places yet: see `placed`."""
        event = f"<{self.report}/event/{record.key}>" if record.type else None
        said = [] if event is None else self._event(event, record)
        version = record.version or self._source.version
        for statement in record.statements:
            said += self._claim(statement, event, version)
        return self._lines(said)

    def _event(self, event: str, record: Record) -> list[tuple[str, str, str]]:
        said = [
            (event, _A, _EVENT_CLASS),
            (event, _KEY, _string(record.key)),
            (event, _EVENT_TYPE, _code("event-type", record.type)),
            (event, _LABEL, _tagged(record.label, self._source.language)),
            (event, _DESCRIBED_IN, f"<{self.report}>"),
        ]
        for number, same in enumerate(record.same, 1):
            node = f"<{self.report}/same-event/{record.key}/{number}>"
            other = f"<{self._names.of('report', same.report)}/event/{same.key}>"
            said += [
                (node, _A, _SAME_EVENT_CLASS),
                (node, _RELATES_EVENT, event),
                (node, _RELATES_EVENT, other),
                (node, _CONFIDENCE, _typed(same.confidence, XSD.decimal)),
                (node, _REASON, _tagged(same.reason, self._source.language)),
                (node, _ASSERTION_STATUS, _code("assertion-status", "accepted")),
                (node, _WAS_ATTRIBUTED_TO, self._of("actor", ANNOTATOR)),
            ]
        return said

    def _lines(self, said: Iterable[tuple[str, str, str]]) -> str:
        end = self._end
        return "".join([f"{one} {two} {three}{end}" for one, two, three in said])

    def _of(self, kind: str, name: str) -> str:
        return _iri(self._names, kind, name)

    def _claim(self, said: Statement, event: str | None, version: str) -> Iterator[tuple[str, str, str]]:
        plain = f"{self.report}/claim/{said.key}"
        claim, row = f"<{plain}>", f"<{plain}/evidence/1>"
        source = self._source
        yield claim, _A, _CLAIM_CLASS
        yield claim, _KEY, _string(said.key)
        yield claim, _ORDINAL, _typed(_OPEN, XSD.integer)
        yield claim, _GIST, _tagged(said.gist, source.language)
        yield claim, _STATED_IN, f"<{self.report}>"
        yield claim, _WAS_GENERATED_BY, f"<{self.report}/annotation>"
        yield claim, _EVIDENCE, row
        yield row, _A, _ROW_EVIDENCE_CLASS
        yield row, _DATASET, _string(source.name)
        yield row, _DATASET_VERSION, _string(version)
        yield row, _ROW_ID, _string(said.row_id)
        if said.url:
            yield row, _URL, f"<{said.url}>"
        yield claim, _MODALITY, _code("modality", said.modality)
        yield claim, _POLARITY, _code("polarity", said.polarity)
        if said.credibility:
            yield claim, _CREDIBILITY, _code("credibility", said.credibility)
        if said.confidence:
            yield claim, _EXTRACTION_CONFIDENCE, _typed(said.confidence, XSD.decimal)
        if event is not None:
            yield claim, _ABOUT_EVENT, event
        for predicate, kind, things in (
            (_PERPETRATOR, "actor", said.perpetrators),
            (_PARTICIPANT, "actor", said.participants),
            (_TARGET, "actor", said.targets),
            (_IN_TERRITORY_OF, "actor", said.in_territory_of),
            (_PLACE, "place", said.places),
            (_MENTIONS_AGREEMENT, "agreement", said.mentions),
        ):
            for name in dict.fromkeys(things):
                yield claim, predicate, self._of(kind, name)
        if said.when:
            yield claim, _TIME, f"<{plain}/time>"
            yield from self._time(f"<{plain}/time>", said.when)
        yield from self._parts(plain, said)
        yield from self._chain(plain, said)

    def _time(self, node: str, when: When) -> Iterator[tuple[str, str, str]]:
        yield node, _A, _TIME_EXPRESSION_CLASS
        if when.text:
            yield node, _WORDING, _string(when.text)
        for part in when.inferred:
            yield node, _INFERRED_PART, _string(part)
        if when.reason:
            yield node, _INFERENCE_REASON, _string(when.reason)
        if when.value is None:
            yield node, _PRECISION, _code("precision", "vague")
            return
        span = read_time(when.value, self._source.zone)
        yield node, _EDTF, _string(span.edtf)
        yield node, _ZONE, _string(span.zone)
        yield node, _ZONE_ASSUMED, _TRUE if span.zone_assumed else _FALSE
        yield node, _PRECISION, _code("precision", span.precision)
        if span.earliest:
            yield node, _EARLIEST, _typed(span.earliest, XSD.dateTime)
        if span.latest:
            yield node, _LATEST, _typed(span.latest, XSD.dateTime)

    def _parts(self, plain: str, said: Statement) -> Iterator[tuple[str, str, str]]:
        """Yield what is counted, with which weapons, and what is said not to have been there."""
        claim = f"<{plain}>"
        for number, figure in enumerate(self._ordered(said.figures), 1):
            node = f"<{plain}/quantity/{number}>"
            yield node, _A, _QUANTITY_CLASS
            yield claim, _QUANTITY, node
            yield from self._figure(node, figure)
        weapons = {
            json.dumps({"calibre": one.calibre, "category": one.category, "model": one.model}): one
            for one in said.weapons
        }
        for number, key in enumerate(sorted(weapons), 1):
            node, weapon = f"<{plain}/object/{number}>", weapons[key]
            yield node, _A, _MATERIEL_CLASS
            yield claim, _OF_MATERIEL, node
            if weapon.category:
                yield node, _MATERIEL_CATEGORY, _code("weapon-category", weapon.category)
            if weapon.model:
                yield node, _MODEL, _string(weapon.model)
            if weapon.calibre:
                yield node, _CALIBRE, _number(weapon.calibre)
        if said.absent:
            node = f"<{plain}/absence/1>"
            yield node, _A, _ABSENCE_CLASS
            yield claim, _ABSENCE, node
            yield node, _EVENT_TYPE, _code("event-type", said.absent)

    def _ordered(self, figures: Iterable[Figure]) -> list[Figure]:
        keyed = {self._content(figure): figure for figure in figures}
        return [_whole(keyed[key]) for key in sorted(keyed)]

    def _content(self, figure: Figure) -> str:
        """Return a figure as the converter of documents puts it in order."""
        whole = _whole(figure)
        return json.dumps(
            {
                "kind": whole.kind,
                "value": whole.value,
                "low": whole.low,
                "high": whole.high,
                "comparator": whole.comparator,
                "unit": whole.unit,
                "side": None if whole.side is None else self._of("actor", whole.side)[1:-1],
                "civilian": None if whole.civilian is None else str(whole.civilian).lower(),
                "group": None,
            },
            sort_keys=True,
        )

    def _figure(self, node: str, figure: Figure) -> Iterator[tuple[str, str, str]]:
        yield node, _QUANTITY_KIND, _code("quantity-kind", figure.kind)
        yield node, _COMPARATOR, _code("comparator", figure.comparator or "exactly")
        for predicate, value in (
            (_VALUE, figure.value),
            (_LOW, figure.low),
            (_HIGH, figure.high),
        ):
            if value is not None:
                yield node, predicate, _number(value)
        yield node, _UNIT, _string(figure.unit)
        if figure.side:
            yield node, _SIDE, self._of("actor", figure.side)
        if figure.civilian is not None:
            yield node, _CIVILIAN, _TRUE if figure.civilian else _FALSE

    def _chain(self, plain: str, said: Statement) -> Iterator[tuple[str, str, str]]:
        """Yield on whose word it is: first the dataset's own voice, last the farthest source."""
        agent = self._of("actor", self._source.publisher.id)
        steps: list[tuple[str, str, str | None]] = [(agent, OWN_VERB, None)]
        steps += [(self._of("actor", one.agent), one.verb, one.report) for one in said.voices]
        for number, (agent, verb, report) in enumerate(steps, 1):
            node = f"<{plain}/attribution/{number}>"
            yield node, _A, _ATTRIBUTION_STEP_CLASS
            yield f"<{plain}>", _QUALIFIED_ATTRIBUTION, node
            yield node, _STEP, _number(str(number))
            yield node, _AGENT, agent
            yield node, _VERB, _string(verb)
            yield node, _CARRIED_OVER, _FALSE
            if report is not None:
                yield from self._cited(node, agent, report)
        yield f"<{plain}>", _ACCORDING_TO, agent

    def _cited(self, step: str, agent: str, title: str) -> Iterator[tuple[str, str, str]]:
        digest = hashlib.sha256(f"{agent.strip('<>')}\n{title}".encode()).hexdigest()[:16]
        cited = f"<{self.report}/cited/{digest}>"
        yield cited, _A, _CITED_REPORT_CLASS
        yield cited, _TITLE, _tagged(title, self._source.language)
        yield cited, _PUBLISHER, agent
        yield step, _ENTITY, cited


def _whole(figure: Figure) -> Figure:
    """Return a figure with what it leaves to be understood, as the converter of documents understands it."""
    ranged = figure.low is not None or figure.high is not None
    comparator = figure.comparator or ("about" if ranged else "exactly")
    low, high = figure.low, figure.high
    if not ranged:
        low = figure.value if comparator in {"exactly", "at-least"} else None
        high = figure.value if comparator in {"exactly", "at-most"} else None
    return Figure(figure.kind, figure.value, low, high, comparator, figure.side, figure.civilian, figure.unit)


def placed(row: str, ordinal: int) -> str:
    """Return the lines of a row of which the first claim has that place in the report, and so on."""
    first, *rest = row.split(_OPEN)
    return "".join([first, *[f"{number}{part}" for number, part in enumerate(rest, ordinal)]])


def claims_of(row: str) -> int:
    """Return of how many claims a row is."""
    return row.count(_OPEN)


class ListPen:
    """Writes the actors or the places that a dataset names: lines of N-Quads of the graph of a list."""

    def __init__(self, base: str, kind: str, identifier: str) -> None:
        """Write to the graph of the list of that id, of actors or of places."""
        self._names = Names(base)
        self.graph = str(self._names.graph(kind, identifier))
        self._end = f" <{self.graph}> .\n"

    def actor(self, named: Named) -> str:
        """Return the lines of an actor."""
        actor = self._of("actor", named.id)
        said = [(actor, _A, f"<{ACTOR_TYPES[named.type]}>"), *_called(actor, named)]
        if named.force_of:
            said.append((actor, _FORCE_OF, self._of("actor", named.force_of)))
        for field, value in named.codes:
            if field in _TEXT_CODES:
                said.append((actor, f"<{_TEXT_CODES[field]}>", _string(value)))
            else:
                said.append((actor, f"<{_WHOLE_CODES[field]}>", _number(value)))
        return self._lines(said)

    def place(self, named: Named, authority: str | None) -> str:
        """Return the lines of a place, which lies within others by the word of an authority."""
        place = self._of("place", named.id)
        said = [(place, _A, f"<{PLACE_TYPES[named.type]}>"), *_called(place, named)]
        if named.territory_of:
            said.append((place, _TERRITORY_OF, self._of("actor", named.territory_of)))
        for name in named.within:
            node, container = f"{place[:-1]}/within/{name}>", self._of("place", name)
            said += [(node, _A, _CONTAINMENT_CLASS), (node, _CONTAINED, place), (node, _CONTAINER, container)]
            if authority:
                said.append((node, _AUTHORITY, _string(authority)))
        if named.geometry:
            node = f"{place[:-1]}/geometry>"
            said += [
                (place, _HAS_GEOMETRY, node),
                (node, _A, _GEOMETRY_CLASS),
                (node, _AS_WKT, _typed(named.geometry, GEO.wktLiteral)),
            ]
        return self._lines(said)

    def source(self, words: str) -> str:
        """Return the line that says where a list of actors comes from."""
        return self._lines([(f"<{self.graph}>", _SOURCE, _tagged(words, "en"))])

    def _lines(self, said: Iterable[tuple[str, str, str]]) -> str:
        return "".join([f"{one} {two} {three}{self._end}" for one, two, three in said])

    def _of(self, kind: str, name: str) -> str:
        return f"<{self._names.of(kind, name)}>"


def _called(thing: str, named: Named) -> Iterator[tuple[str, str, str]]:
    yield thing, _LABEL, _tagged(named.label, named.language)
    if named.note:
        yield thing, _NOTE, _tagged(named.note, "en")
