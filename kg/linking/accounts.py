"""An event as one report or dataset tells of it: all that its claims state, to be compared with others."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.linking.names import actor_words, place_words
from kg.linking.world import World
from kg.store import blocks
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.linking.world import Place
    from kg.store import OxigraphStore

_HEAD: Final = f"""PREFIX svd: <{SVD}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_EVENTS: Final = f"{_HEAD}SELECT ?event WHERE {{ ?event svd:describedIn ?report }}"
_ABOUT: Final = (
    _HEAD
    + """SELECT ?event ?report ?type ?label ?cluster ?issued WHERE {
  VALUES ?event { UNDEF } # @param event
  ?event svd:describedIn ?report ; svd:eventType ?type .
  OPTIONAL { ?event rdfs:label ?label }
  OPTIONAL { ?event svd:inCluster ?cluster }
  OPTIONAL { ?report dcterms:issued ?issued } }"""
)
_TIMES: Final = (
    _HEAD
    + """SELECT ?event ?edtf ?earliest ?latest WHERE {
  VALUES ?event { UNDEF } # @param event
  ?claim svd:aboutEvent ?event ; svd:time ?time .
  OPTIONAL { ?time svd:edtf ?edtf }
  OPTIONAL { ?time svd:earliest ?earliest }
  OPTIONAL { ?time svd:latest ?latest } }"""
)
_RELATED: Final = (
    _HEAD
    + """SELECT ?event ?how ?what WHERE {
  VALUES ?event { UNDEF } # @param event
  VALUES ?how { svd:place svd:along svd:inTerritoryOf svd:perpetrator svd:participant svd:target }
  ?claim svd:aboutEvent ?event ; ?how ?what }"""
)
_COUNTS: Final = (
    _HEAD
    + """SELECT ?event ?claim ?kind ?value ?low ?high ?side ?civilian WHERE {
  VALUES ?event { UNDEF } # @param event
  ?claim svd:aboutEvent ?event ; svd:quantity ?quantity .
  ?quantity svd:quantityKind ?kind .
  OPTIONAL { ?quantity svd:value ?value }
  OPTIONAL { ?quantity svd:low ?low }
  OPTIONAL { ?quantity svd:high ?high }
  OPTIONAL { ?quantity svd:side ?side }
  OPTIONAL { ?quantity svd:civilian ?civilian } }"""
)
_DATASET: Final = (
    _HEAD
    + """SELECT ?event ?dataset WHERE {
  VALUES ?event { UNDEF } # @param event
  ?claim svd:aboutEvent ?event ; svd:evidence ?row .
  ?row svd:dataset ?dataset }"""
)
_BLOCK: Final = 400
_DAY: Final = re.compile(r"-?[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTED: Final = ("killed", "wounded", "captured")
_LONGEST: Final = 120
"""Days: what is known no better is not compared by time."""
_WEEK: Final = 7
_WORD: Final = 5
_PLACED: Final = ("place", "along")
_ACTING: Final = ("perpetrator", "participant", "target")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who takes part: the telling words of the name, and whose force it is."""

    id: str
    label: str
    words: tuple[str, ...]
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Account:
    """What one report or dataset states of an event."""

    iri: str
    id: str
    source: str
    """The dataset, or else the report: nothing is compared within one."""
    type: str
    label: str
    first: int
    """The first day, as an ordinal."""
    last: int
    dated: bool
    """Whether a claim states the time; else it is that of the report."""
    places: tuple[Place, ...]
    actors: tuple[Actor, ...]
    counts: Mapping[str, tuple[float, float, float]]
    """By kind: what is stated, and its bounds."""
    cluster: str | None = None
    words: tuple[str, ...] = ()
    """Words of its name that are of nobody and no place."""


@dataclass(slots=True)
class _Made:
    """What is gathered of an event."""

    report: str = ""
    type: str = ""
    label: str = ""
    cluster: str | None = None
    issued: str | None = None
    dataset: str | None = None
    times: set[tuple[str | None, ...]] = field(default_factory=set)
    related: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: dict[tuple[str, str], list[tuple[str | None, ...]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def accounts(store: OxigraphStore) -> Iterator[Account]:
    """Yield every event of a store that can be compared: one whose time is known well enough."""
    world = World(store)
    every = sorted(str(row[0]) for row in store.texts(_EVENTS))
    for block in blocks(every, _BLOCK):
        yield from _of(store, world, block)


def of_events(store: OxigraphStore, iris: Iterable[str]) -> list[Account]:
    """Return some events as they can be compared."""
    return list(_of(store, World(store), sorted(iris)))


def _of(store: OxigraphStore, world: World, iris: Iterable[str]) -> Iterator[Account]:
    asked = {"event": [URIRef(iri) for iri in iris]}
    made: dict[str, _Made] = defaultdict(_Made)
    for event, report, kind, label, cluster, issued in store.texts(_ABOUT, asked):
        one = made[str(event)]
        one.report, one.type, one.cluster = str(report), str(kind).rpartition("/")[2], cluster
        one.label, one.issued = min(filter(None, (one.label, label)), default=""), issued
    for event, *time in store.texts(_TIMES, asked):
        made[str(event)].times.add(tuple(time))
    for event, how, what in store.texts(_RELATED, asked):
        made[str(event)].related[str(how).rpartition("#")[2]].add(str(what))
    for event, claim, kind, *numbers in store.texts(_COUNTS, asked):
        made[str(event)].counts[str(claim), str(kind).rpartition("/")[2]].append(tuple(numbers))
    for event, dataset in store.texts(_DATASET, asked):
        made[str(event)].dataset = dataset
    for iri, one in sorted(made.items()):
        found = _account(world, iri, one)
        if found is not None:
            yield found


def _account(world: World, iri: str, made: _Made) -> Account | None:
    days = _days(made)
    if days is None or not made.report:
        return None
    first, last, dated = days
    places = tuple(
        sorted(
            (world.place(name) for kind in _PLACED for name in made.related[kind]),
            key=lambda place: (place.coarse, place.id),
        )
    )
    who = {name for kind in _ACTING for name in made.related[kind]}
    if not places:
        places = tuple(world.territory(name) for name in sorted(made.related["inTerritoryOf"]))
    actors = tuple(
        Actor(name, world.label(name), actor_words(world.label(name)), world.states(name))
        for name in sorted(who)
    )
    known = {word for place in places for word in place.words} | {
        word for actor in actors for word in actor.words
    }
    words = tuple(
        sorted({word for word in place_words(made.label) if len(word) >= _WORD and word not in known})
    )
    return Account(
        iri,
        iri.removeprefix(f"{world.base}report/").replace("/event/", "/", 1),
        made.dataset or made.report,
        made.type,
        made.label,
        first,
        last,
        dated,
        places,
        actors,
        {kind: count for kind in _COUNTED if (count := _count(made, kind)) is not None},
        made.cluster,
        words,
    )


def _days(made: _Made) -> tuple[int, int, bool] | None:
    """Return the first and last day of an event, and whether claims state them.

    Where none does, it was in the week before the report came out.
    """
    issued = _ordinal(made.issued or "")
    spans = [span for time in made.times if (span := _span(time, issued)) is not None]
    if spans:
        first, last = min(first for first, _ in spans), max(last for _, last in spans)
        return (first, last, True) if last - first <= _LONGEST else None
    return None if issued is None else (issued - _WEEK, issued, False)


def _span(time: tuple[str | None, ...], issued: int | None) -> tuple[int, int] | None:
    """Return the first and last day that a claim states; what goes on, goes on until its report came out."""
    edtf, earliest, latest = time
    begin, _, end = (edtf or "").partition("/")
    first = _ordinal(begin) or _ordinal(earliest or "")
    last = _ordinal(end) or (first if _DAY.match(begin) and not end else _ordinal(latest or ""))
    known = first if first is not None else last
    if known is None:
        return None
    if last is None:
        last = max(known, issued) if end and issued is not None else known
    return (known, last) if known <= last else None


def _ordinal(text: str) -> int | None:
    found = _DAY.match(text)
    if found is None or text.startswith("-"):
        return None
    try:
        return date.fromisoformat(found[0]).toordinal()
    except ValueError:
        return None


def _count(made: _Made, kind: str) -> tuple[float, float, float] | None:
    """Return a number that claims state of an event: the whole where one is stated, else the sum of sides."""
    found = []
    for (_, stated), numbers in made.counts.items():
        if stated == kind:
            whole = [one for one in numbers if one[3] is None and one[4] is None]
            parts = [_bounds(one) for one in (whole or numbers)]
            told = [part for part in parts if part is not None]
            if told:
                pick = max if whole else sum
                found.append(tuple(pick(part[at] for part in told) for at in range(3)))
    if not found:
        return None
    best = max(found)
    return best[0], min(one[1] for one in found), max(one[2] for one in found)


def _bounds(numbers: tuple[str | None, ...]) -> tuple[float, float, float] | None:
    value, low, high = (None if one is None else float(one) for one in numbers[:3])
    stated = [one for one in (value, low, high) if one is not None]
    if not stated:
        return None
    middle = value if value is not None else stated[0]
    return middle, min(stated), max(stated)


def day(ordinal: int) -> str:
    """Return a day as it is written."""
    return (date.min + timedelta(days=ordinal - 1)).isoformat()
