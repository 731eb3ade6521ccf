"""What analysts say of what the rules found: signed, with a reason, in a graph of its own, and reversible.

A review never edits what a document says or a rule concluded. That two events are one is what the rules
go by like the same statement in a document; a verdict on an allegation or a candidate stands beside it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from rdflib.term import URIRef

from kg.errors import DocumentError, NonConformingError, NotFoundError
from kg.ingest import literals
from kg.ingest.fields import FieldError, check_decimal, check_language, check_text
from kg.journal import Action
from kg.model import Problem
from kg.pipeline.change import Change
from kg.pipeline.conform import context_query, hierarchy
from kg.pipeline.records import last_revisions
from kg.pipeline.sources import code_definitions
from kg.pipeline.withdraw import retract
from kg.query.lookups import Reader
from kg.query.lookups.reviews import Review, reviews_of
from kg.store import bind, to_nquads
from kg.terms import DCTERMS, OA, PROV, RDF, SVD, concept
from kg.validate.gate import Candidate, gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rdflib.term import Node

    from kg.journal import Entry
    from kg.model import Triple
    from kg.pipeline.repository import Repository
    from kg.store import OxigraphStore

__all__ = ["Review", "SameEvent", "Verdict", "decide", "relate", "reviews", "withdraw"]

_Said: TypeAlias = "frozenset[tuple[URIRef, Node]]"

_WHERE = "review"
_BEGINNING = re.compile("[0-9a-f]{8,63}")
_RECORDS = f"""SELECT ?record WHERE {{
  VALUES ?beginning {{ UNDEF }} # @param beginning
  VALUES ?kind {{ <{SVD.AllegedViolation}> <{SVD.CandidateViolation}> }}
  ?record a ?kind .
  FILTER (STRSTARTS(STR(?record), ?beginning)) }} ORDER BY ?record"""
_FIELDS = {
    str(OA.hasTarget): "violation",
    str(SVD.verdict): "verdict",
    str(SVD.relatesEvent): "events",
    str(SVD.confidence): "confidence",
    str(SVD.assertionStatus): "status",
    str(SVD.reviewer): "by",
    str(SVD.reason): "reason",
}
"""What the properties of a review are called on the command line."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of an alleged violation or candidate.

    The record is named by its IRI or hash; of a hash the first eight digits or more suffice.
    """

    violation: str
    verdict: str
    """A code of the list `verdict`."""
    reviewer: str
    reason: str
    language: str = "en"
    """Of the reason."""


@dataclass(frozen=True, slots=True)
class SameEvent:
    """That somebody takes two events for one, or for two; each is named by its IRI or as `report/key`."""

    one: str
    other: str
    reviewer: str
    reason: str
    confidence: str = "1.0"
    """From 0 to 1."""
    language: str = "en"
    """Of the reason."""
    status: str = "accepted"
    """A code of the list `assertion-status`: `rejected` where the two are said to be two."""


def decide(repository: Repository, verdict: Verdict) -> Entry:
    """Put a verdict on an alleged violation or candidate on record, and return its entry in the journal.

    Raises NotFoundError for a record that is not there, DocumentError with all that is wrong in the fields,
    NonConformingError where the verdict is of no shape that a review may have.
    """
    signed = _signed(verdict.reviewer, verdict.reason, verdict.language)
    (code,) = _checked(("verdict", _check_verdict, verdict.verdict))
    target = _record(_reader(repository.store), verdict.violation)
    said = {(RDF.type, SVD.Review), (OA.hasTarget, target), (SVD.verdict, concept("verdict", code))}
    return _commit(repository, signed | said, verdict.reviewer)


def relate(repository: Repository, same: SameEvent) -> Entry:
    """Put on record that two events are one, or are not, and return the entry.

    What rests on their being one is concluded anew.

    Raises NotFoundError with the nearest ids for an event that is not there, DocumentError with all that
    is wrong in the fields, NonConformingError for an event and itself and for a confidence above 1.
    """
    signed = _signed(same.reviewer, same.reason, same.language)
    confidence, status = _checked(
        ("confidence", check_decimal, same.confidence), ("status", _check_status, same.status)
    )
    reader = _reader(repository.store)
    said = {
        (RDF.type, SVD.SameEventAssertion),
        (SVD.relatesEvent, reader.find("event", same.one)),
        (SVD.relatesEvent, reader.find("event", same.other)),
        (SVD.confidence, literals.decimal(confidence)),
        (SVD.assertionStatus, concept("assertion-status", status)),
    }
    return _commit(repository, signed | said, same.reviewer)


def withdraw(repository: Repository, identifier: str, by: str, reason: str) -> Entry:
    """Take a review back and return the entry that says so; what was concluded from it goes with it.

    Raises NotFoundError with the ids of the reviews that stand, DocumentError for an empty name or reason.
    """
    name, why = _checked(("by", check_text, by), ("reason", check_text, reason))
    standing = [review.id for review in reviews(repository.store)]
    if identifier not in standing:
        which = f"there are {', '.join(standing)}" if standing else "there is none"
        raise NotFoundError(f"no review {identifier!r} stands; {which}")
    return retract(repository, "review", identifier, why, agent=name)


def reviews(store: OxigraphStore) -> tuple[Review, ...]:
    """Return the reviews that stand, in the order in which they were made."""
    return reviews_of(_reader(store))


def _reader(store: OxigraphStore) -> Reader:
    return Reader.of(store, store.stamp.base)


def _record(reader: Reader, name: str) -> URIRef:
    """Return the record of that IRI or hash, or the one whose hash begins so."""
    if not _BEGINNING.fullmatch(name):
        return reader.find("violation", name)
    prefix = f"{reader.names.base}violation/"
    rows = reader.store.select(bind(_RECORDS, {"beginning": [literals.text(prefix + name)]})).rows
    found = [str(row[0]) for row in rows]
    if len(found) != 1:
        which = ", ".join(iri.removeprefix(prefix) for iri in found) or "none"
        raise NotFoundError(f"no one violation begins with {name!r}, but {which}")
    return URIRef(found[0])


def _signed(reviewer: str, reason: str, language: str) -> _Said:
    name, why, tag = _checked(
        ("by", check_text, reviewer), ("reason", check_text, reason), ("lang", check_language, language)
    )
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return frozenset(
        {
            (SVD.reviewer, literals.text(name)),
            (SVD.reason, literals.tagged(why, tag)),
            (PROV.generatedAtTime, literals.instant(moment)),
        },
    )


def _check_verdict(text: str) -> str:
    return _check_code("verdict", text)


def _check_status(text: str) -> str:
    return _check_code("assertion-status", text)


def _check_code(scheme: str, text: str) -> str:
    codes = code_definitions()[scheme]
    if text not in codes:
        what = scheme.rpartition("-")[2]
        raise FieldError("code/unknown", f"unknown {what} {text!r}", f"one of: {', '.join(codes)}")
    return text


def _checked(*fields: tuple[str, Callable[[str], str], str]) -> tuple[str, ...]:
    """Return the values as the store holds them; raise DocumentError with everything that is wrong."""
    found: list[str] = []
    problems: list[Problem] = []
    for field, check, value in fields:
        try:
            found.append(check(value))
        except FieldError as error:
            problems.append(Problem(_WHERE, None, field, error.message, error.rule, error.hint))
    if problems:
        raise DocumentError(problems)
    return tuple(found)


def _commit(repository: Repository, said: _Said, reviewer: str) -> Entry:
    """Journal the review under the number of the change that it will be, or the next that no review had.

    In a store that was made of a dump, reviews bear the numbers of another journal. The reason stands in
    the review's graph only: an entry's own reason would outlive a redaction.
    """
    base = repository.store.stamp.base
    identifier = next(name for name in map(str, count(repository.sequence + 1)) if _is_free(repository, name))
    subject = URIRef(f"{base}review/{identifier}")
    graph = URIRef(f"{base}graph/review/{identifier}")
    named = said | {(DCTERMS.identifier, literals.text(identifier))}
    triples: frozenset[Triple] = frozenset((subject, predicate, value) for predicate, value in named)
    _conforming(repository.store, triples)
    digest = hashlib.sha256(to_nquads((*triple, graph) for triple in triples)).hexdigest()
    graphs: Mapping[URIRef, frozenset[Triple]] = {graph: triples}
    (entry,) = repository.commit([Change(Action.ADD, "review", identifier, reviewer.strip(), graphs, digest)])
    return entry


def _is_free(repository: Repository, identifier: str) -> bool:
    return not last_revisions(repository.store, [("review", identifier)])["review", identifier]


def _conforming(store: OxigraphStore, triples: frozenset[Triple]) -> None:
    """Raise NonConformingError if the shapes have anything against the triples, in sight of the store."""
    mentioned = {value for _, predicate, value in triples if predicate != RDF.type}
    known = store.construct(
        bind(context_query(), {"mentioned": sorted(v for v in mentioned if isinstance(v, URIRef))})
    )
    (verdict,) = gate().check([Candidate(_WHERE, triples, known | hierarchy())])
    if verdict.report is not None and not verdict.conforms:
        problems = (
            Problem(
                _WHERE, None, _FIELDS.get(result.path or "", ""), result.message, str(result.source_shape)
            )
            for result in verdict.report.results
        )
        raise NonConformingError(problems, verdict.report.turtle)
    if verdict.undecided is not None:
        raise DocumentError(
            [Problem(_WHERE, None, "", f"cannot be validated: {verdict.undecided}", "shape/undecided")]
        )
