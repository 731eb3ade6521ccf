"""What somebody may have meant by a name that is no id: found asked of documents and of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from kg.ingest.models import ActorsDocument, AgreementDocument, PlacesDocument
from kg.ingest.models.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kg.ingest.document import Document
    from kg.ingest.models.places import Place
    from kg.slugs import Named

_ACTOR_CODES: Final = ("iso3166_alpha2", "iso3166_alpha3", "gw_code", "cow_code", "ucdp_actor_id")
_PLACE_CODES: Final = ("iso3166_subdivision",)


class Directory(Protocol):
    """What a store calls the things that it holds; asked only where a name is not known."""

    def ids(self, kind: str) -> Collection[str]:
        """Return all ids of the actors, places, agreements, terms or reports."""

    def names(self, kind: str) -> Named:
        """Return the ids of the actors, places, agreements or reports with their names and codes."""

    def members(self, kind: str, report: str) -> Collection[str]:
        """Return the keys of a report's claims or events."""

    def holds_report(self, report: str) -> bool:
        """Return whether there is a report of that id."""


def names_of(thing: Actor | Place) -> Iterator[str]:
    """Yield all names of an actor or a place, former ones too."""
    yield from (name for _, name in (*thing.label, *thing.alt_labels))
    if isinstance(thing, Actor):
        yield from (name for form in thing.known_as for _, name in form.name)


def codes_of(thing: Actor | Place) -> Iterator[str]:
    """Yield the codes that an actor or a place has in lists of others."""
    fields = _ACTOR_CODES if isinstance(thing, Actor) else _PLACE_CODES
    yield from (str(code) for field in fields if (code := getattr(thing, field)) is not None)


def names_in(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield kind, id and each name or code of what a document describes."""
    model = document.model
    if isinstance(model, ActorsDocument | PlacesDocument):
        kind = "actor" if isinstance(model, ActorsDocument) else "place"
        things = model.actors if isinstance(model, ActorsDocument) else model.places
        for thing in things:
            yield from ((kind, thing.id, name) for name in (*names_of(thing), *codes_of(thing)))
    elif isinstance(model, AgreementDocument):
        yield "agreement", model.id, model.title
