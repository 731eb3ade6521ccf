"""The zones of places, and of claims whose time has no other: what `zone` of a places document is for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kg.ingest.models import PlacesDocument, ReportDocument
from kg.ingest.names import Names
from kg.ingest.times import TimeError, read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import URIRef

    from kg.ingest.document import Document
    from kg.ingest.models.report import Claim


@dataclass(frozen=True, slots=True)
class PlaceZones:
    """Which zone places have themselves, and which places contain them.

    >>> from rdflib.term import URIRef
    >>> goris, armenia = URIRef("urn:goris"), URIRef("urn:armenia")
    >>> PlaceZones({armenia: "Asia/Yerevan"}, {goris: frozenset([armenia])}).of(goris)
    frozenset({'Asia/Yerevan'})
    """

    zones: Mapping[URIRef, str] = field(default_factory=dict)
    containers: Mapping[URIRef, frozenset[URIRef]] = field(default_factory=dict)

    def of(self, place: URIRef) -> frozenset[str]:
        """Return the zone of a place, else those of the nearest places around it: several if they differ."""
        return self._of(place, frozenset())

    def _of(self, place: URIRef, inside: frozenset[URIRef]) -> frozenset[str]:
        own = self.zones.get(place)
        if own is not None:
            return frozenset([own])
        around = self.containers.get(place, frozenset()) - inside - {place}
        farther = frozenset().union(*(self._around(container) for container in around))
        found: frozenset[str] = frozenset()
        for container in around - farther:
            found |= self._of(container, inside | {place})
        return found

    def _around(self, place: URIRef) -> frozenset[URIRef]:
        """Return all that contains a place, however far up."""
        found: set[URIRef] = set()
        above = set(self.containers.get(place, ()))
        while above:
            found |= above
            above = {top for one in above for top in self.containers.get(one, ())} - found
        return frozenset(found)


def places_of(document: Document, base: str) -> frozenset[URIRef]:
    """Return the places of claims whose time has no zone; none of a document that came as triples.

    Triples say themselves in which zone a time was read, and whether one is known.
    """
    names = Names(base)
    if document.sent is not None:
        return frozenset()
    return frozenset(
        names.of("place", place)
        for claim in _without_zone(document)
        for place in (*claim.places, *claim.along)
    )


def said_of_places(documents: Iterable[Document], base: str) -> PlaceZones:
    """Return what documents themselves say of the zones of places and of what contains them."""
    names = Names(base)
    zones: dict[URIRef, str] = {}
    containers: dict[URIRef, set[URIRef]] = {}
    for document in documents:
        for place in document.model.places if isinstance(document.model, PlacesDocument) else ():
            iri = names.of("place", place.id)
            if place.zone is not None:
                zones[iri] = place.zone
            for entry in place.within:
                containers.setdefault(iri, set()).add(names.of("place", entry.place))
            for entry in place.covers:
                containers.setdefault(names.of("place", entry.place), set()).add(iri)
    return PlaceZones(zones, {place: frozenset(above) for place, above in containers.items()})


def placed(document: Document, known: PlaceZones, base: str) -> Document:
    """Return the document with the zones of its claims' places, where their times have no other.

    Its content hash counts them: the same words say something else where the zone is another.
    """
    if document.sent is not None:
        return document
    zones = {
        claim.key: zone
        for claim in _without_zone(document)
        if (zone := _agreed(claim, known, Names(base))) is not None
    }
    if zones == document.zones:
        return document
    return replace(document, zones=zones)


def _without_zone(document: Document) -> Iterator[Claim]:
    """Yield the claims whose time is one of an unknown zone."""
    model = document.model
    if not isinstance(model, ReportDocument) or model.zone is not None:
        return
    for claim in model.claims:
        if claim.time is not None and claim.time.value is not None and claim.time.zone is None:
            try:
                unknown = read_time(claim.time.value).zone_assumed
            except TimeError:
                continue
            if unknown:
                yield claim


def _agreed(claim: Claim, known: PlaceZones, names: Names) -> str | None:
    """Return the zone in which all places of a claim put its time; None where one is unknown or differs.

    A road counts as far as its zone is known; alone, it has to be.
    """
    if claim.time is None or claim.time.value is None:
        return None
    at = [known.of(names.of("place", place)) for place in claim.places]
    along = [known.of(names.of("place", place)) for place in claim.along]
    found = frozenset().union(*at, *along)
    if not found or not all(at) or not (at or all(along)):
        return None
    meanings = set()
    for zone in found:
        try:
            span = read_time(claim.time.value, zone)
        except TimeError:
            return None
        meanings.add((span.earliest, span.latest))
    return min(found) if len(meanings) == 1 else None
