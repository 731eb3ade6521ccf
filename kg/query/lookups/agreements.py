"""Agreements with their texts, and their terms with wordings and norms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, RDFS, SKOS

from kg.query.lookups import changes, norms
from kg.query.lookups.claims import PADDED
from kg.query.lookups.listing import Filter, Listing, page
from kg.query.lookups.parts import Told
from kg.terms import ELI, SCHEMA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.changes import AgreementChange
    from kg.query.lookups.descriptions import Descriptions
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.norms import AgreementRef, Norm, Wording
    from kg.query.lookups.parts import Agent, Ref, Time
    from kg.query.lookups.reader import Reader

AGREEMENTS: Final = Listing(
    name="agreements",
    pattern="""
  ?class rdfs:subClassOf* svd:Agreement .
  ?item a ?class .
  OPTIONAL { ?item eli:date_document ?dated }""",
    key='CONCAT(COALESCE(STR(?dated), "~"), " ", STR(?item))',
    filters={
        "party": Filter(
            "actor",
            "  VALUES ?party { UNDEF } # @param party\n  ?item svd:party|svd:signatory|svd:mediator ?party .",
        ),
    },
)
TERMS: Final = Listing(
    name="terms",
    pattern="""
  ?item a svd:Term ; svd:ofAgreement ?whole .
  OPTIONAL { ?item svd:ordinal ?ordinal }""",
    key=f'CONCAT(STR(?whole), " ", COALESCE({PADDED}, "~"), " ", STR(?item))',
    filters={
        "agreement": Filter(
            "agreement",
            "  VALUES ?agreement { UNDEF } # @param agreement\n  ?item svd:ofAgreement ?agreement .",
        ),
        "binds": Filter(
            "actor",
            "  VALUES ?binds { UNDEF } # @param binds\n"
            "  ?norm svd:inTerm ?item ; svd:action ?any ; svd:binds ?binds .",
        ),
    },
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an agreement: an original, a translation, a leak or a press copy."""

    key: str | None
    lang: str | None
    status: str | None
    publisher: str | None
    url: str | None
    complete: bool | None
    note: str | None


@dataclass(frozen=True, slots=True)
class TermNumber:
    """A term by id and number."""

    id: str
    iri: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement: between whom, of when, in which texts, with which terms."""

    id: str
    iri: str
    type: str | None
    title: str | None
    date: str | None
    in_force: Time | None
    parties: tuple[Agent, ...]
    signatories: tuple[Agent, ...]
    mediators: tuple[Agent, ...]
    guarantors: tuple[Agent, ...]
    witnesses: tuple[Agent, ...]
    monitors: tuple[Agent, ...]
    places: tuple[Ref, ...]
    part_of: Ref | None
    annexes: tuple[Ref, ...]
    changes: tuple[AgreementChange, ...]
    changed_by: tuple[AgreementChange, ...]
    no_longer_in_force: str | None
    pax_id: int | None
    see_also: tuple[str, ...]
    note: str | None
    texts: tuple[Text, ...]
    terms: tuple[TermNumber, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its wordings, its place in the agreement, and the norms found in it."""

    id: str
    iri: str
    number: str | None
    agreement: AgreementRef | None
    part_of: str | None
    parts: tuple[TermNumber, ...]
    wordings: tuple[Wording, ...]
    norms: tuple[Norm, ...]
    changed_by: tuple[AgreementChange, ...]
    no_longer_in_force: str | None


def agreements(reader: Reader, selection: Selection) -> tuple[tuple[Agreement, ...], str | None]:
    """Return a page of agreements by date, and the key after which the next begins."""
    found = page(reader, AGREEMENTS, selection)
    return _agreements(reader, found.items), found.next_after


def agreement(reader: Reader, name: str) -> Agreement:
    """Return an agreement by id or IRI; raise NotFoundError if there is none."""
    return _agreements(reader, [str(reader.find("agreement", name))])[0]


def terms(reader: Reader, selection: Selection) -> tuple[tuple[Term, ...], str | None]:
    """Return a page of terms in the order of their agreements, and the key after which the next begins."""
    found = page(reader, TERMS, selection)
    return _terms(reader, found.items), found.next_after


def term(reader: Reader, name: str) -> Term:
    """Return a term by id (`agreement/number`) or IRI; raise NotFoundError if there is none."""
    return _terms(reader, [str(reader.find("term", name))])[0]


def _agreements(reader: Reader, iris: Iterable[str]) -> tuple[Agreement, ...]:
    items = list(iris)
    follow = {
        SVD.party,
        SVD.signatory,
        SVD.mediator,
        SVD.guarantor,
        SVD.witness,
        SVD.monitor,
        SVD.localTo,
        SVD.madeUnder,
        SVD.entersIntoForce,
        ELI.has_annex,
        ELI.is_realized_by,
    }
    said = reader.describe(items, follow)
    parts = {part for item in items for part in said.iris(item, ELI.has_part)}
    said = reader.describe(parts, (), into=said)
    made = norms.grouped(reader, changes.MADE, "text", items)
    suffered = norms.grouped(reader, changes.SUFFERED, "text", items)
    nodes = changes.several(made) | changes.several(suffered)
    told = Told(reader.describe(nodes, changes.FOLLOW, into=said), reader.names)
    return tuple(_agreement(told, item, made.get(item, ()), suffered.get(item, ())) for item in items)


def _agreement(told: Told, iri: str, made: Iterable[str], suffered: Iterable[str]) -> Agreement:
    said = told.said
    return Agreement(
        id=told.names.short(iri),
        iri=iri,
        type=said.type(iri),
        title=said.string(iri, DCTERMS.title),
        date=said.string(iri, ELI.date_document),
        in_force=told.time(iri, SVD.entersIntoForce),
        parties=told.agents(iri, SVD.party),
        signatories=told.agents(iri, SVD.signatory),
        mediators=told.agents(iri, SVD.mediator),
        guarantors=told.agents(iri, SVD.guarantor),
        witnesses=told.agents(iri, SVD.witness),
        monitors=told.agents(iri, SVD.monitor),
        places=told.refs(iri, SVD.localTo),
        part_of=told.only(iri, SVD.madeUnder),
        annexes=told.refs(iri, ELI.has_annex),
        changes=changes.changes(told, made),
        changed_by=changes.changes(told, suffered),
        no_longer_in_force=said.string(iri, ELI.date_no_longer_in_force),
        pax_id=said.integer(iri, SVD.paxId),
        see_also=said.strings(iri, RDFS.seeAlso),
        note=said.string(iri, SKOS.note),
        texts=tuple(_text(told, node) for node in said.iris(iri, ELI.is_realized_by)),
        terms=_numbers(told, said.iris(iri, ELI.has_part)),
    )


def _text(told: Told, iri: str) -> Text:
    said = told.said
    return Text(
        said.string(iri, SVD.key),
        said.string(iri, DCTERMS.language),
        said.code(iri, SVD.textStatus),
        said.string(iri, SVD.publisherName),
        said.string(iri, SCHEMA.url),
        said.boolean(iri, SVD.complete),
        said.string(iri, SKOS.note),
    )


def _numbers(told: Told, iris: Iterable[str]) -> tuple[TermNumber, ...]:
    return tuple(
        TermNumber(told.names.short(iri), iri, told.said.string(iri, ELI.number))
        for iri in norms.term_order(told, iris)
    )


def _terms(reader: Reader, iris: Iterable[str]) -> tuple[Term, ...]:
    items = list(iris)
    wordings = norms.grouped(reader, norms.WORDINGS, "term", items)
    groups = norms.grouped(reader, norms.GROUPS, "term", items)
    readings = norms.grouped(
        reader, norms.READINGS, "group", (group for found in groups.values() for group in found)
    )
    parts = {part for found in (wordings, groups, readings) for several in found.values() for part in several}
    said = reader.describe(items, (SVD.ofAgreement, ELI.is_part_of, ELI.has_part))
    said = reader.describe(parts, norms.FOLLOW, into=said)
    suffered = norms.grouped(reader, changes.SUFFERED, "text", items)
    told = Told(reader.describe(changes.several(suffered), changes.FOLLOW, into=said), reader.names)
    found = _Parts(wordings, groups, readings, suffered)
    return tuple(_term(told, item, found) for item in items)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to terms (readings to norms), by what it belongs to."""

    wordings: Mapping[str, list[str]]
    groups: Mapping[str, list[str]]
    readings: Mapping[str, list[str]]
    suffered: Mapping[str, list[str]]


def _term(told: Told, iri: str, parts: _Parts) -> Term:
    said = told.said
    whole, parent = said.iri(iri, SVD.ofAgreement), said.iri(iri, ELI.is_part_of)
    head = norms.term_ref(told, iri, parts.wordings.get(iri, ()))
    return Term(
        id=head.id,
        iri=iri,
        number=head.number,
        agreement=None if whole is None else norms.agreement_ref(told, whole),
        part_of=None if parent is None or parent == whole else told.names.short(parent),
        parts=_numbers(told, said.iris(iri, ELI.has_part)),
        wordings=head.wordings,
        norms=tuple(
            norms.norm(told, group, parts.readings.get(group, ()))
            for group in sorted(parts.groups.get(iri, ()))
        ),
        changed_by=changes.changes(told, parts.suffered.get(iri, ())),
        no_longer_in_force=_end(said, iri, parent, whole),
    )


def _end(said: Descriptions, *texts: str | None) -> str | None:
    """Return the day since which a term, or what it is part of, is no longer in force."""
    days = (said.string(text, ELI.date_no_longer_in_force) for text in texts if text is not None)
    return min((day for day in days if day is not None), default=None)
