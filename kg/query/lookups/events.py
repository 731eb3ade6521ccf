"""Events: nothing about them is stated but by claims, so every value comes with the claims that state it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, PROV

from kg.query import credibility
from kg.query.lookups import evidence as basis
from kg.query.lookups.claims import BOX_FILTER, PLACE_FILTER, WITHIN_FILTER, by_grade, quantity
from kg.query.lookups.listing import BOX, Filter, Listing, page
from kg.query.lookups.norms import grouped
from kg.query.lookups.parts import Told, claimed_actors, claimed_places, claimed_times
from kg.query.lookups.reader import HEAD
from kg.query.lookups.violations import through
from kg.terms import SEM, SVD, concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.query.lookups.claims import Quantity
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.parts import ClaimedActor, ClaimedPlace, ClaimedTime, Ref
    from kg.query.lookups.reader import Reader

STATED_AS: Final = (
    *("asserted", "reported", "hedged", "alleged", "denied", "confirmed"),
    *("found-by-inquiry", "found-by-court"),
)
"""How affirmative claims are put that state something of an event: all but what is only expected."""
_ABOUT: Final = f"""  ?claim svd:aboutEvent ?item ;
    svd:polarity <{concept("polarity", "affirmative")}> ;
    svd:modality ?claimPut .
  VALUES ?claimPut {{ {" ".join(f"<{concept('modality', code)}>" for code in STATED_AS)} }}"""
EVENTS: Final = Listing(
    name="events",
    pattern="  ?item a svd:Event .",
    key="STR(?item)",
    filters={
        "report": Filter(
            "report", "  VALUES ?report { UNDEF } # @param report\n  ?item svd:describedIn ?report ."
        ),
        "type": Filter(
            "code:event-type",
            "  VALUES ?type { UNDEF } # @param type\n  ?item svd:eventType/skos:broader* ?type .",
        ),
        "place": Filter("place", f"{_ABOUT}{PLACE_FILTER}"),
        "within": Filter("place", through(WITHIN_FILTER, "?enclosed", _ABOUT)),
        "bbox": Filter(BOX, through(BOX_FILTER, "?drawn", _ABOUT)),
        "same_as": Filter(
            "event",
            "  VALUES ?same_as { UNDEF } # @param same_as\n"
            "  ?item svd:inCluster ?cluster . ?same_as svd:inCluster ?cluster .",
        ),
        credibility.NAME: by_grade("?item", "?rests svd:aboutEvent ?item ."),
    },
)
_CLAIMS: Final = f"""{HEAD}SELECT ?event ?claim WHERE {{
  VALUES ?event {{ UNDEF }} # @param event
  ?claim svd:aboutEvent ?event .
}}"""
_SAME: Final = f"""{HEAD}SELECT ?event ?assertion WHERE {{
  VALUES ?event {{ UNDEF }} # @param event
  ?assertion svd:relatesEvent ?event .
}}"""
_FOLLOW: Final = frozenset(
    {
        SVD.statedIn,
        SVD.perpetrator,
        SVD.participant,
        SVD.target,
        SVD.place,
        SVD.along,
        SVD.time,
        SVD.quantity,
        SVD.side,
        SVD.relatesEvent,
        PROV.wasAttributedTo,
    }
)


@dataclass(frozen=True, slots=True)
class ClaimedQuantity:
    """A number, and the claim that states it."""

    quantity: Quantity
    claim: str


@dataclass(frozen=True, slots=True)
class SameEvent:
    """That somebody takes another event for the same, how surely, and why.

    The author is the actor who says so in a document, or the reviewer who says so in a review.
    """

    event: Ref
    status: str | None
    confidence: float | None
    reason: str | None
    author: str | None
    review: str | None


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A claim about an event: how it is put and what it comes to."""

    id: str
    modality: str | None
    polarity: str | None
    gist: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """An event with all that claims state of it; what denies or only expects it is among the claims only."""

    id: str
    iri: str
    type: str | None
    label: str | None
    report: str | None
    part_of: str | None
    cluster: str | None
    perpetrators: tuple[ClaimedActor, ...]
    participants: tuple[ClaimedActor, ...]
    targets: tuple[ClaimedActor, ...]
    places: tuple[ClaimedPlace, ...]
    times: tuple[ClaimedTime, ...]
    quantities: tuple[ClaimedQuantity, ...]
    same_event: tuple[SameEvent, ...]
    claims: tuple[ClaimRef, ...]


def events(reader: Reader, selection: Selection) -> tuple[tuple[Event, ...], str | None]:
    """Return a page of events, and the key after which the next begins."""
    found = page(reader, EVENTS, selection)
    return events_of(reader, found.items), found.next_after


def event(reader: Reader, name: str) -> Event:
    """Return an event by id (`report/key`) or IRI; raise NotFoundError if there is none."""
    return events_of(reader, [str(reader.find("event", name))])[0]


def events_of(reader: Reader, iris: Iterable[str]) -> tuple[Event, ...]:
    """Return the events of these IRIs, in that order."""
    items = list(iris)
    claims = grouped(reader, _CLAIMS, "event", items)
    same = grouped(reader, _SAME, "event", items)
    parts = {part for found in (claims, same) for several in found.values() for part in several}
    told = Told(reader.describe({*items, *parts}, _FOLLOW), reader.names, reader.made("events"))
    return tuple(_event(told, item, claims, same.get(item, ())) for item in items)


def _event(told: Told, iri: str, claims: Mapping[str, list[str]], same: Iterable[str]) -> Event:
    said = told.said
    own = basis.in_order(said, claims.get(iri, ()))
    report, whole = said.iri(iri, SVD.describedIn), said.iri(iri, SEM.subEventOf)
    # Who denies it states nothing of it: those whom a denial names are said not to have done it. Nor does who
    # only expects it, or makes it depend on something else: nobody has done that yet.
    stated = [
        claim
        for claim in own
        if said.code(claim, SVD.polarity) == "affirmative" and said.code(claim, SVD.modality) in STATED_AS
    ]
    return Event(
        id=told.names.short(iri),
        iri=iri,
        type=said.code(iri, SVD.eventType),
        label=said.label(iri),
        report=None if report is None else told.names.short(report),
        part_of=None if whole is None else told.names.short(whole),
        cluster=said.iri(iri, SVD.inCluster),
        perpetrators=claimed_actors(told, stated, SVD.perpetrator),
        participants=claimed_actors(told, stated, SVD.participant),
        targets=claimed_actors(told, stated, SVD.target),
        places=claimed_places(told, stated),
        times=claimed_times(told, stated),
        quantities=tuple(
            ClaimedQuantity(quantity(told, node), told.names.short(claim))
            for claim in stated
            for node in said.iris(claim, SVD.quantity)
        ),
        same_event=tuple(
            _same(told, node, other)
            for node in sorted(same)
            for other in said.iris(node, SVD.relatesEvent)
            if other != iri
        ),
        claims=tuple(
            ClaimRef(
                told.names.short(claim),
                said.code(claim, SVD.modality),
                said.code(claim, SVD.polarity),
                said.string(claim, SVD.gist),
            )
            for claim in own
        ),
    )


def _same(told: Told, node: str, other: str) -> SameEvent:
    said = told.said
    return SameEvent(
        told.ref(other),
        said.code(node, SVD.assertionStatus),
        said.number(node, SVD.confidence),
        said.string(node, SVD.reason),
        _author(told, node),
        said.string(node, DCTERMS.identifier),
    )


def _author(told: Told, node: str) -> str | None:
    actor = told.only(node, PROV.wasAttributedTo)
    return told.said.string(node, SVD.reviewer) if actor is None else actor.label or actor.id
