"""What is invented is the same each time, conforms, and is concluded from as anything else is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bench.generate import as_bytes, fill, write
from bench.reports import BLOCK, Reports
from bench.world import make_world
from kg.infer import derive
from kg.pipeline import initialise, open_graph, validate

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = int(os.environ.get("SERVANDA_INVENTED", "24"))
"""How many reports are held against the shapes; SERVANDA_INVENTED=200 for a long run."""


@pytest.fixture(scope="module")
def reports() -> Reports:
    return Reports(1, make_world(1))


def test_the_same_seed_gives_the_same_bytes(reports: Reports, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        world = make_world(7)
        write(tmp_path / folder, world, Reports(7, world), 30)
    made = {
        folder: {
            path.relative_to(tmp_path / folder): path.read_bytes()
            for path in (tmp_path / folder).rglob("*.json")
        }
        for folder in ("one", "two")
    }
    assert made["one"] == made["two"]
    assert len(made["one"]) > 30
    assert as_bytes(reports.report(5)) != as_bytes(Reports(2, make_world(2)).report(5))


def test_a_report_does_not_depend_on_those_made_before(reports: Reports) -> None:
    alone = as_bytes(reports.report(17))
    assert [as_bytes(reports.report(number)) for number in range(1, 20)][16] == alone


def test_the_documents_are_taken(tmp_path: Path) -> None:
    world = make_world(1)
    write(tmp_path / "documents", world, Reports(1, world), NUMBER)
    with initialise(tmp_path / "store", reference=False) as repository:
        outcomes = validate(repository.store, [tmp_path / "documents"])
    assert len(outcomes) == NUMBER + len(world.documents)
    assert [outcome for outcome in outcomes if outcome.status != "valid"] == []


def test_reports_are_as_mixed_as_they_are_meant_to_be(reports: Reports) -> None:
    made = [reports.report(number) for number in range(1, 1001)]
    claims = [claim for report in made for claim in report["claims"]]
    assert 2.5 < len(claims) / len(made) < 3.6
    assert {len(report["claims"]) for report in made} >= set(range(1, 11))
    assert {report["language"] for report in made} == {"en", "fr", "ru", "ar", "ka", "hy", "zh"}
    assert {claim["modality"] for claim in claims} >= {"hedged", "denied", "predicted", "alleged", "reported"}
    assert {len(claim.get("attribution", [])) for claim in claims} == {0, 1, 2, 3}
    alleged = [term for claim in claims for term in claim.get("alleges", [])]
    assert 0.2 < sum("term" in term for term in alleged) / len(alleged) < 0.6
    again = [event for report in made for event in report["events"] if "same_event_as" in event]
    assert 200 < len(again) < 400
    publishers = sorted((report["publisher"] for report in made), key=[r["publisher"] for r in made].count)
    assert [report["publisher"] for report in made].count(publishers[-1]) > len(made) / 10


def test_another_account_is_of_a_report_of_the_same_block(reports: Reports) -> None:
    for number in range(1, 201):
        for event in reports.report(number)["events"]:
            for same in event.get("same_event_as", ()):
                other = int(same["event"].partition("/")[0].removeprefix("r"))
                assert other < number
                assert (other - 1) // BLOCK == (number - 1) // BLOCK


def test_a_store_of_one_block_holds_what_the_rules_conclude(tmp_path: Path) -> None:
    world = make_world(1)
    filled = fill(tmp_path / "store", world, Reports(1, world), 12)
    assert (filled.reports, filled.claims > 12) == (12, True)
    with open_graph(tmp_path / "store") as repository:
        before = repository.store.nquads()
        derive(repository.store, repository.store.stamp.base)
        assert repository.store.nquads() == before
        assert b"AllegedViolation" in before
