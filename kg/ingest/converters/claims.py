"""Claims as triples: evidence, attribution, what is claimed, and of which agreements."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

from rdflib.term import URIRef

from kg.ingest import literals
from kg.ingest.converters.measures import add_stated
from kg.ingest.converters.media import add_media
from kg.ingest.converters.order import in_order
from kg.ingest.converters.quotations import Reading
from kg.ingest.names import below
from kg.terms import CITO, DCTERMS, PROV, SCHEMA, SVD

if TYPE_CHECKING:
    from kg.ingest.builder import Builder
    from kg.ingest.converters.scene import Scene
    from kg.ingest.models.report import AbsenceForm, Claim, Denied, QuantityForm
    from kg.ingest.outline import Path

_ACTORS = (
    ("perpetrators", SVD.perpetrator),
    ("participants", SVD.participant),
    ("targets", SVD.target),
    ("in_territory_of", SVD.inTerritoryOf),
)
_PLACES = (("places", SVD.place), ("along", SVD.along))
_OWN_VERB = "reports"
_Content: TypeAlias = "dict[str, str | None]"


def add_claim(claim: Claim, scene: Scene, path: Path) -> URIRef:
    """Add the triples of a claim and return its IRI."""
    builder = scene.builder
    subject = builder.node(below(scene.report, "claim", claim.key), SVD.Claim, path)
    builder.text(subject, SVD.key, claim.key, (*path, "key"))
    builder.tagged(subject, SVD.gist, claim.gist, (*path, "gist"))
    builder.add(subject, SVD.statedIn, scene.report, path)
    builder.add(subject, PROV.wasGeneratedBy, scene.annotation, path)
    _evidence(claim, subject, scene, path)
    add_media(claim, subject, scene, path)
    _manner(claim, subject, builder, path)
    _content(claim, subject, scene, path)
    _time(claim, subject, scene, path)
    _numbers(claim, subject, builder, path)
    _attribution(claim, subject, scene, path)
    _agreements(claim, subject, scene, path)
    return subject


def _evidence(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add the words or the row that make the claim, and the words that weaken it."""
    builder, quotations = scene.builder, scene.quotations
    forms, where = ([claim.quote], "quote") if claim.quote else (claim.quotes, "quotes")
    added = list(quotations.add_all(subject, "evidence", forms, (*path, where), Reading(language=claim.lang)))
    for node, here in added:
        builder.add(subject, SVD.evidence, node, here)
        builder.labels(node, SVD.translation, claim.translation or (), (*path, "translation"))
    if claim.row is not None:
        here = (*path, "row")
        node = builder.node(below(subject, "evidence", 1), SVD.RowEvidence, here)
        builder.add(subject, SVD.evidence, node, here)
        builder.text(node, SVD.dataset, claim.row.dataset, (*here, "dataset"))
        builder.text(node, SVD.datasetVersion, claim.row.version, (*here, "version"))
        builder.text(node, SVD.rowId, claim.row.id, (*here, "id"))
        builder.add(node, SCHEMA.url, URIRef(claim.row.url) if claim.row.url else None, (*here, "url"))
    near = [span for form in forms if (span := quotations.known(form)) is not None]
    reading = Reading(near, claim.lang)
    hedges = quotations.add_all(subject, "hedge", claim.hedges, (*path, "hedges"), reading)
    for node, here in hedges:
        builder.add(subject, SVD.hedge, node, here)


def _manner(claim: Claim, subject: URIRef, builder: Builder, path: Path) -> None:
    """Add how the claim is put and how far it is believed."""
    builder.code(subject, SVD.modality, "modality", claim.modality, (*path, "modality"))
    polarity = claim.polarity or ("negative" if claim.modality == "denied" else "affirmative")
    builder.code(subject, SVD.polarity, "polarity", polarity, (*path, "polarity"))
    builder.code(subject, SVD.credibility, "credibility", claim.credibility, (*path, "credibility"))
    if claim.confidence is not None:
        confidence = literals.decimal(claim.confidence)
        builder.add(subject, SVD.extractionConfidence, confidence, (*path, "confidence"))


def _content(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add who, where and what."""
    builder, report = scene.builder, scene.report
    for field, predicate in _ACTORS:
        builder.things(subject, predicate, "actor", getattr(claim, field), (*path, field))
    for field, predicate in _PLACES:
        builder.things(subject, predicate, "place", getattr(claim, field), (*path, field))
    if claim.about is not None:
        builder.add(subject, SVD.aboutEvent, below(report, "event", claim.about), (*path, "about"))
    if claim.if_ is not None:
        builder.add(subject, SVD.conditionalOn, below(report, "event", claim.if_), (*path, "if"))


def _time(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    if claim.time is not None:
        here = (*path, "time")
        zone = scene.document.zone or scene.builder.zones.get(claim.key)
        node = scene.builder.time(below(subject, "time"), claim.time, zone, here)
        scene.builder.add(subject, SVD.time, node, here)
        if claim.time.text is not None:
            scene.quotations.contains(claim.time.text, (*here, "text"))


def _numbers(claim: Claim, subject: URIRef, builder: Builder, path: Path) -> None:
    """Add what is counted and what is said not to have been there, in an order of their content."""
    quantities = [_counted(quantity, builder) for quantity in claim.quantities]
    for number, index in in_order(quantities):
        here = (*path, "quantities", index)
        node = builder.node(below(subject, "quantity", number), SVD.Quantity, here)
        builder.add(subject, SVD.quantity, node, here)
        _quantity(quantities[index], node, builder, here)
    add_stated(claim.objects, subject, builder, (*path, "objects"))
    absences = [{**absence.model_dump(), "by": _actor(absence.by, builder)} for absence in claim.absences]
    for number, index in in_order(absences):
        here = (*path, "absences", index)
        node = builder.node(below(subject, "absence", number), SVD.Absence, here)
        builder.add(subject, SVD.absence, node, here)
        _absence(claim.absences[index], node, builder, here)


def _counted(quantity: QuantityForm, builder: Builder) -> _Content:
    """Return what a quantity says, whatever of it the document leaves to be understood."""
    ranged = quantity.low is not None or quantity.high is not None
    comparator = quantity.comparator or ("about" if ranged else "exactly")
    found = {**quantity.model_dump(), "comparator": comparator, "side": _actor(quantity.side, builder)}
    if found.pop("from_") is not None:
        found["from"] = builder.names.of("place", quantity.from_ or "")
    if not ranged:
        found["low"] = quantity.value if comparator in {"exactly", "at-least"} else None
        found["high"] = quantity.value if comparator in {"exactly", "at-most"} else None
    return found


def _actor(name: str | None, builder: Builder) -> str | None:
    return None if name is None else builder.names.of("actor", name)


def _quantity(quantity: _Content, node: URIRef, builder: Builder, path: Path) -> None:
    builder.code(node, SVD.quantityKind, "quantity-kind", quantity["kind"], (*path, "kind"))
    builder.code(node, SVD.comparator, "comparator", quantity["comparator"], (*path, "comparator"))
    for field, predicate in (("value", SVD.value), ("low", SVD.low), ("high", SVD.high)):
        value = quantity[field]
        builder.add(node, predicate, None if value is None else literals.number(value), (*path, field))
    builder.text(node, SVD.unit, quantity["unit"], (*path, "unit"))
    builder.things(node, SVD.side, "actor", [quantity["side"]], (*path, "side"))
    builder.things(node, SVD.measuredFrom, "place", [quantity.get("from")], (*path, "from"))
    builder.code(node, SVD.countedGroup, "casualty-group", quantity["group"], (*path, "group"))
    if quantity["civilian"] is not None:
        builder.add(node, SVD.civilian, literals.boolean(quantity["civilian"]), (*path, "civilian"))


def _absence(absence: AbsenceForm, node: URIRef, builder: Builder, path: Path) -> None:
    builder.code(node, SVD.eventType, "event-type", absence.of, (*path, "of"))
    builder.things(node, SVD.participant, "actor", [absence.by], (*path, "by"))
    builder.text(node, SVD.qualifier, absence.qualifier, (*path, "qualifier"))


def _attribution(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add the chain: step 1 is the report's own voice, the last is the farthest source named."""
    builder, agent = scene.builder, scene.voice
    first = _step(subject, 1, agent, builder, path)
    builder.text(first, SVD.verb, _OWN_VERB, path)
    builder.add(first, SVD.carriedOver, literals.boolean(value=False), path)
    for number, step in enumerate(claim.attribution, 2):
        here = (*path, "attribution", number - 2)
        agent = builder.names.of("actor", step.agent)
        node = _step(subject, number, agent, builder, here)
        builder.text(node, SVD.verb, step.verb, (*here, "verb"))
        builder.add(node, SVD.carriedOver, literals.boolean(step.carried_over), (*here, "carried_over"))
        if step.report is not None:
            cited = _cited(step.report, agent, scene, (*here, "report"))
            builder.add(node, PROV.entity, cited, (*here, "report"))
    builder.add(subject, SVD.accordingTo, agent, (*path, "attribution"))


def _step(subject: URIRef, number: int, agent: URIRef, builder: Builder, path: Path) -> URIRef:
    node = builder.node(below(subject, "attribution", number), SVD.AttributionStep, path)
    builder.add(subject, PROV.qualifiedAttribution, node, path)
    builder.add(node, SVD.step, literals.integer(number), path)
    builder.add(node, PROV.agent, agent, path)
    return node


def _cited(title: str, agent: URIRef, scene: Scene, path: Path) -> URIRef:
    """Add the report that a step cites: known by its title and who made it, and no more."""
    digest = hashlib.sha256(f"{agent}\n{title}".encode()).hexdigest()[:16]
    cited = scene.builder.node(below(scene.report, "cited", digest), SVD.CitedReport, path)
    scene.builder.tagged(cited, DCTERMS.title, title, path)
    scene.builder.add(cited, DCTERMS.publisher, agent, path)
    return cited


def _agreements(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add what the claim says of agreements and of other claims."""
    builder, names = scene.builder, scene.builder.names
    for index, term in enumerate(claim.alleges):
        builder.add(
            subject, SVD.allegesBreachOf, names.term(term.agreement, term.term), (*path, "alleges", index)
        )
    for index, term in enumerate(claim.asserts_fulfilment):
        here = (*path, "asserts_fulfilment", index)
        builder.add(subject, SVD.assertsFulfilmentOf, names.term(term.agreement, term.term), here)
    for index, met in enumerate(claim.condition_met):
        norm = below(names.of("agreement", met.agreement), "norm", met.norm)
        thing = norm if met.condition is None else below(norm, "condition", met.condition)
        builder.add(subject, SVD.assertsConditionMet, thing, (*path, "condition_met", index))
    _denials(claim, subject, scene, path)
    builder.things(subject, SVD.mentionsAgreement, "agreement", claim.mentions, (*path, "mentions"))
    builder.things(subject, CITO.confirms, "claim", scene.full(claim.confirms), (*path, "confirms"))
    builder.things(subject, CITO.disputes, "claim", scene.full(claim.disputes), (*path, "disputes"))
    builder.things(subject, CITO.corrects, "claim", scene.full(claim.corrects), (*path, "corrects"))
    builder.things(subject, CITO.retracts, "claim", scene.full(claim.retracts), (*path, "retracts"))


def _denials(claim: Claim, subject: URIRef, scene: Scene, path: Path) -> None:
    """Add what the claim denies; a part says whose conduct, or that it is the act, where the claim does."""
    builder, names = scene.builder, scene.builder.names
    qualified: dict[URIRef, list[tuple[Denied, Path]]] = {}
    for index, denied in enumerate(claim.denies):
        here = (*path, "denies", index)
        things = [
            *((SVD.denies, names.of("claim", name)) for name in scene.full([denied.claim]) if name),
            *((SVD.denies, names.of("event", name)) for name in scene.full([denied.event]) if name),
        ]
        if denied.agreement is not None:
            things.append((SVD.deniesBreachOf, names.term(denied.agreement, denied.term)))
        for predicate, thing in things:
            builder.add(subject, predicate, thing, here)
            if denied.for_ or denied.act == "true":
                qualified.setdefault(thing, []).append((denied, here))
    for number, (thing, items) in enumerate(sorted(qualified.items()), 1):
        node = builder.node(below(subject, "denial", number), SVD.Denial, items[0][1])
        builder.add(subject, SVD.qualifiedDenial, node, items[0][1])
        builder.add(node, SVD.deniedThing, thing, items[0][1])
        for denied, here in items:
            builder.things(node, SVD.deniedConductOf, "actor", denied.for_, (*here, "for"))
            if denied.act == "true":
                builder.add(node, SVD.deniesAct, literals.boolean(denied.act), (*here, "act"))
