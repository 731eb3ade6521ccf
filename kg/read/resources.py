"""What is read from the model: each kind of resource with its list, filters and answer, in one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.query import credibility
from kg.query.lookups import answering
from kg.query.lookups.assessments import ASSESSMENTS, assessments_of
from kg.query.lookups.claims import CLAIMS, claims_of
from kg.query.lookups.events import EVENTS, events_of
from kg.query.lookups.listing import BOX
from kg.query.lookups.reports import REPORTS, reports_of
from kg.query.lookups.violations import VIOLATIONS, violations_alone, violations_of
from kg.read.schemas.accounts import Claim, Event, Report
from kg.read.schemas.violations import Assessment, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kg.query.lookups.listing import Listing
    from kg.query.lookups.reader import Reader
    from kg.read.schemas.base import Answered

KIND: Final = "kind"
"""What tells alleged violations and candidates apart."""
UNNAMED: Final = "unnamed"
"""What tells candidates whose act a source calls a breach without naming a term."""
ASSESSED: Final = "assessed"
"""What tells of which claim an assessment is."""
CHARGE, DENIED = "charge", "denied"
"""What a record holds against somebody; what tells records whose act or claims somebody denies."""
DENIES_CHARGE, MEETS_CHARGE = "denies_charge", "meets_charge"
"""Which charges a claim denies, and which it meets by saying that the agreement or term was kept."""
_CANDIDATE: Final = "https://w3id.org/servanda/ontology#CandidateViolation"


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource: its number, what its ids name, its list, its model, and the lookup of its items."""

    number: int
    kind: str
    listing: Listing
    model: type[Answered]
    find: Callable[[Reader, Sequence[str]], Sequence[object]]
    owned: str | None = "report"
    """The filter whose value is the report that an item belongs to; None: the item is a report."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """What else items are told apart by: patterns, each of which binds a variable of its name."""
    part: str | None = None
    """The mark that is kept as it is, because hardly two items share a value of it."""
    moment: str | None = None
    """The pattern of the moment by which records and those who answer them are put together."""
    alone: Callable[[Reader, Sequence[str]], Sequence[object]] | None = None
    """The lookup of what stands in rows, where answers are put together of more than that."""
    facets: frozenset[str] = frozenset()
    """The filters by which items may be counted."""


def _counted(listing: Listing) -> frozenset[str]:
    """Return the filters by whose values a list can be counted: a period, a box, a grade are none."""
    apart = {"period", BOX, credibility.TAKES, answering.TAKES}
    return frozenset(name for name, one in listing.filters.items() if one.takes not in apart)


RESOURCES: Final = (
    Resource(
        0,
        "violation",
        VIOLATIONS,
        Violation,
        violations_of,
        marks={
            KIND: "  VALUES ?kind { svd:AllegedViolation svd:CandidateViolation }\n  ?item a ?kind .",
            UNNAMED: "  ?item a svd:CandidateViolation ; svd:allegedWithoutTermBy ?word .\n"
            f"  BIND (<{_CANDIDATE}> AS ?{UNNAMED})",
            CHARGE: f"  ?item svd:charge ?{CHARGE} .",
            DENIED: f"  ?item svd:deniedBy ?word .\n  BIND (svd:deniedBy AS ?{DENIED})",
        },
        moment="  ?item svd:actBegan ?moment .",
        alone=violations_alone,
        facets=_counted(VIOLATIONS),
    ),
    Resource(
        1,
        "assessment",
        ASSESSMENTS,
        Assessment,
        assessments_of,
        marks={ASSESSED: f"  ?item svd:assessedClaim ?{ASSESSED} ."},
        part=ASSESSED,
        facets=_counted(ASSESSMENTS),
    ),
    Resource(
        2,
        "claim",
        CLAIMS,
        Claim,
        claims_of,
        marks={
            DENIES_CHARGE: f"  ?claim svd:{answering.DENIES} ?{DENIES_CHARGE} .",
            MEETS_CHARGE: f"  ?claim svd:{answering.MEETS} ?{MEETS_CHARGE} .",
        },
        moment="  ?claim svd:answersActsUntil ?moment .",
        facets=_counted(CLAIMS),
    ),
    Resource(3, "event", EVENTS, Event, events_of, facets=_counted(EVENTS) - {"same_as"}),
    Resource(4, "report", REPORTS, Report, reports_of, None, facets=_counted(REPORTS)),
)
"""Every list over which what reports say grows."""
BY_MODEL: Final[Mapping[type, Resource]] = {resource.model: resource for resource in RESOURCES}
BY_LIST: Final[Mapping[str, Resource]] = {resource.listing.name: resource for resource in RESOURCES}
EVENT: Final = BY_MODEL[Event]
