"""What is seen or heard in support of a claim, as triples. Nothing is fetched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rdflib.term import URIRef

from kg.ingest import literals
from kg.ingest.converters.order import in_order
from kg.ingest.fields import IRI
from kg.ingest.names import below
from kg.terms import DCTERMS, OA, RDF, SCHEMA, SVD

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.ingest.builder import Builder
    from kg.ingest.converters.scene import Scene
    from kg.ingest.models.report import CaptureForm, Claim, MediaForm
    from kg.ingest.outline import Path

FRAGMENTS: Final = URIRef("http://www.w3.org/TR/media-frags/")


def add_media(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add what is seen or heard, in an order of its content."""
    names = scene.builder.names
    said = [
        {
            **item.model_dump(),
            **{
                field: names.of("actor", name)
                for field in ("creator", "publisher", "collected_by")
                if (name := getattr(item, field)) is not None
            },
            "captured": [_said(capture, scene.builder) for capture in item.captured],
        }
        for item in claim.media
    ]
    for number, index in in_order(said):
        here = (*path, "media", index)
        node = scene.builder.node(below(subject, "media", number), SVD.MediaItem, here)
        scene.builder.add(subject, SVD.media, node, here)
        _item(claim.media[index], node, scene.builder, here)
        _captures(claim.media[index], node, scene, here)


def _said(capture: CaptureForm, builder: Builder) -> dict[str, object]:
    return {
        **capture.model_dump(),
        "by": builder.names.of("actor", capture.by),
        "places": sorted({builder.names.of("place", place) for place in capture.places}),
    }


def _item(item: MediaForm, node: URIRef, builder: Builder, path: Path) -> None:
    builder.code(node, SVD.mediaKind, "media-kind", item.kind, (*path, "kind"))
    builder.tagged(node, DCTERMS.title, item.title, (*path, "title"))
    builder.add(node, SCHEMA.url, _address(item.url), (*path, "url"))
    builder.add(node, SVD.archivedAt, _address(item.archived_at), (*path, "archived_at"))
    builder.text(node, SVD.fileSha256, item.sha256, (*path, "sha256"))
    builder.things(node, DCTERMS.creator, "actor", [item.creator], (*path, "creator"))
    builder.things(node, DCTERMS.publisher, "actor", [item.publisher], (*path, "publisher"))
    published = None if item.published is None else literals.date(item.published)
    builder.add(node, DCTERMS.issued, published, (*path, "published"))
    collected = None if item.collected is None else literals.date(item.collected)
    builder.add(node, SVD.retrievedOn, collected, (*path, "collected"))
    builder.things(node, SVD.collectedBy, "actor", [item.collected_by], (*path, "collected_by"))
    builder.add(node, DCTERMS.license, _licence(item.licence), (*path, "licence"))
    page = None if item.page is None else literals.integer(item.page)
    builder.add(node, SVD.page, page, (*path, "page"))
    builder.note(node, item.note, path)
    if item.region is not None:
        here = (*path, "region")
        selector = builder.node(below(node, "region"), OA.FragmentSelector, here)
        builder.add(node, OA.hasSelector, selector, here)
        builder.text(selector, RDF.value, item.region, here)
        builder.add(selector, DCTERMS.conformsTo, FRAGMENTS, here)


def _captures(item: MediaForm, node: URIRef, scene: Scene, path: Path) -> None:
    builder = scene.builder
    for number, index in in_order(_said(capture, builder) for capture in item.captured):
        capture, here = item.captured[index], (*path, "captured", index)
        part = builder.node(below(node, "capture", number), SVD.Capture, here)
        builder.add(node, SVD.capture, part, here)
        builder.things(part, SVD.captureClaimedBy, "actor", [capture.by], (*here, "by"))
        builder.things(part, SVD.capturePlace, "place", capture.places, (*here, "places"))
        builder.tagged(part, SVD.reason, capture.reason, (*here, "reason"))
        if capture.time is not None:
            when = builder.time(below(part, "time"), capture.time, scene.document.zone, (*here, "time"))
            builder.add(part, SVD.captureTime, when, (*here, "time"))


def _address(url: str | None) -> URIRef | None:
    return None if url is None else URIRef(url)


def _licence(licence: str | None) -> Node | None:
    if licence is None:
        return None
    return URIRef(licence) if re.fullmatch(IRI, licence) else literals.text(licence)
