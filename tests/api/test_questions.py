"""The competency questions over HTTP: the same rows as on the command line."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg.query import questions

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

API = "/api/v1/questions"
SEED = "seed-syunik-highway-2021"


def test_the_catalogue_lists_every_question_with_what_it_takes(http: httpx.Client) -> None:
    items = http.get(API).json()["items"]
    assert [item["name"] for item in items] == [question.name for question in questions.catalogue()]
    for item in items:
        assert item["question"]
        assert item["columns"]
        assert http.get(item["url"]).status_code == 200


@pytest.mark.parametrize("question", questions.catalogue(), ids=lambda question: question.name)
def test_every_question_is_answered_with_its_columns(
    http: httpx.Client, question: questions.Question
) -> None:
    body = http.get(f"{API}/{question.name}").json()
    assert body["question"] == question.name
    assert [column["name"] for column in body["columns"]] == [column.name for column in question.columns]
    assert all(list(row) == [column.name for column in question.columns] for row in body["rows"])


@pytest.mark.parametrize("name", ["7", "07", "07-casualties", "casualties"])
def test_a_question_goes_by_number_and_by_name(http: httpx.Client, name: str) -> None:
    assert http.get(f"{API}/{name}").json()["question"] == "07-casualties"


def test_a_parameter_narrows_the_answer(http: httpx.Client) -> None:
    whole = http.get(f"{API}/07").json()["rows"]
    part = http.get(f"{API}/07", params={"report": SEED}).json()["rows"]
    assert part
    assert len(part) <= len(whole)
    assert {row["value"] for row in part} == {2, 3}


def test_the_same_rows_come_as_csv(http: httpx.Client) -> None:
    rows = http.get(f"{API}/07").json()["rows"]
    answer = http.get(f"{API}/07", headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    plain = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows]
    assert [
        {name: cell.lower() if cell in {"True", "False"} else cell for name, cell in row.items()}
        for row in plain
    ] == read


def test_another_type_is_refused(http: httpx.Client) -> None:
    answer = http.get(f"{API}/07", headers={"accept": "text/turtle"})
    assert answer.status_code == 406
    assert answer.json()["allowed"] == ["application/json", "text/csv", "text/html"]


def test_the_command_line_gives_the_same_rows(http: httpx.Client, copy: Path) -> None:
    for name in ("01", "07", "13"):
        command = [sys.executable, "-m", "api", "ask", name, "--json", "--store", str(copy)]
        said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        body = http.get(f"{API}/{name}").json()
        assert said["columns"] == body["columns"]
        assert sorted(map(str, said["rows"])) == sorted(map(str, body["rows"]))
