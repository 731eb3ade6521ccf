"""States, forces and all others who act or speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, OWL, PROV, SKOS

from kg.query.lookups.listing import Filter, Listing, page
from kg.query.lookups.parts import Told
from kg.query.lookups.reader import HEAD
from kg.terms import ORG, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import URIRef

    from kg.query.lookups.listing import Selection
    from kg.query.lookups.parts import Agent, Ref, Time
    from kg.query.lookups.reader import Reader

_FILTERS: Final = {
    "of": Filter(
        "actor",
        "  VALUES ?of { UNDEF } # @param of\n"
        "  { ?item svd:conductOf ?of } UNION { ?item svd:voiceOf ?of }\n"
        "  UNION { ?period svd:conductActor ?item ; svd:attributedTo ?of }\n  FILTER (?item != ?of)",
    ),
}


def _of_class(name: str, cls: str, filters: Mapping[str, Filter]) -> Listing:
    pattern = f"  ?class rdfs:subClassOf* svd:{cls} .\n  ?item a ?class ."
    return Listing(name=name, pattern=pattern, key="STR(?item)", filters=filters)


STATES: Final = _of_class("states", "State", {})
FORCES: Final = _of_class("forces", "ArmedForce", _FILTERS)
ACTORS: Final = _of_class("actors", "Actor", _FILTERS)
_CLASSES: Final[Mapping[str, URIRef]] = {
    STATES.name: SVD.State,
    FORCES.name: SVD.ArmedForce,
    ACTORS.name: SVD.Actor,
}
_RELIABILITY: Final = f"""{HEAD}SELECT ?source ?judgement WHERE {{
  VALUES ?source {{ UNDEF }} # @param source
  ?judgement svd:assessedSource ?source .
}}"""


_FOLLOW: Final = (
    SVD.forceOf,
    SVD.speaksFor,
    SVD.basedIn,
    SVD.knownAs,
    SVD.validFrom,
    SVD.validUntil,
    ORG.hasMember,
    ORG.organization,
    ORG.originalOrganization,
    ORG.resultedFrom,
)
_AFFILIATIONS: Final = f"""{HEAD}SELECT ?member ?affiliation WHERE {{
  VALUES ?member {{ UNDEF }} # @param member
  ?affiliation org:member ?member .
}}"""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Whose force somebody is, and since when, until when, and whether that is disputed."""

    actor: Agent | None
    from_: Time | None
    until: Time | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name that an actor bore for a time."""

    name: str | None
    from_: Time | None
    until: Time | None


@dataclass(frozen=True, slots=True)
class Predecessor:
    """Whom an actor came of, how and when."""

    actor: Agent | None
    how: str | None
    when: Time | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How reliable somebody judges a source to be: A to F."""

    grade: str | None
    assessor: Ref | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of an actor in other systems."""

    iso3166_alpha2: str | None
    iso3166_alpha3: str | None
    gw: int | None
    cow: int | None
    ucdp: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts or speaks: whose force it is, for whom it speaks, where it is based."""

    id: str
    iri: str
    type: str | None
    label: str | None
    alt_labels: tuple[str, ...]
    codes: Codes
    force_of: Agent | None
    affiliations: tuple[Affiliation, ...]
    known_as: tuple[DatedName, ...]
    predecessors: tuple[Predecessor, ...]
    speaks_for: Agent | None
    based_in: Agent | None
    mandated_by: tuple[str, ...]
    mandate: str | None
    members: tuple[Agent, ...]
    reliability: tuple[Reliability, ...]
    same_as: tuple[str, ...]
    note: str | None


def actors(
    reader: Reader, selection: Selection, listing: Listing = ACTORS
) -> tuple[tuple[Actor, ...], str | None]:
    """Return a page of actors, states or forces, and the key after which the next begins."""
    found = page(reader, listing, selection)
    return _actors(reader, found.items), found.next_after


def actor(reader: Reader, name: str, listing: Listing = ACTORS) -> Actor:
    """Return an actor of that list by id or IRI; raise NotFoundError if it holds none."""
    return _actors(reader, [str(reader.find("actor", name, _CLASSES[listing.name]))])[0]


def _actors(reader: Reader, iris: Iterable[str]) -> tuple[Actor, ...]:
    items = list(iris)
    judgements: dict[str, list[str]] = {}
    for source, judgement in reader.related(_RELIABILITY, "source", items):
        judgements.setdefault(source, []).append(judgement)
    dated: dict[str, list[str]] = {}
    for member, affiliation in reader.related(_AFFILIATIONS, "member", items):
        dated.setdefault(member, []).append(affiliation)
    said = reader.describe(items, _FOLLOW)
    nodes = [node for parts in (judgements, dated) for found in parts.values() for node in found]
    told = Told(reader.describe(nodes, (PROV.wasAttributedTo, *_FOLLOW), into=said), reader.names)
    return tuple(_actor(told, item, judgements.get(item, ()), dated.get(item, ())) for item in items)


def _actor(told: Told, iri: str, judgements: Iterable[str], dated: Iterable[str]) -> Actor:
    said = told.said
    return Actor(
        id=told.names.short(iri),
        iri=iri,
        type=said.type(iri),
        label=said.label(iri),
        alt_labels=said.strings(iri, SKOS.altLabel),
        codes=Codes(
            said.string(iri, SVD.iso3166Alpha2),
            said.string(iri, SVD.iso3166Alpha3),
            said.integer(iri, SVD.gwCode),
            said.integer(iri, SVD.cowCode),
            said.integer(iri, SVD.ucdpActorId),
        ),
        force_of=next(iter(told.agents(iri, SVD.forceOf)), None),
        affiliations=(
            *(Affiliation(agent, None, None, disputed=False) for agent in told.agents(iri, SVD.forceOf)),
            *(_affiliation(told, node) for node in sorted(dated)),
        ),
        known_as=tuple(_dated_name(told, node) for node in said.iris(iri, SVD.knownAs)),
        predecessors=tuple(_predecessor(told, node) for node in said.iris(iri, ORG.resultedFrom)),
        speaks_for=next(iter(told.agents(iri, SVD.speaksFor)), None),
        based_in=next(iter(told.agents(iri, SVD.basedIn)), None),
        mandated_by=told.ids(iri, SVD.mandatedBy),
        mandate=said.string(iri, SVD.mandate),
        members=told.agents(iri, ORG.hasMember),
        reliability=tuple(_reliability(told, node) for node in sorted(judgements)),
        same_as=said.strings(iri, OWL.sameAs),
        note=said.string(iri, SKOS.note),
    )


def _affiliation(told: Told, iri: str) -> Affiliation:
    return Affiliation(
        next(iter(told.agents(iri, ORG.organization)), None),
        told.time(iri, SVD.validFrom),
        told.time(iri, SVD.validUntil),
        told.said.boolean(iri, SVD.disputed) or False,
    )


def _dated_name(told: Told, iri: str) -> DatedName:
    return DatedName(told.said.label(iri), told.time(iri, SVD.validFrom), told.time(iri, SVD.validUntil))


def _predecessor(told: Told, iri: str) -> Predecessor:
    return Predecessor(
        next(iter(told.agents(iri, ORG.originalOrganization)), None),
        told.said.code(iri, SVD.succession),
        told.time(iri, SVD.validFrom),
    )


def _reliability(told: Told, iri: str) -> Reliability:
    return Reliability(
        told.said.code(iri, SVD.reliability),
        told.only(iri, PROV.wasAttributedTo),
        told.said.string(iri, DCTERMS.date),
    )
