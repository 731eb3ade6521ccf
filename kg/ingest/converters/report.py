"""A report as triples: its text, events, claims and remarks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from rdflib.term import Literal, Node, URIRef

from kg.ingest import literals
from kg.ingest.converters.claims import add_claim
from kg.ingest.converters.quotations import Quotations
from kg.ingest.converters.scene import Scene
from kg.ingest.fields import IRI
from kg.ingest.names import below
from kg.terms import CITO, DCTERMS, PROV, RDFS, SCHEMA, SEM, SVD

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.files import ReportText
    from kg.ingest.models.report import Event, RemarkForm, ReportDocument, SameEvent
    from kg.ingest.outline import Path
    from kg.store.secret import Secret

TYPES = {
    "news": SVD.NewsReport,
    "mission": SVD.MissionReport,
    "official-statement": SVD.OfficialStatement,
    "court-order": SVD.CourtOrder,
    "dataset": SVD.DatasetRecord,
}


def convert_report(
    document: ReportDocument, text: ReportText | None, builder: Builder, secret: Secret | None
) -> URIRef:
    """Add the triples of a report and return its IRI; without a secret, no keyed hash of its text."""
    report = builder.node(builder.names.of("report", document.id), TYPES[document.type], ())
    public = document.access == "public"
    quotations = Quotations(report, text, document.language, builder, public=public)
    _head(document, report, builder)
    voice = _voice(document, report, builder)
    annotation = _annotation(document, report, builder)
    scene = Scene(document, report, voice, annotation, quotations, builder)
    for index, event in enumerate(document.events):
        _event(event, scene, ("events", index))
    for ordinal, claim in enumerate(document.claims, 1):
        path: Path = ("claims", ordinal - 1)
        subject = add_claim(claim, scene, path)
        builder.add(subject, SVD.ordinal, literals.integer(ordinal), path)
    for index, remark in enumerate(document.remarks):
        _remark(remark, scene, ("remarks", index))
    if text is not None:
        _text(text, scene, secret)
    return report


def _head(document: ReportDocument, report: URIRef, builder: Builder) -> None:
    builder.text(report, DCTERMS.identifier, document.id, ("id",))
    builder.add(report, DCTERMS.title, literals.tagged(document.title, document.language), ("title",))
    builder.text(report, DCTERMS.language, document.language, ("language",))
    builder.things(report, DCTERMS.publisher, "actor", [document.publisher], ("publisher",))
    builder.add(report, DCTERMS.issued, _date(document.issued), ("issued",))
    builder.add(report, SVD.retrievedOn, _date(document.retrieved), ("retrieved",))
    builder.add(report, SCHEMA.url, URIRef(document.url) if document.url else None, ("url",))
    archived = URIRef(document.archived_at) if document.archived_at else None
    builder.add(report, SVD.archivedAt, archived, ("archived_at",))
    builder.add(report, DCTERMS.license, _licence(document.licence), ("licence",))
    builder.things(report, CITO.corrects, "report", document.corrects, ("corrects",))
    builder.things(report, CITO.retracts, "report", document.retracts, ("retracts",))
    builder.things(report, PROV.alternateOf, "report", [document.alternate_of], ("alternate_of",))


def _date(day: str | None) -> Literal | None:
    return None if day is None else literals.date(day)


def _licence(licence: str | None) -> Node | None:
    if licence is None:
        return None
    return URIRef(licence) if re.fullmatch(IRI, licence) else literals.text(licence)


def _text(text: ReportText, scene: Scene, secret: Secret | None) -> None:
    document, report, builder = scene.document, scene.report, scene.builder
    path: Path = ("text_file",) if document.text_file is not None else ("text",)
    if document.access == "public":
        builder.text(report, SVD.text, text.text, path)
        builder.text(report, SVD.textSha256, text.sha256, path)
    else:
        builder.text(report, SVD.text, scene.quotations.masked(), path)
        builder.text(report, SVD.textKeyedHash, text.keyed_hash(secret) if secret else None, path)
    builder.code(report, SVD.textExtent, "text-extent", document.text_extent, ("text_extent",))
    builder.code(report, SVD.textFidelity, "text-fidelity", document.text_fidelity, ("text_fidelity",))
    builder.code(report, SVD.textAccess, "text-access", document.access, ("text_access",))


def _voice(document: ReportDocument, report: URIRef, builder: Builder) -> URIRef:
    """Return who speaks where the report names nobody: its publisher, or the voice of the report."""
    if document.publisher is not None:
        voice = builder.names.of("actor", document.publisher)
    else:
        voice = builder.node(below(report, "voice"), SVD.ReportVoice, ())
        label = f"The report “{document.title}”, publisher not stated"
        builder.add(voice, RDFS.label, literals.tagged(label, "en"), ("title",))
    builder.add(report, SVD.voice, voice, ("publisher",))
    return voice


def _annotation(document: ReportDocument, report: URIRef, builder: Builder) -> URIRef:
    annotation = builder.node(below(report, "annotation"), SVD.Annotation, ("annotator",))
    builder.things(annotation, PROV.wasAssociatedWith, "actor", [document.annotator], ("annotator",))
    builder.add(annotation, SVD.annotatedOn, _date(document.annotated), ("annotated",))
    return annotation


def _event(event: Event, scene: Scene, path: Path) -> None:
    document, report, builder = scene.document, scene.report, scene.builder
    subject = builder.node(below(report, "event", event.key), SVD.Event, path)
    builder.text(subject, SVD.key, event.key, (*path, "key"))
    builder.code(subject, SVD.eventType, "event-type", event.type, (*path, "type"))
    builder.named(subject, event.label, path)
    builder.add(subject, SVD.describedIn, report, path)
    if event.part_of is not None:
        builder.add(subject, SEM.subEventOf, below(report, "event", event.part_of), (*path, "part_of"))
    entries = list(enumerate(event.same_event_as))
    entries.sort(key=lambda entry: _same(entry[1], scene))
    for number, (index, same) in enumerate(entries, 1):
        here: Path = (*path, "same_event_as", index)
        node = below(report, "same-event", event.key, number)
        builder.node(node, SVD.SameEventAssertion, here)
        builder.add(node, SVD.relatesEvent, subject, here)
        builder.things(node, SVD.relatesEvent, "event", scene.full([same.event]), (*here, "event"))
        builder.add(node, SVD.confidence, literals.decimal(same.confidence), (*here, "confidence"))
        builder.tagged(node, SVD.reason, same.reason, (*here, "reason"))
        builder.code(node, SVD.assertionStatus, "assertion-status", same.status, (*here, "status"))
        builder.things(node, PROV.wasAttributedTo, "actor", [document.annotator], ("annotator",))


def _same(entry: SameEvent, scene: Scene) -> str:
    """Return what an entry says, whatever the spelling of the other event's name."""
    (full,) = scene.full([entry.event])
    other = scene.builder.names.of("event", full or entry.event)
    return json.dumps({**entry.model_dump(), "event": other}, sort_keys=True)


def _remark(remark: RemarkForm, scene: Scene, path: Path) -> None:
    document, report, builder = scene.document, scene.report, scene.builder
    subject = builder.node(below(report, "remark", remark.key), SVD.Remark, path)
    builder.text(subject, SVD.key, remark.key, (*path, "key"))
    builder.add(subject, SVD.remarksOn, report, path)
    builder.code(subject, SVD.remarkKind, "remark-kind", remark.kind, (*path, "kind"))
    builder.tagged(subject, SVD.gist, remark.gist, (*path, "gist"))
    builder.things(subject, PROV.wasAttributedTo, "actor", [document.annotator], ("annotator",))
    for node, where in scene.quotations.add_all(subject, "evidence", remark.quotes, (*path, "quotes")):
        builder.add(subject, SVD.evidence, node, where)
