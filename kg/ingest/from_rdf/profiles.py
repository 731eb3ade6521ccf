"""What the triples of a document of each kind may say: classes and predicates."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kg.ingest.converters import actors, agreement, changes, norms, places, report
from kg.terms import CITO, DCTERMS, ELI, GEO, OA, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SEM, SKOS, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node, URIRef


@dataclass(frozen=True, slots=True)
class Profile:
    """The classes and predicates of one kind of document."""

    named: frozenset[URIRef]
    """Classes of things with an IRI that their id or key makes."""
    parts: frozenset[URIRef]
    """Classes of parts without a name of their own, for which blank nodes may stand."""
    predicates: frozenset[URIRef]


def _profile(named: Iterable[URIRef], parts: Iterable[URIRef], predicates: Iterable[URIRef]) -> Profile:
    return Profile(frozenset(named), frozenset(parts), frozenset({RDF.type, *predicates}))


_TIME = (
    SVD.earliest,
    SVD.edtf,
    SVD.inferenceReason,
    SVD.inferredPart,
    SVD.latest,
    SVD.precision,
    SVD.wording,
    SVD.zone,
    SVD.zoneAssumed,
)
_ACTORS = (
    DCTERMS.date,
    DCTERMS.source,
    ORG.hasMember,
    OWL.sameAs,
    PROV.wasAttributedTo,
    RDFS.label,
    SKOS.altLabel,
    SKOS.note,
    SVD.assessedSource,
    SVD.basedIn,
    SVD.cowCode,
    SVD.forceOf,
    SVD.gwCode,
    SVD.iso3166Alpha2,
    SVD.iso3166Alpha3,
    SVD.mandate,
    SVD.mandatedBy,
    SVD.reliability,
    SVD.speaksFor,
    SVD.ucdpActorId,
)
_PLACES = (
    GEO.asWKT,
    GEO.hasGeometry,
    GEO.sfTouches,
    OWL.sameAs,
    RDFS.label,
    SKOS.altLabel,
    SKOS.note,
    SVD.authority,
    SVD.contained,
    SVD.container,
    SVD.definedBy,
    SVD.exclaveOf,
    SVD.extent,
    SVD.iso3166Subdivision,
    SVD.territoryOf,
    SVD.zone,
)
_AGREEMENT = (
    *_TIME,
    DCTERMS.identifier,
    DCTERMS.language,
    DCTERMS.title,
    ELI.date_document,
    ELI.has_annex,
    ELI.has_part,
    ELI.is_part_of,
    ELI.is_realized_by,
    ELI.number,
    ELI.realizes,
    RDFS.label,
    RDFS.seeAlso,
    SCHEMA.url,
    SKOS.note,
    SVD.action,
    SVD.alternativeReadingOf,
    SVD.appliesFrom,
    SVD.appliesInPlace,
    SVD.appliesUntil,
    SVD.binds,
    SVD.changeWords,
    SVD.changedText,
    SVD.changingText,
    SVD.complete,
    SVD.deadline,
    SVD.effectEnds,
    SVD.entersIntoForce,
    SVD.exception,
    SVD.exceptionText,
    SVD.exemptAct,
    SVD.exemptActor,
    SVD.exemptPlace,
    SVD.exemptTarget,
    SVD.gist,
    SVD.guarantor,
    SVD.inTerm,
    SVD.inText,
    SVD.key,
    SVD.localTo,
    SVD.madeUnder,
    SVD.mediator,
    SVD.monitor,
    SVD.ofAgreement,
    SVD.ofReadingGroup,
    SVD.ofTerm,
    SVD.ordinal,
    SVD.owedTo,
    SVD.party,
    SVD.paxId,
    SVD.periodStated,
    SVD.publisherName,
    SVD.readBy,
    SVD.renewal,
    SVD.signatory,
    SVD.takesEffect,
    SVD.textStatus,
    SVD.witness,
    SVD.wordingStatus,
    SVD.wordingText,
)
_REPORT = (
    *_TIME,
    CITO.confirms,
    CITO.disputes,
    DCTERMS.identifier,
    DCTERMS.issued,
    DCTERMS.language,
    DCTERMS.license,
    DCTERMS.publisher,
    DCTERMS.title,
    OA.end,
    OA.exact,
    OA.hasSelector,
    OA.hasSource,
    OA.prefix,
    OA.start,
    OA.suffix,
    PROV.agent,
    PROV.alternateOf,
    PROV.entity,
    PROV.qualifiedAttribution,
    PROV.wasAssociatedWith,
    PROV.wasAttributedTo,
    PROV.wasGeneratedBy,
    RDFS.label,
    SCHEMA.url,
    SEM.subEventOf,
    SVD.aboutEvent,
    SVD.absence,
    SVD.accordingTo,
    SVD.allegesBreachOf,
    SVD.along,
    SVD.annotatedOn,
    SVD.archivedAt,
    SVD.assertionStatus,
    SVD.assertsFulfilmentOf,
    SVD.carriedOver,
    SVD.civilian,
    SVD.comparator,
    SVD.conditionalOn,
    SVD.confidence,
    SVD.credibility,
    SVD.dataset,
    SVD.datasetVersion,
    SVD.deniedConductOf,
    SVD.deniedThing,
    SVD.denies,
    SVD.deniesAct,
    SVD.deniesBreachOf,
    SVD.describedIn,
    SVD.eventType,
    SVD.evidence,
    SVD.extractionConfidence,
    SVD.gist,
    SVD.hedge,
    SVD.high,
    SVD.inTerritoryOf,
    SVD.key,
    SVD.low,
    SVD.mentionsAgreement,
    SVD.modality,
    SVD.ordinal,
    SVD.participant,
    SVD.perpetrator,
    SVD.place,
    SVD.polarity,
    SVD.qualifiedDenial,
    SVD.qualifier,
    SVD.quantity,
    SVD.quantityKind,
    SVD.reason,
    SVD.relatesEvent,
    SVD.remarkKind,
    SVD.remarksOn,
    SVD.retrievedOn,
    SVD.rowId,
    SVD.side,
    SVD.statedIn,
    SVD.step,
    SVD.target,
    SVD.text,
    SVD.textAccess,
    SVD.textExtent,
    SVD.textFidelity,
    SVD.textKeyedHash,
    SVD.textSha256,
    SVD.time,
    SVD.translation,
    SVD.unit,
    SVD.value,
    SVD.verb,
    SVD.voice,
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "actors": _profile(actors.TYPES.values(), [SVD.ReliabilityAssessment], _ACTORS),
        "places": _profile(places.TYPES.values(), [SVD.Containment, GEO.Geometry], _PLACES),
        "agreement": _profile(
            [
                *agreement.TYPES.values(),
                *norms.TYPES.values(),
                SVD.AgreementText,
                SVD.ReadingGroup,
                SVD.Term,
            ],
            [*changes.TYPES.values(), SVD.Exception, SVD.TimeExpression, SVD.Wording],
            _AGREEMENT,
        ),
        "report": _profile(
            [*report.TYPES.values(), SVD.Claim, SVD.Event, SVD.Remark],
            [
                OA.TextPositionSelector,
                OA.TextQuoteSelector,
                SVD.Absence,
                SVD.Annotation,
                SVD.AttributionStep,
                SVD.CitedReport,
                SVD.Denial,
                SVD.Quantity,
                SVD.Quotation,
                SVD.ReportVoice,
                SVD.RowEvidence,
                SVD.SameEventAssertion,
                SVD.TimeExpression,
            ],
            _REPORT,
        ),
    }
)
SOURCES: Final = frozenset({DCTERMS.license, OWL.sameAs, RDFS.seeAlso, SCHEMA.url, SVD.archivedAt})
"""Predicates whose object is an address outside the graph."""
ANCHORS: Final[Mapping[Node, URIRef]] = MappingProxyType(
    {
        SVD.ReadingGroup: SVD.inTerm,
        SVD.Wording: SVD.ofTerm,
        **dict.fromkeys(norms.TYPES.values(), SVD.ofReadingGroup),
    }
)
"""Classes of parts that say themselves what they are part of, and by which predicate."""
