"""Documents with the zones of their claims' places: as the store has them, and the documents beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rdflib.term import URIRef

from kg.ingest import PlaceZones, placed, places_of, said_of_places
from kg.store import bind
from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kg.ingest import Document
    from kg.store import GraphStore

_Key = TypeVar("_Key")
_ZONES = f"""SELECT ?place ?zone ?graph WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  GRAPH ?graph {{ ?place <{SVD.zone}> ?zone }} }}"""
_CONTAINERS = f"""SELECT ?place ?container ?graph WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  GRAPH ?graph {{ ?within <{SVD.contained}> ?place ; <{SVD.container}> ?container }} }}"""


def in_their_places(store: GraphStore, base: str, documents: Mapping[_Key, Document]) -> dict[_Key, Document]:
    """Return the documents with the zones of their claims' places, where their times have no other.

    Places are as the documents describe them, else as the store does. Documents without such a time cost
    nothing.
    """
    wanted = {key: places_of(document, base) for key, document in documents.items()}
    places = frozenset().union(*wanted.values())
    if not places:
        return dict(documents)
    known = _known(store, base, places, tuple(documents.values()))
    return {
        key: placed(document, known, base) if wanted[key] else document for key, document in documents.items()
    }


def _known(
    store: GraphStore, base: str, places: Iterable[URIRef], documents: Collection[Document]
) -> PlaceZones:
    """Return the zones of places and of all that contains them."""
    said = said_of_places(documents, base)
    anew = {URIRef(f"{base}graph/{document.kind}/{document.identifier}") for document in documents}
    zones = dict(said.zones)
    containers = {place: set(above) for place, above in said.containers.items()}
    seen: set[URIRef] = set()
    frontier = set(places)
    while frontier:
        for row in store.select(bind(_ZONES, {"place": sorted(frontier)})).mappings():
            if row["graph"] not in anew:
                zones.setdefault(URIRef(str(row["place"])), str(row["zone"]))
        for row in store.select(bind(_CONTAINERS, {"place": sorted(frontier)})).mappings():
            if row["graph"] not in anew:
                container = URIRef(str(row["container"]))
                containers.setdefault(URIRef(str(row["place"])), set()).add(container)
        seen |= frontier
        frontier = {above for place in frontier for above in containers.get(place, ())} - seen
    return PlaceZones(zones, {place: frozenset(above) for place, above in containers.items()})
