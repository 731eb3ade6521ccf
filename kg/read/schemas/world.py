"""Actors and regions."""

from pydantic import AliasChoices, Field

from kg.read.schemas.base import Answered, Listed, Total
from kg.read.schemas.parts import Agent, Ref, Time


class Reliability(Answered):
    """How reliable somebody judges a source to be."""

    grade: str | None = Field(examples=["B"])
    """A (reliable) to F (cannot be judged)."""
    assessor: Ref | None
    date: str | None


class Codes(Answered):
    """The codes of an actor in other systems."""

    iso3166_alpha2: str | None = Field(examples=["AZ"])
    iso3166_alpha3: str | None = Field(examples=["AZE"])
    gw: int | None = Field(examples=[373])
    """Gleditsch and Ward."""
    cow: int | None = Field(examples=[373])
    """Correlates of War."""
    ucdp: int | None = Field(examples=[64])
    """Uppsala Conflict Data Program, actor."""


class Affiliation(Answered):
    """Whose force somebody is, and since when, until when, and whether that is disputed."""

    actor: Agent | None
    from_: Time | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    until: Time | None
    disputed: bool


class DatedName(Answered):
    """A name that an actor bore for a time."""

    name: str | None = Field(examples=["Northern Guard"])
    from_: Time | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    until: Time | None


class Predecessor(Answered):
    """Whom an actor came of, how and when; nothing is concluded from it."""

    actor: Agent | None
    how: str | None = Field(examples=["split"])
    """Code of the list `succession`."""
    when: Time | None


class Actor(Answered):
    """Somebody who acts or speaks."""

    id: str = Field(examples=["azerbaijan"])
    iri: str
    type: str | None = Field(examples=["state"])
    label: str | None
    alt_labels: tuple[str, ...]
    codes: Codes
    force_of: Agent | None
    """Whose armed force it is at all times of which anything is said; the first, if of several."""
    affiliations: tuple[Affiliation, ...]
    """Whose armed force it is, or was for a time, or is disputed to be."""
    known_as: tuple[DatedName, ...]
    predecessors: tuple[Predecessor, ...]
    speaks_for: Agent | None
    based_in: Agent | None
    mandated_by: tuple[str, ...]
    """Agreements or terms that mandate it."""
    mandate: str | None = Field(examples=["Verifies the withdrawal of weapons"])
    """What it is to do, in words."""
    members: tuple[Agent, ...]
    """Who sits in it, of a joint commission. What it says is not said for them."""
    reliability: tuple[Reliability, ...]
    same_as: tuple[str, ...]
    note: str | None


class ActorPage(Listed[Actor]):
    """A page of actors."""

    counts: Total | None = None


class Containment(Ref):
    """What a place lies within, and who says so."""

    authority: str | None


class TerritorialClaim(Answered):
    """That an actor claims a place, since when, and who says that it does."""

    actor: Agent | None
    from_: Time | None = Field(validation_alias=AliasChoices("from_", "from"), serialization_alias="from")
    until: Time | None
    source: str | None = Field(examples=["Survey of the Arda, 2030"])
    note: str | None


class Region(Answered):
    """A region, zone, route, settlement or boundary."""

    id: str = Field(examples=["syunik"])
    iri: str
    type: str | None = Field(examples=["administrative-region"])
    label: str | None
    alt_labels: tuple[str, ...]
    zone: str | None = Field(examples=["Asia/Yerevan"])
    """By what its clocks go, where its document says so: an offset, or a name of the IANA database."""
    iso3166_subdivision: str | None = Field(examples=["AM-SU"])
    within: tuple[Containment, ...]
    within_all: tuple[str, ...]
    """Everything that it lies within, near and far."""
    borders: tuple[Ref, ...]
    territory_of: Agent | None
    claimed_by: tuple[TerritorialClaim, ...]
    """Who claims it, by which source; nothing is said of whose it is."""
    exclave_of: Ref | None
    extent: str | None
    """Of a zone of an agreement: whether its extent is `stated` or `unstated`."""
    defined_by: tuple[str, ...]
    same_as: tuple[str, ...]
    note: str | None


class RegionWithGeometry(Region):
    """A region and its outline."""

    geometry: str | None
    """WKT in longitude and latitude (CRS84); null where none is drawn."""


class RegionPage(Listed[Region]):
    """A page of regions."""

    counts: Total | None = None
