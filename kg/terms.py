"""Every IRI that the code may name: closed namespaces, so that a misspelt term fails where it is written."""
# ruff: noqa: N815 (the members are named as the terms are)

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from rdflib import DCTERMS, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, XSD, Namespace, URIRef
from rdflib.namespace import GEO, ODRL2, DefinedNamespace

from kg.vocabularies import CITO, ELI, OA, SEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "BROADER",
    "CITO",
    "DCTERMS",
    "ELI",
    "GEO",
    "OA",
    "ODRL",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "RDF",
    "RDFS",
    "RULES",
    "SCHEMA",
    "SEM",
    "SH",
    "SHAPES",
    "SKOS",
    "SVD",
    "VOCABULARY",
    "XSD",
    "concept",
    "narrowest",
    "scheme",
]

VOCABULARY: Final = "https://w3id.org/servanda/vocabulary/"
SHAPES: Final = "https://w3id.org/servanda/shapes#"
RULES: Final = "https://w3id.org/servanda/rules/"

ODRL: Final = ODRL2
SCHEMA: Final = SDO


class SVD(DefinedNamespace):
    """The terms of the Servanda ontology, module by module."""

    _NS = Namespace("https://w3id.org/servanda/ontology#")
    _fail = True

    # actors
    Actor: URIRef
    Affiliation: URIRef
    Analyst: URIRef
    ArmedForce: URIRef
    BorderForce: URIRef
    CollectiveSource: URIRef
    CommissionOfInquiry: URIRef
    ConductPeriod: URIRef
    Court: URIRef
    DatedName: URIRef
    DeFactoAuthority: URIRef
    Institution: URIRef
    JointCommission: URIRef
    Mission: URIRef
    NonStateArmedGroup: URIRef
    Official: URIRef
    Outlet: URIRef
    PeacekeepingForce: URIRef
    ReliabilityAssessment: URIRef
    ReportVoice: URIRef
    State: URIRef
    affiliationShown: URIRef
    assessedSource: URIRef
    attributedTo: URIRef
    basedIn: URIRef
    conductActor: URIRef
    conductOf: URIRef
    cowCode: URIRef
    disputed: URIRef
    forceOf: URIRef
    gwCode: URIRef
    iso3166Alpha2: URIRef
    iso3166Alpha3: URIRef
    knownAs: URIRef
    mandate: URIRef
    mandatedBy: URIRef
    periodFirst: URIRef
    periodLast: URIRef
    reliability: URIRef
    speaksAs: URIRef
    speaksFor: URIRef
    succession: URIRef
    ucdpActorId: URIRef
    validFrom: URIRef
    validUntil: URIRef
    voiceOf: URIRef

    # places
    AdministrativeRegion: URIRef
    AgreementZone: URIRef
    Boundary: URIRef
    Containment: URIRef
    Region: URIRef
    Route: URIRef
    Settlement: URIRef
    TerritorialClaim: URIRef
    adminWithin: URIRef
    authority: URIRef
    claimant: URIRef
    claimedPlace: URIRef
    contained: URIRef
    container: URIRef
    definedBy: URIRef
    exclaveOf: URIRef
    extent: URIRef
    iso3166Subdivision: URIRef
    territoryOf: URIRef

    # events
    Event: URIRef
    SameEventAssertion: URIRef
    TimeExpression: URIRef
    assertionStatus: URIRef
    confidence: URIRef
    earliest: URIRef
    earliestAnywhere: URIRef
    edtf: URIRef
    eventType: URIRef
    inCluster: URIRef
    inferenceReason: URIRef
    inferredPart: URIRef
    key: URIRef
    latest: URIRef
    latestAnywhere: URIRef
    precision: URIRef
    reason: URIRef
    relatesEvent: URIRef
    wording: URIRef
    zone: URIRef
    zoneAssumed: URIRef

    # agreements
    Agreement: URIRef
    AgreementChange: URIRef
    AgreementText: URIRef
    Amendment: URIRef
    CeasefireAgreement: URIRef
    Declaration: URIRef
    DistanceLimit: URIRef
    Exception: URIRef
    Materiel: URIRef
    Norm: URIRef
    Obligation: URIRef
    PeaceAgreement: URIRef
    Permission: URIRef
    Prohibition: URIRef
    QuantityLimit: URIRef
    ReadingGroup: URIRef
    Repeal: URIRef
    Resolution: URIRef
    Statement: URIRef
    Supersession: URIRef
    Suspension: URIRef
    Term: URIRef
    UnilateralDeclaration: URIRef
    Wording: URIRef
    action: URIRef
    alternativeReadingOf: URIRef
    appliesFrom: URIRef
    appliesInPlace: URIRef
    appliesUntil: URIRef
    atLeast: URIRef
    atMost: URIRef
    binds: URIRef
    boundDoubt: URIRef
    boundShown: URIRef
    calibre: URIRef
    calibreAtLeast: URIRef
    calibreAtMost: URIRef
    calibreLessThan: URIRef
    calibreMoreThan: URIRef
    changeWords: URIRef
    changedAgreement: URIRef
    changedText: URIRef
    changingAgreement: URIRef
    changingText: URIRef
    complete: URIRef
    contravenedBy: URIRef
    contravenedWhereMeasuredBy: URIRef
    answerableBesides: URIRef
    answerableFirst: URIRef
    numberOfReadings: URIRef
    deadline: URIRef
    distanceLimit: URIRef
    effectEnds: URIRef
    entersIntoForce: URIRef
    exception: URIRef
    exceptionText: URIRef
    exemptAct: URIRef
    exemptActor: URIRef
    exemptPlace: URIRef
    exemptTarget: URIRef
    gist: URIRef
    guarantor: URIRef
    inTerm: URIRef
    inText: URIRef
    localTo: URIRef
    madeUnder: URIRef
    materielCategory: URIRef
    measuredFrom: URIRef
    mediator: URIRef
    model: URIRef
    monitor: URIRef
    ofAgreement: URIRef
    ofMateriel: URIRef
    ofReadingGroup: URIRef
    ofTerm: URIRef
    ordinal: URIRef
    owedTo: URIRef
    party: URIRef
    paxId: URIRef
    periodStated: URIRef
    publisherName: URIRef
    quantityLimit: URIRef
    readBy: URIRef
    readsText: URIRef
    renewal: URIRef
    replaces: URIRef
    signatory: URIRef
    surelyAfter: URIRef
    surelyBefore: URIRef
    suspendedBy: URIRef
    suspends: URIRef
    takesEffect: URIRef
    textStatus: URIRef
    touchedBy: URIRef
    witness: URIRef
    wordingStatus: URIRef
    wordingText: URIRef
    Condition: URIRef
    condition: URIRef
    conditionActor: URIRef
    conditionEvent: URIRef
    conditionNorm: URIRef
    conditionPlace: URIRef
    conditionText: URIRef
    follows: URIRef
    within: URIRef

    # reports
    Absence: URIRef
    Annotation: URIRef
    AttributionStep: URIRef
    Capture: URIRef
    CitedReport: URIRef
    Claim: URIRef
    CourtOrder: URIRef
    DatasetRecord: URIRef
    Denial: URIRef
    EventAccount: URIRef
    MediaItem: URIRef
    MissionReport: URIRef
    NewsReport: URIRef
    OfficialStatement: URIRef
    Quantity: URIRef
    Quotation: URIRef
    Remark: URIRef
    Report: URIRef
    RowEvidence: URIRef
    aboutEvent: URIRef
    absence: URIRef
    accordingTo: URIRef
    farthestNamedSource: URIRef
    fileSha256: URIRef
    admitsAllegation: URIRef
    admitsCandidate: URIRef
    allegesBreachOf: URIRef
    along: URIRef
    annotatedOn: URIRef
    archivedAt: URIRef
    capture: URIRef
    captureClaimedBy: URIRef
    capturePlace: URIRef
    captureTime: URIRef
    collectedBy: URIRef
    assertsFulfilmentOf: URIRef
    carriedOver: URIRef
    civilian: URIRef
    countedGroup: URIRef
    comparator: URIRef
    conditionalOn: URIRef
    credibility: URIRef
    dataset: URIRef
    datasetVersion: URIRef
    deniedConductOf: URIRef
    deniedThing: URIRef
    denies: URIRef
    deniesAct: URIRef
    deniesBreachOf: URIRef
    describedIn: URIRef
    evidence: URIRef
    extractionConfidence: URIRef
    hedge: URIRef
    high: URIRef
    inTerritoryOf: URIRef
    low: URIRef
    media: URIRef
    mediaKind: URIRef
    mentionsAgreement: URIRef
    page: URIRef
    modality: URIRef
    participant: URIRef
    perpetrator: URIRef
    place: URIRef
    polarity: URIRef
    qualifiedDenial: URIRef
    qualifier: URIRef
    quantity: URIRef
    quantityKind: URIRef
    remarkKind: URIRef
    remarksOn: URIRef
    retrievedOn: URIRef
    rowId: URIRef
    side: URIRef
    statedIn: URIRef
    step: URIRef
    target: URIRef
    text: URIRef
    textAccess: URIRef
    textExtent: URIRef
    textFidelity: URIRef
    textKeyedHash: URIRef
    textSha256: URIRef
    time: URIRef
    translation: URIRef
    unit: URIRef
    value: URIRef
    verb: URIRef
    voice: URIRef
    assertsConditionMet: URIRef

    # violations
    AllegedViolation: URIRef
    Assessment: URIRef
    AttributedConduct: URIRef
    CandidateViolation: URIRef
    Disagreement: URIRef
    ViolationRecord: URIRef
    againstNorm: URIRef
    allegedAct: URIRef
    allegedPerpetrator: URIRef
    actBegan: URIRef
    allegedWithoutTermBy: URIRef
    answersActsUntil: URIRef
    assessedAct: URIRef
    assessedClaim: URIRef
    attributableTo: URIRef
    basis: URIRef
    boundActor: URIRef
    charge: URIRef
    conductInClaim: URIRef
    deniedBy: URIRef
    deniesCharge: URIRef
    displacedBy: URIRef
    distanceScope: URIRef
    exemptedBy: URIRef
    fulfilmentAssertedBy: URIRef
    inReport: URIRef
    materialScope: URIRef
    measuredScope: URIRef
    laidTo: URIRef
    meetsCharge: URIRef
    namedPerpetrator: URIRef
    onCluster: URIRef
    outcome: URIRef
    perhapsDisplacedBy: URIRef
    perhapsExemptedBy: URIRef
    personalScope: URIRef
    position: URIRef
    scopeReason: URIRef
    slot: URIRef
    status: URIRef
    supportedBy: URIRef
    temporalScope: URIRef
    territorialScope: URIRef
    yieldsTo: URIRef
    contestedCondition: URIRef
    saidMetBy: URIRef
    saidUnmetBy: URIRef
    sequenceScope: URIRef
    unmetCondition: URIRef
    correctedBy: URIRef
    retractedBy: URIRef

    # history
    Change: URIRef
    Document: URIRef
    Review: URIRef
    Revision: URIRef
    changeKind: URIRef
    contentHash: URIRef
    currentRevision: URIRef
    documentKind: URIRef
    entryHash: URIRef
    purgePending: URIRef
    redacted: URIRef
    reviewer: URIRef
    revisionNumber: URIRef
    rulesPending: URIRef
    sequence: URIRef
    storedIn: URIRef
    verdict: URIRef


for _name in SVD.__annotations__:
    setattr(SVD, _name, SVD[_name])  # found at once: it is asked for thousands of times for a page

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cito": str(CITO),
        "dcterms": str(DCTERMS),
        "eli": str(ELI),
        "geo": str(GEO),
        "oa": str(OA),
        "odrl": str(ODRL),
        "org": str(ORG),
        "owl": str(OWL),
        "prov": str(PROV),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "schema": str(SCHEMA),
        "sem": str(SEM),
        "sh": str(SH),
        "skos": str(SKOS),
        "svd": str(SVD),
        "xsd": str(XSD),
    }
)


BROADER: Final[Mapping[URIRef, int]] = MappingProxyType(
    {
        SVD.Actor: 2,
        SVD.ArmedForce: 1,
        SVD.Institution: 1,
        SVD.Agreement: 1,
        SVD.AgreementChange: 1,
        SVD.Norm: 1,
        SVD.Region: 1,
        SVD.Report: 1,
        SVD.ViolationRecord: 1,
    }
)
"""Our classes that have others below them, and how many levels: rules write them beside what a thing is."""


def narrowest(types: Iterable[str]) -> str | None:
    """Return the class of ours that says most of a thing, of all that are stated of it.

    >>> str(narrowest([SVD.Actor, SVD.ArmedForce, SVD.PeacekeepingForce]))
    'https://w3id.org/servanda/ontology#PeacekeepingForce'
    """
    own = (str(type_) for type_ in types if str(type_).startswith(str(SVD)))
    return min(own, key=lambda iri: (BROADER.get(URIRef(iri), 0), iri), default=None)


def scheme(name: str) -> URIRef:
    """Return the IRI of a code list.

    >>> str(scheme("modality"))
    'https://w3id.org/servanda/vocabulary/modality'
    """
    return URIRef(VOCABULARY + name)


def concept(scheme: str, code: str) -> URIRef:
    """Return the IRI of a code in a code list.

    >>> str(concept("modality", "hedged"))
    'https://w3id.org/servanda/vocabulary/modality/hedged'
    """
    return URIRef(f"{VOCABULARY}{scheme}/{code}")
