"""Claims: what somebody says, in which words, on whose word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdflib.namespace import RDF

from kg.query import credibility
from kg.query.lookups import answering, media, norms
from kg.query.lookups import evidence as basis
from kg.query.lookups.listing import BOX, Filter, Listing, page
from kg.query.lookups.parts import Told
from kg.query.period import CONDITIONS
from kg.terms import CITO, ELI, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.lookups.evidence import Evidence, Quote, ReportRef, Step
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.media import MediaItem
    from kg.query.lookups.norms import Materiel
    from kg.query.lookups.parts import Agent, Ref, Time
    from kg.query.lookups.reader import Reader

PADDED: Final = 'SUBSTR(CONCAT("000000", STR(?ordinal)), STRLEN(STR(?ordinal)) + 1)'
"""An ordinal of `?ordinal` as a string that sorts as the number does."""

ACTOR_FILTER: Final = """
  VALUES ?perpetrator { UNDEF } # @param perpetrator
  { ?claim svd:perpetrator ?perpetrator } UNION { ?claim svd:perpetrator/svd:conductOf ?perpetrator }
  UNION { ?claim svd:attributableTo ?perpetrator }"""
PLACE_FILTER: Final = """
  VALUES ?place { UNDEF } # @param place
  { ?claim svd:place|svd:along ?place }
  UNION { ?claim (svd:place|svd:along)/(svd:adminWithin|geo:sfWithin) ?place }"""
WITHIN_FILTER: Final = """
  VALUES ?within { UNDEF } # @param within
  ?claim (svd:place|svd:along)/(svd:adminWithin|geo:sfWithin) ?within ."""
BOX_FILTER: Final = """
  VALUES ?bbox { UNDEF } # @param bbox
  ?claim svd:place|svd:along ?bbox ."""
SOURCE_FILTER: Final = """
  VALUES ?source { UNDEF } # @param source
  ?claim prov:qualifiedAttribution/prov:agent ?source ."""
TIME_PATTERN: Final = """
  ?claim svd:time ?time .
  OPTIONAL { ?time svd:earliest ?earliest }
  OPTIONAL { ?time svd:latest ?latest }"""
FROM_FILTER: Final = f"""
  VALUES ?from {{ UNDEF }} # @param from{TIME_PATTERN}
  FILTER ({CONDITIONS["from"]})"""
TO_FILTER: Final = f"""
  VALUES ?to {{ UNDEF }} # @param to{TIME_PATTERN}
  FILTER ({CONDITIONS["to"]})"""

TYPE_FILTER: Final = """
  VALUES ?type { UNDEF } # @param type
  ?claim svd:aboutEvent/svd:eventType/skos:broader* ?type ."""


def by_grade(item: str, to_claim: str | None = None) -> Filter:
    """Return the filter by how credible the claims are that an item rests on; see `kg.query.credibility`."""
    return Filter(credibility.TAKES, credibility.hiding(item, to_claim), credibility.marking(item, to_claim))


CLAIMS: Final = Listing(
    name="claims",
    pattern="""
  ?claim a svd:Claim ; svd:statedIn ?stated .
  OPTIONAL { ?claim svd:ordinal ?ordinal }""",
    key=f'CONCAT(STR(?stated), " ", COALESCE({PADDED}, "~"), " ", STR(?claim))',
    item="?claim",
    filters={
        "report": Filter(
            "report", "VALUES ?report { UNDEF } # @param report\n  ?claim svd:statedIn ?report ."
        ),
        "event": Filter("event", "VALUES ?event { UNDEF } # @param event\n  ?claim svd:aboutEvent ?event ."),
        "type": Filter("code:event-type", TYPE_FILTER),
        "modality": Filter(
            "code:modality", "VALUES ?modality { UNDEF } # @param modality\n  ?claim svd:modality ?modality ."
        ),
        "polarity": Filter(
            "code:polarity", "VALUES ?polarity { UNDEF } # @param polarity\n  ?claim svd:polarity ?polarity ."
        ),
        "perpetrator": Filter("actor", ACTOR_FILTER),
        "place": Filter("place", PLACE_FILTER),
        "within": Filter("place", WITHIN_FILTER),
        "bbox": Filter(BOX, BOX_FILTER),
        "source": Filter("actor", SOURCE_FILTER),
        "from": Filter("period", FROM_FILTER, TIME_PATTERN),
        "to": Filter("period", TO_FILTER, TIME_PATTERN),
        credibility.NAME: by_grade("?claim"),
        **answering.FILTERS,
    },
)
FOLLOW: Final = (
    basis.FOLLOW
    | media.FOLLOW
    | {
        SVD.aboutEvent,
        SVD.conditionalOn,
        SVD.perpetrator,
        SVD.participant,
        SVD.target,
        SVD.inTerritoryOf,
        SVD.place,
        SVD.along,
        SVD.time,
        SVD.quantity,
        SVD.measuredFrom,
        SVD.ofMateriel,
        SVD.side,
        SVD.absence,
        SVD.allegesBreachOf,
        SVD.deniesBreachOf,
        SVD.qualifiedDenial,
        SVD.deniedConductOf,
        SVD.assertsFulfilmentOf,
        SVD.mentionsAgreement,
    }
)


@dataclass(frozen=True, slots=True)
class ConditionMet:
    """A norm of which a claim says that its conditions, or one of them, were met; not, if it is negative."""

    agreement: str
    norm: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a claim states; low and high are what it admits."""

    kind: str | None
    value: float | None
    low: float | None
    high: float | None
    comparator: str | None
    unit: str | None
    side: Ref | None
    civilian: bool | None
    from_: Ref | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Absence:
    """What a claim says was not there."""

    of: str | None
    by: Ref | None
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class AgreementOrTerm:
    """An agreement, or a term of it, that a claim speaks of."""

    agreement: str
    term: str | None


@dataclass(frozen=True, slots=True)
class Denial:
    """Whose conduct is denied, or that the act as such is, of one thing that a claim denies."""

    of: str
    conduct_of: tuple[Agent, ...]
    act: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with all that it says."""

    id: str
    iri: str
    key: str | None
    gist: str | None
    modality: str | None
    polarity: str | None
    report: ReportRef | None
    event: Ref | None
    condition: Ref | None
    perpetrators: tuple[Agent, ...]
    participants: tuple[Agent, ...]
    targets: tuple[Agent, ...]
    places: tuple[Ref, ...]
    along: tuple[Ref, ...]
    in_territory_of: tuple[Agent, ...]
    time: Time | None
    quantities: tuple[Quantity, ...]
    objects: tuple[Materiel, ...]
    media: tuple[MediaItem, ...]
    absences: tuple[Absence, ...]
    alleges: tuple[AgreementOrTerm, ...]
    denies: tuple[AgreementOrTerm, ...]
    denies_claims_or_events: tuple[str, ...]
    denials: tuple[Denial, ...]
    asserts_fulfilment: tuple[AgreementOrTerm, ...]
    condition_met: tuple[ConditionMet, ...]
    mentions: tuple[str, ...]
    confirms: tuple[str, ...]
    disputes: tuple[str, ...]
    corrects: tuple[str, ...]
    retracts: tuple[str, ...]
    corrected_by: tuple[str, ...]
    retracted_by: tuple[str, ...]
    credibility: int | None
    confidence: float | None
    attribution: tuple[Step, ...]
    hedge: tuple[Quote, ...]
    evidence: tuple[Evidence, ...]


def claims(reader: Reader, selection: Selection) -> tuple[tuple[Claim, ...], str | None]:
    """Return a page of claims, and the key after which the next begins."""
    found = page(reader, CLAIMS, selection)
    return claims_of(reader, found.items), found.next_after


def claim(reader: Reader, name: str) -> Claim:
    """Return a claim by id or IRI; raise NotFoundError if there is none."""
    return claims_of(reader, [str(reader.find("claim", name))])[0]


def claims_of(reader: Reader, iris: Iterable[str]) -> tuple[Claim, ...]:
    """Return the claims of these IRIs, in that order."""
    items = list(iris)
    told = Told(reader.describe(items, FOLLOW), reader.names, reader.made("claims"))
    return tuple(_claim(told, iri) for iri in items)


def _claim(told: Told, iri: str) -> Claim:
    said = told.said
    report = said.iri(iri, SVD.statedIn)
    credibility = said.code(iri, SVD.credibility)
    return Claim(
        id=told.names.short(iri),
        iri=iri,
        key=said.string(iri, SVD.key),
        gist=said.string(iri, SVD.gist),
        modality=said.code(iri, SVD.modality),
        polarity=said.code(iri, SVD.polarity),
        report=None if report is None else basis.report_ref(told, report),
        event=told.only(iri, SVD.aboutEvent),
        condition=told.only(iri, SVD.conditionalOn),
        perpetrators=told.agents(iri, SVD.perpetrator),
        participants=told.agents(iri, SVD.participant),
        targets=told.agents(iri, SVD.target),
        places=told.refs(iri, SVD.place),
        along=told.refs(iri, SVD.along),
        in_territory_of=told.agents(iri, SVD.inTerritoryOf),
        time=told.time(iri, SVD.time),
        quantities=tuple(quantity(told, node) for node in said.iris(iri, SVD.quantity)),
        objects=tuple(norms.materiel(told, node) for node in said.iris(iri, SVD.ofMateriel)),
        media=media.media(told, iri),
        absences=tuple(absence(told, node) for node in said.iris(iri, SVD.absence)),
        alleges=_spoken_of(told, said.iris(iri, SVD.allegesBreachOf)),
        denies=_spoken_of(told, said.iris(iri, SVD.deniesBreachOf)),
        denies_claims_or_events=told.ids(iri, SVD.denies),
        denials=tuple(_denial(told, node) for node in said.iris(iri, SVD.qualifiedDenial)),
        asserts_fulfilment=_spoken_of(told, said.iris(iri, SVD.assertsFulfilmentOf)),
        condition_met=tuple(_met(told, one) for one in said.iris(iri, SVD.assertsConditionMet)),
        mentions=told.ids(iri, SVD.mentionsAgreement),
        confirms=told.ids(iri, CITO.confirms),
        disputes=told.ids(iri, CITO.disputes),
        corrects=told.ids(iri, CITO.corrects),
        retracts=told.ids(iri, CITO.retracts),
        corrected_by=told.ids(iri, SVD.correctedBy),
        retracted_by=told.ids(iri, SVD.retractedBy),
        credibility=None if credibility is None else int(credibility),
        confidence=said.number(iri, SVD.extractionConfidence),
        attribution=basis.steps(told, iri),
        hedge=basis.quotes(said, iri, SVD.hedge),
        evidence=basis.evidence(told, [iri]),
    )


def _denial(told: Told, node: str) -> Denial:
    return Denial(
        of=next(iter(told.ids(node, SVD.deniedThing)), ""),
        conduct_of=told.agents(node, SVD.deniedConductOf),
        act=told.said.boolean(node, SVD.deniesAct) is True,
    )


def quantity(told: Told, node: str) -> Quantity:
    """Return a number that a claim states."""
    said = told.said
    return Quantity(
        said.code(node, SVD.quantityKind),
        said.number(node, SVD.value),
        said.number(node, SVD.low),
        said.number(node, SVD.high),
        said.code(node, SVD.comparator),
        said.string(node, SVD.unit),
        told.only(node, SVD.side),
        said.boolean(node, SVD.civilian),
        told.only(node, SVD.measuredFrom),
        said.code(node, SVD.countedGroup),
    )


def absence(told: Told, node: str) -> Absence:
    """Return what a claim says was not there."""
    said = told.said
    return Absence(
        said.code(node, SVD.eventType), told.only(node, SVD.participant), said.string(node, SVD.qualifier)
    )


def _met(told: Told, iri: str) -> ConditionMet:
    whole, _, named = iri.partition("/norm/")
    norm, _, condition = named.partition("/condition/")
    return ConditionMet(told.names.short(whole), norm, condition or None)


def _spoken_of(told: Told, iris: Iterable[str]) -> tuple[AgreementOrTerm, ...]:
    found = []
    for iri in iris:
        whole = told.said.iri(iri, SVD.ofAgreement)
        is_term = str(SVD.Term) in told.said.iris(iri, RDF.type) or whole is not None
        found.append(
            AgreementOrTerm(
                told.names.short(whole or iri),
                (told.said.string(iri, ELI.number) or told.names.short(iri)) if is_term else None,
            ),
        )
    return tuple(found)
