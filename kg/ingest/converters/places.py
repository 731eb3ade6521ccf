"""Places as triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import URIRef

from kg.ingest import literals
from kg.ingest.converters.actors import dates, item
from kg.ingest.converters.order import in_order
from kg.ingest.names import below
from kg.terms import DCTERMS, GEO, OWL, SKOS, SVD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.ingest.builder import Builder
    from kg.ingest.models.places import Place, PlacesDocument
    from kg.ingest.outline import Path

TYPES = {
    "administrative-region": SVD.AdministrativeRegion,
    "agreement-zone": SVD.AgreementZone,
    "route": SVD.Route,
    "settlement": SVD.Settlement,
    "boundary": SVD.Boundary,
}


def convert_places(
    document: PlacesDocument, graph: URIRef, geometries: Mapping[str, str], builder: Builder
) -> URIRef:
    """Add the triples of a list of places and return the IRI of the list: that of its graph."""
    for index, place in enumerate(document.places):
        path: Path = ("places", index)
        subject = _place(place, builder, path)
        _relations(place, subject, document.authority, builder, path)
        _geometry(subject, geometries.get(place.id), builder, (*path, "geometry"))
        _claims(place, subject, builder, (*path, "claimed_by"))
        if place.type == "agreement-zone":
            _zone(place, subject, builder, path, drawn=place.id in geometries)
    return graph


def _place(place: Place, builder: Builder, path: Path) -> URIRef:
    subject = builder.node(builder.names.of("place", place.id), TYPES[place.type], path)
    builder.named(subject, place.label, path)
    builder.labels(subject, SKOS.altLabel, place.alt_labels, (*path, "alt_labels"))
    builder.text(subject, SVD.zone, place.zone, (*path, "zone"))
    builder.text(subject, SVD.iso3166Subdivision, place.iso3166_subdivision, (*path, "iso3166_subdivision"))
    builder.things(subject, SVD.territoryOf, "actor", [place.territory_of], (*path, "territory_of"))
    builder.things(subject, SVD.exclaveOf, "place", [place.exclave_of], (*path, "exclave_of"))
    if place.defined_by is not None:
        source = builder.names.term(place.defined_by.agreement, place.defined_by.term)
        builder.add(subject, SVD.definedBy, source, (*path, "defined_by"))
    builder.note(subject, place.note, path)
    for other in place.same_as:
        builder.add(subject, OWL.sameAs, URIRef(other), (*path, "same_as"))
    return subject


def _relations(place: Place, subject: URIRef, authority: str | None, builder: Builder, path: Path) -> None:
    """Add what lies within what, by whose word, and what touches what, both ways."""
    for index, entry in enumerate(place.within):
        container = builder.names.of("place", entry.place)
        _containment(subject, container, entry.authority or authority, builder, (*path, "within", index))
    for index, entry in enumerate(place.covers):
        contained = builder.names.of("place", entry.place)
        _containment(contained, subject, entry.authority or authority, builder, (*path, "covers", index))
    for neighbour in place.borders:
        other = builder.names.of("place", neighbour)
        builder.add(subject, GEO.sfTouches, other, (*path, "borders"))
        builder.add(other, GEO.sfTouches, subject, (*path, "borders"))


def _claims(place: Place, subject: URIRef, builder: Builder, path: Path) -> None:
    """Add who claims the place, each claim by the word of a source."""
    said = [
        {**form.model_dump(), "actor": builder.names.of("actor", form.actor)} for form in place.claimed_by
    ]
    for number, index in in_order(said):
        form, here = place.claimed_by[index], item(path, index, builder)
        node = builder.node(below(subject, "claim", number), SVD.TerritorialClaim, here)
        builder.add(node, SVD.claimedPlace, subject, here)
        builder.things(node, SVD.claimant, "actor", [form.actor], (*here, "actor"))
        builder.text(node, DCTERMS.source, form.source, (*here, "source"))
        dates(node, form, place.zone, builder, here)
        builder.note(node, form.note, here)


def _containment(
    contained: URIRef, container: URIRef, authority: str | None, builder: Builder, path: Path
) -> None:
    identifier = builder.names.bare("place", str(container)).rpartition("/")[2]
    subject = builder.node(below(contained, "within", identifier), SVD.Containment, path)
    builder.add(subject, SVD.contained, contained, path)
    builder.add(subject, SVD.container, container, path)
    builder.text(subject, SVD.authority, authority, path)


def _geometry(place: URIRef, wkt: str | None, builder: Builder, path: Path) -> None:
    if wkt is not None:
        subject = builder.node(below(place, "geometry"), GEO.Geometry, path)
        builder.add(place, GEO.hasGeometry, subject, path)
        builder.add(subject, GEO.asWKT, literals.wkt(wkt), path)


def _zone(place: Place, subject: URIRef, builder: Builder, path: Path, *, drawn: bool) -> None:
    """Add what only zones of agreements have: whether their extent is stated."""
    extent = place.extent or ("stated" if place.covers or drawn else "unstated")
    builder.code(subject, SVD.extent, "extent", extent, (*path, "extent"))
