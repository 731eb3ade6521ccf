"""The ids of a store are found by any of their names, and answers leave as tables that spreadsheets read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from rdflib.term import Literal, URIRef
from typer.testing import CliRunner

from kg.cli import app
from kg.model import Answer, Column
from kg.query.directory import folded
from kg.tables import csv_of, workbook_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(scope="module")
def store(demonstration: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("directory") / "store", accounts=True)


def servanda(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def ask(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a process that has no store open, as it is: it begins another for the answer."""
    whole = [sys.executable, "-m", "api", "ask", *map(str, arguments)]
    return subprocess.run(whole, capture_output=True, text=True, timeout=60, check=False)


def listed(store: Path, *arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(servanda("list", *arguments, "--store", store, "--json").stdout)
    return found


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("actors", "Arman Tatoyan", "human-rights-defender-armenia"),
        ("actors", "armenian servicemen", "armenian-armed-forces"),
        ("actors", "GW 373", "azerbaijan"),
        ("actors", "AZE", "azerbaijan"),
        ("places", "Գորիս", "goris"),
        ("places", "gorus-gafan", "goris-kapan-road"),
        ("places", "Горис", "goris"),
        ("places", "Капан роад", "goris-kapan-road"),
        ("agreements", "minsk II", "ua-2015-02-12"),
        ("reports", "seed", "seed-syunik-highway-2021"),
        ("codes", "artillery mortars", "shelling"),
    ],
)
def test_an_id_is_found_by_any_of_its_names_and_codes(
    store: Path, kind: str, words: str, expected: str
) -> None:
    assert expected in [entry["id"] for entry in listed(store, kind, *words.split())]


def test_every_thing_of_a_kind_is_listed_once_ordered_by_id_and_voices_of_reports_are_not(
    store: Path,
) -> None:
    ids = [entry["id"] for entry in listed(store, "actors")]
    assert len(ids) > 195
    assert ids == sorted(set(ids))
    assert not [name for name in ids if name.endswith("/voice")]
    agreements = [entry["id"] for entry in listed(store, "agreements")]
    assert agreements == [
        "ge-2008-08-12",
        "nk-1994-05-12",
        "nk-2020-10-10",
        "nk-2020-11-10",
        "ua-2015-02-12",
        "unscr-1701",
    ]


def test_what_is_listed_can_be_asked_for(store: Path) -> None:
    [found] = listed(store, "agreements", "Minsk", "Implementation")
    asked = ask("12", "--store", store, "-p", f"agreement={found['id']}")
    assert asked.returncode == 0, asked.stderr


def test_nothing_found_says_so_and_ends_with_1(store: Path) -> None:
    done = servanda("list", "actors", "nobody-of-that-name", "--store", store)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "no actors that hold 'nobody-of-that-name'\n"


def test_a_kind_that_there_is_not_names_those_that_there_are(store: Path) -> None:
    done = servanda("list", "states", "--store", store)
    assert done.exit_code == 1
    assert "actors, places, agreements, reports and codes" in str(done.exception)


def test_words_compare_without_case_and_marks() -> None:
    assert folded("ŞUŞA Çıldır") == folded("şuşa çıldır") == "susa cıldır"


def test_the_listing_asks_one_query_whatever_the_words(store: Path) -> None:
    from kg.pipeline import read_graph  # noqa: PLC0415
    from kg.query import directory  # noqa: PLC0415

    with read_graph(store) as opened:
        asked: list[str] = []

        class Counting:
            def select(self, query: str) -> Any:
                asked.append(query)
                return opened.store.select(query)

        directory.entries(Counting(), opened.store.stamp.base, "places", "goris kapan")  # type: ignore[arg-type]
    assert len(asked) == 1


def test_an_answer_as_csv_is_what_http_gives(store: Path) -> None:
    done = ask("07", "--store", store, "--csv", "-p", "report=seed-syunik-highway-2021")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["claim"], row["what"], row["value"]) for row in rows] == [
        ("c10", "killed", "3"),
        ("c10", "wounded", "2"),
    ]


def test_an_answer_as_a_workbook_holds_the_same_cells_and_tells_what_the_columns_mean(
    store: Path, tmp_path: Path
) -> None:
    target = tmp_path / "answer.xlsx"
    told = ask("07", "--store", store, "--json")
    assert ask("07", "--store", store, "--xlsx", target).returncode == 0
    answer = json.loads(told.stdout)
    book = openpyxl.load_workbook(target)
    rows = list(book["answer"].iter_rows(values_only=True))
    names = [column["name"] for column in answer["columns"]]
    assert list(rows[0]) == names
    assert [list(row) for row in rows[1:]] == [[row[name] for name in names] for row in answer["rows"]]
    meanings = [row[0] for row in book["columns"].iter_rows(min_row=2, values_only=True)]
    assert meanings == names


def test_a_workbook_is_the_same_bytes_for_the_same_answer_and_runs_no_formula() -> None:
    answer = Answer(
        (Column("words", "string", "exact words"), Column("number", "integer", "how many")),
        ({"words": '=HYPERLINK("http://evil")', "number": 3}, {"words": "x" * 40_000, "number": None}),
    )
    made = workbook_of("T", answer)
    assert made == workbook_of("T", answer)
    sheet = openpyxl.load_workbook(io.BytesIO(made))["answer"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ('=HYPERLINK("http://evil")', "s")
    assert len(str(sheet["A3"].value)) == 32_767
    assert str(sheet["A3"].value).endswith("…")


def test_no_rows_still_make_a_table() -> None:
    empty = Answer((Column("a", "string", "words"),), ())
    assert csv_of(empty) == "a\r\n"
    assert openpyxl.load_workbook(io.BytesIO(workbook_of("T", empty)))["answer"]["A1"].value == "a"


def test_an_answer_has_one_form(store: Path) -> None:
    done = ask("07", "--store", store, "--csv", "--json")
    assert done.returncode == 2
    assert "an answer has one form" in done.stderr


def test_the_directory_shows_names_in_other_languages() -> None:
    from kg.query.directory import entries  # noqa: PLC0415
    from kg.store import memory  # noqa: PLC0415
    from kg.store.base import ChangeSet  # noqa: PLC0415
    from kg.terms import SVD  # noqa: PLC0415

    base = "https://w3id.org/servanda/id/"
    place, graph = URIRef(f"{base}place/horlivka"), URIRef(f"{base}graph/places/x")
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    kind = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    below = URIRef("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    store = memory(base)
    store.apply(
        ChangeSet(
            insert=frozenset(
                {
                    (SVD.Settlement, below, SVD.Region, graph),
                    (place, kind, SVD.Settlement, graph),
                    (place, label, Literal("Горлівка", lang="uk"), graph),
                    (place, label, Literal("Horlivka", lang="en"), graph),
                }
            ),
            delete=frozenset(),
        )
    )
    [found] = entries(store, base, "places", "горлівка")
    assert (found.id, found.label, found.other_names) == ("horlivka", "Horlivka", ("Горлівка",))


def test_times_are_told_in_utc_and_beside_it_as_clocks_in_the_zone_show_them(store: Path) -> None:
    arguments = ("07", "--store", store, "-p", "report=seed-syunik-highway-2021")
    assert "2021-07-28T00:00:00Z\n" in ask(*arguments).stdout
    told = ask(*arguments, "--zone", "Asia/Yerevan").stdout
    assert "2021-07-28T00:00:00Z (2021-07-28T04:00:00+04:00)\n" in told
    assert "2021-07-28T23:59:59Z (2021-07-29T03:59:59+04:00)\n" in told
    assert "(" not in ask(*arguments, "--zone", "Asia/Yerevan", "--json").stdout.partition("rows")[2]
