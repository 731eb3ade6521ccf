"""In which version a store, or a document of it, stands: told to others while it is being changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from rdflib.term import URIRef

from kg.journal import GENESIS
from kg.pipeline.records import change_said, document_iri, position, version_said

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store import OxigraphStore

_KEPT: Final = 1024
"""Of how many changes the hash is kept; queries are never as far behind."""


@dataclass(frozen=True, slots=True)
class Version:
    """What something has been since a change: no two contents share one, whatever was put back between."""

    sequence: int
    """Number of the change."""
    hash: str
    """Of the change; it covers all changes before, so that the number alone says nothing."""
    time: datetime
    """When the change was made."""


Demand: TypeAlias = "Callable[[str | None, Version | None], None]"
"""Raises unless what is to be written, by its name, is in a version that suits; None: it is not there."""


def anything(_: str | None, __: Version | None) -> None:
    """Demand nothing."""


class Standing:
    """The version of a store, for any thread that asks while others change it."""

    def __init__(self, version: Version | None = None) -> None:
        """Begin at a version, or not to know of any; what is there now may not have been so before now."""
        self.since = datetime.now(UTC)
        self._kept: OrderedDict[int, Version] = OrderedDict()
        self._now: Version | None = None
        if version is not None:
            self.settle(version)

    @property
    def now(self) -> Version | None:
        """The version at which the store stands; None while it is between two."""
        return self._now

    def at(self, sequence: int) -> Version | None:
        """Return the version of that number; None where it is not known any more, or was never to be seen."""
        return self._kept.get(sequence)

    def leave(self) -> None:
        """Say that the store is between two versions: what is read now belongs to none."""
        self._now = None

    def settle(self, version: Version) -> None:
        """Say that the store stands at a version, and all that follows from it."""
        self._kept[version.sequence] = version
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self._now = version


def version_of(store: OxigraphStore, kind: str, identifier: str) -> Version | None:
    """Return the version of a document that the store holds; None if it holds none of that name."""
    said = version_said(store, document_iri(store.stamp.base, kind, identifier))
    return None if said is None else Version(said[0], said[1], moment(said[2]))


def standing(store: OxigraphStore) -> Version:
    """Return the version at which a store stands that nobody changes meanwhile."""
    sequence, digest = position(store)
    said = change_said(store, URIRef(f"{store.stamp.base}change/{sequence}")) if sequence else None
    time = datetime.fromtimestamp(0, UTC) if said is None else moment(said[2])
    return Version(sequence, digest or GENESIS, time)


def moment(time: str) -> datetime:
    """Return the moment that an entry of the journal names.

    >>> moment("2026-11-22T17:30:00.123456Z")
    datetime.datetime(2026, 11, 22, 17, 30, 0, 123456, tzinfo=datetime.timezone.utc)
    """
    return datetime.fromisoformat(time).astimezone(UTC)
