"""When an act is in the time of a norm: zones, bounds known to the day only, deadlines.

The truce of `conftest.py`, in force on 1 March 2025, and an act of 10 March, changed one thing at a time.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kg.query import ask, find
from kg.query.lookups.answering import MEETS, denying, meeting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store import OxigraphStore

    Table = Callable[[OxigraphStore, str], list[Mapping[str, str]]]

VERDICTS = "SELECT DISTINCT ?verdict WHERE { ?a a svd:Assessment ; svd:temporalScope/skos:notation ?verdict }"
REASONS = """SELECT DISTINCT ?reason WHERE {
  ?a a svd:Assessment ; svd:scopeReason ?reason .
  FILTER (CONTAINS(?reason, "time") || CONTAINS(?reason, "deadline")) }"""
RECORDS = "SELECT ?verdict WHERE { ?r svd:ofTerm ?term ; svd:temporalScope/skos:notation ?verdict }"


def verdict(world: Any, table: Table) -> tuple[str, str]:
    """Return the verdict on time of the only assessment, and its reason."""
    store = world.build()
    (row,) = table(store, VERDICTS)
    (reason,) = table(store, REASONS)
    return row["verdict"], reason["reason"]


def held(
    world: Any, table: Table, act: str, bounds: dict[str, Any], zones: tuple[str | None, str | None]
) -> tuple[str, str]:
    """Return the verdict on an act; the bounds are those given, the zones those of report and agreement."""
    world.claim["time"] = {"value": act}
    for name, bound in bounds.items():
        if name == "entry_into_force":
            world.documents["agreement"][name] = bound
        else:
            world.norm[name] = bound
    for name, zone in zip(("report", "agreement"), zones, strict=True):
        if zone is not None:
            world.documents[name]["zone"] = zone
    return verdict(world, table)


UTC_BOTH = ("Z", "Z")
NO_ZONE = (None, None)


@pytest.mark.parametrize(
    ("act", "bounds", "right"),
    [
        # known to the day: that day is neither in nor out
        ("2025-02-28", {"entry_into_force": "2025-03-01"}, "out"),
        ("2025-03-01", {"entry_into_force": "2025-03-01"}, "unknown"),
        ("2025-03-01T23:59:59", {"entry_into_force": "2025-03-01"}, "unknown"),
        ("2025-03-02", {"entry_into_force": "2025-03-01"}, "in"),
        ("2025-03-02T00:00", {"entry_into_force": "2025-03-01"}, "in"),
        ("2025-03-01/2025-03-05", {"entry_into_force": "2025-03-01"}, "unknown"),
        ("2025-03-01", {"from": "2025-03-01"}, "unknown"),
        # to the month, the year, an interval
        ("2025-03-31", {"from": "2025-03"}, "unknown"),
        ("2025-04-01", {"from": "2025-03"}, "in"),
        ("2025-02-28", {"from": "2025-03"}, "out"),
        ("2025-12-31", {"from": "2025"}, "unknown"),
        ("2025-03-02", {"from": "2025-03-01/2025-03-03"}, "unknown"),
        ("2025-03-04", {"from": "2025-03-01/2025-03-03"}, "in"),
        # a time of day is an instant: its first second for a beginning, its last for an end
        ("2025-03-10", {"from": "2025-03-10T00:00"}, "in"),
        ("2025-03-09", {"from": "2025-03-10T00:00"}, "out"),
        ("2025-03-10", {"from": "2025-03-10T12:00"}, "unknown"),
        ("2025-03-10", {"until": "2025-03-10T23:59"}, "in"),
        ("2025-03-10", {"until": "2025-03-11T00:00"}, "in"),
        ("2025-03-11", {"until": "2025-03-11T00:00"}, "out"),
        ("2025-03-11", {"until": "2025-03-11T00:00:00"}, "out"),
        ("2025-03-10T23:50/2025-03-11T00:20", {"until": "2025-03-11T00:00"}, "unknown"),
        # ends known to the day
        ("2025-03-09", {"until": "2025-03-10"}, "in"),
        ("2025-03-10", {"until": "2025-03-10"}, "unknown"),
        ("2025-03-11", {"until": "2025-03-10"}, "out"),
        ("2025-03-10", {"until": "2025-03"}, "unknown"),
        ("2025-04-01", {"until": "2025-03"}, "out"),
        # told in words only
        ("2025-03-10", {"until": {"text": "until peace is made"}}, "unknown"),
        ("2025-03-10", {"from": {"text": "upon signature"}}, "unknown"),
    ],
)
def test_a_bound_is_as_sharp_as_it_is_stated(
    world: Any, table: Table, act: str, bounds: dict[str, Any], right: str
) -> None:
    found, reason = held(world, table, act, bounds, UTC_BOTH)
    assert found == right, reason


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"from": "2025-03-10"}, "from 2025-03-10, cannot be told: the bound is known to the day only"),
        ({"from": "2025-03"}, "cannot be told: the bound is known to the month only"),
        ({"from": "2025-03-09/2025-03-11"}, "cannot be told: the bound is known as an interval only"),
        ({"until": "2025-03-10"}, "until 2025-03-10, cannot be told: the bound is known to the day only"),
        (
            {"from": {"text": "upon signature"}},
            "from “upon signature”, cannot be told: the bound is told in words",
        ),
        ({"from": "2025-03-10T12:00"}, "the time stated reaches across a bound of the reading"),
    ],
)
def test_the_reason_says_what_is_not_known_of_the_bound(
    world: Any, table: Table, bounds: dict[str, Any], words: str
) -> None:
    found, reason = held(world, table, "2025-03-10", bounds, UTC_BOTH)
    assert (found, words in reason) == ("unknown", True), reason
    assert "zone" not in reason


@pytest.mark.parametrize(
    ("bounds", "act", "right"),
    [
        # 27 March 2022, 03:30 never was in Kyiv: 00:30 UTC by the one reading, 01:30 UTC by the other
        ({"from": "2022-03-27T03:30"}, "2022-03-27T00:29Z", "out"),
        ({"from": "2022-03-27T03:30"}, "2022-03-27T00:30Z", "unknown"),
        ({"from": "2022-03-27T03:30"}, "2022-03-27T01:00Z", "unknown"),
        ({"from": "2022-03-27T03:30"}, "2022-03-27T01:29Z", "unknown"),
        ({"from": "2022-03-27T03:30"}, "2022-03-27T01:30Z", "in"),
        ({"from": "2022-03-27T03:30:10"}, "2022-03-27T01:00Z", "unknown"),
        # 30 October 2022, 03:30 was there twice: at 00:30 UTC and at 01:30 UTC
        ({"until": "2022-10-30T03:30"}, "2022-10-30T00:30Z", "in"),
        ({"until": "2022-10-30T03:30"}, "2022-10-30T00:31Z", "unknown"),
        ({"until": "2022-10-30T03:30"}, "2022-10-30T01:00Z", "unknown"),
        ({"until": "2022-10-30T03:30"}, "2022-10-30T01:31Z", "out"),
        ({"deadline": "2022-10-30T03:30"}, "2022-10-30T00:29Z", "out"),
        ({"deadline": "2022-10-30T03:30"}, "2022-10-30T01:00Z", "unknown"),
        ({"deadline": "2022-10-30T03:30"}, "2022-10-30T01:31Z", "in"),
        # and with its offset it was once
        ({"until": "2022-10-30T03:30+03:00"}, "2022-10-30T01:00Z", "out"),
        ({"until": "2022-10-30T03:30+02:00"}, "2022-10-30T01:00Z", "in"),
    ],
)
def test_a_bound_that_clocks_showed_twice_or_never_may_be_either(
    world: Any, table: Table, bounds: dict[str, Any], act: str, right: str
) -> None:
    world.documents["agreement"] |= {"date": "2021-12-01", "entry_into_force": "2022-01-01"}
    world.documents["report"]["issued"] = "2022-12-01"
    found, reason = held(world, table, act, bounds, ("Z", "Europe/Kyiv"))
    assert found == right, reason
    assert ("twice or never" in reason) == (right == "unknown"), reason


def test_the_date_of_an_agreement_is_a_beginning_known_to_the_day(world: Any, table: Table) -> None:
    del world.documents["agreement"]["entry_into_force"]
    world.documents["agreement"]["date"] = "2025-03-10"
    found, reason = held(world, table, "2025-03-10", {}, UTC_BOTH)
    assert found == "unknown"
    assert "the bound is known to the day only" in reason


@pytest.mark.parametrize(
    ("act", "zone", "right"),
    [
        # 1 March 00:00 in Moscow is 21:00 UTC on 28 February
        ("2025-03-01", "Europe/Moscow", "in"),
        ("2025-03-01", "Asia/Yerevan", "unknown"),  # begins an hour earlier
        ("2025-03-01", "Europe/Kyiv", "in"),  # begins an hour later
        ("2025-02-28", "Europe/Kyiv", "unknown"),  # ends an hour later
        ("2025-02-28", "Asia/Yerevan", "out"),
        ("2025-03-01T00:30", "Asia/Yerevan", "out"),
        ("2025-02-28T23:30", "Europe/Kyiv", "in"),
        ("2025-02-28T20:00-05:00", "Asia/Yerevan", "in"),
    ],
)
def test_the_zone_of_a_report_shifts_the_day(
    world: Any, table: Table, act: str, zone: str, right: str
) -> None:
    bounds = {"entry_into_force": {"value": "2025-03-01T00:00", "zone": "Europe/Moscow"}}
    found, reason = held(world, table, act, bounds, (zone, None))
    assert found == right, reason


@pytest.mark.parametrize(
    ("act", "bounds", "zones", "right"),
    [
        # a day that nobody put into a zone: 14 hours earlier, 12 later
        ("2025-03-01", {"from": "2025-03-01T00:00"}, (None, "Z"), "unknown"),
        ("2025-03-01", {"from": "2025-02-28T10:00"}, (None, "Z"), "in"),
        ("2025-03-01", {"from": "2025-02-28T10:01"}, (None, "Z"), "unknown"),
        ("2025-03-01", {"from": "2025-03-02T12:00"}, (None, "Z"), "out"),
        ("2025-03-01", {"from": "2025-03-02T11:59"}, (None, "Z"), "unknown"),
        # a time of day, near and far
        ("2025-03-01T12:00", {"from": "2025-02-28T22:00"}, (None, "Z"), "in"),
        ("2025-03-01T12:00", {"from": "2025-02-28T22:01"}, (None, "Z"), "unknown"),
        ("2025-03-01T12:00", {"from": "2025-03-02T00:01"}, (None, "Z"), "out"),
        ("2025-03-01T12:00", {"from": "2025-03-02T00:00"}, (None, "Z"), "unknown"),
        # the bound is marked, not the act
        ("2025-03-02", {"from": "2025-03-01T12:00"}, ("Z", None), "unknown"),
        ("2025-03-02T00:01", {"from": "2025-03-01T12:00"}, ("Z", None), "in"),
        ("2025-02-28T21:59", {"from": "2025-03-01T12:00"}, ("Z", None), "out"),
        ("2025-03-02T11:59", {"from": "2025-03-01"}, ("Z", None), "unknown"),
        ("2025-03-02T12:00", {"from": "2025-03-01"}, ("Z", None), "in"),
        ("2025-03-02T12:00", {"until": "2025-03-01"}, ("Z", None), "out"),
        ("2025-02-28T09:59", {"until": "2025-03-01"}, ("Z", None), "in"),
        ("2025-02-28T10:00", {"until": "2025-03-01"}, ("Z", None), "unknown"),
        # both are: a day beside the bound cannot be told
        ("2025-03-02", {"entry_into_force": "2025-03-01"}, NO_ZONE, "unknown"),
        ("2025-03-03", {"entry_into_force": "2025-03-01"}, NO_ZONE, "unknown"),
        ("2025-03-04", {"entry_into_force": "2025-03-01"}, NO_ZONE, "in"),
        ("2025-02-28", {"entry_into_force": "2025-03-01"}, NO_ZONE, "unknown"),
        ("2025-02-26", {"entry_into_force": "2025-03-01"}, NO_ZONE, "out"),
        # each end of an interval for itself
        ("2025-03-01T00:00Z/2025-03-05", {"from": "2025-03-01T00:00"}, (None, "Z"), "in"),
        ("2025-03-01/2025-03-05T00:00Z", {"from": "2025-03-01T00:00"}, (None, "Z"), "unknown"),
    ],
)
def test_a_time_of_no_stated_zone_is_as_wide_as_it_can_be(  # noqa: PLR0913, PLR0917 - columns of the table
    world: Any,
    table: Table,
    act: str,
    bounds: dict[str, str],
    zones: tuple[str | None, str | None],
    right: str,
) -> None:
    world.documents["agreement"]["entry_into_force"] = "2020-01-01T00:00Z"
    found, reason = held(world, table, act, bounds, zones)
    assert found == right, reason
    if right == "unknown":
        assert "of no stated zone" in reason


def test_a_time_that_reaches_across_does_so_in_every_zone(world: Any, table: Table) -> None:
    found, reason = held(world, table, "2024/2026", {"entry_into_force": "2025-03-01"}, NO_ZONE)
    assert found == "unknown"
    assert "the time stated reaches across a bound of the reading, which applies from 2025-03-01" in reason


# deadlines


@pytest.mark.parametrize(
    ("act", "deadline", "right"),
    [
        ("2025-03-09", "2025-03-10", "out"),
        ("2025-03-10", "2025-03-10", "unknown"),
        ("2025-03-11", "2025-03-10", "in"),
        ("2025-03-09/2025-03-11", "2025-03-10", "unknown"),
        ("2025-03-09/..", "2025-03-10", "unknown"),
        ("2025-03-11/..", "2025-03-10", "in"),
        ("2025-03-10", "2025-03-11T00:00", "out"),
        ("2025-03-11", "2025-03-11T00:00", "in"),
        ("2025-03-11", "2025-03-11T12:00", "unknown"),
        ("2025-03-11T11:00", "2025-03-11T12:00", "out"),
        ("2025-03-11T12:01", "2025-03-11T12:00", "in"),
        ("2025-03-31", "2025-03", "unknown"),
        ("2025-04-01", "2025-03", "in"),
        ("2025-02-20", "2025-03-10", "out"),  # before it was in force, too
    ],
)
@pytest.mark.parametrize("alleged", [False, True], ids=["act", "allegation"])
def test_a_duty_cannot_be_broken_before_its_deadline(  # noqa: PLR0913, PLR0917 - columns of the table
    world: Any,
    table: Table,
    act: str,
    deadline: str,
    right: str,
    alleged: bool,  # noqa: FBT001 - a column of the table
) -> None:
    if alleged:
        world.claim["alleges"] = [{"agreement": "vale-truce", "term": "1"}]
    world.documents["report"]["zone"] = world.documents["agreement"]["zone"] = "Z"
    world.documents["agreement"]["entry_into_force"] = "2025-03-01T00:00"
    world.norm["deadline"] = {"value": deadline, "text": "at the latest then"}
    world.claim["time"] = {"value": act}
    store = world.build()
    rows = table(store, RECORDS)
    assert rows == ([] if right == "out" and not alleged else [{"verdict": right}])
    if act >= "2025-03" and right != "in":
        (reason,) = table(store, REASONS)
        assert f"the deadline, {deadline} (“at the latest then”)" in reason["reason"]


def test_a_deadline_known_to_the_day_is_named_with_what_is_not_known(world: Any, table: Table) -> None:
    world.documents["agreement"]["entry_into_force"] = "2025-03-01T00:00"
    found, reason = held(world, table, "2025-03-10", {"deadline": "2025-03-10"}, UTC_BOTH)
    assert found == "unknown"
    assert reason.endswith(
        "whether the act came before the deadline, 2025-03-10, cannot be told: "
        "the deadline is known to the day only"
    )


def test_a_prohibition_has_no_deadline_to_wait_for(world: Any, table: Table) -> None:
    world.norm.update(kind="prohibition", deadline="2025-04-01")
    found, _ = held(world, table, "2025-03-10", {}, UTC_BOTH)
    assert found == "in"


# what else compares


def second_account(world: Any, value: str) -> None:
    report = json.loads(json.dumps(world.documents["report"]))
    report["id"] = "acorn-2"
    report["events"][0]["same_event_as"] = [
        {"event": "acorn-1/shelling", "confidence": "0.9", "reason": "same day and village"}
    ]
    report["claims"][0]["time"] = {"value": value}
    world.documents["second"] = report


@pytest.mark.parametrize(
    ("zone", "other", "differ"),
    [
        ("Z", "2025-03-11", True),
        (None, "2025-03-11", False),
        (None, "2025-03-12", False),
        (None, "2025-03-13", True),
    ],
)
def test_days_disagree_only_where_they_do_in_every_zone(
    world: Any,
    table: Table,
    zone: str | None,
    other: str,
    differ: bool,  # noqa: FBT001 - a column of the table
) -> None:
    if zone is not None:
        world.documents["report"]["zone"] = zone
    second_account(world, other)
    rows = table(world.build(), "SELECT ?slot WHERE { ?d svd:slot/skos:notation ?slot }")
    assert rows == ([{"slot": "time"}] if differ else [])


@pytest.mark.parametrize(
    ("issued", "zone", "counts"),
    [
        ("2025-03-10", "Z", True),
        ("2025-03-09", "Z", True),  # it may have been published where that was the tenth already
        ("2025-03-08", "Z", False),
        ("2025-03-08", None, True),
        ("2025-03-07", None, False),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        {"modality": "denied", "denies": {"agreement": "vale-truce"}},
        {"modality": "asserted", "asserts_fulfilment": {"agreement": "vale-truce"}},
    ],
    ids=["denial", "fulfilment"],
)
def test_a_report_is_older_than_the_act_only_if_it_is_so_in_every_zone(  # noqa: PLR0913, PLR0917 - columns of the table
    world: Any,
    table: Table,
    issued: str,
    zone: str | None,
    said: dict[str, Any],
    counts: bool,  # noqa: FBT001 - a column of the table
) -> None:
    report = world.documents["report"]
    report["issued"] = issued
    if zone is not None:
        report["zone"] = zone
    report["claims"].append(
        {
            "key": "k3",
            "gist": "Elbonia's army denies it.",
            "quote": "Elbonia's army denied it",
            "attribution": [{"agent": "elbonian-army", "verb": "denied"}],
        }
        | said
    )
    answers = f"{{ {denying('r')} }} UNION {{ {meeting('r', MEETS)} }}"
    rows = table(world.build(), f"SELECT DISTINCT ?claim WHERE {{ {answers} }}")
    assert rows == ([{"claim": "report/acorn-1/claim/k3"}] if counts else [])


def test_the_zone_that_nobody_stated_is_among_the_inferred_parts(world: Any, table: Table) -> None:
    query = """SELECT ?part ?why WHERE {
      ?t svd:zoneAssumed true ; svd:inferredPart ?part ; svd:inferenceReason ?why }"""
    store = world.build()
    assert {(row["part"], row["why"][:7]) for row in table(store, query)} == {
        ("year", "the tru"),
        ("zone", "the tru"),
        ("zone", "no zone"),
    }
    world.documents["report"]["zone"] = "Europe/Kyiv"
    world.documents["agreement"]["zone"] = "Europe/Kyiv"
    assert table(world.build(), query) == []


@pytest.mark.parametrize("hours", [-11, -5, 3, 13])
@pytest.mark.parametrize(
    "act", ["2025-03-01T00:00", "2025-03-01T06:00", "2025-02-28T23:59", "2025-03-02T00:00"]
)
def test_shifting_everything_by_an_offset_changes_no_verdict(
    world: Any, table: Table, hours: int, act: str
) -> None:
    def shifted(value: str) -> str:
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC) + timedelta(hours=hours)
        return f"{moment:%Y-%m-%dT%H:%M}{hours:+03}:00"

    world.documents["agreement"]["entry_into_force"] = "2025-03-01T00:00Z"
    world.norm["until"] = "2025-03-02T00:00Z"
    world.claim["time"] = {"value": f"{act}Z"}
    plain, _ = verdict(world, table)
    world.documents["agreement"]["entry_into_force"] = shifted("2025-03-01T00:00")
    world.norm["until"] = shifted("2025-03-02T00:00")
    world.claim["time"] = {"value": shifted(act)}
    assert verdict(world, table)[0] == plain


YEAR = {"value": "2025-03-10", "inferred": ["year"], "reason": "It is the year of the report."}


@pytest.mark.parametrize(
    ("time", "words", "inferred"),
    [
        ({"value": "2025-03-10"}, "not stated", "nothing"),
        (YEAR, "not in the words; inferred", "year"),
        (YEAR | {"text": "on 10 March"}, "on 10 March", "year"),
    ],
)
@pytest.mark.parametrize("question", ["02", "07", "08", "21", "24"])
def test_nothing_is_called_inferred_that_nobody_inferred(
    world: Any, question: str, time: dict[str, Any], words: str, inferred: str
) -> None:
    world.documents["report"]["zone"] = "Z"
    world.claim["time"] = time
    world.claim["quantities"] = [{"kind": "killed", "value": 1}]
    said = {
        (row["time_words"], row["inferred"])
        for row in ask(world.build(), find(question), {}).rows
        if row.get("claim") == world.claim["key"]
    }
    assert said == {(words, inferred)}
