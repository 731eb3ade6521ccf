"""Each question answers on the shipped data what somebody wrote down by hand from the texts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kg import resources
from kg.query import ask, catalogue, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Answer
    from kg.store import OxigraphStore

HERE = Path(__file__).parent
EXPECTED = {path.stem: path for path in sorted((HERE / "expected").glob("*.yaml"))}
NAMES = [question.name for question in catalogue()]
_WORDS = re.compile(r"\{([a-z0-9/-]+)\}")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


WORDS = load(HERE / "words.yaml")
QUOTES = {key: value["words"] for key, value in WORDS["article"].items()} | WORDS["accounts"]


def rows_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows with what they share, and each `{c1}` replaced by the words that stand for it."""
    return [
        {
            name: _WORDS.sub(lambda match: QUOTES[match[1]], cell) if isinstance(cell, str) else cell
            for name, cell in ({**document.get("every", {}), **row}).items()
        }
        for row in document["rows"]
    ]


def multiset(rows: Iterable[Mapping[str, Any]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted((name, repr(cell)) for name, cell in row.items())) for row in rows)


def same(answer: Answer, expected: list[dict[str, Any]], *, ordered: bool) -> None:
    found = [dict(row) for row in answer.rows]
    if ordered:
        assert found == expected
    assert multiset(found) == multiset(expected)


def test_every_question_has_an_expected_answer_and_every_expected_answer_a_question() -> None:
    assert sorted(EXPECTED) == NAMES
    assert [int(name[:2]) for name in NAMES] == [n for n in range(1, 33) if n not in {14, 28, 29, 30}]


def test_the_words_are_the_articles() -> None:
    text = (resources.data() / "seed" / "000_d81f829d59dc695a.txt").read_text(encoding="utf-8")
    assert WORDS["article"]
    for key, quote in WORDS["article"].items():
        assert text[quote["start"] : quote["end"]] == quote["words"], key


@pytest.mark.parametrize("name", EXPECTED)
def test_the_answer_is_the_one_written_by_hand(name: str, stores: Mapping[str, OxigraphStore]) -> None:
    question, document = find(name), load(EXPECTED[name])
    expected = rows_of(document)
    assert expected
    columns = [column.name for column in question.columns]
    for row in expected:
        assert sorted(row) == sorted(columns)
    answer = ask(stores[document["store"]], question, document.get("parameters", {}))
    assert [column.name for column in answer.columns] == columns
    same(answer, expected, ordered=question.ordered)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_parameter_leaves_what_it_admits_and_nothing_else(
    name: str, stores: Mapping[str, OxigraphStore]
) -> None:
    question, document = find(name), load(EXPECTED[name])
    expected, given = rows_of(document), document.get("parameters", {})
    for case in document["narrowed"]:
        store = stores[case.get("store", document["store"])]
        assert "store" not in case or case["leaves"] == []
        answer = ask(store, question, {**given, **case["by"]})
        same(answer, [expected[number - 1] for number in case["leaves"]], ordered=question.ordered)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_parameter_is_seen_to_admit_and_to_exclude(name: str) -> None:
    question, document = find(name), load(EXPECTED[name])
    declared = {parameter.name for parameter in question.parameters}
    admitting = {key for case in document["narrowed"] if case["leaves"] for key in case["by"]} - {"zone"}
    excluding = {key for case in document["narrowed"] if not case["leaves"] for key in case["by"]} - {"zone"}
    assert admitting | set(document.get("parameters", {})) == declared
    assert excluding == declared


def test_asking_twice_answers_the_same_in_the_same_order(stores: Mapping[str, OxigraphStore]) -> None:
    for question in catalogue():
        first, second = (ask(stores["accounts"], question, {}) for _ in range(2))
        assert first.rows == second.rows, question.name


def test_only_numbers_and_instants_may_be_missing(stores: Mapping[str, OxigraphStore]) -> None:
    for store in stores.values():
        for question in catalogue():
            answer = ask(store, question, {})
            words = [
                column.name for column in question.columns if column.type in {"string", "code", "boolean"}
            ]
            words = [name for name in words if name != "civilian"]
            for row in answer.rows:
                assert all(row[name] not in {None, ""} for name in words), (question.name, row)


def test_norms_are_told_with_what_they_measure_and_what_changed_them(
    stores: Mapping[str, OxigraphStore],
) -> None:
    def told(agreement: str, column: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in ask(stores["demo"], find("12"), {"agreement": agreement}).rows:
            found.setdefault(str(row["norm"]), set()).add(str(row[column]))
        return found

    measures = told("ua-2015-02-12", "measures")
    line = "de facto line of contact (Ukraine)"
    memorandum = "line of contact according to the Minsk Memorandum of 19 September 2014"
    assert measures["2a-artillery"] == {f"artillery of at least 100 mm, at least 25 km from {line}"}
    assert measures["2a-rockets"] == {f"multiple-rocket-launcher, at least 35 km from {line}"}
    assert measures["2b-artillery"] == {f"artillery of at least 100 mm, at least 25 km from {memorandum}"}
    assert measures["1"] == {"none stated"}
    changed = told("nk-1994-05-12", "changed")
    ended = {"superseded by nk-2020-11-10, from 2020-11-09T21:00:00Z"}
    assert changed["1a"] == changed["1b"] == changed["1c"] == ended
    assert changed["2"] == {"none known"}
    assert told("nk-2020-11-10", "changed")["6a"] == {"none known"}
