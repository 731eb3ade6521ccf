"""An agreement as triples: its texts, terms, wordings and norms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.ingest import literals
from kg.ingest.converters.changes import add_changes
from kg.ingest.converters.norms import add_norm
from kg.ingest.names import below
from kg.terms import DCTERMS, ELI, RDFS, SCHEMA, SVD

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.models.agreement import AgreementDocument, Term
    from kg.ingest.outline import Path

TYPES = {
    "agreement": SVD.Agreement,
    "ceasefire": SVD.CeasefireAgreement,
    "peace-agreement": SVD.PeaceAgreement,
    "resolution": SVD.Resolution,
    "statement": SVD.Statement,
    "unilateral-declaration": SVD.UnilateralDeclaration,
}


def convert_agreement(document: AgreementDocument, builder: Builder) -> URIRef:
    """Add the triples of an agreement and return its IRI."""
    agreement = builder.node(builder.names.of("agreement", document.id), TYPES[document.type], ())
    _head(document, agreement, builder)
    _others(document, agreement, builder)
    add_changes(document, agreement, builder)
    _texts(document, agreement, builder)
    languages = {text.key: text.lang for text in document.texts}
    for ordinal, term in enumerate(document.terms, 1):
        path: Path = ("terms", ordinal - 1)
        subject = _term(term, agreement, ordinal, builder, path)
        _wordings(term, agreement, languages, builder, path)
        for number, norm in enumerate(term.norms):
            add_norm(norm, document, subject, builder, (*path, "norms", number))
    return agreement


def _head(document: AgreementDocument, agreement: URIRef, builder: Builder) -> None:
    builder.text(agreement, DCTERMS.identifier, document.id, ("id",))
    builder.tagged(agreement, DCTERMS.title, document.title, ("title",))
    builder.tagged(agreement, RDFS.label, document.title, ("title",))
    builder.add(agreement, ELI.date_document, literals.date(document.date), ("date",))
    builder.things(agreement, SVD.party, "actor", document.parties, ("parties",))
    builder.things(agreement, SVD.signatory, "actor", document.signatories, ("signatories",))
    builder.things(agreement, SVD.mediator, "actor", document.mediators, ("mediators",))
    if document.pax_id is not None:
        builder.add(agreement, SVD.paxId, literals.integer(document.pax_id), ("pax_id",))
    for url in document.see_also:
        builder.add(agreement, RDFS.seeAlso, URIRef(url), ("see_also",))
    builder.note(agreement, document.note, ())
    if document.entry_into_force is not None:
        path: Path = ("entry_into_force",)
        time = builder.time(below(agreement, "in-force"), document.entry_into_force, document.zone, path)
        builder.add(agreement, SVD.entersIntoForce, time, path)


def _others(document: AgreementDocument, agreement: URIRef, builder: Builder) -> None:
    """Add who stands by the agreement, where it applies, and with which others it belongs together."""
    builder.things(agreement, SVD.guarantor, "actor", document.guarantors, ("guarantors",))
    builder.things(agreement, SVD.witness, "actor", document.witnesses, ("witnesses",))
    builder.things(agreement, SVD.monitor, "actor", document.monitors, ("monitors",))
    builder.things(agreement, SVD.localTo, "place", document.places, ("places",))
    builder.things(agreement, SVD.madeUnder, "agreement", [document.part_of], ("part_of",))
    builder.things(agreement, ELI.has_annex, "agreement", document.annexes, ("annexes",))


def _texts(document: AgreementDocument, agreement: URIRef, builder: Builder) -> None:
    for index, text in enumerate(document.texts):
        path: Path = ("texts", index)
        subject = builder.node(below(agreement, "text", text.key), SVD.AgreementText, path)
        builder.add(agreement, ELI.is_realized_by, subject, path)
        builder.add(subject, ELI.realizes, agreement, path)
        builder.text(subject, SVD.key, text.key, (*path, "key"))
        builder.text(subject, DCTERMS.language, text.lang, (*path, "lang"))
        builder.code(subject, SVD.textStatus, "text-status", text.status, (*path, "status"))
        builder.text(subject, SVD.publisherName, text.publisher, (*path, "publisher"))
        builder.add(subject, SCHEMA.url, URIRef(text.url) if text.url else None, (*path, "url"))
        if text.complete is not None:
            builder.add(subject, SVD.complete, literals.boolean(text.complete), (*path, "complete"))
        builder.note(subject, text.note, path)


def _term(term: Term, agreement: URIRef, ordinal: int, builder: Builder, path: Path) -> URIRef:
    subject = builder.node(below(agreement, "term", term.number), SVD.Term, path)
    parent = agreement if term.part_of is None else below(agreement, "term", term.part_of)
    builder.text(subject, ELI.number, term.number, (*path, "number"))
    builder.add(subject, ELI.is_part_of, parent, (*path, "part_of"))
    builder.add(parent, ELI.has_part, subject, (*path, "part_of"))
    builder.add(subject, SVD.ofAgreement, agreement, path)
    builder.add(subject, SVD.ordinal, literals.integer(ordinal), path)
    return subject


def _wordings(term: Term, agreement: URIRef, languages: dict[str, str], builder: Builder, path: Path) -> None:
    subject = below(agreement, "term", term.number)
    for index, wording in enumerate(term.wordings):
        here: Path = (*path, "wordings", index)
        text = below(agreement, "text", wording.text)
        node = builder.node(below(text, "term", term.number), SVD.Wording, here)
        builder.add(node, SVD.ofTerm, subject, here)
        builder.add(node, SVD.inText, text, (*here, "text"))
        words = literals.tagged(wording.words, languages[wording.text])
        builder.add(node, SVD.wordingText, words, (*here, "words"))
        builder.code(node, SVD.wordingStatus, "wording-status", wording.status, (*here, "status"))
        builder.add(node, SCHEMA.url, URIRef(wording.url) if wording.url else None, (*here, "url"))
