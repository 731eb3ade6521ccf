"""The kinds of resource that are answered, in one table: addresses, filters, lookups and models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from api.schemas import filters
from kg.query.lookups import (
    actors,
    agreements,
    assessments,
    claims,
    events,
    regions,
    reports,
    total,
    violations,
)
from kg.read.schemas import accounts, world
from kg.read.schemas import agreements as texts
from kg.read.schemas import violations as records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from api.deps import Finder
    from api.schemas.filters import Paging
    from kg.query.lookups import Reader
    from kg.query.lookups.listing import Listing


@dataclass(frozen=True, slots=True)
class Lists:
    """A list: its address, what narrows it, how a page of it is found and counted, and its model."""

    name: str
    """What it is called in operations and on pages, such as `alleged_violations`."""
    says: str
    """What the list tells, for `/openapi.json`."""
    filters: type[Paging]
    find: Finder[object]
    count: Callable[[Reader, Mapping[str, str]], object]
    model: type[BaseModel]
    listing: Listing
    """What it is asked of the store by."""
    places: tuple[str, ...] = ()
    """Fields of an item that name its places, by which it is drawn on a map; `iri` where it is a place."""


@dataclass(frozen=True, slots=True)
class Items:
    """What is told of one resource alone: the lookup, and the model."""

    name: str
    """What it is called in operations, such as `alleged_violation`."""
    says: str
    find: Callable[[Reader, str], object]
    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of resource, with everything that is answered of it; its page is the template of its kind."""

    kind: str
    """What its ids name: `agreement`, `actor`, …; its page is `KIND.html`, in lists `rows/KIND.html`."""
    path: str
    """The address of its list below `/api/v1`."""
    tag: str
    """The section of `/openapi.json`."""
    lists: Lists
    items: Items | None = None
    below: tuple[tuple[str, Lists], ...] = ()
    """Lists below the address of one item, each with its address there; they are filtered by the item."""


_ACTORS: Final = (world.ActorPage, world.Actor)
_VIOLATIONS: Final = Lists(
    "alleged_violations",
    "List alleged violations by report, then candidates.\n\n`count=true` counts the three kinds apart: "
    "alleged, candidates, and acts that could not be assessed.",
    filters.Violations,
    violations.violations,
    assessments.counts,
    records.ViolationPage,
    violations.VIOLATIONS,
    ("place",),
)
_TERMS: Final = Lists(
    "terms",
    "List terms of agreements, with wordings and norms.",
    filters.Terms,
    agreements.terms,
    partial(total, agreements.TERMS),
    texts.TermPage,
    agreements.TERMS,
)
RESOURCES: Final = (
    Row(
        "agreement",
        "agreements",
        "agreements",
        Lists(
            "agreements",
            "List agreements by date.",
            filters.Agreements,
            agreements.agreements,
            partial(total, agreements.AGREEMENTS),
            texts.AgreementPage,
            agreements.AGREEMENTS,
        ),
        Items(
            "agreement",
            "Tell an agreement: between whom, of when, in which texts, with which terms.",
            agreements.agreement,
            texts.Agreement,
        ),
        below=(
            (
                "terms",
                replace(
                    _TERMS,
                    name="terms_of_agreement",
                    says="List the terms of an agreement in their order, with wordings and norms.",
                    filters=filters.TermsOfAgreement,
                ),
            ),
            (
                "alleged-violations",
                replace(
                    _VIOLATIONS,
                    name="alleged_violations_of_agreement",
                    says="List what is alleged against an agreement and its terms, then the candidates.",
                    filters=filters.ViolationsOfAgreement,
                ),
            ),
        ),
    ),
    Row(
        "term",
        "terms",
        "agreements",
        _TERMS,
        Items("term", "Tell a term, by `agreement/number` or IRI.", agreements.term, texts.Term),
    ),
    Row(
        "violation",
        "alleged-violations",
        "alleged violations",
        _VIOLATIONS,
        Items(
            "alleged_violation",
            "Tell one alleged violation or candidate, by IRI or by the hash that is its last part.",
            violations.violation,
            records.Violation,
        ),
    ),
    Row(
        "assessment",
        "assessments",
        "alleged violations",
        Lists(
            "assessments",
            "List claims held against readings of norms; `outcome=not-assessed` for those that "
            "state no time.",
            filters.Assessments,
            assessments.assessments,
            partial(total, assessments.ASSESSMENTS),
            records.AssessmentPage,
            assessments.ASSESSMENTS,
        ),
    ),
    Row(
        "report",
        "reports",
        "reports",
        Lists(
            "reports",
            "List reports, without their texts.",
            filters.Reports,
            reports.reports,
            partial(total, reports.REPORTS),
            accounts.ReportPage,
            reports.REPORTS,
        ),
        Items(
            "report",
            "Tell a report with its text, to which the positions of all quotes refer.",
            reports.report,
            accounts.ReportWithText,
        ),
    ),
    Row(
        "claim",
        "claims",
        "claims",
        Lists(
            "claims",
            "List claims in the order of their reports.",
            filters.Claims,
            claims.claims,
            partial(total, claims.CLAIMS),
            accounts.ClaimPage,
            claims.CLAIMS,
            ("places", "along"),
        ),
        Items("claim", "Tell a claim, by `report/key` or IRI.", claims.claim, accounts.Claim),
    ),
    Row(
        "event",
        "events",
        "events",
        Lists(
            "events",
            "List events; every value comes with the claims that state it.",
            filters.Events,
            events.events,
            partial(total, events.EVENTS),
            accounts.EventPage,
            events.EVENTS,
            ("places",),
        ),
        Items("event", "Tell an event, by `report/key` or IRI.", events.event, accounts.Event),
    ),
    Row(
        "state",
        "states",
        "actors",
        Lists(
            "states",
            "List states.",
            filters.Paging,
            partial(actors.actors, listing=actors.STATES),
            partial(total, actors.STATES),
            _ACTORS[0],
            actors.STATES,
        ),
        Items("state", "Tell a state.", partial(actors.actor, listing=actors.STATES), _ACTORS[1]),
    ),
    Row(
        "force",
        "forces",
        "actors",
        Lists(
            "forces",
            "List armed, peacekeeping and border forces, and non-state armed groups.",
            filters.Forces,
            partial(actors.actors, listing=actors.FORCES),
            partial(total, actors.FORCES),
            _ACTORS[0],
            actors.FORCES,
        ),
        Items("force", "Tell a force.", partial(actors.actor, listing=actors.FORCES), _ACTORS[1]),
    ),
    Row(
        "actor",
        "actors",
        "actors",
        Lists(
            "actors",
            "List all who act or speak: states and forces too, outlets, officials, institutions, "
            "authorities.",
            filters.Forces,
            actors.actors,
            partial(total, actors.ACTORS),
            _ACTORS[0],
            actors.ACTORS,
        ),
        Items("actor", "Tell anybody who acts or speaks.", actors.actor, _ACTORS[1]),
    ),
    Row(
        "place",
        "regions",
        "regions",
        Lists(
            "regions",
            "List regions, zones, routes, settlements and boundaries.",
            filters.Regions,
            regions.regions,
            partial(total, regions.REGIONS),
            world.RegionPage,
            regions.REGIONS,
            ("iri",),
        ),
        Items("region", "Tell a region with its outline.", regions.region, world.RegionWithGeometry),
    ),
)
BY_PATH: Final[Mapping[str, Row]] = {row.path: row for row in RESOURCES}
