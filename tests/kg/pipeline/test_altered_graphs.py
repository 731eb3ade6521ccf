"""A graph that is held and comes back altered in what is computed: refused, as when it is met first."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib.namespace import XSD
from rdflib.term import BNode, Literal, Node, URIRef

from kg import resources
from kg.pipeline import ingest
from kg.pipeline.proposal import propose
from kg.pipeline.setup import reference_in_memory
from kg.store import from_nquads
from kg.terms import DCTERMS, ELI, GEO, OA, PROV, RDF, RDFS, SVD

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Triple
    from kg.pipeline import Repository
    from kg.pipeline.proposal import Proposal

REPORT, AGREEMENT, PLACES = (
    "report/seed-syunik-highway-2021",
    "agreement/nk-2020-11-10",
    "places/am-az",
)
COMPUTED = [
    (REPORT, SVD.earliest),
    (REPORT, SVD.latest),
    (REPORT, SVD.precision),
    (REPORT, SVD.text),
    (REPORT, SVD.textSha256),
    (REPORT, SVD.ordinal),
    (REPORT, SVD.step),
    (REPORT, SVD.accordingTo),
    (REPORT, SVD.voice),
    (REPORT, SVD.polarity),
    (REPORT, SVD.key),
    (REPORT, OA.start),
    (REPORT, OA.end),
    (REPORT, OA.exact),
    (REPORT, OA.prefix),
    (REPORT, OA.suffix),
    (REPORT, OA.hasSource),
    (REPORT, DCTERMS.identifier),
    (REPORT, PROV.wasAttributedTo),
    (AGREEMENT, SVD.earliest),
    (AGREEMENT, SVD.latest),
    (AGREEMENT, SVD.precision),
    (AGREEMENT, SVD.ordinal),
    (AGREEMENT, SVD.alternativeReadingOf),
    (AGREEMENT, SVD.key),
    (AGREEMENT, SVD.ofAgreement),
    (AGREEMENT, ELI.has_part),
    (AGREEMENT, DCTERMS.identifier),
    (AGREEMENT, RDFS.label),
    (PLACES, GEO.sfTouches),
]
ALTERATIONS: dict[str, Callable[[frozenset[Triple], Triple], frozenset[Triple]]] = {
    "altered": lambda held, triple: held - {triple} | {(*triple[:2], another(triple[2]))},
    "missing": lambda held, triple: held - {triple},
    "added": lambda held, triple: held | {(*triple[:2], another(triple[2]))},
}


@cache
def repository() -> Repository:
    """Return a store in memory that holds the seed article and the reference data."""
    made = reference_in_memory()
    ingest(made, [Path(str(resources.data() / "seed"))])
    return made


def held(document: str) -> tuple[URIRef, frozenset[Triple]]:
    graph = URIRef(f"{repository().store.stamp.base}graph/{document}")
    found = repository().store.graph(graph)
    assert found
    return graph, found


def proposed(graph: URIRef, triples: frozenset[Triple]) -> Proposal:
    return propose(repository().store, {graph: triples})


def another(value: Node) -> Node:
    """Return another value of the same kind."""
    if not isinstance(value, Literal):
        return URIRef(f"{value}x")
    text = str(value)
    if value.datatype == XSD.dateTime:
        text = str(int(text[:4]) + 1) + text[4:]
    elif value.datatype == XSD.integer:
        text = str(int(text) + 1)
    elif value.datatype == XSD.boolean:
        text = {"true": "false", "false": "true"}[text]
    else:
        text = f"{text[:-1]}{'0' if text[-1:] != '0' else '1'}"
    return Literal(text, lang=value.language, datatype=None if value.language else value.datatype)


@pytest.mark.parametrize("how", ALTERATIONS)
@pytest.mark.parametrize(("document", "predicate"), COMPUTED, ids=str)
def test_a_computed_value_that_is_not_what_the_document_says_is_refused(
    document: str, predicate: URIRef, how: str
) -> None:
    graph, triples = held(document)
    triple = min(item for item in triples if item[1] == predicate)
    [item] = proposed(graph, ALTERATIONS[how](triples, triple)).items
    assert item.outcome.status == "refused", triple
    assert any(str(triple[0]).rpartition("/")[2] in problem.field for problem in item.outcome.problems)


@pytest.mark.parametrize("document", [REPORT, AGREEMENT, PLACES, "actors/states"])
def test_whatever_is_altered_the_graph_is_never_called_unchanged(document: str) -> None:
    graph, triples = held(document)
    classes = {subject: value for subject, predicate, value in triples if predicate == RDF.type}
    kinds = {(classes.get(triple[0]), triple[1]): triple for triple in sorted(triples)}
    for triple in kinds.values():
        sent = ALTERATIONS["altered"](triples, triple)
        [item] = proposed(graph, sent).items
        assert item.outcome.status in {"refused", "valid"}, triple
        if item.outcome.status == "valid":
            assert {quad[:3] for quad in from_nquads(item.content)} == sent, triple


@pytest.mark.parametrize("document", [REPORT, AGREEMENT, PLACES, "actors/states"])
def test_what_is_held_is_unchanged_with_names_and_without(document: str) -> None:
    graph, triples = held(document)
    [item] = proposed(graph, triples).items
    assert item.outcome.status == "unchanged"
    parts = {s for s, p, o in triples if p == RDF.type and o in {SVD.TimeExpression, OA.TextPositionSelector}}
    blank: dict[Node, Node] = {part: BNode() for part in parts}
    nameless = frozenset((blank.get(s, s), p, blank.get(o, o)) for s, p, o in triples)
    [item] = proposed(graph, nameless).items
    assert item.outcome.status == "unchanged"
    if blank:
        altered = {
            (s, p, another(o) if isinstance(s, BNode) and p in {SVD.latest, OA.end} else o)
            for s, p, o in nameless
        }
        [item] = proposed(graph, frozenset(altered)).items
        assert item.outcome.status == "refused"
