"""Actors as triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.ingest import literals
from kg.ingest.names import below
from kg.terms import DCTERMS, ORG, OWL, PROV, SKOS, SVD

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.models.actors import Actor, ActorsDocument, Reliability
    from kg.ingest.outline import Path

TYPES = {
    "state": SVD.State,
    "de-facto-authority": SVD.DeFactoAuthority,
    "armed-force": SVD.ArmedForce,
    "peacekeeping-force": SVD.PeacekeepingForce,
    "border-force": SVD.BorderForce,
    "non-state-armed-group": SVD.NonStateArmedGroup,
    "outlet": SVD.Outlet,
    "official": SVD.Official,
    "institution": SVD.Institution,
    "court": SVD.Court,
    "mission": SVD.Mission,
    "joint-commission": SVD.JointCommission,
    "collective-source": SVD.CollectiveSource,
    "analyst": SVD.Analyst,
}


def convert_actors(document: ActorsDocument, graph: URIRef, builder: Builder) -> URIRef:
    """Add the triples of a list of actors and return the IRI of the list: that of its graph."""
    builder.tagged(graph, DCTERMS.source, document.source, ("source",))
    for index, actor in enumerate(document.actors):
        _actor(actor, builder, ("actors", index))
    return graph


def _actor(actor: Actor, builder: Builder, path: Path) -> None:
    subject = builder.node(builder.names.of("actor", actor.id), TYPES[actor.type], path)
    builder.named(subject, actor.label, path)
    builder.labels(subject, SKOS.altLabel, actor.alt_labels, (*path, "alt_labels"))
    builder.text(subject, SVD.iso3166Alpha2, actor.iso3166_alpha2, (*path, "iso3166_alpha2"))
    builder.text(subject, SVD.iso3166Alpha3, actor.iso3166_alpha3, (*path, "iso3166_alpha3"))
    builder.add(subject, SVD.gwCode, _whole(actor.gw_code), (*path, "gw_code"))
    builder.add(subject, SVD.cowCode, _whole(actor.cow_code), (*path, "cow_code"))
    builder.add(subject, SVD.ucdpActorId, _whole(actor.ucdp_actor_id), (*path, "ucdp_actor_id"))
    builder.things(subject, SVD.forceOf, "actor", [actor.force_of], (*path, "force_of"))
    builder.things(subject, SVD.speaksFor, "actor", [actor.speaks_for], (*path, "speaks_for"))
    builder.things(subject, SVD.basedIn, "actor", [actor.based_in], (*path, "based_in"))
    if actor.mandated_by is not None:
        mandate = builder.names.term(actor.mandated_by.agreement, actor.mandated_by.term)
        builder.add(subject, SVD.mandatedBy, mandate, (*path, "mandated_by"))
    builder.tagged(subject, SVD.mandate, actor.mandate, (*path, "mandate"))
    builder.things(subject, ORG.hasMember, "actor", actor.members, (*path, "members"))
    if actor.reliability is not None:
        _reliability(subject, actor.reliability, builder, (*path, "reliability"))
    builder.note(subject, actor.note, path)
    for other in actor.same_as:
        builder.add(subject, OWL.sameAs, URIRef(other), (*path, "same_as"))


def _reliability(source: URIRef, judgement: Reliability, builder: Builder, path: Path) -> None:
    subject = builder.node(below(source, "reliability"), SVD.ReliabilityAssessment, path)
    builder.add(subject, SVD.assessedSource, source, path)
    builder.code(subject, SVD.reliability, "reliability", judgement.grade, (*path, "grade"))
    builder.things(subject, PROV.wasAttributedTo, "actor", [judgement.assessor], (*path, "assessor"))
    day = literals.date(judgement.date) if judgement.date else None
    builder.add(subject, DCTERMS.date, day, (*path, "date"))


def _whole(value: str | None) -> Literal | None:
    return None if value is None else literals.integer(value)
