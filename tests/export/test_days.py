"""Whole days, spells that do not overlap, and what holds at a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ExportError
from kg.export.days import counted, merged, whole
from kg.export.model import Spell, Timed


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2014", "2014-01-01", "2014-12-31", "year"),
        ("2014-05", "2014-05-01", "2014-05-31", "month"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2014-05-03", "2014-05-03", "2014-05-03", "day"),
        ("2014-05-03Z", "2014-05-03", "2014-05-03", "day"),
        ("2014+04:00", "2014-01-01", "2014-12-31", "year"),
        ("2014-05-03T23:59:59.5+04:00", "2014-05-03", "2014-05-03", "instant"),
    ],
)
def test_what_is_dated_by_year_or_month_becomes_whole_days(
    text: str, start: str, end: str, precision: str
) -> None:
    assert whole(text) == (Spell(start, end), precision)


@pytest.mark.parametrize(
    "text", ["", "14", "2014-13", "2014-02-30", "-0044", "0000", "May 2014", "2014-W01-1", "٢٠١٤"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ExportError):
        whole(text)


@pytest.mark.parametrize(
    ("spells", "found"),
    [
        ([], []),
        ([("2014-01-01", "2014-06-30"), ("2014-03-01", "2014-12-31")], [("2014-01-01", "2014-12-31")]),
        ([("2014-01-01", "2014-12-31"), ("2014-03-01", "2014-04-01")], [("2014-01-01", "2014-12-31")]),
        ([("2014-01-01", "2014-01-31"), ("2014-02-01", "2014-02-28")], [("2014-01-01", "2014-02-28")]),
        ([("2014-03-02", None), (None, "2014-01-31")], [(None, "2014-01-31"), ("2014-03-02", None)]),
        ([("2014-01-01", None), (None, "2014-01-01")], [(None, None)]),
        ([("2014-01-01", "9999-12-31"), ("2014-01-01", "2014-01-01")], [("2014-01-01", "9999-12-31")]),
    ],
)  # fmt: skip
def test_spells_that_overlap_or_touch_become_one(
    spells: list[tuple[str, str]], found: list[tuple[str, str]]
) -> None:
    assert list(merged(Spell(*spell) for spell in spells)) == found


def test_a_spell_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ExportError, match="ends on 2014-01-01, before it starts on 2014-01-02"):
        merged([Spell("2014-01-02", "2014-01-01")])


def test_a_source_that_speaks_twice_of_one_time_counts_once() -> None:
    dated = [(Spell("2021-08-26", "2021-08-27"), "tass"), (Spell("2021-08-26", "2021-08-28"), "tass")]
    assert counted(dated) == (Timed(1, "2021-08-26", "2021-08-28"),)


def test_what_has_no_dates_holds_always() -> None:
    assert counted([(Spell(None, None), "tass")]) == (Timed(1, None, None),)


DAYS = st.integers(0, 40).map(lambda number: date(2021, 1, 1) + timedelta(days=number))
SPELLS = st.tuples(DAYS, DAYS).map(lambda ends: Spell(min(ends).isoformat(), max(ends).isoformat()))


def _days(spell: Spell | Timed) -> set[str]:
    start, end = date.fromisoformat(str(spell.start)), date.fromisoformat(str(spell.end))
    return {(start + timedelta(days=number)).isoformat() for number in range((end - start).days + 1)}


@given(st.lists(SPELLS, max_size=8))
def test_merged_spells_hold_the_same_days_each_once(spells: list[Spell]) -> None:
    found = [day for spell in merged(spells) for day in sorted(_days(spell))]
    assert found == sorted({day for spell in spells for day in _days(spell)})


@given(st.lists(st.tuples(SPELLS, st.sampled_from("abc")), max_size=8))
def test_counts_over_time_are_those_of_each_day(dated: list[tuple[Spell, str]]) -> None:
    steps = counted(dated)
    found = {day: step.value for step in steps for day in _days(step)}
    everyday = {day for spell, _ in dated for day in _days(spell)}
    assert found == {day: len({key for spell, key in dated if day in _days(spell)}) for day in everyday}
    assert sum(len(_days(step)) for step in steps) == len(found), "no day is in two steps"
