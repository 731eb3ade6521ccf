"""A clock that is wrong: nothing is dated back, nothing is hidden, and nothing ends."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.errors import BadParameterError
from kg.journal import Action, Draft, Journal, JournalReader, verify
from kg.pipeline.past import at

if TYPE_CHECKING:
    from collections.abc import Callable

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
needs_faketime = pytest.mark.skipif(
    FAKETIME is None, reason="libfaketime is not installed (Debian: faketime)"
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def journal(folder: Path, clocks: list[str]) -> JournalReader:
    """Return a journal whose entries were made when the clock said these things."""
    times = iter(map(moment, clocks))
    made = Journal.create(folder / "journal", clock=lambda: next(times))
    for number, _ in enumerate(clocks):
        made.append([Draft(Action.ADD, "actors", f"a{number}", 1, "Ann", (), payload=b"")])
    made.close()
    return JournalReader(folder / "journal")


AHEAD = ["2026-11-01T10:00", "2036-01-01T00:00", "2026-11-02T10:00", "2026-11-03T10:00"]
SET_BACK = [*AHEAD, "2036-01-01T00:01", "2036-01-02T10:00"]


def test_times_never_go_back_and_what_the_clock_said_is_told_apart(tmp_path: Path) -> None:
    reader = journal(tmp_path, AHEAD)
    entries = [reader.record(number)[0] for number in range(1, 5)]
    assert [entry.time[:10] for entry in entries] == ["2026-11-01", "2036-01-01", "2036-01-01", "2036-01-01"]
    assert [entry.clock and entry.clock[:10] for entry in entries] == [None, None, "2026-11-02", "2026-11-03"]
    assert [entry.behind for entry in entries] == [0, 0, 0, 3]
    report = verify(tmp_path / "journal")
    assert (report.damage, report.entries) == (None, 4)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-01", 1),
        ("2026-11-02T09:00:00Z", 1),
        ("2026-11-02", 3),
        ("2026-11-03T09:59:59Z", 3),
        ("2026-11-03", 4),
        ("2026-11-20", 4),
        ("0", 0),
        ("2", 2),
        ("3", 3),
    ],
)
def test_a_day_is_that_of_the_clock_where_one_change_was_dated_ahead(
    tmp_path: Path, when: str, expected: int
) -> None:
    assert at(journal(tmp_path, AHEAD), when) == expected


def test_once_the_clock_is_right_again_days_are_as_ever(tmp_path: Path) -> None:
    clocks = [
        "2026-11-01T10:00",
        "2026-11-05T00:00",
        "2026-11-02T10:00",
        "2026-11-06T10:00",
        "2026-11-07T10:00",
    ]
    reader = journal(tmp_path, clocks)
    expected = {"2026-11-01": 1, "2026-11-02": 3, "2026-11-04": 3, "2026-11-05": 3, "2026-11-06": 4}
    assert {day: at(reader, day) for day in expected} == expected
    with pytest.raises(BadParameterError, match="nothing was there"):
        at(reader, "2026-10-31")


def test_a_clock_that_goes_back_twice_is_told_each_time(tmp_path: Path) -> None:
    reader = journal(tmp_path, [*AHEAD, "2026-10-01T00:00", "2036-01-03T00:00"])
    entries = [reader.record(number)[0] for number in range(1, 7)]
    assert [entry.behind for entry in entries] == [0, 0, 0, 3, 4, 5]
    assert [entry.clock is None for entry in entries] == [True, True, False, False, False, True]
    assert verify(tmp_path / "journal").damage is None


def test_a_journal_whose_clock_never_went_back_is_written_as_before(tmp_path: Path) -> None:
    journal(tmp_path, ["2026-11-01T10:00", "2026-11-01T10:00", "2026-11-02T10:00"])
    [segment] = JournalReader(tmp_path / "journal").files
    assert b'"clock"' not in segment.read_bytes()
    assert b'"behind"' not in segment.read_bytes()


def test_an_entry_that_names_another_as_made_behind_is_damage(tmp_path: Path) -> None:
    journal(tmp_path, AHEAD)
    [segment] = JournalReader(tmp_path / "journal").files
    segment.write_bytes(segment.read_bytes().replace(b'"behind":3', b'"behind":2'))
    assert verify(tmp_path / "journal").damage is not None


def servanda(clock: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "LD_PRELOAD": str(FAKETIME), "FAKETIME": clock, "TZ": "UTC"},
    )


@needs_faketime
def test_before_1970_nothing_is_ended_by_a_signal_and_the_clock_is_named(
    demonstration: Callable[..., Path], tmp_path: Path
) -> None:
    store = str(demonstration(tmp_path / "store"))
    for arguments in (
        ("ask", "07"),
        ("stats",),
        ("retract", "report/x", "--reason", "r"),
        ("list", "actors"),
    ):
        done = servanda("@1965-01-01 00:00:00", *arguments, "--store", store)
        assert done.returncode == 1, (arguments, done)
        assert "clock" in done.stderr
        assert "1970" in done.stderr
        assert "panicked" not in done.stderr
    told = servanda("@1965-01-01 00:00:00", "doctor", "--store", store)
    assert "the engine tells no time before 1970" in told.stdout


@needs_faketime
def test_a_change_made_with_the_clock_ahead_hides_none_that_came_later(
    demonstration: Callable[..., Path], tmp_path: Path
) -> None:
    store = str(demonstration(tmp_path / "store"))
    real = datetime.now(UTC)
    ahead = f"@{real + timedelta(days=5000):%Y-%m-%d %H:%M:%S}"
    name = "report/seed-syunik-highway-2021"
    assert servanda(ahead, "retract", name, "--reason", "a test", "--store", store).returncode == 0
    later = f"@{real + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
    document = str(Path(__file__).parents[3] / "data" / "seed" / "seed-syunik-highway-2021.yaml")
    assert servanda(later, "ingest", document, "--again", "--store", store).returncode == 0
    day = f"{real + timedelta(days=1):%Y-%m-%d}"
    asked = servanda(later, "ask", "07", "--as-of", day, "--store", store)
    assert "c10" in asked.stdout, asked.stderr
    told = servanda(later, "doctor", "--store", store).stdout
    assert "still to come" in told
    assert "the clock was behind" in told
