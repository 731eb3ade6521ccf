"""What somebody may have meant by a name that is no id: found asked of documents and of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kg.ingest.models import ActorsDocument, AgreementDocument, PlacesDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kg.ingest.document import Document
    from kg.slugs import Named


class Directory(Protocol):
    """What a store calls the things that it holds; asked only where a name is not known."""

    def ids(self, kind: str) -> Collection[str]:
        """Return all ids of the actors, places, agreements, terms or reports."""

    def names(self, kind: str) -> Named:
        """Return the ids of the actors, places, agreements or reports with their names."""

    def members(self, kind: str, report: str) -> Collection[str]:
        """Return the keys of a report's claims or events."""

    def holds_report(self, report: str) -> bool:
        """Return whether there is a report of that id."""


def names_in(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield kind, id and name of what a document describes."""
    model = document.model
    if isinstance(model, ActorsDocument | PlacesDocument):
        kind = "actor" if isinstance(model, ActorsDocument) else "place"
        things = model.actors if isinstance(model, ActorsDocument) else model.places
        for thing in things:
            yield from ((kind, thing.id, name) for _, name in (*thing.label, *thing.alt_labels))
    elif isinstance(model, AgreementDocument):
        yield "agreement", model.id, model.title
