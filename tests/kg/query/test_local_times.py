"""People are shown local time beside UTC where the zone is known, without asking; data stay as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.model import Answer
from kg.pipeline import ingest
from kg.pipeline.setup import empty_in_memory
from kg.query import questions
from kg.query.local_times import with_local_times

if TYPE_CHECKING:
    from kg.pipeline import Repository

WORDS = "They fired at 02:30 on 28 March 2021. They fired on 15 July 2021."


def _report(name: str, stated: dict[str, str], second: dict[str, str]) -> dict[str, Any]:
    times = (
        {"value": "2021-03-28T02:30", "text": "at 02:30 on 28 March 2021"},
        {"value": "2021-07-15", **second},
    )
    return {
        "kind": "report",
        "id": name,
        "type": "mission",
        "title": "Daily",
        "language": "en",
        "issued": "2021-08-01",
        "text": WORDS,
        "annotator": "desk",
        **stated,
        "events": [{"key": "shots", "type": "shelling", "label": "Shots"}],
        "claims": [
            {
                "key": f"c{number}",
                "gist": "G",
                "quote": f"They fired {word}",
                "modality": "asserted",
                "about": "shots",
                "time": time,
            }
            for number, (word, time) in enumerate(zip(("at", "on"), times, strict=True), 1)
        ],
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("local")
    made = empty_in_memory()
    desk = {"kind": "actors", "id": "d", "actors": [{"id": "desk", "type": "analyst", "label": "The desk"}]}
    documents = [
        desk,
        _report("kyiv", {"zone": "Europe/Kyiv"}, {"zone": "+05:00"}),
        _report("nowhere", {}, {}),
        _report("zulu", {"zone": "Z"}, {}),
    ]
    paths = [folder / f"{number}.json" for number in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    outcomes = ingest(made, paths)
    assert {outcome.status for outcome in outcomes} == {"added"}, [one.problems for one in outcomes]
    return made


def _shown(repository: Repository, report: str, zone: str | None = None) -> dict[str, tuple[str, str]]:
    found = questions.ask(repository.store, questions.find("24"), {"report": report})
    return {
        str(row["claim"]): (str(row["earliest"]), str(row["latest"]))
        for row in with_local_times(repository.store, found, zone).rows
        if row["claim"] != "none"
    }


def test_a_time_is_shown_by_the_clocks_of_the_zone_that_was_stated(repository: Repository) -> None:
    assert _shown(repository, "kyiv") == {
        "c1": (
            "2021-03-28T00:30:00Z (2021-03-28T02:30:00+02:00)",
            "2021-03-28T00:30:59Z (2021-03-28T02:30:59+02:00)",
        ),
        "c2": (
            "2021-07-14T19:00:00Z (2021-07-15T00:00:00+05:00)",
            "2021-07-15T18:59:59Z (2021-07-15T23:59:59+05:00)",
        ),
    }


@pytest.mark.parametrize("report", ["nowhere", "zulu"])
def test_a_time_without_a_zone_and_one_in_utc_stand_alone(report: str, repository: Repository) -> None:
    assert all("(" not in value for pair in _shown(repository, report).values() for value in pair)


def test_a_zone_that_is_given_holds_for_all_times(repository: Repository) -> None:
    for report in ("kyiv", "nowhere"):
        shown = _shown(repository, report, "Asia/Kathmandu")
        assert all(value.endswith("+05:45)") for pair in shown.values() for value in pair)
    assert all("(" not in value for pair in _shown(repository, "kyiv", "UTC").values() for value in pair)


def test_an_answer_without_times_stays(repository: Repository) -> None:
    found = questions.ask(repository.store, questions.find("16"), {"report": "kyiv"})
    assert with_local_times(repository.store, found) == found
    assert with_local_times(repository.store, Answer((), ())) == Answer((), ())
