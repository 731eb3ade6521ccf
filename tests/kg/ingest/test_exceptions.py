"""`unless:` in an agreement: what a norm does not apply to, as it is written and as it is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.ingest import convert, read_text
from kg.ingest.schema import json_schema
from kg.terms import RDF, SVD

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ingest import References
    from kg.model import Conversion, Problem, Triple

BASE = "https://example.org/id/"


def agreement(**norm: Any) -> dict[str, Any]:
    stated = {"key": "1", "kind": "obligation", "gist": "Fire ceases", "action": "cease-hostilities"}
    return {
        "kind": "agreement",
        "id": "arda-2032",
        "type": "ceasefire",
        "title": "Arda",
        "date": "2032-01-02",
        "parties": ["kestria", "valdonia"],
        "terms": [{"number": "1", "norms": [{**stated, "bearers": ["kestria"], **norm}]}],
    }


def exceptions(conversion: Conversion) -> dict[str, set[str]]:
    """Return the words of the exceptions by the key of the reading."""
    found: dict[str, set[str]] = {}
    for norm, predicate, exception in conversion.triples:
        if predicate == SVD.exception:
            assert (exception, RDF.type, SVD.Exception) in conversion.triples
            words = {str(o) for s, p, o in conversion.triples if s == exception and p == SVD.exceptionText}
            found.setdefault(str(norm).rpartition("/")[2], set()).update(words)
    return found


def said(references: References, **norm: Any) -> frozenset[Triple]:
    return convert(read_text(json.dumps(agreement(**norm)).encode(), "a.json"), BASE, references).triples


def test_a_reading_has_the_exceptions_of_the_norm_its_own_or_none(
    converted: Callable[..., Conversion],
) -> None:
    readings = [{"key": "a"}, {"key": "b", "unless": ["its own", "and another"]}, {"key": "c", "unless": []}]
    document = agreement(unless="the norm's", readings=readings)
    assert exceptions(converted(json.dumps(document), "a.json")) == {
        "a": {"the norm's"},
        "b": {"its own", "and another"},
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("patrols", ["patrols"]),
        ("patrols", {"words": "patrols"}),
        (["patrols", "aid"], ["aid", {"words": "patrols", "targets": []}]),
        (["patrols", "patrols"], ["patrols"]),
        (
            [{"words": "w", "acts": ["shelling", "air-strike"], "targets": ["kestria", "valdonia"]}],
            {
                "words": "w",
                "targets": ["valdonia", "kestria"],
                "acts": ["air-strike", "shelling", "shelling"],
            },
        ),
        (
            [{"words": "w", "actors": ["kestria"]}, {"words": "w", "actors": ["valdonia"]}],
            [{"words": "w", "actors": [f"{BASE}actor/valdonia"]}, {"words": "w", "actors": ["kestria"]}],
        ),
    ],
)
def test_what_says_the_same_in_another_order_or_form_is_the_same(
    references: References, one: object, other: object
) -> None:
    assert said(references, unless=one) == said(references, unless=other)


@pytest.mark.parametrize("unless", [[], None])
def test_no_exception_is_as_if_nothing_were_said(references: References, unless: object) -> None:
    assert said(references, unless=unless) == said(references)


@pytest.mark.parametrize(
    ("unless", "field", "said"),
    [
        ([{"targets": ["kestria"]}], "terms[0].norms[0].unless[0]", "needs the field 'words'"),
        ([""], "terms[0].norms[0].unless[0]", "is empty"),
        ([{"words": " "}], "terms[0].norms[0].unless[0].words", "is empty"),
        ([{"words": "w", "actors": ["kestira"]}], "terms[0].norms[0].unless[0].actors[0]", "'kestria'"),
        ([{"words": "w", "targets": ["nobody"]}], "terms[0].norms[0].unless[0].targets[0]", "unknown actor"),
        ([{"words": "w", "places": ["ardazone"]}], "terms[0].norms[0].unless[0].places[0]", "'arda-zone'"),
        ([{"words": "w", "acts": ["shellings"]}], "terms[0].norms[0].unless[0].acts[0]", "'shelling'"),
        ([{"words": "w", "acts": "shelling"}], "terms[0].norms[0].unless[0].acts", "expected a list"),
        ([{"words": "w", "target": ["kestria"]}], "terms[0].norms[0].unless[0].target", "'targets'"),
        ([["w"]], "terms[0].norms[0].unless[0]", "expected a mapping, found a list"),
    ],
)
def test_what_is_wrong_with_an_exception_is_told_at_its_field(
    problems: Callable[..., list[Problem]], unless: object, field: str, said: str
) -> None:
    (problem,) = problems(json.dumps(agreement(unless=unless), indent=1), "a.json")
    assert problem.field.startswith(field)
    assert problem.line is not None
    assert said in str(problem)


def test_the_schema_takes_words_a_mapping_or_a_list(references: References) -> None:
    schema = json_schema("agreement", references)
    unless = schema["$defs"]["Norm"]["properties"]["unless"]
    item = {"anyOf": [{"type": ["string", "number"]}, {"$ref": "#/$defs/ExceptionForm"}]}
    assert unless["anyOf"] == [{"type": "array", "items": item}, item]
    assert schema["$defs"]["Reading"]["properties"]["unless"]["anyOf"] == unless["anyOf"]
    assert "shelling" in schema["$defs"]["ExceptionForm"]["properties"]["acts"]["items"]["enum"]
