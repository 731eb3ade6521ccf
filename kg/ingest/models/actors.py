"""The document that describes actors."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from kg.ingest.fields import (
    ActorRef,
    Code,
    Date,
    Flag,
    Iri,
    Labels,
    ManyLabels,
    Slug,
    Text,
    Whole,
    Zone,
    as_list,
)
from kg.ingest.models.common import DocumentModel, Part, TermRef, TimeField

ActorType = Literal[
    "state",
    "de-facto-authority",
    "armed-force",
    "peacekeeping-force",
    "border-force",
    "non-state-armed-group",
    "outlet",
    "official",
    "institution",
    "court",
    "commission-of-inquiry",
    "mission",
    "joint-commission",
    "collective-source",
    "analyst",
]


class Reliability(Part):
    """How reliable a source is, by whose judgement."""

    grade: Annotated[Text, Code("reliability")] = Field(description="A (reliable) to F (cannot be judged).")
    assessor: ActorRef = Field(description="Who says so, mostly an analyst.")
    date: Date = Field(description="When.")


class AffiliationForm(Part):
    """Whose force somebody is, from one time until another, or by dispute."""

    actor: ActorRef = Field(description="Whose force it is.")
    from_: TimeField | None = Field(default=None, alias="from", description="Since when.")
    until: TimeField | None = Field(default=None, description="Until when.")
    disputed: Flag | None = Field(default=None, description="Whether it is disputed.")


def _as_affiliation(value: object) -> object:
    return {"actor": value} if isinstance(value, str) else value


AffiliationField = Annotated[AffiliationForm, BeforeValidator(_as_affiliation)]


class DatedNameForm(Part):
    """A name that an actor bore for a time."""

    name: Labels = Field(description="The name; or a map from language to name.")
    from_: TimeField | None = Field(default=None, alias="from", description="Since when.")
    until: TimeField | None = Field(default=None, description="Until when.")
    note: Text | None = Field(default=None, description="A remark for people.")


class Predecessor(Part):
    """Whom an actor came of, how and when."""

    actor: ActorRef = Field(description="Who was before.")
    how: Annotated[Text, Code("succession")] = Field(description="Split, merger, renaming or other.")
    when: TimeField | None = Field(default=None, description="When.")
    note: Text | None = Field(default=None, description="A remark for people.")


class Actor(Part):
    """Somebody who acts, speaks or reports."""

    id: Slug = Field(description="Id by which every document names the actor.")
    type: ActorType = Field(description="What kind of actor it is.")
    label: Labels = Field(description="Name; or a map from language to name.")
    alt_labels: ManyLabels = Field(
        default=(), description="Other names; a list, or a map from language to list."
    )
    iso3166_alpha2: Text | None = Field(default=None, description="ISO 3166-1 code of two letters.")
    iso3166_alpha3: Text | None = Field(default=None, description="ISO 3166-1 code of three letters.")
    gw_code: Whole | None = Field(default=None, description="Gleditsch-Ward number of the state.")
    cow_code: Whole | None = Field(default=None, description="Correlates of War number of the state.")
    ucdp_actor_id: Whole | None = Field(default=None, description="UCDP actor id.")
    force_of: Annotated[tuple[AffiliationField, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Whose force it is, and when; its conduct counts as theirs."
    )
    known_as: Annotated[tuple[DatedNameForm, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Names that it bore for a time."
    )
    predecessors: Annotated[tuple[Predecessor, ...], BeforeValidator(as_list)] = Field(
        default=(), description="Whom it came of; nothing is concluded from it."
    )
    speaks_for: ActorRef | None = Field(default=None, description="The party for which it speaks.")
    based_in: ActorRef | None = Field(default=None, description="The state where an outlet has its seat.")
    mandated_by: TermRef | None = Field(
        default=None, description="The agreement or term that a force acts under."
    )
    mandate: Text | None = Field(default=None, description="What it is to do, in words.")
    members: tuple[ActorRef, ...] = Field(default=(), description="Who sits in it.")
    reliability: Reliability | None = Field(default=None, description="How reliable it is as a source.")
    note: Text | None = Field(default=None, description="A remark for people.")
    same_as: tuple[Iri, ...] = Field(default=(), description="The same actor in other data.")


class ActorsDocument(DocumentModel):
    """A list of actors."""

    kind: Literal["actors"] = Field(description="Says that the document lists actors.")
    source: Text | None = Field(default=None, description="Where the list comes from.")
    zone: Zone | None = Field(
        default=None, description="Zone of times that state none: +04:00, or a name such as Europe/Kyiv."
    )
    actors: tuple[Actor, ...] = Field(min_length=1, description="The actors.")
