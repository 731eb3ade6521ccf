"""What is walked is what the engine answers, and what cannot be is left to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib.term import URIRef

from kg.query.lookups import Reader
from kg.query.lookups.reader import Kept
from kg.query.lookups.walking import walked
from kg.store import ChangeSet, from_nquads, memory

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://example.org/"
QUADS = """
<e:a> <e:is> <e:Thing> <e:g> .
<e:b> <e:is> <e:Thing> <e:g> .
<e:c> <e:is> <e:Other> <e:g> .
<e:a> <e:number> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <e:g> .
<e:b> <e:number> "1234567"^^<http://www.w3.org/2001/XMLSchema#integer> <e:h> .
<e:a> <e:in> <e:x> <e:g> .
<e:b> <e:along> <e:y> <e:g> .
<e:x> <e:within> <e:y> <e:g> .
<e:y> <e:within> <e:z> <e:g> .
<e:a> <e:name> "ein Ding"@de <e:g> .
<e:a> <e:name> "ein Ding" <e:h> .
"""
STARTS = ("e:a", "e:b", "e:c", "e:nothing")
PLACE = "<e:in>|<e:along>"
NUMBERED = "OPTIONAL { ?item <e:number> ?number }"
PADDED = 'SUBSTR(CONCAT("000000", STR(?number)), STRLEN(STR(?number)) + 1)'
WALKED = (
    "?item <e:is> ?what .",
    "?item <e:is> <e:Thing> ; <e:name> ?what .",
    "VALUES ?what { <e:Thing> <e:Third> } ?item <e:is> ?what .",
    "?item <e:is> ?what . VALUES ?what { <e:Thing> <e:Third> }",
    f"VALUES ?what {{ UNDEF }} {{ ?item {PLACE} ?what }} UNION {{ ?item ({PLACE})/<e:within>+ ?what }}",
    "?item <e:in>/<e:within>* ?what .",
    "?item <e:in>/<e:within>? ?what .",
    "?item <e:is> ?kind . ?what <e:is> ?kind .",
    f'?item <e:is> ?kind . {NUMBERED} BIND (CONCAT(STR(?kind), " ", STR(?item)) AS ?what)',
    f'?item <e:is> ?kind . {NUMBERED} BIND (CONCAT(COALESCE({PADDED}, "~"), STR(?item)) AS ?what)',
    f"?item <e:is> ?kind . {NUMBERED} BIND (STR(?number) AS ?what)",
    f"?item <e:is> ?kind . {NUMBERED} BIND (?number AS ?what)",
    '?item <e:is> ?kind . BIND (IF(?kind = <e:Thing>, "1 ", "2 ") AS ?what)',
    "?item <e:is> ?kind . BIND (<e:said> AS ?what)",
    "?item <e:missing> ?what . FILTER NOT EXISTS { ?item <e:is> <e:Thing> }",
)
LEFT = (
    "?item <e:is> ?what . FILTER NOT EXISTS { ?item <e:number> ?number }",
    f"?item <e:is> ?kind . {NUMBERED} BIND (CONCAT(?number, STR(?item)) AS ?what)",
    "?item <e:is> ?kind . BIND (UCASE(STR(?kind)) AS ?what)",
    "?item <e:is> ?kind . BIND (STRLEN(STR(?kind)) AS ?what)",
    f"?item <e:is> ?kind . {NUMBERED} ?what <e:number> ?number .",
    "?item <e:number> ?number . ?what <e:number> ?number .",
    "?what <e:within>+ ?item .",
    "?what <e:within> ?other .",
    "{ ?item <e:in> ?what } UNION { ?item <e:along> ?other }",
    "?item ?link ?what .",
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with memory(BASE) as store:
        store.apply(ChangeSet(from_nquads(QUADS.encode())))
        reader = Reader.of(store, BASE)
        yield Reader(store, reader.names, Kept())


def query(pattern: str) -> str:
    return f"SELECT DISTINCT ?item ?what WHERE {{\n VALUES ?item {{ UNDEF }} # @param item\n{pattern}\n}}"


@pytest.mark.parametrize("pattern", WALKED)
def test_what_is_walked_is_what_the_engine_answers(reader: Reader, pattern: str) -> None:
    found = walked(reader, query(pattern), "item", STARTS)
    answered = reader.store.texts(query(pattern), {"item": [URIRef(iri) for iri in STARTS]})
    assert found is not None
    assert len(found) == len(set(found))
    assert set(found) == set(answered)


@pytest.mark.parametrize("pattern", LEFT)
def test_what_only_the_engine_can_tell_is_left_to_it(reader: Reader, pattern: str) -> None:
    assert walked(reader, query(pattern), "item", STARTS) is None
