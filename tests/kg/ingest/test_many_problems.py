"""Documents with very many problems, or very long ones: the first are told, and how many more there are."""

from __future__ import annotations

import json
import time

import pytest

from kg.errors import DocumentError
from kg.ingest import References, convert, read_text
from kg.model import MOST_PROBLEMS, Problem, bounded

MANY = 50_000


def refused(text: str, name: str = "a.yaml") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_text(text.encode(), name)
    return caught.value


@pytest.mark.parametrize(
    ("text", "name", "more"),
    [
        ('{"kind":"report",' + '"a":1,' * MANY + '"b":1}', "a.json", MANY - 1),
        ("kind: report\n" + "a: 1\n" * MANY, "a.yaml", MANY - 1),
        (json.dumps({"kind": "actors", "id": "x", "actors": [{}] * MANY}), "a.json", None),
        ("kind: report\n" + "".join(f"k{number}: 1\n" for number in range(MANY)), "a.yaml", None),
        ("".join(f"- &a{number} x\n" for number in range(MANY)), "a.yaml", MANY),
    ],
    ids=["doubled in JSON", "doubled in YAML", "missing", "unknown", "anchors"],
)
def test_the_first_problems_are_told_and_how_many_more_there_are(
    text: str, name: str, more: int | None
) -> None:
    start = time.process_time()
    error = refused(text, name)
    assert time.process_time() - start < 60, "what grows with pairs takes minutes"
    *first, last = error.problems
    assert len(first) == MOST_PROBLEMS
    assert last.rule == "document/more-problems"
    assert more is None or last.message == f"{more - MOST_PROBLEMS:,} more problems are not told"
    assert len(str(error)) < 100_000


def test_a_stream_of_documents_is_read_no_further_than_to_the_second() -> None:
    start = time.process_time()
    assert [problem.line for problem in refused("---\n" * 500_000).problems] == [2]
    assert time.process_time() - start < 1


def test_what_is_said_of_a_problem_is_cut_where_it_is_long() -> None:
    (problem,) = refused('{"kind": "' + "x" * 1_000_000 + '"}', "a.json").problems
    assert problem.message.startswith("unknown kind 'xxx")
    assert problem.message.endswith("…")
    assert len(problem.message) == 1000


@pytest.mark.slow
def test_names_that_are_not_known_are_looked_for_only_as_often_as_they_are_told() -> None:
    claims = [
        {"key": f"c{number}", "gist": "g", "modality": "rumoured", "quote": "b"} for number in range(2000)
    ]
    document = read_text(json.dumps(report(claims)).encode(), "a.json")
    known = References(codes={"modality": [f"rumour-{number}" for number in range(2000)]})
    start = time.process_time()
    with pytest.raises(DocumentError) as caught:
        convert(document, "https://example.org/", known)
    assert time.process_time() - start < 10
    assert len(caught.value.problems) == MOST_PROBLEMS + 1


def report(claims: list[dict[str, str]]) -> dict[str, object]:
    return {
        "kind": "report",
        "id": "x",
        "title": "x",
        "language": "en",
        "type": "news",
        "publisher": "avia",
        "retrieved": "2021-08-26",
        "annotator": "analyst",
        "annotated": "2021-08-27",
        "text": "a b c",
        "claims": claims,
    }


def test_what_was_bounded_stays_as_it_is() -> None:
    problems = [Problem("a", number, "", "m", "r") for number in range(250)]
    once = bounded(problems)
    assert bounded(once) == once
    assert DocumentError(problems).problems == once
    assert bounded(problems[:MOST_PROBLEMS]) == tuple(problems[:MOST_PROBLEMS])
    assert bounded(problems[:101])[-1].message == "1 more problem is not told"
