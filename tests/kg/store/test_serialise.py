"""Triples as text: the same for the same triples, and nothing altered by the syntax."""

from __future__ import annotations

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD

from kg.store import serialise

E = "https://example.org/"
PREFIXES = {"e": f"{E}terms#", "xsd": str(XSD), "other": f"{E}other#"}
TRIPLES = frozenset(
    {
        (URIRef(f"{E}b"), URIRef(f"{E}terms#p"), Literal("z", lang="en")),
        (URIRef(f"{E}a"), URIRef(f"{E}terms#p"), Literal("y")),
        (URIRef(f"{E}a"), URIRef(f"{E}terms#a"), Literal("2021-08-26", datatype=XSD.date)),
        (URIRef(f"{E}a"), RDF.type, URIRef(f"{E}terms#T")),
        (URIRef(f"{E}a"), URIRef(f"{E}terms#p"), Literal("x")),
    },
)
TURTLE = """\
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://example.org/terms#> .
<https://example.org/a> a e:T ;
	e:a "2021-08-26"^^xsd:date ;
	e:p "x" , "y" .
<https://example.org/b> e:p "z"@en .
"""
SYNTAXES = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"}


def test_turtle_has_types_first_subjects_in_order_and_the_prefixes_that_are_of_use() -> None:
    assert serialise(TRIPLES, "text/turtle", PREFIXES).decode() == TURTLE
    assert serialise(sorted(TRIPLES, reverse=True), "text/turtle", PREFIXES).decode() == TURTLE


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_every_character_comes_back(media_type: str) -> None:
    words = Literal("a\r\nb\rc\td  <&>\"' ]]> \u0085\u2028\U0001f54a \\", lang="en")
    triple = (URIRef(f"{E}a"), URIRef(f"{E}p"), words)
    written = serialise([triple], media_type, {})
    assert set(Graph().parse(data=written, format=SYNTAXES[media_type])) == {triple}


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_has_not_is_refused_in_xml_only(character: str) -> None:
    triple = (URIRef(f"{E}a"), URIRef(f"{E}p"), Literal(f"a{character}b"))
    with pytest.raises(ValueError, match="XML cannot have"):
        serialise([triple], "application/rdf+xml", {})
    assert serialise([triple], "application/n-triples", {})


def test_other_media_types_are_refused() -> None:
    with pytest.raises(ValueError, match="image/png"):
        serialise(TRIPLES, "image/png", {})


def test_no_triples_are_an_empty_graph() -> None:
    for media_type, syntax in SYNTAXES.items():
        assert not set(Graph().parse(data=serialise([], media_type, PREFIXES), format=syntax))
