"""What is put together from several steps, quotes or names keeps its order, however it came in."""

from __future__ import annotations

import random

import pytest
from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, SKOS, XSD

from kg.query import ask, find
from kg.settings import DEFAULT_BASE
from kg.store import ChangeSet, OxigraphStore, memory
from kg.terms import OA, SVD, concept

B = DEFAULT_BASE
CLAIMS = 40
GRAPH = URIRef(f"{B}graph/test")


def whole(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> OxigraphStore:
    """Claims of four steps and three quotes each; labels sort otherwise than steps; taken in at random."""
    report = URIRef(f"{B}report/r")
    asserted = concept("modality", "hedged")
    names = {"a": "Zeta", "b": "Alpha", "c": "Mu", "d": "Beta"}
    triples: list[tuple[URIRef, URIRef, URIRef | Literal]] = [
        (report, RDF.type, SVD.NewsReport),
        (report, DCTERMS.identifier, Literal("r")),
        (report, SVD.voice, URIRef(f"{B}actor/a")),
        (asserted, SKOS.notation, Literal("hedged")),
        *((URIRef(f"{B}actor/{key}"), RDFS.label, Literal(name, lang="en")) for key, name in names.items()),
        (URIRef(f"{B}actor/d"), RDFS.label, Literal("Aaa", lang="de")),
        (URIRef(f"{B}actor/e"), RDFS.label, Literal("Same", lang="de")),
        (URIRef(f"{B}actor/e"), RDFS.label, Literal("Same", lang="fr")),
        (URIRef(f"{B}actor/e"), RDFS.label, Literal("Zame", lang="es")),
    ]
    for number in range(CLAIMS):
        claim = URIRef(f"{report}/claim/{number}")
        triples += [
            (claim, SVD.statedIn, report),
            (claim, SVD.key, Literal(f"c{number}")),
            (claim, SVD.ordinal, whole(number)),
            (claim, SVD.modality, asserted),
            (claim, SVD.accordingTo, URIRef(f"{B}actor/e")),
        ]
        for step, agent in enumerate("abcde", start=1):
            node = URIRef(f"{claim}/attribution/{step}")
            triples += [
                (claim, PROV.qualifiedAttribution, node),
                (node, SVD.step, whole(step)),
                (node, PROV.agent, URIRef(f"{B}actor/{agent}")),
            ]
        for place, words in ((900, "third"), (20, "first"), (100, "second")):
            node = URIRef(f"{claim}/evidence/{words}")
            triples += [
                (claim, SVD.evidence, node),
                (node, OA.hasSelector, URIRef(f"{node}/quote")),
                (URIRef(f"{node}/quote"), OA.exact, Literal(words)),
                (node, OA.hasSelector, URIRef(f"{node}/position")),
                (URIRef(f"{node}/position"), OA.start, whole(place)),
                (URIRef(f"{node}/position"), OA.end, whole(place + 5)),
            ]
    random.Random(request.param).shuffle(triples)  # noqa: S311 (an order, not a secret)
    made = memory(B)
    for triple in triples:
        made.apply(ChangeSet(insert=frozenset({(*triple, GRAPH)})))
    return made


@pytest.mark.parametrize("store", [1, 2, 3], indirect=True)
def test_sources_come_farthest_first_and_claims_in_the_order_of_the_text(store: OxigraphStore) -> None:
    rows = ask(store, find("16"), {}).rows
    assert [row["claim"] for row in rows] == [f"c{number}" for number in range(CLAIMS)]
    assert {row["according_to"] for row in rows} == {"Same via Beta via Mu via Alpha via Zeta"}


@pytest.mark.parametrize("store", [1, 2, 3], indirect=True)
def test_quotes_come_in_the_order_of_the_text(store: OxigraphStore) -> None:
    rows = ask(store, find("17"), {}).rows
    assert len(rows) == CLAIMS
    assert {row["quote"] for row in rows} == {"first […] second […] third"}
