"""What is seen or heard in support of a claim, from triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.from_rdf.times import read_time
from kg.ingest.from_rdf.view import code, name, names, word
from kg.terms import DCTERMS, OA, RDF, SCHEMA, SKOS, SVD

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.ingest.from_rdf.view import Fields, View
    from kg.ingest.outline import Path, Value

_ITEM = (
    ("kind", SVD.mediaKind, code("media-kind")),
    ("title", DCTERMS.title, word),
    ("url", SCHEMA.url, word),
    ("archived_at", SVD.archivedAt, word),
    ("sha256", SVD.fileSha256, word),
    ("creator", DCTERMS.creator, name("actor")),
    ("publisher", DCTERMS.publisher, name("actor")),
    ("published", DCTERMS.issued, word),
    ("collected", SVD.retrievedOn, word),
    ("collected_by", SVD.collectedBy, name("actor")),
    ("licence", DCTERMS.license, word),
    ("page", SVD.page, word),
    ("note", SKOS.note, word),
)
_CAPTURE = (
    ("by", SVD.captureClaimedBy, name("actor")),
    ("places", SVD.capturePlace, names("place")),
    ("reason", SVD.reason, word),
)


def read_media(view: View, claim: Node, path: Path) -> list[Value]:
    """Return the media items of a claim as documents write them."""
    listed: list[Value] = []
    for index, node in enumerate(view.many(claim, SVD.media)):
        here: Path = (*path, index)
        found = view.fill(node, here, _ITEM)
        selector = view.one(node, OA.hasSelector)
        view.note((*here, "region"), node if selector is None else selector, RDF.value)
        if region := view.text(selector, RDF.value):
            found["region"] = region
        captures: list[Value] = [
            _capture(view, part, (*here, "captured", number))
            for number, part in enumerate(view.many(node, SVD.capture))
        ]
        found["captured"] = captures
        listed.append(found)
    return listed


def _capture(view: View, node: Node, path: Path) -> Fields:
    found = view.fill(node, path, _CAPTURE)
    time = view.one(node, SVD.captureTime)
    if time is not None:
        found["time"] = read_time(view, time, (*path, "time"))
    return found
