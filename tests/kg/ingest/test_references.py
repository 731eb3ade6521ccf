"""What is known, and what is suggested for what is not."""

from __future__ import annotations

import pytest

from kg.ingest import References, bundled_code_lists


@pytest.mark.parametrize(
    ("kind", "name", "hint"),
    [
        ("modality", "reportd", "did you mean 'reported'? one of: hedged, reported"),
        ("modality", "zzz", "one of: hedged, reported"),
        ("actor", "azerbaijani-army", "did you mean 'azerbaijan-army'?"),
        ("place", "x", "nothing of that kind is known yet: add a document that describes it (kind: places)"),
        ("actor", "zzz", None),
        ("term", "a#3", "did you mean 'a#2' or 'a#1'?"),
    ],
)
def test_a_hint_names_what_is_near(kind: str, name: str, hint: str | None) -> None:
    known = References(
        codes={"modality": ["reported", "hedged"]},
        actors={"azerbaijan-army": "armed-force"},
        agreements={"a": ["1", "2"]},
    )
    assert known.suggest(kind, name) == hint


@pytest.mark.parametrize(
    "written",
    ["collective-source", "CollectiveSource", "https://w3id.org/servanda/ontology#CollectiveSource"],
)
def test_types_may_be_written_in_three_ways(written: str) -> None:
    assert References(actors={"x": written}).actor_type("x") == "collective-source"


def test_references_are_values() -> None:
    assert References(actors={"a": "state"}) == References(actors={"a": "state"})
    assert References().including() == References(reports=frozenset(), claims=frozenset(), events=frozenset())


def test_the_code_lists_come_from_the_vocabularies() -> None:
    lists = bundled_code_lists()
    assert {"modality", "event-type", "action", "quantity-kind", "text-status"} <= set(lists)
    assert all(meaning for codes in lists.values() for meaning in codes.values())
    assert list(lists["credibility"]) == ["1", "2", "3", "4", "5", "6"]
