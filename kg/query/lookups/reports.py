"""Reports: where they come from, how much of their text is held, and the text itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rdflib.namespace import DCTERMS, PROV

from kg.query.lookups import evidence as basis
from kg.query.lookups.listing import Filter, Listing, page
from kg.query.lookups.norms import grouped
from kg.query.lookups.parts import Told
from kg.query.lookups.reader import HEAD
from kg.terms import OA, SCHEMA, SVD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.lookups.evidence import Quote
    from kg.query.lookups.listing import Selection
    from kg.query.lookups.parts import Agent, Ref
    from kg.query.lookups.reader import Reader

REPORTS: Final = Listing(
    name="reports",
    pattern="""
  ?class rdfs:subClassOf+ svd:Report .
  ?item a ?class ; dcterms:identifier ?identifier .""",
    key="STR(?item)",
    filters={
        "publisher": Filter(
            "actor",
            "  VALUES ?publisher { UNDEF } # @param publisher\n  ?item dcterms:publisher ?publisher .",
        ),
        "source": Filter(
            "actor",
            "  VALUES ?source { UNDEF } # @param source\n"
            "  ?claim svd:statedIn ?item ; prov:qualifiedAttribution/prov:agent ?source .",
        ),
    },
)
_REMARKS: Final = f"""{HEAD}SELECT ?report ?remark WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?remark svd:remarksOn ?report .
}}"""
_TEXT: Final = f"""{HEAD}SELECT ?report ?text WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?report svd:text ?text .
}}"""
_ANNOTATIONS: Final = f"""{HEAD}SELECT DISTINCT ?report ?annotation WHERE {{
  VALUES ?report {{ UNDEF }} # @param report
  ?claim svd:statedIn ?report ; prov:wasGeneratedBy ?annotation .
}}"""
_FOLLOW: Final = frozenset(
    {
        DCTERMS.publisher,
        SVD.voice,
        SVD.evidence,
        OA.hasSelector,
        PROV.wasAttributedTo,
        PROV.wasAssociatedWith,
    }
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What an analyst remarks about the text, and the words that show it."""

    key: str | None
    kind: str | None
    gist: str | None
    author: Ref | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: where it comes from, and how much of it is held."""

    id: str
    iri: str
    type: str | None
    title: str | None
    language: str | None
    publisher: Agent | None
    voice: Agent | None
    issued: str | None
    url: str | None
    archived_at: str | None
    retrieved: str | None
    licence: str | None
    text_extent: str | None
    text_fidelity: str | None
    text_access: str | None
    text_sha256: str | None
    text_keyed_hash: str | None
    alternate_of: tuple[str, ...]
    annotators: tuple[Ref, ...]
    annotated: str | None
    remarks: tuple[Remark, ...]
    text: str | None = None
    """The text as it is served: `text[start:end]` of every quote are its words; not told in lists."""


def reports(reader: Reader, selection: Selection) -> tuple[tuple[Report, ...], str | None]:
    """Return a page of reports, and the key after which the next begins."""
    found = page(reader, REPORTS, selection)
    return reports_of(reader, found.items), found.next_after


def report(reader: Reader, name: str) -> Report:
    """Return a report by id or IRI with its text; raise NotFoundError if there is none."""
    iri = str(reader.find("report", name))
    text = reader.related(_TEXT, "report", [iri])
    return replace(reports_of(reader, [iri])[0], text=text[0][1] if text else None)


def reports_of(reader: Reader, iris: Iterable[str]) -> tuple[Report, ...]:
    """Return the reports of these IRIs, in that order, without their texts."""
    items = list(iris)
    remarks = grouped(reader, _REMARKS, "report", items)
    annotations = grouped(reader, _ANNOTATIONS, "report", items)
    parts = {part for found in (remarks, annotations) for several in found.values() for part in several}
    told = Told(reader.describe({*items, *parts}, _FOLLOW), reader.names, reader.made("reports"))
    return tuple(
        _report(told, item, sorted(remarks.get(item, ())), sorted(annotations.get(item, ())))
        for item in items
    )


def _report(told: Told, iri: str, remarks: list[str], annotations: list[str]) -> Report:
    said = told.said
    head = basis.report_ref(told, iri)
    annotators = {ref.iri: ref for node in annotations for ref in told.refs(node, PROV.wasAssociatedWith)}
    annotated = [day for node in annotations for day in said.strings(node, SVD.annotatedOn)]
    return Report(
        id=head.id,
        iri=iri,
        type=head.type,
        title=head.title,
        language=head.language,
        publisher=head.publisher,
        voice=next(iter(told.agents(iri, SVD.voice)), None),
        issued=head.issued,
        url=said.string(iri, SCHEMA.url),
        archived_at=head.archived_at,
        retrieved=head.retrieved,
        licence=said.string(iri, DCTERMS.license),
        text_extent=head.text_extent,
        text_fidelity=head.text_fidelity,
        text_access=head.text_access,
        text_sha256=said.string(iri, SVD.textSha256),
        text_keyed_hash=said.string(iri, SVD.textKeyedHash),
        alternate_of=told.ids(iri, PROV.alternateOf),
        annotators=tuple(annotators.values()),
        annotated=next(iter(annotated), None),
        remarks=tuple(_remark(told, node) for node in remarks),
    )


def _remark(told: Told, node: str) -> Remark:
    said = told.said
    return Remark(
        said.string(node, SVD.key),
        said.code(node, SVD.remarkKind),
        said.string(node, SVD.gist),
        told.only(node, PROV.wasAttributedTo),
        basis.quotes(said, node, SVD.evidence),
    )
