"""Nanopublications in TriG, one for each claim: that it was made, on whose word, and who wrote that down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from kg.terms import SVD, concept

if TYPE_CHECKING:
    from collections.abc import Mapping

    Body = Mapping[str, Any]

_NP: Final = Namespace("http://www.nanopub.org/nschema#")
_LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")
_NOTE: Final = "That this was claimed, by whom and in which words. Whether it is so is not asserted."


def nanopublication(report: Body, claim: Body) -> str:
    """Return the nanopublication of a claim.

    What is asserted is that the claim was made: nothing of what it says stands as a statement by itself.
    """
    base = Namespace(f"{claim['iri']}/nanopub#")
    np = URIRef(f"{claim['iri']}/nanopub")
    assertion, provenance, pubinfo = Graph(), Graph(), Graph()
    _assert(assertion, base, claim)
    _derive(provenance, base, report, claim)
    pubinfo.add((np, DCTERMS.license, _LICENCE))
    pubinfo.add((np, RDFS.comment, Literal(_NOTE, lang="en")))
    pubinfo.add((np, PROV.wasDerivedFrom, URIRef(report["iri"])))
    for one in report["annotators"]:
        pubinfo.add((np, DCTERMS.creator, URIRef(one["iri"])))
    if report["annotated"]:
        pubinfo.add((np, DCTERMS.created, _time(report["annotated"])))
    head = Graph()
    head.add((np, RDF.type, _NP.Nanopublication))
    head.add((np, _NP.hasAssertion, base.assertion))
    head.add((np, _NP.hasProvenance, base.provenance))
    head.add((np, _NP.hasPublicationInfo, base.pubinfo))
    parts = {"Head": head, "assertion": assertion, "provenance": provenance, "pubinfo": pubinfo}
    return "\n".join(_written(base[name], graph) for name, graph in parts.items())


def _written(name: URIRef, graph: Graph) -> str:
    """Return a graph in TriG, always in the same order."""
    lines = sorted(f"  {' '.join(term.n3() for term in triple)} .\n" for triple in graph)
    return f"{name.n3()} {{\n{''.join(lines)}}}\n"


def _assert(graph: Graph, base: Namespace, claim: Body) -> None:
    """Say that the claim was made: how, and in which words."""
    iri = URIRef(claim["iri"])
    graph.add((iri, RDF.type, SVD.Claim))
    graph.add((iri, SVD.statedIn, URIRef(claim["report"]["iri"])))
    for predicate, name in ((SVD.modality, "modality"), (SVD.polarity, "polarity")):
        if claim[name]:
            graph.add((iri, predicate, URIRef(concept(name, claim[name]))))
    if claim["gist"]:
        graph.add((iri, SVD.gist, Literal(claim["gist"])))
    for number, piece in enumerate(claim["evidence"], 1):
        if piece["quote"]:
            quote = base[f"quote-{number}"]
            graph.add((iri, PROV.wasQuotedFrom, quote))
            graph.add((quote, PROV.value, Literal(piece["quote"], lang=piece["lang"])))


def _derive(graph: Graph, base: Namespace, report: Body, claim: Body) -> None:
    """Say on whose word the claim stands, step by step."""
    graph.add((base["assertion"], PROV.wasDerivedFrom, URIRef(report["iri"])))
    for one in report["annotators"]:
        graph.add((base["assertion"], PROV.wasAttributedTo, URIRef(one["iri"])))
    for step in claim["attribution"]:
        node = base[f"attribution-{step['step']}"]
        graph.add((URIRef(claim["iri"]), PROV.qualifiedAttribution, node))
        graph.add((node, RDF.type, PROV.Attribution))
        graph.add((node, SVD.step, Literal(step["step"])))
        if step["agent"]:
            graph.add((node, PROV.agent, URIRef(step["agent"]["iri"])))
            if step["agent"]["label"]:
                graph.add((URIRef(step["agent"]["iri"]), RDFS.label, Literal(step["agent"]["label"])))


def _time(text: str) -> Literal:
    return Literal(text, datatype=XSD.dateTime if "T" in text else XSD.date)
