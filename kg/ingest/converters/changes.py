"""What agreements do to each other, as triples: a node for each amendment, repeal and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.converters.order import in_order
from kg.ingest.names import below
from kg.terms import SVD

if TYPE_CHECKING:
    from rdflib.term import URIRef

    from kg.ingest.builder import Builder
    from kg.ingest.models.agreement import AgreementDocument, ChangeMade, ChangeSuffered
    from kg.ingest.outline import Path

TYPES = {
    "amends": SVD.Amendment,
    "repeals": SVD.Repeal,
    "supersedes": SVD.Supersession,
    "suspends": SVD.Suspension,
}
"""By the field that says what an agreement does; what is done to it is told by the same classes."""
SUFFERED = {
    "amended_by": SVD.Amendment,
    "repealed_by": SVD.Repeal,
    "superseded_by": SVD.Supersession,
    "suspended_by": SVD.Suspension,
}


def add_changes(document: AgreementDocument, agreement: URIRef, builder: Builder) -> None:
    """Add what the agreement does to others, and what others do to it, in an order of its content."""
    for field, type_ in (*TYPES.items(), *SUFFERED.items()):
        changes: tuple[ChangeMade | ChangeSuffered, ...] = getattr(document, field)
        said = [
            change.model_dump() | {"agreement": builder.names.of("agreement", change.agreement)}
            for change in changes
        ]
        for number, index in in_order(said):
            path: Path = (field, index)
            node = builder.node(below(agreement, field.replace("_", "-"), number), type_, path)
            _ends(changes[index], node, document, builder, path)
            _saying(changes[index], node, document, builder, path)


def _ends(
    change: ChangeMade | ChangeSuffered,
    node: URIRef,
    document: AgreementDocument,
    builder: Builder,
    path: Path,
) -> None:
    """Add what is changed, and by what."""
    other = builder.names.term(change.agreement, change.term)
    made = path[0] in TYPES
    own = builder.names.term(document.id, getattr(change, "by" if made else "of"))
    builder.add(node, SVD.changedText, other if made else own, path)
    builder.add(node, SVD.changingText, own if made else other, path)


def _saying(
    change: ChangeMade | ChangeSuffered,
    node: URIRef,
    document: AgreementDocument,
    builder: Builder,
    path: Path,
) -> None:
    """Add since when and until when, and the words that say so."""
    if change.from_ is not None:
        since = builder.time(below(node, "from"), change.from_, document.zone, (*path, "from"))
        builder.add(node, SVD.takesEffect, since, (*path, "from"))
    if change.until is not None:
        until = builder.time(below(node, "until"), change.until, document.zone, (*path, "until"))
        builder.add(node, SVD.effectEnds, until, (*path, "until"))
    builder.text(node, SVD.changeWords, change.words, (*path, "words"))
    builder.note(node, change.note, path)
