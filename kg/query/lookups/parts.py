"""The small values that records are made of, and how each is read from the graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from kg.terms import SVD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib.term import URIRef

    from kg.query.lookups.descriptions import Descriptions
    from kg.query.lookups.names import Names

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Told:
    """Descriptions, and the names of what is described."""

    said: Descriptions
    names: Names
    made: dict[tuple[str, str], object] = field(default_factory=dict)
    """What was made of a subject by a function of that name: the same each time, and often wanted again."""

    def once(self, name: str, iri: str, make: Callable[[], Made]) -> Made:
        """Return what the function makes of a subject; it is called once for each name and subject."""
        found = self.made.get((name, iri))
        if found is None:
            found = self.made[name, iri] = make()
        return cast("Made", found)

    def ids(self, subject: str, *predicates: URIRef) -> tuple[str, ...]:
        """Return the ids of the values."""
        return tuple(self.names.short(iri) for iri in self.said.iris(subject, *predicates))

    def refs(self, subject: str, *predicates: URIRef) -> tuple[Ref, ...]:
        """Return the values as references."""
        return tuple(self.ref(iri) for iri in self.said.iris(subject, *predicates))

    def ref(self, iri: str) -> Ref:
        """Return a reference to a resource."""
        found = self.made.get(("ref", iri))
        if found is None:
            found = self.made["ref", iri] = Ref(self.names.short(iri), iri, self.said.label(iri))
        return cast("Ref", found)

    def only(self, subject: str, predicate: URIRef) -> Ref | None:
        """Return the first value as a reference."""
        iri = self.said.iri(subject, predicate)
        return None if iri is None else self.ref(iri)

    def agent(self, iri: str) -> Agent:
        """Return an actor with its type."""
        found = self.made.get(("agent", iri))
        if found is None:
            made = Agent(self.names.short(iri), iri, self.said.label(iri), self.said.type(iri))
            found = self.made["agent", iri] = made
        return cast("Agent", found)

    def agents(self, subject: str, *predicates: URIRef) -> tuple[Agent, ...]:
        """Return the values as actors."""
        return tuple(self.agent(iri) for iri in self.said.iris(subject, *predicates))

    def time(self, subject: str, predicate: URIRef) -> Time | None:
        """Return the time that is the value."""
        iri = self.said.iri(subject, predicate)
        return None if iri is None else self.once("time", iri, lambda: time_of(self.said, iri))


@dataclass(frozen=True, slots=True)
class Ref:
    """A resource by id, IRI and label."""

    id: str
    iri: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Agent:
    """An actor by id, IRI, label and type."""

    id: str
    iri: str
    label: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Time:
    """From the first to the last second that a time may mean, and how it was stated."""

    earliest: str | None
    latest: str | None
    precision: str | None
    wording: str | None
    edtf: str | None
    inferred: tuple[str, ...]
    inference_reason: str | None
    zone: str | None
    zone_assumed: bool | None


def time_of(said: Descriptions, iri: str) -> Time:
    """Return a time expression."""
    return Time(
        said.string(iri, SVD.earliest),
        said.string(iri, SVD.latest),
        said.code(iri, SVD.precision),
        said.string(iri, SVD.wording),
        said.string(iri, SVD.edtf),
        said.strings(iri, SVD.inferredPart),
        said.string(iri, SVD.inferenceReason),
        said.string(iri, SVD.zone),
        said.boolean(iri, SVD.zoneAssumed),
    )


@dataclass(frozen=True, slots=True)
class ClaimedActor:
    """An actor, and the claims that name it in some role."""

    id: str
    iri: str
    label: str | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """A place, whether things are there (`place`) or along it (`along`), and the claims that say so."""

    id: str
    iri: str
    label: str | None
    role: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimedTime:
    """A time, and the claims that state it."""

    earliest: str | None
    latest: str | None
    precision: str | None
    wording: str | None
    edtf: str | None
    inferred: tuple[str, ...]
    inference_reason: str | None
    zone: str | None
    zone_assumed: bool | None
    claims: tuple[str, ...]


def claimed_actors(told: Told, claims: Iterable[str], predicate: URIRef) -> tuple[ClaimedActor, ...]:
    """Return the actors that claims name in a role."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        for iri in told.said.iris(claim, predicate):
            found.setdefault(iri, []).append(told.names.short(claim))
    return tuple(
        ClaimedActor(told.names.short(iri), iri, told.said.label(iri), tuple(ids))
        for iri, ids in sorted(found.items())
    )


def claimed_places(told: Told, claims: Iterable[str]) -> tuple[ClaimedPlace, ...]:
    """Return the places that claims name."""
    found: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        for role, predicate in (("place", SVD.place), ("along", SVD.along)):
            for iri in told.said.iris(claim, predicate):
                found.setdefault((iri, role), []).append(told.names.short(claim))
    return tuple(
        ClaimedPlace(told.names.short(iri), iri, told.said.label(iri), role, tuple(ids))
        for (iri, role), ids in sorted(found.items(), key=lambda item: (item[0][1] != "place", item[0]))
    )


def claimed_times(told: Told, claims: Iterable[str]) -> tuple[ClaimedTime, ...]:
    """Return the different times that claims state, the earliest first."""
    found: dict[Time, list[str]] = {}
    for claim in claims:
        for iri in told.said.iris(claim, SVD.time):
            found.setdefault(told.once("time", iri, partial(time_of, told.said, iri)), []).append(
                told.names.short(claim)
            )
    ordered = sorted(found.items(), key=lambda item: (item[0].earliest or item[0].latest or "~", item[1]))
    return tuple(
        ClaimedTime(
            time.earliest,
            time.latest,
            time.precision,
            time.wording,
            time.edtf,
            time.inferred,
            time.inference_reason,
            time.zone,
            time.zone_assumed,
            tuple(ids),
        )
        for time, ids in ordered
    )
