"""Answers to who searches: what was found, in its words, with who says so and how; nothing that is gone."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rdflib.term import URIRef

from kg.errors import BadParameterError, IndexMissingError, StoreError
from kg.query import credibility
from kg.query.lookups.instants import instant
from kg.query.lookups.listing import MAX_PAGE
from kg.query.lookups.reader import HEAD as PREFIXED
from kg.query.period import ZONE, bounds
from kg.read.resources import BY_LIST
from kg.search.entry import DIMS, KINDS, unpacked
from kg.search.finding import VALUES, Asked, find
from kg.search.query import parsed
from kg.search.showing import matches
from kg.store import bind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.query.lookups.reader import Reader
    from kg.read.model import ReadModel
    from kg.read.resources import Resource
    from kg.search.entry import Part
    from kg.search.finding import Found
    from kg.search.index import SearchIndex
    from kg.search.query import Query
    from kg.search.showing import Match

_log: Final = logging.getLogger(__name__)
_PATIENCE: Final = 0.5
"""Seconds for which the index is waited for when it is behind; then it is searched as it stands."""
_TAKES: Final = {
    "agreement": "agreement",
    "term": "term",
    "perpetrator": "actor",
    "source": "actor",
    "place": "place",
    "report": "report",
}
_CODES: Final = {"type": "event-type", "modality": "modality"}
FACETS: Final = (
    "kind",
    "agreement",
    "term",
    "perpetrator",
    "source",
    "place",
    "report",
    "type",
    "modality",
    "lang",
)
"""By what is found may be counted."""
_TEXTS: Final = f"""{PREFIXED}SELECT ?report ?text WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?report svd:text ?text ; svd:textAccess <https://w3id.org/servanda/vocabulary/text-access/public> .
}}"""
_ARE_THERE: Final = f"""{PREFIXED}SELECT DISTINCT ?item WHERE {{
  VALUES ?item {{ UNDEF }} # @param item
  ?item a ?class .
}}"""
_SHOWN: Final = ("modality", "polarity", "gist", "attribution", "perpetrators", "event", "alleges", "denies")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the index: the text, filters beside it, and which page in which order."""

    text: str
    filters: Mapping[str, str]
    limit: int = 20
    after: str | None = None
    newest: bool = False
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: a claim, a report, a passage of its text, an agreement, a term, an actor or a place."""

    kind: str
    id: str
    iri: str
    label: str | None
    matches: tuple[Match, ...]
    claim: Mapping[str, Any] | None
    """Of a claim: who says it, and how."""
    report: Mapping[str, Any] | None
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of what was found, as the store stood at a change."""

    items: tuple[Hit, ...]
    next_after: str | None
    total: int
    is_all: bool
    facets: Mapping[str, Sequence[Mapping[str, Any]]] | None
    sequence: int
    hidden: int = 0
    """How many more claims have the words, and are hidden as doubtful; at most as many as are ranked."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is searched, and what is shown of what was found."""

    index: SearchIndex
    model: ReadModel | None
    reader: Reader


def search(held: Sources, request: Request, sequence: int) -> Answer:
    """Return what is found, as it was at that change or later; or earlier, where the index is far behind.

    Nothing is shown that the store does not hold any more. Raises BadParameterError and
    UnknownReferenceError for what cannot be looked for, IndexMissingError where there is no index yet.
    """
    if not 1 <= request.limit <= MAX_PAGE:
        raise BadParameterError(f"limit: from 1 to {MAX_PAGE}, not {request.limit}")
    for name in request.facets:
        if name not in FACETS:
            raise BadParameterError(
                f"facets: what is found is not counted by {name!r}; it is by {', '.join(FACETS)}"
            )
    zone = {ZONE: request.filters[ZONE]} if ZONE in request.filters else {}
    apart = {ZONE, credibility.NAME}
    query = parsed(request.text, {name: v for name, v in request.filters.items() if name not in apart})
    low = credibility.worse(request.filters.get(credibility.NAME, credibility.DEFAULT))
    doubtful = tuple((credibility.NAME, str(grade)) for grade in low)
    asked = replace(_asked(held.reader, query, zone), doubtful=doubtful)
    try:
        with held.index.opened(sequence, _PATIENCE) as opened:
            if opened is None:
                raise held.index.absent()
            file, at = opened
            found = find(
                file, asked, request.limit, request.after, newest=request.newest, facets=request.facets
            )
            rows = [
                file.execute("SELECT iri, report, parts FROM entry WHERE n=?", (number,)).fetchone()
                for number in found.numbers
            ]
    except StoreError as error:
        raise held.index.absent() from error
    except sqlite3.DatabaseError as error:
        _log.error("the search index cannot be read: %s", error)
        if not isinstance(error, sqlite3.OperationalError):
            held.index.distrust()
        raise IndexMissingError("the search index cannot be read, and is made anew") from error
    kinds = [KINDS[number >> 4 & 15] for number in found.numbers]
    entries = [
        (kind, iri, report, unpacked(parts)) for kind, (iri, report, parts) in zip(kinds, rows, strict=True)
    ]
    items = tuple(_hits(held, entries, query, sequence))
    facets = _facets(held.reader, found)
    return Answer(items, found.next_after, found.total or 0, found.is_all, facets, at, found.hidden)


def _asked(reader: Reader, query: Query, zone: Mapping[str, str]) -> Asked:
    """Return the query with filters by the values that entries have."""
    period = {name: query.filters[name] for name in ("from", "to") if name in query.filters}
    moments = {name: instant(str(moment)) for name, moment in bounds({**zone, **period}).items()}
    values = [
        (name, _value(reader, name, said)) for name, said in query.filters.items() if name not in period
    ]
    unwanted = [(name, _value(reader, name, said)) for name, said in query.without_filters]
    low, high = moments.get("from"), moments.get("to")
    if moments:
        low, high = -(2**62) if low is None else low, 2**62 if high is None else high
    return Asked(query.sought, query.without, tuple(values), tuple(unwanted), low, high)


def _value(reader: Reader, name: str, said: str) -> str:
    if name in _TAKES:
        return str(reader.reference(name, _TAKES[name], said))
    if name in _CODES:
        return str(reader.code(name, _CODES[name], said))
    if name == "kind" and said not in KINDS:
        raise BadParameterError(f"kind: {said!r} is none; kinds are {', '.join(sorted(KINDS))}")
    if name not in DIMS or name == credibility.NAME:
        raise BadParameterError(
            f"a search takes no filter {name!r}; it takes {', '.join(sorted(DIMS))}, from, to"
        )
    return said.lower() if name == "lang" else said


Row = tuple[str, str, str | None, "tuple[Part, ...]"]


def _hits(held: Sources, rows: Sequence[Row], query: Query, sequence: int) -> Iterable[Hit]:
    """Yield what was found, as far as the store says it still."""
    claims = _bodies(held, BY_LIST["claims"], [row[1] for row in rows if row[0] == "claim"], sequence)
    wanted = [row[2] for row in rows if row[2] and row[0] in {"report", "text"}]
    reports = _bodies(held, BY_LIST["reports"], [iri for iri in wanted if iri], sequence)
    texts = _texts(held.reader, [row[1] for row in rows if row[0] == "text"])
    for kind, iri, report, parts in rows:
        claim = claims.get(iri) if kind == "claim" else None
        told = claim["report"] if claim else reports.get(report or "")
        kept = _kept(kind, parts, claim, told, texts.get(iri))
        if not kept:
            continue
        found = matches(kept, query.sought)
        if not found:
            continue
        yield Hit(
            kind,
            held.reader.names.short(iri),
            iri,
            told["title"] if told else next((p.text for p in kept if p.field != "wording"), None),
            found,
            {name: claim[name] for name in _SHOWN} if claim else None,
            _ref(told),
        )


def _kept(
    kind: str,
    parts: tuple[Part, ...],
    claim: Mapping[str, Any] | None,
    report: Mapping[str, Any] | None,
    text: str | None,
) -> tuple[Part, ...]:
    """Return the parts of which the store holds the words still."""
    if kind == "claim":
        said = set() if claim is None else {claim["gist"]}
        for piece in claim["evidence"] if claim else ():
            said |= {piece["quote"], *(piece["translation"] or {}).values()}
    elif kind == "report":
        said = set() if report is None else {report["title"], *(one["gist"] for one in report["remarks"])}
    elif kind == "text":
        return tuple(
            part
            for part in parts
            if text is not None and text[part.start or 0 : (part.start or 0) + len(part.text)] == part.text
        )
    else:
        return parts
    return tuple(part for part in parts if part.text in said)


def _bodies(held: Sources, resource: Resource, iris: Sequence[str], sequence: int) -> dict[str, Any]:
    """Return items as they are answered now: from the read model, or from the store where that is behind."""
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    if held.model is not None:
        found = held.model.ask(
            sequence, _PATIENCE, lambda view: {iri: view.one(resource, iri) for iri in wanted}
        )
        if found is not None:
            return {iri: json.loads(body) for iri, body in found.items() if body is not None}
    there = sorted({row[0] for row in held.reader.related(_ARE_THERE, "item", wanted)})
    told = resource.find(held.reader, there)
    return {
        iri: json.loads(
            resource.model.model_validate(one, from_attributes=True).model_dump_json(by_alias=True)
        )
        for iri, one in zip(there, told, strict=True)
    }


def _texts(reader: Reader, reports: Iterable[str]) -> dict[str, str]:
    """Return the texts that may be read of reports."""
    asked = [URIRef(iri) for iri in sorted(set(reports))]
    if not asked:
        return {}
    return {
        str(report): str(text) for report, text in reader.store.select(bind(_TEXTS, {"report": asked})).rows
    }


def _ref(report: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a report as evidence names it."""
    if report is None:
        return None
    names = (
        "id", "iri", "type", "title", "language", "publisher", "issued", "url", "archived_at", "retrieved",
        "text_extent", "text_fidelity", "text_access",
    )  # fmt: skip
    return {name: report[name] for name in names}


def _facets(reader: Reader, found: Found) -> dict[str, list[dict[str, Any]]] | None:
    """Return the facets as they are answered: of each filter the values with most entries."""
    if found.facets is None:
        return None
    told: dict[str, list[dict[str, Any]]] = {}
    for name, counted in found.facets.items():
        best = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:VALUES]
        told[name] = [
            {
                "value": value.rpartition("/")[2] if name in _CODES else reader.names.short(value),
                "iri": value if ":" in value else None,
                "total": number,
            }
            for value, number in best
        ]
    return told
