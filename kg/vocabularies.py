"""The terms of other vocabularies that are used here, where rdflib has none, as closed namespaces."""
# ruff: noqa: N815 (the members are named as the terms are)

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace


class ELI(DefinedNamespace):
    """The terms of the European Legislation Identifier that are used here."""

    _NS = Namespace("http://data.europa.eu/eli/ontology#")
    _fail = True

    LegalExpression: URIRef
    LegalResource: URIRef
    LegalResourceSubdivision: URIRef
    amended_by: URIRef
    amends: URIRef
    date_document: URIRef
    date_no_longer_in_force: URIRef
    has_annex: URIRef
    has_part: URIRef
    is_part_of: URIRef
    is_realized_by: URIRef
    number: URIRef
    realizes: URIRef
    repealed_by: URIRef
    repeals: URIRef
    title: URIRef
    """Of a text; that of an agreement is a title of Dublin Core."""


class SEM(DefinedNamespace):
    """The terms of the Simple Event Model that are used here."""

    _NS = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
    _fail = True

    Actor: URIRef
    Event: URIRef
    Place: URIRef
    subEventOf: URIRef


class OA(DefinedNamespace):
    """The terms of the Web Annotation vocabulary that are used here."""

    _NS = Namespace("http://www.w3.org/ns/oa#")
    _fail = True

    Annotation: URIRef
    FragmentSelector: URIRef
    SpecificResource: URIRef
    TextPositionSelector: URIRef
    TextQuoteSelector: URIRef
    end: URIRef
    exact: URIRef
    hasSelector: URIRef
    hasSource: URIRef
    hasTarget: URIRef
    prefix: URIRef
    refinedBy: URIRef
    start: URIRef
    suffix: URIRef


class CITO(DefinedNamespace):
    """The terms of the Citation Typing Ontology that are used here."""

    _NS = Namespace("http://purl.org/spar/cito/")
    _fail = True

    confirms: URIRef
    corrects: URIRef
    disputes: URIRef
    retracts: URIRef
