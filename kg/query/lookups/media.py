"""What is seen or heard in support of claims: described, with whose word it is, and never fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, RDF, SKOS

from kg.terms import OA, SCHEMA, SVD

if TYPE_CHECKING:
    from kg.query.lookups.parts import Agent, Ref, Time, Told

FOLLOW: Final = frozenset(
    {
        SVD.media,
        SVD.capture,
        SVD.captureClaimedBy,
        SVD.capturePlace,
        SVD.captureTime,
        SVD.collectedBy,
        DCTERMS.creator,
    },
)
"""What leads from a claim to everything that is told here, besides what leads to its evidence."""


@dataclass(frozen=True, slots=True)
class Capture:
    """When and where something was made, by whose word, and how that is known."""

    by: Agent | None
    time: Time | None
    places: tuple[Ref, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A photo, video, recording, satellite image or page: where it is, its hash, who made it."""

    kind: str | None
    title: str | None
    url: str | None
    archived_at: str | None
    sha256: str | None
    creator: Agent | None
    publisher: Agent | None
    published: str | None
    collected: str | None
    collected_by: Agent | None
    licence: str | None
    page: int | None
    region: str | None
    captured: tuple[Capture, ...]
    note: str | None


def media(told: Told, claim: str) -> tuple[MediaItem, ...]:
    """Return the media items of a claim."""
    return tuple(_item(told, node) for node in told.said.iris(claim, SVD.media))


def _item(told: Told, node: str) -> MediaItem:
    said = told.said
    selector = said.iri(node, OA.hasSelector)
    return MediaItem(
        kind=said.code(node, SVD.mediaKind),
        title=said.string(node, DCTERMS.title),
        url=said.string(node, SCHEMA.url),
        archived_at=said.string(node, SVD.archivedAt),
        sha256=said.string(node, SVD.fileSha256),
        creator=next(iter(told.agents(node, DCTERMS.creator)), None),
        publisher=next(iter(told.agents(node, DCTERMS.publisher)), None),
        published=said.string(node, DCTERMS.issued),
        collected=said.string(node, SVD.retrievedOn),
        collected_by=next(iter(told.agents(node, SVD.collectedBy)), None),
        licence=said.string(node, DCTERMS.license),
        page=said.integer(node, SVD.page),
        region=None if selector is None else said.string(selector, RDF.value),
        captured=tuple(_capture(told, part) for part in said.iris(node, SVD.capture)),
        note=said.string(node, SKOS.note),
    )


def _capture(told: Told, node: str) -> Capture:
    return Capture(
        by=next(iter(told.agents(node, SVD.captureClaimedBy)), None),
        time=told.time(node, SVD.captureTime),
        places=told.refs(node, SVD.capturePlace),
        reason=told.said.string(node, SVD.reason),
    )
