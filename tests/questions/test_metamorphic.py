"""The seed changed in one place, and what must and must not change in the headline answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg import resources
from kg.pipeline import build_demo, ingest
from kg.pipeline.setup import empty_in_memory
from kg.query import questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import OxigraphStore

DATA = Path(str(resources.data()))
OTHER = "https://example.org/elsewhere/"
ANYWHERE = """          - key: anywhere
            gist: Both Parties stop at their current positions, wherever these are
            places: []
            note: The sentence itself names no place.
"""
ZONE = """          - key: zone
            gist: Both Parties stop at their current positions in the Nagorno-Karabakh conflict zone
            places: [nk-conflict-zone]
            note: The sentence before sets the place of the whole point.
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    target = tmp_path / "data"
    for folder in ("reference", "seed"):
        shutil.copytree(DATA / folder, target / folder)
    return target


def change(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= times, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def records(store: OxigraphStore) -> list[Mapping[str, Any]]:
    return [dict(row) for row in questions.ask(store, questions.find("01"), {}).rows]


def candidates(data: Path) -> list[Mapping[str, Any]]:
    made = empty_in_memory()
    store = made.store
    problems = [str(problem) for outcome in ingest(made, [data]) for problem in outcome.problems]
    assert not problems, "\n".join(problems)
    found = records(store)
    assert [row["claims"] for row in found if row["status"] == "alleged"] == ["c13"]
    return [row for row in found if row["status"] == "candidate"]


def agreement(data: Path) -> Path:
    return data / "reference" / "agreements" / "nk-2020-11-10.yaml"


def seed(data: Path) -> Path:
    return data / "seed" / "seed-syunik-highway-2021.yaml"


def test_unchanged_there_is_one_and_its_scope_is_disputed(data: Path) -> None:
    (row,) = candidates(data)
    assert (row["norm"], row["territorial_scope"], row["temporal_scope"]) == ("1b", "disputed", "in")


def test_without_the_reading_that_holds_anywhere_the_place_cannot_be_told(data: Path) -> None:
    change(agreement(data), ANYWHERE, "")
    (row,) = candidates(data)
    assert row["territorial_scope"] == "unknown"


def test_without_the_reading_of_the_zone_the_act_is_in(data: Path) -> None:
    change(agreement(data), ZONE, "")
    (row,) = candidates(data)
    assert row["territorial_scope"] == "in"


@pytest.mark.parametrize("modality", ["predicted", "conditional"])
def test_an_act_that_is_only_expected_is_none(data: Path, modality: str) -> None:
    change(
        seed(data), "modality: reported\n    about: seizure", f"modality: {modality}\n    about: seizure", 2
    )
    assert candidates(data) == []


def test_an_act_before_the_statement_is_none(data: Path) -> None:
    change(seed(data), "value: 2021-08-26", "value: 2019-08-26")
    change(seed(data), "2019-08-26/2021-08-27", "2019-08-26/2019-08-27")
    assert candidates(data) == []


def test_an_act_before_the_entry_into_force_is_none(data: Path) -> None:
    change(
        agreement(data),
        "entry_into_force: 2020-11-10T00:00+03:00",
        "entry_into_force: 2022-01-01T00:00+03:00",
    )
    assert candidates(data) == []


def test_an_actor_whom_nobody_bound_is_none(data: Path) -> None:
    change(seed(data), "perpetrators: [azerbaijani-armed-forces]", "perpetrators: [russian-border-guards]")
    assert candidates(data) == []


def test_participants_are_none(data: Path) -> None:
    change(
        seed(data),
        "    perpetrators: [azerbaijani-armed-forces]",
        "    participants: [azerbaijani-armed-forces]",
    )
    assert candidates(data) == []


def test_a_zone_that_covers_the_place_holds_the_act(data: Path) -> None:
    places = data / "reference" / "places" / "nk-2020.yaml"
    text = places.read_text(encoding="utf-8")
    start = text.index("id: nk-conflict-zone")
    places.write_text(
        text[:start] + text[start:].replace("extent: unstated", "extent: stated\n    covers: [syunik]", 1),
        encoding="utf-8",
    )
    (row,) = candidates(data)
    assert row["territorial_scope"] == "in"


@pytest.mark.slow
def test_under_another_base_every_question_has_the_same_answer(tmp_path: Path) -> None:
    with (
        build_demo(tmp_path / "here", accounts=True) as one,
        build_demo(tmp_path / "there", OTHER, accounts=True) as other,
    ):
        here, there = one.store, other.store
        for question in questions.catalogue():
            ours, theirs = questions.ask(here, question, {}), questions.ask(there, question, {})
            moved = [
                {
                    name: value.replace(OTHER, here.stamp.base) if isinstance(value, str) else value
                    for name, value in row.items()
                }
                for row in theirs.rows
            ]
            # As multisets: rows that are equal in what they are ordered by stand in the order of their IRIs.
            assert sorted(map(repr, moved)) == sorted(repr(dict(row)) for row in ours.rows), question.name
