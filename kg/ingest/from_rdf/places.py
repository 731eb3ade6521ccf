"""A list of places from triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.converters.places import TYPES
from kg.ingest.from_rdf.actors import DATES, read_dated
from kg.ingest.from_rdf.view import bare, code, labels, many_labels, name, term, word, words
from kg.terms import DCTERMS, GEO, OWL, RDF, RDFS, SKOS, SVD

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path, Value

_WORDS = {str(iri): word for word, iri in TYPES.items()}
_PLACE = (
    ("label", RDFS.label, labels),
    ("alt_labels", SKOS.altLabel, many_labels),
    ("zone", SVD.zone, word),
    ("iso3166_subdivision", SVD.iso3166Subdivision, word),
    ("territory_of", SVD.territoryOf, name("actor")),
    ("exclave_of", SVD.exclaveOf, name("place")),
    ("extent", SVD.extent, code("extent")),
    ("defined_by", SVD.definedBy, term),
    ("note", SKOS.note, word),
    ("same_as", OWL.sameAs, words),
)
_CLAIM = (
    ("actor", SVD.claimant, name("actor")),
    ("source", DCTERMS.source, word),
    ("note", SKOS.note, word),
)


def read_places(view: View) -> Fields:
    """Return the document that lists the places that the triples describe."""
    nodes = view.of_types(TYPES.values())
    listed: dict[Node, Fields] = {}
    for index, (node, type_) in enumerate(nodes):
        path: Path = ("places", index)
        found = view.fill(node, path, _PLACE)
        view.note((*path, "type"), node, RDF.type)
        listed[node] = {"id": view.key(node, "place"), "type": _WORDS[str(type_)], **found}
        _outline(view, node, listed[node], path)
    _borders(view, listed)
    _containments(view, listed)
    noted = [*listed, *_claims(view, listed)]
    values: list[Value] = list(listed.values())
    return {"lang": view.language_of((node, SKOS.note) for node in noted), "places": values}


def _outline(view: View, node: Node, place: Fields, path: Path) -> None:
    geometry = view.one(node, GEO.hasGeometry)
    if geometry is not None and (wkt := view.text(geometry, GEO.asWKT)):
        place["geometry"] = wkt
        view.note((*path, "geometry"), geometry, GEO.asWKT)


def _borders(view: View, listed: dict[Node, Fields]) -> None:
    """Add what touches what to the place that comes first, or to the only one of the two that is listed."""
    for index, (node, place) in enumerate(listed.items()):
        others = [
            other
            for other in view.many(node, GEO.sfTouches)
            if other not in listed or str(node) <= str(other) or node not in view.many(other, GEO.sfTouches)
        ]
        if others:
            place["borders"] = [bare(view, "place", other) for other in others]
            for number in range(-1, len(others)):
                path: Path = ("places", index, "borders", number)
                view.note(path[: 3 if number < 0 else 4], node, GEO.sfTouches)


def _claims(view: View, listed: dict[Node, Fields]) -> list[Node]:
    """Add who claims each place, and return the nodes that say so."""
    indices = {node: index for index, node in enumerate(listed)}
    nodes = view.of_type(SVD.TerritorialClaim)
    for node in nodes:
        place = view.one(node, SVD.claimedPlace)
        if place not in listed:
            continue
        entries = listed[place].setdefault("claimed_by", [])
        if isinstance(entries, list):
            path: Path = ("places", indices[place], "claimed_by", len(entries))
            view.note(path, node)
            entries.append(read_dated(view, node, path, _CLAIM, DATES))
    return nodes


def _containments(view: View, listed: dict[Node, Fields]) -> None:
    """Add what lies within what to the place inside, or to the one around it if only that is listed."""
    indices = {node: index for index, node in enumerate(listed)}
    for node in view.of_type(SVD.Containment):
        contained, container = view.one(node, SVD.contained), view.one(node, SVD.container)
        if contained is None or container is None:
            continue
        inner = contained in listed
        near, far = (contained, container) if inner else (container, contained)
        if near not in listed:
            continue
        field = "within" if inner else "covers"
        entries = listed[near].setdefault(field, [])
        entry: Fields = {"place": bare(view, "place", far)}
        if authority := view.text(node, SVD.authority):
            entry["authority"] = authority
        if isinstance(entries, list):
            path: Path = ("places", indices[near], field, len(entries))
            view.note(path, node)
            view.note((*path, "place"), node, SVD.container if inner else SVD.contained)
            view.note((*path, "authority"), node, SVD.authority)
            entries.append(entry)
