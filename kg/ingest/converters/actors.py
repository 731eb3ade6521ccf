"""Actors as triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib.term import Literal, URIRef

from kg.ingest import literals
from kg.ingest.converters.order import in_order
from kg.ingest.names import below
from kg.terms import DCTERMS, ORG, OWL, PROV, RDFS, SKOS, SVD

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.models.actors import (
        Actor,
        ActorsDocument,
        AffiliationForm,
        DatedNameForm,
        Reliability,
    )
    from kg.ingest.models.places import TerritorialClaimForm
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
    "commission-of-inquiry": SVD.CommissionOfInquiry,
    "mission": SVD.Mission,
    "joint-commission": SVD.JointCommission,
    "collective-source": SVD.CollectiveSource,
    "analyst": SVD.Analyst,
}


def convert_actors(document: ActorsDocument, graph: URIRef, builder: Builder) -> URIRef:
    """Add the triples of a list of actors and return the IRI of the list: that of its graph."""
    builder.tagged(graph, DCTERMS.source, document.source, ("source",))
    for index, actor in enumerate(document.actors):
        _actor(actor, document.zone, builder, ("actors", index))
    return graph


def _actor(actor: Actor, zone: str | None, builder: Builder, path: Path) -> None:
    subject = builder.node(builder.names.of("actor", actor.id), TYPES[actor.type], path)
    builder.named(subject, actor.label, path)
    builder.labels(subject, SKOS.altLabel, actor.alt_labels, (*path, "alt_labels"))
    builder.text(subject, SVD.iso3166Alpha2, actor.iso3166_alpha2, (*path, "iso3166_alpha2"))
    builder.text(subject, SVD.iso3166Alpha3, actor.iso3166_alpha3, (*path, "iso3166_alpha3"))
    builder.add(subject, SVD.gwCode, _whole(actor.gw_code), (*path, "gw_code"))
    builder.add(subject, SVD.cowCode, _whole(actor.cow_code), (*path, "cow_code"))
    builder.add(subject, SVD.ucdpActorId, _whole(actor.ucdp_actor_id), (*path, "ucdp_actor_id"))
    _force_of(actor, subject, zone, builder, (*path, "force_of"))
    _known_as(actor, subject, zone, builder, (*path, "known_as"))
    _predecessors(actor, subject, zone, builder, (*path, "predecessors"))
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


def _force_of(actor: Actor, subject: URIRef, zone: str | None, builder: Builder, path: Path) -> None:
    """Add whose force it is: plainly where nothing is dated or disputed."""
    forms = actor.force_of
    if not any(_qualified(form) for form in forms):
        for index, form in enumerate(forms):
            builder.things(subject, SVD.forceOf, "actor", [form.actor], item(path, index, builder))
        return
    said = [{**form.model_dump(), "actor": builder.names.of("actor", form.actor)} for form in forms]
    for number, index in in_order(said):
        form, here = forms[index], item(path, index, builder)
        node = builder.node(below(subject, "affiliation", number), SVD.Affiliation, here)
        builder.add(node, ORG.member, subject, here)
        builder.things(node, ORG.organization, "actor", [form.actor], here)
        if form.disputed == "true":
            builder.add(node, SVD.disputed, literals.boolean(value=True), (*here, "disputed"))
        dates(node, form, zone, builder, here)


def _qualified(form: AffiliationForm) -> bool:
    """Return whether more is said than whose force it is."""
    return bool(form.from_ or form.until or form.disputed == "true")


def item(path: Path, index: int, builder: Builder) -> Path:
    """Return where an item of a list stands, which may be written without the list."""
    return (*path, index) if (*path, index) in builder.outline.lines else path


def dates(
    node: URIRef,
    form: AffiliationForm | DatedNameForm | TerritorialClaimForm,
    zone: str | None,
    builder: Builder,
    path: Path,
) -> None:
    """Add since when and until when something held, if that is said; refuse what ends before it begins."""
    begin = end = None
    if form.from_ is not None:
        begin = builder.time(below(node, "from"), form.from_, zone, (*path, "from"))
        builder.add(node, SVD.validFrom, begin, (*path, "from"))
    if form.until is not None:
        end = builder.time(below(node, "until"), form.until, zone, (*path, "until"))
        builder.add(node, SVD.validUntil, end, (*path, "until"))
    first = builder.spans.get(begin) if begin else None
    last = builder.spans.get(end) if end else None
    if first and last and first.earliest and last.latest and last.latest < first.earliest:
        message = f"it ends ({last.edtf}) before it begins ({first.edtf})"
        builder.refuse(
            (*path, "until"), "time/reversed", message, "write a later `until`, or an earlier `from`"
        )


def _known_as(actor: Actor, subject: URIRef, zone: str | None, builder: Builder, path: Path) -> None:
    said = [form.model_dump() for form in actor.known_as]
    for number, index in in_order(said):
        form, here = actor.known_as[index], item(path, index, builder)
        node = builder.node(below(subject, "name", number), SVD.DatedName, here)
        builder.add(subject, SVD.knownAs, node, here)
        builder.labels(node, RDFS.label, form.name, (*here, "name"))
        builder.labels(subject, SKOS.altLabel, form.name, (*here, "name"))
        dates(node, form, zone, builder, here)
        builder.note(node, form.note, here)


def _predecessors(actor: Actor, subject: URIRef, zone: str | None, builder: Builder, path: Path) -> None:
    """Add the changes in which the actor came of others; each change is one of both."""
    names = builder.names
    said = [{**form.model_dump(), "actor": names.of("actor", form.actor)} for form in actor.predecessors]
    for number, index in in_order(said):
        form, here = actor.predecessors[index], item(path, index, builder)
        node = builder.node(below(subject, "change", number), ORG.ChangeEvent, here)
        builder.things(node, ORG.originalOrganization, "actor", [form.actor], (*here, "actor"))
        builder.add(node, ORG.resultingOrganization, subject, here)
        builder.add(subject, ORG.resultedFrom, node, here)
        builder.code(node, SVD.succession, "succession", form.how, (*here, "how"))
        if form.when is not None:
            when = builder.time(below(node, "when"), form.when, zone, (*here, "when"))
            builder.add(node, SVD.validFrom, when, (*here, "when"))
        builder.note(node, form.note, here)


def _reliability(source: URIRef, judgement: Reliability, builder: Builder, path: Path) -> None:
    subject = builder.node(below(source, "reliability"), SVD.ReliabilityAssessment, path)
    builder.add(subject, SVD.assessedSource, source, path)
    builder.code(subject, SVD.reliability, "reliability", judgement.grade, (*path, "grade"))
    builder.things(subject, PROV.wasAttributedTo, "actor", [judgement.assessor], (*path, "assessor"))
    builder.add(subject, DCTERMS.date, literals.date(judgement.date), (*path, "date"))


def _whole(value: str | None) -> Literal | None:
    return None if value is None else literals.integer(value)
