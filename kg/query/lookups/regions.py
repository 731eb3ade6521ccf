"""Regions, zones, routes, settlements and boundaries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, OWL, SKOS

from kg.query.lookups.listing import BOX, Filter, Listing, page
from kg.query.lookups.norms import grouped
from kg.query.lookups.outlines import OUTLINES
from kg.query.lookups.parts import Told
from kg.query.lookups.reader import HEAD
from kg.terms import GEO, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.query.lookups.listing import Selection
    from kg.query.lookups.parts import Agent, Ref, Time
    from kg.query.lookups.reader import Reader

REGIONS: Final = Listing(
    name="regions",
    pattern="  ?class rdfs:subClassOf+ svd:Region .\n  ?item a ?class .",
    key="STR(?item)",
    filters={
        "within": Filter(
            "place",
            "  VALUES ?within { UNDEF } # @param within\n  ?item svd:adminWithin|geo:sfWithin ?within .",
        ),
        "borders": Filter(
            "place", "  VALUES ?borders { UNDEF } # @param borders\n  ?item geo:sfTouches ?borders ."
        ),
        "bbox": Filter(BOX, "  VALUES ?item { UNDEF } # @param bbox"),
    },
)
_CONTAINMENTS: Final = f"""{HEAD}SELECT ?place ?containment WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  ?containment svd:contained ?place .
}}"""
_CLAIMS: Final = f"""{HEAD}SELECT ?place ?claim WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  ?claim svd:claimedPlace ?place .
}}"""
_CONTAINERS: Final = f"""{HEAD}SELECT DISTINCT ?place ?container WHERE {{
  VALUES ?place {{ UNDEF }} # @param place
  ?place svd:adminWithin|geo:sfWithin ?container .
}}"""


@dataclass(frozen=True, slots=True)
class Containment:
    """That a place lies within another, and who says so."""

    id: str
    iri: str
    label: str | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class TerritorialClaim:
    """That an actor claims the place, since when, and who says that it does; not whose the place is."""

    actor: Agent | None
    from_: Time | None
    until: Time | None
    source: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Region:
    """A place: in what it lies by whose word, what it borders, and whose territory it is taken to be."""

    id: str
    iri: str
    type: str | None
    label: str | None
    alt_labels: tuple[str, ...]
    zone: str | None
    iso3166_subdivision: str | None
    within: tuple[Containment, ...]
    within_all: tuple[str, ...]
    borders: tuple[Ref, ...]
    territory_of: Agent | None
    claimed_by: tuple[TerritorialClaim, ...]
    exclave_of: Ref | None
    extent: str | None
    defined_by: tuple[str, ...]
    same_as: tuple[str, ...]
    note: str | None
    geometry: str | None = None
    """Outline as WKT in longitude and latitude; not told in lists."""


def regions(reader: Reader, selection: Selection) -> tuple[tuple[Region, ...], str | None]:
    """Return a page of regions, and the key after which the next begins."""
    found = page(reader, REGIONS, selection)
    return _regions(reader, found.items), found.next_after


def region(reader: Reader, name: str) -> Region:
    """Return a region by id or IRI with its geometry; raise NotFoundError if there is none."""
    iri = str(reader.find("place", name))
    drawn = reader.related(OUTLINES, "place", [iri])
    return replace(_regions(reader, [iri])[0], geometry=drawn[0][1] if drawn else None)


def containers(reader: Reader, iris: Sequence[str]) -> Mapping[str, list[str]]:
    """Return of each place those in which it lies, near or far."""
    return grouped(reader, _CONTAINERS, "place", iris)


def _regions(reader: Reader, iris: Iterable[str]) -> tuple[Region, ...]:
    items = list(iris)
    said = reader.describe(items, (GEO.sfTouches, SVD.territoryOf, SVD.exclaveOf))
    containments = grouped(reader, _CONTAINMENTS, "place", items)
    claims = grouped(reader, _CLAIMS, "place", items)
    nodes = [node for parts in (containments, claims) for found in parts.values() for node in found]
    follow = (SVD.container, SVD.claimant, SVD.validFrom, SVD.validUntil)
    told = Told(reader.describe(nodes, follow, into=said), reader.names)
    return tuple(_region(told, item, containments, claims) for item in items)


def _region(
    told: Told, iri: str, containments: Mapping[str, list[str]], claims: Mapping[str, list[str]]
) -> Region:
    said = told.said
    return Region(
        id=told.names.short(iri),
        iri=iri,
        type=said.type(iri),
        label=said.label(iri),
        alt_labels=said.strings(iri, SKOS.altLabel),
        zone=said.string(iri, SVD.zone),
        iso3166_subdivision=said.string(iri, SVD.iso3166Subdivision),
        within=tuple(_containment(told, node) for node in sorted(containments.get(iri, ()))),
        within_all=told.ids(iri, SVD.adminWithin),
        borders=told.refs(iri, GEO.sfTouches),
        territory_of=next(iter(told.agents(iri, SVD.territoryOf)), None),
        claimed_by=tuple(_claim(told, node) for node in sorted(claims.get(iri, ()))),
        exclave_of=told.only(iri, SVD.exclaveOf),
        extent=said.code(iri, SVD.extent),
        defined_by=told.ids(iri, SVD.definedBy),
        same_as=said.strings(iri, OWL.sameAs),
        note=said.string(iri, SKOS.note),
    )


def _claim(told: Told, node: str) -> TerritorialClaim:
    return TerritorialClaim(
        actor=next(iter(told.agents(node, SVD.claimant)), None),
        from_=told.time(node, SVD.validFrom),
        until=told.time(node, SVD.validUntil),
        source=told.said.string(node, DCTERMS.source),
        note=told.said.string(node, SKOS.note),
    )


def _containment(told: Told, node: str) -> Containment:
    container = told.ref(told.said.iri(node, SVD.container) or node)
    return Containment(container.id, container.iri, container.label, told.said.string(node, SVD.authority))
