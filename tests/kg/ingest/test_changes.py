"""`amends:` and the like: what an agreement does to others and they to it, as written and as refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import convert, read_text
from kg.terms import RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest import References
    from kg.model import Problem, Triple

BASE = "https://example.org/id/"


def agreement(**fields: Any) -> dict[str, Any]:
    norm = {"key": "1", "kind": "obligation", "gist": "Fire ceases", "action": "cease-hostilities"}
    return {
        "kind": "agreement",
        "id": "delta-2032",
        "type": "unilateral-declaration",
        "title": "Delta",
        "date": "2032-01-02",
        "parties": ["kestria"],
        "terms": [{"number": "1", "norms": [norm]}],
        **fields,
    }


def said(references: References, **fields: Any) -> frozenset[Triple]:
    return convert(read_text(json.dumps(agreement(**fields)).encode(), "a.json"), BASE, references).triples


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("arda-2031", ["arda-2031"]),
        ("arda-2031", {"agreement": "arda-2031"}),
        (["arda-2031", "arda-2031"], f"{BASE}agreement/arda-2031"),
    ],
)
def test_an_agreement_alone_a_mapping_and_a_list_are_the_same(
    references: References, one: object, other: object
) -> None:
    assert said(references, repeals=one) == said(references, repeals=other)
    assert any((p, o) == (RDF.type, SVD.Repeal) for _, p, o in said(references, repeals=one))


def test_norms_without_places_apply_where_the_agreement_does_and_others_where_they_say(
    references: References,
) -> None:
    norm = {"kind": "obligation", "gist": "Fire ceases", "action": "cease-hostilities"}
    norms = [
        {**norm, "key": "silent"},
        {**norm, "key": "own", "places": ["arda-zone"]},
        {**norm, "key": "anywhere", "places": []},
        {**norm, "key": "read", "readings": [{"key": "a"}, {"key": "b", "places": []}]},
    ]
    triples = said(references, places=["upper-arda"], terms=[{"number": "1", "norms": norms}])
    found = {
        (str(s).partition("/norm/")[2], str(o).rpartition("/")[2])
        for s, p, o in triples
        if p == SVD.appliesInPlace
    }
    assert found == {
        ("silent/reading/only", "upper-arda"),
        ("own/reading/only", "arda-zone"),
        ("read/reading/a", "upper-arda"),
    }


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"amends": "arda-2032"}, "amends.agreement", "unknown agreement 'arda-2032'"),
        ({"amends": {"agreement": "arda-2031", "term": "9"}}, "amends.term", "has no term '9'"),
        ({"amends": {"agreement": "arda-2031", "by": "2"}}, "amends.by", "no term '2' in this agreement"),
        (
            {"amended_by": {"agreement": "arda-2031", "of": "2"}},
            "amended_by.of",
            "no term '2' in this agreement",
        ),
        ({"amends": {"agreement": "arda-2031", "of": "1"}}, "amends.of", "unknown field 'of'"),
        ({"supersedes": "delta-2032"}, "supersedes.agreement", "does not change itself"),
        ({"repeals": {"agreement": "arda-2031", "until": "2033"}}, "repeals.until", "only a suspension ends"),
        ({"suspends": {"agreement": "arda-2031", "from": "soon"}}, "suspends.from", "'soon' is not a time"),
        ({"suspends": {"term": "1"}}, "suspends", "needs the field 'agreement'"),
        ({"part_of": "delta-2032"}, "part_of", "its own part"),
        ({"annexes": ["delta-2032"]}, "annexes", "its own part"),
        ({"guarantors": ["nobody"]}, "guarantors[0]", "unknown actor 'nobody'"),
        ({"guarantor": ["kestria"]}, "guarantor", "guarantors"),
    ],
)
def test_what_is_wrong_with_a_change_is_told_at_its_field(
    problems: Callable[..., list[Problem]], fields: dict[str, Any], field: str, told: str
) -> None:
    (problem,) = problems(json.dumps(agreement(**fields), indent=1), "a.json")
    assert problem.field.startswith(field)
    assert problem.line is not None
    assert told in str(problem)
