"""The document that describes places."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kg.ingest.fields import ActorRef, Iri, Labels, ManyLabels, PlaceRef, Slug, Text, Zone, as_list
from kg.ingest.models.common import DocumentModel, Part, TermRef, TimeField

PlaceType = Literal["administrative-region", "agreement-zone", "route", "settlement", "boundary"]


class Within(Part):
    """A place that contains this one, by whose word."""

    place: PlaceRef = Field(description="Id of the containing place.")
    authority: Text | None = Field(
        default=None, description="Who says so, instead of the document's authority."
    )


class TerritorialClaimForm(Part):
    """That an actor claims the place as its territory, since when, and who says that it does."""

    actor: ActorRef = Field(description="Who claims it.")
    source: Text = Field(description="Who says so: a list, a survey, the text in which it is claimed.")
    from_: TimeField | None = Field(default=None, alias="from", description="Since when it is claimed.")
    until: TimeField | None = Field(default=None, description="Until when it was claimed.")
    note: Text | None = Field(default=None, description="A remark for people.")


def _as_within(value: object) -> object:
    return {"place": value} if isinstance(value, str) else value


class Place(Part):
    """A region, zone, road, town or line."""

    id: Slug = Field(description="Id by which every document names the place.")
    type: PlaceType = Field(description="What kind of place it is.")
    label: Labels = Field(description="Name; or a map from language to name.")
    alt_labels: ManyLabels = Field(
        default=(), description="Other names; a list, or a map from language to list."
    )
    zone: Zone | None = Field(
        default=None, description="What its clocks show: an offset from UTC, or a name such as Europe/Kyiv."
    )
    iso3166_subdivision: Text | None = Field(default=None, description="ISO 3166-2 code.")
    within: tuple[Annotated[Within, BeforeValidator(_as_within)], ...] = Field(
        default=(), description="Places that contain it: ids, or {place, authority}."
    )
    covers: tuple[Annotated[Within, BeforeValidator(_as_within)], ...] = Field(
        default=(), description="Places inside it: ids, or {place, authority}."
    )
    borders: tuple[PlaceRef, ...] = Field(default=(), description="Places that touch it.")
    territory_of: ActorRef | None = Field(default=None, description="The state whose territory it is.")
    claimed_by: Annotated[tuple[TerritorialClaimForm, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Who claims it as its territory, since when, by which source."
    )
    exclave_of: PlaceRef | None = Field(default=None, description="The place of which it is an exclave.")
    extent: Literal["stated", "unstated"] | None = Field(
        default=None, description="Zones: whether anybody has said where it ends."
    )
    defined_by: TermRef | None = Field(
        default=None, description="Zones and boundaries: the agreement, annex or term that makes it."
    )
    geometry: Text | None = Field(default=None, description="WKT, longitude before latitude.")
    geometry_file: Text | None = Field(
        default=None, description="GeoJSON file beside the document, then # and an id."
    )
    note: Text | None = Field(default=None, description="A remark for people.")
    same_as: tuple[Iri, ...] = Field(default=(), description="The same place in other data.")


class PlacesDocument(DocumentModel):
    """A list of places."""

    kind: Literal["places"] = Field(description="Says that the document lists places.")
    authority: Text | None = Field(default=None, description="Who says what lies within what.")
    places: tuple[Place, ...] = Field(min_length=1, description="The places.")
