"""A report from triples: its text, events, claims and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.converters.report import TYPES
from kg.ingest.files import ReportText
from kg.ingest.from_rdf.claims import Claims
from kg.ingest.from_rdf.quotations import Quotes
from kg.ingest.from_rdf.view import code, labels, member, name, names, word
from kg.ingest.names import below
from kg.terms import CITO, DCTERMS, PROV, RDF, RDFS, SCHEMA, SEM, SVD

if TYPE_CHECKING:
    from rdflib.term import Node, URIRef

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path, Value
    from kg.model import Triple

_WORDS = {str(iri): word for word, iri in TYPES.items()}
_REPORT = (
    ("id", DCTERMS.identifier, word),
    ("title", DCTERMS.title, word),
    ("language", DCTERMS.language, word),
    ("publisher", DCTERMS.publisher, name("actor")),
    ("issued", DCTERMS.issued, word),
    ("retrieved", SVD.retrievedOn, word),
    ("url", SCHEMA.url, word),
    ("archived_at", SVD.archivedAt, word),
    ("licence", DCTERMS.license, word),
    ("alternate_of", PROV.alternateOf, name("report")),
    ("corrects", CITO.corrects, names("report")),
    ("retracts", CITO.retracts, names("report")),
    ("text", SVD.text, word),
    ("text_extent", SVD.textExtent, code("text-extent")),
    ("text_fidelity", SVD.textFidelity, code("text-fidelity")),
    ("text_access", SVD.textAccess, code("text-access")),
)
_ANNOTATION = (
    ("annotator", PROV.wasAssociatedWith, name("actor")),
    ("annotated", SVD.annotatedOn, word),
)
_SAME = (
    ("confidence", SVD.confidence, word),
    ("reason", SVD.reason, word),
    ("status", SVD.assertionStatus, code("assertion-status")),
)


def read_report(view: View, identifier: str) -> Fields:
    """Return the document of the report that the triples describe."""
    report = view.names.of("report", identifier)
    found = view.fill(report, (), _REPORT)
    view.note(("type",), report, RDF.type)
    type_ = view.text(report, RDF.type)
    annotation = next(iter(view.of_type(SVD.Annotation)), below(report, "annotation"))
    found |= view.fill(annotation, (), _ANNOTATION)
    view.note((), report)
    quotes = Quotes(view, view.text(report, SVD.text), view.text(report, DCTERMS.language))
    return {
        **found,
        "id": identifier,
        "type": _WORDS.get(type_, type_),
        "lang": _language(view),
        "events": _events(view, identifier),
        "claims": Claims(view, identifier, quotes).all(),
        "remarks": _remarks(view, identifier, quotes),
    }


def masked_text(triples: frozenset[Triple], report: URIRef, held: frozenset[Triple]) -> ReportText | None:
    """Return the text of a report that others see only in part, if it is that of the revision held.

    Its keyed hash is that of the whole text, which nobody can compute from what is seen: it is believed
    only where the store holds the same text with the same hash, taken in when the whole was there.
    """
    said = {
        (predicate, str(object_))
        for subject, predicate, object_ in triples & held
        if subject == report and predicate in {SVD.text, SVD.textKeyedHash}
    }
    found = dict(said)
    if len(said) != len(found) or found.keys() != {SVD.text, SVD.textKeyedHash}:
        return None
    words = {str(object_) for _, predicate, object_ in held if predicate == SVD.wording}
    return ReportText(found[SVD.text], None, frozenset(words), keyed=found[SVD.textKeyedHash])


def is_masked(triples: frozenset[Triple], report: URIRef) -> bool:
    """Return whether the text is one that others see only in part: it has a keyed hash."""
    view = {predicate: str(object_) for subject, predicate, object_ in triples if subject == report}
    quoted = view.get(SVD.textAccess, "").endswith("/quotes-only")
    return quoted and SVD.text in view and SVD.textKeyedHash in view


def _language(view: View) -> str:
    """Return the annotator's language: of summaries, of reasons, of the titles of reports cited."""
    places = (
        (SVD.Capture, SVD.reason),
        (SVD.CitedReport, DCTERMS.title),
        (SVD.Claim, SVD.gist),
        (SVD.MediaItem, DCTERMS.title),
        (SVD.Remark, SVD.gist),
        (SVD.SameEventAssertion, SVD.reason),
    )
    return view.language_of((node, said) for type_, said in places for node in view.of_type(type_))


def _events(view: View, report: str) -> list[Value]:
    of, same = f"report/{report}", view.of_type(SVD.SameEventAssertion)
    nodes = view.of_type(SVD.Event)
    own = set(nodes)
    others: dict[Node, list[Node]] = {}
    for assertion in same:
        for event in view.many(assertion, SVD.relatesEvent):
            if event in own:
                others.setdefault(event, []).append(assertion)
                break
    listed: list[Value] = []
    for index, node in enumerate(nodes):
        path: Path = ("events", index)
        table = (("type", SVD.eventType, code("event-type")), ("label", RDFS.label, labels))
        found = {"key": view.key(node, "event", of), **view.fill(node, path, table)}
        view.note((*path, "key"), node)
        view.note((*path, "part_of"), node, SEM.subEventOf)
        whole = view.one(node, SEM.subEventOf)
        if whole is not None:
            found["part_of"] = view.key(whole, "event", of)
        found["same_event_as"] = [
            _same(view, report, node, assertion, (*path, "same_event_as", number))
            for number, assertion in enumerate(others.get(node, []))
        ]
        listed.append(found)
    return listed


def _same(view: View, report: str, event: Node, assertion: Node, path: Path) -> Fields:
    found = view.fill(assertion, path, _SAME)
    view.note((*path, "event"), assertion, SVD.relatesEvent)
    for other in view.many(assertion, SVD.relatesEvent):
        if other != event:
            found["event"] = member(view, "event", report, other)
    return found


def _remarks(view: View, report: str, quotes: Quotes) -> list[Value]:
    table = (("kind", SVD.remarkKind, code("remark-kind")), ("gist", SVD.gist, word))
    listed: list[Value] = []
    for index, node in enumerate(view.of_type(SVD.Remark)):
        path: Path = ("remarks", index)
        found = {"key": view.key(node, "remark", f"report/{report}"), **view.fill(node, path, table)}
        view.note((*path, "key"), node)
        view.note((*path, "quotes"), node, SVD.evidence)
        listed.append({**found, "quotes": quotes.all(node, SVD.evidence, (*path, "quotes"))})
    return listed
