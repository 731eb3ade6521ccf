"""RDF that would lose something on its way in is refused with its place, in every syntax."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import RdfSyntaxError
from kg.pipeline.sources import ontology_triples
from kg.query.lookups.context import of_ontology
from kg.store import SYNTAXES, parse_ntriples, parse_triples

S, P = "http://ex.org/s", "http://ex.org/p"
BASE = "http://base.example/g"
JSON_LD = "application/ld+json"
OWN = {"/context.jsonld": of_ontology(ontology_triples())["@context"]}
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://ex.org/"'


def refusal(data: str | bytes, media_type: str = JSON_LD) -> RdfSyntaxError:
    with pytest.raises(RdfSyntaxError) as caught:
        parse_ntriples(data.encode() if isinstance(data, str) else data, media_type, BASE, OWN)
    return caught.value


def read(value: Any) -> list[str]:
    return sorted(parse_ntriples(json.dumps(value).encode(), JSON_LD, BASE, OWN).decode().splitlines())


def said(value: Any) -> str:
    return str(refusal(json.dumps(value)))


P_AT = "/http:~1~1ex.org~1p"
LOST: list[tuple[Any, str, str]] = [
    ({"@id": "http://ex.org/a b", P: "x"}, "/@id", "is no IRI"),
    ({"@id": S, P: {"@id": "http://ex.org/a b"}}, f"{P_AT}/@id", "is no IRI"),
    ({"@id": S, "@type": ["http://ex.org/T", "http://ex.org/a b"]}, "/@type/1", "is no IRI"),
    ({"@id": S, "http://ex.org/a b": "x"}, "/http:~1~1ex.org~1a b", "is no IRI"),
    ({"@id": "@foo", P: "x"}, "/@id", "form of a keyword"),
    ({"@id": "_:a b", P: "x"}, "/@id", "blank node identifier is invalid"),
    ({"@id": 5, P: "x"}, "/", '"@id" value must be a string'),
    ({"@id": S, P: {"@value": "x", "@language": "fr_FR"}}, f"{P_AT}/@language", "is no language tag"),
    ({"@id": S, P: {"@value": "x", "@type": "http://a b"}}, P_AT, "absolute IRI"),
    ({"@id": S, "name": "x"}, "/name", "maps no such name"),
    ([{"@id": S, P: "x"}, {"@id": S, "name": {P: "y"}}], "/1/name", "maps no such name"),
    ({"@id": S, "@foo": "x", P: "y"}, "/@foo", "is none"),
    ({"@context": {"a": None}, "@id": S, "a": "x"}, "/a", "maps 'a' to nothing"),
    ({"@id": S, "_:b": "x"}, "/_:b", "blank node"),
    ({"@id": S, P: None}, P_AT, "null"),
    ({"@id": S, P: ["x", None]}, f"{P_AT}/1", "null"),
    ({"@id": S, P: {"@list": [None, "x"]}}, f"{P_AT}/@list/0", "null"),
    ({"@id": S, P: {"@value": None}}, f"{P_AT}/@value", "null"),
    ({"@id": S, P: {"@value": "x", "@index": "k"}}, f"{P_AT}/@index", "@index"),
    ({"@context": {"a": {"@id": P, "@container": "@index"}}, "@id": S, "a": {"k": "x"}}, "/a/k", "key"),
    (
        {"@context": {"a": {"@id": P, "@container": "@language"}}, "@id": S, "a": {"en": "x", "fr_FR": "y"}},
        "/a/fr_FR",
        "is no language tag",
    ),
    (
        {"@context": {"a": {"@id": P, "@container": "@id"}}, "@id": S, "a": {"http://a b": {P: "x"}}},
        "/a/http:~1~1a b",
        "is no IRI",
    ),
    ({"@context": {"a": {"@id": P, "@type": "@id"}}, "@id": S, "a": ["x", "y z"]}, "/a/1", "is no IRI"),
    ({"@context": {"@vocab": "http://v/"}, "@id": S, "a b": "x"}, "/a b", "is no IRI"),
    ({"@context": {"@language": "fr_FR", "a": P}, "@id": S, "a": "x"}, "/a", "no language tag"),
    ({"@context": {"@direction": "rtl", "a": P}, "@id": S, "a": "x"}, "/a", "direction"),
    ({"@id": S, P: {"@value": "x", "@direction": "rtl"}}, f"{P_AT}/@direction", "direction"),
    ([{"@value": "x"}, {"@id": S, P: "y"}], "/0", "in no statement"),
    (["loose", {"@id": S, P: "y"}], "/0", "in no statement"),
    ([{"@id": "http://ex.org/alone"}, {"@id": S, P: "y"}], "/0", "in no statement"),
    ({"@context": {"n": "@nest"}, "@id": S, "n": {"lost": "x"}}, "/n/lost", "maps no such name"),
    ({"@id": S, "@reverse": {P: {"@id": "a b:c d"}}}, f"/@reverse{P_AT}/@id", "is no IRI"),
    (
        {
            "@context": {"T": {"@id": "http://ex.org/T", "@context": {"q": P}}},
            "@id": S,
            "@type": "U",
            "q": "x",
        },
        "/q",
        "maps no such name",
    ),
    ({"@id": S, P: 123456789012345678901234567890}, P_AT, "more exact"),
]


@pytest.mark.parametrize(("value", "at", "why"), LOST, ids=[f"{at} {why}" for _, at, why in LOST])
def test_what_json_ld_would_lose_is_refused_with_its_place(value: Any, at: str, why: str) -> None:
    message = said(value)
    assert f"at {at}: " in message
    assert why in message


KEPT: list[tuple[Any, int]] = [
    ({}, 0),
    ({"@context": {"a": P}, "@id": S, "a": ["x", "y"]}, 2),
    ({"@id": S, P: {"@list": []}}, 1),
    ({"@id": S, P: {"@list": [{"@list": ["a"]}, "b"]}}, 7),
    ({"@id": S, P: {"@value": {"a": None}, "@type": "@json"}}, 1),
    ({"@id": S, P: [1, 1.5, True, "x", {"@id": "rel"}]}, 5),
    ({"@graph": [{"@id": S, P: {P: "inner"}}]}, 2),
    ({"@id": S, P: "v", "@included": [{"@id": "http://ex.org/o", P: "w"}]}, 2),
    ({"@context": {"a": {"@id": P, "@container": "@type"}}, "@id": S, "a": {"http://o/T": {P: "v"}}}, 3),
    ({"@context": {"n": "@nest", "a": {"@id": P, "@nest": "n"}}, "@id": S, "n": {"a": "x"}}, 1),
    (
        {
            "@context": {"T": {"@id": "http://ex.org/T", "@context": {"q": P}}},
            "@id": S,
            "@type": "T",
            "q": "x",
        },
        2,
    ),
    (
        {
            "@context": {"a": {"@id": P, "@container": "@language"}},
            "@id": S,
            "a": {"en": ["x"], "@none": "y"},
        },
        2,
    ),
    ({"@context": {"r": {"@reverse": P}}, "@id": S, "r": [{"@id": "http://ex.org/o", P: "v"}]}, 2),
]


@pytest.mark.parametrize(("value", "count"), KEPT, ids=str)
def test_what_loses_nothing_is_read(value: Any, count: int) -> None:
    assert len(read(value)) == count


def test_what_the_product_writes_as_json_ld_it_reads() -> None:
    triples = [
        ox.Quad(ox.NamedNode(str(s)), ox.NamedNode(str(p)), ox.Literal(str(o), language="en"))
        for s, p, o in sorted(ontology_triples())[:500]
    ]
    written = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert written is not None
    assert len(parse_triples(written, JSON_LD, BASE)) == len({*triples})


@pytest.mark.parametrize(
    "text",
    [f'{{"@id": "{S}", "{P}": "x", "{P}": "y"}}', '{"@context": {"a": "http://a/", "a": "http://b/"}}'],
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    assert "stands twice" in str(refusal(text))


@pytest.mark.parametrize(
    ("context", "at"),
    [
        ("https://example.org/context.jsonld", "/@context"),
        ([{"a": P}, "https://example.org/c"], "/@context/1"),
        ({"@import": "https://example.org/c"}, "/@context/@import"),
        ({"a": {"@id": P, "@context": "https://example.org/c"}}, "/@context/a/@context"),
        ("context.jsonld", "/@context"),
    ],
)
def test_a_context_from_elsewhere_is_refused_with_what_to_do(context: Any, at: str) -> None:
    message = said({"@context": context, "@id": S, "a": "x"})
    assert f"at {at}: " in message
    assert "put what is there in its place" in message
    assert "/context.jsonld" in message


@pytest.mark.parametrize("context", ["/context.jsonld", ["/context.jsonld", {"extra": P}]])
def test_the_product_s_own_context_is_known_without_a_network(context: Any) -> None:
    lines = read({"@context": context, "@id": S, "gist": "It rained.", "@type": "Claim"})
    assert any("ontology#gist" in line for line in lines)
    assert any("ontology#Claim>" in line for line in lines)


def document(inner: str, about: str = 'rdf:about="http://a/"') -> str:
    return f"<rdf:RDF {RDF}>\n<rdf:Description {about}>\n{inner}\n</rdf:Description>\n</rdf:RDF>"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (document('<e:p rdf:parseType="Foo"><b>x</b></e:p>'), 3, "is none"),
        (document('<e:p rdf:parseType="Literal"><b>x<!-- c --></b></e:p>'), 3, "comment"),
        (document("<e:p>x</e:p>", 'rdf:about="http://a/" rdf:bagID="b"'), 2, "no longer part"),
        (document('<e:p xml:foo="x">x</e:p>'), 3, "says nothing in RDF"),
        (document('<e:p rdf:resource="http://a b"/>'), 3, "Invalid IRI"),
        (document('<e:p xml:lang="fr_FR">x</e:p>'), 3, "language tag"),
        (document('<e:p rdf:datatype="http://a b">x</e:p>'), 3, "Invalid IRI"),
        (document("stray<e:p>x</e:p>"), 3, "Unexpected text"),
        (document("<e:p>x</e:p>").removesuffix("</rdf:RDF>"), 5, "no XML at column 1: no element found"),
        (document("<e:p>x&#1;</e:p>"), 3, "no XML at column 7: reference to invalid character"),
        (document("<e:p>x\x01</e:p>"), 3, "no XML at column 7: not well-formed"),
        (document("<e:p>]]></e:p>"), 3, "no XML"),
        (f"{document('<e:p>x</e:p>')}\n<!-- a -- b -->", 6, "no XML"),
        ("", 1, "no XML"),
    ],
)
def test_what_rdf_xml_would_lose_is_refused_with_its_line(text: str, line: int, why: str) -> None:
    error = refusal(text, "application/rdf+xml")
    assert why in str(error)
    assert error.line == line


@pytest.mark.parametrize(
    "syntax", [syntax for syntax in SYNTAXES if "xml" not in syntax and "json" not in syntax]
)
@pytest.mark.parametrize(
    "statement",
    [
        "<http://a/b c> <urn:p> <urn:o> .",
        '<urn:s> <urn:p> "x"@fr_FR .',
        '<urn:s> <urn:p> "x"^^<http://a b> .',
    ],
)
def test_what_is_malformed_in_the_family_of_turtle_is_refused_with_its_line(
    syntax: str, statement: str
) -> None:
    assert refusal(f"<urn:a> <urn:b> <urn:c> .\n{statement}\n", syntax).line == 2


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("name", ["langString", "dirLangString"])
def test_text_that_is_of_a_language_and_has_none_is_refused(name: str, syntax: str) -> None:
    datatype = f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}"
    data = {
        JSON_LD: json.dumps({"@id": S, P: {"@value": "x", "@type": datatype}}),
        "application/rdf+xml": document(f'<e:p rdf:datatype="{datatype}">x</e:p>'),
    }.get(syntax, f'<{S}> <{P}> "x"^^<{datatype}> .')
    assert name in str(refusal(data, syntax))


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        ('<urn:s> <urn:p> "x"@ar--rtl .', "text/turtle"),
        (json.dumps({"@id": S, P: {"@value": "x", "@language": "ar", "@direction": "rtl"}}), JSON_LD),
    ],
)
def test_a_direction_is_not_lost_where_no_document_has_one(data: str, syntax: str) -> None:
    assert b"--rtl" in parse_ntriples(data.encode(), syntax, BASE)
    with pytest.raises(RdfSyntaxError, match="base direction"):
        parse_triples(data.encode(), syntax, BASE)


def test_json_ld_of_any_form_is_read_or_refused_in_time() -> None:
    deep: Any = {"@id": S, P: "x"}
    for _ in range(120):
        deep = {"@id": S, P: deep}
    wide = [{"@id": f"{S}{number}", P: ["x", {"@id": S}]} for number in range(10_000)]
    odd: list[Any] = [
        None,
        5,
        "x",
        [],
        [[[]]],
        {"@context": 5},
        {"@context": {"@base": 5}},
        {"@graph": 5},
        {"@reverse": []},
    ]
    odd += [
        {"@id": []},
        {"@type": {}},
        {"@type": [5]},
        {"@value": {}},
        {"@list": {"@list": None}},
        {"@set": 5},
    ]
    odd += [
        {"@context": {"a": {"@id": "a"}}},
        {"@context": {"@vocab": "::"}, "a": 1},
        {"@context": {"a": []}},
    ]
    begun = time.monotonic()
    assert len(read(wide)) == 20_000
    for value in [deep, *odd]:
        with suppress(RdfSyntaxError):
            read(value)
    assert time.monotonic() - begun < 60
