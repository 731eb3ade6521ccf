"""Terms of agreements with their wordings, and the norms found in them with every reading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, RDFS, SKOS

from kg.query.lookups.evidence import ordinal
from kg.query.lookups.reader import HEAD
from kg.terms import ELI, SCHEMA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.parts import Agent, Ref, Time, Told
    from kg.query.lookups.reader import Reader

FOLLOW: Final = frozenset(
    {
        SVD.inText,
        SVD.binds,
        SVD.owedTo,
        SVD.readBy,
        SVD.appliesInPlace,
        SVD.exception,
        SVD.ofMateriel,
        SVD.distanceLimit,
        SVD.measuredFrom,
        SVD.quantityLimit,
        SVD.condition,
        SVD.follows,
        SVD.conditionActor,
        SVD.conditionPlace,
        SVD.exemptActor,
        SVD.exemptPlace,
        SVD.exemptTarget,
        SVD.appliesFrom,
        SVD.appliesUntil,
        SVD.deadline,
    },
)
"""What leads from wordings and readings to everything that is told here."""

WORDINGS: Final = f"""{HEAD}SELECT ?of ?wording WHERE {{
  VALUES ?term {{ UNDEF }} # @param term
  ?term svd:ofAgreement ?agreement .
  ?agreement eli:is_realized_by ?text .
  ?wording svd:inText ?text ; svd:ofTerm ?of .
}}"""
"""Of all terms of the agreements, by way of their texts: records without number are of a term too."""
READINGS: Final = f"""{HEAD}SELECT ?group ?norm WHERE {{
  VALUES ?group {{ UNDEF }} # @param group
  ?group svd:inTerm ?term .
  ?norm svd:inTerm ?term ; svd:ofReadingGroup ?group ; svd:action ?any .
}}"""
"""By way of the term, of which few things are: records without number are of a reading group too."""
GROUPS: Final = f"""{HEAD}SELECT ?term ?group WHERE {{
  VALUES ?term {{ UNDEF }} # @param term
  ?group a svd:ReadingGroup ; svd:inTerm ?term .
}}"""


@dataclass(frozen=True, slots=True)
class AgreementRef:
    """An agreement by id, IRI, title and date."""

    id: str
    iri: str
    title: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a term in one text of the agreement, and how they are known."""

    text: str | None
    words: str | None
    lang: str | None
    status: str | None
    publisher: str | None
    text_status: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class TermRef:
    """A term with its wordings."""

    id: str
    iri: str
    number: str | None
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class NormException:
    """What a reading does not apply to: all criteria given together, or what only the words say."""

    words: str | None
    gist: str | None
    targets: tuple[Agent, ...]
    actors: tuple[Agent, ...]
    acts: tuple[str, ...]
    places: tuple[Ref, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Materiel:
    """A kind of weapon or equipment that a norm is about; calibres in millimetres."""

    category: str | None
    models: tuple[str, ...]
    calibre: float | None
    calibre_at_least: float | None
    calibre_more_than: float | None
    calibre_at_most: float | None
    calibre_less_than: float | None


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of what, or how many kilometres from where."""

    kind: str | None
    from_: Ref | None
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Condition:
    """On what a reading depends, or after what it has to be done and within which time."""

    key: str | None
    words: str | None
    norm: str | None
    event: str | None
    actors: tuple[Agent, ...]
    places: tuple[Ref, ...]
    period: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a norm: who is bound to what, where, unless, from when until when, as read by whom."""

    id: str
    iri: str
    key: str | None
    kind: str | None
    gist: str | None
    bearers: tuple[Agent, ...]
    owed_to: tuple[Agent, ...]
    action: str | None
    places: tuple[Ref, ...]
    unless: tuple[NormException, ...]
    objects: tuple[Materiel, ...]
    distance: Limit | None
    quantity: Limit | None
    if_: tuple[Condition, ...]
    after: Condition | None
    from_: Time | None
    until: Time | None
    deadline: Time | None
    period: str | None
    renewal: str | None
    read_by: tuple[Agent, ...]
    texts: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Norm:
    """A rule found in a term, with its readings; `action` only where all readings agree on it."""

    id: str
    iri: str
    key: str | None
    label: str | None
    action: str | None
    readings: tuple[Reading, ...]


def grouped(reader: Reader, query: str, parameter: str, parents: Iterable[str]) -> Mapping[str, list[str]]:
    """Return the things that belong to each parent, by one query."""
    wanted = set(parents)
    found: dict[str, list[str]] = {}
    for parent, thing in reader.related(query, parameter, sorted(wanted)):
        if parent in wanted:
            found.setdefault(parent, []).append(thing)
    return found


def agreement_ref(told: Told, iri: str) -> AgreementRef:
    """Return an agreement by id, IRI, title and date."""
    return told.once("agreement", iri, partial(_agreement_ref, told, iri))


def _agreement_ref(told: Told, iri: str) -> AgreementRef:
    said = told.said
    return AgreementRef(
        told.names.short(iri), iri, said.string(iri, DCTERMS.title), said.string(iri, ELI.date_document)
    )


def term_ref(told: Told, iri: str, wordings: Iterable[str]) -> TermRef:
    """Return a term with its wordings."""
    return told.once("term", iri, partial(_term_ref, told, iri, wordings))


def _term_ref(told: Told, iri: str, wordings: Iterable[str]) -> TermRef:
    return TermRef(
        told.names.short(iri),
        iri,
        told.said.string(iri, ELI.number),
        tuple(_wording(told, wording) for wording in sorted(wordings)),
    )


def norm(told: Told, iri: str, readings: Iterable[str]) -> Norm:
    """Return a norm with its readings."""
    return told.once("norm", iri, partial(_norm, told, iri, readings))


def _norm(told: Told, iri: str, readings: Iterable[str]) -> Norm:
    said = told.said
    found = tuple(reading(told, one) for one in sorted(readings))
    actions = {one.action for one in found}
    return Norm(
        told.names.short(iri),
        iri,
        said.string(iri, SVD.key),
        said.string(iri, RDFS.label),
        actions.pop() if len(actions) == 1 else None,
        found,
    )


def _condition(told: Told, iri: str) -> Condition:
    said = told.said
    norm = said.iri(iri, SVD.conditionNorm)
    return Condition(
        key=said.string(iri, SVD.key),
        words=said.string(iri, SVD.conditionText),
        norm=None if norm is None else told.names.short(norm),
        event=said.code(iri, SVD.conditionEvent),
        actors=told.agents(iri, SVD.conditionActor),
        places=told.refs(iri, SVD.conditionPlace),
        period=said.string(iri, SVD.within),
        note=said.string(iri, SKOS.note),
    )


def _exception(told: Told, iri: str) -> NormException:
    said = told.said
    return NormException(
        words=said.string(iri, SVD.exceptionText),
        gist=said.string(iri, SVD.gist),
        targets=told.agents(iri, SVD.exemptTarget),
        actors=told.agents(iri, SVD.exemptActor),
        acts=said.codes(iri, SVD.exemptAct),
        places=told.refs(iri, SVD.exemptPlace),
        note=said.string(iri, SKOS.note),
    )


def materiel(told: Told, iri: str) -> Materiel:
    """Return a kind of weapon or equipment, of a norm or of a claim."""
    said = told.said
    return Materiel(
        category=said.code(iri, SVD.materielCategory),
        models=said.strings(iri, SVD.model),
        calibre=said.number(iri, SVD.calibre),
        calibre_at_least=said.number(iri, SVD.calibreAtLeast),
        calibre_more_than=said.number(iri, SVD.calibreMoreThan),
        calibre_at_most=said.number(iri, SVD.calibreAtMost),
        calibre_less_than=said.number(iri, SVD.calibreLessThan),
    )


def _limit(told: Told, iri: str | None) -> Limit | None:
    if iri is None:
        return None
    said = told.said
    return Limit(
        kind=said.code(iri, SVD.quantityKind),
        from_=told.only(iri, SVD.measuredFrom),
        at_least=said.number(iri, SVD.atLeast),
        at_most=said.number(iri, SVD.atMost),
    )


def term_order(told: Told, terms: Iterable[str]) -> list[str]:
    """Return terms in the order of their agreement."""
    return sorted(terms, key=lambda term: (ordinal(told.said, term), term))


def _wording(told: Told, iri: str) -> Wording:
    said = told.said
    text = said.iri(iri, SVD.inText) or ""
    return Wording(
        said.string(text, SVD.key),
        said.string(iri, SVD.wordingText),
        said.language(iri, SVD.wordingText),
        said.code(iri, SVD.wordingStatus),
        said.string(text, SVD.publisherName),
        said.code(text, SVD.textStatus),
        said.string(iri, SCHEMA.url) or said.string(text, SCHEMA.url),
    )


def reading(told: Told, iri: str) -> Reading:
    """Return one reading of a norm."""
    return told.once("reading", iri, partial(_reading, told, iri))


def _reading(told: Told, iri: str) -> Reading:
    said = told.said
    return Reading(
        id=told.names.short(iri),
        iri=iri,
        key=said.string(iri, SVD.key),
        kind=said.type(iri),
        gist=said.string(iri, SVD.gist),
        bearers=told.agents(iri, SVD.binds),
        owed_to=told.agents(iri, SVD.owedTo),
        action=said.code(iri, SVD.action),
        places=told.refs(iri, SVD.appliesInPlace),
        unless=tuple(_exception(told, one) for one in said.iris(iri, SVD.exception)),
        objects=tuple(materiel(told, one) for one in said.iris(iri, SVD.ofMateriel)),
        distance=_limit(told, said.iri(iri, SVD.distanceLimit)),
        quantity=_limit(told, said.iri(iri, SVD.quantityLimit)),
        if_=tuple(_condition(told, one) for one in said.iris(iri, SVD.condition)),
        after=next((_condition(told, one) for one in said.iris(iri, SVD.follows)), None),
        from_=told.time(iri, SVD.appliesFrom),
        until=told.time(iri, SVD.appliesUntil),
        deadline=told.time(iri, SVD.deadline),
        period=said.string(iri, SVD.periodStated),
        renewal=said.string(iri, SVD.renewal),
        read_by=told.agents(iri, SVD.readBy),
        texts=tuple(text.rpartition("/text/")[2] for text in said.iris(iri, SVD.readsText)),
        note=said.string(iri, SKOS.note),
    )
