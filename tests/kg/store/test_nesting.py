"""RDF that is nested without end is refused before any parser recurses over it; nothing else is."""

from __future__ import annotations

import pytest

from kg.errors import RdfSyntaxError
from kg.store import parse_ntriples
from kg.store.nesting import DEEPEST, refuse_depth

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
XML = "application/rdf+xml"
DEEP = DEEPEST + 1


def xml(depth: int) -> bytes:
    inside = b'<urn:a xmlns:urn="urn:"><urn:p>' * (depth // 2) + b"</urn:p></urn:a>" * (depth // 2)
    return b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' + inside + b"</rdf:RDF>"


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        (TURTLE, b"<urn:s> <urn:p> " + b"[ <urn:p> " * DEEP + b"1" + b" ]" * DEEP + b" ."),
        (TURTLE, b"<urn:s> <urn:p> " + b"( " * DEEP + b"1" + b" )" * DEEP + b" ."),
        ("application/trig", b"<urn:s> <urn:p> " + b"<<( <urn:a> <urn:b> " * DEEP),
        ("application/n-quads", b"<urn:s> <urn:p> " + b"<<( <urn:a> <urn:b> " * DEEP),
        (JSON_LD, b'{"@id":"urn:s","urn:p":' * DEEP + b"1" + b"}" * DEEP),
        (JSON_LD, b"[" * 1_000_000),
        (XML, xml(DEEP + 1)),
    ],
)
def test_what_is_nested_too_deeply_is_refused(media_type: str, data: bytes) -> None:
    with pytest.raises(RdfSyntaxError, match="nested more than 256 deep"):
        parse_ntriples(data, media_type)


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        (TURTLE, b"<urn:s> <urn:p> " + b"[ <urn:p> " * DEEPEST + b"1" + b" ]" * DEEPEST + b" ."),
        (TURTLE, b'<urn:s> <urn:p> "' + b"[" * DEEP + b'" .'),
        (TURTLE, b"<urn:s> <urn:p> '''" + b"'([{" * DEEP + b"''' ."),
        (TURTLE, b'<urn:s> <urn:p> "\\"' + b"(" * DEEP + b'" .'),
        (TURTLE, b"# " + b"[" * DEEP + b"\n<urn:s> <urn:p> <urn:o> ."),
        (TURTLE, b"<urn:" + b"(" * DEEP + b"> <urn:p> <urn:o> ."),
        (TURTLE, b"@prefix : <urn:> . :a" + b"\\(" * DEEP + b" :p :o ."),
        (TURTLE, b"<urn:s> <urn:p> " + b"[ <urn:p> 1 ], " * DEEP + b"1 ."),
        (JSON_LD, b'{"@id": "urn:s", "urn:p": "' + b"[{" * DEEP + b'\\"["}'),
        (JSON_LD, b'{"@id": "urn:s", "urn:p": [' + b'{"@value": 1},' * DEEP + b"2]}"),
        (XML, xml(DEEPEST - 2)),
    ],
)
def test_what_only_looks_like_it_is_read(media_type: str, data: bytes) -> None:
    assert b"<urn:" in parse_ntriples(data, media_type)


def test_the_line_is_told() -> None:
    with pytest.raises(RdfSyntaxError) as given:
        refuse_depth(b"\n\n" + b"[" * DEEP, TURTLE)
    assert given.value.line == 3
