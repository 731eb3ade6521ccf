"""A list of actors from triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.converters.actors import TYPES
from kg.ingest.from_rdf.times import read_time
from kg.ingest.from_rdf.view import bare, code, labels, many_labels, name, names, term, word, words
from kg.terms import DCTERMS, ORG, OWL, PROV, RDF, RDFS, SKOS, SVD

if TYPE_CHECKING:
    from rdflib.term import Node, URIRef

    from kg.ingest.from_rdf.view import Fields, Table, View
    from kg.ingest.outline import Path, Value

_WORDS = {str(iri): word for word, iri in TYPES.items()}
_ACTOR = (
    ("label", RDFS.label, labels),
    ("alt_labels", SKOS.altLabel, many_labels),
    ("iso3166_alpha2", SVD.iso3166Alpha2, word),
    ("iso3166_alpha3", SVD.iso3166Alpha3, word),
    ("gw_code", SVD.gwCode, word),
    ("cow_code", SVD.cowCode, word),
    ("ucdp_actor_id", SVD.ucdpActorId, word),
    ("speaks_for", SVD.speaksFor, name("actor")),
    ("based_in", SVD.basedIn, name("actor")),
    ("mandated_by", SVD.mandatedBy, term),
    ("mandate", SVD.mandate, word),
    ("members", ORG.hasMember, names("actor")),
    ("note", SKOS.note, word),
    ("same_as", OWL.sameAs, words),
)
_AFFILIATION = (
    ("actor", ORG.organization, name("actor")),
    ("disputed", SVD.disputed, word),
)
_DATED_NAME = (("name", RDFS.label, labels), ("note", SKOS.note, word))
_CHANGE = (
    ("actor", ORG.originalOrganization, name("actor")),
    ("how", SVD.succession, code("succession")),
    ("note", SKOS.note, word),
)
DATES = (("from", SVD.validFrom), ("until", SVD.validUntil))
_RELIABILITY = (
    ("grade", SVD.reliability, code("reliability")),
    ("assessor", PROV.wasAttributedTo, name("actor")),
    ("date", DCTERMS.date, word),
)


def read_actors(view: View, graph: URIRef) -> Fields:
    """Return the document that lists the actors whom the triples describe."""
    nodes = view.of_types(TYPES.values())
    statements = [(node, said) for node, _ in nodes for said in (SKOS.note, SVD.mandate)]
    found = view.fill(graph, (), (("source", DCTERMS.source, word),))
    found["lang"] = view.language_of([*statements, (graph, DCTERMS.source)])
    judgements = {
        view.one(node, SVD.assessedSource): node for node in view.of_type(SVD.ReliabilityAssessment)
    }
    affiliations: dict[Node | None, list[Node]] = {}
    for affiliation in view.of_type(SVD.Affiliation):
        affiliations.setdefault(view.one(affiliation, ORG.member), []).append(affiliation)
    listed: list[Value] = []
    for index, (node, type_) in enumerate(nodes):
        path: Path = ("actors", index)
        actor = _actor(view, node, type_, path)
        actor |= _history(view, node, affiliations.get(node, []), path)
        if node in judgements:
            actor["reliability"] = view.fill(judgements[node], (*path, "reliability"), _RELIABILITY)
        listed.append(actor)
    return {**found, "actors": listed}


def _actor(view: View, node: Node, type_: Node, path: Path) -> Fields:
    found = view.fill(node, path, _ACTOR)
    view.note((*path, "type"), node, RDF.type)
    return {"id": view.key(node, "actor"), "type": _WORDS[str(type_)], **found}


def _history(view: View, node: Node, affiliations: list[Node], path: Path) -> Fields:
    """Return whose force the actor is, what it was called and whom it came of."""
    found: Fields = {}
    view.note((*path, "force_of"), node, SVD.forceOf)
    plain: list[Value] = [{"actor": bare(view, "actor", item)} for item in view.many(node, SVD.forceOf)]
    dated = [
        read_dated(view, item, (*path, "force_of", len(plain) + index), _AFFILIATION, DATES)
        for index, item in enumerate(affiliations)
    ]
    names = [
        read_dated(view, item, (*path, "known_as", index), _DATED_NAME, DATES)
        for index, item in enumerate(view.many(node, SVD.knownAs))
    ]
    changes = [
        read_dated(view, item, (*path, "predecessors", index), _CHANGE, (("when", SVD.validFrom),))
        for index, item in enumerate(view.many(node, ORG.resultedFrom))
    ]
    for field, listed in (("force_of", plain + dated), ("known_as", names), ("predecessors", changes)):
        if listed:
            found[field] = listed
    return found


def read_dated(
    view: View, node: Node, path: Path, table: Table, times: tuple[tuple[str, URIRef], ...]
) -> Value:
    """Return the fields of something dated: those of the table, and its times."""
    found = view.fill(node, path, table)
    for field, predicate in times:
        view.note((*path, field), node, predicate)
        time = view.one(node, predicate)
        if time is not None:
            found[field] = read_time(view, time, (*path, field))
    return found
