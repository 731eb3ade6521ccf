"""Actors and places of a store as they are compared: names, points, what contains what, and whose force."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.linking.names import place_words
from kg.outlines import Box
from kg.terms import GEO, RDF, RDFS, SKOS, SVD

if TYPE_CHECKING:
    from kg.store import OxigraphStore

_KM_A_DEGREE: Final = 111.2
_TOWN: Final = 0.5
"""Degrees from south to north of the largest outline that is a town with what lies around it."""
_FINE: Final = frozenset({"Settlement", "Route", "Boundary"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place: its names by their telling words, a point, and what contains it."""

    id: str
    label: str
    names: tuple[tuple[str, ...], ...]
    point: tuple[float, float] | None
    """Latitude and longitude of a point, or of the middle of a town with what lies around it."""
    within: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    """What contains it: ids, with the names."""
    coarse: bool
    """Whether it is a region, and not a town or a road."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of its names, and of what contains it."""
        own = [word for name in self.names for word in name]
        return tuple(own + [word for _, names in self.within for name in names for word in name])


class World:
    """Actors and places of a store, each read once."""

    def __init__(self, store: OxigraphStore) -> None:
        """Read from a store that stands still."""
        self._store = store
        self.base = store.stamp.base
        self._places: dict[str, Place] = {}
        self._labels: dict[str, tuple[str, ...]] = {}
        self._states: dict[str, frozenset[str]] = {}

    def label(self, iri: str) -> str:
        """Return a name of something."""
        return self._names(iri)[0]

    def place(self, iri: str) -> Place:
        """Return a place."""
        if iri not in self._places:
            self._places[iri] = self._place(iri)
        return self._places[iri]

    def territory(self, iri: str) -> Place:
        """Return a state as the place that it is."""
        return Place(iri, self.label(iri), (place_words(self.label(iri)),), None, (), coarse=True)

    def states(self, iri: str) -> frozenset[str]:
        """Return whose conduct an actor's is: itself, and those whose force it is."""
        if iri not in self._states:
            self._states[iri] = frozenset({iri, *self._values(iri, SVD.conductOf)})
        return self._states[iri]

    def _place(self, iri: str) -> Place:
        kinds = {value.rpartition("#")[2] for value in self._values(iri, RDF.type)}
        within = sorted(self._values(iri, SVD.adminWithin))
        return Place(
            iri,
            self.label(iri),
            self._words(iri),
            self._point(iri),
            tuple((one, self._words(one)) for one in within),
            coarse=not kinds & _FINE,
        )

    def _words(self, iri: str) -> tuple[tuple[str, ...], ...]:
        return tuple(dict.fromkeys(filter(None, map(place_words, self._names(iri)))))

    def _point(self, iri: str) -> tuple[float, float] | None:
        for geometry in self._values(iri, GEO.hasGeometry):
            for wkt in self._values(geometry, GEO.asWKT):
                found = Box.around(wkt)
                if found is not None and found.north - found.south <= _TOWN:
                    longitude, latitude = found.middle
                    return latitude, longitude
        return None

    def _names(self, iri: str) -> tuple[str, ...]:
        if iri not in self._labels:
            found = sorted(self._values(iri, RDFS.label)) + sorted(self._values(iri, SKOS.altLabel))
            self._labels[iri] = tuple(found) or (iri.rpartition("/")[2],)
        return self._labels[iri]

    def _values(self, iri: str, predicate: URIRef) -> list[str]:
        return [quad.object.value for quad in self._store.held(URIRef(iri), predicate)]


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two points are from each other, near enough for towns.

    >>> round(kilometres((40.0, 46.0), (40.0, 47.0)))
    85
    """
    wide = math.cos(math.radians((one[0] + other[0]) / 2))
    east = abs(one[1] - other[1])
    east = min(east, 360 - east)
    return math.hypot(one[0] - other[0], east * wide) * _KM_A_DEGREE
